"""Why nobody who chose in turn could have had better: a bound for each who might.

People and places alone mostly refuse a wish: no circuit of moves by people who choose
later leads back.  Where one does, it takes more rules to refuse it, and a proof: with
everybody earlier in turn holding what they hold, the wishes somebody ranks better are at
most 0 together.  That is a level like any other, with integer multipliers of rows and of
the levels above and, where the relaxation does not say it, cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from allocation.instance import Applications, Bools, Instance, Ints
from allocation.mechanisms.network.circuits import closes_circuit
from allocation.mechanisms.network.sets import row_range
from allocation.mechanisms.optimise.backend import Budget, Interrupted
from allocation.mechanisms.optimise.certificate import Certificate, certify
from allocation.mechanisms.optimise.closing import close_gap
from allocation.mechanisms.optimise.lexicographic import Outcome
from allocation.mechanisms.optimise.meaning import RULES, Formulation
from allocation.mechanisms.optimise.neighbourhood import neighbourhoods
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.proof import ProofLog, RowStep, clipped
from allocation.mechanisms.optimise.solving import solve_lp
from allocation.mechanisms.turns import in_turn, with_people_fixed
from allocation.result import Claim

_MOST_PEOPLE = 500
"""Whose wishes are bounded; where there are more, all are left to the mechanism's word."""
_MOST_TREES = 20
"""How many of them may take cases."""
_AROUND = (300, 3_000)
"""Columns around somebody's wishes that may say enough, before all are asked."""
_NOBODY = np.empty(0, dtype=np.int64)
_BY_ARITHMETIC = ("lp", "flow", "cases", "fixed")


def prove_choice(
    instance: Instance, formulation: Formulation, outcome: Outcome, awards: Ints, budget: Budget
) -> tuple[RowStep, ...]:
    """Bound the better wishes of those whom people and places alone do not refuse them.

    Parameters
    ----------
    outcome
        Of the choice: its last level is people's choice in turn, ``face`` the program
        before anybody chose.
    awards
        What they chose, applications.

    Returns
    -------
    tuple
        Steps of that level.  Empty where a level above has no certificate, since the
        bounds would rest on it, or where it takes too many; without somebody's where the
        relaxation grants them a better wish and cases do not refuse it, or the budget ends.
    """
    above = outcome.levels[:-1]
    if any(level.route not in _BY_ARITHMETIC for level in above) or any(
        step.claim is Claim.SAME_PEOPLE for step in outcome.steps
    ):
        return ()
    choice = _choice(instance, formulation, outcome, awards)
    people = choice.unrefused() if _others_bind(formulation, choice.program) else _NOBODY
    if len(people) > _MOST_PEOPLE:
        return ()
    steps: list[RowStep] = []
    n_trees = 0
    try:
        for i in people.tolist():
            program, better = choice.at_turn(i), choice.better(i)
            certificate = _certify(program, better, outcome.proof, budget)
            takes_cases = certificate is not None and certificate.bound >= 1
            n_trees += takes_cases
            if certificate is not None and (not takes_cases or n_trees <= _MOST_TREES):
                number, n_people = len(above), choice.n_people
                told = _told(program, better, certificate, outcome.proof, number, n_people, budget)
                steps += [replace(step, person=i) for step in told]
    except Interrupted:
        pass  # what is not proven is open, which the record says
    return tuple(steps)


@dataclass(frozen=True, slots=True, eq=False)
class _Choice:
    """What people chose, and what they chose from.

    Attributes
    ----------
    program
        All lists that serve these people and reach the levels above.
    turn
        Shape (applicants,): who chooses when.
    applicant, place, is_award, is_better
        Shape (applications of the formulation,): whose and where, and whether it is what
        they chose or ranked above that.
    award
        Shape (applicants,): column of what they chose, -1 for nothing.
    may_gain, may_lose
        Shape (places,): whether some list has more or fewer awards there.
    """

    program: Program
    n_people: int
    turn: Ints
    applicant: Ints
    place: Ints
    is_award: Bools
    is_better: Bools
    award: Ints
    may_gain: Bools
    may_lose: Bools

    def unrefused(self) -> Ints:
        """Return, in turn, whom people and places alone leave a wish they rank better."""
        free = self.program.is_free[: len(self.applicant)]
        own = self.award[self.applicant]
        moves = np.flatnonzero(free & ~self.is_award & (own >= 0) & free[own])
        rest = len(self.may_gain)
        gain, lose = np.flatnonzero(self.may_gain), np.flatnonzero(self.may_lose)
        always = np.zeros(len(gain) + len(lose), dtype=np.int64)
        tail = np.concatenate([self.place[own[moves]], gain, np.full_like(lose, rest)])
        head = np.concatenate([self.place[moves], np.full_like(gain, rest), lose])
        # Whoever chooses last is the first who may move.
        time = np.concatenate([len(self.turn) - self.turn[self.applicant[moves]], always])
        closes = closes_circuit(tail, head, time, rest + 1)[: len(moves)]
        people = np.unique(self.applicant[moves[closes & self.is_better[moves]]])
        return people[np.argsort(self.turn[people])]

    def at_turn(self, i: int) -> Program:
        """Return the lists in which everybody earlier holds what they chose."""
        earlier = np.flatnonzero(self.turn[self.applicant] < self.turn[i])
        lower, upper = self.program.lower.copy(), self.program.upper.copy()
        lower[earlier] = upper[earlier] = self.is_award[earlier]
        return replace(self.program, lower=lower, upper=upper)

    def better(self, i: int) -> Ints:
        """Return 1 for somebody's better wishes; shape (columns,)."""
        found = np.zeros(len(self.program.lower), dtype=np.int64)
        found[: len(self.applicant)] = self.is_better & (self.applicant == i)
        return found


