"""From plans and rough weights to a lottery whose marginals are exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
import scipy.sparse as sp

from allocation.instance import Floats, Ints
from allocation.lottery import NO_FLOW, Flow, Part, Plan
from allocation.mechanisms.egalitarian.columns import Columns, weigh
from allocation.mechanisms.egalitarian.coupled import Coupled
from allocation.mechanisms.egalitarian.exact import solve_exactly
from allocation.mechanisms.egalitarian.rounding import Fractions
from allocation.mechanisms.network.flow import LARGEST, Arcs, circulate
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.linear import Solved

_FINE, _FINEST = 10**6, 10**9
_USED = 1e-9


@dataclass(frozen=True, slots=True)
class Mixture:
    """Weighted plans and the exact chance of each type."""

    chance: tuple[Fraction, ...]
    part: Part


def mix(columns: Columns) -> Mixture | None:
    """Weigh the plans so that every type gets its chance exactly, or as near as may be.

    Returns
    -------
    Mixture or None
        Chances equal those of ``columns`` where exact weights were found; ``None`` where
        no weights bring the plans near them.
    """
    # Plans found are worth nothing unweighed, so this is done though the time be up.
    forever = Budget(None, lambda: False)
    coupled = columns.coupled
    chance = [columns.chance[k] for k in range(len(coupled.types))]
    vertex = weigh(columns, forever)
    if vertex is None:
        return None
    plans, rough = _in_use(columns, vertex)
    weights = _exact_weights(coupled, plans, chance, _filled_together(columns, vertex))
    is_solved = weights is not None and min(weights) >= 0
    if coupled.is_exact:
        weights = weights if weights is not None and is_solved else _rounded(rough, _FINE)
        kept = [(plan, w) for plan, w in zip(plans, weights, strict=True) if w > 0]
        return _mix_cells(coupled, [plan for plan, _ in kept], [w for _, w in kept])
    found = _mix_by_flow(coupled, plans, weights, chance) if weights and is_solved else None
    if found is not None:
        return found
    wide = weigh(columns, forever, widely=True)
    if wide is None:
        return None
    plans, rough = _in_use(columns, wide)
    return _mix_by_flow(coupled, plans, _rounded(rough, _FINEST), chance)


def _in_use(columns: Columns, solved: Solved) -> tuple[list[Ints], Floats]:
    """Return the plans a solution uses, and their weights."""
    weights = solved.x[: len(columns.plans)]
    used = np.flatnonzero(weights > _USED)
    return [columns.plans[k] for k in used.tolist()], weights[used]


def _filled_together(columns: Columns, solved: Solved) -> list[tuple[list[int], list[int]]]:
    """Part cells and types so that no type has a share in a cell of another part."""
    types = columns.coupled.types
    n_types, n_cells = len(types), columns.coupled.n_cells
    of_type = np.repeat(np.arange(n_types), [len(cells) for cells in types])
    of_cell = np.concatenate([np.empty(0, np.int64), *(np.array(cells) for cells in types)])
    first = len(columns.plans)
    has_share = solved.x[first : first + len(of_type)] > _USED
    ends = (of_type[has_share], n_types + of_cell[has_share].astype(np.int64))
    size = n_types + n_cells
    graph = sp.coo_array((np.ones(int(has_share.sum()), np.int8), ends), shape=(size, size))
    n_parts, label = sp.csgraph.connected_components(graph, directed=False)
    parts: list[tuple[list[int], list[int]]] = [([], []) for _ in range(n_parts)]
    for node, part in enumerate(label.tolist()):
        parts[part][node < n_types].append(node if node < n_types else node - n_types)
    return parts


def _rounded(weights: Floats, fine: int) -> list[Fraction]:
    """Return weights in the given parts of 1 that add up to 1."""
    whole = np.maximum(0, np.rint(weights * fine)).astype(np.int64)
    whole[int(np.argmax(whole))] += fine - int(whole.sum())
    return [Fraction(int(w), fine) for w in whole.tolist()]


def _exact_weights(
    coupled: Coupled,
    plans: Sequence[Ints],
    chance: Sequence[Fraction],
    parts: Sequence[tuple[list[int], list[int]]],
) -> list[Fraction] | None:
    """Solve for the weights: the cells of a part hold on average what its types are due."""
    rows, due = [np.ones(len(plans), dtype=np.int64)], [Fraction(1)]
    table = np.array(plans, dtype=np.int64)
    for cells, types in parts:
        rows.append(table[:, cells].sum(axis=1))
        due.append(sum((chance[k] * len(coupled.members[k]) for k in types), Fraction(0)))
    return solve_exactly(np.array(rows, dtype=np.int64), due)


def _shared_cells(coupled: Coupled) -> list[tuple[list[int], list[int]]]:
    """Return cells with the types that fill them; an exact piece shares none partly."""
    by_cells: dict[tuple[int, ...], list[int]] = {}
    for k, cells in enumerate(coupled.types):
        by_cells.setdefault(cells, []).append(k)
    return [(list(cells), types) for cells, types in by_cells.items()]


def _mix_cells(coupled: Coupled, plans: Sequence[Ints], weights: Sequence[Fraction]) -> Mixture:
    """Share each plan's places evenly among the people of a cell who are not certain."""
    chance = [Fraction(int(certain)) for certain in coupled.is_certain]
    written = []
    for plan, weight in zip(plans, weights, strict=True):
        served: list[int] = []
        shares: list[tuple[int, list[int], int]] = []
        for cells, types in _shared_cells(coupled):
            units = int(plan[cells].sum())
            certain = [k for k in types if coupled.is_certain[k]]
            others = [k for k in types if not coupled.is_certain[k]]
            for k in certain:
                served += coupled.members[k].tolist()
                units -= len(coupled.members[k])
            people = [i for k in others for i in coupled.members[k].tolist()]
            for k in others:
                chance[k] += weight * Fraction(units, len(people))
            if people and units == len(people):
                served += people
            elif units:
                shares.append((units, people, len(shares) + 1))
        written.append(Plan(weight, tuple(sorted(served)), _even_flow(shares)))
    people = sorted(i for members in coupled.members for i in members.tolist())
    return Mixture(tuple(chance), Part(tuple(people), tuple(written), "plans"))


