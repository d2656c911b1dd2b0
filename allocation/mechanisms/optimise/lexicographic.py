"""Exact lexicographic maximisation of integer levels over an integer program.

Levels are taken in groups.  One linear program over a weighted sum of a group finds a
basis; the weights only make it a likely one and nothing relies on them.  From that
basis follows a dual vector for each level alone, and with it an integer certificate
(:mod:`~allocation.mechanisms.optimise.certificate`): a level whose bound equals the
value of an integer point is proven, and the program is cut down to its optimal face.
Where the relaxation is fractional, a small integer program around the fractional part
gives the point; where bound and value still differ, cases with a certificate each close
the gap (:mod:`~allocation.mechanisms.optimise.closing`), and only where these are too many
an integer program over what the slack leaves free settles the level, by the solver's word.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import floor

import numpy as np

from allocation.instance import Floats, Ints
from allocation.mechanisms.optimise.backend import Budget, Interrupted
from allocation.mechanisms.optimise.certificate import Certificate, certify, reach
from allocation.mechanisms.optimise.nearby import best_nearby
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.proof import ProofLog, RowStep
from allocation.mechanisms.optimise.search import Objective, Search, level_result
from allocation.mechanisms.optimise.solving import Basis, LpSolution, MipSolution, solve_mip
from allocation.mechanisms.optimise.transport import market_of
from allocation.mechanisms.optimise.weighing import weigh, weigh_in_market
from allocation.messages import AllocationError
from allocation.progress import Progress
from allocation.result import LevelResult, Status

__all__ = ["Objective", "Outcome", "maximise"]

_LARGEST_SUM = 2**50
_AWARDS_FOR_ONE = 2
"""Awards an exchange may give for one, once weights that allow for one were too near."""
_BETTER_S = 15.0
"""Seconds for a better point: it spares work later, and nothing depends on it."""
_FAR = 10
"""Times the spread of a level that its bound is above the value where the point is poor."""
_INTEGRAL = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The best point and what is known of each level.

    Attributes
    ----------
    x
        Shape (columns,), or ``None`` where no point exists or none was found.
    face
        The program cut down to the points that reach every level settled.
    proof
        What its rows are made of, for more steps.
    steps
        What proves the levels, as far as certificates do.
    start
        Basis of the first relaxation, from which other levels may set out.
    """

    status: Status
    x: Ints | None
    levels: tuple[LevelResult, ...]
    face: Program
    proof: ProofLog
    steps: tuple[RowStep, ...] = ()
    start: Basis | None = None


def maximise(
    program: Program,
    objectives: Sequence[Objective],
    group: Ints,
    budget: Budget,
    progress: Progress,
    *,
    tie_breaks: Callable[[Program], Iterable[Objective]] = lambda _: (),
    least_ties: int = 1,
    difference: Callable[[Ints], Objective] | None = None,
    complete: Callable[[Ints | None], Ints | None] = lambda x: x,
    known: Ints | None = None,
    start: Basis | None = None,
) -> Outcome:
    """Maximise the levels one after the other, exactly.

    Parameters
    ----------
    objectives
        Most important first.
    group
        Shape (columns,): the row, among the program's first, that says a column's person
        is served at most once; -1 for none.
    tie_breaks
        Of the points that reach all levels, further levels, taken one by one until the
        point is proven to be the only one.
    least_ties
        How many of them are taken before that is asked.
    difference
        Of a point, the objective that is greatest at the point least like it.
    complete
        After an early end, gives the point to keep from the best one found, or from
        none.
    known
        A feasible point, shape (columns,).
    start
        Basis of the program to set out from.

    Returns
    -------
    Outcome
        Status ``optimal`` when every level is proven and the point unique;
        ``infeasible`` when the program has no point.  After an early end the levels not
        reached carry the bound that the remaining program allows.
    """
    proof = ProofLog(len(program.row_lower))
    search = Search(program, budget, progress, group, proof, x=known, basis=start)
    try:
        feasible = _settle_all(search, objectives)
        unique = feasible and (
            difference is None or _make_unique(search, tie_breaks, least_ties, difference)
        )
        proven = unique and all(level.proven for level in search.levels)
        # Without levels it is the tie-breaks that find a point, or none.
        feasible &= search.x is not None or difference is None
        status = Status.OPTIMAL if proven else Status.FEASIBLE if feasible else Status.INFEASIBLE
    except Interrupted as interruption:
        status = Status.STOPPED if interruption.by_person else Status.FEASIBLE
        search.x = complete(search.x)
        _value_again(search, objectives)
        _leave_open(search, objectives[len(search.levels) :])
    steps = tuple(step for step in search.proof.steps if step.level < _n_kept(search.levels))
    return Outcome(
        status,
        search.x,
        tuple(search.levels),
        search.program,
        search.proof,
        steps,
        search.first_basis,
    )


