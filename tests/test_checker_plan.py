"""Site plans under the checker: a true one passes, each corruption has its own code."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd
import pytest

from allocation.checker import check_awards, check_refusals, confirm_reasons
from allocation.instance import Instance
from allocation.measures import result_record
from allocation.mechanisms import solve
from allocation.reasons import explain_awards
from allocation.records import award_table
from tests.builders import city, site
from tests.solved import codes

Record = dict[str, Any]
Plan = dict[str, str]
"""Site -> ``open`` or ``kept``."""

SPACING = {"urban_m": 300, "town_m": 300, "rural_m": 300, "disabled_factor": 0.5}
PLACES = {
    "p": site(0),  # 200 m from q: both only for disabled holders
    "q": site(200),
    "r": site(1000),  # 200 m from outlet x: for disabled holders only
    "s": site(2000),  # 90 m from a school: for nobody
    "t": site(3000, township="甲", district="区"),
    "u": site(5000, township="乙", district="区"),
    "v": site(7000, township="乙", district="区"),
}
LISTS = {"a": "p t", "b": "q", "c": "t p", "d": "u t", "e": "p v"}


@cache
def town(reserve: int = 1, openings: int = 4, by: str = "places") -> Instance:
    stage = {
        "name": "all",
        "kinds": ["welfare_lottery"],
        "mechanism": "stable",
        "plan_by": by,
    }
    rule = {"beneficiaries": {"group": "disabled"}, "count": reserve}
    return city(
        applicants={i: {"group": "disabled" if i in "ab" else "general"} for i in "abcde"},
        places=PLACES,
        applications=LISTS,
        existing_outlets={"x": {"at": (1000, 200), "township": "甲", "district": "区"}},
        protected_sites={"k": {"at": (2000, 90)}},
        scenario={
            "stage": [stage],
            "spacing": {"welfare_lottery": SPACING | {"school_buffer_m": 100}},
            "openings": {"welfare_lottery": {"max": openings}},
            "density": {"welfare_lottery": {"window_m": 500, "window_max": 2}},
            "reserve": {"welfare_lottery": rule},
            "draw": {"seed": "plan"},
        },
    ).instance


def run(instance: Instance) -> tuple[pd.DataFrame, Record, pd.DataFrame]:
    result = solve(instance)
    record: Record = json.loads(json.dumps(result_record(instance, result)))
    return award_table(instance, result), record, explain_awards(instance, result)


def plan_of(record: Record) -> Plan:
    plan = record["stages"][0]["plan"]
    kept = ("kept" if each else "open" for each in plan["reserved_disabled"])
    return dict(zip(plan["places"], kept, strict=True))


def with_plan(record: Record, plan: Plan) -> Record:
    """Return the record with another plan, its levels as they were."""
    changed = copy.deepcopy(record)
    changed["stages"][0]["plan"] |= {
        "places": list(plan),
        "reserved_disabled": [each == "kept" for each in plan.values()],
    }
    return changed


@pytest.mark.parametrize("by", ["places", "demand"])
@pytest.mark.parametrize("openings", [1, 2, 4, 7])
@pytest.mark.parametrize("reserve", [0, 1, 2, 3])
def test_a_true_plan_passes(reserve: int, openings: int, by: str) -> None:
    """Sites, levels, awards and every reason."""
    instance = town(reserve, openings, by)
    awards, record, refusals = run(instance)
    assert check_awards(instance, awards, record).violations == []
    assert check_refusals(instance, awards, refusals, record) == []


def test_the_plan_is_as_worked_out_by_hand() -> None:
    """One of p and q, r for a disabled holder, t, u, v: five, with one unit reserved."""
    _, record, _ = run(town(1, 7))
    plan = plan_of(record)
    assert set(plan) - {"p", "q"} == {"r", "t", "u", "v"}
    assert plan["r"] == "kept"
    assert len(plan) == 5
    _, record, _ = run(town(3, 7))
    assert {p for p, each in plan_of(record).items() if each == "kept"} == {"p", "q", "r"}


Change = Callable[[Plan], Plan]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda plan: plan | {"nowhere": "open"}, "check_plan_site"),
        (lambda plan: plan | {"p": "open", "q": "open"}, "check_plan_spacing"),
        (lambda plan: plan | {"p": "kept", "q": "open"}, "check_plan_spacing"),
        (lambda plan: plan | {"s": "kept"}, "check_plan_barred"),
        (lambda plan: plan | {"r": "open"}, "check_plan_barred"),
        (lambda plan: plan | {"t": "kept", "u": "kept"}, "check_plan_kept_units"),
        (lambda plan: {p: each for p, each in plan.items() if p != "u"}, "check_plan_closed"),
        (lambda plan: plan | {"u": "kept"}, "check_plan_holder"),
    ],
)
def test_each_corruption_of_a_plan_is_caught(change: Change, code: str) -> None:
    """V4 for plans: sites, spacing, outlets and schools, reserves, and awards beside it."""
    instance = town(1, 7)
    awards, record, _ = run(instance)
    assert dict(zip(awards["applicant_id"], awards["place_id"], strict=True))["d"] == "u"
    changed = with_plan(record, change(plan_of(record)))
    assert code in codes(check_awards(instance, awards, changed))


def test_too_many_sites_are_found() -> None:
    instance = town(1, 2)
    awards, record, _ = run(instance)
    changed = with_plan(record, plan_of(record) | {"t": "open", "u": "open", "v": "open"})
    assert "check_plan_number" in codes(check_awards(instance, awards, changed))


def test_sites_kept_without_a_reserve_are_found() -> None:
    instance = town(0, 7)
    awards, record, _ = run(instance)
    changed = with_plan(record, plan_of(record) | {"r": "kept"})
    assert "check_plan_kept" in codes(check_awards(instance, awards, changed))


def test_a_site_that_could_open_besides_is_found() -> None:
    """V has no award when e holds nothing there; the plan is called the largest."""
    instance = town(1, 7)
    awards, record, _ = run(instance)
    unused = sorted(set(plan_of(record)) - set(awards["place_id"]))
    assert unused == ["r"]
    smaller = {p: each for p, each in plan_of(record).items() if p != "r"}
    found = check_awards(instance, awards, with_plan(record, smaller))
    assert {"check_plan_idle", "check_level_value"} <= codes(found)
    stopped = with_plan(record, smaller)
    for level in stopped["stages"][0]["plan"]["levels"]:
        level["proven"] = False
    assert "check_plan_idle" not in codes(check_awards(instance, awards, stopped))


def test_a_list_without_its_plan_cannot_be_judged() -> None:
    instance = town(1, 7)
    awards, record, refusals = run(instance)
    assert "check_plan_missing" in codes(check_awards(instance, awards))
    record["stages"][0]["plan"] = None
    assert "check_plan_missing" in codes(check_awards(instance, awards, record))
    assert confirm_reasons(instance, awards, refusals) != []


@pytest.mark.parametrize(
    "code", ["plan_opened", "plan_reserve", "plan_kept", "plan_townships", "plan_asked", "key"]
)
def test_levels_of_the_plan_are_counted_again(code: str) -> None:
    instance = town(1, 7, "demand")
    awards, record, _ = run(instance)
    (level,) = (level for level in record["stages"][0]["plan"]["levels"] if level["code"] == code)
    level["value"] += 1
    level["bound"] += 1
    assert "check_level_value" in codes(check_awards(instance, awards, record))


@pytest.mark.parametrize(
    ("change", "code"),
    [({"bound": 9}, "check_level_bound"), ({"code": "plan_beauty"}, "check_level_unknown")],
)
def test_a_level_told_wrongly_is_found(change: dict[str, Any], code: str) -> None:
    instance = town(1, 7)
    awards, record, _ = run(instance)
    record["stages"][0]["plan"]["levels"][0] |= change
    assert code in codes(check_awards(instance, awards, record))


def test_reasons_tell_of_the_plan() -> None:
    """Not in the plan, or kept for disabled holders: each confirmed by the plan."""
    instance = town(3, 7)
    awards, record, refusals = run(instance)
    told = {
        (row["applicant_id"], row["place_id"]): row["reason_code"]
        for row in refusals.to_dict("records")
    }
    assert told["e", "p"] == "site_for_disabled"
    instance = town(0, 1)
    awards, record, refusals = run(instance)
    closed = set(PLACES) - set(plan_of(record))
    planned = refusals["reason_code"] == "site_not_planned"
    assert set(refusals.loc[planned, "place_id"]) <= closed
    assert planned.any()
    swapped = refusals.assign(
        reason_code=refusals["reason_code"].replace(
            {"site_not_planned": "site_for_disabled", "site_for_disabled": "site_not_planned"}
        )
    )
    wrong = confirm_reasons(instance, awards, swapped, record)
    assert wrong == [n for n, is_planned in enumerate(planned) if is_planned]
