"""Reserve units of single places: split exactly, in a published order, sites included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.checker.place_rules import published_order
from allocation.draw import draw_numbers
from allocation.instance import Instance, Reserve
from allocation.messages import ScenarioError
from allocation.rules.place_units import relaxing_reserves, split_to_places, tie_order
from tests.builders import city
from tests.instances_helper import (
    Person,
    Rules,
    Spot,
    Wish,
    make_instance,
    make_reserve,
    make_scenario,
)
from tests.stable_markets import as_stable

EVERYBODY = [True, True]


def problem(spots: Sequence[Spot], reserves: Sequence[Reserve]) -> Instance:
    people = [Person("disabled"), Person("general")]
    return make_instance(people, spots, [], Rules(reserves=reserves))


def split_of(
    instance: Instance, closed: Sequence[int] = (), disabled_only: Sequence[int] = ()
) -> dict[tuple[int, int], int]:
    """Return units by (reserve, place)."""
    m = len(instance.places.id)
    is_open, relaxed = np.ones(m, np.bool_), np.zeros(m, np.bool_)
    is_open[list(closed)] = False
    relaxed[list(disabled_only)] = True
    found = split_to_places(instance, instance.stages[0], is_open, relaxed)
    columns = (found.reserve.tolist(), found.place.tolist(), found.units.tolist())
    return {(g, p): n for g, p, n in zip(*columns, strict=True)}


def test_units_follow_capacity() -> None:
    spots = [Spot(capacity=6), Spot(capacity=3), Spot(capacity=1)]
    reserve = make_reserve("stall", "stall", [0, 1, 2], EVERYBODY, 5)
    # Quotas 3, 1.5 and 0.5: equal remainders, so the draw of the place ids decides.
    first = min((1, 2), key=lambda p: tie_order(problem(spots, []))[p])
    expected = {(0, 0): 3, (0, 1): 1 + (first == 1)} | ({(0, 2): 1} if first == 2 else {})
    assert split_of(problem(spots, [reserve])) == expected


def test_equal_remainders_favour_no_id() -> None:
    """Over many seeds every one of three equal places gets the single unit."""
    spots = [Spot(), Spot(), Spot()]
    plain = problem(spots, [make_reserve("stall", "stall", [0, 1, 2], EVERYBODY, 1)])
    got = set()
    for seed in range(30):
        instance = replace(plain, scenario=make_scenario(str(seed)))
        ((_, place),) = split_of(instance)
        numbers = draw_numbers(list(instance.places.id), str(seed), "1")
        assert numbers[place] == 1
        got.add(place)
    assert got == {0, 1, 2}


@pytest.mark.parametrize(
    "draw",
    [None, SimpleNamespace(seed=None, round="1"), SimpleNamespace(seed="386712", round="2023-1")],
)
def test_the_checker_reads_the_same_order(draw: Any) -> None:
    """A draw may stand without a seed, as by order of acceptance; ids alone decide then."""
    plain = problem([Spot() for _ in range(40)], [])
    scenario: Any = SimpleNamespace(draw=draw)
    instance = replace(plain, scenario=scenario)
    assert (tie_order(instance) - 1).tolist() == published_order(instance).tolist()


def test_a_second_reserve_takes_what_the_first_left() -> None:
    """Two stalls, a unit each: the same order must not give both units to one stall."""
    reserves = [make_reserve(name, "stall", [0, 1], EVERYBODY, 1) for name in ("a", "b")]
    found = split_of(problem([Spot(), Spot()], reserves))
    assert sorted(found.values()) == [1, 1]
    assert {p for _, p in found} == {0, 1}


def test_units_beyond_the_places_are_not_made_up() -> None:
    reserves = [make_reserve(name, "stall", [0, 1], EVERYBODY, n) for name, n in
                (("a", 1), ("b", 4))]  # fmt: skip
    assert sum(split_of(problem([Spot(), Spot()], reserves)).values()) == 2


def test_closed_sites_have_no_units() -> None:
    reserve = make_reserve("stall", "stall", [0, 1, 2], EVERYBODY, 2)
    spots = [Spot(), Spot(is_candidate=True), Spot()]
    assert split_of(problem(spots, [reserve]), closed=[1]) == {(0, 0): 1, (0, 2): 1}


def test_a_reserve_whose_sites_all_stay_closed_has_no_units() -> None:
    reserve = make_reserve("stall", "stall", [0, 1], EVERYBODY, 2)
    spots = [Spot(is_candidate=True), Spot(is_candidate=True)]
    assert split_of(problem(spots, [reserve]), closed=[0, 1]) == {}


def test_sites_for_disabled_holders_count_first() -> None:
    """Two units asked, one relaxed site of two units: the other place keeps none."""
    reserve = make_reserve("stall", "stall", [0, 1], EVERYBODY, 2)
    spots = [Spot(capacity=2, is_candidate=True), Spot(capacity=9)]
    assert split_of(problem(spots, [reserve]), disabled_only=[0]) == {(0, 0): 2}


def test_base_opened_counts_the_sites_that_open() -> None:
    reserve = make_reserve(
        "stall", "stall", [0, 1, 2], EVERYBODY, 0, linear=True, share=Fraction(1, 2)
    )
    instance = problem([Spot(is_candidate=True)] * 3, [reserve])
    assert sum(split_of(instance, closed=[2]).values()) == 1
    assert sum(split_of(instance).values()) == 2


def test_only_a_reserve_for_every_disabled_person_relaxes_a_site() -> None:
    reserves = [
        make_reserve("few", "stall", [0, 1], [False, True], 1),
        make_reserve("all", "stall", [1], [True, False], 1),
        make_reserve("later", "stall", [1], [True, True], 1),
    ]
    assert relaxing_reserves(problem([Spot(), Spot()], reserves)).tolist() == [-1, 1]


def test_planned_by_demand_a_unit_stands_where_beneficiaries_ask() -> None:
    """Of equal remainders the one with more eligible beneficiaries; others do not count."""
    people = [Person("disabled"), Person("disabled"), Person("general"), Person("general")]
    wishes = [
        *(Wish(0, 1), Wish(1, 1), Wish(0, 2, 2), Wish(2, 0), Wish(3, 0)),
        *(Wish(1, p, 2 + p, excluded="not_suitable") for p in (0, 2)),
    ]
    reserve = make_reserve("stall", "stall", [0, 1, 2], [True, True, False, False], 1)
    rules = Rules(reserves=[reserve])
    plain = make_instance(people, [Spot()] * 3, wishes, rules)
    assert split_of(as_stable(plain, plan_by="demand")) == {(0, 1): 1}
    two = replace(plain, reserves=(replace(reserve, count=2),))
    assert set(split_of(as_stable(two, plan_by="demand"))) == {(0, 1), (0, 2)}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=8), st.data())
def test_the_parts_sum_to_the_whole(capacities: list[int], data: st.DataObject) -> None:
    """Exactly the units asked for, none beyond a place's own, within one of the quota."""
    count = data.draw(st.integers(0, sum(capacities)))
    places = list(range(len(capacities)))
    reserve = make_reserve("stall", "stall", places, EVERYBODY, count)
    found = split_of(problem([Spot(capacity=c) for c in capacities], [reserve]))
    assert sum(found.values()) == count
    for p, capacity in enumerate(capacities):
        units = found.get((0, p), 0)
        assert units <= capacity
        assert abs(Fraction(count * capacity, sum(capacities)) - units) < 1