def _n_kept(levels: Sequence[LevelResult]) -> int:
    """Count the levels up to the first that is not settled: what its steps say rests on it."""
    return next((n for n, level in enumerate(levels) if not level.proven), len(levels))


def _settle_all(search: Search, objectives: Sequence[Objective]) -> bool:
    """Settle levels one after the other; return whether the program has a point."""
    settled = len(search.levels)
    while left := objectives[len(search.levels) - settled :]:
        if not _settle_from_basis(search, left[0]) and not _advance(search, left):
            return False
    return True


def _settle_from_basis(search: Search, objective: Objective) -> bool:
    """Settle a level that the best point and the basis at hand already prove."""
    if search.levels:  # what is at hand from the start costs next to nothing
        search.budget.remaining_s()
    if search.x is None:
        return False
    started, value = time.monotonic(), objective.value(search.x)
    certificate, route = search.certify_from_basis(objective.coefficients)
    if certificate is None or certificate.bound > value:
        return False
    search.settle(objective, value, value, certificate, route, started)
    return True


def _make_unique(
    search: Search,
    tie_breaks: Callable[[Program], Iterable[Objective]],
    least: int,
    difference: Callable[[Ints], Objective],
) -> bool:
    """Break ties until no other point is left; return whether that is proven."""
    for number, objective in enumerate(tie_breaks(search.program), 1):
        if not _settle_all(search, [objective]):
            return False
        if number < least:
            continue
        started = time.monotonic()
        other = difference(search.point)
        route = _only_point(search, other)
        if route:
            spent = round(time.monotonic() - started, 3)
            search.levels.append(
                LevelResult(other.code, other.params, "max", 0, 0, route, True, spent)
            )
            return True
    return False


def _only_point(search: Search, difference: Objective) -> str | None:
    """Tell by which route no point differs from the present one, ``None`` if one may."""
    number, c = len(search.levels), difference.coefficients
    own = difference.value(search.point)
    if np.any(c[search.program.is_free]):
        certificate, route = search.certify_from_basis(c)
    else:
        certificate, route = search.certify(c, np.zeros(len(search.program.row_lower))), "fixed"
    lp = None
    if certificate is None or certificate.bound > own:
        lp = search.relax(c, market_of(search.program, search.group), search.point)
        certificate = None if lp is None else search.certify(c, lp.duals)
        route = "lp" if lp is None else lp.route
    if certificate is not None and certificate.bound == own:
        search.proof.bound(number, certificate)
        return route
    closed = None if certificate is None else search.close(c, certificate, lp)
    if closed is not None and difference.value(search.point) == own:
        search.adopt(closed)
        search.proof.bound(number, closed.certificate)
        return "cases"
    solution = solve_mip(search.program, c.astype(float), search.budget)
    if solution.bound is not None and floor(solution.bound + 1e-6) <= own:
        return "mip"
    return None


