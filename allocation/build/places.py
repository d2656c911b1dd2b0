"""Places in numbers, and everything else that stands on the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.build.frames import Frames, filled, township_key
from allocation.geo import Measured, Metric, Points, Sites, read_measured
from allocation.instance import Places, Reason
from allocation.rules.columns import flags, numbers
from allocation.rules.queue import queue_kinds

if TYPE_CHECKING:
    import pandas as pd

    from allocation.instance import Bools, Strings
    from allocation.read import Tables
    from allocation.scenario import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Everything on the map, and the one way its distances are measured.

    Attributes
    ----------
    places
        Rows as in the instance.
    is_site
        Whether a place opens only by an award: a candidate site, or premises that the
        applicants bring (kinds given by order of acceptance, and others that say so).
    outlets, outlet_kind
        Outlets that stand already.
    protected
        Schools and kindergartens.
    """

    metric: Metric
    measured: Measured
    places: Sites
    is_site: Bools
    outlets: Sites
    outlet_kind: Strings
    protected: Sites


def build_ground(frames: Frames, tables: Tables, scenario: Scenario) -> Ground:
    """Locate everything once, in the system and by the method the scenario says."""
    metric = Metric(scenario.space.crs, scenario.space.method)
    own_premises = np.isin(filled(frames.places, "kind").astype(str), _premises_kinds(scenario))
    return Ground(
        metric=metric,
        measured=read_measured(tables.measured_distances),
        places=Sites(filled(frames.places, "place_id"), locate(frames.places, metric)),
        is_site=flags(frames.places, "is_candidate") | own_premises,
        outlets=Sites(
            filled(frames.existing_outlets, "outlet_id"), locate(frames.existing_outlets, metric)
        ),
        outlet_kind=filled(frames.existing_outlets, "kind"),
        protected=Sites(
            filled(frames.protected_sites, "site_id"), locate(frames.protected_sites, metric)
        ),
    )


def _premises_kinds(scenario: Scenario) -> list[str]:
    """Name the kinds whose applicants bring their premises."""
    brought = [stage for stage in scenario.stages if stage.premises == "brought"]
    return [*queue_kinds(scenario), *(kind for stage in brought for kind in stage.kinds)]


def locate(frame: pd.DataFrame, metric: Metric) -> Points:
    """Locate the rows of a table; a row with an empty cell is an unknown point."""
    return metric.locate(numbers(frame, "lon"), numbers(frame, "lat"))


def build_places(frames: Frames, ground: Ground) -> Places:
    """Build the places."""
    places = frames.places
    return Places(
        id=ground.places.id,
        kind=filled(places, "kind"),
        venue=filled(places, "venue_id"),
        township=township_key(places),
        district=filled(places, "district"),
        zone=filled(places, "zone"),
        capacity=numbers(places, "capacity").astype(np.int64),
        is_candidate=flags(places, "is_candidate"),
        x=ground.places.points.x.copy(),
        y=ground.places.points.y.copy(),
    )


def note_places(places: Places, ground: Ground, scenario: Scenario) -> tuple[Reason, ...]:
    """Tell what the scenario and the map lack for some kinds."""
    kinds = places.kind.astype(str)
    given = set(kinds)
    notices = [
        Reason("stage_kind_without_places", {"stage": stage.name, "kind": kind})
        for stage in scenario.stages
        for kind in stage.kinds
        if kind not in given
    ]
    jointly = {kind for joint in scenario.openings_joint for kind in joint.kinds}
    for kind in sorted(set(kinds[places.is_candidate])):
        if kind not in scenario.openings and kind not in jointly:
            notices.append(Reason("openings_unlimited", {"kind": kind}))
    for kind in sorted(scenario.spacing):
        open_already = int(np.sum((kinds == kind) & ~ground.is_site))
        if open_already and _keeps_distance(scenario, kind):
            notices.append(Reason("spacing_open_places", {"kind": kind, "count": open_already}))
    for code, sites in (
        ("outlets_without_location", ground.outlets),
        ("protected_without_location", ground.protected),
    ):
        missing = int(np.sum(~sites.points.known))
        if missing:
            notices.append(Reason(code, {"count": missing}))
    return tuple(notices)


def _keeps_distance(scenario: Scenario, kind: str) -> bool:
    rule = scenario.spacing[kind]
    return max(rule.urban_m, rule.town_m, rule.rural_m) > 0
