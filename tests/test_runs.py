"""The run folder: whole or absent, in order of time, readable only by its owner."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import textwrap
import time
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from allocation import canonical, runs
from allocation.canonical import dump_each, dump_json, empty_table, read_csv, write_csv, write_json
from allocation.messages import CATALOGUE, RunError
from allocation.reporting import Composite, FileReporter, Interrupts, PhaseClock
from allocation.runs import COLUMNS, RunState, create_work, list_runs, load_run, seal_run

if TYPE_CHECKING:
    from pathlib import Path


def fill(work: runs.WorkFolder, **manifest: object) -> None:
    """Write the smallest record that counts as whole."""
    (work.record / "inputs").mkdir()
    (work.record / "inputs" / "places.parquet").write_bytes(b"table")
    for name in ("awards", "waitlist", "refusals", "violations"):
        write_csv(work.record / f"{name}.csv", empty_table(COLUMNS[name]), COLUMNS[name])
    write_json(work.record / runs.RESULT, {"status": "optimal"})
    files = runs.file_hashes(work.record)
    write_json(
        work.record / runs.MANIFEST,
        {"run_id": work.run_id, "name": "demo", "files": files, **manifest},
    )


def sealed(root: Path) -> Path:
    """Make and seal the smallest run."""
    work = create_work(root, "demo")
    fill(work)
    return seal_run(work)


def visible(root: Path) -> list[str]:
    """Names a person sees in the folder of runs."""
    return [path.name for path in root.iterdir() if not path.name.startswith(".")]


class TestWorkFolder:
    """A run being made."""

    def test_two_runs_of_one_second_have_different_ids(self, tmp_path: Path) -> None:
        """The last four digits tell them apart."""
        ids = {create_work(tmp_path, "demo").run_id for _ in range(50)}
        assert len(ids) == 50

    def test_id_names_time_and_scenario(self, tmp_path: Path) -> None:
        """An id is a date, a time, the scenario's name and four hex digits."""
        run_id = create_work(tmp_path, "rizhao-2023-18").run_id
        assert re.fullmatch(r"\d{8}-\d{6}-rizhao-2023-18-[0-9a-f]{4}", run_id)

    @pytest.mark.parametrize("name", ["../../etc", "a/b", "一 二", "..", ""])
    def test_name_cannot_leave_the_folder(self, tmp_path: Path, name: str) -> None:
        """What is no letter, digit or hyphen becomes a hyphen."""
        work = create_work(tmp_path / "runs", name)
        assert work.path.parent == tmp_path / "runs" / ".work"
        assert work.path.is_dir()

    def test_ids_sort_by_time(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Earlier runs stand before later ones, within a second too, whatever they are called."""
        day = datetime(2023, 12, 1, 9, 59, 59, 999_000)
        times = iter([day, day + timedelta(milliseconds=0.5), day + timedelta(milliseconds=1)])
        monkeypatch.setattr(runs, "datetime", SimpleNamespace(now=lambda: next(times)))
        made = [create_work(tmp_path, name).run_id for name in ("z", "y", "a")]
        assert [info.run_id for info in list_runs(tmp_path)] == made
        assert made[1] < made[2]  # from second to second, as names of folders too

    def test_unusable_folder_is_a_coded_error(self, tmp_path: Path) -> None:
        """A file in the way is named, not a traceback."""
        (tmp_path / "runs").write_text("", encoding="utf-8")
        with pytest.raises(RunError) as caught:
            create_work(tmp_path / "runs", "demo")
        assert caught.value.code == "runs_folder_unusable"

    def test_nothing_is_visible_before_the_seal(self, tmp_path: Path) -> None:
        """A run folder is whole or absent."""
        work = create_work(tmp_path, "demo")
        fill(work)
        assert visible(tmp_path) == []
        assert seal_run(work).name == work.run_id
        assert visible(tmp_path) == [work.run_id]
        assert not work.path.exists()

    def test_only_the_owner_reads(self, tmp_path: Path) -> None:
        """Folders are 0700 and files 0600, whatever the umask."""
        old = os.umask(0)
        try:
            path = sealed(tmp_path)
        finally:
            os.umask(old)
        for item in [path, *path.rglob("*")]:
            expected = 0o700 if item.is_dir() else 0o600
            assert stat.S_IMODE(item.stat().st_mode) == expected
        assert stat.S_IMODE((tmp_path / ".work").stat().st_mode) == 0o700

    def test_log_goes_along(self, tmp_path: Path) -> None:
        """The log of the work folder is part of the record."""
        work = create_work(tmp_path, "demo")
        fill(work)
        work.log.write_text("a line\n", encoding="utf-8")
        assert (seal_run(work) / "log.txt").read_text(encoding="utf-8") == "a line\n"


class TestLoad:
    """A finished run."""

    def test_tables_come_back_with_their_types(self, tmp_path: Path) -> None:
        """Ids such as ``NA`` and ``007`` stay text, an unknown distance stays unknown."""
        frame = pd.DataFrame(
            {
                "applicant_id": ["007", "NA"],
                "place_id": ["1e5", "真,“引号”"],
                "kind": ["stall", "stall"],
                "stage": ["joint", "joint"],
                "preference_rank": [1, 2],
                "priority_tier": [1, 1],
                "draw_number": [2, 1],
                "distance_m": pd.array([12, None], dtype="Int64"),
                "reserve_used": ["", "stall/M1"],
            }
        ).astype(dict(COLUMNS["awards"]))
        write_csv(tmp_path / "awards.csv", frame, COLUMNS["awards"])
        assert b"\r" not in (tmp_path / "awards.csv").read_bytes()
        back = read_csv(tmp_path / "awards.csv", COLUMNS["awards"])
        pd.testing.assert_frame_equal(back, frame)

    def test_tables_are_written_as_pandas_writes_them(self, tmp_path: Path) -> None:
        """Quotes, missing cells, decimals and truth values; a table longer than a part."""
        texts = ["x", "", "a,b", 'q"r', "two\nlines", None, " blank ", "摊"]
        frame = pd.DataFrame(
            {
                "text": pd.array(texts, dtype="str"),
                "whole": pd.array([1, None, 3, 4, 5, -6, 7, 8], dtype="Int64"),
                "decimal": [0.1, 1.0, None, 1e-17, 1e22, 2 / 3, 0.0, 123456.789],
                "truth": pd.array([True, False, None, *[True] * 5], dtype="boolean"),
            }
        )
        for rows in (frame, frame.iloc[:0], pd.concat([frame] * 10_000)):
            write_csv(tmp_path / "a.csv", rows, dict.fromkeys(frame.columns, ""))
            expected = rows.to_csv(None, index=False, lineterminator="\n")
            assert (tmp_path / "a.csv").read_text(encoding="utf-8") == expected

    def test_run_reads_what_was_sealed(self, tmp_path: Path) -> None:
        """Manifest, result and tables come from the folder."""
        run = load_run(sealed(tmp_path))
        assert run.result == {"status": "optimal"}
        assert run.awards.empty
        assert run.altered_files() == ()

    def test_altered_file_is_named(self, tmp_path: Path) -> None:
        """A line added to the award list shows, and so does a lost file."""
        path = sealed(tmp_path)
        with (path / "awards.csv").open("a", encoding="utf-8") as file:
            file.write("a,p,stall,joint,1,1,1,,\n")
        (path / "inputs" / "places.parquet").unlink()
        assert load_run(path).altered_files() == ("awards.csv", "inputs/places.parquet")

    def test_missing_run(self, tmp_path: Path) -> None:
        """A folder that is no run is said to be none."""
        with pytest.raises(RunError) as caught:
            load_run(tmp_path)
        assert caught.value.code == "run_missing"

    def test_damaged_run(self, tmp_path: Path) -> None:
        """Half a JSON file is a damaged run, not a crash."""
        path = sealed(tmp_path)
        (path / "result.json").write_text('{"status":', encoding="utf-8")
        with pytest.raises(RunError) as caught:
            load_run(path)
        assert caught.value.params["file"] == "result.json"

    def test_table_without_a_column(self, tmp_path: Path) -> None:
        """A lost column is named."""
        path = sealed(tmp_path)
        (path / "awards.csv").write_text("applicant_id,kind\n", encoding="utf-8")
        with pytest.raises(RunError) as caught:
            load_run(path).awards  # noqa: B018
        assert caught.value.code == "run_table_lacks"

    def test_proofs_of_a_run_before_there_were_parts(self, tmp_path: Path) -> None:
        """They are about the whole: a run sealed then can still be checked."""
        path = sealed(tmp_path)
        header, line = "stage,step,level,claim,rule,item,multiplier", "joint,1,1,bound,scale,,1"
        (path / "proofs.csv").write_text(f"{header}\n{line}\n", encoding="utf-8")
        proofs = load_run(path).proofs
        assert proofs["part"].tolist() == [0]
        assert dict(proofs.dtypes) == dict(empty_table(COLUMNS["proofs"]).dtypes)


class TestList:
    """The list of runs."""

    def test_states(self, tmp_path: Path) -> None:
        """Finished, running, failed and interrupted runs stand in one list."""
        done = sealed(tmp_path)
        running = create_work(tmp_path, "demo")
        FileReporter(running.path).phase("phase_solve")
        failed = create_work(tmp_path, "demo")
        FileReporter(failed.path).failed("ValueError")
        dead = create_work(tmp_path, "demo")
        (dead.path / "pid").write_text("999999999\n0\n", encoding="ascii")
        states = {info.run_id: info.state for info in list_runs(tmp_path)}
        assert states == {
            done.name: RunState.FINISHED,
            running.run_id: RunState.RUNNING,
            failed.run_id: RunState.FAILED,
            dead.run_id: RunState.INTERRUPTED,
        }
        assert list(states) == sorted(states)

    def test_reused_process_id_is_not_alive(self, tmp_path: Path) -> None:
        """The start time tells a new process from the old one of the same number."""
        work = create_work(tmp_path, "demo")
        (work.path / "pid").write_text(f"{os.getpid()}\n1\n", encoding="ascii")
        assert list_runs(tmp_path)[0].state is RunState.INTERRUPTED

    def test_unreadable_folder_is_passed_over(self, tmp_path: Path) -> None:
        """One damaged run does not hide the others."""
        damaged, good = sealed(tmp_path), sealed(tmp_path)
        (damaged / "manifest.json").write_text("", encoding="utf-8")
        assert [info.path for info in list_runs(tmp_path)] == [good]

    def test_a_finished_run_is_read_once(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Listing again opens no file, until one has changed."""
        path = sealed(tmp_path)
        before = list_runs(tmp_path)
        opened: list[str] = []
        read_json = canonical.read_json

        def noted(file: Path) -> dict[str, Any]:
            opened.append(file.name)
            return read_json(file)

        monkeypatch.setattr(canonical, "read_json", noted)
        assert list_runs(tmp_path) == before
        assert opened == []
        write_json(path / runs.RESULT, {"status": "stopped"})
        os.utime(path / runs.RESULT, ns=(1, 1))
        assert [info.status for info in list_runs(tmp_path)] == ["stopped"]
        assert opened == [runs.MANIFEST, runs.RESULT]

    def test_no_folder_no_runs(self, tmp_path: Path) -> None:
        """Before the first run there is nothing to list."""
        assert list_runs(tmp_path / "runs") == ()

    def test_killed_process_leaves_an_interrupted_run(self, tmp_path: Path) -> None:
        """After ``kill -9`` there is no run folder, and the next run works."""
        code = textwrap.dedent(
            """
            import sys, time
            from pathlib import Path
            from allocation.runs import create_work
            work = create_work(Path(sys.argv[1]), "demo")
            (work.record / "awards.csv").write_text("half", encoding="utf-8")
            print("ready", flush=True)
            time.sleep(60)
            """
        )
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        assert [info.state for info in list_runs(tmp_path)] == [RunState.RUNNING]
        child.kill()
        child.wait()
        child.stdout.close()
        assert visible(tmp_path) == []
        assert [info.state for info in list_runs(tmp_path)] == [RunState.INTERRUPTED]
        path = sealed(tmp_path)
        assert visible(tmp_path) == [path.name]


class TestProgress:
    """Reporters."""

    def test_file_shows_phase_and_bound(self, tmp_path: Path) -> None:
        """A reader finds phase, level, value, bound and elapsed seconds."""
        reporter = FileReporter(tmp_path)
        reporter.phase("phase_solve", stage="joint")
        reporter.bound("number", 10, 12)
        state = json.loads((tmp_path / "progress.json").read_text(encoding="utf-8"))
        assert (state["phase"], state["params"]) == ("phase_solve", {"stage": "joint"})
        assert (state["level"], state["value"], state["bound"]) == ("number", 10, 12)
        assert "elapsed_s" in state
        reporter.phase("phase_check")
        state = json.loads((tmp_path / "progress.json").read_text(encoding="utf-8"))
        assert "value" not in state
        assert [step["phase"] for step in state["steps"]] == ["phase_solve", "phase_check"]

    def test_stop_file_stops(self, tmp_path: Path) -> None:
        """Touching the stop file asks for the best so far."""
        reporter = FileReporter(tmp_path)
        assert not reporter.should_stop()
        runs.request_stop(tmp_path)
        assert Composite(PhaseClock(), reporter).should_stop()

    def test_broken_reporter_costs_nothing(self, tmp_path: Path) -> None:
        """A full disk under the progress file does not end a run."""
        broken = FileReporter(tmp_path / "gone")
        clock = PhaseClock()
        both = Composite(broken, clock)
        both.phase("phase_read")
        both.bound("number", None, None)
        clock.stop()
        assert list(clock.seconds) == ["phase_read"]
        assert not both.should_stop()

    def test_returning_phase_adds_up(self) -> None:
        """A phase that comes back keeps one entry."""
        clock = PhaseClock()
        for code in ("stage", "check", "stage"):
            clock.phase(code)
        clock.stop()
        assert list(clock.seconds) == ["stage", "check"]

    def test_first_interrupt_stops(self) -> None:
        """Ctrl-C is a wish to stop, not an exception."""
        heard: list[bool] = []
        before = signal.getsignal(signal.SIGINT)
        with Interrupts(lambda: heard.append(True)) as interrupts:
            assert not interrupts.should_stop()
            signal.raise_signal(signal.SIGINT)
            for _ in range(200):
                if heard:
                    break
                time.sleep(0.01)
            assert interrupts.should_stop()
        assert heard == [True]
        assert signal.getsignal(signal.SIGINT) is before

    def test_second_interrupt_aborts(self) -> None:
        """The second Ctrl-C raises, so that the run cleans up and ends."""

        def press_twice() -> None:
            with Interrupts() as interrupts:
                signal.raise_signal(signal.SIGINT)
                while not interrupts.should_stop():
                    time.sleep(0.01)
                signal.raise_signal(signal.SIGINT)
                time.sleep(5)

        with pytest.raises(KeyboardInterrupt):
            press_twice()


def test_canonical_json_is_one_text() -> None:
    """Order of keys and numpy types do not matter; Chinese stays readable."""
    frame = pd.DataFrame({"n": [1]})
    assert dump_json({"b": frame["n"].iloc[0], "a": "摊位"}) == '{"a":"摊位","b":1}'
    with pytest.raises(ValueError, match="Out of range"):
        dump_json(float("nan"))


@pytest.mark.parametrize(
    "values",
    [
        [],
        [{"b": 1, "a": ["摊位", None]}],
        [{"n": n, "of": [{"n": n + 1}, "\0"[: n % 2]]} for n in range(2500)],
        ["\0", "\0", [1, "\0", 2], {}],
    ],
)
def test_many_values_are_written_like_each_alone(values: list[object]) -> None:
    """Also where a value holds the mark that parts them."""
    assert dump_each(values) == [dump_json(value) for value in values]


def test_every_code_of_the_command_line_has_both_languages() -> None:
    """No text is empty, and both languages use the same fields."""
    from allocation.messages import command

    for code, (zh, en) in command.TEXTS.items():
        assert code in CATALOGUE
        assert re.search("[\u4e00-\u9fff]|{", zh), code
        assert en.isascii(), code
        assert set(re.findall(r"{(\w+)", zh)) == set(re.findall(r"{(\w+)", en)), code
