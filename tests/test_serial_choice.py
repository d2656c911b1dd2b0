"""Choosing in turn on networks: what is left out of the search never mattered."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest

from allocation.instance import Ints
from allocation.mechanisms import serial_choice
from allocation.mechanisms.network.flow import Arcs, circulate
from allocation.mechanisms.serial_choice import Moves, choose_in_turn


def market(rng: np.random.Generator, n_people: int, n_places: int) -> tuple[Arcs, list[list[int]]]:
    """Return people who all have to get one of the places they want, and the arcs of each.

    Node 0 is the root, then come the people, then the places.
    """
    tail, head, lower, upper = [], [], [], []

    def arc(a: int, b: int, least: int, most: int) -> int:
        tail.append(a)
        head.append(b)
        lower.append(least)
        upper.append(most)
        return len(tail) - 1

    wishes = []
    for i in range(n_people):
        arc(0, 1 + i, 1, 1)
        wanted = rng.permutation(n_places)[: int(rng.integers(2, 5))]
        wishes.append([arc(1 + i, 1 + n_people + int(p), 0, 1) for p in wanted])
    for p in range(n_places):
        arc(1 + n_people + p, 0, 0, int(rng.integers(1, 4)))
    a, b, least, most = np.array([tail, head, lower, upper], dtype=np.int64)
    return Arcs(a, b, least, most, 1 + n_people + n_places), wishes


@pytest.mark.parametrize("seed", range(40))
def test_arcs_that_no_circuit_passes_are_never_granted(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The choice is the same when every wish is searched for, and some search was spared."""
    rng = np.random.default_rng(seed)
    arcs, wishes = market(rng, n_people=30, n_places=18)
    started = circulate(arcs)
    if started is None:
        pytest.skip("they cannot all be served")
    options = [[[arc] for arc in mine] for mine in wishes]
    searched: list[int] = []
    real = serial_choice._Residual._path

    def path(self: serial_choice._Residual, source: int, sink: int) -> object:
        searched.append(1)
        return real(self, source, sink)

    monkeypatch.setattr(serial_choice._Residual, "_path", path)
    got = choose_in_turn(arcs, started.flow, options)
    n_spared = len(searched)
    searched.clear()
    monkeypatch.setattr(
        serial_choice._Residual, "_never_used", lambda self: [False] * len(self.tail)
    )
    assert choose_in_turn(arcs, started.flow, options) == got
    assert n_spared <= len(searched)


class Written:
    """Rows beside the network, searched through all its flows written out."""

    def __init__(self, flows: Ints, rows: Ints, lower: Ints, upper: Ints) -> None:
        self.flows, self.rows, self.lower, self.upper = flows, rows, lower, upper
        self.searched: list[bool] = []
        self.n_mended = 0

    def start(self, flow: Ints) -> None:
        self.present = flow

    def _moved(self, moves: Moves) -> Ints:
        flow = self.present.copy()
        for arc, along in moves:
            flow[arc] += 1 if along else -1
        return flow

    def _holds(self, flow: Ints) -> bool:
        activity = self.rows @ flow
        return bool(np.all((activity >= self.lower) & (activity <= self.upper)))

    def keeps(self, moves: Moves) -> bool:
        moved = self._moved(moves)
        if not self._holds(moved):
            return False
        assert any(np.array_equal(moved, flow) for flow in self.flows)
        self.present = moved
        return True

    def strain(self, moves: Moves) -> tuple[Moves, Moves]:
        """Judge each arc by itself: what a unit more or less on it does to each row."""
        activity = self.rows @ self._moved(moves)
        mends, breaks = [], []
        for arc, unit in product(range(self.rows.shape[1]), (1, -1)):
            step = self.rows[:, arc] * unit
            lacks = np.where(activity < self.lower, step, 0) - np.where(
                activity > self.upper, step, 0
            )
            if lacks.sum() > 0:
                mends.append((arc, unit > 0))
            at_bound = ((activity >= self.upper) & (step > 0)) | (
                (activity <= self.lower) & (step < 0)
            )
            if at_bound.any():
                breaks.append((arc, unit > 0))
        return mends, breaks

    def search(self, arcs: Sequence[int]) -> Ints | None:
        wished = (self.flows[:, list(arcs)] > 0).all(axis=1)
        found = [flow for flow in self.flows[wished] if self._holds(flow)]
        self.searched.append(bool(found))
        if not found:
            return None
        self.present = found[0]
        return self.present


def _all_flows(arcs: Arcs, wishes: list[list[int]]) -> Ints:
    """Write out every flow that serves everybody."""
    flows = []
    for got in product(*wishes):
        flow = np.zeros(len(arcs.tail), dtype=np.int64)
        flow[list(got)] = 1
        flow[: wishes[-1][-1] + 1][arcs.tail[: wishes[-1][-1] + 1] == 0] = 1
        into = np.bincount(arcs.head[list(got)], minlength=arcs.n_nodes)
        to_root = (arcs.head == 0) & (arcs.tail > 0)
        flow[to_root] = into[arcs.tail[to_root]]
        if np.all(flow <= arcs.upper):
            flows.append(flow)
    return np.array(flows).reshape(-1, len(arcs.tail))


def test_what_makes_up_for_a_refused_circuit_spares_searches_and_changes_no_choice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rows of random sums over wishes: the choice of all flows written out, fewer searches."""
    n_searched, n_found = 0, 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        arcs, wishes = market(rng, n_people=6, n_places=5)
        flows = _all_flows(arcs, wishes)
        if not len(flows):
            continue
        is_wish = np.isin(np.arange(len(arcs.tail)), np.concatenate(wishes))
        rows = rng.integers(-1, 2, (2, len(arcs.tail))) * is_wish
        started = flows[rng.integers(len(flows))]
        lower, upper = (
            rows @ started - rng.integers(0, 2, 2),
            rows @ started + rng.integers(0, 2, 2),
        )
        left = flows[[bool(np.all((rows @ f >= lower) & (rows @ f <= upper))) for f in flows]]
        expected = []
        for mine in wishes:
            k = next(k for k, arc in enumerate(mine) if (left[:, arc] > 0).any())
            expected.append(k)
            left = left[left[:, mine[k]] > 0]
        options = [[[arc] for arc in mine] for mine in wishes]
        coupling = Written(flows, rows, lower, upper)
        assert choose_in_turn(arcs, started, options, coupling) == expected, seed
        n_found += sum(coupling.searched)
        plain = Written(flows, rows, lower, upper)
        with monkeypatch.context() as patch:
            patch.setattr(serial_choice, "_mend", lambda *args: False)
            assert choose_in_turn(arcs, started, options, plain) == expected
        n_searched += sum(plain.searched)
    assert n_found < 0.8 * n_searched
