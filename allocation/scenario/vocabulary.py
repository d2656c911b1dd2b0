"""Words a scenario may use: kinds, mechanisms, levels, facts and selectable columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from allocation.tables import INPUT_TABLES, KINDS, Column, Table

Mechanism = Literal["optimal", "queue", "stable", "egalitarian"]
LEVELLED_MECHANISMS: tuple[str, ...] = ("optimal",)
"""Mechanisms whose stages state levels."""

Premises = Literal["offered", "brought"]
"""Premises of a stage's places: offered by the city, or brought by each applicant."""
PlanBy = Literal["places", "demand"]
"""What is planned beforehand by: places alone, or numbers of applications per place too."""
STAGE_READERS: Mapping[str, tuple[Mechanism, ...]] = {
    "levels": ("optimal",),
    "premises": ("stable",),
    "plan_by": ("stable", "egalitarian"),
    "within_tiers": ("egalitarian",),
}
"""Settings of a stage that some mechanisms alone read, and which these are."""

Level = Literal[
    "reserve_shortfall",
    "quota_shortfall",
    "tier",
    "number",
    "place_priority",
    "draw",
    "preference_by_tier",
    "preference",
    "distance",
    "preference_serial",
]
IN_TURN: Level = "preference_serial"
"""The level that lets people choose their places in turn; always the last one."""
_WHO: tuple[Level, ...] = (
    "reserve_shortfall",
    "quota_shortfall",
    "tier",
    "number",
    "place_priority",
    "draw",
)
DEFAULT_LEVELS: tuple[Level, ...] = (*_WHO, "preference_serial")
"""Order of the levels of ``optimal`` where a stage names none: people choose by rank."""
SEVERAL_LEVELS: tuple[Level, ...] = (*_WHO, "preference_by_tier", "distance")
"""The same for a stage that may award a person several places, who then has no one turn."""
LOTTERY_LEVELS: tuple[Level, ...] = ("reserve_shortfall", "quota_shortfall", "tier")
"""What every list of an ``egalitarian`` lottery reaches; the last one within tiers only."""

DrawMethod = Literal["seed", "rfc3797", "acceptance", "ids"]
SEEDED_METHODS: tuple[DrawMethod, ...] = ("seed", "rfc3797")
"""Methods whose order comes from a public seed; the only ones that draw lots."""

Group = Literal["disabled", "household_member", "general"]
EmploymentStatus = Literal["unemployed", "employed", "student", "pensioner", "fiscal_payroll"]
Rounding = Literal["ceil", "floor", "half_up", "floor_min1"]
ReserveBase = Literal["new", "all", "opened"]
ReserveMode = Literal["minimum_guarantee", "hard", "over_and_above"]
Scope = Literal["city", "district", "township", "venue", "place"]
SCOPES: tuple[Scope, ...] = ("city", "district", "township", "venue", "place")
"""From the widest to the narrowest."""

Fact = Literal[
    "disabled",
    "severe",
    "zero_employment_household",
    "min_livelihood",
    "near_min_livelihood",
    "extreme_hardship",
    "antipoverty_monitored",
    "multi_disabled_household",
    "elderly_supporting_disabled",
    "near_retirement",
    "graduate_last_resort",
    "hard_to_employ",
]
"""Facts about an applicant that tiers and repeat groups may name; one rule each."""

PoolCriterion = Literal[
    "band", "disabled_first", "hard_to_employ_first", "tier", "priority_rank", "draw"
]
OpenPreference = Literal["none", "disabled_first", "hard_to_employ_first"]
SevereRule = Literal["level_2", "level_2_or_type56_level_3"]

_ENGLISH = {
    "public_welfare_post": "public-welfare post",
    "stall": "stall",
    "kiosk": "kiosk",
    "welfare_lottery": "welfare-lottery outlet",
    "sports_lottery": "sports-lottery outlet",
    "tobacco": "tobacco outlet",
    "rukang_seat": "Rukang home seat",
}
CITY_KINDS: Mapping[str, tuple[str, str]] = {
    kind: (zh, _ENGLISH[kind]) for kind, zh in KINDS.items()
}
"""Kinds of place of the city's document, with Chinese and English names."""


@dataclass(frozen=True, slots=True)
class Selectable:
    """A column a selector may name.

    Attributes
    ----------
    type
        Type of a listed value.
    values
        Allowed values; empty for any of the type.
    """

    type: type[str] | type[int] | type[bool]
    values: tuple[str | int, ...] = ()


_TYPES: Mapping[str, type[str] | type[int] | type[bool]] = {
    "text": str,
    "ternary": str,
    "choice": str,
    "integer": int,
    "number": int,
    "boolean": bool,
}
_HIDDEN = ("name", "lon", "lat")
_DERIVED = {
    "applicant": {"tier": Selectable(int), "severe": Selectable(bool), "age": Selectable(int)},
    "place": {"place_id": Selectable(str), "venue_id": Selectable(str)},
}


def _columns(table: Table) -> dict[str, Selectable]:
    """List what a selector may name: no names, no identity or certificate numbers."""
    return {
        column.name: _selectable(column)
        for column in table.columns
        if column.type in _TYPES and column.name not in _HIDDEN
    }


def _selectable(column: Column) -> Selectable:
    word = _TYPES[column.type]
    if column.type == "boolean" or column.open_values:
        return Selectable(word)
    return Selectable(word, tuple(word(value) for value in column.labels))


SELECTABLE: Mapping[str, Mapping[str, Selectable]] = {
    "applicant": {**_columns(INPUT_TABLES["applicants"]), **_DERIVED["applicant"]},
    "place": {**_columns(INPUT_TABLES["places"]), **_DERIVED["place"]},
}
"""Columns of applicants and of places a selector may name, derived ones included."""

GEODETIC_CRS = ("EPSG:4490", "EPSG:4326", "GCJ-02", "BD-09")
CGCS2000_ZONES = range(4491, 4555)
"""EPSG codes of the Gauss-Krueger zones of CGCS2000, of 6 and of 3 degrees."""
