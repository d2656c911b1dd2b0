"""Which applications may be awarded as far as rules about the pair alone go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.build.spacing import refuse_by_distance
from allocation.instance import Reason
from allocation.rules.eligibility import judge
from allocation.rules.overruling import overruling_of, refuse_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from allocation.build.frames import Frames
    from allocation.build.places import Ground
    from allocation.build.spacing import SpacingGroup, Wanted
    from allocation.instance import Bools, Places
    from allocation.scenario import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """Outcome of all rules about single applications.

    Attributes
    ----------
    exclusions
        Application -> why it may not be awarded, in order of applications.
    eligible, needs_accommodation
        Shape (k,).
    unverified
        Rule -> number of applications let through because a fact is unknown.
    overruled
        Which of the scenario's overrulings turned a refusal; shape (number of them,).
    """

    exclusions: Mapping[int, Reason]
    eligible: Bools
    needs_accommodation: Bools
    unverified: Mapping[str, int]
    overruled: Bools


def judge_applications(
    frames: Frames,
    ground: Ground,
    places: Places,
    groups: tuple[SpacingGroup, ...],
    wanted: Wanted,
    scenario: Scenario,
) -> Verdict:
    """Refuse by stage, then by rule, then by distance; the first refusal is the reason."""
    refused = _outside_stages(places, wanted, scenario)
    judgement = judge(
        frames.applicants, frames.places, frames.applications, frames.held_awards, scenario
    )
    overruling = overruling_of(frames.applicants, frames.places, frames.applications, scenario)
    refuse_unknown(frames.applicants, frames.places, overruling, scenario)
    effective = np.isin(np.arange(len(scenario.overrulings)), overruling[judgement.overruled])
    for row in np.flatnonzero(pd.notna(judgement.code)).tolist():
        refused.setdefault(row, Reason(judgement.code[row], judgement.params.get(row, {})))

    eligible = np.ones(len(wanted.place), dtype=np.bool_)
    eligible[list(refused)] = False
    by_distance = refuse_by_distance(ground, places, groups, wanted, eligible, scenario)
    eligible[list(by_distance)] = False
    together = {**refused, **by_distance}
    return Verdict(
        exclusions={row: together[row] for row in sorted(together)},
        eligible=eligible,
        needs_accommodation=judgement.needs_accommodation & eligible,
        unverified=judgement.unverified,
        overruled=effective,
    )


def note_unverified(verdict: Verdict) -> tuple[Reason, ...]:
    """Tell how many applications a rule let through for want of a fact."""
    return tuple(
        Reason("unverified_facts", {"rule": rule, "count": count})
        for rule, count in sorted(verdict.unverified.items())
        if count
    )


def note_overrulings(verdict: Verdict, scenario: Scenario) -> tuple[Reason, ...]:
    """Tell of each overruling whether there was a finding for it to turn."""
    return tuple(
        Reason(
            "overruled" if effective else "overruling_idle",
            {
                "applicant_id": rule.applicant_id,
                "place_id": rule.place_id,
                "by": rule.by,
                "reason": rule.reason,
                "decided_on": rule.decided_on.isoformat(),
            },
        )
        for rule, effective in zip(scenario.overrulings, verdict.overruled.tolist(), strict=True)
    )


def _outside_stages(places: Places, wanted: Wanted, scenario: Scenario) -> dict[int, Reason]:
    staged = [kind for stage in scenario.stages for kind in stage.kinds]
    outside = ~np.isin(places.kind.astype(str), staged)[wanted.place]
    return {
        row: Reason("kind_not_allocated", {"kind": places.kind[wanted.place[row]]})
        for row in np.flatnonzero(outside).tolist()
    }
