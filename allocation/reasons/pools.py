"""Who stands before whom at a place: the published orders of its two pools."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.rules.order import Pool, criteria_of, criterion_values

if TYPE_CHECKING:
    from allocation.instance import Bools, Instance, Ints, Strings
    from allocation.reasons.notes import Notes
    from allocation.reasons.stage import PoolView

_TOLD = ("band", "tier", "draw", "priority_rank")
"""Criteria whose own value an applicant is told."""


class Criteria:
    """Values of the published criteria per application, smaller first.

    Parameters
    ----------
    instance
        The problem.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._values: dict[str, Ints] = {}

    def of(self, criterion: str) -> Ints:
        """Return the values of a criterion; shape (k,)."""
        if criterion not in self._values:
            self._values[criterion] = criterion_values(self._instance, criterion)
        return self._values[criterion]

    def ranks(self, kind: str, pool: Pool) -> Ints:
        """Rank the applications of a kind in a pool's order, from 1; 0 elsewhere."""
        instance = self._instance
        of_kind = instance.places.kind[instance.applications.place] == kind
        rows = np.flatnonzero(of_kind)
        keys = [self.of(criterion)[rows] for criterion in criteria_of(self._instance, kind, pool)]
        ranks = np.zeros(len(of_kind), dtype=np.int64)
        ranks[rows[np.lexsort(keys[::-1])]] = np.arange(1, len(rows) + 1)
        return ranks

    def own(self, criterion: str, rows: Ints) -> Ints | None:
        """Return what applicants are told of their own values; 0 for "not ranked"."""
        if criterion not in _TOLD:
            return None
        if criterion == "priority_rank":
            return self._instance.applications.priority_rank[rows]
        return self.of(criterion)[rows]

    def separating(self, rows: Ints, holders: Ints, in_reserve: Bools) -> Strings:
        """Return the criterion that puts each application's holder before it.

        Parameters
        ----------
        rows, holders
            Applications, and one awarded at the same place for each of them.
        in_reserve
            Whose order counts: that of the reserved units, or of the open ones.
        """
        instance = self._instance
        kind_of = instance.places.kind[instance.applications.place[rows]]
        pools: tuple[tuple[Pool, Bools], ...] = (("reserved", in_reserve), ("open", ~in_reserve))
        found = np.full(len(rows), "draw", dtype=object)
        for kind in sorted(set(kind_of)):
            for pool, of_pool in pools:
                part = np.flatnonzero((kind_of == kind) & of_pool)
                # From the last criterion to the first, which decides where it differs.
                for criterion in reversed(criteria_of(instance, kind, pool)):
                    values = self.of(criterion)
                    found[part[values[rows[part]] != values[holders[part]]]] = criterion
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """How refused applications stand to the holders of full places; shape (c,) each.

    Attributes
    ----------
    rows
        Refused applications.
    outranked
        Every holder stands before it in the order of the unit that holder has.
    holder
        The last holder it is compared with: where it is outranked the one it came
        nearest to, otherwise the last one it stands before; -1 where every unit is
        reserved for others.
    reserved
        That holder's unit belongs to a reserve.
    """

    rows: Ints
    outranked: Bools
    holder: Ints
    reserved: Bools

    def take(self, part: Bools) -> Ranking:
        """Return the ranking of some of the applications."""
        return Ranking(
            self.rows[part], self.outranked[part], self.holder[part], self.reserved[part]
        )


