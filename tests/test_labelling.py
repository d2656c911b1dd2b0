"""Which award uses which reserve unit."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest

from allocation.instance import Instance, Ints
from allocation.mechanisms.labelling import label_awards
from allocation.rules.reserves import reserve_units
from tests import oracle
from tests.instances_helper import Person, Rules, Spot, Wish, make_instance, make_reserve
from tests.random_instances import random_instance


def test_as_many_awards_as_possible_are_labelled() -> None:
    """The first could take either unit; it leaves the one that the second needs."""
    reserves = [
        make_reserve("any", "stall", [0], [True, True], 1),
        make_reserve("first", "stall", [0], [True, False], 1),
    ]
    instance = make_instance(
        [Person(draw=1), Person(draw=2)],
        [Spot(capacity=2)],
        [Wish(0, 0), Wish(1, 0)],
        Rules(reserves=reserves),
    )
    assert label_awards(instance, np.array([0, 1])).tolist() == [1, 0]


def test_room_is_made_along_a_chain_of_reserves() -> None:
    """The third award moves the second to another reserve, the second the first."""
    able = [(0, 1), (1, 2), (0,)]
    reserves = [
        make_reserve(f"r{g}", "stall", [0], [g in usable for usable in able], 1) for g in range(3)
    ]
    instance = make_instance(
        [Person()] * 3,
        [Spot(capacity=3)],
        [Wish(i, 0) for i in range(3)],
        Rules(reserves=reserves),
    )
    assert sorted(label_awards(instance, np.array([0, 1, 2])).tolist()) == [0, 1, 2]


def test_a_scarce_unit_goes_by_tier_before_draw() -> None:
    """The better draw number is in the worse tier."""
    reserve = make_reserve("r", "stall", [0], [True, True], 1)
    instance = make_instance(
        [Person(tier=2, draw=1), Person(tier=1, draw=2)],
        [Spot(capacity=2)],
        [Wish(0, 0), Wish(1, 0)],
        Rules(reserves=[reserve]),
    )
    assert label_awards(instance, np.array([0, 1])).tolist() == [-1, 0]


def test_an_award_elsewhere_or_to_somebody_else_is_not_labelled() -> None:
    """The reserve is for the first person and the first place only."""
    reserve = make_reserve("r", "stall", [0], [True, False], 3)
    instance = make_instance(
        [Person(), Person()],
        [Spot(capacity=2), Spot()],
        [Wish(0, 1), Wish(1, 0)],
        Rules(reserves=[reserve]),
    )
    assert label_awards(instance, np.array([0, 1])).tolist() == [-1, -1]


def test_no_awards_have_no_labels() -> None:
    """The labels of an empty list are an empty array."""
    instance = make_instance([Person()], [Spot()], [Wish(0, 0)])
    assert label_awards(instance, np.empty(0, np.int64)).tolist() == []


ROUNDED = {
    "ceil": ceil,
    "floor": floor,
    "half_up": lambda exact: floor(exact + Fraction(1, 2)),
    "floor_min1": lambda exact: max(1, floor(exact)) if exact else 0,
}


@pytest.mark.parametrize("rounding", sorted(ROUNDED))
@pytest.mark.parametrize("existing", [0, 1, 3])
@pytest.mark.parametrize("share", [Fraction(0), Fraction(1, 10), Fraction(1, 2), Fraction(2, 3)])
def test_units_of_an_opened_base_follow_the_opened_sites(
    rounding: str, existing: int, share: Fraction
) -> None:
    """The share of existing and opened candidate sites, rounded; other places do not count."""
    reserve = make_reserve(
        "r",
        "kiosk",
        [0, 1, 2],
        [True],
        0,
        linear=True,
        share=share,
        rounding=rounding,
        base_existing=existing,
    )
    spots = [Spot("kiosk", is_candidate=True)] * 2 + [Spot("kiosk")]
    instance = make_instance([Person()], spots, [Wish(0, 0)], Rules(reserves=[reserve]))
    for places, opened in [([], 0), ([2], 0), ([1], 1), ([0, 1, 2, 2], 2)]:
        expected = ROUNDED[rounding](share * (existing + opened))
        assert reserve_units(instance, reserve, np.array(places, dtype=np.int64)) == expected


def _some_awards(rng: np.random.Generator, instance: Instance) -> Ints:
    return np.flatnonzero(rng.random(len(instance.applications.place)) < rng.uniform(0.3, 1.0))


@pytest.mark.parametrize("seed", range(150))
def test_labels_are_those_of_the_plain_definition(seed: int) -> None:
    """The labelled awards of random lists are the oracle's; each label is a unit they may use."""
    rng = np.random.default_rng(seed)
    instance = random_instance(rng)
    app = instance.applications
    awards = _some_awards(rng, instance)
    label = label_awards(instance, awards)
    row = np.zeros((1, len(app.place)), dtype=np.bool_)
    row[0, awards] = True
    expected = np.zeros_like(row)
    for kind in set(instance.places.kind):
        expected |= oracle.labelled(instance, kind, row)
    assert awards[label >= 0].tolist() == np.flatnonzero(expected[0]).tolist()
    for number, reserve in enumerate(instance.reserves):
        mine = awards[label == number]
        assert np.isin(app.place[mine], reserve.places).all()
        assert reserve.beneficiaries[app.applicant[mine]].all()
        assert len(mine) <= reserve_units(instance, reserve, app.place[awards])
