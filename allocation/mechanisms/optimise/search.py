"""State of one lexicographic search: the program cut down so far, and what is proven."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from allocation.instance import Floats, Ints
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.certificate import (
    Certificate,
    add_value_row,
    certify,
    reach,
    value_divisor,
)
from allocation.mechanisms.optimise.closing import Closed, close_gap
from allocation.mechanisms.optimise.crash import crash_basis
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.proof import ProofLog, clipped
from allocation.mechanisms.optimise.served import fix_served
from allocation.mechanisms.optimise.solving import LARGE, Basis, LpSolution, solve_lp
from allocation.mechanisms.optimise.transport import Market, solve_transport
from allocation.progress import Progress
from allocation.result import LevelResult

_NEAR = 0.01
"""Share of the open columns that may gain from a basis that is near an optimum."""


@dataclass(frozen=True, slots=True, eq=False)
class Objective:
    """One level: maximise ``coefficients x``; people see ``offset ± coefficients x``.

    Attributes
    ----------
    coefficients
        Shape (columns,), int64.
    sense
        ``max`` shows ``offset + c x``, ``min`` shows ``offset - c x``.
    """

    code: str
    params: Mapping[str, Any]
    coefficients: Ints
    sense: Literal["min", "max"] = "max"
    offset: int = 0

    @property
    def spread(self) -> int:
        """Difference between the greatest and the least coefficient."""
        return spread_of(self.coefficients)

    def value(self, x: Ints) -> int:
        """Return the value of a point, to be maximised."""
        return int(self.coefficients @ x)

    def shown(self, value: int) -> int:
        """Return the value as people see it."""
        return self.offset + value if self.sense == "max" else self.offset - value


def spread_of(coefficients: Ints) -> int:
    """Return the difference between the greatest and the least coefficient, 0 among them."""
    return int(coefficients.max(initial=0) - coefficients.min(initial=0))


@dataclass(slots=True)
class Search:
    """State of one search; lives inside ``maximise`` only."""

    program: Program
    budget: Budget
    progress: Progress
    group: Ints
    proof: ProofLog
    x: Ints | None = None
    basis: Basis | None = None
    first_basis: Basis | None = None
    awards_for_one: int = 1
    levels: list[LevelResult] = field(default_factory=list)

    @property
    def point(self) -> Ints:
        """The best point; asked for only once a level is settled."""
        if self.x is None:
            raise RuntimeError("no point was found yet")
        return self.x

    def relax(
        self, objective: Ints, market: Market | None, known: Ints | None = None
    ) -> LpSolution | None:
        """Maximise over the relaxation; ``None`` without a point.

        A program that is a market is solved by a flow, any other by a simplex code from
        the last basis.

        Parameters
        ----------
        market
            The program as :func:`~allocation.mechanisms.optimise.transport.market_of`
            reads it.
        known
            A point that is likely the optimum.
        """
        self.budget.remaining_s()  # a flow cannot be interrupted
        lp = None if market is None else solve_transport(self.program, market, objective, known)
        if lp is None:
            if self._is_far(objective):
                self.basis = crash_basis(self.program, self.group, objective) or self.basis
            lp = solve_lp(
                self.program,
                objective.astype(float),
                self.budget,
                start=self.basis,
                known=self.x,
            )
        if lp is not None and lp.basis is not None:
            self.basis = lp.basis
            self.first_basis = self.first_basis or lp.basis
        return lp

    def _is_far(self, objective: Ints) -> bool:
        """Whether a basis made anew is likely nearer to the optimum than the last one."""
        n_free = int(self.program.is_free.sum())
        if self.basis is None or n_free <= LARGE:
            return self.basis is None
        n_gaining = self.basis.n_gaining(self.program, objective)
        return n_gaining is None or n_gaining > _NEAR * n_free

    def tell(self, objective: Objective, certificate: Certificate | None) -> None:
        """Report a level that takes a search: the best value so far and its bound."""
        value = None if self.x is None else objective.shown(objective.value(self.x))
        bound = None if certificate is None else objective.shown(certificate.bound)
        self.progress.bound(objective.code, value, bound, **objective.params)

    def settle(
        self,
        objective: Objective,
        value: int,
        bound: int,
        certificate: Certificate | None,
        route: str,
        started: float,
    ) -> None:
        """Record a level and cut the program down to the points that reach it."""
        number = len(self.levels)
        level = level_result(objective, value, bound, route, time.monotonic() - started)
        self.levels.append(level)
        self.progress.bound(objective.code, level.value, level.bound, **objective.params)
        if certificate is None:
            before, self.program = (
                self.program,
                add_value_row(self.program, objective.coefficients, value),
            )
            if self.program is not before:
                self.proof.value_row(number, value_divisor(before, objective.coefficients))
            return
        reachable = reach(self.program, certificate, value)
        self.proof.bound(number, certificate)
        self.proof.reached(number, certificate, reachable)
        self.program = reachable.program

    def certify(self, objective: Ints, duals: Floats) -> Certificate | None:
        """Turn duals of the program into a certificate that the proof can name."""
        return certify(self.program, objective, clipped(self.program, duals, self.proof))

    def certify_from_basis(self, objective: Ints) -> tuple[Certificate | None, str]:
        """Return what the basis at hand proves, and how the basis was found."""
        if self.basis is None:
            return None, "lp"
        duals = self.basis.duals(objective, len(self.program.row_lower))
        return None if duals is None else self.certify(objective, duals), self.basis.route

    def close(
        self, objective: Ints, certificate: Certificate, relaxed: LpSolution | None
    ) -> Closed | None:
        """Take the best point there is and prove it by cases, where not too many suffice."""
        if relaxed is None or relaxed.basis is None:  # no vertex: splits would lead nowhere
            return None
        self.x, closed = close_gap(
            self.program,
            objective,
            self.point,
            certificate,
            self.proof,
            len(self.levels),
            int(self.group.max(initial=-1)) + 1,
            self.budget,
            relaxed.basis,
            self._take,
        )
        return closed

    def _take(self, x: Ints) -> None:
        """Take a better point; it is kept should the search end early."""
        self.x = x

    def adopt(self, closed: Closed) -> None:
        """Go on with a program whose gap is closed."""
        self.program, self.proof = closed.program, closed.proof

    def fix_served(self, objective: Objective) -> None:
        """Fix who is served where the level just settled leaves no choice of people."""
        served = fix_served(
            self.program, objective.coefficients, self.group, self.point, self.budget
        )
        if served is not None:
            self.program = served.program
            self.proof.same_people(len(self.levels) - 1)
            if served.dropped:
                self.proof.without_last_row()


def level_result(
    objective: Objective, value: int, bound: int, route: str, seconds: float
) -> LevelResult:
    """Describe a level as people see it."""
    limit = objective.shown(bound)
    return LevelResult(
        objective.code,
        objective.params,
        objective.sense,
        objective.shown(value),
        max(0, limit) if objective.sense == "min" else limit,  # nothing shown is negative
        route,
        route != "open" and bound == value,
        round(seconds, 3),
    )
