"""Tobacco: market cells, existing outlets, premises and their applications.

A licence is a matter of the order of acceptance, so the applications carry times to
the second; where two are equal the office's own sequence number tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.demo.chance import Ints, apportion, flag, pick, spread, stream
from allocation.demo.ids import serial_ids
from allocation.demo.outlets import (
    HOLDER_SHARES,
    HOLDERS,
    keep_apart,
    numbered_names,
)
from allocation.demo.territory import Territory, scatter, township_names

if TYPE_CHECKING:
    from allocation.demo.sizes import Sizes

SPACING_M = {"urban": 50.0, "town": 60.0, "rural": 100.0}
FIRST_DAY = np.datetime64("2023-09-04")
OFFICE_DAYS = 40
CONTESTED = 0.03
EQUAL_TIMES = 0.06


@dataclass(frozen=True, slots=True, eq=False)
class Tobacco:
    """Cells (rows of ``venues``), existing outlets, premises and acceptance.

    ``filings`` has one row per application: premises (row), accepted_at, accepted_seq.
    """

    cells: pd.DataFrame
    outlets: pd.DataFrame
    premises: pd.DataFrame
    filings: pd.DataFrame


def make_tobacco(seed: int, sizes: Sizes, territory: Territory, schools: pd.DataFrame) -> Tobacco:
    """Lay out everything about tobacco."""
    rng = stream(seed, "tobacco")
    cells = _make_cells(rng, sizes, territory)
    outlets = _make_outlets(rng, sizes, territory, cells)
    n_contested = max(1, round(CONTESTED * sizes.tobacco_applications))
    n_premises = sizes.tobacco_applications - n_contested
    premises = _make_premises(rng, n_premises, territory, cells, outlets, schools)
    again = rng.choice(n_premises, size=n_contested, replace=False)
    target = np.r_[np.arange(n_premises), again].astype(np.int64)
    cell = premises["cell"].to_numpy(dtype=np.int64)[target]
    filings = _make_filings(rng, target, cell)
    filed = np.bincount(cell, minlength=len(cells))
    return Tobacco(_with_numbers(rng, cells, filed), outlets, premises, filings)


def _make_cells(rng: np.random.Generator, sizes: Sizes, territory: Territory) -> pd.DataFrame:
    people = territory.townships["population"].to_numpy(dtype=np.float64)
    township = spread(apportion(sizes.cells, people, least=1))
    centre = territory.townships[["x", "y"]].to_numpy()[township]
    x, y = scatter(rng, territory.land, centre[:, 0], centre[:, 1], 900.0)
    district, town = township_names(territory, township)
    street = territory.townships["is_street"].to_numpy()[township]
    label = np.full(len(township), "市场单元", dtype=object)
    return pd.DataFrame(
        {
            "venue_id": serial_ids("C", len(township), 3),
            "venue_type": "market_cell",
            "name": numbered_names(pd.Series(town), label),
            "district": district,
            "township": town,
            "manager_org": district + "烟草专卖局",
            "zone": np.where(street, "urban", "town"),
            "township_row": township,
            "x": x,
            "y": y,
        }
    )


def _in_cells(
    rng: np.random.Generator, territory: Territory, cells: pd.DataFrame, count: int, sigma_m: float
) -> pd.DataFrame:
    cell = rng.integers(0, len(cells), size=count)
    own = cells.iloc[cell].reset_index(drop=True)
    x, y = scatter(rng, territory.land, own["x"].to_numpy(), own["y"].to_numpy(), sigma_m)
    outlying = np.hypot(x - own["x"], y - own["y"]) > 1500.0
    zone = own["zone"].where(~outlying, "rural")
    frame = own[["district", "township", "township_row", "venue_id"]]
    return frame.assign(cell=cell, zone=zone, x=x, y=y)


def _make_outlets(
    rng: np.random.Generator, sizes: Sizes, territory: Territory, cells: pd.DataFrame
) -> pd.DataFrame:
    pool = _in_cells(rng, territory, cells, 3 * sizes.tobacco_outlets + 40, 900.0)
    reach = np.array([SPACING_M[zone] for zone in pool["zone"]])
    chosen = keep_apart(pool[["x", "y"]].to_numpy(), reach, sizes.tobacco_outlets)
    frame = pool.iloc[chosen].reset_index(drop=True)
    return frame.assign(
        outlet_id=serial_ids("B", len(frame), 4),
        kind="tobacco",
        holder_group=pick(rng, HOLDERS, HOLDER_SHARES, len(frame)),
    )


def _make_premises(
    rng: np.random.Generator,
    count: int,
    territory: Territory,
    cells: pd.DataFrame,
    outlets: pd.DataFrame,
    schools: pd.DataFrame,
) -> pd.DataFrame:
    """Return the premises: most clear of all others, some near an outlet or a school."""
    frame = _in_cells(rng, territory, cells, count, 1000.0)
    role = rng.random(count)
    x, y = frame["x"].to_numpy().copy(), frame["y"].to_numpy().copy()
    angle = rng.uniform(0.0, 2.0 * np.pi, size=count)
    radius = rng.uniform(8.0, 45.0, size=count)
    # Near an outlet, near other premises, near a school: spacing and buffers decide.
    near_outlet = np.flatnonzero(role < 0.22)
    by_cell = outlets.groupby("cell").indices
    for row in near_outlet:
        own = by_cell.get(int(frame["cell"].iloc[row]))
        if own is not None:
            anchor = outlets.iloc[int(rng.choice(own))]
            x[row], y[row] = anchor["x"], anchor["y"]
    partner = np.flatnonzero((role >= 0.22) & (role < 0.30))
    for row in partner[partner > 0]:
        other = row - 1
        x[row], y[row] = x[other], y[other]
        for column in ("district", "township", "township_row", "venue_id", "cell", "zone"):
            frame.loc[row, column] = frame.loc[other, column]
    by_town = schools.groupby("township_row").indices
    for row in np.flatnonzero((role >= 0.30) & (role < 0.34)):
        own = by_town.get(int(frame["township_row"].iloc[row]))
        if own is not None:
            anchor = schools.iloc[int(rng.choice(own))]
            x[row], y[row] = anchor["x"], anchor["y"]
    moved = role < 0.34
    label = np.full(count, "烟草申请门店", dtype=object)
    return frame.assign(
        x=np.where(moved, x + radius * np.cos(angle), x),
        y=np.where(moved, y + radius * np.sin(angle), y),
        place_id=serial_ids("Y", count, 3),
        kind="tobacco",
        capacity=1,
        name=numbered_names(frame["township"], label),
        requires_civil_capacity=True,
        manager_org=frame["district"] + "烟草专卖局",
    )


def _make_filings(rng: np.random.Generator, target: Ints, cell: Ints) -> pd.DataFrame:
    count = len(target)
    day = FIRST_DAY + (rng.integers(0, OFFICE_DAYS, count) * 7 // 5).astype("timedelta64[D]")
    morning = rng.integers(8 * 3600 + 1800, 11 * 3600 + 1800, count)
    afternoon = rng.integers(13 * 3600 + 1800, 17 * 3600, count)
    second = np.where(flag(rng, 0.55, count), morning, afternoon)
    at = day.astype("datetime64[s]") + second.astype("timedelta64[s]")
    # Some online applications in one cell arrive in the same second, as at opening time.
    by_cell = np.argsort(cell, kind="stable")
    pair = flag(rng, EQUAL_TIMES, count - 1) & (cell[by_cell[1:]] == cell[by_cell[:-1]])
    at[by_cell[1:][pair]] = at[by_cell[:-1][pair]]
    order = np.lexsort((rng.random(count), at))
    sequence = np.empty(count, dtype=np.int64)
    sequence[order] = np.arange(1, count + 1)
    return pd.DataFrame({"premises": target, "accepted_at": at, "accepted_seq": sequence})


def _with_numbers(rng: np.random.Generator, cells: pd.DataFrame, filed: np.ndarray) -> pd.DataFrame:
    """Give each cell its remaining number: about half have fewer than were filed."""
    short = flag(rng, 0.5, len(cells))
    few = np.floor(filed * rng.uniform(0.0, 0.75, len(cells))).astype(np.int64)
    enough = filed + rng.integers(1, 6, len(cells))
    return cells.assign(remaining_number=np.where(short, few, enough))
