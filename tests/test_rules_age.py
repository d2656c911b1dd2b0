"""Age and the statutory retirement date through the reform of 2025.

The vectors are rows of the tables annexed to 国务院关于渐进式延迟法定退休年龄的办法.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from allocation.rules.age import add_months, age_on, fill_class, retirement_date

AFTER_REFORM = dt.date(2025, 6, 1)
BEFORE_REFORM = dt.date(2023, 12, 1)


def days(*texts: str) -> np.ndarray:
    """Make a column of days."""
    return np.array(texts, dtype="datetime64[D]")


def words(*texts: str | None) -> np.ndarray:
    """Make a column of text."""
    return np.array(texts, dtype=object)


@pytest.mark.parametrize(
    ("born", "retirement_class", "retires"),
    [
        # Men: 60 and a month for every four months of birth, to 63.
        ("1965-01-15", "male", "2025-02-15"),
        ("1965-04-15", "male", "2025-05-15"),
        ("1965-05-15", "male", "2025-07-15"),
        ("1976-08-15", "male", "2039-07-15"),
        ("1976-09-15", "male", "2039-09-15"),
        ("1990-03-15", "male", "2053-03-15"),
        # Women of 55: the same steps, to 58.
        ("1970-01-15", "female_55", "2025-02-15"),
        ("1970-05-15", "female_55", "2025-07-15"),
        ("1981-09-15", "female_55", "2039-09-15"),
        ("1990-03-15", "female_55", "2048-03-15"),
        # Women of 50: a month for every two, to 55.
        ("1975-01-15", "female_50", "2025-02-15"),
        ("1975-02-15", "female_50", "2025-03-15"),
        ("1975-03-15", "female_50", "2025-05-15"),
        ("1984-11-15", "female_50", "2039-11-15"),
        ("1990-03-15", "female_50", "2045-03-15"),
        # Who reached the original age before 2025 keeps it.
        ("1964-12-31", "male", "2024-12-31"),
        ("1969-12-31", "female_55", "2024-12-31"),
        ("1974-12-31", "female_50", "2024-12-31"),
        # Residents have no statutory retirement; their pension starts at 60.
        ("1970-01-15", "resident", "2030-01-15"),
    ],
)
def test_retirement_after_the_reform(born: str, retirement_class: str, retires: str) -> None:
    """Each row of the annexed tables that is known for certain."""
    found = retirement_date(days(born), words(retirement_class), AFTER_REFORM)
    assert found.tolist() == days(retires).tolist()


@pytest.mark.parametrize(
    ("born", "retirement_class", "retires"),
    [
        ("1965-01-15", "male", "2025-01-15"),
        ("1976-09-15", "male", "2036-09-15"),
        ("1970-01-15", "female_55", "2025-01-15"),
        ("1975-01-15", "female_50", "2025-01-15"),
    ],
)
def test_retirement_before_the_reform(born: str, retirement_class: str, retires: str) -> None:
    """A decision of 2023 goes by the law of 2023."""
    found = retirement_date(days(born), words(retirement_class), BEFORE_REFORM)
    assert found.tolist() == days(retires).tolist()


def test_reform_starts_on_its_first_day() -> None:
    """2024-12-31 decides by the old ages, 2025-01-01 by the new ones."""
    born, man = days("1976-09-15"), words("male")
    assert retirement_date(born, man, dt.date(2024, 12, 31)).tolist() == [dt.date(2036, 9, 15)]
    assert retirement_date(born, man, dt.date(2025, 1, 1)).tolist() == [dt.date(2039, 9, 15)]


def test_unknown_birth_or_class_has_no_retirement_date() -> None:
    """What is not known stays not known."""
    found = retirement_date(days("NaT", "1965-01-15"), words("male", None), AFTER_REFORM)
    assert np.isnat(found).all()


def test_delay_never_falls_with_later_birth() -> None:
    """Of two people the younger one never retires earlier, nor at a lesser age."""
    born = np.arange(np.datetime64("1955-01-01"), np.datetime64("1992-01-01"))
    for name in ("male", "female_55", "female_50", "resident"):
        retires = retirement_date(born, np.full(len(born), name, dtype=object), AFTER_REFORM)
        assert (np.diff(retires.astype(np.int64)) >= 0).all()


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("1958-12-01", "2023-12-01", 65),
        ("1958-12-02", "2023-12-01", 64),
        ("2023-12-01", "2023-12-01", 0),
        ("2024-02-01", "2023-12-01", -1),
        ("1960-02-29", "2023-02-27", 62),
        ("1960-02-29", "2023-02-28", 63),
        ("1960-02-29", "2024-02-28", 63),
        ("NaT", "2023-12-01", -1),
    ],
)
def test_age_counts_full_years(born: str, on: str, age: int) -> None:
    """Full years, reached on the birthday; 29 February falls on the month's last day."""
    assert age_on(days(born), dt.date.fromisoformat(on)).tolist() == [age]


def test_months_end_on_the_last_day_of_a_short_month() -> None:
    """民法典 第二百零二条."""
    assert add_months(days("1965-01-31"), 1).tolist() == [dt.date(1965, 2, 28)]
    assert add_months(days("2024-03-31"), -1).tolist() == [dt.date(2024, 2, 29)]


def test_unknown_class_is_filled_from_the_sex() -> None:
    """A known class stays; a woman's unknown one is the class the rule asks for."""
    filled = fill_class(
        words(None, None, "resident", None), words("male", "female", "female", None), "female_55"
    )
    assert filled.tolist() == ["male", "female_55", "resident", None]
