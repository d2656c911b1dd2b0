"""Rounding the fractions of a flow circuit by circuit.

Start at the tail of the lowest-numbered arc that carries a fraction; from each node go on
by the lowest-numbered such arc other than the one come by; where there is none, set the
last arc aside and step back; where the way meets itself, a circuit is found.  It may be
turned up (arcs walked along gain, arcs walked against lose) until one of them is whole,
by ``up``, or down by ``down``; turning it up with chance down / (up + down) leaves every
expectation as it is (dependent rounding: Gandhi, Khuller, Parthasarathy and Srinivasan,
Journal of the ACM 53, 2006; here on the networks of Budish et al. 2013).  The walk then
goes on from where the circuit began.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from allocation.lottery import Flow, public_number

Decide = Callable[[int, int], bool]
"""Of ``up`` and ``down``: whether a circuit is turned up."""


class Fractions:
    """Fractions on arcs, being rounded.

    Parameters
    ----------
    value
        Numerators from 0 to less than ``denominator``; 0 is whole.
    """

    def __init__(
        self, tail: Sequence[int], head: Sequence[int], value: Sequence[int], denominator: int
    ) -> None:
        self.tail, self.head, self.value = tail, head, list(value)
        self.denominator = denominator
        self.gained = [0] * len(self.value)
        """By arc: 1 once it was rounded up, to one more than its whole part."""

    def turn(self, allowed: Sequence[bool], decide: Decide) -> None:
        """Turn circuits of allowed arcs until there is none."""
        walk = _Walk(self, allowed)
        while (circuit := walk.next_circuit()) is not None:
            n, value = self.denominator, self.value
            room = [n - value[arc] if along else value[arc] for arc, along in circuit]
            back = [value[arc] if along else n - value[arc] for arc, along in circuit]
            up, down = min(room), min(back)
            amount = up if decide(up, down) else -down
            for arc, along in circuit:
                moved = value[arc] + (amount if along else -amount)
                if moved in (0, n):
                    self.gained[arc] = int(moved == n)
                value[arc] = moved % n


class _Walk:
    """A walk over arcs that carry a fraction, kept between circuits."""

    def __init__(self, fractions: Fractions, allowed: Sequence[bool]) -> None:
        self.fractions = fractions
        self.usable = list(allowed)
        n_nodes = max((*fractions.tail, *fractions.head, -1)) + 1
        self.at: list[list[int]] = [[] for _ in range(n_nodes)]
        for arc, ok in enumerate(allowed):
            if ok and fractions.value[arc]:
                self.at[fractions.tail[arc]].append(arc)
                if fractions.head[arc] != fractions.tail[arc]:
                    self.at[fractions.head[arc]].append(arc)
        for arcs in self.at:
            arcs.reverse()
        self.order = [arc for arc, ok in enumerate(allowed) if ok]
        self.order.reverse()
        self.nodes: list[int] = []
        self.arcs: list[int] = []
        self.place: dict[int, int] = {}

    def next_circuit(self) -> list[tuple[int, bool]] | None:
        """Walk on until the way meets itself; arcs with whether they were walked along."""
        tail, head = self.fractions.tail, self.fractions.head
        while True:
            if not self.nodes:
                start = self._first_open()
                if start is None:
                    return None
                self._enter(tail[start])
            node = self.nodes[-1]
            arc = self._next_arc(node, self.arcs[-1] if self.arcs else -1)
            if arc is None:
                self._step_back()
                continue
            other = head[arc] if tail[arc] == node else tail[arc]
            self.arcs.append(arc)
            if other in self.place:
                return self._close(other)
            self._enter(other)

    def _open(self, arc: int) -> bool:
        return self.usable[arc] and self.fractions.value[arc] > 0

    def _first_open(self) -> int | None:
        while self.order and not self._open(self.order[-1]):
            self.order.pop()
        return self.order[-1] if self.order else None

    def _enter(self, node: int) -> None:
        self.place[node] = len(self.nodes)
        self.nodes.append(node)

    def _next_arc(self, node: int, come_by: int) -> int | None:
        """Return the lowest-numbered open arc at a node but the one come by."""
        arcs = self.at[node]
        while arcs and not self._open(arcs[-1]):
            arcs.pop()
        if not arcs or arcs[-1] != come_by:
            return arcs[-1] if arcs else None
        return next((arc for arc in reversed(arcs[:-1]) if self._open(arc)), None)

    def _step_back(self) -> None:
        """Set the last arc aside: nothing leads on from its end."""
        del self.place[self.nodes.pop()]
        if self.arcs:
            self.usable[self.arcs.pop()] = False

    def _close(self, node: int) -> list[tuple[int, bool]]:
        first = self.place[node]
        nodes = [*self.nodes[first:], node]
        arcs = self.arcs[first:]
        for left in self.nodes[first + 1 :]:
            del self.place[left]
        del self.nodes[first + 1 :], self.arcs[first:]
        return [(arc, self.fractions.tail[arc] == a) for arc, a in zip(arcs, nodes, strict=False)]


def round_flow(flow: Flow, name: Sequence[str | int]) -> tuple[tuple[int, ...], list[int]]:
    """Round a flow by the public numbers of a name.

    Parameters
    ----------
    name
        What the numbers are for; a step counter from 1 is added to it.

    Returns
    -------
    tuple
        Applicants whose chance became certain, ascending, and the numbers used.
    """
    numbers: list[int] = []

    def decide(up: int, down: int) -> bool:
        numbers.append(public_number((*name, len(numbers) + 1), up + down))
        return numbers[-1] < down

    fractions = Fractions(flow.tail, flow.head, flow.value, flow.denominator)
    fractions.turn([True] * len(flow.value), decide)
    served = {
        i for i, gained in zip(flow.applicant, fractions.gained, strict=True) if i >= 0 and gained
    }
    return tuple(sorted(served)), numbers
