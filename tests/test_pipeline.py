"""Whole runs of a small town: reproducible, whole or absent, and open about themselves."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from allocation import pipeline
from allocation.canonical import dump_json, file_sha256, text_sha256
from allocation.checker import check_awards
from allocation.messages import DrawError, InputError, text
from allocation.progress import Silent
from allocation.runs import COLUMNS, Run, RunState, list_runs, load_run
from tests.draw_helper import approved, hold_draw
from tests.town import APPLICANTS, PLACES, SCENARIO, write_town

if TYPE_CHECKING:
    from pathlib import Path

NO_SEED = SCENARIO.replace('[draw]\nseed = "2023-12-01"\n', "")


class StopAtOnce(Silent):
    """A person who presses stop before anything is found."""

    def should_stop(self) -> bool:
        """Stop."""
        return True


@pytest.fixture(scope="module")
def town_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One finished run of the town."""
    folder = tmp_path_factory.mktemp("town")
    return load_run(pipeline.run(write_town(folder), folder / "runs"))


def pairs(run: Run) -> set[tuple[str, str]]:
    """Awards as pairs."""
    return set(zip(run.awards["applicant_id"], run.awards["place_id"], strict=True))


class TestRecord:
    """What a run folder holds."""

    def test_files(self, town_run: Run) -> None:
        """Every file of the record is there, and nothing is left beside it."""
        names = {path.name for path in town_run.path.iterdir()}
        assert names >= {
            "inputs",
            "awards.csv",
            "waitlist.csv",
            "refusals.csv",
            "violations.csv",
            "findings.csv",
            "proofs.csv",
            "result.json",
            "manifest.json",
            "log.txt",
        }
        assert list((town_run.path.parent / ".work").iterdir()) == []

    def test_awards(self, town_run: Run) -> None:
        """Columns, order and content of the award list."""
        awards = town_run.awards
        assert list(awards.columns) == list(COLUMNS["awards"])
        keys = list(zip(awards["applicant_id"], awards["place_id"], strict=True))
        assert keys == sorted(keys)
        # Both posts go to disabled applicants; one of the two sites opens.
        on_posts = {applicant for applicant, place in pairs(town_run) if place == "P1"}
        assert len(on_posts & {"A01", "A02", "NA"}) == 2
        assert awards["place_id"].isin(["L1", "L2"]).sum() == 1
        # The cell has one licence left, accepted first is first.
        assert ("A05", "T2") in pairs(town_run)
        assert ("A04", "T1") not in pairs(town_run)
        for applicant, place, metres in zip(
            awards["applicant_id"], awards["place_id"], awards["distance_m"], strict=True
        ):
            home = APPLICANTS[applicant].get("at")
            if home is not None:
                assert metres == round(math.dist(home, PLACES[place]["at"]))
        assert awards["distance_m"].isna().any()

    def test_every_application_ends_once(self, town_run: Run) -> None:
        """Awards and refusals together are the applications."""
        refused = set(
            zip(town_run.refusals["applicant_id"], town_run.refusals["place_id"], strict=True)
        )
        filed = town_run.tables.applications
        everything = set(zip(filed["applicant_id"], filed["place_id"], strict=True))
        assert refused | pairs(town_run) == everything
        assert not refused & pairs(town_run)
        assert len(refused) == len(town_run.refusals)

    def test_waitlist_goes_by_the_published_order(self, town_run: Run) -> None:
        """Ranks start at 1 for every place; nobody waits for less than they hold."""
        waiting = town_run.waitlist
        for _, rows in waiting.groupby("place_id"):
            assert rows["waitlist_rank"].tolist() == list(range(1, len(rows) + 1))
        held = town_run.awards.set_index("applicant_id")["preference_rank"].to_dict()
        joint = waiting[waiting["stage"] == "joint"]
        for row in joint.itertuples():
            assert row.preference_rank < held.get(row.applicant_id, 99)
        # Posts go by tier, then draw; open stalls by the draw alone.
        posts = joint[joint["kind"] == "public_welfare_post"]
        keys = list(zip(posts["priority_tier"], posts["draw_number"], strict=True))
        assert keys == sorted(keys)
        stalls = joint[joint["place_id"] == "S1"]
        assert stalls["draw_number"].is_monotonic_increasing
        assert waiting[waiting["place_id"] == "T1"]["applicant_id"].tolist() == ["A04"]

    def test_manifest(self, town_run: Run) -> None:
        """Scenario, inputs, draw and awards are sealed by their hashes."""
        manifest = town_run.manifest
        data = town_run.path.parent.parent / "data"
        assert manifest["scenario_sha256"] == text_sha256(dump_json(manifest["scenario"]))
        inputs = {source["table"]: source for source in manifest["inputs"]}
        assert inputs["places"]["sha256"] == file_sha256(data / "places.csv")
        assert inputs["places"]["rows"] == 7
        assert manifest["awards_sha256"] == file_sha256(town_run.path / "awards.csv")
        assert manifest["draw"]["seed"] == "2023-12-01"
        assert manifest["draw"]["n"] == 8
        assert {"python", "ortools", "pandas"} <= set(manifest["versions"])
        assert town_run.altered_files() == ()

    def test_result(self, town_run: Run) -> None:
        """Every level is proven; what fell short says why."""
        result = town_run.result
        assert result["status"] == "optimal"
        assert not result["not_reproducible"]
        levels = [level for stage in result["stages"] for level in stage["levels"]]
        assert levels
        assert all(level["proven"] and level["bound"] == level["value"] for level in levels)
        assert levels[-1]["code"] == "preference_serial"
        assert {level["assurance"] for level in levels} == {"certified"}
        assert result["counts"]["n_better_wishes_open"] == 0
        assert town_run.proofs is not None
        assert set(town_run.proofs["level"]) == set(range(len(levels)))
        assert result["n_violations"] == 0
        assert result["counts"]["n_awards"] == len(town_run.awards)
        for name in ("n_awards", "n_awards_disabled", "n_envy_pairs"):
            by_stage = sum(stage["counts"][name] for stage in result["stages"])
            assert by_stage == result["counts"][name]
        (reserve,) = result["reserves"]
        assert (reserve["name"], reserve["required"]) == ("stall/M1", 2)
        (quota,) = result["quotas"]
        assert (quota["required"], quota["reached"], quota["short"]) == (3, 2, 1)
        assert {item["about"] for item in result["shortfalls"]} >= {"quota"}
        for item in result["shortfalls"]:
            assert text(item["code"], "zh", **item["params"])

    def test_log_names_no_person(self, town_run: Run) -> None:
        """The log tells phases, never ids."""
        log = (town_run.path / "log.txt").read_text(encoding="utf-8")
        assert "phase_solve" in log
        assert "A01" not in log

    def test_judged_from_the_folder_alone(self, tmp_path: Path) -> None:
        """A copied run folder is enough to check it: the input files may be gone."""
        path = pipeline.run(write_town(tmp_path), tmp_path / "runs")
        copy = tmp_path / "elsewhere"
        shutil.copytree(path, copy)
        shutil.rmtree(tmp_path / "data")
        shutil.rmtree(tmp_path / "runs")
        run = load_run(copy)
        assert check_awards(run.instance, run.awards, run.result).violations == []