def _choice(
    instance: Instance, formulation: Formulation, outcome: Outcome, awards: Ints
) -> _Choice:
    app, n_people = instance.applications, len(instance.applicants.id)
    rows, n = formulation.applications, len(formulation.applications)
    applicant, place = app.applicant[rows], app.place[rows]
    is_award = np.isin(rows, awards)
    award = np.full(n_people, -1, dtype=np.int64)
    award[applicant[is_award]] = np.flatnonzero(is_award)
    if outcome.x is None:
        raise ValueError("nobody is served")
    program = with_people_fixed(formulation, outcome.face, outcome.x)
    upper = program.upper.copy()
    upper[:n][award[applicant] < 0] = 0
    turn = np.empty(n_people, dtype=np.int64)
    turn[in_turn(instance, np.arange(n_people))] = np.arange(n_people)
    return _Choice(
        replace(program, upper=upper),
        int(formulation.group.max(initial=-1)) + 1,
        turn,
        applicant,
        place,
        is_award,
        _is_better(app, rows, award),
        award,
        *_changing(instance, formulation, program, place[is_award]),
    )


def _others_bind(formulation: Formulation, program: Program) -> bool:
    """Tell whether any rule can be broken that is not about one person or one place."""
    least, most = row_range(program)
    binds = (least < program.row_lower) | (most > program.row_upper)
    of_one = np.isin(formulation.row_rule, [RULES.index("award"), RULES.index("capacity")])
    binds[: len(of_one)] &= ~of_one
    return bool(binds.any())


def _is_better(app: Applications, rows: Ints, award: Ints) -> Bools:
    own = award[app.applicant[rows]]
    rank = app.preference_rank[rows]
    result: Bools = (own >= 0) & (rank < rank[own])
    return result


def _changing(
    instance: Instance, formulation: Formulation, program: Program, awarded: Ints
) -> tuple[Bools, Bools]:
    """Tell at which places some list has more awards, and at which fewer; shape (places,)."""
    most = instance.places.capacity.astype(np.int64)
    least = np.zeros_like(most)
    rows = np.flatnonzero(formulation.row_rule == RULES.index("capacity"))
    place = formulation.row_item[rows]
    least[place], most[place] = program.row_lower[rows], program.row_upper[rows]
    number = np.bincount(awarded, minlength=len(most))
    return number < most, number > least


def _certify(program: Program, better: Ints, proof: ProofLog, budget: Budget) -> Certificate | None:
    """Bound somebody's better wishes, by the rows around them or else by all."""
    certificate: Certificate | None = None
    for rows in _rows_around(program, better > 0):
        certificate = _bound_by(program, better, rows, proof, budget)
        if certificate is not None and certificate.bound < 1:
            break
    return certificate


def _told(
    program: Program,
    better: Ints,
    certificate: Certificate,
    proof: ProofLog,
    level: int,
    n_people: int,
    budget: Budget,
) -> Sequence[RowStep]:
    """Return the steps by which no better wish can be granted, none where cases fail."""
    n_before, proof = len(proof.steps), proof.fork()
    if certificate.bound < 1:
        proof.bound(level, certificate)
        return proof.steps[n_before:]
    # Of the point only its value counts: in the list at hand none of the wishes is granted.
    none = np.zeros_like(program.lower)
    x, closed = close_gap(program, better, none, certificate, proof, level, n_people, budget)
    return closed.proof.steps[n_before:] if closed is not None and x is none else ()


def _rows_around(program: Program, seeds: Bools) -> Iterator[Ints]:
    """Yield rows that stand around some columns, and at last all."""
    is_free = program.is_free
    in_all = np.bincount(_rows_of(program, is_free), minlength=len(program.row_lower))
    for columns in neighbourhoods(program, seeds, _AROUND):
        inside = np.bincount(_rows_of(program, columns), minlength=len(program.row_lower))
        yield np.flatnonzero((inside == in_all) & (inside > 0))


def _rows_of(program: Program, columns: Bools) -> Ints:
    return np.asarray(program.columns[:, np.flatnonzero(columns)].indices)


def _bound_by(
    program: Program, objective: Ints, rows: Ints, proof: ProofLog, budget: Budget
) -> Certificate | None:
    """Bound an objective by some rows alone."""
    touched = np.zeros(len(program.lower), dtype=np.bool_)
    touched[program.matrix[rows].indices] = True
    columns = np.flatnonzero(touched & program.is_free)
    lp = solve_lp(program.part(rows, columns), objective[columns].astype(float), budget)
    duals = np.zeros(len(program.row_lower))
    if lp is None:
        return None
    duals[rows] = lp.duals
    return certify(program, objective, clipped(program, duals, proof))
