"""What is on offer, what must be kept, and what no lawful list will reach."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.build import build_instance
from allocation.canonical import read_json
from allocation.preflight.chances import Chances
from allocation.preflight.facts import KindNumbers, Preflight, ReserveNumbers, Shortage
from allocation.runs import RESULT, RunState, list_runs

if TYPE_CHECKING:
    from pathlib import Path

    from allocation.instance import Instance, Ints, Reserve
    from allocation.read import Tables
    from allocation.scenario import Scenario

SIMILAR = 2
"""How many times larger or smaller a run may be to tell how long another one takes."""

_MOST_RUNS = 20


def look_ahead(tables: Tables, scenario: Scenario) -> Preflight:
    """Count what a run is about to give out and what will surely fall short.

    Raises
    ------
    AllocationError
        As :func:`allocation.build.build_instance`.
    """
    instance = build_instance(tables, scenario)
    places, applications = instance.places, instance.applications
    chances = Chances(instance)
    reserves, shortages = count_reserves(instance)
    return Preflight(
        n_applicants=len(instance.applicants.id),
        n_eligible_applicants=chances.people(np.flatnonzero(chances.is_open)),
        n_applications=len(applications.applicant),
        n_eligible=int(applications.eligible.sum()),
        n_places=len(places.id),
        n_units=int(places.capacity[~places.is_candidate].sum()),
        n_candidates=int(places.is_candidate.sum()),
        n_conflicts=len(_conflict_pairs(instance)),
        kinds=count_kinds(instance),
        reserves=reserves,
        shortages=(*shortages, *short_quotas(instance)),
        official_problems=scenario.official_problems(),
        notices=instance.notices,
    )


def similar_seconds(runs: Path, n_applications: int) -> float | None:
    """Tell how long the newest finished run of similar size took; None where there is none."""
    finished = [info for info in list_runs(runs) if info.state is RunState.FINISHED]
    for info in finished[: -_MOST_RUNS - 1 : -1]:
        try:
            result = read_json(info.path / RESULT)
            size = result["counts"]["n_applications"]
            seconds = sum(step["seconds"] for step in result["seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if n_applications <= size * SIMILAR and size <= n_applications * SIMILAR:
            return float(seconds)
    return None


def count_kinds(instance: Instance) -> tuple[KindNumbers, ...]:
    """Count what is on offer of each kind and who wants it, in order of the stages."""
    chances, conflicts = Chances(instance), _conflict_pairs(instance)
    return tuple(
        _kind(chances, kind, stage.mechanism, conflicts)
        for stage in instance.stages
        for kind in stage.kinds
    )


def count_reserves(
    instance: Instance,
) -> tuple[tuple[ReserveNumbers, ...], tuple[Shortage, ...]]:
    """Count what each rule keeps, and find the scopes that surely fall short."""
    chances = Chances(instance)
    by_rule = groupby(instance.reserves, key=lambda reserve: reserve.rule)
    rules = [_rule(chances, list(members)) for _, members in by_rule]
    return (
        tuple(numbers for numbers, _ in rules),
        tuple(shortage for _, shortages in rules for shortage in shortages),
    )


def short_quotas(instance: Instance) -> tuple[Shortage, ...]:
    """Find the least numbers that no lawful list reaches.

    A share of the awards asks for nothing where nothing is awarded, so it is never sure to
    be missed.
    """
    chances = Chances(instance)
    return tuple(
        Shortage(
            about="quota",
            name=quota.name,
            kind="",
            scope="",
            scope_id=quota.scope_id,
            short=quota.floor_count - most,
            hard=quota.hard,
            code="app_run_short_quota",
            params={"required": quota.floor_count, "most": most},
        )
        for quota in instance.quotas
        if quota.sense == "min"
        and (most := chances.most(quota.counted[chances.is_open[quota.counted]]))
        < quota.floor_count
    )


def _kind(chances: Chances, kind: str, mechanism: str, conflicts: Ints) -> KindNumbers:
    places = chances.instance.places
    of_kind = np.equal(places.kind, kind).astype(np.bool_)
    standing = of_kind & ~places.is_candidate
    n_units = int(places.capacity[standing].sum())
    rows = chances.at(np.flatnonzero(of_kind))
    wanted = np.unique(chances.place[rows])
    most_standing = chances.most(rows[standing[chances.place[rows]]])
    return KindNumbers(
        kind=kind,
        n_places=int(of_kind.sum()),
        n_units=n_units,
        n_candidates=int(np.sum(of_kind & places.is_candidate)),
        n_applicants=chances.people(np.flatnonzero(of_kind[chances.place])),
        n_eligible=chances.people(rows),
        n_conflicts=int(np.sum(of_kind[conflicts].any(axis=1))),
        n_unwanted=int(of_kind.sum()) - len(wanted),
        most_awards=chances.most(rows),
        # Premises of a queue are opened by their award; none of them is vacant.
        n_vacant=None if mechanism == "queue" else n_units - most_standing,
    )


def _conflict_pairs(instance: Instance) -> Ints:
    """List the pairs of places that some of their applicants may not use together."""
    conflicts = instance.conflicts
    return np.unique(np.stack([conflicts.place_a, conflicts.place_b], axis=1), axis=0)


def _rule(chances: Chances, reserves: list[Reserve]) -> tuple[ReserveNumbers, list[Shortage]]:
    """Count one rule over its scopes, and find those that surely fall short."""
    rows = [chances.at(reserve.places, reserve.beneficiaries) for reserve in reserves]
    short = [
        found
        for reserve, wanted in zip(reserves, rows, strict=True)
        if (found := _short_reserve(chances, reserve, wanted)) is not None
    ]
    first, required = reserves[0], sum(reserve.count for reserve in reserves)
    everyone = np.unique(np.concatenate(rows))
    missing = sum(shortage.short for shortage in short)
    whole = required - chances.most(everyone)
    if whole > missing:
        # One person wants places in several scopes and can fill a unit in one of them only.
        params = {"required": required, "wanting": chances.people(everyone)}
        short.append(
            Shortage(
                *("reserve", first.rule, first.kind, "", "", whole, False),
                *("short_few_applicants", params),
            )
        )
    numbers = ReserveNumbers(
        rule=first.rule,
        kind=first.kind,
        n_scopes=len(reserves),
        required=required,
        grows=any(reserve.linear for reserve in reserves),
        wanting=chances.people(everyone),
        short=max(missing, whole),
    )
    return numbers, short


def _short_reserve(chances: Chances, reserve: Reserve, rows: Ints) -> Shortage | None:
    """Tell by how much a reserve is short in every lawful list, and the plainest reason."""
    most = chances.most(rows)
    if most >= reserve.count:
        return None
    units = int(chances.instance.places.capacity[reserve.places].sum())
    wanting = chances.people(rows)
    params: dict[str, Any] = {"required": reserve.count}
    if units < reserve.count:
        code, params["units"] = "short_few_units", units
    elif wanting < reserve.count:
        code, params["wanting"] = "short_few_applicants", wanting
    else:
        code, params["most"] = "app_run_short_unwanted", most
    return Shortage(
        about="reserve",
        name=reserve.name,
        kind=reserve.kind,
        scope=reserve.scope,
        scope_id=reserve.scope_id,
        short=reserve.count - most,
        # A hard reserve keeps units from others; it can stay unfilled.
        hard=False,
        code=code,
        params=params,
    )
