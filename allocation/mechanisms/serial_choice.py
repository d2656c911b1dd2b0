"""People choose in turn among the places that leave everybody still served.

Who gets a place is settled; where is not.  The first in turn takes the best-ranked place
with which every bound can still be kept and everybody else still be served, then the
second, and so on (serial dictatorship over the lists that serve a fixed set of people).
Whether a place can be had is tested exactly: on a network by a residual circuit, elsewhere
by the program itself with the people fixed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from allocation.instance import Ints
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.lexicographic import Objective, maximise
from allocation.mechanisms.optimise.program import Program
from allocation.progress import Silent


def choose_on_network(
    tail: Ints,
    head: Ints,
    lower: Ints,
    upper: Ints,
    flow: Ints,
    wishes: Sequence[Sequence[Sequence[int]]],
) -> list[int]:
    """Let people choose in turn on a network with integer flows.

    Parameters
    ----------
    tail, head, lower, upper
        Shape (arcs,): a circulation in which everybody is served by any flow within the
        bounds.
    flow
        Shape (arcs,): one such flow.
    wishes
        In turn, for each person the wishes from the best one on; a wish is the arcs that
        each grant it, and a flow uses at most one arc of a person.

    Returns
    -------
    list
        The wish each person got, -1 for none.
    """
    residual = _Residual(tail, head, lower, upper, flow)
    return [_first_possible(residual, options) for options in wishes]


def _first_possible(residual: _Residual, options: Sequence[Sequence[int]]) -> int:
    for number, arcs in enumerate(options):
        if any(residual.use(arc) for arc in arcs):
            for other, closed in enumerate(options):
                if other != number:
                    residual.close(closed)
            return number
    return -1


class _Residual:
    """A flow that can be moved along circuits of arcs with room."""

    def __init__(self, tail: Ints, head: Ints, lower: Ints, upper: Ints, flow: Ints) -> None:
        self.tail, self.head = tail.tolist(), head.tolist()
        self.up: list[int] = (upper - flow).tolist()
        self.down: list[int] = (flow - lower).tolist()
        self.flow: list[int] = flow.tolist()
        n_nodes = int(max(tail.max(initial=0), head.max(initial=0))) + 1
        self.out: list[list[int]] = [[] for _ in range(n_nodes)]
        self.into: list[list[int]] = [[] for _ in range(n_nodes)]
        for arc, (a, b) in enumerate(zip(self.tail, self.head, strict=True)):
            self.out[a].append(arc)
            self.into[b].append(arc)
        self.hopeless = self._never_used(n_nodes)

    def _never_used(self, n_nodes: int) -> list[bool]:
        """Tell which arcs no circuit passes; fixing more arcs never makes one."""
        up, down = np.array(self.up) > 0, np.array(self.down) > 0
        tail, head = np.array(self.tail), np.array(self.head)
        a = np.concatenate([tail[up], head[down]])
        b = np.concatenate([head[up], tail[down]])
        graph = sp.coo_array((np.ones(len(a), np.int8), (a, b)), shape=(n_nodes, n_nodes))
        _, label = sp.csgraph.connected_components(graph, directed=True, connection="strong")
        never: list[bool] = ((label[tail] != label[head]) & (np.array(self.flow) == 0)).tolist()
        return never

    def use(self, arc: int) -> bool:
        """Make an arc carry a unit, moving others; return whether that can be."""
        if self.flow[arc]:
            return True
        if self.hopeless[arc] or not self.up[arc]:
            return False
        path = self._path(self.head[arc], self.tail[arc])
        if path is None:
            return False
        for moved, along in [(arc, True), *path]:
            step = 1 if along else -1
            self.flow[moved] += step
            self.up[moved] -= step
            self.down[moved] += step
        return True

    def close(self, arcs: Sequence[int]) -> None:
        """Take away what room is left on arcs that carry nothing."""
        for arc in arcs:
            self.up[arc] = 0

    def _path(self, source: int, sink: int) -> list[tuple[int, bool]] | None:
        """Find a way with room, searching from both ends; the thinner front goes on."""
        if source == sink:
            return []
        came: dict[int, tuple[int, bool]] = {source: (-1, True)}
        goes: dict[int, tuple[int, bool]] = {sink: (-1, True)}
        front, back = [source], [sink]
        while front and back:
            if self._width(front) <= self._width(back):
                front, met = self._grow(front, came, goes, forward=True)
            else:
                back, met = self._grow(back, goes, came, forward=False)
            if met is not None:
                return self._join(met, came, goes)
        return None

    def _width(self, nodes: Sequence[int]) -> int:
        return sum(len(self.out[node]) + len(self.into[node]) for node in nodes)

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
    ) -> list[tuple[int, bool]]:
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


def choose_in_program(
    program: Program, wishes: Sequence[Sequence[int]], group: Ints, budget: Budget
) -> Ints | None:
    """Let people choose in turn where rules couple them, each by an exact optimum.

    Parameters
    ----------
    program
        With the served people's rows at one award.
    wishes
        In turn, for each person the columns from the best wish on.
    group
        As :func:`~allocation.mechanisms.optimise.lexicographic.maximise` takes it.

    Returns
    -------
    array or None
        The point chosen, shape (columns,); ``None`` where nobody can be served so.
    """
    objectives = []
    for number, columns in enumerate(wishes):
        if len(columns) > 1:
            reward = np.zeros(len(program.lower), dtype=np.int64)
            reward[list(columns)] = np.arange(len(columns), 0, -1)
            objectives.append(Objective("turn", {"turn": number}, reward))
    # The last level asks for nothing, so that a point is found even without a choice.
    objectives.append(Objective("turn", {}, np.zeros(len(program.lower), dtype=np.int64)))
    return maximise(program, objectives, group, budget, Silent()).x
