"""How many awards can be labelled, from numbers of awards alike.

Awards that can use the same reserves and have the same tier are alike for every count,
so a change to a list is settled by a handful of numbers instead of a new labelling of
the whole list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Usable = tuple[int, ...]
"""Reserves (by index) whose units an award can use."""


def fill_units(demand: Sequence[tuple[Usable, int]], units: Mapping[int, int]) -> list[int]:
    """Label as many awards of each class as fit beside the classes before it.

    Parameters
    ----------
    demand
        Classes of awards in order of precedence: what they can use and how many there
        are.
    units
        Number of units of each reserve.

    Returns
    -------
    list
        Labelled awards of each class.
    """
    if len(units) == 1:
        (free,) = units.values()
        filled = []
        for usable, n in demand:
            filled.append(min(n, free) if usable else 0)
            free -= filled[-1]
        return filled
    return _Flow(units).fill(demand)


class _Flow:
    """Labels as a flow from classes of awards to reserves."""

    def __init__(self, units: Mapping[int, int]) -> None:
        self._free = dict(units)
        self._used: dict[int, dict[Usable, int]] = {g: {} for g in units}

    def fill(self, demand: Sequence[tuple[Usable, int]]) -> list[int]:
        return [self._push(usable, n) for usable, n in demand]

    def _push(self, usable: Usable, wanted: int) -> int:
        labelled = 0
        while labelled < wanted and (path := self._path(usable)):
            amount = min(
                [wanted - labelled, self._free[path[-1][0]]]
                + [self._used[g][moved] for g, moved in path[:-1]]
            )
            incoming = usable
            for g, moved in path[:-1]:
                self._add(g, incoming, amount)
                self._add(g, moved, -amount)
                incoming = moved
            last = path[-1][0]
            self._add(last, incoming, amount)
            self._free[last] -= amount
            labelled += amount
        return labelled

    def _add(self, g: int, usable: Usable, amount: int) -> None:
        self._used[g][usable] = self._used[g].get(usable, 0) + amount

    def _path(self, usable: Usable) -> list[tuple[int, Usable]]:
        """Find a way to a free unit: (reserve, class of awards that leaves it)."""
        came: dict[int, tuple[int, Usable]] = {g: (-1, ()) for g in usable}
        queue = list(came)
        for g in queue:
            if self._free[g] > 0:
                path: list[tuple[int, Usable]] = [(g, ())]
                while came[path[-1][0]][0] >= 0:
                    path.append(came[path[-1][0]])
                return path[::-1]
            for moved, n in self._used[g].items():
                for other in moved if n > 0 else ():
                    if other not in came:
                        came[other] = (g, moved)
                        queue.append(other)
        return []
