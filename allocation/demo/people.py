"""Applicants: age, sex, certificate, work, abilities.  All of it is made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.demo.chance import Bools, Floats, Ints, Strings, flag, kept, pick, stream
from allocation.demo.ids import certificate_numbers, identity_numbers
from allocation.demo.names import make_names
from allocation.demo.profiles import FUNCTIONS, TYPES, make_profiles
from allocation.demo.territory import Territory, to_degrees, township_names

if TYPE_CHECKING:
    from allocation.demo.households import Households
    from allocation.demo.sizes import Sizes

DECISION_DATE = np.datetime64("2023-12-01")
"""The date ages and certificates are laid out around (the scenario's decision date)."""
TYPE_SHARES = (0.10, 0.06, 0.03, 0.58, 0.09, 0.10, 0.04)
LEVEL_SHARES = (0.15, 0.27, 0.27, 0.31)
NO_HOME_POINT = 0.03


def make_people(
    seed: int, sizes: Sizes, territory: Territory, households: Households
) -> pd.DataFrame:
    """Return all applicants, disabled first.

    Columns are those of the input folder and some of the generator's own:
    ``household``, ``township_row``, ``x``, ``y``, ``zone``.
    """
    rng = stream(seed, "people")
    home = np.concatenate([households.of_disabled, households.of_general])
    count = len(home)
    place = households.frame.iloc[home].reset_index(drop=True)
    disabled = np.arange(count) < sizes.disabled
    rural = (place["zone"] == "rural").to_numpy()
    male = flag(rng, np.where(disabled, 0.57, 0.52), count)
    age_days = _ages(rng, disabled, rural, male)
    births = pd.Series(DECISION_DATE - age_days.astype("timedelta64[D]"))
    years = age_days / 365.2425
    district, township = township_names(territory, place["township"].to_numpy())
    village = territory.villages["name"].to_numpy(dtype=object)[place["village"]]
    member = ~disabled & (home < households.n_disabled)
    frame = pd.DataFrame(
        {
            "name": make_names(rng, count),
            "group": np.select([disabled, member], ["disabled", "household_member"], "general"),
            "identity_no": identity_numbers(rng, births, male),
            "birth_date": births,
            "sex": np.where(male, "male", "female"),
            "district": district,
            "township": township,
            "village": kept(disabled, village),
            "household": home,
        }
    )
    frame = frame.assign(**_residence(rng, count), **_work(rng, years, disabled, rural, male))
    frame = frame.assign(**_certificates(rng, frame, sizes.disabled))
    for fact in _household_facts():
        frame[fact] = place[fact].to_numpy(dtype=object)
    profile = make_profiles(rng, frame["disability_type"], frame["disability_level"])
    for position, function in enumerate(FUNCTIONS):
        frame[function] = profile[:, position]
    lon, lat = to_degrees(place["x"].to_numpy(), place["y"].to_numpy())
    missing = flag(rng, NO_HOME_POINT, count)
    frame["lon"] = np.where(missing, np.nan, np.round(lon, 5))
    frame["lat"] = np.where(missing, np.nan, np.round(lat, 5))
    own = place[["township", "zone", "x", "y"]].rename(columns={"township": "township_row"})
    return pd.concat([frame, own], axis=1)


def _household_facts() -> tuple[str, ...]:
    return (
        "min_livelihood", "extreme_hardship", "near_min_livelihood", "antipoverty_monitored",
        "zero_employment_household", "elderly_supporting_disabled",
    )  # fmt: skip


def _ages(rng: np.random.Generator, disabled: Bools, rural: Bools, male: Bools) -> Ints:
    """Draw ages in days: of working age, with some too young and too old among them."""
    count = len(disabled)
    bands = np.array([(16, 25), (25, 35), (35, 45), (45, 55), (55, 60), (60, 65)], dtype=np.float64)
    shares = np.where(
        disabled[:, None],
        np.where(
            rural[:, None],
            [0.06, 0.14, 0.22, 0.34, 0.16, 0.08],
            np.where(
                male[:, None],
                [0.09, 0.19, 0.27, 0.33, 0.12, 0.0],
                [0.10, 0.22, 0.30, 0.375, 0.005, 0.0],
            ),
        ),
        [0.10, 0.27, 0.30, 0.23, 0.07, 0.03],
    )
    cumulative = np.cumsum(shares, axis=1)
    band = (rng.random(count)[:, None] * cumulative[:, -1:] > cumulative).sum(axis=1)
    low, high = bands[band, 0], bands[band, 1]
    low = np.where(~disabled & (low < 18), 18.0, low)
    years = low + rng.random(count) * (high - low)
    odd = rng.random(count)
    years = np.where(odd < 0.006, 13.5 + 2.4 * rng.random(count), years)
    years = np.where((odd >= 0.006) & (odd < 0.02), 65.1 + 8.0 * rng.random(count), years)
    return np.asarray(years * 365.2425, dtype=np.int64)


def _residence(rng: np.random.Generator, count: int) -> dict[str, Strings | pd.Series]:
    local = pick(rng, ["yes", "no", "unknown"], [0.953, 0.037, 0.01], count)
    months = np.where(flag(rng, 0.25, count), rng.integers(0, 6, count), rng.integers(6, 96, count))
    # Offices write the months down only where the household register does not settle it.
    written = pd.Series(local != "yes")
    return {
        "hukou_local": kept(local != "unknown", local),
        "residence_months": pd.Series(months).where(written).astype("Int64"),
    }


def _work(
    rng: np.random.Generator, years: Floats, disabled: Bools, rural: Bools, male: Bools
) -> dict[str, Strings | pd.Series]:
    """Draw work, studies, retirement class and earlier posts."""
    count = len(years)
    office = flag(rng, 0.3, count)
    status = pick(rng, ["unemployed", "employed", "fiscal_payroll"], [0.915, 0.08, 0.005], count)
    status = np.where((years < 24) & flag(rng, 0.22, count), "student", status)
    status = np.where((years > 59) & flag(rng, 0.12, count), "pensioner", status).astype(object)
    # Of the others the office asks for work only now and then.
    asked = disabled | (status != "unemployed") | flag(rng, 0.4, count)
    graduate = np.full(count, None, dtype=object)
    young = (years > 20.5) & (years < 28) & (status != "student")
    graduate[young & disabled & flag(rng, 0.3, count)] = "graduate"
    graduate[(graduate == "graduate") & flag(rng, 0.22, count)] = "last_resort"
    retirement = np.where(male, "male", np.where(office, "female_55", "female_50"))
    retirement = np.where(rural | flag(rng, 0.12, count), "resident", retirement)
    served = disabled & (years > 19) & flag(rng, 0.11, count)
    months = np.where(served, rng.choice([6, 12, 18, 24, 30, 36, 48], count), 0)
    placements = np.where(served, np.where(months > 30, 2, 1) + flag(rng, 0.06, count), 0)
    known = disabled & ~flag(rng, 0.015, count)

    def column(values: np.ndarray) -> pd.Series:
        return pd.Series(values).where(pd.Series(known)).astype("Int64")

    return {
        "employment_status": kept(asked, status),
        "graduate_status": graduate,
        "retirement_class": kept(disabled, retirement),
        "post_months_used": column(months),
        "post_placements": column(placements),
    }


def _certificates(
    rng: np.random.Generator, people: pd.DataFrame, n_disabled: int
) -> dict[str, Strings | pd.Series]:
    """Draw type, level, number, status and last day of the certificates."""
    count = len(people)
    types = pick(rng, list(TYPES), TYPE_SHARES, n_disabled)
    levels = pick(rng, [1, 2, 3, 4], LEVEL_SHARES, n_disabled).astype(np.int64)
    # A multiple disability takes the heaviest level of its parts.
    levels = np.where(types == "multiple", np.maximum(1, levels - 1), levels)
    identity = people["identity_no"].to_numpy(dtype=object)[:n_disabled]
    number = certificate_numbers(identity, types, levels)
    valid_to = DECISION_DATE + rng.integers(1, 3620, n_disabled).astype("timedelta64[D]")
    status = np.full(n_disabled, "valid", dtype=object)
    odd = rng.random(n_disabled)
    lapsed = odd < 0.025
    gone = DECISION_DATE - rng.integers(1, 900, n_disabled).astype("timedelta64[D]")
    valid_to = np.where(lapsed, gone, valid_to)
    # Six in ten offices have not yet written "expired" beside a lapsed certificate.
    status[odd < 0.010] = "expired"
    status[(odd >= 0.025) & (odd < 0.030)] = "frozen"
    status[(odd >= 0.030) & (odd < 0.037)] = "cancelled"
    none = (odd >= 0.037) & (odd < 0.040)

    def padded(values: Strings) -> Strings:
        column = np.full(count, None, dtype=object)
        column[:n_disabled] = values
        return column

    last_day = np.full(count, np.datetime64("NaT", "D"))
    last_day[:n_disabled] = np.where(none, np.datetime64("NaT"), valid_to)
    level_column = pd.Series(padded(levels.astype(object)), dtype="Int64")
    return {
        "disability_type": padded(types),
        "disability_level": level_column,
        "certificate_no": padded(kept(~none, number)),
        "certificate_status": padded(kept(~none, status)),
        "certificate_valid_to": pd.Series(last_day.astype("datetime64[ns]")),
    }
