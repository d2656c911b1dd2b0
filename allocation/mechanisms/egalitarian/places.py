"""Where the people drawn get their award: they choose in turn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from allocation.instance import Instance, Ints
from allocation.mechanisms.egalitarian.bihierarchy import build_network
from allocation.mechanisms.egalitarian.flow import Arcs, circulate
from allocation.mechanisms.egalitarian.sets import Component, cut_out
from allocation.mechanisms.egalitarian.settle import Ground
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.meaning import Formulation
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.serial_choice import choose_in_program, choose_on_network


def place_winners(
    instance: Instance,
    formulation: Formulation,
    face: Program,
    grounds: Iterable[Ground],
    served: Sequence[int],
    budget: Budget,
) -> Ints:
    """Let the people served choose in turn: by tier, then draw number.

    Parameters
    ----------
    face
        The formulation's program; what it fixes outside the grounds is awarded as well.
    served
        Applicants whom some list of the lottery serves, and nobody else.

    Returns
    -------
    array
        Awarded applications, ascending.
    """
    n = len(formulation.applications)
    everybody = set(served)
    fixed = face.lower[:n] > 0
    chosen = []
    for ground in grounds:
        fixed[ground.columns] = ground.face.lower[ground.columns] > 0
        for piece in ground.pieces:
            fixed[piece.column[piece.column < n]] = False
            chosen.append(_place(instance, formulation, ground.face, piece, everybody, budget))
    columns = np.concatenate([np.flatnonzero(fixed), *chosen]).astype(np.int64)
    return np.sort(formulation.applications[columns])


def _place(
    instance: Instance,
    formulation: Formulation,
    face: Program,
    component: Component,
    served: set[int],
    budget: Budget,
) -> Ints:
    """Return the columns awarded in one piece."""
    people = instance.applicants
    mine = [i for i in component.people.tolist() if i in served]
    mine.sort(key=lambda i: (int(people.tier[i]), int(people.draw_number[i])))
    lanes_of = _lanes_by_wish(instance, formulation, component)
    network = build_network(component)
    if not (len(network.left_out) or len(component.loose)):
        arcs = _serving(network.arcs, network.person_arc, component, served)
        started = circulate(arcs)
        if started is None:
            raise ArithmeticError("people drawn who cannot all be served")
        wishes = [[network.lane_arc[lanes].tolist() for _, lanes in lanes_of[i]] for i in mine]
        got = choose_on_network(arcs.tail, arcs.head, arcs.lower, arcs.upper, started.flow, wishes)
        return np.array([lanes_of[i][k][0] for i, k in zip(mine, got, strict=True)], dtype=np.int64)
    return _place_exactly(formulation, face, component, served, mine, lanes_of, budget)


def _lanes_by_wish(
    instance: Instance, formulation: Formulation, component: Component
) -> dict[int, list[tuple[int, list[int]]]]:
    """Return each person's wishes, best first: a column and its lanes."""
    app = instance.applications
    by_column: defaultdict[int, list[int]] = defaultdict(list)
    for lane, (column, i) in enumerate(
        zip(component.column.tolist(), component.person.tolist(), strict=True)
    ):
        if i >= 0:
            by_column[column].append(lane)
    wishes: defaultdict[int, list[tuple[int, list[int]]]] = defaultdict(list)
    for column in sorted(
        by_column, key=lambda c: (int(app.preference_rank[formulation.applications[c]]), c)
    ):
        i = int(app.applicant[formulation.applications[column]])
        wishes[i].append((column, by_column[column]))
    return wishes


def _serving(arcs: Arcs, person_arc: Ints, component: Component, served: set[int]) -> Arcs:
    """Fix who is served."""
    units = np.array([int(i in served) for i in component.people.tolist()], dtype=np.int64)
    lower, upper = arcs.lower.copy(), arcs.upper.copy()
    lower[person_arc] = upper[person_arc] = units
    return replace(arcs, lower=lower, upper=upper)


def _place_exactly(
    formulation: Formulation,
    face: Program,
    component: Component,
    served: set[int],
    mine: Sequence[int],
    lanes_of: dict[int, list[tuple[int, list[int]]]],
    budget: Budget,
) -> Ints:
    """Let people choose in turn by the component's own program."""
    columns = component.columns
    piece = cut_out(formulation, face, columns)
    local = {int(column): k for k, column in enumerate(columns.tolist())}
    row_lower, upper = piece.program.row_lower.copy(), piece.program.upper.copy()
    for i, wishes in lanes_of.items():
        own = [local[column] for column, _ in wishes]
        if i in served:
            row_lower[piece.group[own[0]]] = 1
        else:
            upper[own] = piece.program.lower[own]
    x = choose_in_program(
        replace(piece.program, row_lower=row_lower, upper=upper),
        [[local[column] for column, _ in lanes_of[i]] for i in mine],
        piece.group,
        budget,
    )
    if x is None:
        raise ArithmeticError("people drawn who cannot all be served")
    return columns[(x > 0) & (columns < len(formulation.applications))]
