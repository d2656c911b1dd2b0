"""What the rows of one stage are written from, and what their columns mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.levels import SWITCHES
from allocation.checker.proof.rows import RowWriter
from allocation.checker.standing import Standing

if TYPE_CHECKING:
    from allocation.checker.hard import Pairs
    from allocation.instance import Bools, Instance, Ints, NumberLimit, Stage


@dataclass(frozen=True, slots=True, eq=False)
class Signature:
    """Awards that are alike to every reserve: reserves they may use, tier, columns."""

    reserves: tuple[int, ...]
    tier: int
    labels: Ints


@dataclass(slots=True, eq=False)
class Rules:
    """What the rows of one stage are written from and what their columns mean.

    Attributes
    ----------
    before
        Counts of what stood before the stage.
    rows
        The stage's applications; the first columns are theirs, in this order.
    open
        Those that may be awarded as far as rules on single ones and earlier awards go.
    units
        Reserve -> column with its number of units, where that depends on opened sites.
    gaps
        Name of an elastic quota -> columns by how much its rows are missed.
    """

    before: Standing
    pairs: Pairs
    caps: Sequence[NumberLimit]
    rows: Ints
    open: Bools
    writer: RowWriter = field(default_factory=RowWriter)
    signatures: list[Signature] = field(default_factory=list)
    units: dict[int, Ints] = field(default_factory=dict)
    gaps: dict[str, list[Ints]] = field(default_factory=dict)
    _at_place: dict[int, Ints] = field(default_factory=dict)
    _used: dict[tuple[int, str], Ints] = field(default_factory=dict)

    @property
    def instance(self) -> Instance:
        """The problem."""
        return self.before.instance

    @property
    def stage(self) -> Stage:
        """The stage the rows are about."""
        return self.before.stage

    def at_place(self, place: int) -> Ints:
        """Open columns at a place, ascending."""
        if not self._at_place:
            columns = np.flatnonzero(self.open)
            place_of = self.instance.applications.place[self.rows[columns]]
            order = np.argsort(place_of, kind="stable")
            parts = np.split(columns[order], np.flatnonzero(np.diff(place_of[order])) + 1)
            self._at_place = {
                int(self.instance.applications.place[self.rows[part[0]]]): part
                for part in parts
                if len(part)
            }
        return self._at_place.get(place, _NONE)

    def opened(self, place: int) -> Ints:
        """Columns whose sum is 1 exactly when the place holds an award."""
        return self.used(place, "open", self.at_place(place))

    def disabled_at(self, place: int) -> Ints:
        """Columns whose sum is 1 exactly when a disabled person holds an award there."""
        return self.used(place, "disabled", self._held(place, np.greater, 0))

    def held_by(self, place: int, holder_class: int) -> Ints:
        """Columns whose sum is 1 exactly when a holder of the class has an award there."""
        return self.used(place, f"class {holder_class}", self._held(place, np.equal, holder_class))

    def used(self, place: int, what: str, columns: Ints) -> Ints:
        """Columns whose sum is 1 exactly when one of ``columns`` is.

        Where a place can hold more than one award, that takes a column of its own.
        """
        if len(columns) <= 1 or int(self.instance.places.capacity[place]) <= 1:
            return columns
        if (place, what) not in self._used:
            indicator = self.writer.columns([1])
            item = f"{self.instance.places.id[place]}/{what}"
            for part, column in enumerate(columns):
                terms = [(column[None], 1), (indicator, -1)]
                self.writer.row("used", f"{item}/{part}", terms, upper=0)
            terms = [(columns, 1), (indicator, -1)]
            self.writer.row("used", f"{item}/{len(columns)}", terms, lower=0)
            self._used[place, what] = indicator
        return self._used[place, what]

    def _held(self, place: int, is_meant: np.ufunc, holder_class: int) -> Ints:
        columns = self.at_place(place)
        held = self.instance.applications.holder_class[self.rows[columns]]
        found: Ints = columns[is_meant(held, holder_class)]
        return found


def tier_pool(instance: Instance, kind: str) -> str:
    """Tell which awards of a kind stand in a pool that goes by tier.

    ``all``, ``labelled``, ``none`` or the criterion that puts a class first.
    """
    pools = instance.priorities[kind]
    if "tier" in pools.open:
        return "all"
    for criterion in SWITCHES:
        if criterion in pools.open:
            return criterion
    return "labelled" if "tier" in pools.reserved else "none"


_NONE = np.empty(0, dtype=np.int64)
