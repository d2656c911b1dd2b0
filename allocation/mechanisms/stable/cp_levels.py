"""A lexicographic optimum by CP-SAT: level after level, then a key until one point is left.

CP-SAT computes in integers, so a level it closes is closed exactly.  The points are
compared in the ``switches`` alone (what the caller reads off); each later level keeps
the value of every earlier one as a row.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from ortools.sat.python import cp_model

from allocation.instance import Bools
from allocation.mechanisms.optimise.backend import Budget, Interrupted
from allocation.result import LevelResult, Status

_POLL_S = 0.05
_SEED = 1
_SHORT = 2.0
"""Units of CP-SAT's deterministic time, about a second each."""
BY_SPACING = "spacing"
"""Route of a level that reaches its limit."""


@dataclass(frozen=True, slots=True)
class Aim:
    """One level: an expression and which way is better.

    Attributes
    ----------
    limit
        Where arithmetic shows, elsewhere, that no point is better: this value.
    only_at
        A value that one point at most is known to have.
    """

    code: str
    params: Mapping[str, Any]
    sense: Literal["min", "max"]
    expression: cp_model.LinearExpr
    limit: int | None = None
    only_at: int | None = None


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where the levels led.

    Attributes
    ----------
    switches
        Which switches are on; all off where no point was found in time.
    levels
        The levels in order, those of the key last; without those never reached.
    status
        ``optimal`` when every level is closed and no other point is as good.
    """

    switches: tuple[bool, ...]
    levels: tuple[LevelResult, ...]
    status: Status


def optimise_levels(
    model: cp_model.CpModel,
    switches: Sequence[cp_model.IntVar],
    aims: Sequence[Aim],
    keys: Callable[[Sequence[LevelResult]], Iterable[Aim]],
    budget: Budget,
) -> Optimum:
    """Settle the aims in order, then as many keys as it takes to leave one point.

    Parameters
    ----------
    model
        The constraints; rows and hints are added to it.
    switches
        Variables by which points are told apart.
    keys
        Makes the last levels, asked for one after the other, of the levels settled; it
        may add rows that lose no point, and hints, before it gives each.
    budget
        Time limit and stop; the best point so far is kept.
    """
    search = _Search(model, switches, budget)
    try:
        for aim in aims:
            search.settle(aim)
        for key in keys(search.levels):
            search.settle(key)
            if search.is_only_point():
                return search.outcome(Status.OPTIMAL)
    except Interrupted as stop:
        return search.outcome(Status.STOPPED if stop.by_person else Status.FEASIBLE)
    raise ValueError("the keys ran out before one point was left")


def most_switches(
    model: cp_model.CpModel, switches: Sequence[cp_model.IntVar], budget: Budget
) -> Bools | None:
    """Return a point with as many switches on as possible, if that is soon found.

    Raises
    ------
    Interrupted
        When the budget ends.
    """
    asked = model.clone()
    twins = [asked.get_bool_var_from_proto_index(switch.index) for switch in switches]
    asked.maximize(cp_model.LinearExpr.sum(twins))
    solver, status = _solve(asked, budget, _SHORT)
    if status != cp_model.OPTIMAL:
        budget.remaining_s()
        return None
    return np.array([solver.value(switch) for switch in twins], dtype=np.bool_)


class _Search:
    def __init__(
        self, model: cp_model.CpModel, switches: Sequence[cp_model.IntVar], budget: Budget
    ) -> None:
        self._model = model
        self._switches = switches
        self._budget = budget
        self._on: tuple[bool, ...] = (False,) * len(switches)
        self.levels: list[LevelResult] = []
        self._is_only = False

    def settle(self, aim: Aim) -> None:
        """Find the best value of a level and keep it as a row."""
        begun = time.monotonic()
        toward = self._model.maximize if aim.sense == "max" else self._model.minimize
        toward(aim.expression)
        solver, status = _solve(self._model, self._budget)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise Interrupted(by_person=self._budget.should_stop())
        self._on = tuple(bool(solver.value(switch)) for switch in self._switches)
        value, bound = round(solver.objective_value), round(solver.best_objective_bound)
        at_limit = value == aim.limit
        proven = at_limit or status == cp_model.OPTIMAL
        self.levels.append(
            LevelResult(
                code=aim.code,
                params=aim.params,
                sense=aim.sense,
                value=value,
                bound=value if proven else bound,
                route=BY_SPACING if at_limit else "cp_sat",
                proven=proven,
                seconds=time.monotonic() - begun,
            )
        )
        if not proven:
            raise Interrupted(by_person=self._budget.should_stop())
        self._model.add(aim.expression == value)
        self._is_only = self._is_only or value == aim.only_at
        self._model.clear_hints()  # type: ignore[no-untyped-call]
        for switch, on in zip(self._switches, self._on, strict=True):
            self._model.add_hint(switch, on)

    def is_only_point(self) -> bool:
        """Tell whether no other point keeps the value of every level."""
        if self._is_only:
            return True
        others = self._model.clone()
        others.clear_objective()  # type: ignore[no-untyped-call]
        others.clear_hints()  # type: ignore[no-untyped-call]
        differs = [
            (1 - switch) if on else switch
            for switch, on in zip(self._twins(others), self._on, strict=True)
        ]
        others.add(cp_model.LinearExpr.sum(differs) >= 1)
        _, status = _solve(others, self._budget)
        if status == cp_model.UNKNOWN:
            raise Interrupted(by_person=self._budget.should_stop())
        return bool(status == cp_model.INFEASIBLE)

    def outcome(self, status: Status) -> Optimum:
        return Optimum(self._on, tuple(self.levels), status)

    def _twins(self, model: cp_model.CpModel) -> Iterator[cp_model.IntVar]:
        return (model.get_bool_var_from_proto_index(switch.index) for switch in self._switches)


def _solve(
    model: cp_model.CpModel, budget: Budget, effort: float | None = None
) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
    """Solve in a thread of its own, so that a stop is heard while the solver works."""
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = _SEED
    # Several share their finds by the clock, so that a plan at a time limit, and seconds
    # always, would depend on the machine; workers of a cluster have one core each.
    solver.parameters.num_workers = 1
    remaining = budget.remaining_s()
    if remaining is not None:
        solver.parameters.max_time_in_seconds = remaining
    if effort is not None:
        solver.parameters.max_deterministic_time = effort
    outcome: list[cp_model.CpSolverStatus] = []
    thread = threading.Thread(target=lambda: outcome.append(solver.solve(model)), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_POLL_S)
        if budget.should_stop():
            solver.stop_search()
    return solver, outcome[0]
