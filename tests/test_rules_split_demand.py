"""Reserve units split over places before a lottery: by largest remainder, then by demand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from allocation.checker.reserve_counts import check_reserve_counts
from allocation.instance import Instance
from allocation.messages import ScenarioError
from allocation.rules.reserves import split
from tests.builders import city
from tests.scenario_helper import make

RULE = {"beneficiaries": {"group": "disabled"}, "count": 1, "split_to": "place"}


def town(plan_by: str, mechanism: str = "egalitarian", **rule: Any) -> Instance:
    """Build three stalls: two disabled people ask for the last one, others for the first."""
    people = {
        "A1": {"group": "disabled"},
        "A2": {"group": "disabled"},
        "A3": {"group": "general"},
        "A4": {"group": "general"},
        "A5": {"group": "general"},
    }
    wishes = {"A1": ["r"], "A2": ["r", "q"], "A3": ["p"], "A4": ["p"], "A5": ["p"]}
    stage = {"name": "all", "kinds": ["stall"], "mechanism": mechanism, "plan_by": plan_by}
    return city(
        applicants=people,
        places={name: {} for name in "pqr"},
        applications=wishes,
        scenario={"stage": [stage], "reserve": {"stall": RULE | rule}},
    ).instance


def kept(instance: Instance) -> list[str]:
    return [reserve.scope_id for reserve in instance.reserves for _ in range(reserve.count)]


def test_by_places_alone_the_smaller_id_keeps_the_unit() -> None:
    assert kept(town("places")) == ["p"]


def test_by_demand_the_place_that_beneficiaries_ask_for_does() -> None:
    """Others who ask do not count."""
    assert kept(town("demand")) == ["r"]
    assert kept(town("demand", count=2)) == ["q", "r"]


@pytest.mark.parametrize("plan_by", ["places", "demand"])
def test_the_checker_splits_alike(plan_by: str) -> None:
    instance = town(plan_by)
    assert list(check_reserve_counts(instance)) == []
    stage = replace(instance.stages[0], plan_by={"places": "demand", "demand": "places"}[plan_by])
    found = list(check_reserve_counts(replace(instance, stages=(stage,))))
    assert {violation.code for violation in found} == {"check_reserve_count"}
    assert len(found) == 2


def test_a_larger_remainder_goes_before_demand() -> None:
    assert split(2, [13, 13, 14], ["a", "b", "c"], [1, 5, 0]) == [0, 1, 1]
    assert split(1, [10, 10], ["a", "b"], [3, 3]) == [1, 0]


def test_other_mechanisms_do_not_plan(tmp_path: Any) -> None:
    stage = {"name": "only", "kinds": ["stall"], "mechanism": "optimal", "plan_by": "demand"}
    with pytest.raises(ScenarioError) as error:
        make(tmp_path, stage=[stage])
    assert error.value.code == "stable_setting"
    assert error.value.params["readers"] == "stable, egalitarian"
