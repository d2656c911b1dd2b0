"""An award list as counts, and many small changes to it at once.

Waste and exchanges are questions of the form "what if these awards went and those
came?", asked a hundred thousand times about one list.  :class:`Standing` counts the
list once; :class:`Exchanges` holds the changes as arrays, one change a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.instance import HOLDER_CLASSES

if TYPE_CHECKING:
    from allocation.instance import Bools, Instance, Ints, Stage

N_CLASSES = len(HOLDER_CLASSES)


@dataclass(frozen=True, slots=True, eq=False)
class Exchanges:
    """Changes to one award list, one per row; -1 fills up rows.

    Attributes
    ----------
    removed, added
        Application indices, shapes (e, r) and (e, a).  What is removed is awarded,
        what is added is not, and nothing stands twice in a row.
    """

    removed: Ints
    added: Ints

    def __len__(self) -> int:
        return len(self.added)

    @property
    def columns(self) -> Ints:
        """All applications of each change side by side, the removed ones first."""
        return np.concatenate([self.removed, self.added], axis=1)

    @property
    def signs(self) -> Ints:
        """What one application of each column adds to a count, -1 or 1."""
        ones = np.ones(self.removed.shape[1] + self.added.shape[1], dtype=np.int64)
        ones[: self.removed.shape[1]] = -1
        return ones

    def take(self, rows: Ints | Bools) -> Exchanges:
        """Return the changes of the given rows."""
        return Exchanges(self.removed[rows], self.added[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Counts of an award list at the end of a stage.

    Awards of later stages are left out: they did not stand when the stage was decided.

    Attributes
    ----------
    awards
        Application indices awarded in the stage, ascending.
    fixed
        Those awarded in stages before.
    at_place, disabled_at
        Awards, and awards to disabled holders, per place; shape (m,).
    at_node
        Awards per (place, holder class), flattened; shape (m * classes,).
    in_group
        Awards, held ones included, per applicant and exclusive group; shape (n, groups).
    in_household
        The same per household.
    """

    instance: Instance
    stage: Stage
    awards: Ints
    fixed: Ints
    at_place: Ints
    disabled_at: Ints
    at_node: Ints
    in_group: Ints
    in_household: Ints

    @classmethod
    def of(cls, instance: Instance, stage: Stage, awards: Ints) -> Standing:
        """Count an award list; ``awards`` may hold those of all stages, in any order."""
        before = [other.applications for other in _stages_before(instance, stage)]
        earlier = np.concatenate([np.empty(0, dtype=np.int64), *before])
        own = np.sort(awards[np.isin(awards, stage.applications)])
        fixed = np.sort(awards[np.isin(awards, earlier)])
        rows = np.concatenate([fixed, own])
        app, people = instance.applications, instance.applicants
        place, holder_class = app.place[rows], app.holder_class[rows]
        m = len(instance.places.id)
        in_group = people.holds.astype(np.int64)
        for g, of_group in enumerate(group_members(instance)):
            np.add.at(in_group[:, g], app.applicant[rows[of_group[rows]]], 1)
        at_home = people.household >= 0
        in_household = np.zeros(
            (int(people.household.max(initial=-1)) + 1, in_group.shape[1]), dtype=np.int64
        )
        np.add.at(in_household, people.household[at_home], in_group[at_home])
        return cls(
            instance=instance,
            stage=stage,
            awards=own,
            fixed=fixed,
            at_place=np.bincount(place, minlength=m),
            disabled_at=np.bincount(place[holder_class > 0], minlength=m),
            at_node=np.bincount(place * N_CLASSES + holder_class, minlength=m * N_CLASSES),
            in_group=in_group,
            in_household=in_household,
        )


def group_members(instance: Instance) -> list[Bools]:
    """Tell for each exclusive group which applications are for one of its kinds."""
    kind, place = instance.places.kind.astype(str), instance.applications.place
    return [np.isin(kind, group)[place] for group in instance.exclusive_groups]


def of_kind(instance: Instance, kind: str) -> Bools:
    """Tell which applications are for places of a kind; shape (k,)."""
    same: Bools = (instance.places.kind == kind).astype(np.bool_)
    return same[instance.applications.place]


def net(nodes: Ints, signs: Ints) -> Ints:
    """Return how far each column's node is moved by the whole row; -1 is no node."""
    moved = np.zeros(nodes.shape, dtype=np.int64)
    for c in range(nodes.shape[1]):
        for other in range(nodes.shape[1]):
            moved[:, c] += signs[other] * (nodes[:, other] == nodes[:, c])
    moved[nodes < 0] = 0
    return moved


def first_of_node(nodes: Ints) -> Bools:
    """Tell which columns are the first of their row with that node; -1 is no node."""
    first = nodes >= 0
    for c in range(nodes.shape[1]):
        for earlier in range(c):
            first[:, c] &= nodes[:, earlier] != nodes[:, c]
    result: Bools = first
    return result


def look_up(values: Ints, rows: Ints, missing: int) -> Ints:
    """Take ``values`` at ``rows``, and ``missing`` where a row is -1."""
    return np.append(values, missing)[rows]


def switched(before: Ints, moved: Ints, first: Bools) -> Ints:
    """Return 1 where a count starts to be positive, -1 where it ends, once per row."""
    change = (before + moved > 0).astype(np.int64) - (before > 0)
    return np.where(first, change, 0)


def _stages_before(instance: Instance, stage: Stage) -> Iterator[Stage]:
    for other in instance.stages:
        if other.name == stage.name:
            return
        yield other
