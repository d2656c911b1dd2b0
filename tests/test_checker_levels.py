"""Levels, labels and hard rules of the checker against brute force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from allocation.checker.fill import fill_units
from allocation.checker.hard import HardRules, Pairs
from allocation.checker.labels import place_in_units, rounded
from allocation.checker.levels import LevelValues, stage_levels
from allocation.checker.standing import Exchanges, Standing
from allocation.checker.valuation import Valuation
from allocation.checker.waste import find_waste
from tests import oracle
from tests.random_instances import random_instance

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

    from allocation.instance import Instance, Stage

    Rows = NDArray[np.bool_]

SEEDS = range(120)


class Case:
    """A random stage with one lawful list and many others, lawful or not."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.instance: Instance = random_instance(rng, n_applicants=5)
        self.earlier: tuple[int, ...] = ()
        self.index = len(self.instance.stages) - 1
        if self.instance.stages[0].mechanism == "queue":
            self.earlier = oracle.queue(self.instance, 0)
        self.stage: Stage = self.instance.stages[self.index]
        self.lawful = self._lawful()
        self.is_lawful = len(self.lawful) > 0
        none = np.zeros(len(self.instance.applications.place), dtype=np.bool_)
        self.base: Rows = self.lawful[rng.integers(len(self.lawful))] if self.is_lawful else none
        k = len(self.instance.applications.place)
        noise = np.zeros((60, k), dtype=np.bool_)
        noise[:, self.stage.applications] = rng.random((60, len(self.stage.applications))) < 0.2
        noise &= self.instance.applications.eligible
        self.lists: Rows = noise
        if self.is_lawful:
            chosen = self.lawful[rng.integers(len(self.lawful), size=40)]
            self.lists = np.vstack([noise, self.base | noise, chosen])

    def _lawful(self) -> Rows:
        if self.stage.mechanism == "queue":
            return np.zeros((0, len(self.instance.applications.place)), dtype=np.bool_)
        return oracle.lawful_lists(self.instance, self.index, self.earlier)

    def standing(self) -> Standing:
        """Count the base list."""
        rows = np.union1d(np.flatnonzero(self.base), np.array(self.earlier, dtype=np.int64))
        return Standing.of(self.instance, self.stage, rows.astype(np.int64))

    def rules(self) -> HardRules:
        """Hold changes to the conflicts and caps of the instance."""
        near = self.instance.conflicts
        pairs = Pairs.of(near.place_a, near.class_a, near.place_b, near.class_b)
        return HardRules(self.standing(), pairs, self.instance.limits)

    def exchanges(self) -> Exchanges:
        """Turn every list into the change that leads to it from the base list."""
        return Exchanges(
            _padded([self.base & ~row for row in self.lists]),
            _padded([row & ~self.base for row in self.lists]),
        )


def _padded(rows: list[Rows]) -> NDArray[np.int64]:
    width = max(1, *(int(row.sum()) for row in rows))
    out = np.full((len(rows), width), -1, dtype=np.int64)
    for e, row in enumerate(rows):
        out[e, : int(row.sum())] = np.flatnonzero(row)
    return out


@pytest.fixture(params=SEEDS)
def case(request: pytest.FixtureRequest) -> Case:
    """Return a random case; those without a lawful list are passed over."""
    found = Case(request.param)
    if not found.is_lawful:
        pytest.skip("no lawful list")
    return found


def test_plain_levels_agree_with_the_oracle(case: Case) -> None:
    """Each level, valued straight from its definition, on lists lawful or not."""
    for level in stage_levels(case.instance, case.stage):
        expected = oracle.evaluate(
            case.instance, case.stage, level.code, dict(level.params), case.lists[::9]
        )
        values = [
            LevelValues(case.instance, case.stage, np.flatnonzero(row)).of(level)
            for row in case.lists[::9]
        ]
        assert values == expected.tolist(), level


def test_gains_are_differences_of_levels(case: Case) -> None:
    """What a change does to a level is the difference of its values."""
    valuation = Valuation(case.standing())
    gains = valuation.gains(case.exchanges())
    whole = np.vstack([case.base, case.lists])
    for column, level in enumerate(stage_levels(case.instance, case.stage)):
        values = oracle.evaluate(case.instance, case.stage, level.code, dict(level.params), whole)
        sign = 1 if level.sense == "max" else -1
        assert (gains[:, column] == sign * (values[1:] - values[0])).all(), level


