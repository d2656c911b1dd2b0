"""The most awards any lawful list of a stage could hold: what the order of levels costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from allocation.mechanisms.optimise.lexicographic import maximise
from allocation.mechanisms.optimise.objectives import level_objectives
from allocation.progress import Silent

if TYPE_CHECKING:
    from allocation.instance import Instance, Ints, Stage
    from allocation.mechanisms.optimise.backend import Budget
    from allocation.mechanisms.optimise.meaning import Formulation
    from allocation.mechanisms.optimise.proof import RowStep
    from allocation.mechanisms.optimise.solving import Basis


@dataclass(frozen=True, slots=True)
class Most:
    """Most awards found, the limit proven, and the steps that prove it."""

    value: int
    bound: int
    steps: tuple[RowStep, ...]


def most_awards(
    instance: Instance,
    stage: Stage,
    formulation: Formulation,
    budget: Budget,
    known: Ints | None = None,
    start: Basis | None = None,
) -> Most | None:
    """Maximise the number of awards; only a bound of it when the time is up.

    Parameters
    ----------
    known
        A point of the program to fall back on, shape (columns,).
    start
        A basis of the program to set out from.

    Returns
    -------
    Most or None
        ``None`` where the time was up before any point was known.
    """
    (number,) = level_objectives(instance, replace(stage, levels=("number",)), formulation)
    outcome = maximise(
        formulation.program,
        [number],
        formulation.group,
        budget,
        Silent(),
        known=known,
        start=start,
    )
    if outcome.x is None:
        return None
    (level,) = outcome.levels
    return Most(level.value, level.bound, outcome.steps)
