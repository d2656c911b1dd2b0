"""Wishes that cannot be granted at somebody's turn, by claims of the proof.

A claim speaks of one applicant: with everybody earlier in turn holding what they hold,
the wishes ranked above what the applicant got come to 0 at most in every list that serves
the same people and is as good in all levels above.  It is a level like any other, gone
through from where the proof of these levels ended.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.levels import turn_of
from allocation.checker.proof.objective import Objective

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.checker.proof.parts import Replays
    from allocation.checker.proof.rules import Rules
    from allocation.checker.proof.steps import Step
    from allocation.checker.standing import Standing
    from allocation.instance import Bools, Instance


def refused_in_turn(
    standing: Standing, rules: Rules, replay: Replays, level: int, steps: Sequence[Step]
) -> Bools:
    """Tell which applications the claims of a proof refuse.

    Parameters
    ----------
    replay
        At the end of the levels above, all of them certified.
    level
        Number of the choice in turn.
    steps
        Its steps.

    Returns
    -------
    array
        Shape (k,).  A claim that does not hold refuses nothing.
    """
    instance, rows = standing.instance, rules.rows
    app, turn = instance.applications, turn_of(instance)
    refused = np.zeros(len(app.place), dtype=np.bool_)
    claims = _by_applicant(instance, steps)
    applicant, is_award = app.applicant[rows], np.isin(rows, standing.awards)
    same_people = replay.fork()
    same_people.hold_people()
    same_people.hold(np.flatnonzero(~np.isin(applicant, applicant[is_award])), 0)
    for column in np.flatnonzero(is_award).tolist():
        i = int(applicant[column])
        if i not in claims:
            continue
        better = (applicant == i) & (app.preference_rank[rows] < app.preference_rank[rows[column]])
        at_turn = same_people.fork()
        earlier = np.flatnonzero(turn[applicant] < turn[i])
        at_turn.hold(earlier, is_award[earlier].astype(np.int64))
        bound = at_turn.bound(level, _sum_over(better, rules), claims[i])
        if bound is not None and bound <= 0:
            refused[rows[better]] = True
    return refused


def _by_applicant(instance: Instance, steps: Sequence[Step]) -> dict[int, list[Step]]:
    number = {str(name): i for i, name in enumerate(instance.applicants.id.tolist())}
    claims: defaultdict[int, list[Step]] = defaultdict(list)
    for step in steps:
        if step.person in number:
            claims[number[step.person]].append(step)
    return claims


def _sum_over(is_meant: Bools, rules: Rules) -> Objective:
    """Return the number of some awards as a level, of which the list at hand has none."""
    coefficients = np.zeros(rules.writer.n_columns, dtype=np.int64)
    coefficients[: len(is_meant)] = is_meant
    return Objective(coefficients, 0)
