"""Waste: one more award, or one move to a free unit, that would make a list better.

A list may not be improved by giving a free unit to somebody, or by moving an awarded
applicant to one, with every hard rule kept, some level better and none above it worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.fields import ids_of
from allocation.checker.report import Violation
from allocation.checker.standing import Exchanges, Standing, group_members
from allocation.checker.valuation import Valuation, first_change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.checker.hard import HardRules
    from allocation.checker.levels import Level
    from allocation.instance import Bools, Instance, Ints

_BATCH = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class Improvements:
    """Single additions and moves that better a list; shape (w,) each.

    Attributes
    ----------
    row
        Application that would be awarded.
    level
        Index into the valuation's levels: the first one that changes.
    gain
        By how much it gets better.
    """

    row: Ints
    level: Ints
    gain: Ints


def own_awards(standing: Standing, rows: Ints) -> Ints:
    """Return the awards an applicant would leave for each application; -1 fills up.

    Awards of this stage to the same applicant in an exclusive group of the
    application's kind.  Shape (len(rows), most of them).
    """
    instance = standing.instance
    app = instance.applications
    awards = standing.awards[np.argsort(app.applicant[standing.awards], kind="stable")]
    start = np.searchsorted(app.applicant[awards], np.arange(len(instance.applicants.id) + 1))
    n_awards = np.diff(start)[app.applicant[rows]]
    out = np.full((len(rows), max(1, int(n_awards.max(initial=0)))), -1, dtype=np.int64)
    for column in range(out.shape[1]):
        has = np.flatnonzero(n_awards > column)
        award = awards[start[app.applicant[rows[has]]] + column]
        out[has, column] = np.where(_exclude_each_other(instance, rows[has], award), award, -1)
    return out


def _exclude_each_other(instance: Instance, rows: Ints, others: Ints) -> Bools:
    """Tell which two applications are for kinds of one exclusive group."""
    together = np.zeros(len(rows), dtype=np.bool_)
    for of_group in group_members(instance):
        together |= of_group[rows] & of_group[others]
    return together


def find_waste(standing: Standing, rules: HardRules, valuation: Valuation) -> Improvements:
    """Try every eligible application at a place with a free unit."""
    instance, mine = standing.instance, standing.stage.applications
    app = instance.applications
    free = standing.at_place < instance.places.capacity
    rows = mine[app.eligible[mine] & free[app.place[mine]]]
    rows = rows[~np.isin(rows, standing.awards)]
    found = [
        _try(standing, rules, valuation, rows[at : at + _BATCH])
        for at in range(0, len(rows), _BATCH)
    ]
    columns = np.concatenate([np.empty((3, 0), dtype=np.int64), *found], axis=1)
    return Improvements(columns[0], columns[1], columns[2])


def waste_violations(
    standing: Standing, levels: Sequence[Level], found: Improvements
) -> list[Violation]:
    """Describe improvements, in their order."""
    app, places = standing.instance.applications, standing.instance.places
    columns = (found.row, found.level, found.gain)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    violations = []
    for (row, level, gain), left in zip(rows, own_awards(standing, found.row), strict=True):
        params: dict[str, Any] = {
            **ids_of(standing.instance, row),
            "from_place": ", ".join(places.id[app.place[left[left >= 0]]]),
            "level": levels[level].code,
            "level_params": dict(levels[level].params),
            "delta": gain,
        }
        violations.append(Violation("check_waste", params))
    return violations


def _try(standing: Standing, rules: HardRules, valuation: Valuation, rows: Ints) -> Ints:
    exchanges = Exchanges(own_awards(standing, rows), rows[:, None])
    rule, _ = rules.broken(exchanges)
    lawful = np.flatnonzero(rule < 0)
    level, gain = first_change(valuation.gains(exchanges.take(lawful)))
    better = gain > 0
    return np.stack([rows[lawful][better], level[better], gain[better]])
