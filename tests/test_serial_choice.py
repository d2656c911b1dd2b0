"""Choosing in turn on networks: what is left out of the search never mattered."""

from __future__ import annotations

import numpy as np
import pytest

from allocation.mechanisms import serial_choice
from allocation.mechanisms.network.flow import Arcs, circulate
from allocation.mechanisms.serial_choice import choose_in_turn


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
