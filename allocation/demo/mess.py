"""What offices really send: people twice, the same wish twice, rows copied twice.

None of it is bad input.  The rules refuse the doubles with a reason, and exact
repeats of a row are merged with a notice.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocation.demo.chance import Ints, stream
from allocation.demo.ids import serial_ids
from allocation.demo.people import DECISION_DATE
from allocation.demo.sizes import FULL_CITY, Sizes
from allocation.demo.wishes import LONGEST_LIST

TWICE_REGISTERED = 60
SAME_PAIR_TWICE = 150
REPEATED_ROWS = 120


def register_twice(seed: int, sizes: Sizes, people: pd.DataFrame) -> Ints:
    """Choose the people who also file under a second applicant number."""
    rng = stream(seed, "registered twice")
    count = max(1, round(TWICE_REGISTERED * sizes.disabled / FULL_CITY))
    return np.sort(rng.choice(len(people), size=count, replace=False)).astype(np.int64)


def copy_wishes(seed: int, wishes: pd.DataFrame, twice: Ints, first_row: int) -> pd.DataFrame:
    """Give the second registration of each person part of their wishes."""
    rng = stream(seed, "wishes of the twice registered")
    second = pd.Series(np.arange(first_row, first_row + len(twice)), index=twice)
    copied = wishes[wishes["person"].isin(twice)].copy()
    copied = copied[copied["accepted_at"].isna() & (rng.random(len(copied)) < 0.7)]
    copied["person"] = copied["person"].map(second)
    copied["preference_rank"] = copied.groupby("person").cumcount() + 1
    return pd.concat([wishes, copied], ignore_index=True)


def wish_twice(seed: int, sizes: Sizes, wishes: pd.DataFrame) -> pd.DataFrame:
    """Let some people write a place down again at the end of their list."""
    rng = stream(seed, "same pair twice")
    length = wishes.groupby("person")["place"].transform("size")
    fit = np.flatnonzero(
        (length < LONGEST_LIST) & (wishes["preference_rank"] <= 3) & wishes["accepted_at"].isna()
    )
    count = min(max(1, round(SAME_PAIR_TWICE * sizes.disabled / FULL_CITY)), len(fit))
    rows = rng.choice(fit, size=count, replace=False)
    again = wishes.iloc[np.sort(rows)].drop_duplicates("person").copy()
    again["preference_rank"] = length.loc[again.index] + 1
    return pd.concat([wishes, again], ignore_index=True)


def repeat_rows(seed: int, sizes: Sizes, table: pd.DataFrame) -> pd.DataFrame:
    """Repeat some rows exactly, right behind themselves."""
    rng = stream(seed, "repeated rows")
    count = min(max(1, round(REPEATED_ROWS * sizes.disabled / FULL_CITY)), len(table))
    times = np.ones(len(table), dtype=np.int64)
    times[rng.choice(len(table), size=count, replace=False)] = 2
    return table.iloc[np.repeat(np.arange(len(table)), times)].reset_index(drop=True)


def make_held(seed: int, sizes: Sizes, people: pd.DataFrame, wishes: pd.DataFrame) -> pd.DataFrame:
    """Return awards of earlier rounds, most still running, some of them run out.

    Their places are not on offer now and have numbers of their own.
    """
    rng = stream(seed, "held awards")
    persons = wishes["person"].drop_duplicates().to_numpy()
    persons = np.sort(rng.choice(persons, size=min(sizes.held, len(persons)), replace=False))
    disabled = (people["group"].iloc[persons] == "disabled").to_numpy()
    draw = rng.random(len(persons))
    kind = np.where(
        disabled,
        np.select([draw < 0.7, draw < 0.85], ["public_welfare_post", "rukang_seat"], "stall"),
        np.where(draw < 0.8, "stall", "kiosk"),
    )
    months = rng.integers(2, 11, len(persons))
    begun = DECISION_DATE - (months * 30 + rng.integers(0, 30, len(persons))).astype(
        "timedelta64[D]"
    )
    ends = begun + np.timedelta64(365, "D")
    over = rng.random(len(persons)) < 0.12
    begun = np.where(over, begun - np.timedelta64(400, "D"), begun)
    ends = np.where(over, ends - np.timedelta64(400, "D"), ends)
    valid_to = pd.Series(ends.astype("datetime64[ns]"))
    valid_to = valid_to.mask(pd.Series(rng.random(len(persons)) < 0.1) & ~pd.Series(over))
    return pd.DataFrame(
        {
            "person": persons,
            "place_id": serial_ids("Q", len(persons), 4),
            "kind": kind,
            "awarded_on": pd.Series(begun.astype("datetime64[ns]")),
            "valid_to": valid_to,
        }
    )
