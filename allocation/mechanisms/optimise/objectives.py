"""The levels of ``optimal`` as integer rewards on the columns of a formulation.

Every level rewards awards with non-negative integers (design section 4), so that any
order of them is meaningful; shortfalls are the exception and are minimised.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allocation.draw.keys import key_matrix
from allocation.instance import Bools, Instance, Ints, Stage
from allocation.mechanisms.optimise.formulation import tier_pool
from allocation.mechanisms.optimise.lexicographic import Objective
from allocation.mechanisms.optimise.meaning import Formulation


def level_objectives(instance: Instance, stage: Stage, formulation: Formulation) -> list[Objective]:
    """Return the objectives of a stage's levels, most important first."""
    return [
        objective
        for name in stage.levels
        for objective in _LEVELS[name](instance, stage, formulation)
    ]


def key_objective(
    instance: Instance, formulation: Formulation, is_open: Bools, word: int
) -> Objective:
    """Return the last level: minimise the sum of the word-th key words.

    Parameters
    ----------
    is_open
        Shape (columns,): what may still be awarded; no other word is worked out.
    """
    app = instance.applications
    columns = np.flatnonzero(is_open[: len(formulation.applications)])
    mine = formulation.applications[columns]
    reward = np.zeros(len(formulation.applications), dtype=np.int64)
    reward[columns] = -key_matrix(
        instance.scenario.seed or "",
        instance.applicants.id[app.applicant[mine]].tolist(),
        instance.places.id[app.place[mine]].tolist(),
        word,
    )[:, word - 1]
    return Objective("key", {"word": word}, _on_awards(formulation, reward), "min")


def people_objective(instance: Instance, formulation: Formulation, word: int) -> Objective:
    """Return the level that settles who: minimise the sum of the people's key words."""
    applicant = instance.applications.applicant[formulation.applications]
    people, index = np.unique(applicant, return_inverse=True)
    ids = instance.applicants.id[people].tolist()
    words = key_matrix(instance.scenario.seed or "", ids, [""] * len(ids), word)[:, word - 1]
    return Objective("people", {"word": word}, _on_awards(formulation, -words[index]), "min")


def people_difference_objective(instance: Instance, formulation: Formulation, x: Ints) -> Objective:
    """Return the objective that is greatest for the set of people least like the present one."""
    applicant = instance.applications.applicant[formulation.applications]
    awarded = x[: len(formulation.applications)] > 0
    is_served = np.isin(applicant, applicant[awarded])
    reward = _on_awards(formulation, np.where(is_served, -1, 1))
    return Objective("unique_people", {}, reward)


def difference_objective(formulation: Formulation, x: Ints) -> Objective:
    """Return the objective that is greatest for the list least like the present one."""
    awarded = x[: len(formulation.applications)] > 0
    return Objective("unique", {}, _on_awards(formulation, np.where(awarded, -1, 1)))


def _on_awards(formulation: Formulation, reward: Ints | int) -> Ints:
    coefficients = np.zeros(len(formulation.program.lower), dtype=np.int64)
    coefficients[: len(formulation.applications)] = reward
    return coefficients


def _reserve_shortfall(
    instance: Instance, stage: Stage, formulation: Formulation
) -> Iterator[Objective]:
    """R_g - used_g, a level a kind."""
    for kind in stage.kinds:
        numbers = {n for n, reserve in enumerate(instance.reserves) if reserve.kind == kind}
        if not numbers:
            continue
        coefficients = np.zeros(len(formulation.program.lower), dtype=np.int64)
        for labels in formulation.labels:
            if numbers.issuperset(labels.reserves):
                coefficients[labels.columns] = 1
        fixed = 0
        for number in numbers:
            if number in formulation.linear_units:
                coefficients[formulation.linear_units[number]] = -1
            else:
                fixed += instance.reserves[number].count
        yield Objective("reserve_shortfall", {"kind": kind}, coefficients, "min", fixed)


def _quota_shortfall(
    instance: Instance, stage: Stage, formulation: Formulation
) -> Iterator[Objective]:
    """By how much an elastic quota is missed over its scopes, a level a quota."""
    for name, columns in formulation.gaps.items():
        coefficients = np.zeros(len(formulation.program.lower), dtype=np.int64)
        coefficients[columns] = -1
        yield Objective("quota_shortfall", {"quota": name}, coefficients, "min")


