"""Age, and the statutory retirement date through the reform of 2025.

Statute: 全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定 (2024-09-13),
in force from 2025-01-01, with 国务院关于渐进式延迟法定退休年龄的办法.  Men go from 60
to 63 and women from 55 to 58 by one month for every four months of birth, women from
50 to 55 by one month for every two.  Whoever reached the original age before
2025-01-01 keeps it.  For a decision date before 2025-01-01 the original ages hold,
because the reform was not in force then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import datetime as dt

    from allocation.instance import Ints, Strings
    from allocation.rules.columns import Dates

REFORM_STARTS = np.datetime64("2025-01-01", "D")
_FIRST_MONTH = REFORM_STARTS.astype("datetime64[M]")


@dataclass(frozen=True, slots=True)
class RetirementClass:
    """Retirement of one class of people.

    Attributes
    ----------
    original_years
        Age before the reform.
    months_per_step
        Months of birth for one month of delay; 0 where the reform changes nothing.
    max_delay
        Last delay in months.
    """

    original_years: int
    months_per_step: int
    max_delay: int


CLASSES = {
    "male": RetirementClass(60, 4, 36),
    "female_55": RetirementClass(55, 4, 36),
    "female_50": RetirementClass(50, 2, 60),
    # Residents have no statutory retirement; their basic pension starts at 60 for both
    # sexes (国发〔2014〕8号), and the decision of 2024 leaves it there.
    "resident": RetirementClass(60, 0, 0),
}
"""Retirement classes of the statute."""


def day_of(date: dt.date) -> np.datetime64:
    """Return a date as a number of days, for comparison with whole columns."""
    return np.datetime64(date.isoformat(), "D")


def add_months(day: Dates, months: Ints | int) -> Dates:
    """Add whole months, ending on the last day of a month that is too short.

    The last day stands in for a missing one by 民法典 第二百零二条.
    """
    month = day.astype("datetime64[M]")
    offset = day - month.astype("datetime64[D]")
    target = month + np.asarray(months, dtype="timedelta64[M]")
    last = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    ended: Dates = np.minimum(target.astype("datetime64[D]") + offset, last)
    return ended


def age_on(birth_date: Dates, date: dt.date) -> Ints:
    """Return full years of age (周岁) on a date, -1 where unknown or not yet born.

    Parameters
    ----------
    birth_date
        Days of birth.
    date
        The day on which the age counts, never "today".
    """
    birth = birth_date.astype("datetime64[D]")
    known = ~np.isnat(birth)
    day = day_of(date)
    birth_year = birth.astype("datetime64[Y]").astype(np.int64)
    years = np.where(known, day.astype("datetime64[Y]").astype(np.int64) - birth_year, 0)
    reached = add_months(birth, years * 12) <= day
    return np.where(known, np.maximum(years - ~reached, -1), -1)


def retirement_date(birth_date: Dates, retirement_class: Strings, decision_date: dt.date) -> Dates:
    """Return the statutory retirement date by the law in force on the decision date.

    Parameters
    ----------
    birth_date
        Days of birth.
    retirement_class
        ``male``, ``female_55``, ``female_50`` or ``resident``; anything else is unknown.
    decision_date
        Before 2025-01-01 the original ages hold.

    Returns
    -------
    Dates
        Days, NaT where the birth date or the class is unknown.
    """
    birth = birth_date.astype("datetime64[D]")
    result = np.full(len(birth), "NaT", dtype="datetime64[D]")
    reformed = day_of(decision_date) >= REFORM_STARTS
    for name, rule in CLASSES.items():
        members = (retirement_class == name) & ~np.isnat(birth)
        original = add_months(birth[members], rule.original_years * 12)
        if reformed and rule.months_per_step:
            delayed = add_months(
                birth[members], rule.original_years * 12 + _delay_months(original, rule)
            )
            result[members] = np.where(original < REFORM_STARTS, original, delayed)
        else:
            result[members] = original
    return result


def _delay_months(original: Dates, rule: RetirementClass) -> Ints:
    since = (original.astype("datetime64[M]") - _FIRST_MONTH).astype(np.int64)
    delay: Ints = np.clip(since // rule.months_per_step + 1, 0, rule.max_delay)
    return delay


def fill_class(retirement_class: Strings, sex: Strings, woman: str) -> Strings:
    """Fill an unknown retirement class from the sex.

    Parameters
    ----------
    retirement_class, sex
        As in the table of applicants.
    woman
        Class of a woman whose class is unknown: the later one (``female_55``) where a
        rule refuses, the earlier one (``female_50``) where it scores, because what is
        not known must neither refuse nor score.

    Returns
    -------
    Strings
        The classes, ``None`` where the sex is unknown too.
    """
    filled = retirement_class.copy()
    unknown = ~np.isin(retirement_class.astype(str), list(CLASSES))
    filled[unknown] = None
    filled[unknown & (sex == "male")] = "male"
    filled[unknown & (sex == "female")] = woman
    return filled
