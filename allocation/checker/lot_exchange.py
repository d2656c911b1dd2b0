"""Could a smaller chance have been larger?  The list drawn, tried by single exchanges.

The list drawn is one that the lottery can give.  Where somebody it leaves out could stand
in for one whose chance is larger, every rule and level kept, a little of the list's weight
moved to the list so changed raises the smaller chance and lowers only the larger one: the
chances were not leximin, whoever says they are.  Tried are those who hold the place asked
for, or a place whose award blocks it by spacing.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.checker.alike import membership_marks
from allocation.checker.hard import HardRules, Pairs
from allocation.checker.levels import judged_stage
from allocation.checker.numbers import recount_caps
from allocation.checker.standing import N_CLASSES, Exchanges, Standing
from allocation.checker.valuation import Valuation

if TYPE_CHECKING:
    from allocation.checker.space import Space
    from allocation.instance import Instance, Ints, Stage

_BATCH = 20_000


def could_rise(space: Space, stage: Stage, awards: Ints, told: Mapping[str, Fraction]) -> list[str]:
    """Find people left out who could have stood in for somebody with a larger chance.

    People alike to every rule are tried once, the smallest chance against the largest.

    Parameters
    ----------
    awards
        Applications awarded, of all stages.
    told
        Published chances of the stage.

    Returns
    -------
    list
        Applicants by id, sorted.
    """
    instance = space.instance
    standing = Standing.of(instance, judged_stage(stage), awards)
    near = space.conflicts
    pairs = Pairs.of(near.place_a, near.class_a, near.place_b, near.class_b)
    steps = _steps(instance, told)
    leaving, coming = _candidates(standing, pairs, steps)
    if not len(coming):
        return []
    rules = HardRules(standing, pairs, recount_caps(space))
    valuation = Valuation(standing)
    app = instance.applications
    found: set[str] = set()
    for at in range(0, len(coming), _BATCH):
        batch = slice(at, at + _BATCH)
        exchanges = Exchanges(leaving[batch, None], coming[batch, None])
        rule, _ = rules.broken(exchanges)
        lawful = np.flatnonzero(rule < 0)
        gains = valuation.sums(exchanges.take(lawful))
        possible = lawful[~(gains != 0).any(axis=1)]
        found |= set(instance.applicants.id[app.applicant[coming[batch][possible]]].tolist())
    return sorted(found)


def _steps(instance: Instance, told: Mapping[str, Fraction]) -> Ints:
    """Return the number of each chance from the smallest up; shape (n,), -1 for none."""
    number = {chance: n for n, chance in enumerate(sorted(set(told.values())))}
    return np.array(
        [number[told[name]] if name in told else -1 for name in instance.applicants.id.tolist()],
        dtype=np.int64,
    )


def _candidates(standing: Standing, pairs: Pairs, steps: Ints) -> tuple[Ints, Ints]:
    """Return awards and the applications to try in their place, the smaller chance's."""
    app, mine = standing.instance.applications, standing.stage.applications
    left_out = ~np.isin(app.applicant[mine], app.applicant[standing.awards])
    asking = mine[app.eligible[mine] & left_out & (steps[app.applicant[mine]] >= 0)]
    held = standing.awards[steps[app.applicant[standing.awards]] >= 0]
    coming = _one_of_each(standing, asking, steps[app.applicant[asking]])
    leaving = _one_of_each(standing, held, -steps[app.applicant[held]])
    node = app.place[coming] * N_CLASSES + app.holder_class[coming]
    blocked = pd.DataFrame(
        {
            "node": np.concatenate([node, pairs.node]),
            "at": np.concatenate([app.place[coming], pairs.other // N_CLASSES]),
        }
    ).drop_duplicates()
    tried = (
        pd.DataFrame({"coming": coming, "node": node})
        .merge(blocked, on="node")
        .merge(pd.DataFrame({"leaving": leaving, "at": app.place[leaving]}), on="at")
    )
    out, into = tried["leaving"].to_numpy(), tried["coming"].to_numpy()
    smaller = steps[app.applicant[into]] < steps[app.applicant[out]]
    return out[smaller], into[smaller]


def _one_of_each(standing: Standing, rows: Ints, order: Ints) -> Ints:
    """Keep the first in order of the applications that no rule tells apart."""
    instance = standing.instance
    app, people = instance.applications, instance.applicants
    applicant = app.applicant[rows]
    home = people.household[applicant] if instance.household_max else np.zeros_like(rows)
    columns = [
        app.place[rows],
        app.holder_class[rows],
        *membership_marks(instance, rows),
        people.tier[applicant],
        people.group[applicant] == "disabled",
        people.hard_to_employ[applicant],
        home,
        *standing.in_group[applicant].T,
    ]
    first = np.argsort(order, kind="stable")
    kinds = np.column_stack(columns).astype(np.int64)[first]
    _, at = np.unique(kinds, axis=0, return_index=True)
    return np.sort(rows[first[at]])
