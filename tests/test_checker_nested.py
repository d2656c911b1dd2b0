"""Where a lottery needs no solver's word: rules that fit a network, as the checker reads them."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from allocation.checker import check_lottery
from allocation.checker.nested import Nets
from allocation.instance import Instance
from tests.instances_helper import (
    BY_TIER,
    Person,
    Rules,
    Spot,
    Wish,
    make_limit,
    make_quota,
    make_reserve,
)
from tests.lottery_helper import ABOVE, draw, lottery_instance

WISHES = [Wish(0, 0), Wish(1, 0, 1), Wish(1, 1, 2), Wish(2, 1), Wish(3, 2)]
"""A chain over two places, and somebody beside it."""


def town(levels: tuple[str, ...] = (), people: Any = None, **rules: Any) -> Instance:
    spots = [Spot("kiosk", is_candidate=True)] * 3
    return lottery_instance(people or [Person()] * 4, spots, WISHES, Rules(**rules), levels=levels)


def fits(instance: Instance, name: str = "A001") -> bool:
    return nets_of(instance).fit([name])


def nets_of(instance: Instance) -> Nets:
    app, stage = instance.applications, instance.stages[-1]
    usable = np.zeros(len(app.place), dtype=np.bool_)
    usable[stage.applications] = app.eligible[stage.applications]
    return Nets(instance, stage, usable)


def reserve(*places: int, **more: Any) -> Any:
    return make_reserve("kiosk/r", "kiosk", places, [True, True, False, False], 1, **more)


class TestFit:
    """One award a person and units of places always fit; what is added may not."""

    @pytest.mark.parametrize(
        ("rules", "expected"),
        [
            ({}, True),
            ({"household_max": 1}, True),
            # Sets of people, and of places, nest with what there is.
            ({"quotas": [make_quota("q", "max", [0, 1, 2], 1, hard=True)]}, True),
            ({"limits": [make_limit("openings_max", "kiosk", [0, 1], 1)]}, True),
            ({"reserves": [reserve(0)]}, True),
            # One that crosses a person's wishes and a place's applications.
            ({"quotas": [make_quota("q", "max", [1, 3], 1, hard=True)]}, False),
            ({"reserves": [reserve(0, 1)]}, False),
            ({"quotas": [make_quota("q", "max", [0, 1, 2], 1)]}, False),
            ({"limits": [make_limit("density", "kiosk", [0, 1], 1, centre=0)]}, False),
            ({"limits": [make_limit("openings_max", "kiosk", [0, 1], 1, existing=2)]}, False),
            ({"conflicts": [(0, 1, 1, 1)]}, False),
            ({"reserves": [reserve(0, linear=True)]}, False),
        ],
    )
    def test_rules(self, rules: dict[str, Any], expected: bool) -> None:
        people = [Person(household=0), Person(household=0), Person(), Person()]
        instance = town(people=people, **rules)
        assert fits(instance) is expected
        assert fits(instance, "A004")

    def test_two_levels_may_be_one_weighted_sum(self) -> None:
        rules: dict[str, Any] = {"priorities": {"kiosk": BY_TIER}}
        assert fits(town(ABOVE, **rules))
        two = [Person(), Person(tier=2), Person(), Person()]
        assert not fits(town(ABOVE, two, **rules))
        assert fits(town((), two, **rules))

    def test_bounds_the_checker_does_not_know_are_not_plain(self) -> None:
        assert nets_of(town()).are_plain(["A001"])
        assert not nets_of(town(ABOVE, priorities={"kiosk": BY_TIER})).are_plain(["A001"])
        assert not nets_of(town(reserves=[reserve(0)])).are_plain(["A001"])
        assert not nets_of(town()).fit(["somebody else"])


def forged(instance: Instance, first: dict[str, Any]) -> set[str]:
    """Publish 0, 1, 1, 1 before any draw, on another word than arithmetic; return the codes."""
    drawn = draw(instance)
    lottery, chances = copy.deepcopy(drawn.lottery), drawn.chances.copy()
    stage = lottery["stages"][0]
    stage["parts"], stage["drawn"] = [], False
    plain: dict[str, Any] = {"rules": [], "others": [], "route": "solver"}
    names = list(instance.applicants.id)
    stage["tight_sets"] = [
        {**plain, "chance": [0, 1], "bound": [0, 1], "applicants": names[:1]} | first,
        {**plain, "chance": [1, 1], "bound": [1, 1], "applicants": names[1:], "route": "certain"},
    ]
    chances["numerator"], chances["denominator"] = [0, 1, 1, 1], [1, 1, 1, 1]
    chances["chance"], chances["tight_set"] = [0.0, 1.0, 1.0, 1.0], [0, 1, 1, 1]
    report = check_lottery(instance, drawn.awards.head(0), chances, lottery)
    return {violation.code for violation in report.violations}


class TestWord:
    """Two places for three: 2/3 each is leximin, and no draw shows that 0, 1, 1 is not."""

    @pytest.mark.parametrize(
        "first",
        [
            {},
            {"bound": [1, 2]},
            {"route": "flow", "rules": [{"rule": "level", "item": "", "sign": 1, "units": 0}]},
        ],
    )
    def test_it_does_not_count_where_rules_fit_a_network(self, first: dict[str, Any]) -> None:
        assert forged(town(), first) == {"check_tight_set_word"}

    def test_it_counts_where_they_do_not(self) -> None:
        crossing = [make_quota("q", "max", [1, 3], 1, hard=True)]
        assert forged(town(quotas=crossing), {}) == set()

    def test_a_level_may_be_named_where_there_is_one(self) -> None:
        rule = {"rule": "level", "item": "", "sign": 1, "units": 0}
        levels = town(ABOVE, priorities={"kiosk": BY_TIER})
        assert forged(levels, {"route": "flow", "rules": [rule]}) == set()
        assert forged(levels, {}) == {"check_tight_set_word"}
