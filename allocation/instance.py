"""The whole problem in numbers.

:class:`Instance` is what every mechanism, the checker and the reasons read.  It is
frozen: all arrays are made read-only when it is built.  Rows stand in a fixed
order (applicants, places by id; applications by applicant, rank, place), so that
nothing downstream depends on the order of rows in a file.

Notation: *n* applicants, *m* places, *k* applications.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from allocation.read import Tables
    from allocation.scenario import Scenario

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Strings = NDArray[np.object_]

HOLDER_CLASSES = ("general", "disabled", "disabled_first")
"""Classes of holder a spacing rule may tell apart; an application has one (index).

``disabled_first`` is a disabled person's first application for a licence.
"""

DISTANCE_SOURCES = ("home", "village", "township", "worst", "none")
"""Where the applicant's point came from when a distance was computed (index)."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an application ended as it did: a message code and its parameters."""

    code: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Applicants:
    """Applicants, sorted by ``id``; every array has shape (n,) unless said otherwise.

    Attributes
    ----------
    id, receipt_no, group
        Text; group is ``disabled``, ``household_member`` or ``general``.
    draw_number
        Place in the public draw, a permutation of 1..n.
    tier
        Priority class 1..T from facts of the applicant alone.
    household
        Index of the household, -1 where none is given.
    hard_to_employ
        Counts as hard to employ (就业困难人员) by the facts on file.
    holds
        Shape (n, number of exclusive groups): holds a live award of that group
        from before this run.
    """

    id: Strings
    receipt_no: Strings
    group: Strings
    draw_number: Ints
    tier: Ints
    household: Ints
    hard_to_employ: Bools
    holds: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places, sorted by ``id``; every array has shape (m,).

    Attributes
    ----------
    id, kind, venue, township, district, zone
        Text; empty where not given.  ``township`` is "district/township".
    capacity
        Number of units.
    is_candidate
        Not open yet: opens exactly when it holds an award.
    x, y
        Metres in the projected zone of the profile (easting, northing), NaN where
        the place has no coordinates.
    """

    id: Strings
    kind: Strings
    venue: Strings
    township: Strings
    district: Strings
    zone: Strings
    capacity: Ints
    is_candidate: Bools
    x: Floats
    y: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Applications:
    """Applications, sorted by applicant, preference rank, place; shape (k,) each.

    Attributes
    ----------
    applicant, place
        Indices.
    preference_rank
        As filed, from 1.
    priority_rank
        Rank given by the place itself, from 1; 0 where none is given.
    band
        Condition band, from 1 (best).
    holder_class
        Index into :data:`HOLDER_CLASSES`.
    accepted_order
        Order of acceptance within the kind (0 first), ties already broken by the
        published rule; -1 for kinds without a queue.
    distance_m
        Whole metres from home to place, 0 where the place has no coordinates.
    distance_source
        Index into :data:`DISTANCE_SOURCES`.
    eligible
        May be awarded as far as rules about this pair alone go.
    needs_accommodation
        Suitable, but only with an accommodation.
    """

    applicant: Ints
    place: Ints
    preference_rank: Ints
    priority_rank: Ints
    band: Ints
    holder_class: Ints
    accepted_order: Ints
    distance_m: Ints
    distance_source: Ints
    eligible: Bools
    needs_accommodation: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Conflicts:
    """Pairs of (place, holder class) that may not both be used; shape (c,) each.

    ``place_a < place_b``.  Lengths are whole millimetres; ``measured`` tells a
    measured distance from a computed one.
    """

    place_a: Ints
    class_a: Ints
    place_b: Ints
    class_b: Ints
    distance_mm: Ints
    required_mm: Ints
    measured: Bools


@dataclass(frozen=True, slots=True, eq=False)
class NumberLimit:
    """A cap on opened sites: density window, area number, openings or cell.

    With O the opened members and d the opened members held by a disabled person::

        existing + |O| - extra_disabled * d <= maximum

    For a window (``centre`` >= 0) the cap holds only when the centre is opened.

    Attributes
    ----------
    code
        ``density``, ``area_number``, ``openings_max`` or ``cell_number``.
    label
        What the limit is about, for people (a place id, an area, a kind).
    members
        Indices of candidate sites (or premises of a queue kind).
    """

    code: Literal["density", "area_number", "openings_max", "cell_number"]
    kind: str
    label: str
    centre: int
    members: Ints
    existing: int
    maximum: int
    extra_disabled: int


@dataclass(frozen=True, slots=True, eq=False)
class Reserve:
    """Units kept for beneficiaries in one scope.

    Attributes
    ----------
    name
        Unique, for example ``stall/M012``.
    rule
        Key of the scenario's reserve table, for example ``stall``.
    kind
        Kind of place the reserve is about.
    scope, scope_id
        ``city``, ``district``, ``township``, ``venue`` or ``place`` and which.
    places
        Indices of the places in scope.
    beneficiaries
        Shape (n,): applicants the units are for.
    count
        Number of units; for base ``opened`` the number before any site opens.
    share, rounding, base_existing
        For base ``opened`` (``linear``) only: R = round(share * (base_existing +
        number of opened sites among ``places``)).
    hard
        Non-beneficiaries get at most capacity minus R; otherwise the unlabelled
        units revert (minimum guarantee).
    over_and_above
        Beneficiaries are labelled only beyond the open units; ``stable`` only.
    """

    name: str
    rule: str
    kind: str
    scope: str
    scope_id: str
    places: Ints
    beneficiaries: Bools
    count: int
    linear: bool
    share: Fraction
    rounding: Literal["ceil", "floor", "half_up", "floor_min1"]
    base_existing: int
    hard: bool
    over_and_above: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Quota:
    """A one-to-all bound on awards, one row per scope of a declared quota.

    With N the awarded applications among ``counted`` and D the awarded ones among
    ``denominator``::

        minimum: |N| >= ceil(share * |D|) + floor_count
        maximum: |N| <= floor(share * |D|) + floor_count

    A share of capacity and a plain number have an empty ``denominator`` and the
    bound in ``floor_count``.
    """

    name: str
    scope_id: str
    sense: Literal["min", "max"]
    counted: Ints
    denominator: Ints
    share: Fraction
    floor_count: int
    hard: bool


@dataclass(frozen=True, slots=True)
class PoolPriority:
    """Published criteria, in order, by which the two pools of a kind are given.

    Each is a tuple of ``band``, ``disabled_first``, ``hard_to_employ_first``, ``tier``,
    ``priority_rank`` and ``draw``.
    """

    reserved: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One mechanism over some kinds.

    Attributes
    ----------
    applications
        Indices of all applications of the kinds, eligible or not.
    levels
        Names of the objective levels, in order (``optimal`` only).
    premises
        ``offered``, or ``brought`` by each applicant (``stable``).
    plan_by
        What is planned beforehand by, sites (``stable``) and where reserve units stand
        (``egalitarian`` too): ``places`` alone, or ``demand``, the numbers of
        applications, too.
    """

    name: str
    kinds: tuple[str, ...]
    mechanism: str
    levels: tuple[str, ...]
    applications: Ints
    premises: str = "offered"
    plan_by: str = "places"

    @property
    def is_match(self) -> bool:
        """Whether people are matched to places by choice rules."""
        return self.mechanism == "stable" and self.premises == "offered"


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """The whole problem in numbers.

    Attributes
    ----------
    exclusive_groups
        Kinds of which an applicant may hold one award in all; column j of
        ``applicants.holds`` belongs to group j.
    household_max
        Most awards in one household per exclusive group; 0 for no limit.
    barred
        Shape (m, classes): sites of ``stable`` that a class of holder cannot have whoever
        else is awarded, because of outlets, schools or a missing location.
    exclusions
        Application index -> reason, for every application with ``eligible`` false.
    n_tiers
        T, the last tier.
    notices
        What building noticed and a person should know, as reasons.
    """

    scenario: Scenario
    tables: Tables
    applicants: Applicants
    places: Places
    applications: Applications
    conflicts: Conflicts
    limits: tuple[NumberLimit, ...]
    reserves: tuple[Reserve, ...]
    quotas: tuple[Quota, ...]
    priorities: Mapping[str, PoolPriority]
    stages: tuple[Stage, ...]
    exclusive_groups: tuple[tuple[str, ...], ...]
    household_max: int
    barred: Bools
    exclusions: Mapping[int, Reason]
    n_tiers: int
    notices: tuple[Reason, ...]


def freeze(record: Any) -> Any:
    """Make every array of a record read-only and return the record."""
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return record
