"""Rules about age on the decision date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.rules import columns
from allocation.rules.age import add_months, age_on, day_of, fill_class, retirement_date
from allocation.rules.case import Case, Finding
from allocation.scenario import retirement_margin

if TYPE_CHECKING:
    from allocation.instance import Bools, Strings
    from allocation.rules.columns import Dates


def age_below(case: Case) -> Finding | None:
    """Refuse whoever is younger than the least age on the decision date.

    16 years by 劳动法 第十五条; 18 for an agent of lottery outlets (seen elsewhere,
    placeholder).
    """
    least = case.settings.age_min
    if least is None or case.scenario.decision_date is None:
        return None
    case.require("birth_date", "age_below")
    birth = case.dates("birth_date")
    age = age_on(birth, case.decision_date)
    return Finding(
        refuses=~np.isnat(birth) & (age < least),
        unknown=np.isnat(birth),
        params={
            "age": np.maximum(age, 0),
            "limit": least,
            "basis": case.basis("age_min", "《中华人民共和国劳动法》第十五条"),
        },
    )


def age_above(case: Case) -> Finding | None:
    """Refuse whoever is above the age limit on the decision date.

    A limit in years includes that year of age, as 民法典 第一千二百五十九条 reads
    "不超过": 65 refuses from the 66th birthday.  ``statutory_retirement-N`` asks for N
    full years left before retirement ("距法定退休年龄1年及1年以上", seen); without N,
    retirement must not have been reached.  Rural and urban posts have limits of their
    own (placeholders until 日人社规〔2024〕1号 is loaded).
    """
    settings = case.settings
    if case.scenario.decision_date is None:
        return None
    if settings.age_max is None and settings.age_max_rural is None:
        return None
    case.require("birth_date", "age_above")
    birth = case.dates("birth_date")
    rural, zone_unknown = _rural(case)
    here = _limit(case, birth, "age_max")
    there = _limit(case, birth, "age_max_rural")
    # Where the zone of a place is not known, only both limits together refuse.
    over = np.where(rural, there.over, np.where(zone_unknown, here.over & there.over, here.over))
    doubtful = zone_unknown & (here.over != there.over)
    return Finding(
        refuses=over,
        unknown=np.isnat(birth) | doubtful | np.where(rural, there.unknown, here.unknown),
        params={
            "age": np.maximum(age_on(birth, case.decision_date), 0),
            "exceeds": np.where(rural, there.exceeds, here.exceeds).astype(object),
            "limit": np.where(rural, there.years, here.years),
            "retires_on": np.where(rural, there.retires_on, here.retires_on),
            "basis": np.where(rural, there.basis, here.basis).astype(object),
        },
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Limit:
    """One age limit applied to all applications of a case.

    Attributes
    ----------
    exceeds
        What is exceeded: ``years``, ``retirement`` (reached) or ``margin`` (too near).
    years
        The limit, or the years asked for before retirement.
    """

    over: Bools
    unknown: Bools
    exceeds: Strings
    years: int
    retires_on: Dates
    basis: str


def _limit(case: Case, birth: Dates, key: str) -> _Limit:
    setting = getattr(case.settings, key)
    nobody = np.zeros(len(birth), dtype=np.bool_)
    basis = case.basis(key)
    no_date = np.full(len(birth), "NaT", dtype="datetime64[D]")
    in_years = np.full(len(birth), "years", dtype=object)
    if setting is None:
        return _Limit(nobody, nobody, in_years, 0, no_date, basis)
    if isinstance(setting, int):
        over = age_on(birth, case.decision_date) > setting
        return _Limit(over, np.isnat(birth), in_years, setting, no_date, basis)
    classes = fill_class(case.text("retirement_class"), case.text("sex"), "female_55")
    retires = retirement_date(birth, classes, case.decision_date)
    years = retirement_margin(setting)
    last_day = add_months(retires, -12 * years)
    decision = day_of(case.decision_date)
    return _Limit(
        over=last_day < decision if years else last_day <= decision,
        unknown=np.isnat(retires),
        exceeds=np.where((retires > decision) & (years > 0), "margin", "retirement"),
        years=years,
        retires_on=retires,
        basis=basis,
    )


def _rural(case: Case) -> tuple[Bools, Bools]:
    """Tell which places have the rural limit, and which have a zone not known."""
    if case.settings.age_max_rural is None:
        nobody = np.zeros(len(case.place), dtype=np.bool_)
        return nobody, nobody
    columns.require(case.places, "places", "zone", "age_above", case.kind)
    zone = columns.text(case.places, "zone")[case.place]
    return (zone == "rural").astype(np.bool_), pd.isna(zone)
