"""Put the parts together: tables and a scenario in, the whole problem in numbers out."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from allocation.build.frames import sort_frames
from allocation.build.limits import build_limits
from allocation.build.people import build_applicants, note_held_kinds
from allocation.build.places import build_ground, build_places, note_places
from allocation.build.quotas import build_quotas
from allocation.build.refusals import judge_applications, note_overrulings, note_unverified
from allocation.build.spacing import (
    Wanted,
    barred_classes,
    build_conflicts,
    spacing_groups,
    used_classes,
)
from allocation.build.wishes import fill_bands, fill_ranks, measure_homes, note_distances
from allocation.instance import Applications, Instance, Reason, Stage, freeze
from allocation.rules.priority import pools, tiers
from allocation.rules.queue import accepted_order
from allocation.rules.reserves import build_reserves
from allocation.rules.spacing import holder_class

if TYPE_CHECKING:
    from allocation.instance import Places
    from allocation.read import Tables
    from allocation.scenario import Scenario

_Record = TypeVar("_Record")


def build_instance(tables: Tables, scenario: Scenario) -> Instance:
    """Build the instance of a run.

    Parameters
    ----------
    tables
        The tables as read, in any order of rows.
    scenario
        All settings.

    Returns
    -------
    Instance
        Frozen; the same for every order of rows in the tables.

    Raises
    ------
    InputError
        When the tables contradict each other or the rules cannot place a row:
        ``application_reference``, ``measured_twice``, ``place_area_missing``,
        ``zone_missing``, ``queue_tie``.
    ScenarioError
        When a rule of the scenario needs what the tables do not have, or two rules do
        not go together.
    """
    frames = sort_frames(tables)
    ground = build_ground(frames, tables, scenario)
    places = build_places(frames, ground)
    kinds = tuple(kind for stage in scenario.stages for kind in stage.kinds)

    people = (frames.applicants, frames.applications, frames.places)
    priorities = pools(scenario, kinds)
    tier, n_tiers = tiers(frames.applicants, scenario)
    wanted = Wanted(
        place=frames.applications["place"].to_numpy(dtype=np.int64),
        holder_class=holder_class(*people, scenario),
    )
    groups = spacing_groups(ground, places, wanted, scenario)
    verdict = judge_applications(frames, ground, places, groups, wanted, scenario)
    distances = measure_homes(frames, ground)
    applications = Applications(
        applicant=frames.applications["applicant"].to_numpy(dtype=np.int64),
        place=wanted.place,
        preference_rank=fill_ranks(frames, "preference_rank"),
        priority_rank=fill_ranks(frames, "priority_rank"),
        band=fill_bands(frames),
        holder_class=wanted.holder_class,
        accepted_order=accepted_order(*people, scenario),
        distance_m=distances.metres,
        distance_source=distances.source,
        eligible=verdict.eligible,
        needs_accommodation=verdict.needs_accommodation,
    )
    used = used_classes(wanted, verdict.eligible, places, scenario)
    stages = _build_stages(places, applications, scenario)
    return Instance(
        scenario=scenario,
        tables=tables,
        applicants=freeze(build_applicants(frames, tier, priorities, scenario)),
        places=freeze(places),
        applications=freeze(applications),
        conflicts=freeze(build_conflicts(ground, groups, used)),
        limits=_freeze_all(build_limits(frames, ground, places, scenario)),
        reserves=_freeze_all(
            build_reserves(frames.applicants, frames.places, scenario, kinds, applications)
        ),
        quotas=_freeze_all(build_quotas(frames, places, stages, verdict.eligible, scenario)),
        priorities=priorities,
        stages=stages,
        exclusive_groups=scenario.exclusive.groups,
        household_max=scenario.household.max_awards,
        barred=barred_classes(ground, places, groups, scenario),
        exclusions=verdict.exclusions,
        n_tiers=n_tiers,
        notices=(
            *(Reason(notice.code, notice.params) for notice in tables.notices),
            *note_places(places, ground, scenario),
            *note_held_kinds(frames, scenario),
            *note_unverified(verdict),
            *note_overrulings(verdict, scenario),
            *note_distances(frames, distances, ground),
        ),
    )


def _build_stages(
    places: Places, applications: Applications, scenario: Scenario
) -> tuple[Stage, ...]:
    kind = places.kind.astype(str)[applications.place]
    return tuple(
        freeze(
            Stage(
                name=rule.name,
                kinds=rule.kinds,
                mechanism=rule.mechanism,
                levels=scenario.levels_of(rule),
                applications=np.flatnonzero(np.isin(kind, rule.kinds)),
                premises=rule.premises,
                plan_by=rule.plan_by,
            )
        )
        for rule in scenario.stages
    )


def _freeze_all(records: tuple[_Record, ...]) -> tuple[_Record, ...]:
    return tuple(freeze(record) for record in records)
