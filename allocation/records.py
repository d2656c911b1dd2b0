"""The tables of a run: awards, waitlist and refusals as the run folder keeps them.

Every table has one fixed order of columns (:data:`allocation.runs.COLUMNS`) and of
rows, so that equal results give equal bytes.  Nothing here depends on the clock.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from allocation.instance import DISTANCE_SOURCES
from allocation.reasons.pools import Criteria
from allocation.rules.place_units import admitted
from allocation.runs import COLUMNS
from allocation.set_proof import Cover, Dominated

if TYPE_CHECKING:
    from allocation.instance import Bools, Instance, Ints
    from allocation.result import ProofStep, Result, SpacingProof

_NO_DISTANCE = DISTANCE_SOURCES.index("none")
_NOT_HELD = np.iinfo(np.int64).max


def award_table(instance: Instance, result: Result) -> pd.DataFrame:
    """List the awards, by applicant id and place id.

    ``distance_m`` is null where nothing could be measured; ``reserve_used`` is the
    name of the reserve whose unit the award uses, empty for an open unit.
    """
    rows = result.awards
    applications, applicants, places = (
        instance.applications,
        instance.applicants,
        instance.places,
    )
    applicant, place = applications.applicant[rows], applications.place[rows]
    reserve_names = np.array([reserve.name for reserve in instance.reserves] + [""], dtype=object)
    distance = pd.array(applications.distance_m[rows], dtype="Int64")
    distance[applications.distance_source[rows] == _NO_DISTANCE] = pd.NA
    frame = pd.DataFrame(
        {
            "applicant_id": applicants.id[applicant],
            "place_id": places.id[place],
            "kind": places.kind[place],
            "stage": _stage_names(instance)[rows],
            "preference_rank": applications.preference_rank[rows],
            "priority_tier": applicants.tier[applicant],
            "draw_number": applicants.draw_number[applicant],
            "distance_m": distance,
            "reserve_used": reserve_names[result.reserve_used],
        }
    )
    return _typed(frame.sort_values(["applicant_id", "place_id"], ignore_index=True), "awards")


def proof_table(result: Result) -> pd.DataFrame:
    """List the steps that prove the levels, one multiplier a row, in their order.

    The first row of a step holds its scale.  What the level comes to in a part, whose turn
    it is about and what a case supposes, in order, follow.
    """
    steps = [
        (stage.name, number, step)
        for stage in result.stages
        for number, step in enumerate(stage.proof, 1)
    ]
    lines = [_multipliers(step) for _, _, step in steps]
    rule, item, multiplier = zip(*chain.from_iterable(lines), strict=True) if lines else ((),) * 3
    of_steps = {
        "stage": [name for name, _, _ in steps],
        "step": [number for _, number, _ in steps],
        "level": [step.level for _, _, step in steps],
        "claim": [step.claim.value for _, _, step in steps],
        "part": [step.part for _, _, step in steps],
    }
    counts = [len(each) for each in lines]
    frame = pd.DataFrame(
        {name: pd.Series(values).repeat(counts) for name, values in of_steps.items()}
    ).reset_index(drop=True)
    return _typed(
        frame.assign(rule=rule, item=item, multiplier=list(map(str, multiplier))), "proofs"
    )


def _multipliers(step: ProofStep) -> list[tuple[str, str, int]]:
    supposed = [
        ("at_most" if sign > 0 else "at_least", f"{number}/{rule}:{item}", limit)
        for number, (rule, item, sign, limit) in enumerate(step.suppositions, 1)
    ]
    value = [] if step.value is None else [("value", "", step.value)]
    turn = [("turn", step.person, 1)] if step.person else []
    return [("scale", "", step.scale), *value, *turn, *supposed, *step.multipliers]


def plan_proof_record(instance: Instance, result: Result) -> dict[str, Any]:
    """Describe the proofs of levels of site plans that spacing alone decides.

    Steps name choices, and rows, by their numbers from 0.
    """
    stages = [
        {
            "stage": stage.name,
            "choices": {
                "place_id": instance.places.id[stage.plan.choices].tolist(),
                "reserved_disabled": stage.plan.choices_reserved.tolist(),
            },
            "levels": [_spacing_record(proof) for proof in stage.plan.proofs],
        }
        for stage in result.stages
        if stage.plan is not None and stage.plan.proofs
    ]
    return {"stages": stages}


def _spacing_record(proof: SpacingProof) -> dict[str, Any]:
    covers = [step for step in proof.steps if isinstance(step, Cover)]
    number = {row: n for n, row in enumerate(dict.fromkeys(r for c in covers for r in c.rows))}
    return {
        "level": proof.level,
        "worth": proof.worth,
        "rows": [asdict(row) for row in number],
        "steps": [
            asdict(step)
            if isinstance(step, Dominated)
            else {
                "value": step.value,
                "scale": step.scale,
                "rows": [number[row] for row in step.rows],
                "multipliers": list(step.multipliers),
            }
            for step in proof.steps
        ],
    }


def waitlist_table(instance: Instance, result: Result) -> pd.DataFrame:
    """List who stands next at each place, by place id and waitlist rank.

    On the list of a place is every eligible application whose applicant got neither
    this place nor one ranked at least as high, as far as a site plan admits it.  The order
    is that of the kind's open pool; for a queue it is the order of acceptance.
    """
    waiting = np.flatnonzero(_is_waiting(instance, result))
    applications, applicants, places = (
        instance.applications,
        instance.applicants,
        instance.places,
    )
    applicant, place = applications.applicant[waiting], applications.place[waiting]
    order = np.lexsort((_waiting_order(instance)[waiting], place))
    waiting, applicant, place = waiting[order], applicant[order], place[order]
    _, first, count = np.unique(place, return_index=True, return_counts=True)
    frame = pd.DataFrame(
        {
            "place_id": places.id[place],
            "waitlist_rank": np.arange(len(place)) - np.repeat(first, count) + 1,
            "applicant_id": applicants.id[applicant],
            "kind": places.kind[place],
            "stage": _stage_names(instance)[waiting],
            "preference_rank": applications.preference_rank[waiting],
            "priority_tier": applicants.tier[applicant],
            "draw_number": applicants.draw_number[applicant],
        }
    )
    return _typed(frame, "waitlist")


def refusal_table(refusals: pd.DataFrame) -> pd.DataFrame:
    """Bring explained refusals into the form of the file."""
    return _typed(refusals, "refusals")


def _typed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    columns = COLUMNS[table]
    return frame[list(columns)].astype(dict(columns))


def _stage_names(instance: Instance) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    names = np.full(len(instance.applications.applicant), "", dtype=object)
    for stage in instance.stages:
        names[stage.applications] = stage.name
    return names


def _is_waiting(instance: Instance, result: Result) -> Bools:
    """Tell which eligible applications still stand: better than what their people hold.

    What an earlier stage or an earlier run gave is for good; what the same or a later
    stage gave counts by its rank; a kind in several exclusive groups must be better in each.
    """
    app = instance.applications
    kinds = instance.places.kind.astype(str)
    groups = [np.isin(kinds, group)[app.place] for group in instance.exclusive_groups]
    held = np.where(instance.applicants.holds, 0, _NOT_HELD)
    ranked = held.copy()
    for column, in_group in enumerate(groups):
        given = result.awards[in_group[result.awards]]
        np.minimum.at(ranked[:, column], app.applicant[given], app.preference_rank[given])
    awarded = np.zeros(len(app.place), dtype=bool)
    awarded[result.awards] = True
    waiting = np.zeros(len(app.place), dtype=bool)
    plans = {stage.name: stage.plan for stage in result.stages}
    for stage in instance.stages:
        rows = stage.applications
        stands = app.eligible[rows] & ~awarded[rows]
        stands &= admitted(instance, stage, plans.get(stage.name), rows)
        for column, in_group in enumerate(groups):
            best = np.minimum(held[:, column], ranked[:, column])[app.applicant[rows]]
            stands &= ~in_group[rows] | (app.preference_rank[rows] < best)
            settled = rows[awarded[rows] & in_group[rows]]
            held[app.applicant[settled], column] = 0
        waiting[rows] = stands
    return waiting


def _waiting_order(instance: Instance) -> Ints:
    """Order of acceptance for a queue, of the open pool elsewhere, per kind; shape (k,)."""
    criteria = Criteria(instance)
    order = np.zeros(len(instance.applications.place), dtype=np.int64)
    for stage in instance.stages:
        if stage.mechanism == "queue":
            order[stage.applications] = instance.applications.accepted_order[stage.applications]
            continue
        for kind in stage.kinds:
            order += criteria.ranks(kind, "open")
    return order
