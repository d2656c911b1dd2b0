"""People choose in turn among the places that leave everybody still served.

Who gets a place is settled; where is not.  The first in turn takes the best-ranked place
with which every bound can still be kept and everybody else still be served, then the
second, and so on (serial dictatorship over the lists that serve a fixed set of people).
Whether a place can be had is tested exactly: on a network by a residual circuit; where
rules couple people beyond it, a circuit is only the first thing tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import numpy as np
import scipy.sparse as sp

from allocation.instance import Ints
from allocation.mechanisms.network.flow import Arcs

_CIRCUITS, _TRIED = 30, 100
"""Circuits that make up for one, and arcs tried for each, before a flow is searched for."""

Moves = Sequence[tuple[int, bool]]
"""Arcs, and whether each carries one more or one less."""


class Coupling(Protocol):
    """Rules that a network cannot hold, for flows of that network."""

    def start(self, flow: Ints) -> None:
        """Take a flow that keeps them as the present one."""

    def keeps(self, moves: Moves) -> bool:
        """Tell whether the present flow keeps them when moved; if so, take it moved."""

    def strain(self, moves: Moves) -> tuple[Moves, Moves]:
        """Return which further moves would mend what these break, and which would break more."""

    def search(self, arcs: Sequence[int]) -> Ints | None:
        """Find a flow that keeps them and grants the wish of each of some arcs; take it."""


def choose_in_turn(
    arcs: Arcs,
    flow: Ints,
    wishes: Sequence[Sequence[Sequence[int]]],
    coupling: Coupling | None = None,
) -> list[int]:
    """Let people choose in turn on a network with integer flows.

    Parameters
    ----------
    arcs
        A circulation in which everybody is served by any flow within the bounds.
    flow
        Shape (arcs,): one such flow, which keeps the coupling too.
    wishes
        In turn, for each person the wishes from the best one on; a wish is the arcs that
        each grant it, and a flow uses at most one arc of a person.
    coupling
        Rules beside the network.  What the network refuses they cannot allow; what it
        allows is had when the first flow found keeps them, and searched for otherwise.

    Returns
    -------
    list
        The wish each person got, -1 for none.
    """
    residual = _Residual(arcs, flow)
    if coupling is not None:
        coupling.start(flow)
    chosen: list[int] = []
    got = []
    for options in wishes:
        number = next(
            (
                k
                for k, granting in enumerate(options)
                if _grant(residual, granting, chosen, coupling)
            ),
            -1,
        )
        got.append(number)
        if number >= 0:
            chosen.append(options[number][0])
            for other, closed in enumerate(options):
                if other != number:
                    residual.close(closed)
        residual.look_again()
    return got


def _grant(
    residual: _Residual, wish: Sequence[int], chosen: Sequence[int], coupling: Coupling | None
) -> bool:
    """Make the flow grant a wish beside all that were chosen; return whether that can be."""
    if any(residual.flow[arc] for arc in wish):
        return True
    refused = []
    for arc in wish:
        moved = residual.use(arc)
        if moved is None:
            continue
        if coupling is None or coupling.keeps(moved):
            return True
        residual.undo(moved)
        refused.append((arc, moved))
    if not refused or coupling is None:
        return False
    if any(_mend(residual, arc, moved, coupling) for arc, moved in refused):
        return True
    found = coupling.search([*chosen, wish[0]])
    if found is None:
        return False
    residual.restart(found)
    return True


def _mend(residual: _Residual, arc: int, refused: Moves, coupling: Coupling) -> bool:
    """Make an arc carry a unit by a circuit the coupling refused, and others that make up for it.

    They are quickly found where people elsewhere can change places, and spare most searches
    for a flow.
    """
    moves = list(refused)
    residual.redo(moves)
    for _ in range(_CIRCUITS):
        mending, breaking = coupling.strain(moves)
        with residual.without([*breaking, (arc, False)]):
            found = map(residual.use, [other for other, along in mending if along][:_TRIED])
            more = next((circuit for circuit in found if circuit is not None), None)
        if more is None:
            break
        moves += more
        if coupling.keeps(moves):
            return True
    residual.undo(moves)
    return False


class _Residual:
    """A flow that can be moved along circuits of arcs with room."""

    def __init__(self, arcs: Arcs, flow: Ints) -> None:
        self.tail, self.head = arcs.tail.tolist(), arcs.head.tolist()
        self._lower, self._upper = arcs.lower, arcs.upper.copy()
        self.restart(flow)
        n_nodes = arcs.n_nodes
        self.out: list[list[int]] = [[] for _ in range(n_nodes)]
        self.into: list[list[int]] = [[] for _ in range(n_nodes)]
        for arc, (a, b) in enumerate(zip(self.tail, self.head, strict=True)):
            self.out[a].append(arc)
            self.into[b].append(arc)
        self._degree = [len(out) + len(into) for out, into in zip(self.out, self.into, strict=True)]
        self.hopeless = self._never_used()
        self._in_vain = 0

    def _never_used(self) -> list[bool]:
        """Tell which arcs no circuit passes; moving flow and fixing more arcs never makes one."""
        n_nodes = len(self.out)
        up, down = np.array(self.up) > 0, np.array(self.down) > 0
        tail, head = np.array(self.tail), np.array(self.head)
        a = np.concatenate([tail[up], head[down]])
        b = np.concatenate([head[up], tail[down]])
        graph = sp.coo_array((np.ones(len(a), np.int8), (a, b)), shape=(n_nodes, n_nodes))
        _, label = sp.csgraph.connected_components(graph, directed=True, connection="strong")
        never: list[bool] = ((label[tail] != label[head]) & (np.array(self.flow) == 0)).tolist()
        return never

    def restart(self, flow: Ints) -> None:
        """Go on from another flow within the bounds."""
        self.flow: list[int] = flow.tolist()
        self.up: list[int] = (self._upper - flow).tolist()
        self.down: list[int] = (flow - self._lower).tolist()

    @contextmanager
    def without(self, moves: Moves) -> Iterator[None]:
        """Take the room away for a while that some moves have."""
        room = [(self.up if along else self.down, arc) for arc, along in moves]
        had = []
        for of, arc in room:
            had.append(of[arc])
            of[arc] = 0
        yield
        for (of, arc), units in zip(room, had, strict=True):
            of[arc] += units  # the flow may have changed meanwhile

    def use(self, arc: int) -> Moves | None:
        """Make an empty arc carry a unit; return what was moved, ``None`` if nothing can be."""
        if self.hopeless[arc] or not self.up[arc]:
            return None
        path = self._path(self.head[arc], self.tail[arc])
        if path is None:
            return None
        moves = [(arc, True), *path]
        self._move(moves, 1)
        return moves

    def redo(self, moves: Moves) -> None:
        """Move again what was moved back."""
        self._move(moves, 1)

    def undo(self, moves: Moves) -> None:
        """Move everything back."""
        self._move(moves, -1)

    def _move(self, moves: Moves, unit: int) -> None:
        for arc, along in moves:
            step = unit if along else -unit
            self.flow[arc] += step
            self.up[arc] -= step
            self.down[arc] += step

    def close(self, arcs: Sequence[int]) -> None:
        """Take away what room is left on arcs that carry nothing."""
        for arc in arcs:
            self.up[arc] = 0
            self._upper[arc] = 0

    def look_again(self) -> None:
        """Tell anew which arcs no circuit passes, once searches in vain cost more than that."""
        if 4 * self._in_vain > len(self.tail):
            self.hopeless, self._in_vain = self._never_used(), 0

    def _path(self, source: int, sink: int) -> Moves | None:
        """Find a way with room, searching from both ends; the thinner front goes on."""
        if source == sink:
            return []
        came: dict[int, tuple[int, bool]] = {source: (-1, True)}
        goes: dict[int, tuple[int, bool]] = {sink: (-1, True)}
        front, back = [source], [sink]
        ahead, behind = self._width(front), self._width(back)
        while front and back:
            if ahead <= behind:
                front, met = self._grow(front, came, goes, forward=True)
                ahead = self._width(front)
            else:
                back, met = self._grow(back, goes, came, forward=False)
                behind = self._width(back)
            if met is not None:
                return self._join(met, came, goes)
        self._in_vain += len(came) + len(goes)
        return None

    def _width(self, nodes: Sequence[int]) -> int:
        return sum(map(self._degree.__getitem__, nodes))

    def _grow(
        self,
        nodes: Sequence[int],
        seen: dict[int, tuple[int, bool]],
        other: dict[int, tuple[int, bool]],
        *,
        forward: bool,
    ) -> tuple[list[int], int | None]:
        """Take one step from every node; stop where the other search has been."""
        along, against = (self.up, self.down) if forward else (self.down, self.up)
        grown: list[int] = []
        for node in nodes:
            for arcs, room, ends, is_out in (
                (self.out[node], along, self.head, True),
                (self.into[node], against, self.tail, False),
            ):
                for arc in arcs:
                    end = ends[arc]
                    if room[arc] > 0 and end not in seen:
                        seen[end] = (arc, is_out == forward)
                        if end in other:
                            return grown, end
                        grown.append(end)
        return grown, None

    def _join(
        self, met: int, came: dict[int, tuple[int, bool]], goes: dict[int, tuple[int, bool]]
    ) -> Moves:
        path: list[tuple[int, bool]] = []
        node = met
        while (step := came[node])[0] >= 0:
            path.append(step)
            node = self.tail[step[0]] if step[1] else self.head[step[0]]
        path.reverse()
        node = met
        while (step := goes[node])[0] >= 0:
            path.append(step)
            node = self.head[step[0]] if step[1] else self.tail[step[0]]
        return path
