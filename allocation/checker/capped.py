"""Caps on opened sites under many changes at once (design 4.4).

With O the opened members and d those of them that a disabled person holds, a cap asks
for ``existing + |O| - extra_disabled * d <= maximum``: a window while its centre is
open, any other cap as soon as one member is open.  A number that existing outlets
alone exceed forbids new sites and condemns nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from allocation.checker.standing import Standing
    from allocation.instance import Bools, Ints, NumberLimit


class CapCounts:
    """Counts of all caps under one award list.

    Parameters
    ----------
    standing
        The list.
    caps
        The caps.
    """

    def __init__(self, standing: Standing, caps: Sequence[NumberLimit]) -> None:
        self._n_caps = len(caps)
        is_open = standing.at_place > 0
        has_disabled = standing.disabled_at > 0
        self._is_open = is_open
        self._centre = _column([cap.centre for cap in caps])
        self._n_open = _column([int(is_open[cap.members].sum()) for cap in caps])
        self._n_held = _column([int(has_disabled[cap.members].sum()) for cap in caps])
        self._existing = _column([cap.existing for cap in caps])
        self._maximum = _column([cap.maximum for cap in caps])
        self._extra = _column([cap.extra_disabled for cap in caps])
        # One entry per (place, cap) it is a member or the centre of, sorted by place.
        entries = [
            (np.union1d(cap.members, [cap.centre] if cap.centre >= 0 else []), c, cap.members)
            for c, cap in enumerate(caps)
        ]
        none = np.empty(0, dtype=np.int64)
        place = np.concatenate([none, *(places for places, _, _ in entries)]).astype(np.int64)
        cap_of = np.concatenate([none, *(np.full(len(places), c) for places, c, _ in entries)])
        member = np.concatenate(
            [none, *(np.isin(places, members) for places, _, members in entries)]
        )
        order = np.lexsort((cap_of, place))
        self._cap = cap_of[order].astype(np.int64)
        self._member = member[order].astype(np.bool_)
        self._start = np.searchsorted(place[order], np.arange(len(is_open) + 1))

    def broken_now(self) -> Ints:
        """Return the caps the list itself breaks."""
        active = np.where(self._centre >= 0, self._is_open[self._centre], self._n_open > 0)
        count = self._existing + self._n_open - self._extra * self._n_held
        return np.flatnonzero(active & (count > self._maximum))

    def broken(self, places: Ints, opened: Ints, held: Ints) -> Ints:
        """Return the first cap each change breaks, -1 where it breaks none.

        Parameters
        ----------
        places
            Places of each change, -1 for none.
        opened, held
            1 where a place opens or gets its first disabled holder, -1 where it ends.
        """
        hit = np.full(len(places), -1, dtype=np.int64)
        change, column = np.nonzero((opened != 0) | (held != 0))
        place = places[change, column]
        n_entries = self._start[place + 1] - self._start[place]
        source = np.repeat(np.arange(len(place)), n_entries)
        skipped = np.repeat(np.cumsum(n_entries) - n_entries, n_entries)
        entry = np.arange(len(source)) - skipped + self._start[place][source]
        if not len(entry):
            return hit
        d_open = opened[change, column][source]
        d_held = held[change, column][source]
        cap, member = self._cap[entry], self._member[entry]
        key, at = np.unique(change[source] * self._n_caps + cap, return_inverse=True)
        change, touched = key // self._n_caps, key % self._n_caps
        over = self._over(
            touched,
            _summed(at, np.where(member, d_open, 0), len(key)),
            _summed(at, np.where(member, d_held, 0), len(key)),
            _summed(at, np.where(place[source] == self._centre[cap], d_open, 0), len(key)),
        )
        # In reverse, so that of several broken caps the first one stands.
        hit[change[over][::-1]] = touched[over][::-1]
        return hit

    def _over(self, cap: Ints, d_open: Ints, d_held: Ints, d_centre: Ints) -> Bools:
        centre = self._centre[cap]
        n_open = self._n_open[cap] + d_open
        active = np.where(centre >= 0, self._is_open[centre] + d_centre > 0, n_open > 0)
        count = self._existing[cap] + n_open - self._extra[cap] * (self._n_held[cap] + d_held)
        over: Bools = active & (count > self._maximum[cap])
        return over


def _column(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _summed(at: Ints, values: Ints, n: int) -> Ints:
    total = np.zeros(n, dtype=np.int64)
    np.add.at(total, at, values)
    return total
