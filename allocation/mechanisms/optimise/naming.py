"""Names for the rows of a formulation, by rule and item, so that anyone can rebuild them.

====================  ==========================================================
rule                  item
====================  ==========================================================
``award``             exclusive group / applicant: kinds no group before it has
``award_whole``       the same over all kinds of the group
``household``         exclusive group / household
``capacity``          place
``clique``            places and classes of holder, as JSON
``number``            code / kind / label / number of the row
``used``              place / what is used / number of the row
``opened_units``      reserve / number of the row
``label``             tier / reserves its awards may use
``reserve``           reserve
``hard_reserve``      reserve / number of the row
``quota``             quota / scope / sense
``level``             number of a level above: at least its value
====================  ==========================================================
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from allocation.canonical import dump_json
from allocation.instance import Instance
from allocation.mechanisms.optimise.admissible import CLASSES
from allocation.mechanisms.optimise.meaning import RULES, Formulation
from allocation.mechanisms.optimise.proof import RowStep
from allocation.result import ProofStep


def named_steps(
    instance: Instance, formulation: Formulation, steps: Sequence[RowStep], first_level: int = 1
) -> tuple[ProofStep, ...]:
    """Give the rows of steps their names.

    Parameters
    ----------
    first_level
        Number that the first level has in the record; 0 for the maximum alone.
    """
    supposed = [one.row for step in steps for one in step.suppositions]
    rows = np.unique(np.concatenate([np.array(supposed, np.int64), *(s.rows for s in steps)]))
    names = row_names(instance, formulation, rows.tolist())
    rule = np.array([rule for rule, _ in names.values()], dtype=object)
    item = np.array([item for _, item in names.values()], dtype=object)
    named = []
    for step in steps:
        at = np.searchsorted(rows, step.rows)
        terms = zip(rule[at].tolist(), item[at].tolist(), step.multipliers.tolist(), strict=True)
        levels = (
            ("level", str(level + first_level), number)
            for level, number in sorted(step.level_multipliers.items())
        )
        path = tuple((*names[one.row], one.sign, one.limit) for one in step.suppositions)
        number = step.level + first_level
        person = "" if step.person < 0 else str(instance.applicants.id[step.person])
        named.append(ProofStep(step.claim, number, step.scale, (*terms, *levels), path, person))
    return tuple(named)


def row_names(
    instance: Instance, formulation: Formulation, rows: Sequence[int]
) -> dict[int, tuple[str, str]]:
    """Return rule and item of rows."""
    rows = list(rows)
    n_people = int(formulation.group.max(initial=-1)) + 1
    rule, item = formulation.row_rule[rows].tolist(), formulation.row_item[rows].tolist()
    group, number = formulation.row_group[rows].tolist(), formulation.row_number[rows].tolist()
    names = {}
    for row, r, i, g, k in zip(rows, rule, item, group, number, strict=True):
        name = RULES[r]
        if name == "award" and row >= n_people:
            name = "award_whole"
        names[row] = (name, _ITEMS[RULES[r]](instance, formulation, i, g, k))
    return names


_Item = Callable[[Instance, Formulation, int, int, int], str]


def _clique(instance: Instance, formulation: Formulation, item: int) -> str:
    nodes = formulation.cliques[item]
    return dump_json([[instance.places.id[n // CLASSES], n % CLASSES] for n in nodes])


def _number(instance: Instance, item: int, number: int) -> str:
    limit = instance.limits[item]
    return f"{limit.code}/{limit.kind}/{limit.label}/{number}"


def _used(instance: Instance, formulation: Formulation, item: int, number: int) -> str:
    place, what, _ = formulation.indicators[item]
    return f"{instance.places.id[place]}/{what}/{number}"


def _label(instance: Instance, formulation: Formulation, item: int) -> str:
    labels = formulation.labels[item]
    return f"{labels.tier}/" + "+".join(instance.reserves[g].name for g in labels.reserves)


def _quota(instance: Instance, item: int) -> str:
    quota = instance.quotas[item]
    return f"{quota.name}/{quota.scope_id}/{quota.sense}"


_ITEMS: dict[str, _Item] = {
    "award": lambda ins, f, i, g, k: f"{g}/{ins.applicants.id[i]}",
    "household": lambda ins, f, i, g, k: f"{g}/{i}",
    "capacity": lambda ins, f, i, g, k: str(ins.places.id[i]),
    "clique": lambda ins, f, i, g, k: _clique(ins, f, i),
    "number": lambda ins, f, i, g, k: _number(ins, i, k),
    "used": lambda ins, f, i, g, k: _used(ins, f, i, k),
    "opened_units": lambda ins, f, i, g, k: f"{ins.reserves[i].name}/{k}",
    "label": lambda ins, f, i, g, k: _label(ins, f, i),
    "reserve": lambda ins, f, i, g, k: str(ins.reserves[i].name),
    "hard_reserve": lambda ins, f, i, g, k: f"{ins.reserves[i].name}/{k}",
    "quota": lambda ins, f, i, g, k: _quota(ins, i),
}
