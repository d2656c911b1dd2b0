"""Instances for tests, built straight from a few plain records.

Applicants and places are given in any order of attributes but are named so that
their order in the list is their order in the instance.  No file, no scenario file
and no rule takes part: what a test states is what the instance holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd

from allocation.checker.labels import label_awards
from allocation.instance import (
    DISTANCE_SOURCES,
    HOLDER_CLASSES,
    Applicants,
    Applications,
    Conflicts,
    Instance,
    NumberLimit,
    Places,
    PoolPriority,
    Quota,
    Reason,
    Reserve,
    Stage,
    freeze,
)

_NO_DISTANCE = DISTANCE_SOURCES.index("none")
DEFAULT_LEVELS = (
    "reserve_shortfall",
    "quota_shortfall",
    "tier",
    "number",
    "draw",
    "preference_by_tier",
    "distance",
)
BY_TIER = PoolPriority(reserved=("band", "tier", "draw"), open=("band", "tier", "draw"))
BY_DRAW = PoolPriority(reserved=("band", "tier", "draw"), open=("band", "draw"))

TABLE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "applicants": ("applicant_id", "group"),
    "places": ("place_id", "kind", "capacity"),
    "applications": ("applicant_id", "place_id", "preference_rank"),
    "existing_outlets": (
        "outlet_id",
        "kind",
        "name",
        "district",
        "township",
        "zone",
        "holder_group",
        "lon",
        "lat",
    ),
    "protected_sites": ("site_id", "site_type", "name", "district", "township", "lon", "lat"),
    "venues": ("venue_id", "venue_type", "remaining_number"),
    "measured_distances": ("place_id_a", "place_id_b", "distance_m"),
    "held_awards": ("applicant_id", "place_id", "kind"),
}


_Record = TypeVar("_Record")


@dataclass(frozen=True, slots=True)
class Person:
    """An applicant; ``draw`` 0 takes the position in the list."""

    group: str = "disabled"
    tier: int = 1
    draw: int = 0
    household: int = -1
    hard_to_employ: bool = False
    holds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """A place."""

    kind: str = "stall"
    capacity: int = 1
    is_candidate: bool = False
    x: float = float("nan")
    y: float = float("nan")
    zone: str = "urban"
    venue: str = ""
    township: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """An application of person ``applicant`` for spot ``place`` (indices).

    ``holder_class`` -1 follows the person's group; ``excluded`` is the code of the rule
    that refuses it, ``told`` the parameters of that reason.
    """

    applicant: int
    place: int
    rank: int = 1
    priority_rank: int = 0
    band: int = 1
    holder_class: int = -1
    accepted_order: int = -1
    distance_m: int = 0
    excluded: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything of an instance beside people, places and wishes."""

    levels: tuple[str, ...] = DEFAULT_LEVELS
    priorities: Mapping[str, PoolPriority] = field(default_factory=dict)
    conflicts: Sequence[tuple[int, ...]] = ()
    limits: Sequence[NumberLimit] = ()
    reserves: Sequence[Reserve] = ()
    quotas: Sequence[Quota] = ()
    exclusive_groups: tuple[tuple[str, ...], ...] | None = None
    household_max: int = 0
    queue_kinds: tuple[str, ...] = ()
    scenario: Any = None
    tables: Any = None


def make_scenario(seed: str | None = "test", **sections: Any) -> Any:
    """Stand in for a scenario with only the named sections."""
    blank: dict[str, Any] = {
        "reserves": {},
        "spacing": {},
        "density": {},
        "openings": {},
        "openings_joint": [],
        "space": SimpleNamespace(crs="EPSG:4549", method="projected"),
    }
    draw = None if seed is None else SimpleNamespace(seed=seed, round="1")
    return SimpleNamespace(draw=draw, seed=seed, **(blank | sections))


def make_tables(**frames: pd.DataFrame) -> Any:
    """Stand in for sealed tables: the named frames, the others empty."""
    full = {
        name: frames.get(name, pd.DataFrame(columns=list(columns)))
        for name, columns in TABLE_COLUMNS.items()
    }
    return SimpleNamespace(frames=full, **full)


