"""What is known of parts that no rule ties to each other, put together to a whole.

A list of the whole is a list of each part; a level is the sum over the parts, and so is
what it is at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from allocation.instance import Bools, Instance, Ints, Stage
from allocation.mechanisms.network.parts import Part
from allocation.mechanisms.optimise.meaning import Formulation
from allocation.mechanisms.optimise.naming import named_steps
from allocation.mechanisms.optimise.objectives import (
    difference_objective,
    key_objective,
    level_objectives,
    people_objective,
)
from allocation.mechanisms.optimise.proof import RowStep
from allocation.mechanisms.optimise.search import Objective
from allocation.mechanisms.settling import Settled, settled_levels
from allocation.result import LevelResult, ProofStep, Status
from allocation.scenario.vocabulary import IN_TURN

_WORST_FIRST = (Status.INFEASIBLE, Status.STOPPED, Status.FEASIBLE, Status.OPTIMAL)
_WEAKEST_FIRST = ("open", "mip", "cases", "lp", "flow", "turns", "fixed")
_LAST = ("unique", "unique_people", IN_TURN)


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """What a stage's result says of all parts together, as in a stage's result."""

    status: Status
    levels: tuple[LevelResult, ...]
    awards: Ints
    max_awards: int | None
    max_awards_bound: int | None
    proof: tuple[ProofStep, ...]


def join_parts(
    instance: Instance,
    stage: Stage,
    formulation: Formulation,
    parts: Sequence[tuple[Part, Settled]],
) -> Joined:
    """Put parts together; one that has no list leaves the whole without.

    Parameters
    ----------
    formulation
        Of the whole.
    parts
        All of them; fewer where the last one is infeasible.
    """
    found = {settled.status for _, settled in parts}
    status = next(status for status in _WORST_FIRST if status in found)
    x = _joined_point(formulation, parts)
    most = [settled.most for _, settled in parts if settled.most is not None]
    if x is None or len(most) < len(parts):
        return Joined(status, (), np.empty(0, dtype=np.int64), None, None, ())
    if len(parts) == 1:
        levels = parts[0][1].levels
    else:
        levels = _joined_levels(instance, stage, formulation, x, [each for _, each in parts])
    return Joined(
        status,
        levels,
        np.sort(np.concatenate([settled.awards for _, settled in parts])),
        sum(each.value for each in most),
        sum(each.bound for each in most),
        _joined_proof(instance, stage, parts, levels),
    )


def _joined_point(formulation: Formulation, parts: Sequence[tuple[Part, Settled]]) -> Ints | None:
    x = formulation.program.lower.copy()
    for part, settled in parts:
        if settled.x is None:
            return None
        x[part.columns] = settled.x
    return x


def _joined_levels(
    instance: Instance, stage: Stage, formulation: Formulation, x: Ints, parts: Sequence[Settled]
) -> tuple[LevelResult, ...]:
    """Add up the levels of parts, as far as all have the same."""
    objectives = level_objectives(instance, settled_levels(stage), formulation)
    lists = [settled.levels for settled in parts]
    n = len(objectives)
    levels = [
        _added([each[number] for each in lists], objective.shown(objective.value(x)))
        for number, objective in enumerate(objectives)
    ]
    # An early end leaves parts with fewer words of the key than others have.
    n_of_all = min(each.n_words for each in parts)
    levels += [_added([each[n + word] for each in lists]) for word in range(n_of_all)]
    for code in _LAST:
        same = [level for each in lists for level in each if level.code == code]
        if len(same) == len(lists):
            levels.append(_added(same))
    return tuple(levels)


def _added(levels: Sequence[LevelResult], value: int | None = None) -> LevelResult:
    """Add up one level of several parts.

    Parameters
    ----------
    value
        The whole's, where what people see is no sum over the parts.
    """
    first = levels[0]
    value = sum(level.value for level in levels) if value is None else value
    gap = sum(abs(level.bound - level.value) for level in levels)
    routes = {level.route for level in levels}
    return replace(
        first,
        value=value,
        bound=value + gap if first.sense == "max" else max(0, value - gap),
        route=next(route for route in _WEAKEST_FIRST if route in routes),
        proven=all(level.proven for level in levels),
        seconds=round(sum(level.seconds for level in levels), 3),
    )


def _joined_proof(
    instance: Instance,
    stage: Stage,
    parts: Sequence[tuple[Part, Settled]],
    levels: Sequence[LevelResult],
) -> tuple[ProofStep, ...]:
    """Name the steps of all parts; below a level that is not proven none counts."""
    n_kept = next((n for n, level in enumerate(levels) if not level.proven), len(levels))
    named: list[ProofStep] = []
    for number, (part, settled) in enumerate(parts, 1):
        steps = [step for step in settled.steps if step.level < n_kept]
        most = settled.most.steps if settled.most else ()
        found = [
            *named_steps(instance, part.formulation, steps),
            *named_steps(instance, part.formulation, most, 0),
        ]
        if len(parts) > 1:
            values = _values(instance, stage, part.formulation, settled, [*steps, *most])
            # Wishes refused at somebody's turn are a level whose value is 0.
            found = [
                replace(step, part=number, value=0 if step.person else values.get(step.level))
                for step in found
            ]
        named += found
    return tuple(named)


def _values(
    instance: Instance,
    stage: Stage,
    formulation: Formulation,
    settled: Settled,
    steps: Iterable[RowStep],
) -> dict[int, int]:
    """Return what each level, from 1, comes to over the columns that rows of steps hold.

    Of the other columns whoever confirms the proof knows nothing but their bounds, nor
    whose part they are.  Number 0 is for the most awards.
    """
    x, most = settled.x, settled.most
    if x is None or most is None:
        return {}
    held = _held(formulation, steps)
    values = {
        number: int(objective.coefficients[held] @ x[held])
        for number, objective in enumerate(_objectives(instance, stage, formulation, settled), 1)
    }
    (count,) = level_objectives(instance, replace(stage, levels=("number",)), formulation)
    c, program = count.coefficients[~held], formulation.program
    beside = np.maximum(c * program.lower[~held], c * program.upper[~held]).sum()
    return values | {0: most.bound - int(beside)}


def _held(formulation: Formulation, steps: Iterable[RowStep]) -> Bools:
    """Tell which columns the rows that steps name hold; shape (columns,)."""
    program = formulation.program
    rows = {row for step in steps for row in step.rows.tolist()}
    rows |= {one.row for step in steps for one in step.suppositions}
    held = np.zeros(len(program.lower), dtype=np.bool_)
    held[program.matrix[sorted(rows)].indices] = True
    return held


def _objectives(
    instance: Instance, stage: Stage, formulation: Formulation, settled: Settled
) -> list[Objective]:
    """Return the objectives of a part's levels; of the last ones as far as its list goes."""
    x = settled.x
    if x is None:
        return []
    objectives = level_objectives(instance, settled_levels(stage), formulation)
    for level in settled.levels[len(objectives) :]:
        if level.code == "key":
            word = int(level.params["word"])
            objectives.append(key_objective(instance, formulation, x > 0, word))
        elif level.code == "people":
            word = int(level.params["word"])
            objectives.append(people_objective(instance, formulation, word))
        elif level.code != IN_TURN:
            objectives.append(difference_objective(formulation, x))
    return objectives
