"""What a search proves, step by step, for somebody who does not trust it.

A certificate names the rows of the program it was made for.  Some of those rows hold
levels settled before and were made from earlier certificates; here they are taken apart
again, so that a step speaks of nothing but rows that write rules and of levels::

    scale * (objective x) = rest x + sum of multiplier_i * (row_i x)
                                   + sum of multiplier_k * (level_k x)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import gcd, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allocation.instance import Floats, Ints
from allocation.mechanisms.optimise.branching import Path
from allocation.mechanisms.optimise.certificate import Certificate, Reachable
from allocation.mechanisms.optimise.program import Program
from allocation.result import Claim


@dataclass(frozen=True, slots=True, eq=False)
class RowStep:
    """One step: a claim and the multipliers that prove it.

    Attributes
    ----------
    level
        Number of the level among all those settled, from 0.
    rows, multipliers
        Rows that take part and their multipliers, none of them 0; Python integers where
        64 bits may not hold them.
    level_multipliers
        Multipliers of the levels ``c x >= value`` reached before.
    suppositions
        What a case supposes, in order.
    person
        Applicant whose better wishes the step bounds at their turn, -1 where it bounds the
        level.
    """

    claim: Claim
    level: int
    scale: int
    rows: Ints
    multipliers: NDArray[Any]
    level_multipliers: Mapping[int, int]
    suppositions: Path = ()
    person: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class _ValueRow:
    """``divisor * row = sum of its terms`` on the columns that were free; ~k is level k."""

    divisor: int
    terms: Mapping[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class _Apart:
    """``factor`` times some duals, as multipliers of rules and of levels."""

    factor: int
    rows: Ints
    multipliers: NDArray[Any]
    levels: Mapping[int, int]


@dataclass(slots=True, eq=False)
class ProofLog:
    """Steps so far, and what the program's rows beyond the first ``n_rows`` are made of."""

    n_rows: int
    steps: list[RowStep] = field(default_factory=list)
    _value_rows: list[_ValueRow] = field(default_factory=list)

    def fork(self) -> ProofLog:
        """Return a log that goes its own way from here."""
        return ProofLog(self.n_rows, list(self.steps), list(self._value_rows))

    def bound(self, level: int, certificate: Certificate) -> None:
        """Note the bound of a level."""
        self._note(Claim.BOUND, level, certificate)

    def case(self, level: int, path: Path, certificate: Certificate) -> None:
        """Note what the level is at most in one case, or, of scale 0, that it cannot be."""
        self._note(Claim.CASE, level, certificate, path)

    def same_people(self, level: int) -> None:
        """Note that every list that reaches the level serves the same people."""
        nothing = np.empty(0, dtype=np.int64)
        self.steps.append(RowStep(Claim.SAME_PEOPLE, level, 1, nothing, nothing, {}))

    def reached(self, level: int, certificate: Certificate, reachable: Reachable) -> None:
        """Note what the row is made of that keeps the points reaching a level, if any."""
        if not reachable.divisor:
            return
        apart = self._taken_apart(np.where(reachable.tight, certificate.duals, 0))
        factor, made = apart.factor, {~k: -number for k, number in apart.levels.items()}
        numbers = apart.multipliers.tolist()
        made |= {row: -number for row, number in zip(apart.rows.tolist(), numbers, strict=True)}
        made[~level] = made.get(~level, 0) + certificate.scale * factor
        self._value_rows.append(_ValueRow(reachable.divisor * factor, made))

    def value_row(self, level: int, divisor: int) -> None:
        """Note a row that is the level itself, divided."""
        if divisor:
            self._value_rows.append(_ValueRow(divisor, {~level: 1}))

    def without_last_row(self) -> None:
        """Forget the last value row, which the program has dropped."""
        self._value_rows.pop()

    def _note(
        self, claim: Claim, level: int, certificate: Certificate, suppositions: Path = ()
    ) -> None:
        apart = self._taken_apart(certificate.duals)
        scale = certificate.scale * apart.factor
        divisor = gcd(scale, int(np.gcd.reduce(apart.multipliers)), *apart.levels.values())
        self.steps.append(
            RowStep(
                claim,
                level,
                scale // divisor,
                apart.rows,
                apart.multipliers // divisor,
                {k: number // divisor for k, number in apart.levels.items()},
                suppositions,
            )
        )

    def _taken_apart(self, duals: Ints) -> _Apart:
        """Write the duals as multipliers of rules and levels."""
        rows = np.flatnonzero(duals[: self.n_rows])
        used = [
            (row, number)
            for row, number in zip(self._value_rows, duals[self.n_rows :].tolist(), strict=True)
            if number
        ]
        if not used:
            return _Apart(1, rows, duals[rows], {})
        factor = lcm(*(row.divisor for row, _ in used))
        terms = {row: factor * int(duals[row]) for row in rows.tolist()}
        for value_row, number in used:
            share = factor // value_row.divisor * number
            for key, part in value_row.terms.items():
                terms[key] = terms.get(key, 0) + share * part
        kept = sorted(key for key, number in terms.items() if key >= 0 and number)
        return _Apart(
            factor,
            np.array(kept, dtype=np.int64),
            np.array([terms[key] for key in kept], dtype=object),
            {~key: number for key, number in terms.items() if key < 0 and number},
        )


def clipped(program: Program, duals: Floats, proof: ProofLog) -> Floats:
    """Return duals without those of value rows that pull the wrong way.

    The row of a level reached before bounds from below; what the level is at most is
    not its row's to say, unless it is an equation.
    """
    one_sided = program.row_lower < program.row_upper
    one_sided[: proof.n_rows] = False
    return np.where(one_sided, np.minimum(duals, 0), duals)
