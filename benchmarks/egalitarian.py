"""Time leximin chances on generated crowds: CPU seconds of every step.

python benchmarks/egalitarian.py

*Capacities*: applicants with lists of 10 over places that have a unit for every other of
them, popular places wanted more; the chances are found by maximum flows, then spread over
arcs and drawn.  *Panel*: seats of a citizens' panel under three quotas that cross, by column
generation.  *Spacing*: candidate sites on a strip, each too close to its neighbours, with
lists of two.  Only arrays are generated: the steps are those of a stage.

Measured on a shared cloud machine (AMD EPYC), CPU on one core:

==============================  =======  =======  =====
size                            chances  spread   draw
==============================  =======  =======  =====
3,000 with lists of 10          0.03 s   0.2 s    0.0 s
12,000 with lists of 10         0.16 s   2.0 s    0.2 s
50,000 with lists of 10         1.5 s    13.5 s   0.9 s
panel of 24 seats, 240 people   0.12 s            0.0 s
200 people, 40 sites            0.4 s             0.0 s
400 people, 80 sites            1.6 s             0.0 s
800 people, 160 sites           7.7 s             0.0 s
==============================  =======  =======  =====
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import itertools

from allocation.instance import Instance
from allocation.lottery import Chances, Part, Plan
from allocation.mechanisms.egalitarian.leximin import leximin
from allocation.mechanisms.egalitarian.rounding import round_flow
from allocation.mechanisms.egalitarian.spread import spread
from allocation.mechanisms.network.bihierarchy import build_network
from allocation.mechanisms.network.sets import AWARD, Component, LaneSet
from tests.instances_helper import Person, Rules, Spot, Wish, make_quota
from tests.lottery_helper import lottery_instance, publish

CROWDS = (3_000, 12_000, 50_000)
PANELS = (60, 120, 240)
STRIPS = (40, 80, 160)
_Found = TypeVar("_Found")


def timed(step: str, work: Callable[[], _Found]) -> _Found:
    """Do a step and print its CPU seconds."""
    begun = time.process_time()
    found = work()
    print(f"    {step:10} {time.process_time() - begun:7.2f} s")
    return found


def crowd(n: int, length: int = 10) -> Component:
    """Make people with lists and places with capacities, as a component of lanes."""
    rng = np.random.default_rng(n)
    n_places = n // 6
    weight = rng.pareto(2.0, n_places) + 0.2
    order = np.argsort(rng.exponential(size=(n, n_places)) / weight, axis=1)[:, :length]
    units = rng.multinomial(n // 2, np.full(n_places, 1 / n_places))
    person, place = np.repeat(np.arange(n), length), order.ravel()
    lanes = np.arange(n * length)
    sets = [LaneSet(lanes[i * length : (i + 1) * length], 0, 1, AWARD, i) for i in range(n)]
    by_place = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[by_place], np.arange(n_places + 1))
    sets += [
        LaneSet(np.sort(by_place[a:b]), 0, int(units[p]), 2, p)
        for p, (a, b) in enumerate(itertools.pairwise(ends))
        if a < b
    ]
    none, zeros = np.empty(0, dtype=np.int64), np.zeros(len(lanes), dtype=np.int64)
    return Component(lanes, zeros - 1, person, zeros, zeros + 1, np.arange(n), tuple(sets), none)


def time_crowd(n: int) -> None:
    """Chances by flow, their spread over arcs, one draw."""
    print(f"capacities: {n:,} applicants with lists of 10")
    component = crowd(n)
    network = timed("network", lambda: build_network(component))
    found = timed("leximin", lambda: leximin(network))
    if found is None:
        raise SystemExit("no chances")
    flow = timed(
        "spread",
        lambda: spread(found.arcs, network.person_arc.tolist(), range(n), found.chance),
    )
    if flow is not None:
        timed("draw", lambda: round_flow(flow, ("bench",)))
    print(f"    {len(found.links)} tight sets below 1, {float(sum(found.chance)):,.0f} awards")


def panel(n: int) -> Instance:
    """Make a tenth of the people into seats under quotas on three traits that cross."""
    rng = np.random.default_rng(n)
    seats = n // 10
    quotas = []
    for number in range(3):
        members = np.flatnonzero(rng.random(n) < 0.3).tolist()
        quotas.append(make_quota(f"q{number}", "min", members, seats // 2, hard=True))
    return lottery_instance(
        [Person() for _ in range(n)],
        [Spot(capacity=seats)],
        [Wish(i, 0) for i in range(n)],
        Rules(quotas=quotas),
    )


def strip(n: int) -> Instance:
    """Make sites in a row, too close to the next two, and five people a site."""
    rng = np.random.default_rng(n)
    wishes = []
    for i in range(5 * n):
        first, second = rng.choice(n, size=2, replace=False).tolist()
        wishes += [Wish(i, first, 1), Wish(i, second, 2)]
    near = [(p, 1, p + k, 1) for k in (1, 2) for p in range(n - k)]
    return lottery_instance(
        [Person() for _ in range(5 * n)],
        [Spot("kiosk", is_candidate=True) for _ in range(n)],
        wishes,
        Rules(conflicts=near),
    )


def time_stage(title: str, instance: Instance) -> None:
    """Chances by weighted plans, and one draw with its places."""
    print(title)
    lottery = timed("chances", lambda: publish(instance))
    chances = lottery.result.chances
    if chances is None:
        raise SystemExit("no chances")
    timed("draw", lottery.draw)
    print(f"    {_plans(chances)} plans, proven: {chances.is_proven}")


def _plans(chances: Chances) -> int:
    parts: tuple[Part, ...] = chances.parts
    plans: list[Plan] = [plan for part in parts for plan in part.plans]
    return len(plans)


if __name__ == "__main__":
    for size in CROWDS:
        time_crowd(size)
    for size in PANELS:
        time_stage(f"panel: {size} people, {size // 10} seats, three quotas", panel(size))
    for size in STRIPS:
        time_stage(f"spacing: {5 * size} people, {size} sites", strip(size))