def test_a_stable_stage_leaves_its_reserves_whole() -> None:
    """Their scopes stay as published; what each place keeps follows from the split."""
    rule = {"beneficiaries": {"group": "disabled"}, "share": 0.5, "scope": "venue"}
    places = {name: {"venue_id": "M1", "capacity": 2} for name in "pq"}
    stage = {"name": "all", "kinds": ["stall"], "mechanism": "stable"}
    town = city(places=places, scenario={"stage": [stage], "reserve": {"stall": rule}})
    (reserve,) = town.instance.reserves
    assert (reserve.name, reserve.count, reserve.over_and_above) == ("stall/M1", 2, False)
    assert split_of(town.instance) == {(0, 0): 1, (0, 1): 1}


def test_more_units_than_a_stable_stage_has_are_refused() -> None:
    rule = {"beneficiaries": {"group": "disabled"}, "count": 3}
    stage = {"name": "all", "kinds": ["stall"], "mechanism": "stable"}
    with pytest.raises(ScenarioError) as error:
        _ = city(places=2, scenario={"stage": [stage], "reserve": {"stall": rule}}).instance
    assert error.value.code == "reserve_over_capacity"


def test_over_and_above_is_kept() -> None:
    rule = {"beneficiaries": {"group": "disabled"}, "count": 1, "mode": "over_and_above"}
    stage = {"name": "all", "kinds": ["stall"], "mechanism": "stable"}
    town = city(places=2, scenario={"stage": [stage], "reserve": {"stall": rule}})
    assert town.instance.reserves[0].over_and_above
