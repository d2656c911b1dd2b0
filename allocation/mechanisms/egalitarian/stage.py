"""One stage by lottery: the levels above it, the chances, the draw, the places.

1. The levels above the lottery (reserves, elastic quotas, tiers) are settled as
   ``optimal`` settles them; every list of the lottery reaches them.
2. What is left falls into components.  Each gets leximin chances: by flows where its
   bounds nest, by weighted plans where they cross or spacing couples people.
3. The public seed draws who is served, so that everybody's chance is what was published.
4. Those served choose places in turn, by tier and draw number.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from allocation.instance import Instance, Ints, Stage
from allocation.lottery import Chances, Part, TightSet
from allocation.mechanisms.clash import clashing_quotas
from allocation.mechanisms.egalitarian.components import NoLottery, Stake, settle_component
from allocation.mechanisms.egalitarian.draw import draw_parts, winners
from allocation.mechanisms.egalitarian.places import place_winners
from allocation.mechanisms.egalitarian.settle import Ground, Settled
from allocation.mechanisms.network.sets import Component, can_keep_rows, draw_in, take_apart
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.optimise.lexicographic import maximise
from allocation.mechanisms.optimise.meaning import Formulation
from allocation.mechanisms.optimise.most import most_awards
from allocation.mechanisms.optimise.objectives import level_objectives
from allocation.mechanisms.optimise.program import Program
from allocation.messages import ScenarioError
from allocation.progress import Progress
from allocation.result import LevelResult, StageResult, Status


@dataclass(frozen=True, slots=True, eq=False)
class Lottery:
    """A lottery ready to be published, and then drawn.

    Attributes
    ----------
    result
        With the chances and without awards.
    """

    instance: Instance
    stage: Stage
    formulation: Formulation
    face: Program
    grounds: tuple[Ground, ...]
    result: StageResult
    budget: Budget
    progress: Progress

    def draw(self) -> StageResult:
        """Draw who is served from the public seed and let them choose their places."""
        chances = self.result.chances
        if chances is None:
            return self.result
        started = time.monotonic()
        self.progress.phase("phase_draw", stage=self.stage.name)
        scenario = self.instance.scenario
        turn = scenario.draw.round if scenario.draw else ""
        drawings = draw_parts(chances, scenario.seed or "", turn, self.stage.name)
        served = winners(chances, drawings)
        drawn = time.monotonic()
        self.progress.phase("phase_places", stage=self.stage.name)
        awards = place_winners(
            self.instance, self.formulation, self.face, self.grounds, served, self.budget
        )
        spent = {
            "draw": round(drawn - started, 3),
            "places": round(time.monotonic() - drawn, 3),
        }
        return replace(
            self.result,
            status=Status.OPTIMAL if self.result.is_lottery_proven else Status.FEASIBLE,
            awards=awards,
            # The list drawn is lawful too, should the search for the most have ended early.
            max_awards=max(self.result.max_awards or 0, len(awards)),
            chances=replace(chances, drawings=drawings, is_drawn=True),
            seconds={**self.result.seconds, **spent},
        )


@dataclass(slots=True)
class _Clock:
    seconds: dict[str, float] = field(default_factory=dict)
    since: float = field(default_factory=time.monotonic)

    def lap(self, step: str) -> None:
        now = time.monotonic()
        self.seconds[step] = round(now - self.since, 3)
        self.since = now


def publish_lottery(
    instance: Instance, stage: Stage, earlier: Ints, budget: Budget, progress: Progress
) -> Lottery:
    """Find the leximin chances of a stage and the lottery that gives them.

    Parameters
    ----------
    earlier
        Applications awarded in earlier stages.
    budget
        Time limit and stop.

    Returns
    -------
    Lottery
        Its result is ``undrawn``; ``infeasible`` with the clashing rules where hard
        quotas cannot hold together.

    Raises
    ------
    ScenarioError
        When people are coupled so closely that no lottery with exact chances is found.
    """
    clock = _Clock()
    progress.phase("phase_formulate", stage=stage.name)
    formulation = formulate(instance, stage, earlier)
    objectives = level_objectives(instance, stage, formulation)
    clock.lap("formulate")
    progress.phase("phase_optimise", stage=stage.name)
    face, feasible = formulation.program, True
    levels: tuple[LevelResult, ...] = ()
    if objectives:
        outcome = maximise(formulation.program, objectives, formulation.group, budget, progress)
        face, levels = outcome.face, outcome.levels
        feasible = outcome.status is not Status.INFEASIBLE
    clock.lap("levels")
    progress.phase("phase_chances", stage=stage.name)
    face = draw_in(face)
    feasible = feasible and can_keep_rows(face)
    applicant = instance.applications.applicant[formulation.applications]
    components = take_apart(formulation, face, applicant) if feasible else []
    stake = Stake(formulation, face, applicant, budget)
    try:
        settled = _settle_all(stake, components) if feasible else None
    except NoLottery as missing:
        raise ScenarioError("lottery_coupled", stage=stage.name, n=missing.n_awards) from missing
    clock.lap("chances")
    blank = StageResult(
        name=stage.name,
        mechanism=stage.mechanism,
        status=Status.INFEASIBLE,
        levels=levels,
        awards=np.empty(0, dtype=np.int64),
        max_awards=None,
        max_awards_bound=None,
        clash=(),
    )
    if settled is None:
        clash = clashing_quotas(instance, stage, earlier, budget)
        result = replace(blank, clash=clash, seconds=clock.seconds)
    else:
        progress.phase("phase_maximum", stage=stage.name)
        most = most_awards(instance, stage, formulation, budget)
        clock.lap("maximum")
        result = replace(
            blank,
            status=Status.UNDRAWN,
            max_awards=None if most is None else most.value,
            max_awards_bound=None if most is None else most.bound,
            chances=_assemble(instance, stage, formulation, face, settled),
            seconds=clock.seconds,
        )
    grounds = tuple(ground for each in settled or () for ground in each.grounds)
    return Lottery(instance, stage, formulation, face, grounds, result, budget, progress)


def _settle_all(stake: Stake, components: Iterable[Component]) -> list[Settled] | None:
    """Settle every component; ``None`` where one has no lawful list."""
    found = []
    for component in components:
        settled = settle_component(stake, component)
        if settled is None:
            return None
        found.append(settled)
    return found


def _assemble(
    instance: Instance,
    stage: Stage,
    formulation: Formulation,
    face: Program,
    settled: Iterable[Settled],
) -> Chances:
    """Put the components together, with those whom no lottery is needed for."""
    app = instance.applications
    applicant = app.applicant[formulation.applications]
    everybody = np.unique(applicant)
    n = len(formulation.applications)
    chance: dict[int, Fraction] = {}
    sets: list[TightSet] = []
    parts: list[Part] = []
    for each in settled:
        chance.update(each.chance)
        sets += each.sets
        parts += each.parts
    possible = set(applicant[face.upper[:n] > 0].tolist())
    left_out = tuple(i for i in everybody.tolist() if i not in possible)
    if left_out:
        sets.append(TightSet(Fraction(0), Fraction(0), left_out, "levels"))
        chance.update(dict.fromkeys(left_out, Fraction(0)))
    certain = tuple(i for i in everybody.tolist() if i not in chance)
    if certain:
        sets.append(TightSet(Fraction(1), Fraction(1), certain, "certain"))
    # A component's own order is that of its proofs; the sort keeps it among equals.
    sets.sort(key=lambda each: each.chance)
    mine = stage.applications[app.eligible[stage.applications]]
    theirs = mine[np.isin(app.applicant[mine], everybody)]
    open_to = formulation.applications[face.upper[:n] > 0]
    set_of = {i: k for k, each in enumerate(sets) for i in each.applicants}
    return Chances(
        applicants=tuple(everybody.tolist()),
        chance=tuple(chance.get(i, Fraction(1)) for i in everybody.tolist()),
        tight_set=tuple(set_of[i] for i in everybody.tolist()),
        sets=tuple(sets),
        parts=tuple(sorted(parts, key=lambda part: part.applicants)),
        closed=tuple(np.setdiff1d(theirs, open_to).tolist()),
        fixed=tuple(np.sort(formulation.applications[face.lower[:n] > 0]).tolist()),
    )