def make_reserve(
    name: str,
    kind: str,
    places: Sequence[int],
    beneficiaries: Sequence[bool],
    count: int,
    **more: Any,
) -> Reserve:
    """Build a reserve; ``more`` replaces fields (``hard``, ``linear``, ``share``, ...)."""
    plain = Reserve(
        name=name,
        rule=name.split("/")[0],
        kind=kind,
        scope="place",
        scope_id=name,
        places=np.asarray(places, dtype=np.int64),
        beneficiaries=np.asarray(beneficiaries, dtype=np.bool_),
        count=count,
        linear=False,
        share=Fraction(0),
        rounding="ceil",
        base_existing=0,
        hard=False,
    )
    return _frozen(replace(plain, **more))


def make_quota(
    name: str, sense: Literal["min", "max"], counted: Sequence[int], bound: int, **more: Any
) -> Quota:
    """Build a quota with a plain number as its bound; ``more`` replaces fields."""
    plain = Quota(
        name=name,
        scope_id="",
        sense=sense,
        counted=np.asarray(counted, dtype=np.int64),
        denominator=np.empty(0, dtype=np.int64),
        share=Fraction(0),
        floor_count=bound,
        hard=False,
    )
    return _frozen(replace(plain, **more))


def make_limit(
    code: Any, kind: str, members: Sequence[int], maximum: int, **more: Any
) -> NumberLimit:
    """Build a cap on opened sites; ``more`` replaces fields."""
    plain = NumberLimit(
        code=code,
        kind=kind,
        label=code,
        centre=-1,
        members=np.asarray(members, dtype=np.int64),
        existing=0,
        maximum=maximum,
        extra_disabled=0,
    )
    return _frozen(replace(plain, **more))


def make_instance(
    people: Sequence[Person],
    spots: Sequence[Spot],
    wishes: Sequence[Wish],
    rules: Rules | None = None,
) -> Instance:
    """Build an instance; wishes are put in instance order (applicant, rank, place)."""
    rules = rules or Rules()
    wishes = sorted(wishes, key=lambda w: (w.applicant, w.rank, w.place))
    kinds = tuple(dict.fromkeys(spot.kind for spot in spots))
    joint = tuple(kind for kind in kinds if kind not in rules.queue_kinds)
    groups = rules.exclusive_groups
    if groups is None:
        groups = ((joint,) if joint else ()) + tuple((kind,) for kind in rules.queue_kinds)
    applicants = _applicants(people, len(groups))
    return Instance(
        scenario=rules.scenario or make_scenario(),
        tables=rules.tables or make_tables(),
        applicants=applicants,
        places=_places(spots),
        applications=_applications(wishes, applicants),
        conflicts=_conflicts(rules.conflicts),
        limits=tuple(rules.limits),
        reserves=tuple(rules.reserves),
        quotas=tuple(rules.quotas),
        priorities={kind: rules.priorities.get(kind, BY_DRAW) for kind in kinds},
        stages=_stages(rules, joint, spots, wishes),
        exclusive_groups=groups,
        household_max=rules.household_max,
        barred=np.zeros((len(spots), len(HOLDER_CLASSES)), dtype=np.bool_),
        exclusions={j: Reason(w.excluded, w.told) for j, w in enumerate(wishes) if w.excluded},
        n_tiers=max((person.tier for person in people), default=1),
        notices=(),
    )


def _applicants(people: Sequence[Person], n_groups: int) -> Applicants:
    n = len(people)
    holds = np.zeros((n, n_groups), dtype=np.bool_)
    for i, person in enumerate(people):
        holds[i, list(person.holds)] = True
    ids = np.array([f"A{i + 1:03d}" for i in range(n)], dtype=object)
    return _frozen(
        Applicants(
            id=ids,
            receipt_no=np.array([f"R{i + 1:03d}" for i in range(n)], dtype=object),
            group=np.array([person.group for person in people], dtype=object),
            draw_number=_ints([person.draw or i + 1 for i, person in enumerate(people)]),
            tier=_ints([person.tier for person in people]),
            household=_ints([person.household for person in people]),
            hard_to_employ=np.array([person.hard_to_employ for person in people], dtype=np.bool_),
            holds=holds,
        )
    )