def test_the_key_is_compared_where_nothing_else_differs(case: Case) -> None:
    """A change that moves no level is told by the words of the key."""
    gains = Valuation(case.standing()).gains(case.exchanges())
    n_levels = len(stage_levels(case.instance, case.stage))
    tied = ~(gains[:, :n_levels] != 0).any(axis=1)
    words = [
        oracle.key_sums(case.instance, word, np.vstack([case.base, case.lists])) for word in (1, 2)
    ]
    for word, values in enumerate(words):
        assert (gains[tied, n_levels + word] == values[0] - values[1:][tied]).all()


def test_changes_break_a_rule_exactly_when_the_list_is_unlawful(case: Case) -> None:
    """All hard rules at once, against the enumeration of all lawful lists."""
    rule, _ = case.rules().broken(case.exchanges())
    lawful = {row.tobytes() for row in case.lawful}
    assert [row.tobytes() in lawful for row in case.lists] == (rule < 0).tolist()


def test_waste_is_every_addition_or_move_that_is_better(case: Case) -> None:
    """The applications found are those of the better lists one step away."""
    standing = case.standing()
    valuation = Valuation(standing)
    found = find_waste(standing, case.rules(), valuation)
    assert sorted(set(found.row.tolist())) == sorted(_steps(case))


def _steps(case: Case) -> set[int]:
    """Return what lists gain that are better and differ by one addition or move."""
    app, capacity = case.instance.applications, case.instance.places.capacity
    at_place = np.bincount(app.place[case.base], minlength=len(capacity))
    levels = stage_levels(case.instance, case.stage)
    whole = np.vstack([case.base, case.lawful])
    values = [
        oracle.evaluate(case.instance, case.stage, level.code, dict(level.params), whole)
        * (1 if level.sense == "max" else -1)
        for level in levels
    ]
    values += [-oracle.key_sums(case.instance, word, whole) for word in (1, 2)]
    scores = list(zip(*(value.tolist() for value in values), strict=True))
    steps = set()
    for row, score in zip(case.lawful, scores[1:], strict=True):
        added, removed = np.flatnonzero(row & ~case.base), np.flatnonzero(case.base & ~row)
        if (
            len(added) != 1
            or score <= scores[0]
            or at_place[app.place[added[0]]] >= capacity[app.place[added[0]]]
        ):
            continue
        if _leaves_just_enough(case, int(added[0]), removed.tolist()):
            steps.add(int(added[0]))
    return steps


def _leaves_just_enough(case: Case, added: int, removed: list[int]) -> bool:
    """Tell whether what is removed is what the applicant must leave for the place."""
    app, kind = case.instance.applications, case.instance.places.kind
    groups = [g for g in case.instance.exclusive_groups if kind[app.place[added]] in g]
    kinds = {name for group in groups for name in group}
    own = [
        j
        for j in np.flatnonzero(case.base).tolist()
        if app.applicant[j] == app.applicant[added] and kind[app.place[j]] in kinds
    ]
    return sorted(own) == sorted(removed)


@pytest.mark.parametrize("seed", range(60))
def test_numbers_alike_are_labelled_like_single_awards(seed: int) -> None:
    """Filling classes of awards gives the counts of labelling one by one."""
    rng = np.random.default_rng(seed)
    n_reserves = int(rng.integers(1, 6))
    units = {g: int(rng.integers(0, 4)) for g in range(n_reserves)}
    demand = []
    for _ in range(int(rng.integers(1, 7))):
        usable = np.flatnonzero(rng.random(n_reserves) < 0.5)
        demand.append((tuple(usable.tolist()), int(rng.integers(0, 5))))
    single = [usable for usable, n in demand for _ in range(n)]
    labels = place_in_units(single, units)
    ends = np.cumsum([n for _, n in demand])
    expected = [
        sum(end - n <= item < end for item in labels)
        for (_, n), end in zip(demand, ends, strict=True)
    ]
    assert fill_units(demand, units) == expected


@pytest.mark.parametrize(
    ("share", "base", "rounding", "units"),
    [
        ("1/10", 45, "ceil", 5),
        ("1/10", 45, "floor", 4),
        ("1/10", 45, "half_up", 5),
        ("1/10", 44, "half_up", 4),
        ("1/10", 3, "floor_min1", 1),
        ("1/10", 0, "floor_min1", 0),
        ("1/10", 0, "ceil", 0),
        ("1/10", 120, "ceil", 12),
    ],
)
def test_rounding(share: str, base: int, rounding: str, units: int) -> None:
    """Shares are exact fractions: a tenth of 120 is 12."""
    from fractions import Fraction

    exact: Fraction = Fraction(share) * base
    assert rounded(exact, rounding) == units
