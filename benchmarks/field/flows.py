"""Minimum-cost flows by OR-Tools: all levels in one, or several one after the other."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
from ortools.graph.python import min_cost_flow

from allocation.draw.keys import key_matrix
from allocation.instance import Instance, Ints
from benchmarks.field.answer import Answer, require_no_conflicts
from benchmarks.field.judge import rewards
from benchmarks.field.packed import n_levels_of_people, packed, rank_of_people

_LARGEST_COST = 2**62
"""The solver multiplies costs by the number of nodes in 64 bits."""


class _Arcs(NamedTuple):
    """Applications that may carry flow, shape (arcs,) each; people from 0."""

    application: Ints
    person: Ints
    place: Ints

    def take(self, rows: Ints) -> _Arcs:
        return _Arcs(self.application[rows], self.person[rows], self.place[rows])


def one_flow(instance: Instance, limit_s: float) -> Answer:
    """Put all levels that fit into 64 bits into the cost of one flow."""
    require_no_conflicts(instance)
    n_nodes = len(instance.applicants.id) + len(instance.places.id) + 2
    weight, n_asked = packed(instance, _LARGEST_COST // n_nodes)
    awards, call_s = _serve_some(instance, weight)
    return Answer(awards, True, n_asked, call_s)


def flows_in_turn(instance: Instance, limit_s: float) -> Answer:
    """Settle who is served by a flow, and then level after level on the optimal face.

    Levels share a flow where 64 bits hold them apart whatever is exchanged.  After each
    flow, exact prices leave the arcs that some optimum uses.  The key comes last.
    """
    require_no_conflicts(instance)
    n_who, levels = n_levels_of_people(instance), rewards(instance)
    awards, call_s = _serve_some(instance, rank_of_people(instance))
    app, capacity = instance.applications, instance.places.capacity
    is_served = np.zeros(len(instance.applicants.id), dtype=np.bool_)
    is_served[app.applicant[awards]] = True
    mine = np.flatnonzero(is_served[app.applicant])
    arcs = _Arcs(mine, (np.cumsum(is_served) - 1)[app.applicant[mine]], app.place[mine])
    least, most = np.zeros_like(capacity), capacity
    left = levels[n_who:]
    n_flows, largest = 1, _LARGEST_COST // (len(awards) + len(capacity) + 2)
    while True:
        order = [level[arcs.application] for level in left] or [_key(instance, arcs.application)]
        weight, n_levels = _packed(arcs, order, largest)
        chosen, spent_s = _serve_all(arcs, -weight, least, most)
        n_flows, call_s = n_flows + 1, call_s + spent_s
        if not left:
            awards = np.sort(arcs.application[chosen])
            return Answer(awards, True, len(levels), call_s, f"{n_flows} flows")
        left = left[n_levels:]
        arcs, least, most = _face(arcs, -weight, chosen, least, most)


def _key(instance: Instance, applications: Ints) -> Ints:
    """Return the first word of the key, negated: the list with the least sum is the one."""
    app = instance.applications
    applicants = instance.applicants.id[app.applicant[applications]].tolist()
    places = instance.places.id[app.place[applications]].tolist()
    return -key_matrix(instance.scenario.seed or "", applicants, places, 1)[:, 0]


def _serve_some(instance: Instance, weight: Ints) -> tuple[Ints, float]:
    """Award applications of the greatest total weight; seconds of the call beside them."""
    app, n, m = instance.applications, len(instance.applicants.id), len(instance.places.id)
    sink = n + m
    # Who is not served goes to the sink at the price of the best award, so no cost is negative.
    nothing = int(weight.max())
    tails = np.concatenate([app.applicant, np.arange(n), np.arange(n, sink)])
    heads = np.concatenate([n + app.place, np.full(n + m, sink)])
    room = np.concatenate([np.ones(len(weight) + n, np.int64), instance.places.capacity])
    cost = np.concatenate([nothing - weight, np.full(n, nothing), np.zeros(m, np.int64)])
    supply = np.concatenate([np.ones(n, np.int64), np.zeros(m, np.int64), [-n]])
    carries, call_s = _flow(tails, heads, room, cost, supply)
    return np.flatnonzero(carries[: len(weight)]), call_s


def _serve_all(arcs: _Arcs, cost: Ints, least: Ints, most: Ints) -> tuple[Ints, float]:
    """Serve everybody at least cost, a place between its least and its most."""
    n, m = int(arcs.person.max()) + 1, len(least)
    sink = n + m
    tails = np.concatenate([arcs.person, np.arange(n, sink)])
    heads = np.concatenate([n + arcs.place, np.full(m, sink)])
    room = np.concatenate([np.ones(len(cost), np.int64), most - least])
    costs = np.concatenate([cost - cost.min(), np.zeros(m, np.int64)])
    supply = np.concatenate([np.ones(n, np.int64), -least, [int(least.sum()) - n]])
    carries, call_s = _flow(tails, heads, room, costs, supply)
    return np.flatnonzero(carries[: len(cost)]), call_s


def _flow(tails: Ints, heads: Ints, room: Ints, cost: Ints, supply: Ints) -> tuple[Ints, float]:
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, room, cost)
    solver.set_nodes_supplies(np.arange(len(supply)), supply)
    begun = time.perf_counter()
    status = solver.solve()
    call_s = time.perf_counter() - begun
    if status != solver.OPTIMAL:
        raise RuntimeError(f"the flow ended with {status}")
    return np.asarray(solver.flows(arcs)), call_s


def _packed(arcs: _Arcs, levels: list[Ints], largest: int) -> tuple[Ints, int]:
    """Weigh as many levels as stay below a size, each above all those after it can change."""
    starts = np.flatnonzero(np.diff(arcs.person, prepend=-1))
    ranges = [
        int((np.maximum.reduceat(level, starts) - np.minimum.reduceat(level, starts)).sum())
        for level in levels
    ]
    total, size, n_levels = levels[0], int(np.abs(levels[0]).max()) + 1, 1
    for level, span in zip(levels[1:], ranges[1:], strict=True):
        if size * (span + 1) + int(np.abs(level).max()) >= largest:
            break
        total, size = total * (span + 1) + level, size * (span + 1)
        n_levels += 1
    return total, n_levels


def _face(
    arcs: _Arcs, cost: Ints, chosen: Ints, least: Ints, most: Ints
) -> tuple[_Arcs, Ints, Ints]:
    """Return the arcs, and the bounds of the places, that all optima keep to.

    Prices are lengths of shortest ways in the residual graph, found over the places alone:
    whoever may move from one place to another makes an arc between the two, and the sink
    joins those that may take one more to those that may do with one fewer.
    """
    mine = np.empty(int(arcs.person.max()) + 1, dtype=np.int64)
    mine[arcs.person[chosen]] = chosen
    here = mine[arcs.person]
    origin, change = arcs.place[here], cost - cost[here]
    order = np.argsort(arcs.place, kind="stable")
    goals, starts = np.unique(arcs.place[order], return_index=True)
    taken = np.bincount(arcs.place[chosen], minlength=len(most))
    gives, takes = taken > least, taken < most
    price, sink = np.zeros(len(most), dtype=np.int64), 0
    while True:
        nearer = price.copy()
        reached = np.minimum.reduceat((price[origin] + change)[order], starts)
        nearer[goals] = np.minimum(price[goals], reached)
        nearer[gives] = np.minimum(nearer[gives], sink)
        below = min(sink, int(nearer[takes].min(initial=sink)))
        if below == sink and np.array_equal(nearer, price):
            break
        price, sink = nearer, below
    tight = np.flatnonzero(change + price[origin] == price[arcs.place])
    return (
        arcs.take(tight),
        np.where(price < sink, most, least),
        np.where(price > sink, least, most),
    )
