"""One part of a joint stage, or all of it: levels, the most awards, and the choice of places.

Parts know nothing of each other, so each is a :class:`Task` of its own that another process
may do as well; what comes of it depends on nothing but the task, as long as the time lasts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from allocation.instance import Instance, Ints, Stage
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.greedy import complete_point
from allocation.mechanisms.optimise.lexicographic import Objective, Outcome, maximise
from allocation.mechanisms.optimise.meaning import Formulation
from allocation.mechanisms.optimise.most import Most, most_awards
from allocation.mechanisms.optimise.objectives import (
    difference_objective,
    key_objective,
    level_objectives,
    people_difference_objective,
    people_objective,
)
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.optimise.proof import RowStep
from allocation.mechanisms.turn_proof import prove_choice
from allocation.mechanisms.turns import choose_all_places
from allocation.progress import Progress
from allocation.result import LevelResult, Status
from allocation.scenario.vocabulary import IN_TURN

_WORDS = range(1, 9)
"""Words of the key, and of the people's."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Settled:
    """What became of a part.

    Attributes
    ----------
    x
        Shape (columns of the part,), or ``None`` without a list.
    levels
        With the choice of places last where the stage has it.
    steps
        What proves the levels.
    most
        ``None`` without a list.
    awards
        Awarded applications, ascending.
    seconds
        Of each step.
    """

    status: Status
    x: Ints | None
    levels: tuple[LevelResult, ...]
    steps: tuple[RowStep, ...]
    most: Most | None
    awards: Ints
    seconds: Mapping[str, float]

    @property
    def n_words(self) -> int:
        """Number of words of the key that were taken."""
        return sum(level.code in ("key", "people") for level in self.levels)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Task:
    """A part to be settled.

    Attributes
    ----------
    formulation
        Of the stage, or of a part of it that no rule ties to the rest.
    n_words
        Words of the key that are taken at least.
    known
        Shape (columns of the part,): a list to set out from, where there is one.
    """

    instance: Instance
    stage: Stage
    formulation: Formulation
    n_words: int = 1
    known: Ints | None = None

    @property
    def size(self) -> int:
        """Number of columns that are not fixed, at least 1."""
        return max(1, int(self.formulation.program.is_free.sum()))

    def settle(self, budget: Budget, progress: Progress) -> Settled:
        """Optimise the levels, and what follows from them."""
        return _settle(self, budget, progress)


Settle = Callable[[Sequence[Task], Budget, Progress], list[Settled]]
"""Settles parts of one stage and gives what became of each, in their order.

It may end with the first that is infeasible.
"""


def settle_here(tasks: Sequence[Task], budget: Budget, progress: Progress) -> list[Settled]:
    """Settle parts one after the other, up to one that is infeasible.

    Each may take its share of the time that is left, by its size.
    """
    settled: list[Settled] = []
    left = sum(task.size for task in tasks)
    for task in tasks:
        mine = budget if budget.deadline is None else budget.part(task.size / left, inf)
        left -= task.size
        settled.append(task.settle(mine, progress))
        if settled[-1].status is Status.INFEASIBLE:
            break
    return settled


def _settle(task: Task, budget: Budget, progress: Progress) -> Settled:
    instance, stage, formulation = task.instance, task.stage, task.formulation
    seconds: dict[str, float] = {}
    begun = time.monotonic()
    progress.phase("phase_optimise", stage=stage.name)
    outcome = _optimise(task, budget, progress)
    seconds["levels"] = time.monotonic() - begun
    if outcome.x is None:
        nothing = np.empty(0, dtype=np.int64)
        return Settled(outcome.status, None, outcome.levels, (), None, nothing, seconds)
    begun = time.monotonic()
    progress.phase("phase_maximum", stage=stage.name)
    most = most_awards(instance, stage, formulation, budget, outcome.x, outcome.start)
    seconds["maximum"] = time.monotonic() - begun
    awards = formulation.awards(outcome.x)
    if IN_TURN in stage.levels:
        begun = time.monotonic()
        progress.phase("phase_places", stage=stage.name)
        outcome, awards = choose_all_places(instance, stage, formulation, outcome, budget)
        if outcome.status is Status.OPTIMAL:
            steps = prove_choice(instance, formulation, outcome, awards, budget)
            outcome = replace(outcome, steps=(*outcome.steps, *steps))
        seconds["places"] = time.monotonic() - begun
    return Settled(outcome.status, outcome.x, outcome.levels, outcome.steps, most, awards, seconds)


def settled_levels(stage: Stage) -> Stage:
    """Return the stage with the levels that are sums, without the choice in turn."""
    if IN_TURN not in stage.levels:
        return stage
    return replace(stage, levels=stage.levels[:-1])


def _optimise(task: Task, budget: Budget, progress: Progress) -> Outcome:
    """Optimise the levels, and let the key decide between what equals each other.

    That is whole lists; where people choose in turn, only who is served.
    """
    instance, formulation = task.instance, task.formulation
    chooses = IN_TURN in task.stage.levels
    objectives = level_objectives(instance, settled_levels(task.stage), formulation)

    def tie_break(face: Program, word: int) -> Objective:
        if chooses:
            return people_objective(instance, formulation, word)
        return key_objective(instance, formulation, face.upper > 0, word)

    def difference(x: Ints) -> Objective:
        if chooses:
            return people_difference_objective(instance, formulation, x)
        return difference_objective(formulation, x)

    return maximise(
        formulation.program,
        objectives,
        formulation.group,
        budget,
        progress,
        tie_breaks=lambda face: (tie_break(face, word) for word in _WORDS),
        least_ties=task.n_words,
        difference=difference,
        complete=lambda x: complete_point(instance, formulation, objectives, x),
        known=task.known,
    )
