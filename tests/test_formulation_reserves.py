"""Rules 5 and 6 of the joint stage: reserves, their units and labels, and quotas."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from typing import Literal

import numpy as np
import pytest

from allocation.instance import Instance
from allocation.mechanisms.optimise.formulation import tier_pool
from tests.formulation_helper import NOTHING, SITE, WIDE_SITE, allows, extreme, written
from tests.instances_helper import (
    BY_DRAW,
    BY_TIER,
    Person,
    Rules,
    Spot,
    Wish,
    make_instance,
    make_quota,
    make_reserve,
)
from tests.random_instances import POOLS

Sense = Literal["min", "max"]

# Rule 5: reserves


def test_an_award_uses_one_reserve_unit() -> None:
    """Two reserves for the same people: two awards fill two units, not four."""
    reserves = [make_reserve(f"r{g}", "stall", [0], [True, True], 2) for g in range(2)]
    instance = make_instance(
        [Person()] * 2, [Spot(capacity=4)], [Wish(i, 0) for i in range(2)], Rules(reserves=reserves)
    )
    formulation = written(instance)
    columns = np.concatenate([labels.columns for labels in formulation.labels])
    assert extreme(formulation, [0, 1], columns, 1) == 2
    assert extreme(formulation, [], columns, 1) == 0


def test_a_unit_serves_one_award_and_only_beneficiaries() -> None:
    """One unit, two beneficiaries, one other: one award is labelled."""
    reserve = make_reserve("r", "stall", [0], [True, True, False], 1)
    instance = make_instance(
        [Person()] * 3,
        [Spot(capacity=3)],
        [Wish(i, 0) for i in range(3)],
        Rules(reserves=[reserve]),
    )
    formulation = written(instance)
    (labels,) = formulation.labels
    assert extreme(formulation, [0, 1, 2], labels.columns, 1) == 1
    assert extreme(formulation, [2], labels.columns, 1) == 0


def test_awards_alike_to_every_reserve_share_a_column() -> None:
    """Signatures, not awards, are labelled: by set of reserves and, where it counts, by tier."""
    people = [Person(tier=1), Person(tier=1), Person(tier=2), Person("general", tier=2)]
    disabled = [True, True, True, False]
    reserve = make_reserve("r", "stall", [0], disabled, 3)
    for priority, expected in [(BY_DRAW, 2), (BY_TIER, 1)]:
        instance = make_instance(
            people,
            [Spot(capacity=4)],
            [Wish(i, 0) for i in range(4)],
            Rules(reserves=[reserve], priorities={"stall": priority}),
        )
        assert len(written(instance).labels) == expected


def test_tier_levels_count_pools_given_by_tier() -> None:
    """All awards, those of a preferred class, labelled ones or none, by the published lists."""
    instance = make_instance([Person()], [Spot()], [Wish(0, 0)])
    pools = [
        tier_pool(replace(instance, priorities={"stall": priority}), "stall") for priority in POOLS
    ]
    assert pools == ["all", "labelled", "labelled", "preferred", "preferred", "none", "none"]


ROUNDED = {
    "ceil": ceil,
    "floor": floor,
    "half_up": lambda exact: floor(exact + Fraction(1, 2)),
    "floor_min1": lambda exact: max(1, floor(exact)) if exact else 0,
}
SHARES = [Fraction(0), Fraction(1, 10), Fraction(1, 3), Fraction(1, 2), Fraction(3, 4), Fraction(1)]


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("rounding", sorted(ROUNDED))
@pytest.mark.parametrize("share", SHARES)
def test_units_of_an_opened_base_are_the_rounded_share(
    rounding: str, share: Fraction, wide: bool
) -> None:
    """The column has one value for each list: the rounded share of existing and opened sites."""
    for existing in (0, 1, 4):
        reserve = make_reserve(
            "r",
            "kiosk",
            [0, 1, 2, 3],
            [True] * 3,
            0,
            linear=True,
            share=share,
            rounding=rounding,
            base_existing=existing,
        )
        sites = [WIDE_SITE if wide else SITE] * 3
        instance = make_instance(
            [Person()] * 3,
            [*sites, Spot("kiosk")],
            [Wish(i, p, p + 1) for i in range(3) for p in range(3)],
            Rules(reserves=[reserve]),
        )
        formulation = written(instance)
        column = np.array([formulation.linear_units[0]])
        for awards, opened in [([], 0), ([0], 1), ([0, 4], 2), ([0, 4, 8], 3)]:
            expected = ROUNDED[rounding](share * (existing + opened))
            assert extreme(formulation, awards, column, 1) == expected
            assert extreme(formulation, awards, column, -1) == expected


def test_a_hard_reserve_keeps_its_units_from_others() -> None:
    """Two of three units are kept: one other person gets in, and units may stay empty."""
    reserve = make_reserve("r", "stall", [0], [True, False, False], 2, hard=True)
    instance = make_instance(
        [Person()] * 3,
        [Spot(capacity=3)],
        [Wish(i, 0) for i in range(3)],
        Rules(reserves=[reserve]),
    )
    formulation = written(instance)
    assert allows(formulation, [0, 1])
    assert allows(formulation, [2])
    assert not allows(formulation, [1, 2])


@pytest.mark.parametrize("linear", [False, True])
def test_a_hard_reserve_larger_than_its_places_closes_them_to_others(linear: bool) -> None:
    """More units than places: no other person gets one, and no list becomes unlawful."""
    reserve = make_reserve(
        "r",
        "kiosk",
        [0, 1],
        [True, True, False],
        5,
        hard=True,
        linear=linear,
        share=Fraction(1),
        base_existing=4,
    )
    instance = make_instance(
        [Person()] * 3,
        [SITE] * 2,
        [Wish(0, 0), Wish(1, 1), Wish(2, 0)],
        Rules(reserves=[reserve]),
    )
    formulation = written(instance)
    assert allows(formulation, [])
    assert allows(formulation, [0, 1])
    assert not allows(formulation, [2])


def test_a_hard_reserve_of_opened_sites_grows_with_them() -> None:
    """Half of the opened sites, rounded up: one of one, one of two."""
    reserve = make_reserve(
        "r",
        "kiosk",
        [0, 1],
        [True, False, False],
        0,
        hard=True,
        linear=True,
        share=Fraction(1, 2),
    )
    instance = make_instance(
        [Person()] * 3,
        [SITE] * 2,
        [Wish(0, 0), Wish(1, 1), Wish(2, 0)],
        Rules(reserves=[reserve]),
    )
    formulation = written(instance)
    assert allows(formulation, [0, 1])
    assert allows(formulation, [1])
    assert not allows(formulation, [1, 2])


def test_reserves_of_other_stages_bind_nothing_here() -> None:
    """A hard reserve of licences has no row in the joint stage."""
    reserve = make_reserve("r", "tobacco", [0], [False], 1, hard=True)
    instance = make_instance(
        [Person()],
        [Spot("tobacco"), Spot()],
        [Wish(0, 0, accepted_order=0), Wish(0, 1, 2)],
        Rules(queue_kinds=("tobacco",), reserves=[reserve]),
    )
    assert allows(written(instance), [1])
    assert written(instance).labels == ()


# Rule 6: quotas


def _with_quota(*quotas: tuple[Sense, int, Fraction, bool]) -> Instance:
    """Return three people at one place; each quota counts the first two awards of all."""
    made = [
        make_quota(
            f"q{number}",
            sense,
            [0, 1],
            bound,
            share=share,
            denominator=np.arange(3) if share else NOTHING,
            hard=hard,
        )
        for number, (sense, bound, share, hard) in enumerate(quotas)
    ]
    return make_instance(
        [Person()] * 3, [Spot(capacity=3)], [Wish(i, 0) for i in range(3)], Rules(quotas=made)
    )


@pytest.mark.parametrize(
    ("sense", "bound", "share", "kept", "broken"),
    [
        ("min", 1, Fraction(0), [[0], [0, 1, 2]], [[], [2]]),
        ("max", 1, Fraction(0), [[], [0, 2]], [[0, 1], [0, 1, 2]]),
        ("min", 0, Fraction(1, 2), [[], [0], [0, 2], [0, 1, 2]], [[2]]),
        ("max", 0, Fraction(1, 2), [[], [2], [0, 2]], [[0], [0, 1], [0, 1, 2]]),
        ("min", 1, Fraction(1, 3), [[0, 1], [0, 1, 2]], [[], [0], [0, 2]]),
        ("max", 1, Fraction(1, 3), [[0], [0, 2], [0, 1, 2]], [[0, 1]]),
    ],
)
def test_a_hard_quota_holds_in_every_list(
    sense: Sense, bound: int, share: Fraction, kept: list[list[int]], broken: list[list[int]]
) -> None:
    """Numbers and shares of the awarded, rounded against whoever owes them."""
    formulation = written(_with_quota((sense, bound, share, True)))
    assert formulation.gaps == {}
    for awards in kept:
        assert allows(formulation, awards), awards
    for awards in broken:
        assert not allows(formulation, awards), awards


@pytest.mark.parametrize(
    ("sense", "bound", "share", "awards", "missing"),
    [
        ("min", 2, Fraction(0), [], 2),
        ("min", 2, Fraction(0), [0, 1], 0),
        ("min", 0, Fraction(2, 3), [2], 1),
        ("min", 1, Fraction(2, 3), [2], 2),
        ("max", 0, Fraction(0), [0, 1], 2),
        ("max", 0, Fraction(1, 3), [0, 1, 2], 1),
        ("max", 2, Fraction(0), [0, 2], 0),
    ],
)
def test_an_elastic_quota_gives_way_by_what_is_missing(
    sense: Sense, bound: int, share: Fraction, awards: list[int], missing: int
) -> None:
    """The least gap is the number by which the rounded bound is missed."""
    formulation = written(_with_quota((sense, bound, share, False)))
    assert extreme(formulation, awards, formulation.gaps["q0"], -1) == missing


def test_a_quota_may_be_left_out_by_name() -> None:
    """How a clash is narrowed down: a hard quota goes, an elastic one stays."""
    instance = _with_quota(("min", 3, Fraction(0), True), ("min", 3, Fraction(0), False))
    assert not allows(written(instance), [0, 1, 2])
    formulation = written(instance, without=frozenset({"q0", "q1"}))
    assert allows(formulation, [])
    assert list(formulation.gaps) == ["q1"]


def test_a_quota_binds_the_stage_whose_awards_it_counts() -> None:
    """Two licences are asked for: the joint stage can do nothing about it."""
    quota = make_quota("licences", "min", [0], 2, hard=True)
    instance = make_instance(
        [Person()],
        [Spot("tobacco"), Spot()],
        [Wish(0, 0, accepted_order=0), Wish(0, 1, 2)],
        Rules(queue_kinds=("tobacco",), quotas=[quota]),
    )
    assert allows(written(instance), [1])


def test_a_hard_quota_that_counts_nobody_fails() -> None:
    """At least one severe award, and no such application anywhere."""
    quota = make_quota("severe", "min", [], 1, hard=True)
    instance = make_instance([Person()], [Spot()], [Wish(0, 0)], Rules(quotas=[quota]))
    assert not allows(written(instance), [])
    assert not allows(written(instance), [0])