def _tier(instance: Instance, stage: Stage, formulation: Formulation) -> Iterator[Objective]:
    """Awards that stand in a pool given by tier, a level a tier."""
    app = instance.applications
    mine = formulation.applications
    tier = instance.applicants.tier[app.applicant[mine]]
    counts = _counts_for_tier(instance, stage, formulation)
    for number in range(1, instance.n_tiers + 1):
        coefficients = _on_awards(formulation, (counts & (tier == number)).astype(np.int64))
        for labels in formulation.labels:
            if labels.tier == number:
                coefficients[labels.columns] = 1
        yield Objective("tier", {"tier": number}, coefficients)


def _counts_for_tier(instance: Instance, stage: Stage, formulation: Formulation) -> Bools:
    app = instance.applications
    mine = formulation.applications
    kinds = instance.places.kind[app.place[mine]]
    counts = np.zeros(len(mine), dtype=np.bool_)
    for kind in stage.kinds:
        pool = tier_pool(instance, kind)
        if pool == "all":
            counts |= kinds == kind
        elif pool == "preferred":
            counts |= (kinds == kind) & preferred(instance, kind)[app.applicant[mine]]
    return counts


def preferred(instance: Instance, kind: str) -> Bools:
    """Applicants whom the open pool of a kind prefers, shape (n,)."""
    people = instance.applicants
    if "disabled_first" in instance.priorities[kind].open:
        return np.asarray(people.group == "disabled", dtype=np.bool_)
    return people.hard_to_employ


def _number(instance: Instance, stage: Stage, formulation: Formulation) -> Iterator[Objective]:
    yield Objective("number", {}, _on_awards(formulation, 1))


def _place_priority(
    instance: Instance, stage: Stage, formulation: Formulation
) -> Iterator[Objective]:
    """K + 1 - rank given by the place, 0 where it gives none."""
    rank = instance.applications.priority_rank
    last = int(rank[stage.applications].max(initial=0))
    mine = rank[formulation.applications]
    yield Objective(
        "place_priority", {}, _on_awards(formulation, np.where(mine > 0, last + 1 - mine, 0))
    )


def _draw(instance: Instance, stage: Stage, formulation: Formulation) -> Iterator[Objective]:
    """Reward n + 1 - draw number."""
    people, app = instance.applicants, instance.applications
    number = people.draw_number[app.applicant[formulation.applications]]
    yield Objective("draw", {}, _on_awards(formulation, len(people.id) + 1 - number))


def preference_reward(instance: Instance, stage: Stage) -> Ints:
    """Return L + 1 - preference rank of every application, L the stage's longest list."""
    rank = instance.applications.preference_rank
    return int(rank[stage.applications].max(initial=0)) + 1 - rank


def _preference(instance: Instance, stage: Stage, formulation: Formulation) -> Iterator[Objective]:
    """L + 1 - preference rank, over everybody."""
    reward = preference_reward(instance, stage)[formulation.applications]
    yield Objective("preference", {}, _on_awards(formulation, reward))


def _preference_by_tier(
    instance: Instance, stage: Stage, formulation: Formulation
) -> Iterator[Objective]:
    """L + 1 - preference rank, a level a tier."""
    app = instance.applications
    tier = instance.applicants.tier[app.applicant[formulation.applications]]
    reward = preference_reward(instance, stage)[formulation.applications]
    for number in range(1, instance.n_tiers + 1):
        yield Objective(
            "preference_by_tier",
            {"tier": number},
            _on_awards(formulation, np.where(tier == number, reward, 0)),
        )


def _distance(instance: Instance, stage: Stage, formulation: Formulation) -> Iterator[Objective]:
    """D_max - whole metres."""
    metres = instance.applications.distance_m
    farthest = int(metres[stage.applications].max(initial=0))
    reward = farthest - metres[formulation.applications]
    yield Objective("distance", {}, _on_awards(formulation, reward))


_LEVELS = {
    "reserve_shortfall": _reserve_shortfall,
    "quota_shortfall": _quota_shortfall,
    "tier": _tier,
    "number": _number,
    "place_priority": _place_priority,
    "draw": _draw,
    "preference": _preference,
    "preference_by_tier": _preference_by_tier,
    "distance": _distance,
}
