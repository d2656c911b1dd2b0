"""The brute-force meaning of ``egalitarian``: every list, then exact linear programs.

All lawful lists of a stage that reach its levels are written out; leximin over their
lotteries is found by a simplex in fractions, one chance at a time.  Meant for up to six
applicants; shares no code with the mechanism or the checker.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from tests import oracle

if TYPE_CHECKING:
    from allocation.instance import Instance

Numbers = list[Fraction]


def lists_of_the_lottery(
    instance: Instance, stage_index: int = 0, earlier: Sequence[int] = ()
) -> oracle.Rows:
    """Return every lawful list that reaches the stage's levels, one a row."""
    stage = instance.stages[stage_index]
    rows = oracle.lawful_lists(instance, stage_index, earlier)
    for name in stage.levels:
        for code, params, sense in oracle.expand(instance, stage, name):
            if len(rows):
                values = oracle.evaluate(instance, stage, code, params, rows)
                rows = rows[values == (values.min() if sense == "min" else values.max())]
    return rows


def served_sets(
    instance: Instance, stage_index: int = 0, earlier: Sequence[int] = ()
) -> list[tuple[int, ...]]:
    """Return the sets of applicants that the lists of the lottery may serve."""
    applicant = instance.applications.applicant
    # One award a person and stage, whatever the exclusive groups say.
    found = set()
    for row in lists_of_the_lottery(instance, stage_index, earlier):
        people = applicant[np.flatnonzero(row)].tolist()
        if len(people) == len(set(people)):
            found.add(tuple(sorted(people)))
    return sorted(found)


def leximin(sets: Sequence[tuple[int, ...]], people: Sequence[int]) -> dict[int, Fraction]:
    """Return the leximin chances of some people over the lotteries of some sets."""
    fixed: dict[int, Fraction] = {}
    while len(fixed) < len(people):
        free = [i for i in people if i not in fixed]
        level = _best(sets, free, fixed, None)
        # A chance that cannot exceed the level while all others keep theirs is settled.
        stuck = [i for i in free if _best(sets, free, fixed, (i, level)) == level]
        assert stuck
        fixed.update(dict.fromkeys(stuck, level))
    return fixed


def _best(
    sets: Sequence[tuple[int, ...]],
    free: Sequence[int],
    fixed: dict[int, Fraction],
    raised: tuple[int, Fraction] | None,
) -> Fraction:
    """Maximise the smallest free chance, or one chance with the others at a level."""
    rows: list[Numbers] = []
    width = len(sets) + 1
    goal = [Fraction(0)] * width
    for i in [*free, *fixed]:
        row = [Fraction(-int(i in each)) for each in sets] + [Fraction(0)]
        limit = -fixed.get(i, Fraction(0))
        if i in free and raised is None:
            row[-1] = Fraction(1)
        elif i in free and raised is not None:
            limit = -raised[1]
        rows.append([*row, limit])
    total = [Fraction(1)] * len(sets) + [Fraction(0)]
    rows += [[*total, Fraction(1)], [-v for v in total] + [Fraction(-1)]]
    if raised is None:
        goal[-1] = Fraction(1)
    else:
        goal[:-1] = [Fraction(int(raised[0] in each)) for each in sets]
    return maximum(rows, goal)


def maximum(rows: Sequence[Numbers], goal: Numbers) -> Fraction:
    """Maximise ``goal x`` over ``row[:-1] x <= row[-1]``, x >= 0, by Bland's rule.

    Parameters
    ----------
    rows
        Each ends with its right-hand side.  The program must be feasible and bounded.
    """
    n, m = len(goal), len(rows)
    zero = Fraction(0)
    # Phase one: one artificial column takes up what is negative.
    table = [
        [*row[:-1], *(Fraction(int(k == j)) for j in range(m)), Fraction(-1), row[-1]]
        for k, row in enumerate(rows)
    ]
    basis = list(range(n, n + m))
    artificial = n + m
    worst = min(range(m), key=lambda k: table[k][-1])
    if table[worst][-1] < 0:
        _pivot(table, basis, worst, artificial)
        cost = [zero] * (n + m) + [Fraction(-1)]
        assert _simplex(table, basis, cost) == 0
        if artificial in basis:
            k = basis.index(artificial)
            _pivot(table, basis, k, next(j for j in range(n + m) if table[k][j] != 0))
    for row in table:
        row[artificial] = zero
    return _simplex(table, basis, [*goal, *[zero] * (m + 1)])


def _pivot(table: list[Numbers], basis: list[int], row: int, column: int) -> None:
    unit = table[row][column]
    table[row] = [value / unit for value in table[row]]
    for k, other in enumerate(table):
        if k != row and other[column] != 0:
            factor = other[column]
            table[k] = [a - factor * b for a, b in zip(other, table[row], strict=True)]
    basis[row] = column


def _simplex(table: list[Numbers], basis: list[int], cost: Numbers) -> Fraction:
    while True:
        prices = [cost[j] for j in basis]
        entering = -1
        for j in range(len(cost)):
            if j in basis:
                continue
            reduced = cost[j] - sum(
                (p * row[j] for p, row in zip(prices, table, strict=True) if row[j]), Fraction(0)
            )
            if reduced > 0:
                entering = j
                break
        if entering < 0:
            return sum((p * row[-1] for p, row in zip(prices, table, strict=True)), Fraction(0))
        ratios = [
            (row[-1] / row[entering], basis[k], k)
            for k, row in enumerate(table)
            if row[entering] > 0
        ]
        _, _, leaving = min(ratios)
        _pivot(table, basis, leaving, entering)
