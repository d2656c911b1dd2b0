"""``optimal``: the exact lexicographic optimum of a joint stage.

The order of the levels is the scenario's.  Where they end with ``preference_serial``, who
is served is settled first and people then choose their places in turn; otherwise the key
comes last.  Either makes the list unique, so that it depends on no solver, thread or row
order.  ``optimal`` plans and awards under published levels; it is not strategy-proof and
reports the envy it leaves.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from allocation.instance import Instance, Ints, Reason, Stage
from allocation.mechanisms.clash import clashing_quotas
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.optimise.greedy import complete_point
from allocation.mechanisms.optimise.lexicographic import Outcome, maximise
from allocation.mechanisms.optimise.meaning import Formulation
from allocation.mechanisms.optimise.most import Most, most_awards
from allocation.mechanisms.optimise.naming import named_steps
from allocation.mechanisms.optimise.objectives import (
    difference_objective,
    key_objective,
    level_objectives,
    people_difference_objective,
    people_objective,
)
from allocation.mechanisms.turn_proof import prove_choice
from allocation.mechanisms.turns import choose_all_places
from allocation.progress import Progress
from allocation.result import ProofStep, StageResult, Status
from allocation.scenario.vocabulary import IN_TURN

_KEY_WORDS = range(1, 9)


def solve_optimal(
    instance: Instance, stage: Stage, earlier: Ints, budget: Budget, progress: Progress
) -> StageResult:
    """Solve one joint stage exactly.

    Parameters
    ----------
    earlier
        Applications awarded in earlier stages.
    budget
        Time limit and stop; the best list so far is kept with its gap.

    Returns
    -------
    StageResult
        ``infeasible`` with the clashing rules where hard quotas cannot hold together.
    """
    started = time.monotonic()
    seconds: dict[str, float] = {}
    progress.phase("phase_formulate", stage=stage.name)
    formulation = formulate(instance, stage, earlier)
    seconds["formulate"] = time.monotonic() - started
    progress.phase("phase_optimise", stage=stage.name)
    if IN_TURN in stage.levels:
        outcome = _settle_people(instance, stage, formulation, budget, progress)
    else:
        outcome = _settle_list(instance, stage, formulation, budget, progress)
    seconds["levels"] = time.monotonic() - started - seconds["formulate"]
    clash: tuple[Reason, ...] = ()
    most: Most | None = None
    if outcome.status is Status.INFEASIBLE:
        clash = clashing_quotas(instance, stage, earlier, budget)
    elif outcome.x is not None:
        progress.phase("phase_maximum", stage=stage.name)
        begun = time.monotonic()
        most = most_awards(instance, stage, formulation, budget, outcome.x, outcome.start)
        seconds["maximum"] = time.monotonic() - begun
    awards = np.empty(0, np.int64) if outcome.x is None else formulation.awards(outcome.x)
    if outcome.x is not None and IN_TURN in stage.levels:
        begun = time.monotonic()
        progress.phase("phase_places", stage=stage.name)
        outcome, awards = choose_all_places(instance, stage, formulation, outcome, budget)
        if outcome.status is Status.OPTIMAL:
            steps = prove_choice(instance, formulation, outcome, awards, budget)
            outcome = replace(outcome, steps=(*outcome.steps, *steps))
        seconds["places"] = time.monotonic() - begun
    return StageResult(
        name=stage.name,
        mechanism=stage.mechanism,
        status=outcome.status,
        levels=outcome.levels,
        awards=awards,
        max_awards=None if most is None else most.value,
        max_awards_bound=None if most is None else most.bound,
        clash=clash,
        seconds={step: round(spent, 3) for step, spent in seconds.items()},
        proof=_proof(instance, formulation, outcome, most),
    )


def _proof(
    instance: Instance, formulation: Formulation, outcome: Outcome, most: Most | None
) -> tuple[ProofStep, ...]:
    levels = named_steps(instance, formulation, outcome.steps)
    return (*levels, *named_steps(instance, formulation, most.steps if most else (), 0))


def _settle_list(
    instance: Instance, stage: Stage, formulation: Formulation, budget: Budget, progress: Progress
) -> Outcome:
    """Optimise the levels, and let the key decide between lists that equal each other."""
    objectives = level_objectives(instance, stage, formulation)
    return maximise(
        formulation.program,
        objectives,
        formulation.group,
        budget,
        progress,
        tie_breaks=lambda face: (
            key_objective(instance, formulation, face.upper > 0, word) for word in _KEY_WORDS
        ),
        difference=lambda x: difference_objective(formulation, x),
        complete=lambda x: complete_point(instance, formulation, objectives, x),
    )


def _settle_people(
    instance: Instance, stage: Stage, formulation: Formulation, budget: Budget, progress: Progress
) -> Outcome:
    """Optimise the levels above the choice, and let the people's own key decide who is served."""
    above = replace(stage, levels=stage.levels[:-1])
    objectives = level_objectives(instance, above, formulation)
    return maximise(
        formulation.program,
        objectives,
        formulation.group,
        budget,
        progress,
        tie_breaks=lambda _: (people_objective(instance, formulation, word) for word in _KEY_WORDS),
        difference=lambda x: people_difference_objective(instance, formulation, x),
        complete=lambda x: complete_point(instance, formulation, objectives, x),
    )