class TestReproducible:
    """Equal inputs give equal bytes."""

    def test_again_and_shuffled(self, tmp_path: Path, town_run: Run) -> None:
        """A second run, and one of shuffled rows, give the same award list."""
        for shuffle in (None, 1, 2):
            folder = tmp_path / str(shuffle)
            path = pipeline.run(write_town(folder, shuffle=shuffle), folder / "runs")
            for name in ("awards.csv", "waitlist.csv", "refusals.csv"):
                assert (path / name).read_bytes() == (town_run.path / name).read_bytes(), name

    def test_override_is_in_the_manifest(self, tmp_path: Path) -> None:
        """``--set`` changes the run and is told."""
        path = pipeline.run(
            write_town(tmp_path), tmp_path / "runs", overrides=["reserve.stall.share=0.1"]
        )
        run = load_run(path)
        assert run.manifest["overrides"] == ["reserve.stall.share=0.1"]
        assert run.result["reserves"][0]["required"] == 1
        assert str(run.scenario.reserves["stall"].share) == "1/10"


class TestOfficial:
    """An official run needs a draw, a proof and a clean check; see also test_official."""

    def test_official(self, tmp_path: Path) -> None:
        """The town can be run officially."""
        scenario = write_town(tmp_path)
        order = hold_draw(scenario, tmp_path)
        run = load_run(pipeline.run(scenario, tmp_path / "runs", official=order))
        assert run.manifest["official"] is True
        assert run.result["official_refused"] is None

    def test_refused_without_a_draw(self, tmp_path: Path) -> None:
        """Refused before any work, so nothing is left."""
        path = write_town(tmp_path, scenario=NO_SEED)
        with pytest.raises(DrawError):
            pipeline.run(path, tmp_path / "runs", official=approved(None, None))
        assert not (tmp_path / "runs").exists()
        assert load_run(pipeline.run(path, tmp_path / "runs")).manifest["official"] is False

    def test_stopped_run_is_kept_as_a_trial(self, tmp_path: Path) -> None:
        """The best so far is kept, says it cannot be reproduced and is not official."""
        scenario = write_town(tmp_path)
        order = hold_draw(scenario, tmp_path)
        path = pipeline.run(scenario, tmp_path / "runs", official=order, progress=StopAtOnce())
        run = load_run(path)
        assert run.result["status"] == "stopped"
        assert run.result["not_reproducible"] is True
        assert run.manifest["official"] is False
        assert run.result["official_refused"] == "official_not_reproducible"
        assert check_awards(run.instance, run.awards, run.result).violations == []


