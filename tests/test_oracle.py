"""The oracle itself, on cases small enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests import oracle
from tests.instances_helper import (
    BY_TIER,
    Person,
    Rules,
    Spot,
    Wish,
    make_instance,
    make_limit,
    make_quota,
    make_reserve,
)
from tests.random_instances import random_instance


def test_the_lower_draw_number_wins_a_contested_place() -> None:
    """Two people, one stall, equal in all but the draw."""
    instance = make_instance([Person(draw=2), Person(draw=1)], [Spot()], [Wish(0, 0), Wish(1, 0)])
    best = oracle.best(instance)
    assert best is not None
    assert best.awards == (1,)


def test_levels_are_valued_in_their_order() -> None:
    """One tier-1 award, then the number, then the draw; the key is not needed."""
    instance = make_instance(
        [Person(tier=2, draw=1), Person(tier=1, draw=2)],
        [Spot()],
        [Wish(0, 0), Wish(1, 0)],
        Rules(levels=("tier", "number", "draw"), priorities={"stall": BY_TIER}),
    )
    best = oracle.best(instance)
    assert best is not None
    assert best.awards == (1,)
    assert best.values == [1, 0, 1, 1]
    assert [level.code for level in best.levels] == ["tier", "tier", "number", "draw"]


def test_a_reserve_is_filled_before_the_draw_decides() -> None:
    """The only beneficiary has the worst draw number and still gets the reserved stall."""
    people = [Person("general", draw=1), Person("general", draw=2), Person("disabled", draw=3)]
    reserve = make_reserve("stall", "stall", [0], [False, False, True], 1)
    instance = make_instance(
        people, [Spot(capacity=2)], [Wish(i, 0) for i in range(3)], Rules(reserves=[reserve])
    )
    best = oracle.best(instance)
    assert best is not None
    assert best.awards == (0, 2)


def test_overlapping_reserves_use_one_unit_per_award() -> None:
    """One award can fill one of two reserves only, so a unit stays short."""
    reserves = [make_reserve(f"r{g}", "stall", [0], [True], 1) for g in range(2)]
    instance = make_instance([Person()], [Spot(capacity=2)], [Wish(0, 0)], Rules(reserves=reserves))
    best = oracle.best(instance)
    assert best is not None
    assert best.levels[0].value == 1


def test_the_key_leaves_one_list() -> None:
    """Two stalls alike: only the published key tells them apart."""
    rules = Rules(levels=("number",))
    instance = make_instance([Person()], [Spot(), Spot()], [Wish(0, 0, 1), Wish(0, 1, 2)], rules)
    words = [oracle.key_word("test", "A001", place, 1) for place in ("P001", "P002")]
    best = oracle.best(instance)
    assert best is not None
    assert best.awards == (int(np.argmin(words)),)
    assert best.values == [1, min(words)]


def test_two_conflicting_sites_never_open_together() -> None:
    """Each wants a site of their own; the sites are too close."""
    spots = [Spot("kiosk", is_candidate=True)] * 2
    rules = Rules(conflicts=[(0, 1, 1, 1)])
    instance = make_instance([Person(), Person()], spots, [Wish(0, 0), Wish(1, 1)], rules)
    best = oracle.best(instance)
    assert best is not None
    assert len(best.awards) == 1


def test_hard_quotas_that_clash_leave_no_list() -> None:
    """At least two awards of one place are asked for."""
    rules = Rules(quotas=[make_quota("two", "min", [0], 2, hard=True)])
    assert oracle.best(make_instance([Person()], [Spot()], [Wish(0, 0)], rules)) is None


def test_a_queue_goes_by_acceptance_and_the_cell_runs_out() -> None:
    """Three premises, two left in the cell: the last accepted gets none."""
    wishes = [Wish(i, i, accepted_order=order) for i, order in enumerate([2, 0, 1])]
    limit = make_limit("cell_number", "tobacco", [0, 1, 2], 2)
    rules = Rules(queue_kinds=("tobacco",), limits=[limit])
    instance = make_instance([Person()] * 3, [Spot("tobacco")] * 3, wishes, rules)
    assert oracle.queue(instance) == (1, 2)


@pytest.mark.parametrize("seed", range(40))
def test_the_best_list_is_among_the_lawful_ones(seed: int) -> None:
    """Whatever the oracle returns keeps every hard rule it enumerates by."""
    instance = random_instance(np.random.default_rng(seed), queue=False)
    best = oracle.best(instance)
    lawful = oracle.lawful_lists(instance, 0)
    assert (best is None) == (len(lawful) == 0)
    if best is not None:
        row = np.zeros(lawful.shape[1], dtype=np.bool_)
        row[list(best.awards)] = True
        assert (lawful == row).all(axis=1).any()
