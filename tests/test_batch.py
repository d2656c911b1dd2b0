"""Several scenarios at once: what is told before anything runs, and what became of each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from allocation import pipeline, reporting
from allocation.batch import BadMembers, Here, Member, crew, load_batch, run_batch, write_province
from allocation.batch.batch import Listener, State, exit_code
from allocation.batch.crew import Job, outcome
from allocation.batch.parcels import Parcel, pack_files, pack_tables, unpack_tables
from allocation.batch.record import CSV, JSON
from allocation.cli import app
from allocation.messages import AllocationError, ScenarioError, describe
from allocation.messages.problems import problems_of
from allocation.progress import Silent
from allocation.read import read_tables
from allocation.reasons import explain_awards
from allocation.runs import WORK_FOLDER, load_run
from allocation.scenario import load_scenario
from tests.town import SCENARIO, write_town

LISTS = ("awards", "waitlist", "refusals", "proofs")
CLASH = SCENARIO.replace("min = 3", "min = 5\nhard = true")


def write_province_file(
    folder: Path, towns: Sequence[str] = ("east", "west"), **scenarios: str
) -> Path:
    """Write towns with scenarios of their names, and the province file of them all."""
    lines = ['name = "province"', 'title = "某省"']
    for town in towns:
        scenario = scenarios.get(town, SCENARIO).replace('name = "town"', f'name = "{town}"')
        write_town(folder / town, scenario=scenario)
        lines += ["[[member]]", f'scenario = "{town}/town.toml"']
    path = folder / "province.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def said(error: AllocationError) -> list[tuple[str, str]]:
    """Return the member and the code of each problem of a batch."""
    return [
        (str(problem.params["member"]), problem.params["problem"].code)
        for problem in problems_of(error)
    ]


def spoil(town: Path) -> None:
    """Give a town a place of a negative capacity."""
    places = pd.read_csv(town / "data" / "places.csv", dtype=str)
    places.loc[0, "capacity"] = "-1"
    places.to_csv(town / "data" / "places.csv", index=False)


class StopAfter(Silent):
    """A person who presses stop once so many rows are done."""

    def __init__(self, n: int) -> None:
        self.left = n

    def should_stop(self) -> bool:
        """Stop."""
        return self.left <= 0

    def row(self, *_: object) -> None:
        """Count a row."""
        self.left -= 1


class TestMembers:
    """Which scenarios a batch is of."""

    def test_a_province_lays_its_changes_over_a_scenario(self, tmp_path: Path) -> None:
        path = write_province_file(tmp_path, ["east"])
        text = path.read_text(encoding="utf-8")
        changes = (
            'name = "west"\n'
            'data = { folder = "west/data" }\n'
            "reserve = { stall = { share = 0.2 } }\n"
        )
        path.write_text(
            f'{text}\n[[member]]\nscenario = "east/town.toml"\n{changes}', encoding="utf-8"
        )
        east, west = load_batch([path]).members
        assert (east.name, west.name) == ("east", "west")
        assert west.scenario.data.folder == tmp_path / "west" / "data"
        assert float(west.scenario.reserves["stall"].share or 0) == 0.2
        # Who looks at a run should find the file that says all of it.
        assert (east.file, west.file) == ("town.toml", "province.toml")
        # As when the city runs its own file.
        own = load_scenario(tmp_path / "east" / "town.toml")
        assert east.scenario.scenario_hash == own.scenario_hash

    def test_scenarios_of_one_name_go_by_their_files(self, tmp_path: Path) -> None:
        paths = [write_town(tmp_path / name) for name in ("one", "two")]
        paths.append(tmp_path / "three.toml")
        paths[2].write_text('extends = "one/town.toml"\nname = "three"', encoding="utf-8")
        names = [member.name for member in load_batch(paths).members]
        assert names == [str(paths[0]), str(paths[1]), "three"]

    def test_overrides_hold_for_every_member(self, tmp_path: Path) -> None:
        batch = load_batch([write_province_file(tmp_path)], ["reserve.stall.share=0.25"])
        shares = [member.scenario.reserves["stall"].share for member in batch.members]
        assert [float(share or 0) for share in shares] == [0.25, 0.25]

    def test_every_member_says_what_is_wrong(self, tmp_path: Path) -> None:
        bad = SCENARIO.replace("decision_date", "decisiondate")
        path = write_province_file(tmp_path, ["east", "west"], west=bad)
        text = path.read_text(encoding="utf-8")
        path.write_text(f'{text}\n[[member]]\nscenario = "gone.toml"\n', encoding="utf-8")
        with pytest.raises(ScenarioError) as caught:
            load_batch([path])
        assert said(caught.value) == [
            ("member[2]", "unknown_key"),
            ("member[3]", "scenario_missing"),
        ]

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ('name = "p"\ntitel = "x"\n[[member]]\nscenario = "east/town.toml"', "unknown_key"),
            ('[[member]]\nscenario = "east/town.toml"', "missing_key"),
            ('name = "p"\n[[member]]\ntitle = "x"', "missing_key"),
            ('name = "p"\nmember = []', "wrong_value"),
            ('name = "p"\n[member]\nscenario = "east/town.toml"', "wrong_value"),
            (
                'name = "p"\n[[member]]\nscenario = "east/town.toml"\nextends = "other.toml"',
                "member_extends",
            ),
            ('name = "p"' + 2 * '\n[[member]]\nscenario = "east/town.toml"', "member_twice"),
        ],
    )
    def test_a_province_file_is_judged(self, tmp_path: Path, text: str, code: str) -> None:
        path = write_province_file(tmp_path, ["east"])
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ScenarioError) as caught:
            load_batch([path])
        assert [problem.code for problem in problems_of(caught.value)] == [code]

    def test_a_province_is_run_alone(self, tmp_path: Path) -> None:
        path = write_province_file(tmp_path)
        with pytest.raises(ScenarioError, match="province_alone"):
            load_batch([tmp_path / "east" / "town.toml", path])


class TestParcels:
    """What travels."""

    def test_a_parcel_shows_nothing_of_its_content(self) -> None:
        assert repr(Parcel(b"A01 is disabled")) == "<Parcel: 15 bytes>"

    def test_tables_come_back_as_they_were(self, tmp_path: Path) -> None:
        tables = read_tables(load_scenario(write_town(tmp_path)))
        again = unpack_tables(pack_tables(tables))
        for name, frame in tables.frames.items():
            pd.testing.assert_frame_equal(frame, again.frames[name])
        assert again.sources == tables.sources

    def test_nothing_is_unpacked_outside_its_folder(self, tmp_path: Path) -> None:
        file = tmp_path / "file"
        file.write_text("x")
        inside = tmp_path / "a" / "b"
        inside.mkdir(parents=True)
        pack_files([("../out", file)]).unpack(inside)
        assert not (tmp_path / "a" / "out").exists()


class TestRuns:
    """Runs of a batch in this process."""

    def test_every_member_runs_as_alone(self, tmp_path: Path) -> None:
        path = write_province_file(tmp_path)
        rows, aborted = run_batch(load_batch([path]), tmp_path / "runs", Here(Silent()))
        assert not aborted
        assert exit_code(rows) == 0
        for row in rows:
            alone = pipeline.run(tmp_path / row.member.name / "town.toml", tmp_path / "alone")
            assert row.run is not None
            for name in LISTS:
                file = f"{name}.csv"
                assert (row.run.path / file).read_bytes() == (alone / file).read_bytes()
            for table in (alone / "inputs").iterdir():
                assert (row.run.path / "inputs" / table.name).read_bytes() == table.read_bytes()
            manifest = load_run(alone).manifest
            for key in ("scenario", "scenario_sha256", "inputs", "scenario_file", "overrides"):
                assert row.run.manifest[key] == manifest[key]

    def test_bad_input_of_any_member_keeps_all_from_running(self, tmp_path: Path) -> None:
        path = write_province_file(tmp_path, ["north", "east", "west"])
        spoil(tmp_path / "north")
        people = tmp_path / "west" / "data" / "applicants.csv"
        frame = pd.read_csv(people, dtype=str, keep_default_na=False)
        frame.drop(columns="min_livelihood").to_csv(people, index=False)
        with pytest.raises(BadMembers) as caught:
            run_batch(load_batch([path]), tmp_path / "runs", Here(Silent()))
        # West's tables are good by themselves; a rule misses what is not there.
        assert said(caught.value) == [("north", "bad_input"), ("west", "rule_needs_column")]
        assert not (tmp_path / "runs").exists()

    def test_a_clash_is_the_members_own(self, tmp_path: Path) -> None:
        path = write_province_file(tmp_path, west=CLASH)
        rows, _ = run_batch(load_batch([path]), tmp_path / "runs", Here(Silent()))
        runs = {row.member.name: row.run.result["status"] for row in rows if row.run}
        assert runs == {"east": "optimal", "west": "infeasible"}
        assert exit_code(rows) == 1

    def test_a_bug_costs_one_member(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        batch = load_batch([write_province_file(tmp_path)])
        real = explain_awards
        calls = []

        def once(*given: Any) -> Any:
            calls.append(given)
            if len(calls) == 1:
                raise ValueError("A01 is disabled")
            return real(*given)

        monkeypatch.setattr(pipeline, "explain_awards", once)
        rows, _ = run_batch(batch, tmp_path / "runs", Here(Silent()))
        assert [row.state for row in rows] == [State.FAILED, State.DONE]
        assert exit_code(rows) == 3
        assert "A01" not in str(rows[0].error)

    def test_a_bug_while_reading_says_whose_input_it_was(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any) -> None:
            raise ValueError("A01 is disabled")

        monkeypatch.setattr(crew, "pack_tables", fail)
        batch = load_batch([write_province_file(tmp_path)])
        with pytest.raises(AllocationError, match="of_member") as caught:
            run_batch(batch, tmp_path / "runs", Here(Silent()))
        assert caught.value.exit_code == 3
        told = describe(caught.value, "en")
        assert told.startswith("east: ")
        assert "ValueError" in told
        assert "A01" not in told

    def test_a_stop_keeps_what_is_done(self, tmp_path: Path) -> None:
        batch = load_batch([write_province_file(tmp_path, ["north", "east", "west"])])
        stop = StopAfter(1)
        rows, aborted = run_batch(batch, tmp_path / "runs", Here(stop), Listener(on_row=stop.row))
        assert not aborted
        assert [row.state for row in rows] == [State.DONE, State.NOT_RUN, State.NOT_RUN]
        assert exit_code(rows) == 0

    def test_an_abort_keeps_what_is_done(self, tmp_path: Path) -> None:
        batch = load_batch([write_province_file(tmp_path)])

        class Aborted(Here):
            def run(self, jobs: Sequence[Job], out: Path) -> Iterator[tuple[int, Any]]:
                yield from super().run(jobs[:1], out)
                raise KeyboardInterrupt

        rows, aborted = run_batch(batch, tmp_path / "runs", Aborted(Silent()))
        assert aborted
        assert [row.state for row in rows] == [State.DONE, State.NOT_RUN]

    def test_an_outcome_holds_no_message_of_a_bug(self) -> None:
        def fail() -> int:
            raise KeyError("A01 is disabled")

        found = outcome(fail)
        assert isinstance(found, AllocationError)
        assert found.code == "internal_error"
        assert found.params["kind"] == "KeyError"
        assert found.params["place"].startswith("test_batch.py:")


class TestRecord:
    """The summary of a province."""

    def test_it_adds_up_the_runs(self, tmp_path: Path) -> None:
        batch = load_batch([write_province_file(tmp_path, west=CLASH)])
        rows, _ = run_batch(batch, tmp_path / "runs", Here(Silent()))
        assert batch.province is not None
        left = [*rows, type(rows[0])(Member(rows[0].member.scenario, "x"))]
        folder = write_province(batch.province, left, tmp_path / "runs")
        record = json.loads((folder / JSON).read_text(encoding="utf-8"))
        assert record["total"]["n_applicants"] == 16
        assert record["is_whole"] is False
        frame = pd.read_csv(folder / CSV)
        assert list(frame["state"]) == ["done", "done", "not_run"]
        assert list(frame["status"].fillna("")) == ["optimal", "infeasible", ""]
        run = rows[0].run
        assert run is not None
        assert frame.loc[0, "awards_sha256"] == run.manifest["awards_sha256"]
        assert (folder / CSV).stat().st_mode & 0o777 == 0o600
        assert list((tmp_path / "runs" / WORK_FOLDER).iterdir()) == []


class TestCommand:
    """``allocation run`` with more than one scenario."""

    def test_a_province(self, tmp_path: Path) -> None:
        path = write_province_file(tmp_path)
        done = CliRunner().invoke(app, ["run", str(path), "--out", str(tmp_path / "runs")])
        assert done.exit_code == 0, done.output
        assert "全省汇总" in done.stdout
        assert "[2/2] west" in done.stderr

    def test_a_sweep_prints_its_paths(self, tmp_path: Path) -> None:
        files = [str(write_town(tmp_path / name)) for name in ("one", "two")]
        out = ["--out", str(tmp_path / "runs"), "--quiet"]
        done = CliRunner().invoke(app, ["run", *files, *out])
        assert done.exit_code == 0, done.output
        paths = [Path(line) for line in done.stdout.split()]
        assert len({load_run(path).run_id for path in paths}) == 2
        assert not list((tmp_path / "runs").glob(f"*/{JSON}"))

    def test_a_stop_before_anything_ran_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reporting.Interrupts, "should_stop", lambda _: True)
        path = write_province_file(tmp_path)
        done = CliRunner().invoke(app, ["run", str(path), "--out", str(tmp_path / "runs")])
        assert done.exit_code == 0, done.output
        assert "尚未运行的方案：2 个" in done.stderr
        assert not (tmp_path / "runs").exists()

    def test_a_clash_says_which_rules(self, tmp_path: Path) -> None:
        path = write_province_file(tmp_path, west=CLASH)
        done = CliRunner().invoke(
            app, ["run", str(path), "--out", str(tmp_path / "runs"), "--lang", "en"]
        )
        assert done.exit_code == 1
        assert "Hard rules clash" in done.stderr
        assert "posts" in done.stderr

    def test_bad_input_is_told_in_full(self, tmp_path: Path) -> None:
        path = write_province_file(tmp_path)
        for town in ("east", "west"):
            spoil(tmp_path / town)
        done = CliRunner().invoke(app, ["run", str(path), "--out", str(tmp_path / "runs")])
        assert done.exit_code == 2
        assert "east：输入数据的错误" in done.stdout
        assert "west：输入数据的错误" in done.stdout
        assert "2 个方案的输入有误" in done.stderr

    def test_a_province_is_not_validated_apart(self, tmp_path: Path) -> None:
        done = CliRunner().invoke(app, ["validate", str(write_province_file(tmp_path))])
        assert done.exit_code == 2
        assert "province.toml 是省级文件" in done.stderr

    def test_an_official_run_is_of_one_scenario(self, tmp_path: Path) -> None:
        path = write_province_file(tmp_path)
        done = CliRunner().invoke(app, ["run", str(path), "--official"])
        assert done.exit_code == 2
        assert "正式运行一次只能针对一个方案" in done.stderr
