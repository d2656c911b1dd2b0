"""Proofs of site plans under the checker: a true one is confirmed, a forged one found."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from allocation import pipeline
from allocation.checker import check_awards
from allocation.checker.numbers import recount_caps
from allocation.checker.plan_kept import PlanFacts
from allocation.checker.plan_levels import counting_limits
from allocation.checker.report import CheckReport
from allocation.checker.space import Space
from allocation.checker.stable_view import read_views
from allocation.cli import app
from allocation.instance import Instance
from allocation.measures import result_record
from allocation.mechanisms import solve
from allocation.records import award_table, plan_proof_record, proof_table
from allocation.result import Result
from allocation.runs import load_run
from tests.builders import city, site, spaced
from tests.solved import codes
from tests.test_checker_plan import town as a_town
from tests.town import SCENARIO, write_town

Record = dict[str, Any]

STAGE = {"name": "all", "kinds": ["welfare_lottery"], "mechanism": "stable"}


@cache
def town() -> tuple[Instance, Result]:
    """Scatter 70 sites, of which as many open as keep their distance."""
    points = np.random.default_rng(5).random((70, 2)) * 1500
    places = {f"p{n:02}": site(*xy) for n, xy in enumerate(points.round(2).tolist())}
    instance = city("a b", places, {"a": "p00", "b": "p01"}, {"stage": [STAGE], **spaced(300)})
    return instance.instance, solve(instance.instance)


def told() -> tuple[Record, Record]:
    """Return ``result.json`` and ``plan_proofs.json`` of the town, to be changed."""
    instance, result = town()
    record, proofs = result_record(instance, result), plan_proof_record(instance, result)
    return json.loads(json.dumps(record)), json.loads(json.dumps(proofs))


def checked(record: Record, proofs: Record) -> CheckReport:
    instance, result = town()
    return check_awards(instance, award_table(instance, result), record, None, proofs)


def test_what_spacing_decides_is_confirmed_by_arithmetic() -> None:
    """How many sites open, and which of as good plans the key takes."""
    record, proofs = told()
    levels = record["stages"][0]["plan"]["levels"]
    routes = {level["code"]: level["route"] for level in levels}
    assert (routes["plan_opened"], routes["key"]) == ("spacing", "spacing")
    report = checked(record, proofs)
    assert report.violations == []
    # What is left, a count of nothing, needs no proof.
    assert report.assurance["all"].plan == ("certified",) * 5


def test_without_its_proofs_a_plan_is_on_a_solvers_word() -> None:
    """Which is no fault in itself; to claim more is one."""
    record, _ = told()
    report = checked(record, {})
    assert codes(report) == {"check_proof_missing"}
    assert report.assurance["all"].plan == ("solver", *["certified"] * 3, "solver")
    levels = record["stages"][0]["plan"]["levels"]
    for level in levels:
        level["route"] = "cp_sat"
    assert checked(record, {}).violations == []
    for level in (levels[0], levels[-1]):
        level["assurance"] = "certified"
        assert codes(checked(record, {})) == {"check_proof_missing"}
        del level["assurance"]


def test_a_level_below_an_unproven_one_is_open() -> None:
    record, proofs = told()
    for level in record["stages"][0]["plan"]["levels"][1:]:
        level["proven"] = False
    states = checked(record, proofs).assurance["all"].plan
    assert states == ("certified", *["open"] * (len(states) - 1))


def _without_steps(level: Record) -> None:
    level["steps"] = []


def _lower_limit(level: Record) -> None:
    level["rows"][0]["limit"] -= 1


def _greater_multipliers(level: Record) -> None:
    for step in level["steps"]:
        step["multipliers"] = [-2 * n for n in step.get("multipliers", [])]


def _unknown_row(level: Record) -> None:
    level["steps"][-1]["rows"][0] = 10**6


def _text_for_a_number(level: Record) -> None:
    level["steps"][-1]["scale"] = "1"


def _nothing(level: Record) -> None:
    level.clear()


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        (_without_steps, "check_proof_bound"),
        (_lower_limit, "check_proof_wrong"),
        (_greater_multipliers, "check_proof_wrong"),
        (_unknown_row, "check_proof_wrong"),
        (_text_for_a_number, "check_proof_wrong"),
        (_nothing, "check_proof_missing"),
    ],
)
@pytest.mark.parametrize("number", [0, 1])
def test_a_forged_proof_is_found(forge: Callable[[Record], None], code: str, number: int) -> None:
    record, proofs = told()
    forge(proofs["stages"][0]["levels"][number])
    report = checked(record, proofs)
    assert code in codes(report)
    assert report.assurance["all"].plan.count("certified") < 5


def test_a_proof_about_fewer_sites_or_other_distances_is_found() -> None:
    """Which sites there are, and which exclude each other, the checker works out itself."""
    record, proofs = told()
    choices = proofs["stages"][0]["choices"]
    for names in (choices["place_id"][::-1], choices["place_id"][1:]):
        other = copy.deepcopy(proofs)
        other["stages"][0]["choices"] = {
            "place_id": names,
            "reserved_disabled": [False] * len(names),
        }
        assert codes(checked(record, other)) & {"check_proof_wrong", "check_proof_bound"}
    choices["place_id"][0] = "nowhere"
    assert "check_proof_wrong" in codes(checked(record, proofs))


def test_a_proof_of_another_level_is_found() -> None:
    """The words of the key have no place in a count, nor the count in them."""
    record, proofs = told()
    one, other = proofs["stages"][0]["levels"]
    one["level"], other["level"] = other["level"], one["level"]
    states = checked(record, proofs).assurance["all"].plan
    assert (states[0], states[-1]) == ("solver", "solver")
    one["level"] = 2
    record["stages"][0]["plan"]["levels"][1]["route"] = "spacing"
    assert "check_proof_wrong" in codes(checked(record, proofs))


@pytest.mark.parametrize("by", ["places", "demand"])
@pytest.mark.parametrize("openings", [1, 2, 4, 7])
@pytest.mark.parametrize("reserve", [0, 1, 2, 3])
def test_no_plan_does_better_than_counting_allows(reserve: int, openings: int, by: str) -> None:
    """The best plans, by a solver; counting settles their levels where it comes to the same."""
    instance = a_town(reserve, openings, by)
    result = solve(instance)
    record = result_record(instance, result)
    views, _ = read_views(instance, result.awards, record)
    space, view = Space(instance), views["all"]
    facts = PlanFacts(space, recount_caps(space), view.standing, view.plan)
    limits = counting_limits(facts, view.standing)
    proofs = plan_proof_record(instance, result)
    report = check_awards(instance, award_table(instance, result), record, None, proofs)
    for level, state in zip(view.plan.levels, report.assurance["all"].plan, strict=True):
        limit = limits.get(level["code"])
        if limit is None:
            continue
        is_within = level["value"] <= limit if level["sense"] == "max" else level["value"] >= limit
        assert is_within
        assert state == "certified" or level["value"] != limit
    assert (limits["plan_opened"] == openings) == (openings < 7)


@pytest.mark.parametrize("seed", range(12))
def test_the_checker_finds_the_same_choices(seed: int) -> None:
    """Outlets, schools, places without a point, licences before, sites kept for some."""
    rng = np.random.default_rng(seed)
    points = iter(rng.integers(0, 900, (24, 2)).tolist())
    places: dict[str, Any] = {f"p{n}": site(*next(points)) for n in range(12)}
    places["p0"] = places["p0"] | {"capacity": int(rng.integers(0, 2))}
    places |= {f"t{n}": {"kind": "tobacco", "at": next(points)} for n in range(2)}
    first = {"name": "first", "kinds": ["tobacco"], "mechanism": "queue"}
    rules = spaced(250, disabled_factor=0.5, school_buffer_m=100)
    instance = city(
        applicants={"a": {}, "b": {"group": "general"}},
        places=places,
        applications={"a": "p1 p2", "b": "p3"},
        existing_outlets={f"x{n}": {"at": next(points)} for n in range(2)},
        protected_sites={"k": {"at": next(points)}},
        scenario={
            "stage": [first, STAGE],
            **rules,
            "reserve": {"welfare_lottery": {"beneficiaries": {"group": "disabled"}, "count": 2}},
        },
    ).instance
    result = solve(instance)
    plan = result.stages[-1].plan
    assert plan is not None
    record = result_record(instance, result)
    views, _ = read_views(instance, result.awards, record)
    space, view = Space(instance), views["all"]
    own = PlanFacts(space, recount_caps(space), view.standing, view.plan).choices()
    assert list(zip(plan.choices, plan.choices_reserved, strict=True)) == [
        (p, bool(kind)) for p, kind in np.argwhere(own).tolist()
    ]
    proofs = plan_proof_record(instance, result)
    report = check_awards(
        instance, award_table(instance, result), record, proof_table(result), proofs
    )
    assert report.violations == []


def test_a_run_folder_keeps_the_proofs_and_a_change_fails_its_check(tmp_path: Path) -> None:
    """Caught twice: by the hash, and by arithmetic."""
    stable = SCENARIO.replace('mechanism = "optimal"', 'mechanism = "stable"')
    folder = pipeline.run(write_town(tmp_path, scenario=stable), tmp_path / "runs")
    run = load_run(folder)
    (plan,) = (stage["plan"] for stage in run.result["stages"] if stage["plan"])
    assert "certified" in {level["assurance"] for level in plan["levels"]}
    shown = CliRunner().invoke(app, ["check", str(folder), "--lang", "en"])
    assert shown.exit_code == 0, shown.output
    told = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    said = [level for stage in told["stages"] for level in (stage["plan"] or {}).get("levels", ())]
    assert {level["assurance"] for level in said} == {"certified"}
    said[0]["assurance"] = "solver"
    (folder / "result.json").write_text(json.dumps(told), encoding="utf-8")
    shown = CliRunner().invoke(app, ["check", str(folder), "--lang", "en"])
    assert "another basis of its proof" in " ".join(shown.output.split())
    path = folder / "plan_proofs.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    for level in record["stages"][0]["levels"]:
        level["steps"] = [{"node": 0, "by": 0}]
    path.write_text(json.dumps(record), encoding="utf-8")
    shown = CliRunner().invoke(app, ["check", str(folder), "--lang", "en"])
    assert shown.exit_code == 1
    assert "plan_proofs.json" in shown.output
    assert "does not hold" in " ".join(shown.output.split())
