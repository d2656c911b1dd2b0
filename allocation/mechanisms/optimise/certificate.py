"""Integer certificates of a level's optimum.

For maximising ``c x`` over a :class:`~allocation.mechanisms.optimise.program.Program`,
any dual vector Y (one number a row) gives, with D = S c - Yᵀ A, the identity
``S c x = D x + Y (A x)`` and so the bound

    S c x <= sum_j max(D_j lower_j, D_j upper_j) + sum_i max(Y_i row_lower_i, Y_i row_upper_i).

Y comes from floating point and is rounded to integers at scale S; everything after
that is exact.  S is a highly composite number, so that duals in halves, thirds, ...
lose nothing and the bound of an integral optimum is met exactly.

A point that loses more than ``bound - S * value`` cannot reach ``value``: columns and
rows whose loss per unit exceeds that slack are fixed where they lose nothing.  With
slack 0 what remains is exactly the optimal face.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from allocation.instance import Bools, Floats, Ints
from allocation.mechanisms.optimise.program import Program

SCALES = (720720, 5040, 60, 12, 2, 1)
FINE_SCALES = (720720 * 10**6, 720720 * 10**3, *SCALES)
_LIMIT = 2**61


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """A dual bound in integers.

    Attributes
    ----------
    scale
        S.
    duals
        Y, shape (rows,).
    reduced_costs
        D, shape (columns,).
    scaled_bound
        Bound of S c x.
    """

    scale: int
    duals: Ints
    reduced_costs: Ints
    scaled_bound: int

    @property
    def bound(self) -> int:
        """Greatest integer value the level can have."""
        return self.scaled_bound // self.scale

    def slack(self, value: int) -> int:
        """How much of the scaled bound a point of the given value leaves."""
        return self.scaled_bound - self.scale * value


def certify(
    program: Program, objective: Ints, duals: Floats, *, scales: Sequence[int] = SCALES
) -> Certificate | None:
    """Turn floating-point duals into an integer certificate.

    Parameters
    ----------
    objective
        c, shape (columns,), to be maximised.
    duals
        Shape (rows,); any numbers give a valid bound, good ones a tight one.
    scales
        Scales to round at, the finest first; the first that fits is taken.

    Returns
    -------
    Certificate or None
        ``None`` when the numbers would not fit 64-bit integers.
    """
    scale = _fitting_scale(program, objective, duals, scales)
    if scale is None:
        return None
    y = np.rint(duals * scale).astype(np.int64)
    d = scale * objective
    if y.any():
        d = d - np.asarray(program.matrix.T @ y, dtype=np.int64)
    bound = np.maximum(d * program.lower, d * program.upper).sum()
    bound += np.maximum(y * program.row_lower, y * program.row_upper).sum()
    return Certificate(scale, y, d, int(bound))


def _fitting_scale(
    program: Program, objective: Ints, duals: Floats, scales: Sequence[int]
) -> int | None:
    """Return the finest scale at which no intermediate number leaves 64 bits."""
    if not np.all(np.isfinite(duals)):
        return None
    reach = np.maximum(np.abs(program.row_lower), np.abs(program.row_upper))
    size = program.size
    # Summed without BLAS, whose threads wait for each other on a busy machine; in floating
    # point throughout, since a sum that left 64 bits would come back as a small one.
    own = float((np.abs(objective).astype(float) * size).sum())
    # A dual must fit by itself too: all a row's numbers may be 0 where columns are held there.
    own += float((np.abs(duals) * np.maximum(reach, 1)).sum()) + 1.0
    # Columns fixed since the program was built make a row smaller: only where that
    # could matter are its entries added up again.
    if (own + float((np.abs(duals) * program.row_size).sum())) * scales[0] < _LIMIT:
        return scales[0]
    magnitude = own + float(((abs(program.matrix).T @ np.abs(duals)) * size).sum())
    return next((s for s in scales if magnitude * s < _LIMIT), None)


@dataclass(frozen=True, slots=True, eq=False)
class Reachable:
    """The points of a program that may still reach a value of a level.

    Attributes
    ----------
    program
        With the row ``c x >= value`` where fixing alone does not say it.
    coefficients, constant
        S c x = ``coefficients x + constant`` on it, most coefficients 0: rows held at
        equality contribute a constant, so a level that is settled for most of the
        program keeps coefficients only where something is still open.
    tight
        Shape (rows,): the rows held at equality.
    divisor
        What the row ``c x >= value`` was divided by, 0 where none was added.
    """

    program: Program
    coefficients: Ints
    constant: int
    tight: Bools
    divisor: int


def reaching(program: Program, certificate: Certificate, value: int) -> Program:
    """Fix what no point that may still reach ``value`` can move, without a row that says so."""
    slack = certificate.slack(value)
    d, y = certificate.reduced_costs, certificate.duals
    return replace(
        program,
        has_value_row=False,
        lower=np.where(d > slack, program.upper, program.lower),
        upper=np.where(d < -slack, program.lower, program.upper),
        row_lower=np.where(y > slack, program.row_upper, program.row_lower),
        row_upper=np.where(y < -slack, program.row_lower, program.row_upper),
    )


def reach(program: Program, certificate: Certificate, value: int) -> Reachable:
    """Keep exactly the points that may still reach ``value``."""
    d, y = certificate.reduced_costs, certificate.duals
    fixed = reaching(program, certificate, value)
    tight = fixed.row_lower == fixed.row_upper
    if not certificate.slack(value):  # all that is left reaches the bound itself
        return Reachable(fixed, np.zeros_like(d), certificate.scaled_bound, tight, 0)
    coefficients = d + np.asarray(program.matrix.T @ np.where(tight, 0, y), dtype=np.int64)
    constant = int(y[tight] @ fixed.row_upper[tight])
    before, lower = fixed, certificate.scale * value - constant
    fixed = add_value_row(before, coefficients, lower)
    divisor = value_divisor(before, coefficients) if fixed.has_value_row else 0
    return Reachable(fixed, coefficients, constant, tight, divisor)


def value_divisor(program: Program, coefficients: Ints) -> int:
    """Return the greatest common divisor of a value row over the free columns."""
    return int(np.gcd.reduce(np.abs(coefficients[program.is_free]))) or 1


def add_value_row(program: Program, coefficients: Ints, lower: int) -> Program:
    """Add ``coefficients x >= lower`` over the free columns, divided by its gcd."""
    free = program.is_free
    lower -= int(coefficients[~free] @ program.lower[~free])
    columns = np.flatnonzero(free & (coefficients != 0))
    if len(columns) == 0 and lower <= 0:
        return program
    values = coefficients[columns]
    divisor = value_divisor(program, coefficients)
    return program.with_row(columns, values // divisor, -((-lower) // divisor))