def _places(spots: Sequence[Spot]) -> Places:
    def text(name: str) -> Any:
        return np.array([getattr(spot, name) for spot in spots], dtype=object)

    return _frozen(
        Places(
            id=np.array([f"P{p + 1:03d}" for p in range(len(spots))], dtype=object),
            kind=text("kind"),
            venue=text("venue"),
            township=text("township"),
            district=text("district"),
            zone=text("zone"),
            capacity=_ints([spot.capacity for spot in spots]),
            is_candidate=np.array([spot.is_candidate for spot in spots], dtype=np.bool_),
            x=np.array([spot.x for spot in spots], dtype=np.float64),
            y=np.array([spot.y for spot in spots], dtype=np.float64),
        )
    )


def _applications(wishes: Sequence[Wish], applicants: Applicants) -> Applications:
    def numbers(name: str) -> Any:
        return _ints([getattr(wish, name) for wish in wishes])

    applicant = numbers("applicant")
    by_group = (applicants.group[applicant] == "disabled").astype(np.int64)
    given = numbers("holder_class")
    eligible = np.array([not wish.excluded for wish in wishes], dtype=np.bool_)
    return _frozen(
        Applications(
            applicant=applicant,
            place=numbers("place"),
            preference_rank=numbers("rank"),
            priority_rank=numbers("priority_rank"),
            band=numbers("band"),
            holder_class=np.where(given < 0, by_group, given),
            accepted_order=numbers("accepted_order"),
            distance_m=numbers("distance_m"),
            distance_source=np.zeros(len(wishes), dtype=np.int64),
            eligible=eligible,
            needs_accommodation=np.zeros(len(wishes), dtype=np.bool_),
        )
    )


def _conflicts(pairs: Sequence[tuple[int, ...]]) -> Conflicts:
    """Build conflicts; lengths that a pair leaves out are 100 m where 300 m are asked."""
    rows = [(*pair, *(100_000, 300_000)[len(pair) - 4 :]) for pair in pairs]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 6).T
    names = ("place_a", "class_a", "place_b", "class_b", "distance_mm", "required_mm")
    by_name = {name: column.copy() for name, column in zip(names, columns, strict=True)}
    return _frozen(Conflicts(**by_name, measured=np.zeros(len(rows), np.bool_)))


def _stages(
    rules: Rules, joint: tuple[str, ...], spots: Sequence[Spot], wishes: Sequence[Wish]
) -> tuple[Stage, ...]:
    def rows(kinds: Sequence[str]) -> Any:
        return _ints([j for j, wish in enumerate(wishes) if spots[wish.place].kind in kinds])

    stages = []
    if rules.queue_kinds:
        stages.append(
            _frozen(Stage("queue", rules.queue_kinds, "queue", (), rows(rules.queue_kinds)))
        )
    if joint:
        stages.append(_frozen(Stage("joint", joint, "optimal", rules.levels, rows(joint))))
    return tuple(stages)


def _ints(values: Sequence[int]) -> Any:
    return np.asarray(values, dtype=np.int64)


def award_frame(instance: Instance, rows: Sequence[int]) -> pd.DataFrame:
    """Write awards as the table of a run, labelled by the plain definition.

    Parameters
    ----------
    rows
        Application indices.
    """
    app, people, places = instance.applications, instance.applicants, instance.places
    chosen = np.asarray(sorted(rows), dtype=np.int64)
    who, where = app.applicant[chosen], app.place[chosen]
    stage = np.full(len(app.place), "", dtype=object)
    for each in instance.stages:
        stage[each.applications] = each.name
    labels: dict[int, int] = {}
    for kind in dict.fromkeys(places.kind):
        labels |= label_awards(instance, kind, chosen)
    frame = pd.DataFrame(
        {
            "applicant_id": people.id[who],
            "place_id": places.id[where],
            "kind": places.kind[where],
            "stage": stage[chosen],
            "preference_rank": app.preference_rank[chosen],
            "priority_tier": people.tier[who],
            "draw_number": people.draw_number[who],
            "distance_m": pd.Series(app.distance_m[chosen], dtype="Int64").mask(
                app.distance_source[chosen] == _NO_DISTANCE
            ),
            "reserve_used": [
                instance.reserves[labels[j]].name if j in labels else "" for j in chosen.tolist()
            ],
        }
    )
    return frame.sort_values(["applicant_id", "place_id"], ignore_index=True)


def _frozen(record: _Record) -> _Record:
    """Make the arrays of a record read-only."""
    freeze(record)
    return record
