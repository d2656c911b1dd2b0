"""Closing the gap between a level's linear bound and its value, with a proof.

A tree of cases (:mod:`~allocation.mechanisms.optimise.branching`) ends in leaves each of
which is at most the value, by integer arithmetic.  Where a case is below the value, no
point that reaches it is there: what is supposed in the case's sibling then holds for good,
as a row of the program.  Mostly that leaves one case, whose own certificate is that of the
level.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from allocation.instance import Ints
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.branching import Case, Path, branch, supposing
from allocation.mechanisms.optimise.certificate import Certificate, reaching
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.proof import ProofLog, clipped
from allocation.mechanisms.optimise.solving import Basis


@dataclass(frozen=True, slots=True, eq=False)
class Closed:
    """A program without the gap, and how it was got.

    Attributes
    ----------
    certificate
        Of the program's bound: above the value where several cases reach that.
    """

    program: Program
    certificate: Certificate
    proof: ProofLog


def close_gap(
    program: Program,
    objective: Ints,
    x: Ints,
    certificate: Certificate,
    proof: ProofLog,
    level: int,
    n_people: int,
    budget: Budget,
    start: Basis | None = None,
    take: Callable[[Ints], None] = lambda _: None,
) -> tuple[Ints, Closed | None]:
    """Find the best point of a program and prove that none is better.

    Parameters
    ----------
    x
        A feasible point, shape (columns,).
    certificate
        Bound of the objective, above the value of ``x``.
    level
        Number of the level the steps belong to.
    n_people
        How many of the first rows are people's.
    start
        Basis of the program to set out from.
    take
        Gets every better point at once.

    Returns
    -------
    tuple
        The best point found, and ``None`` beside it where it may not be the best.

    Raises
    ------
    Interrupted
        When the budget ends first.
    """
    value = int(objective @ x)
    tree = branch(
        reaching(program, certificate, value),
        objective,
        value,
        budget,
        # Which places open decides most: then the rest is nearly a flow.
        rows=(range(n_people, proof.n_rows), range(n_people)),
        clip=lambda program, duals: clipped(program, duals, proof),
        start=start,
        take=take,
    )
    x = x if tree.x is None else tree.x
    if tree.cover is None:
        return x, None
    cover, value, proof = tree.cover, int(objective @ x), proof.fork()
    proof.bound(level, certificate)
    for case in cover.limits:
        proof.case(level, case.path, case.certificate)
    limits = [case.path[0].opposite for case in cover.limits]
    program = supposing(reaching(program, certificate, value), limits)
    alive = [case for case in cover.cases if not case.is_below(value)]
    if len(alive) == 1:
        _leave_one(proof, level, cover.cases, alive[0].path)
        return x, Closed(supposing(program, alive[0].path), alive[0].certificate, proof)
    for case in cover.cases:
        proof.case(level, case.path, case.certificate)
    return x, Closed(program, cover.root, proof)


def _leave_one(proof: ProofLog, level: int, cases: Sequence[Case], path: Path) -> None:
    """Note the cases beside a path, one branch after the other from the root.

    With a branch gone its sibling is no supposition any more.
    """
    for depth, kept in enumerate(path):
        for case in cases:
            if case.path[: depth + 1] == (*path[:depth], kept.opposite):
                proof.case(level, case.path[depth:], case.certificate)