def _advance(search: Search, objectives: Sequence[Objective], *, together: bool = True) -> bool:
    """Settle at least one level; return whether the program has a point."""
    started = time.monotonic()
    market = market_of(search.program, search.group)
    tried = objectives if together else objectives[:1]
    if market is None:
        _require_exact(search.program, objectives[0])
        group, weighted = weigh(tried, search.awards_for_one)
    else:
        group, weighted, market = weigh_in_market(market, tried)
    lp = search.relax(weighted, market)
    if lp is None:
        # Either there is no point or the simplex code erred: a search tells which.
        return _settle_by_search(search, objectives[0], None, None, started)
    _improve(search, lp, weighted, group)
    for number, objective in enumerate(group):
        duals = _duals(lp, group, objective, len(search.program.row_lower))
        certificate = search.certify(objective.coefficients, duals)
        if search.x is not None and certificate is not None:
            value = objective.value(search.x)
            if certificate.bound == value:
                search.settle(objective, value, value, certificate, lp.route, started)
                started = time.monotonic()
                continue
        if len(group) > 1 and not _is_relaxed_optimum(certificate, objective, lp):
            # The weights let a lower level outweigh this one: they have to be further apart,
            # or it gets a program of its own.
            together = market is None and search.awards_for_one < _AWARDS_FOR_ONE
            search.awards_for_one = _AWARDS_FOR_ONE
            return number > 0 or _advance(search, objectives, together=together)
        return _settle_by_search(search, objective, certificate, lp, started)
    return True


def _is_relaxed_optimum(
    certificate: Certificate | None, objective: Objective, lp: LpSolution
) -> bool:
    """Whether the certificate's bound is what the relaxation itself reaches."""
    if certificate is None:
        return False
    return certificate.bound - float(objective.coefficients @ lp.x) < 1.0


def _require_exact(program: Program, objective: Objective) -> None:
    """Refuse a level whose sum floating point could not hold exactly.

    Raises
    ------
    AllocationError
        ``level_too_large``.
    """
    size = np.abs(objective.coefficients[program.is_free]).astype(float).sum()
    if size >= _LARGEST_SUM:
        raise AllocationError("level_too_large", level=objective.code)


def _duals(lp: LpSolution, group: Sequence[Objective], objective: Objective, n_rows: int) -> Floats:
    """Duals of one level, from the basis all levels of its group share."""
    own = None
    if (len(group) > 1 or lp.route == "flow") and lp.basis is not None:  # of weights, or ranks
        own = lp.basis.duals(objective.coefficients, n_rows)
    return np.pad(lp.duals, (0, n_rows - len(lp.duals))) if own is None else own


def _improve(search: Search, lp: LpSolution, weighted: Ints, group: Sequence[Objective]) -> None:
    """Take the relaxation's point where it is integral, else the best one near it.

    Near means another choice around what is fractional, the rest as it is, within a small
    loss of the weighted sum: the certificate of the sum then fixes most of the program.
    The loss allowed grows, then the part that may change, until a point is found.
    """
    rounded = np.rint(lp.x).astype(np.int64)
    fractional = np.abs(lp.x - rounded) > _INTEGRAL
    if not fractional.any() and search.program.is_feasible(rounded):
        _keep_better(search, rounded, group)
        return
    first = group[0]
    duals = _duals(lp, group, first, len(search.program.row_lower))
    search.tell(first, certify(search.program, first.coefficients, duals))
    certificate = certify(search.program, weighted, lp.duals)
    if certificate is None:
        return
    if search.x is not None and weighted @ search.x == certificate.bound:
        return
    best = best_nearby(
        search.program,
        search.budget,
        weighted,
        certificate,
        rounded,
        fractional,
        group[-1].spread,
    )
    if best is not None:
        _keep_better(search, best, group)


def _keep_better(search: Search, x: Ints, group: Sequence[Objective]) -> None:
    old = search.x
    if old is None or [o.value(x) for o in group] > [o.value(old) for o in group]:
        search.x = x


