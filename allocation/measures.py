"""What a run reports about itself: ``result.json`` in numbers.

Counts, reserves and quotas are counted here from the awards alone; a shortfall
gets the reason that can be read off the numbers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.result import LevelResult, Result, SitePlan, StageResult, Status
from allocation.rules.reserves import reserve_units

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from allocation.checker import Assurance
    from allocation.instance import Instance, Ints, Quota, Reason, Reserve
    from allocation.lottery import Chances

Record = dict[str, Any]

_WORST_FIRST = (
    Status.INFEASIBLE,
    Status.STOPPED,
    Status.FEASIBLE,
    Status.UNDRAWN,
    Status.OPTIMAL,
    Status.COMPLETE,
)


def result_record(instance: Instance, result: Result) -> Record:
    """Describe a result in plain values, as far as awards and levels tell."""
    opened = _opened_places(instance, result)
    # What a draw is yet to bring is neither met nor missed.
    pending = _pending(instance, result)
    reserves = [
        _reserve_record(instance, result, index, opened)
        for index, reserve in enumerate(instance.reserves)
        if not np.isin(instance.applications.place[pending], reserve.places).any()
    ]
    quotas = [
        _quota_record(quota, result.awards)
        for quota in instance.quotas
        if not np.isin(quota.counted, pending).any()
    ]
    # A clash ends a run: the stages after it have no result.
    kinds = {stage.name: stage.kinds for stage in instance.stages}
    return {
        "status": overall_status(result).value,
        "not_reproducible": not result.is_reproducible,
        "stages": [
            _stage_record(instance, stage, kinds[stage.name], reserves) for stage in result.stages
        ],
        "reserves": reserves,
        "quotas": quotas,
        "shortfalls": _shortfalls(instance, result, reserves, quotas),
        "awards": _award_counts(instance, result),
        "counts": _counts(instance, result),
        "notices": [reason_record(notice) for notice in instance.notices],
    }


def _pending(instance: Instance, result: Result) -> Ints:
    """Return the applications of stages whose draw is not held."""
    undrawn = {stage.name for stage in result.stages if stage.status is Status.UNDRAWN}
    parts = [stage.applications for stage in instance.stages if stage.name in undrawn]
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])


def overall_status(result: Result) -> Status:
    """Return the worst status of the stages."""
    found = {stage.status for stage in result.stages}
    return next((status for status in _WORST_FIRST if status in found), Status.COMPLETE)


def reason_record(reason: Reason) -> Record:
    """Describe a reason in plain values."""
    return {"code": reason.code, "params": dict(reason.params)}


def envy_by_stage(stages: Sequence[Record], pairs: Mapping[str, int]) -> list[Record]:
    """Add to each stage's counts the justified-envy pairs at places of its kinds.

    Parameters
    ----------
    pairs
        Number of pairs per kind.
    """
    return [
        stage
        | {
            "counts": stage["counts"]
            | {"n_envy_pairs": sum(pairs.get(kind, 0) for kind in stage["kinds"])}
        }
        for stage in stages
    ]


def assured_stages(stages: Sequence[Record], assurance: Mapping[str, Assurance]) -> list[Record]:
    """Add to each level what its optimality rests on, where the checker judged a proof.

    Parameters
    ----------
    assurance
        By name of the stage.
    """
    return [
        stage | _assured(stage, assurance[stage["name"]]) if stage["name"] in assurance else stage
        for stage in stages
    ]


def _assured(stage: Record, assurance: Assurance) -> Record:
    told: Record = {"levels": _assured_levels(stage["levels"], assurance.levels)}
    if assurance.max_awards is not None:
        told["max_awards_assurance"] = assurance.max_awards
    if assurance.plan:
        levels = _assured_levels(stage["plan"]["levels"], assurance.plan)
        told["plan"] = stage["plan"] | {"levels": levels}
    return told


def _assured_levels(levels: Sequence[Record], states: Sequence[str]) -> list[Record]:
    return [level | {"assurance": state} for level, state in zip(levels, states, strict=True)]


def _stage_record(
    instance: Instance, stage: StageResult, kinds: Sequence[str], reserves: Sequence[Record]
) -> Record:
    applications = instance.applications
    of_stage = np.isin(instance.places.kind[applications.place], list(kinds))
    people = instance.applicants.group[applications.applicant[stage.awards]]
    return {
        "name": stage.name,
        "mechanism": stage.mechanism,
        "kinds": list(kinds),
        "status": stage.status.value,
        "levels": [_level_record(level) for level in stage.levels],
        "n_awards": len(stage.awards),
        "counts": {
            "n_applications": int(of_stage.sum()),
            "n_eligible": int((of_stage & applications.eligible).sum()),
            "n_awards": len(stage.awards),
            "n_awards_disabled": int(np.sum(people == "disabled")),
            "n_reserve_units_short": sum(r["short"] for r in reserves if r["kind"] in kinds),
        },
        "max_awards": stage.max_awards,
        "max_awards_bound": stage.max_awards_bound,
        "clash": [reason_record(reason) for reason in stage.clash],
        "plan": None if stage.plan is None else _plan_record(instance, stage.plan),
        "log": [reason_record(reason) for reason in stage.log],
        "n_parts": stage.n_parts,
        **({} if stage.chances is None else {"chances": _chance_record(stage.chances)}),
        "seconds": {name: round(value, 3) for name, value in stage.seconds.items()},
    }


def _plan_record(instance: Instance, plan: SitePlan) -> Record:
    return {
        "places": instance.places.id[plan.places].tolist(),
        "reserved_disabled": plan.reserved_disabled.tolist(),
        "levels": [_level_record(level) for level in plan.levels],
    }


def _chance_record(chances: Chances) -> Record:
    """Sum up a lottery: what leximin looks at, what it costs, and how it was found."""
    total = sum(chances.chance, Fraction(0))
    least = min(chances.chance, default=Fraction(0))
    above = [chance for chance in chances.chance if chance > 0]
    gap = max((each.bound - each.chance for each in chances.sets), default=Fraction(0))
    routes = Counter(part.route for part in chances.parts)
    return {
        "n_applicants": len(chances.applicants),
        "n_certain": sum(chance == 1 for chance in chances.chance),
        "n_without": sum(chance == 0 for chance in chances.chance),
        "smallest": _pair(least),
        "smallest_positive": _pair(min(above)) if above else None,
        "expected_awards": _pair(total),
        "n_tight_sets": len(chances.sets),
        "n_proven": sum(each.bound == each.chance for each in chances.sets),
        "largest_gap": _pair(gap),
        "parts": {route: routes[route] for route in sorted(routes)},
        "is_drawn": chances.is_drawn,
    }


def _pair(value: Fraction) -> list[int]:
    return [value.numerator, value.denominator]


def _level_record(level: LevelResult) -> Record:
    return asdict(level) | {"params": dict(level.params), "seconds": round(level.seconds, 3)}


def _counts(instance: Instance, result: Result) -> Record:
    applications, applicants = instance.applications, instance.applicants
    awarded = applications.applicant[result.awards]
    return {
        "n_applicants": len(applicants.id),
        "n_places": len(instance.places.id),
        "n_units": int(instance.places.capacity[~instance.places.is_candidate].sum()),
        "n_candidate_sites": int(instance.places.is_candidate.sum()),
        "n_applications": len(applications.applicant),
        "n_eligible": int(applications.eligible.sum()),
        "n_awards": len(result.awards),
        "n_awards_disabled": int(np.sum(applicants.group[awarded] == "disabled")),
        "n_awardees": len(np.unique(awarded)),
    }


def _award_counts(instance: Instance, result: Result) -> list[Record]:
    """Count awards per kind and district, kinds in stage order, districts by name."""
    places, applications = instance.places, instance.applications
    place = applications.place[result.awards]
    is_disabled = instance.applicants.group[applications.applicant[result.awards]] == "disabled"
    kinds = [kind for stage in instance.stages for kind in stage.kinds]
    records = []
    for kind in dict.fromkeys(kinds):
        of_kind = places.kind == kind
        for district in sorted(set(places.district[of_kind])):
            here = of_kind & (places.district == district)
            records.append(
                {
                    "kind": kind,
                    "district": district,
                    "capacity": int(places.capacity[here & ~places.is_candidate].sum()),
                    "candidates": int(np.sum(here & places.is_candidate)),
                    "n": int(here[place].sum()),
                    "n_disabled": int(np.sum(here[place] & is_disabled)),
                }
            )
    return records


def _opened_places(instance: Instance, result: Result) -> Ints:
    """List the places with an award, and the sites that a plan opened for one."""
    plans = [stage.plan.places for stage in result.stages if stage.plan is not None]
    return np.unique(np.concatenate([instance.applications.place[result.awards], *plans]))


def _reserve_record(instance: Instance, result: Result, index: int, opened: Ints) -> Record:
    reserve = instance.reserves[index]
    required = reserve_units(instance, reserve, opened)
    used = int(np.sum(result.reserve_used == index))
    return {
        "name": reserve.name,
        "rule": reserve.rule,
        "kind": reserve.kind,
        "scope": reserve.scope,
        "scope_id": reserve.scope_id,
        "hard": reserve.hard,
        "required": required,
        "used": used,
        "short": max(0, required - used),
    }


def _quota_record(quota: Quota, awards: Ints) -> Record:
    reached = int(np.isin(quota.counted, awards).sum())
    part = quota.share * int(np.isin(quota.denominator, awards).sum())
    bound = quota.floor_count + _inward(part, quota.sense)
    gap = bound - reached if quota.sense == "min" else reached - bound
    return {
        "name": quota.name,
        "scope_id": quota.scope_id,
        "sense": quota.sense,
        "hard": quota.hard,
        "required": bound,
        "reached": reached,
        "short": max(0, gap),
    }


def _inward(part: Fraction, sense: str) -> int:
    return ceil(part) if sense == "min" else floor(part)


def _shortfalls(
    instance: Instance, result: Result, reserves: Sequence[Record], quotas: Sequence[Record]
) -> list[Record]:
    """Explain every reserve and elastic quota that was not met."""
    found = []
    by_name = {reserve.name: reserve for reserve in instance.reserves}
    for record in reserves:
        if record["short"]:
            code, params = _why_short(instance, by_name[record["name"]], record, result.awards)
            found.append(_shortfall("reserve", record, code, params))
    for record in quotas:
        if record["short"]:
            params = {"required": record["required"], "reached": record["reached"]}
            found.append(_shortfall("quota", record, f"short_quota_{record['sense']}", params))
    return found


def _shortfall(about: str, record: Record, code: str, params: Mapping[str, Any]) -> Record:
    return {
        "about": about,
        "name": record["name"],
        "short": record["short"],
        "code": code,
        "params": dict(params),
    }


def _why_short(
    instance: Instance, reserve: Reserve, record: Record, awards: Ints
) -> tuple[str, Record]:
    """Find the plainest true reason why a reserve is short.

    Too few units in scope; too few beneficiaries who may be awarded want one; enough
    of them, but not at the very places where ``stable`` keeps the units, or one award
    each sent them elsewhere; or none of these, and rules such as spacing stand in the way.
    """
    applications, places = instance.applications, instance.places
    params = {"required": record["required"], "used": record["used"]}
    units = int(places.capacity[reserve.places].sum())
    if units < record["required"]:
        return "short_few_units", params | {"units": units}
    kinds, column = _exclusive_group(instance, reserve.kind)
    in_group = np.isin(places.kind, list(kinds))
    here = np.isin(applications.place, reserve.places) & applications.eligible
    wanting = np.unique(applications.applicant[here])
    wanting = wanting[reserve.beneficiaries[wanting]]
    if column is not None:
        wanting = wanting[~instance.applicants.holds[wanting, column]]
    params["wanting"] = len(wanting)
    if len(wanting) < record["required"]:
        return "short_few_applicants", params
    given = awards[in_group[applications.place[awards]]]
    if any(stage.is_match and reserve.kind in stage.kinds for stage in instance.stages):
        return "short_by_place", params | {"short": record["short"]}
    awarded = np.intersect1d(wanting, applications.applicant[given])
    params["elsewhere"] = len(awarded) - record["used"]
    if params["elsewhere"] >= record["short"]:
        return "short_awarded_elsewhere", params
    return "short_other_rules", params


def _exclusive_group(instance: Instance, kind: str) -> tuple[tuple[str, ...], int | None]:
    """Kinds that exclude one another with this one, and their column in ``holds``."""
    for column, kinds in enumerate(instance.exclusive_groups):
        if kind in kinds:
            return kinds, column
    return (kind,), None
