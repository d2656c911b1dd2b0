"""From rough weights of plans to exact ones, and what is said where there are none."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from allocation.mechanisms.egalitarian import components
from allocation.mechanisms.egalitarian.exact import solve_exactly
from allocation.messages import ScenarioError, describe
from tests.instances_helper import Person, Rules, Spot, Wish
from tests.lottery_helper import draw, lottery_instance, odds

PENTAGON = lottery_instance(
    [Person() for _ in range(10)],
    [Spot("kiosk", is_candidate=True) for _ in range(5)],
    [Wish(i, i % 5, 1) for i in range(10)] + [Wish(9, 0, 2)],
    Rules(conflicts=[(p, 1, (p + 1) % 5, 1) for p in range(5)]),
)


def test_a_system_is_solved_in_fractions() -> None:
    matrix = np.array([[2, 1], [1, 3], [3, 4]])
    goal = [Fraction(1, 3), Fraction(1), Fraction(4, 3)]
    assert solve_exactly(matrix, goal) == [Fraction(0), Fraction(1, 3)]


def test_columns_that_depend_or_a_goal_out_of_reach_have_no_solution() -> None:
    one = Fraction(1)
    assert solve_exactly(np.array([[1, 2], [2, 4]]), [one, one]) is None
    assert solve_exactly(np.array([[1], [1]]), [one, 2 * one]) is None


@pytest.mark.parametrize("seed", range(5))
def test_random_systems(seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.integers(0, 4, size=(12, 8))
    x = [Fraction(int(a), int(b)) for a, b in rng.integers(1, 50, size=(8, 2))]
    goal = [sum((int(v) * y for v, y in zip(row, x, strict=True)), Fraction(0)) for row in matrix]
    assert solve_exactly(matrix, goal) == x


def test_weighted_plans_give_chances_their_bounds_allow() -> None:
    """Two of five sites at a time; one of ten people wants a second site as well."""
    chances = odds(PENTAGON)
    assert sum(chances) == 2
    assert min(chances) == Fraction(1, 5)


def test_coupled_people_without_weights_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither cells of alike applications nor single ones: the run says which stage."""
    monkeypatch.setattr(components, "mix", lambda columns: None)
    with pytest.raises(ScenarioError) as refused:
        draw(PENTAGON)
    assert refused.value.code == "lottery_coupled"
    assert "joint" in describe(refused.value, "en")
