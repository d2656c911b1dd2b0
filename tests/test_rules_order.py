"""The published order at a place, read once for mechanisms and reasons."""

from __future__ import annotations

import numpy as np
import pytest

from allocation.instance import PoolPriority
from allocation.rules.order import composed, criterion_values, pool_scores
from tests.instances_helper import Person, Rules, Spot, Wish, make_instance
from tests.random_instances import random_instance


def test_each_criterion_puts_the_smaller_value_first() -> None:
    people = [
        Person("general", tier=2, draw=2, hard_to_employ=True),
        Person("disabled", tier=1, draw=1),
    ]
    wishes = [Wish(0, 0, band=3, priority_rank=7), Wish(1, 0, band=1)]
    instance = make_instance(people, [Spot()], wishes)
    told = {
        name: criterion_values(instance, name).tolist()
        for name in (
            "band",
            "tier",
            "draw",
            "disabled_first",
            "hard_to_employ_first",
            "priority_rank",
        )
    }
    assert told == {
        "band": [3, 1],
        "tier": [2, 1],
        "draw": [2, 1],
        "disabled_first": [1, 0],
        "hard_to_employ_first": [0, 1],
        "priority_rank": [7, 8],  # who is not ranked comes after everybody who is
    }


@pytest.mark.parametrize("seed", range(20))
def test_scores_order_a_place_as_the_criteria_do(seed: int) -> None:
    instance = random_instance(np.random.default_rng(seed))
    rows = np.arange(len(instance.applications.place))
    for stage in instance.stages:
        mine = rows[np.isin(instance.places.kind[instance.applications.place], stage.kinds)]
        for pool in ("reserved", "open"):
            scores = pool_scores(instance, stage.kinds, pool, mine)
            for p in range(len(instance.places.id)):
                here = np.flatnonzero(instance.applications.place[mine] == p)
                listed = getattr(instance.priorities[instance.places.kind[p]], pool)
                keys = [criterion_values(instance, name, mine[here]) for name in listed]
                assert np.array_equal(np.argsort(scores[here]), np.lexsort(keys[::-1]))


def test_keys_too_wide_for_one_number_are_ranked_instead() -> None:
    wide = [np.array([2**40, 0, 2**40]), np.array([1, 2**40, 0])]
    assert composed(wide).tolist() == [2, 0, 1]
    assert composed([np.array([1, 0, 1]), np.array([1, 2, 0])]).tolist() == [4, 2, 3]


def test_the_draw_stands_last_even_where_it_is_not_named() -> None:
    rules = Rules(priorities={"stall": PoolPriority(("band",), ("band",))})
    people, wishes = [Person(draw=2), Person(draw=1)], [Wish(0, 0), Wish(1, 0)]
    instance = make_instance(people, [Spot()], wishes, rules)
    scores = pool_scores(instance, ["stall"], "open", np.arange(2))
    assert scores[1] < scores[0]
