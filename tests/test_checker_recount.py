"""The checker on what a finished run says of itself: every number forged is caught."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from allocation import pipeline
from allocation.canonical import file_sha256, write_json
from allocation.checker import (
    CheckReport,
    check_awards,
    check_chances_told,
    check_manifest,
    check_record,
)
from allocation.cli import app
from allocation.runs import Run, load_run
from tests.solved import codes
from tests.test_lottery_runs import write_panel
from tests.town import write_town

Record = dict[str, Any]
Forgery = Callable[[Record], object]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One finished run of the town: a queue and an ``optimal`` stage."""
    folder = tmp_path_factory.mktemp("town")
    return load_run(pipeline.run(write_town(folder), folder / "runs"))


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One finished run of a citizens' panel, drawn by lot."""
    folder = tmp_path_factory.mktemp("panel")
    return load_run(pipeline.run(write_panel(folder), folder / "runs"))


@pytest.fixture(scope="module")
def undrawn(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run of the panel that stops before its draw."""
    folder = tmp_path_factory.mktemp("undrawn")
    return load_run(pipeline.run(write_panel(folder), folder / "runs", draw=False))


def forged(
    run: Run, forgery: Forgery = lambda record: None, rows: Mapping[str, int] | None = None
) -> set[str]:
    """Return the codes of what is wrong with a run whose record somebody changed."""
    result = copy.deepcopy(run.result)
    forgery(result)
    lengths = {name: len(getattr(run, name)) for name in ("waitlist", "refusals", "violations")}
    report = check_awards(run.instance, run.awards, run.result, run.proofs)
    found = check_record(run.instance, run.awards, result, report, {**lengths, **(rows or {})})
    found += check_manifest(run.manifest, run.result)
    if run.chances is not None and run.lottery is not None:
        found += check_chances_told(result, run.chances, run.lottery)
    return codes(CheckReport(found, {}))


def test_true_records_pass(town: Run, panel: Run, undrawn: Run) -> None:
    assert [forged(run) for run in (town, panel, undrawn)] == [set(), set(), set()]


def test_a_list_called_the_best_is_proven_to_be_the_only_one(town: Run) -> None:
    """Without the last level the office could have chosen among lists as good."""

    def alone(record: Record) -> None:
        levels = stage(record)["levels"]
        levels[:] = [level for level in levels if not level["code"].startswith("unique")]

    assert "check_level_missing" in forged(town, alone)


def test_a_level_says_what_its_proof_rests_on(town: Run) -> None:
    def trusted(record: Record) -> None:
        stage(record)["levels"][0]["assurance"] = "solver"

    assert forged(town, trusted) == {"check_level_assurance"}


def test_a_run_without_its_proofs_proves_nothing(town: Run, tmp_path: Path) -> None:
    copied = tmp_path / "run"
    shutil.copytree(town.path, copied)
    (copied / "proofs.csv").unlink()
    run = load_run(copied)
    report = check_awards(run.instance, run.awards, run.result, run.proofs)
    assert codes(report) == {"check_proof_missing", "check_most_awards", "check_count"}
    assert report.counts["n_better_wishes_open"] > 0


@pytest.mark.parametrize(
    ("forgery", "code"),
    [
        (lambda r: r.update(reserves=[], shortfalls=[]), "check_reserve_told"),
        (lambda r: r["reserves"].append(r["reserves"][0]), "check_obligations_told"),
        (lambda r: r["reserves"][0].update(kind="kiosk"), "check_reserve_told"),
        (lambda r: r["reserves"][0].update(used=99), "check_reserve_told"),
        (lambda r: r.update(quotas=[], shortfalls=[]), "check_quota_told"),
        (lambda r: r["quotas"][0].update(required=0), "check_quota_told"),
        (lambda r: r["quotas"][0].update(hard=not r["quotas"][0]["hard"]), "check_quota_told"),
        (lambda r: r.update(shortfalls=[]), "check_shortfall_told"),
        (lambda r: r["shortfalls"][0].update(short=1000), "check_shortfall_told"),
        (lambda r: r["shortfalls"][0]["params"].update(required=1000), "check_shortfall_told"),
    ],
)
def test_what_is_missed_is_told(town: Run, forgery: Forgery, code: str) -> None:
    """A reserve, a quota or a shortfall left out is as wrong as a false one."""
    assert code in forged(town, forgery)


def stage(record: Record) -> Record:
    """Return the last stage of a record."""
    found: Record = record["stages"][-1]
    return found


@pytest.mark.parametrize(
    "name",
    [
        "n_applicants",
        "n_applications",
        "n_eligible",
        "n_places",
        "n_units",
        "n_candidate_sites",
        "n_awards",
        "n_waitlist",
        "n_refusals",
    ],
)
def test_a_count_that_is_forged_or_left_out_is_caught(town: Run, name: str) -> None:
    def add(record: Record) -> None:
        record["counts"][name] += 1

    assert forged(town, add) == {"check_count"}
    assert forged(town, lambda record: record["counts"].pop(name)) == {"check_count"}


@pytest.mark.parametrize(
    "name",
    [
        "n_applications",
        "n_eligible",
        "n_awards",
        "n_awards_disabled",
        "n_envy_pairs",
        "n_reserve_units_short",
    ],
)
def test_a_stages_count_that_is_forged_is_caught(town: Run, name: str) -> None:
    def add(record: Record) -> None:
        stage(record)["counts"][name] += 1

    assert forged(town, add) == {"check_count"}


def test_a_list_that_lost_a_row_is_caught(town: Run) -> None:
    for name in ("waitlist", "refusals", "violations"):
        assert forged(town, rows={name: 99}) == {"check_count"}


@pytest.mark.parametrize(
    ("forgery", "code"),
    [
        (lambda r: stage(r).update(max_awards=stage(r)["n_awards"] - 1), {"check_maximum"}),
        (lambda r: stage(r).update(max_awards=99, max_awards_bound=99), {"check_maximum"}),
        (lambda r: stage(r).update(max_awards_bound=0), {"check_maximum"}),
        (lambda r: stage(r).update(max_awards=None), {"check_maximum"}),
        (
            lambda r: stage(r).update(status="complete"),
            {"check_stage_status", "check_run_status"},
        ),
        (lambda r: stage(r).update(mechanism="stable"), {"check_stage_status"}),
        (lambda r: stage(r)["levels"][0].update(proven=False), {"check_stage_status"}),
        (lambda r: r["stages"][0].update(status="optimal"), {"check_stage_status"}),
        (
            lambda r: stage(r).update(status="undrawn"),
            {"check_stage_status", "check_run_status", "check_obligations_told"},
        ),
        (
            lambda r: stage(r).update(status="infeasible"),
            {"check_stage_status", "check_run_status", "check_run_reproducible"},
        ),
        (
            lambda r: stage(r).update(status="stopped"),
            {"check_run_status", "check_run_reproducible"},
        ),
        (lambda r: r.update(status="complete"), {"check_run_status"}),
        (lambda r: r.update(not_reproducible=True), {"check_run_reproducible"}),
        (lambda r: r.update(n_violations=1), {"check_count"}),
        (lambda r: r["awards"][0].update(capacity=99), {"check_count"}),
        (lambda r: r["awards"][0].update(candidates=99), {"check_count"}),
        (lambda r: r["awards"].pop(), {"check_count"}),
    ],
)
def test_a_forged_record_is_caught(town: Run, forgery: Forgery, code: set[str]) -> None:
    assert forged(town, forgery) == code


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_applicants", 1),
        ("n_certain", 99),
        ("n_without", 99),
        ("smallest", [1, 2]),
        ("smallest_positive", None),
        ("expected_awards", [99, 1]),
        ("n_tight_sets", 99),
        ("n_proven", 99),
        ("largest_gap", [1, 2]),
        ("parts", {}),
        ("is_drawn", False),
    ],
)
def test_forged_chances_are_caught(panel: Run, name: str, value: Any) -> None:
    found = forged(panel, lambda record: stage(record)["chances"].update({name: value}))
    assert "check_count" in found


def test_chances_left_out_are_caught(panel: Run) -> None:
    assert "check_count" in forged(panel, lambda record: stage(record).pop("chances"))


def test_a_lottery_with_a_gap_is_not_optimal(panel: Run) -> None:
    """A record that owns to an unproven set may not call the stage proven."""

    def own_to_a_gap(record: Record) -> None:
        stage(record)["chances"]["n_proven"] -= 1

    assert "check_stage_status" in forged(panel, own_to_a_gap)


def test_a_draw_not_held_gives_nothing(undrawn: Run) -> None:
    found = forged(undrawn, lambda record: stage(record).update(status="optimal"))
    assert found == {"check_run_status", "check_quota_told", "check_obligations_told"}


@pytest.mark.parametrize(
    "changed",
    [
        {"scenario_sha256": "0" * 64},
        {"awards_sha256": "0" * 64},
        {"name": "another"},
        {"run_id": "another"},
        {"official": True},
        {"not_reproducible": True},
    ],
)
def test_a_manifest_that_does_not_fit_is_caught(town: Run, changed: Record) -> None:
    found = check_manifest(town.manifest | changed, town.result)
    assert codes(CheckReport(found, {})) == {"check_manifest_differs"}


def test_a_scenario_changed_in_the_manifest_is_caught(town: Run) -> None:
    scenario = town.manifest["scenario"] | {"name": "another"}
    found = check_manifest(town.manifest | {"scenario": scenario}, town.result)
    assert [each.params["what"] for each in found] == ["scenario"]


def test_a_record_sealed_again_is_caught_by_the_command(town: Run, tmp_path: Path) -> None:
    """Whoever forges the record can forge its hash: arithmetic tells all the same."""
    folder = tmp_path / town.path.name
    shutil.copytree(town.path, folder)
    result = copy.deepcopy(town.result)
    stage(result).update(max_awards=99, max_awards_bound=99)
    write_json(folder / "result.json", result)
    files = town.manifest["files"] | {"result.json": file_sha256(folder / "result.json")}
    write_json(folder / "manifest.json", town.manifest | {"files": files})
    shown = CliRunner().invoke(app, ["check", str(folder), "--lang", "en"])
    assert shown.exit_code == 1
    assert "reports at most 99 awards" in " ".join(shown.output.split())