def _settle_by_search(
    search: Search,
    objective: Objective,
    certificate: Certificate | None,
    lp: LpSolution | None,
    started: float,
) -> bool:
    """Settle one level whose relaxation does not, by cases or else by branch and bound."""
    search.tell(objective, certificate)
    _approach(search, objective, certificate)
    if _settle_by_cases(search, objective, certificate, lp, started):
        return True
    _require_exact(search.program, objective)
    known = search.x
    solution = _look_for_better(search, objective, certificate)
    if solution.is_infeasible and search.x is None:
        return False
    if search.x is None:
        raise Interrupted(by_person=False)
    may_split = known is None  # else too many cases were tried already
    if search.x is not known and _settle_by_cases(
        search, objective, certificate, lp, started, may_split=may_split
    ):
        return True
    value = objective.value(search.x)
    bound = _greatest(search.program, objective) if certificate is None else certificate.bound
    if solution.bound is not None:
        bound = max(value, min(bound, floor(solution.bound)))
    search.settle(objective, value, bound, certificate, "mip", started)
    if certificate is not None and certificate.slack(value) and bound == value:
        search.fix_served(objective)
    return True


def _approach(search: Search, objective: Objective, certificate: Certificate | None) -> None:
    """Look for a better point where the known one is many awards away from the bound.

    Cases close a gap of some exchanges; from a poor point they would be without number.
    """
    if certificate is None or search.x is None:
        return
    gap = certificate.bound - objective.value(search.x)
    if gap > _FAR * max(1, objective.spread):
        _look_for_better(search, objective, certificate, _BETTER_S)


def _look_for_better(
    search: Search,
    objective: Objective,
    certificate: Certificate | None,
    time_limit_s: float | None = None,
) -> MipSolution:
    """Search what may reach the best point's value, and take a better point where there is one.

    Returns
    -------
    MipSolution
        Its bound is of the level, with room for the solver's tolerance.
    """
    program, coefficients, constant, scale = search.program, objective.coefficients, 0, 1
    if certificate is not None and search.x is not None:
        reachable = reach(program, certificate, objective.value(search.x))
        program, scale = reachable.program, certificate.scale
        coefficients, constant = reachable.coefficients, reachable.constant
    solution = solve_mip(program, coefficients / scale, search.budget, time_limit_s=time_limit_s)
    if solution.x is not None and search.program.is_feasible(solution.x):
        _keep_better(search, solution.x, [objective])
    if solution.bound is None:
        return solution
    tolerance = min(0.4, 1e-6 * max(1.0, abs(solution.bound)))
    return replace(solution, bound=solution.bound + constant / scale + tolerance)


def _settle_by_cases(
    search: Search,
    objective: Objective,
    certificate: Certificate | None,
    lp: LpSolution | None,
    started: float,
    *,
    may_split: bool = True,
) -> bool:
    """Settle a level without a solver's word where certificates close the gap."""
    if certificate is None or search.x is None:
        return False
    route = "lp"
    if certificate.bound > objective.value(search.x):
        if not may_split:
            return False
        closed = search.close(objective.coefficients, certificate, lp)
        if closed is None:
            return False
        search.adopt(closed)
        certificate, route = closed.certificate, "cases"
    value = objective.value(search.x)
    search.settle(objective, value, value, certificate, route, started)
    return True


def _greatest(program: Program, objective: Objective) -> int:
    """Return the value of a level if every column were free to take its better bound."""
    c = objective.coefficients
    return int(np.maximum(c * program.lower, c * program.upper).sum())


def _value_again(search: Search, objectives: Sequence[Objective]) -> None:
    """Give the levels settled before an early end the values of the point that is kept."""
    for number, objective in enumerate(objectives[: len(search.levels)]):
        level = search.levels[number]
        value = objective.shown(objective.value(search.point))
        search.levels[number] = replace(level, value=value, proven=level.bound == value)


def _leave_open(search: Search, objectives: Sequence[Objective]) -> None:
    """Record the levels an early end did not settle, with a bound that surely holds."""
    if search.x is None:
        return
    served = np.flatnonzero(search.group >= 0)
    for objective in objectives:
        value = objective.value(search.x)
        # Each person brings at most their best award.
        duals = np.zeros(len(search.program.row_lower))
        np.maximum.at(duals, search.group[served], objective.coefficients[served])
        certificate = certify(search.program, objective.coefficients, duals)
        bound = value if certificate is None else certificate.bound
        search.levels.append(level_result(objective, value, bound, "open", 0.0))
