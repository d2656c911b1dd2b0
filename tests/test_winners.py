"""Who is served in every list of greatest ranks, against taking people one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allocation.instance import Bools, Ints
from allocation.mechanisms.network.flow import push
from allocation.mechanisms.optimise.transport import Market, best_flow
from allocation.mechanisms.optimise.winners import settle_winners


def random_wishes(
    rng: np.random.Generator, n_people: int, n_places: int, share: float
) -> Market | None:
    """Give people random wishes for places of one to three units."""
    wishes = np.argwhere(rng.random((n_people, n_places)) < share)
    if not len(wishes):
        return None
    person, place = wishes[:, 0], wishes[:, 1]
    return Market(
        np.arange(len(wishes)),
        person,
        place,
        np.arange(n_people),
        np.zeros(n_people, dtype=np.bool_),
        np.arange(n_places) + n_people,
        np.zeros(n_places, dtype=np.int64),
        rng.integers(1, 4, n_places),
        np.ones(len(wishes), dtype=np.bool_),
        np.zeros(n_people, dtype=np.bool_),
    )


def n_served(market: Market, people: Bools) -> int:
    """Return how many of some people can be served together."""
    n_people, n_places = len(market.must_serve), len(market.most)
    mine = people[market.person]
    who = np.flatnonzero(people)
    pushed = push(
        np.concatenate(
            [
                market.person[mine],
                np.full(len(who), n_people + n_places),
                n_people + np.arange(n_places),
            ]
        ),
        np.concatenate(
            [n_people + market.place[mine], who, np.full(n_places, n_people + n_places + 1)]
        ),
        np.concatenate([np.ones(int(mine.sum()) + len(who), np.int64), market.most]),
        n_people + n_places,
        n_people + n_places + 1,
        n_people + n_places + 2,
    )
    return pushed.amount


def served_in_order(market: Market, order: Ints) -> Bools:
    """Take people one by one, each who can be served beside those taken before."""
    taken = market.must_serve.copy()
    for i in order.tolist():
        taken[i] = True
        if n_served(market, taken) < taken.sum():
            taken[i] = False
    return taken


@pytest.mark.parametrize("seed", range(60))
def test_distinct_ranks_settle_everybody(seed: int) -> None:
    """With much or little room: whom taking people in their order serves, and nobody else."""
    rng = np.random.default_rng(seed)
    n_people = int(rng.integers(1, 40))
    market = random_wishes(rng, n_people, int(rng.integers(1, 12)), float(rng.choice([0.1, 0.3])))
    if market is None:
        return
    must = rng.random(n_people) < rng.choice([0.0, 0.1])
    if n_served(market, must) == must.sum():
        market = replace(market, must_serve=must)
    rank = rng.permutation(n_people) + 1
    settled = settle_winners(market, rank[market.person])
    served = served_in_order(market, np.argsort(-rank))
    assert np.array_equal(settled.wins | market.must_serve, served)
    assert not settled.contends[~served[market.person]].any()
    # And what is left to contend for is enough.
    held = best_flow(settled, rank[market.person])
    assert held is not None
    assert set(market.person[held]) == set(np.flatnonzero(served))


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_settled_that_a_list_of_greatest_ranks_does_otherwise(seed: int) -> None:
    """Equal ranks, ranks of 0 and less, places that must be filled: only what is sure."""
    rng = np.random.default_rng(seed)
    market = random_wishes(rng, 24, 8, 0.25)
    assert market is not None
    least = np.minimum(rng.integers(0, 2, 8), np.bincount(market.place, minlength=8))
    market = replace(market, least=least)
    rank = rng.integers(-2, 4, 24)[market.person]
    weight = 1000 * rank + rng.integers(0, 10, len(rank))
    best = best_flow(market, weight)
    settled = settle_winners(market, rank)
    found = best_flow(settled, weight)
    assert (best is None) == (found is None)
    if best is None or found is None:
        return
    assert weight[best].sum() == weight[found].sum()
    for _ in range(5):  # other lists of the same ranks
        other = best_flow(market, 1000 * rank + rng.integers(0, 10, len(rank)))
        assert other is not None
        assert settled.contends[other].all()
        assert set(np.flatnonzero(settled.wins)) <= set(market.person[other])


def test_equal_ranks_are_left_open() -> None:
    """Two alike and one unit: nobody wins, and both go on contending."""
    market = Market(
        np.arange(2),
        np.arange(2),
        np.zeros(2, dtype=np.int64),
        np.arange(2),
        np.zeros(2, dtype=np.bool_),
        np.array([2]),
        np.array([0]),
        np.array([1]),
        np.ones(2, dtype=np.bool_),
        np.zeros(2, dtype=np.bool_),
    )
    settled = settle_winners(market, np.array([3, 3]))
    assert settled.contends.all()
    assert not settled.wins.any()
    settled = settle_winners(market, np.array([3, 4]))
    assert settled.contends.tolist() == [False, True]
    assert settled.wins.tolist() == [False, True]
