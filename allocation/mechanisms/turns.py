"""Where the people served get their award: they choose in turn, by tier, then draw number.

A component of the program (:mod:`~allocation.mechanisms.network.sets`) becomes a
network; where some of its rows do not fit, the network allows too much and those rows are
held beside it.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from allocation.instance import Bools, Instance, Ints, Stage
from allocation.mechanisms.network.bihierarchy import Network, build_network
from allocation.mechanisms.network.flow import Arcs, circulate
from allocation.mechanisms.network.sets import (
    Component,
    Piece,
    cut_out,
    draw_in,
    lanes_in_columns,
    row_range,
    take_apart,
)
from allocation.mechanisms.optimise.backend import Budget, Interrupted
from allocation.mechanisms.optimise.lexicographic import Outcome
from allocation.mechanisms.optimise.meaning import Formulation
from allocation.mechanisms.optimise.neighbourhood import hold_rest, neighbourhoods
from allocation.mechanisms.optimise.objectives import preference_reward
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.served import depends_on_people
from allocation.mechanisms.optimise.solving import solve_mip
from allocation.mechanisms.serial_choice import Moves, choose_in_turn
from allocation.result import LevelResult, Status
from allocation.scenario.vocabulary import IN_TURN

_AROUND = (1_000, 8_000)
"""Columns that may change beside a wish, before all may."""


def choose_all_places(
    instance: Instance, stage: Stage, formulation: Formulation, outcome: Outcome, budget: Budget
) -> tuple[Outcome, Ints]:
    """Let everybody an outcome serves choose a place, all its levels kept.

    Returns
    -------
    Outcome
        With the level ``preference_serial`` last: the sum of L + 1 - preference rank,
        proven when who is served is and everybody has chosen.
    array
        Awarded applications, ascending.
    """
    started = time.monotonic()
    if outcome.x is None:
        raise ValueError("nobody is served")
    awards, status = formulation.awards(outcome.x), outcome.status
    if status is Status.OPTIMAL:
        try:
            awards = _choose(instance, formulation, outcome.face, outcome.x, budget)
        except Interrupted as interruption:
            status = Status.STOPPED if interruption.by_person else Status.FEASIBLE
    reward = preference_reward(instance, stage)
    value = int(reward[awards].sum())
    proven = status is Status.OPTIMAL
    most = value
    if not proven:
        best = np.zeros(len(instance.applicants.id), dtype=np.int64)
        applicant = instance.applications.applicant
        np.maximum.at(best, applicant[formulation.applications], reward[formulation.applications])
        most = int(best.sum())
    spent = round(time.monotonic() - started, 3)
    route = "turns" if proven else "open"
    level = LevelResult(IN_TURN, {}, "max", value, most, route, proven, spent)
    return replace(outcome, status=status, levels=(*outcome.levels, level)), awards


def _choose(
    instance: Instance, formulation: Formulation, face: Program, x: Ints, budget: Budget
) -> Ints:
    n = len(formulation.applications)
    applicant = instance.applications.applicant[formulation.applications]
    served = frozenset(np.unique(applicant[x[:n] > 0]).tolist())
    face = draw_in(with_people_fixed(formulation, face, x))
    fixed = face.lower[:n] > 0
    chosen = []
    for component in take_apart(formulation, face, applicant):
        fixed[component.column[component.column < n]] = False
        chosen.append(choose_places(instance, formulation, face, component, served, budget, x))
    columns = np.concatenate([np.flatnonzero(fixed), *chosen]).astype(np.int64)
    return np.sort(formulation.applications[columns])


def with_people_fixed(formulation: Formulation, face: Program, x: Ints) -> Program:
    """Fix who is served; levels that look at nothing else need no row any more."""
    n_people = int(formulation.group.max(initial=-1)) + 1
    row_lower, row_upper = face.row_lower.copy(), face.row_upper.copy()
    row_lower[:n_people] = row_upper[:n_people] = face.activity(x)[:n_people]
    least, most = row_range(face)
    for row in range(len(formulation.row_rule), len(row_lower)):
        counted = face.matrix[[row]].toarray()[0]
        if depends_on_people(face, formulation.group, counted):
            row_lower[row], row_upper[row] = least[row], most[row]
    return replace(face, row_lower=row_lower, row_upper=row_upper)


def in_turn(instance: Instance, people: Ints) -> Ints:
    """Return some applicants in the order they choose: by tier, then draw number."""
    of_all = instance.applicants
    return people[np.lexsort((of_all.draw_number[people], of_all.tier[people]))]


def choose_places(
    instance: Instance,
    formulation: Formulation,
    face: Program,
    component: Component,
    served: Collection[int],
    budget: Budget,
    point: Ints | None = None,
) -> Ints:
    """Let the people served in one component choose their places.

    Parameters
    ----------
    face
        The formulation's program, whose component it is.
    served
        Applicants whom some point of the face serves, and nobody else.
    point
        Shape (columns of the program,): one that serves them, where it is known.

    Returns
    -------
    array
        Columns of their awards.

    Raises
    ------
    Interrupted
        When the budget ends before everybody has chosen.
    """
    mine = [i for i in component.people.tolist() if i in served]
    mine = in_turn(instance, np.array(mine, dtype=np.int64)).tolist()
    network = build_network(component)
    arcs = _serving(network, component, served)
    coupling = None
    if len(network.left_out) or len(component.loose):
        piece = _serving_piece(cut_out(formulation, face, component.columns), component, served)
        coupling = _Coupling(component, network, piece, budget)
    flow: Ints | None
    if point is not None:
        flow = _flow_of(component, network, point[component.columns])
    elif coupling is not None:
        flow = coupling.search(())
    else:
        started = circulate(arcs)
        flow = None if started is None else started.flow
    if flow is None:
        raise ArithmeticError("people drawn who cannot all be served")
    lanes_of = _lanes_by_wish(instance, formulation, component)
    wishes = [[network.lane_arc[lanes].tolist() for _, lanes in lanes_of[i]] for i in mine]
    got = choose_in_turn(arcs, flow, wishes, coupling)
    return np.array([lanes_of[i][k][0] for i, k in zip(mine, got, strict=True)], dtype=np.int64)


def _lanes_by_wish(
    instance: Instance, formulation: Formulation, component: Component
) -> Mapping[int, list[tuple[int, list[int]]]]:
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


def _serving(network: Network, component: Component, served: Collection[int]) -> Arcs:
    """Fix on the network who is served."""
    units = np.array([int(i in served) for i in component.people.tolist()], dtype=np.int64)
    lower, upper = network.arcs.lower.copy(), network.arcs.upper.copy()
    lower[network.person_arc] = upper[network.person_arc] = units
    return replace(network.arcs, lower=lower, upper=upper)


def _serving_piece(piece: Piece, component: Component, served: Collection[int]) -> Piece:
    """Fix in a program of a component's columns who is served."""
    local = np.searchsorted(component.columns, component.column)
    row_lower, upper = piece.program.row_lower.copy(), piece.program.upper.copy()
    is_served = np.isin(component.person, list(served))
    mine = local[is_served]
    row_lower[piece.group[mine]] = 1
    others = local[~is_served & (component.person >= 0)]
    upper[others] = piece.program.lower[others]
    return replace(piece, program=replace(piece.program, row_lower=row_lower, upper=upper))


