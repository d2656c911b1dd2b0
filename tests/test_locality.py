"""An order of people and places: nothing is lost, and neighbours come to stand together."""

from __future__ import annotations

import numpy as np
import pytest

from allocation.mechanisms.optimise.locality import order_together


@pytest.mark.parametrize("seed", range(20))
def test_every_wish_and_place_is_there_once(seed: int) -> None:
    """The wishes of a person stay together and in their order."""
    rng = np.random.default_rng(seed)
    person = np.sort(rng.integers(0, 12, int(rng.integers(1, 60))))
    place = rng.integers(0, 9, len(person))
    order, number = order_together(person, place, 9)
    assert sorted(order.tolist()) == list(range(len(person)))
    assert sorted(number.tolist()) == list(range(9))
    moved = person[order]
    assert np.count_nonzero(moved[1:] != moved[:-1]) == len(np.unique(person)) - 1
    same = moved[1:] == moved[:-1]
    assert np.all(order[1:][same] == order[:-1][same] + 1)


def test_places_along_a_road_come_to_stand_along_it() -> None:
    """People want places near each other on a line whose numbers say nothing."""
    rng = np.random.default_rng(0)
    n_places = 200
    name = rng.permutation(n_places)
    start = rng.integers(0, n_places - 3, 400)
    at = (start[:, None] + rng.permuted(np.tile(np.arange(4), (400, 1)), axis=1)).ravel()
    person = np.repeat(np.arange(400), 4)
    order, number = order_together(person, name[at], n_places)
    among = number[name[at]][order].reshape(400, 4)
    assert np.ptp(among, axis=1).max() <= 12
    # And people of one neighbourhood follow each other.
    assert np.abs(np.diff(among.min(axis=1))).max() <= 12