def _even_flow(shares: Sequence[tuple[int, list[int], int]]) -> Flow:
    """Let the people of each cell share its units evenly; node 0 is the root."""
    if not shares:
        return NO_FLOW
    scale = lcm(*(len(people) for _, people, _ in shares))
    head = [node for _, people, node in shares for _ in people]
    value = [units * (scale // len(people)) for units, people, _ in shares for _ in people]
    owner = [i for _, people, _ in shares for i in people]
    return Flow((0,) * len(head), tuple(head), tuple(value), tuple(owner), scale)


def _mix_by_flow(
    coupled: Coupled,
    plans: Sequence[Ints],
    weights: Sequence[Fraction],
    chance: Sequence[Fraction],
) -> Mixture | None:
    """Share all plans' places by one flow in which each person takes one place a plan."""
    kept = [(plan, w) for plan, w in zip(plans, weights, strict=True) if w > 0]
    people = [(k, int(i)) for k, members in enumerate(coupled.members) for i in members]
    scale = lcm(*(w.denominator for _, w in kept), *(c.denominator for c in chance))
    if scale * len(people) >= LARGEST:
        return None
    whole = [int(w * scale) for _, w in kept]
    arcs, lanes = _joint_arcs(coupled, [plan for plan, _ in kept], whole, people)
    asked = [int(chance[k] * scale) for k, _ in people]
    lower, upper = arcs.lower.copy(), arcs.upper.copy()
    lower[: len(people)] = upper[: len(people)] = asked
    if int(upper.sum()) >= LARGEST:
        return None
    found = circulate(Arcs(arcs.tail, arcs.head, lower, upper, arcs.n_nodes))
    if found is None:
        return None
    written = []
    for number, (plan, weight) in enumerate(kept):
        del plan
        used = [
            (position, cell, int(found.flow[arc]))
            for arc, position, cell in lanes[number]
            if found.flow[arc]
        ]
        written.append(_plan_flow(weight, whole[number], used, people))
    everybody = sorted(i for _, i in people)
    return Mixture(tuple(chance), Part(tuple(everybody), tuple(written), "plans"))


def _joint_arcs(
    coupled: Coupled,
    plans: Sequence[Ints],
    whole: Sequence[int],
    people: Sequence[tuple[int, int]],
) -> tuple[Arcs, list[list[tuple[int, int, int]]]]:
    """Build root - person - person in a plan - cell of the plan - root, persons first.

    Returns
    -------
    tuple
        The arcs, and for each plan (arc, position of the person, cell) of its lanes.
    """
    tail, head = [0] * len(people), [1 + n for n in range(len(people))]
    lower, upper = [0] * len(people), [0] * len(people)
    n_nodes = 1 + len(people)
    lanes: list[list[tuple[int, int, int]]] = []
    for plan, units in zip(plans, whole, strict=True):
        node_of: dict[int, int] = {}
        for cell in np.flatnonzero(plan).tolist():
            node_of[cell] = n_nodes
            n_nodes += 1
            tail.append(node_of[cell])
            head.append(0)
            lower.append(int(plan[cell]) * units)
            upper.append(int(plan[cell]) * units)
        own = []
        for position, (k, _) in enumerate(people):
            cells = [c for c in coupled.types[k] if c in node_of]
            if not cells:
                continue
            inside, n_nodes = n_nodes, n_nodes + 1
            for a, b, cell in [(1 + position, inside, -1)] + [
                (inside, node_of[c], c) for c in cells
            ]:
                if cell >= 0:
                    own.append((len(tail), position, cell))
                tail.append(a)
                head.append(b)
                lower.append(0)
                upper.append(units)
        lanes.append(own)
    ends, bounds = np.array([tail, head], np.int64), np.array([lower, upper], np.int64)
    return Arcs(ends[0], ends[1], bounds[0], bounds[1], n_nodes), lanes


def _plan_flow(
    weight: Fraction,
    units: int,
    used: Sequence[tuple[int, int, int]],
    people: Sequence[tuple[int, int]],
) -> Plan:
    """Write the shares of one plan as a flow root - person - cell - root."""
    have: dict[int, int] = {}
    for position, _, taken in used:
        have[position] = have.get(position, 0) + taken
    served = sorted(people[position][1] for position, taken in have.items() if taken == units)
    position_node = {position: 1 + n for n, position in enumerate(sorted(have))}
    cells = sorted({cell for _, cell, _ in used})
    cell_node = {cell: 1 + len(have) + n for n, cell in enumerate(cells)}
    tail = [0] * len(have) + [position_node[p] for p, _, _ in used]
    head = [position_node[p] for p in sorted(have)] + [cell_node[c] for _, c, _ in used]
    value = [have[p] % units for p in sorted(have)] + [v % units for _, _, v in used]
    owner = [people[p][1] for p in sorted(have)] + [-1] * len(used)
    fractions = Fractions(tail, head, value, units)
    fractions.turn([i < 0 for i in owner], lambda up, down: True)
    kept = [n for n, v in enumerate(fractions.value) if v]
    if not kept:
        return Plan(weight, tuple(served))
    flow = Flow(
        tuple(tail[n] for n in kept),
        tuple(head[n] for n in kept),
        tuple(fractions.value[n] for n in kept),
        tuple(owner[n] for n in kept),
        units,
    )
    return Plan(weight, tuple(served), flow)