def _flow_of(component: Component, network: Network, x: Ints) -> Ints:
    """Return a flow of the network that makes the awards of a point.

    Reserve units go to any awards that may use them: only their number is in the point.
    """
    columns = component.columns
    number = x[np.searchsorted(columns, component.column)]
    used = np.where(component.label < 0, number, 0)
    plain_lane = dict(
        zip(
            component.column[component.label < 0].tolist(),
            np.flatnonzero(component.label < 0).tolist(),
            strict=True,
        )
    )
    left = dict(zip(columns.tolist(), x.tolist(), strict=True))
    for lane in np.flatnonzero((component.label >= 0) & (number > 0)).tolist():
        plain, label = plain_lane[int(component.column[lane])], int(component.label[lane])
        if left[label] > 0 and used[plain] > 0:
            left[label] -= 1
            used[plain], used[lane] = 0, 1
    sets = [int(used[equal[0].lanes].sum()) for equal in network.sets]
    return np.concatenate([np.array(sets, dtype=np.int64), used])


class _Coupling:
    """The rows of a component that its network does not hold."""

    def __init__(
        self, component: Component, network: Network, piece: Piece, budget: Budget
    ) -> None:
        self._component, self._network, self._budget = component, network, budget
        self._program = piece.program
        columns = component.columns
        self._column = np.searchsorted(columns, component.column)
        label = np.where(component.label < 0, -1, np.searchsorted(columns, component.label))
        self._in_columns = of_column = lanes_in_columns(self._column, label, len(columns))
        asked = {component.sets[k].row for k in network.left_out.tolist()}
        asked |= set(component.loose.tolist())
        rows = np.flatnonzero(np.isin(piece.rows, list(asked)))
        self._lower, self._upper = piece.program.row_lower[rows], piece.program.row_upper[rows]
        self._rows = sp.csc_array(piece.program.matrix[rows] @ of_column)
        self._first_lane = len(network.sets)
        self._activity = np.zeros(len(rows), dtype=np.int64)
        self._lanes = np.zeros(len(component.column), dtype=np.int64)

    def start(self, flow: Ints) -> None:
        """Take a flow of the network that keeps the rows beside it as the present one."""
        self._lanes = flow[self._first_lane :].copy()
        self._activity = np.asarray(self._rows @ self._lanes, dtype=np.int64)

    def keeps(self, moves: Moves) -> bool:
        """Tell whether the present flow keeps the rows when moved; if so, take it moved."""
        lane, step = self._steps(moves)
        activity = self._activity + self._rows[:, lane] @ step
        if np.any(activity < self._lower) or np.any(activity > self._upper):
            return False
        self._activity = activity
        np.add.at(self._lanes, lane, step)  # several circuits may pass one lane
        return True

    def strain(self, moves: Moves) -> tuple[Moves, Moves]:
        """Return which further moves would mend what these break, and which would break more."""
        lane, step = self._steps(moves)
        activity = self._activity + self._rows[:, lane] @ step
        lacks = (activity < self._lower).astype(np.int64) - (activity > self._upper)
        at_upper = (activity >= self._upper).astype(np.int64)
        at_lower = (activity <= self._lower).astype(np.int64)
        adds, takes = self._rows > 0, self._rows < 0
        gain = lacks @ self._rows
        breaks_along = at_upper @ adds + at_lower @ takes > 0
        breaks_against = at_upper @ takes + at_lower @ adds > 0
        return self._moves(gain > 0, gain < 0), self._moves(breaks_along, breaks_against)

    def _moves(self, along: Bools, against: Bools) -> Moves:
        """Return moves of one unit on some lanes along their arcs, and on some against."""
        return [
            (self._first_lane + lane, is_along)
            for lanes, is_along in ((along, True), (against, False))
            for lane in np.flatnonzero(lanes).tolist()
        ]

    def _steps(self, moves: Moves) -> tuple[Ints, Ints]:
        """Return the lanes among some moves, and what each changes by."""
        lanes = [(arc - self._first_lane, along) for arc, along in moves if arc >= self._first_lane]
        lane = np.array([lane for lane, _ in lanes], dtype=np.int64)
        return lane, np.array([1 if along else -1 for _, along in lanes], dtype=np.int64)

    def search(self, arcs: Sequence[int]) -> Ints | None:
        """Find a flow that keeps every row and uses one of some arcs for each of them.

        Mostly one is found near the present flow, by another choice around the last wish.
        """
        wished = self._column[np.array(arcs, dtype=np.int64) - self._first_lane]
        lower = self._program.lower.copy()
        lower[wished] = 1
        program = replace(self._program, lower=lower)
        present = np.asarray(self._in_columns @ self._lanes, dtype=np.int64)
        seeds = np.zeros(len(lower), dtype=np.bool_)
        seeds[wished[-1:] if len(wished) else slice(None)] = True
        for around in neighbourhoods(self._program, seeds, _AROUND):
            near = hold_rest(program, around, present)
            x = solve_mip(near, np.zeros(len(lower)), self._budget).x
            if x is not None and program.is_feasible(x):
                flow = _flow_of(self._component, self._network, x)
                self.start(flow)
                return flow
        return None