class TestFailure:
    """What goes wrong leaves no half of a run."""

    def test_bad_input(self, tmp_path: Path) -> None:
        """Bad cells end the run without a folder."""
        path = write_town(tmp_path, extra="A99,disabled\n")
        places = tmp_path / "data" / "places.csv"
        places.write_text(
            places.read_text(encoding="utf-8").replace("stall", "stahl"), encoding="utf-8"
        )
        with pytest.raises(InputError):
            pipeline.run(path, tmp_path / "runs")
        assert list_runs(tmp_path / "runs") == ()

    def test_bug_is_logged_without_its_message(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A traceback's message could quote a person; the log has type and place only."""

        def broken(*args: Any, **kwargs: Any) -> None:
            raise ValueError("A01 has a secret")

        monkeypatch.setattr(pipeline, "solve", broken)
        with pytest.raises(ValueError, match="secret"):
            pipeline.run(write_town(tmp_path), tmp_path / "runs")
        (info,) = list_runs(tmp_path / "runs")
        assert info.state is RunState.FAILED
        log = (info.path / "log.txt").read_text(encoding="utf-8")
        assert "ValueError" in log
        assert "secret" not in log

    def test_abort_leaves_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """After the second Ctrl-C neither run nor work folder is left."""

        def aborted(*args: Any, **kwargs: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(pipeline, "solve", aborted)
        with pytest.raises(KeyboardInterrupt):
            pipeline.run(write_town(tmp_path), tmp_path / "runs")
        assert list_runs(tmp_path / "runs") == ()

    def test_kill_leaves_no_run_and_the_next_one_works(self, tmp_path: Path) -> None:
        """``kill -9`` in the middle: no run folder; the next run is whole."""
        scenario = write_town(tmp_path)
        code = textwrap.dedent(
            """
            import sys, time
            from pathlib import Path
            from allocation import pipeline

            def explain(*args):
                print("busy", flush=True)
                time.sleep(120)

            pipeline.explain_awards = explain
            pipeline.run(Path(sys.argv[1]), Path(sys.argv[2]))
            """
        )
        runs = tmp_path / "runs"
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(scenario), str(runs)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.getcwd()},
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "busy\n"
        assert [info.state for info in list_runs(runs)] == [RunState.RUNNING]
        child.kill()
        child.wait()
        child.stdout.close()
        assert [path.name for path in runs.iterdir()] == [".work"]
        path = pipeline.run(scenario, runs)
        states = [info.state for info in list_runs(runs)]
        assert states == [RunState.INTERRUPTED, RunState.FINISHED]
        assert load_run(path).altered_files() == ()


def test_seeds_make_a_difference(tmp_path: Path) -> None:
    """The draw comes from the seed: another seed, another order."""
    numbers = []
    for seed in ("one", "two"):
        path = pipeline.run(
            write_town(tmp_path), tmp_path / "runs", overrides=[f'draw.seed="{seed}"']
        )
        numbers.append(load_run(path).instance.applicants.draw_number)
    first, second = numbers
    assert not np.array_equal(first, second)