def rank_against_holders(view: PoolView, rows: Ints, raising: Bools) -> Ranking:
    """Compare refused applications with the holders of their (full) places.

    Parameters
    ----------
    view
        The stage.
    rows
        Refused applications at full places.
    raising
        Whether awarding it would put a reserve unit to use that nobody uses: such a
        unit reverted only for want of people like this applicant, so that holders of
        open units do not stand before them.
    """
    instance = view.instance
    app = instance.applications
    units = _units_at_places(view)
    number = units.start[app.place[rows] + 1] - units.start[app.place[rows]]
    claim = np.repeat(np.arange(len(rows)), number)
    offset = np.arange(len(claim)) - np.repeat(np.cumsum(number) - number, number)
    unit = units.start[app.place[rows[claim]]] + offset
    row, holder, label = rows[claim], units.last[unit], units.label[unit]
    entitled = label < 0
    for g in np.unique(label[label >= 0]):
        of_unit = label == g
        entitled |= of_unit & instance.reserves[int(g)].beneficiaries[app.applicant[row]]
    worse = np.where(
        label < 0,
        (view.open_rank[holder] < view.open_rank[row]) & ~raising[claim],
        view.reserved_rank[holder] < view.reserved_rank[row],
    )
    before = worse | ~entitled
    outranked = np.ones(len(rows), dtype=np.bool_)
    np.logical_and.at(outranked, claim, before)
    # Where somebody is passed over, that holder is the one to compare with.
    relevant = entitled & np.where(outranked[claim], True, ~before)
    # Open units first: that is where everybody competes.
    order = np.lexsort((label, ~relevant, claim))
    chosen = np.full(len(rows), -1, dtype=np.int64)
    in_reserve = np.ones(len(rows), dtype=np.bool_)
    has_units = np.flatnonzero(number > 0)
    picked = order[np.searchsorted(claim[order], has_units)]
    good = relevant[picked]
    chosen[has_units[good]] = holder[picked[good]]
    in_reserve[has_units[good]] = label[picked[good]] >= 0
    return Ranking(rows, outranked, chosen, in_reserve)


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """Groups of like units (place, reserve or open) with their last holder.

    ``start`` has shape (m + 1,): the groups of place p are ``start[p]:start[p + 1]``.
    """

    start: Ints
    label: Ints
    last: Ints


def _units_at_places(view: PoolView) -> _Units:
    app, awards = view.instance.applications, view.standing.awards
    label, place = view.labels[awards], app.place[awards]
    rank = np.where(label < 0, view.open_rank[awards], view.reserved_rank[awards])
    order = np.lexsort((rank, label, place))
    awards, label, place = awards[order], label[order], place[order]
    is_last = np.ones(len(awards), dtype=np.bool_)
    is_last[:-1] = (place[1:] != place[:-1]) | (label[1:] != label[:-1])
    start = np.searchsorted(place[is_last], np.arange(len(view.instance.places.id) + 1))
    return _Units(start, label[is_last], awards[is_last])


def note_outranked(view: PoolView, ranking: Ranking, notes: Notes) -> None:
    """Note whom every holder stands before: the criterion, and the applicant's own value."""
    kept = ranking.take(ranking.outranked & (ranking.holder < 0))
    reserved = ({"criterion": "reserved", "pool": "reserved", "n": n} for n in _holders(view, kept))
    notes.add_all(kept.rows, "outranked", reserved)
    beaten = ranking.take(ranking.outranked & (ranking.holder >= 0))
    criterion = view.criteria.separating(beaten.rows, beaten.holder, beaten.reserved)
    for name in sorted(set(criterion)):
        part = beaten.take(criterion == name)
        notes.add_all(part.rows, "outranked", _told_of(view, part, name))


def _told_of(view: PoolView, part: Ranking, criterion: str) -> Iterator[dict[str, Any]]:
    """Give what those are told whom one criterion separates from a holder."""
    applicant = view.instance.applications.applicant
    own = view.criteria.own(criterion, part.rows)
    columns = {
        "n": _holders(view, part),
        "pool": np.where(part.reserved, "reserved", "open").tolist(),
        "receipt_no": view.instance.applicants.receipt_no[applicant[part.holder]].tolist(),
    }
    if own is not None:
        columns["own"] = own.tolist()
    for values in zip(*columns.values(), strict=True):
        yield {"criterion": criterion, **dict(zip(columns, values, strict=True))}


def _holders(view: PoolView, ranking: Ranking) -> list[int]:
    number: list[int] = view.standing.at_place[
        view.instance.applications.place[ranking.rows]
    ].tolist()
    return number
