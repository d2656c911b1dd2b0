"""Integer linear systems solved in fractions (Dixon, Numerische Mathematik 40, 1982).

A float solution tells which columns are in use; this tells their exact values.  One
inverse modulo a prime lifts the solution digit by digit until its fractions can be read
off; the result is checked in integers, so that nothing rests on luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt, lcm

import numpy as np

from allocation.instance import Ints

_PRIME = 67_108_859
"""Below 2**26, so that sums of 1,024 products stay in 63 bits."""
_MOST_ROWS = 1_000
_MOST_DIGITS = 4_096


def solve_exactly(matrix: Ints, target: Sequence[Fraction]) -> list[Fraction] | None:
    """Solve ``matrix @ x = target`` where the columns are independent.

    Parameters
    ----------
    matrix
        Shape (rows, columns), small integers.

    Returns
    -------
    list or None
        ``None`` where the columns depend on each other, no solution exists, or it is
        too long to be of use.
    """
    n = matrix.shape[1]
    if n == 0 or n > _MOST_ROWS:
        return None
    rows = _independent_rows(matrix)
    if rows is None:
        return None
    scale = lcm(*(value.denominator for value in target))
    goal = [value.numerator * (scale // value.denominator) for value in target]
    solution = _lift(matrix[rows], [goal[row] for row in rows.tolist()])
    if solution is None:
        return None
    found = [value / scale for value in solution]
    return found if _holds(matrix, found, target) else None


def _holds(matrix: Ints, x: Sequence[Fraction], target: Sequence[Fraction]) -> bool:
    scale = lcm(*(value.denominator for value in x))
    whole = [value.numerator * (scale // value.denominator) for value in x]
    for row, value in zip(matrix, target, strict=True):
        used = np.flatnonzero(row)
        total = sum(int(row[j]) * whole[j] for j in used.tolist())
        if total * value.denominator != value.numerator * scale:
            return False
    return True


def _independent_rows(matrix: Ints) -> Ints | None:
    """Return as many rows as columns that are independent modulo the prime."""
    work = matrix.T % _PRIME
    n = len(work)
    chosen: list[int] = []
    for step in range(n):
        candidates = np.flatnonzero(work[step:].any(axis=0))
        if not len(candidates):
            return None
        column = int(candidates[0])
        pivot = step + int(np.flatnonzero(work[step:, column])[0])
        work[[step, pivot]] = work[[pivot, step]]
        work[step] = work[step] * pow(int(work[step, column]), -1, _PRIME) % _PRIME
        others = np.flatnonzero(work[:, column])
        others = others[others != step]
        work[others] = (work[others] - work[others, column][:, None] * work[step]) % _PRIME
        work[:, column] = 0
        chosen.append(column)
    return np.array(sorted(chosen), dtype=np.int64)


def _inverse(square: Ints) -> Ints | None:
    n = len(square)
    work = np.concatenate([square % _PRIME, np.eye(n, dtype=np.int64)], axis=1)
    for step in range(n):
        candidates = np.flatnonzero(work[step:, step])
        if not len(candidates):
            return None
        pivot = step + int(candidates[0])
        work[[step, pivot]] = work[[pivot, step]]
        work[step] = work[step] * pow(int(work[step, step]), -1, _PRIME) % _PRIME
        others = np.flatnonzero(work[:, step])
        others = others[others != step]
        work[others] = (work[others] - work[others, step][:, None] * work[step]) % _PRIME
    inverse: Ints = work[:, n:]
    return inverse


def _lift(square: Ints, goal: Sequence[int]) -> list[Fraction] | None:
    """Lift the solution digit by digit and try to read it off at growing lengths."""
    inverse = _inverse(square)
    if inverse is None:
        return None
    rest = list(goal)
    value = [0] * len(goal)
    power, digits, next_try = 1, 0, 4
    while digits < _MOST_DIGITS:
        digit = inverse @ np.array([r % _PRIME for r in rest], dtype=np.int64) % _PRIME
        taken = square @ digit
        rest = [(r - int(t)) // _PRIME for r, t in zip(rest, taken, strict=True)]
        value = [v + int(d) * power for v, d in zip(value, digit, strict=True)]
        power *= _PRIME
        digits += 1
        if digits == next_try:
            next_try *= 2
            found = _read_off(value, power)
            if found is not None and _holds(square, found, [Fraction(g) for g in goal]):
                return found
    return None


def _read_off(value: Sequence[int], modulus: int) -> list[Fraction] | None:
    """Find the fractions of small terms that the residues stand for."""
    limit = isqrt(modulus // 2)
    found: list[Fraction] = []
    common = 1
    for residue in value:
        # Solutions of one system share most of their denominator.
        top, bottom = _small_ratio(residue * common % modulus, modulus, limit)
        if bottom == 0 or abs(top) > limit or bottom > limit:
            return None
        found.append(Fraction(top, bottom * common))
        common = lcm(common, found[-1].denominator)
    return found


def _small_ratio(residue: int, modulus: int, limit: int) -> tuple[int, int]:
    """Rational reconstruction by the extended Euclidean algorithm."""
    r0, r1, s0, s1 = modulus, residue, 0, 1
    while r1 > limit:
        q = r0 // r1
        r0, r1, s0, s1 = r1, r0 - q * r1, s1, s0 - q * s1
    return (r1, s1) if s1 > 0 else (-r1, -s1)
