"""Existing lottery outlets, candidate sites, kiosks and schools.

Candidate sites are laid out so that spacing matters: some lie too near an outlet
for a general holder but not for a disabled one, some near each other, some near a
school.  The distances used here are the placeholders of the policy profile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from allocation.demo.chance import Floats, Ints, Strings, apportion, flag, pick, spread, stream
from allocation.demo.ids import serial_ids
from allocation.demo.territory import Territory, scatter, township_names

if TYPE_CHECKING:
    from allocation.demo.sizes import Sizes

LOTTERIES = ("welfare_lottery", "sports_lottery")
LOTTERY_SHARES = (0.53, 0.47)
SPACING_M = {"urban": 300.0, "town": 500.0, "rural": 0.0}
SCHOOL_BUFFER_M = 200.0
DISABLED_FACTOR = 0.5
HOLDERS = ("general", "household_member", "disabled")
HOLDER_SHARES = (0.93, 0.02, 0.05)
SITE_NAME = {"welfare_lottery": "福彩", "sports_lottery": "体彩"}
SCHOOLS = {
    "kindergarten": ("幼儿园", 0.46),
    "primary_school": ("小学", 0.32),
    "middle_school": ("中学", 0.15),
    "vocational_school": ("职业学校", 0.05),
    "special_school": ("特殊教育学校", 0.02),
}
LAYOUT = {"near_outlet": 0.24, "very_near_outlet": 0.04, "pair": 0.44, "near_school": 0.03}
"""Shares of the candidate sites laid out near something; the others lie where they fall."""


def sample_points(
    rng: np.random.Generator,
    territory: Territory,
    count: int,
    zone_factors: tuple[float, float, float],
    sigma_m: float,
) -> pd.DataFrame:
    """Return ``count`` points near villages: township_row, zone, x, y and names.

    ``zone_factors`` weigh rural, town and urban villages.
    """
    weight = territory.weights(*zone_factors)
    village = rng.choice(len(weight), size=count, p=weight / weight.sum())
    villages = territory.villages
    x, y = scatter(
        rng,
        territory.land,
        villages["x"].to_numpy()[village],
        villages["y"].to_numpy()[village],
        sigma_m,
    )
    return _located(territory, village.astype(np.int64), x, y)


def _located(territory: Territory, village: Ints, x: Floats, y: Floats) -> pd.DataFrame:
    row = territory.villages["township"].to_numpy()[village].astype(np.int64)
    district, town = township_names(territory, row)
    return pd.DataFrame(
        {
            "district": district,
            "township": town,
            "zone": territory.villages["zone"].to_numpy(dtype=object)[village],
            "township_row": row,
            "x": x,
            "y": y,
        }
    )


def keep_apart(points: Floats, reach: Floats, wanted: int) -> Ints:
    """Return the first ``wanted`` rows no two of which are nearer than either's reach."""
    tree = cKDTree(points)
    keep = np.ones(len(points), dtype=np.bool_)
    for row in range(len(points)):
        if not keep[row]:
            continue
        near = np.array(tree.query_ball_point(points[row], float(reach.max())), dtype=np.int64)
        near = near[near > row]
        gap = np.hypot(*(points[near] - points[row]).T)
        keep[near[gap < np.maximum(reach[near], reach[row])]] = False
    return np.flatnonzero(keep)[:wanted].astype(np.int64)


def make_schools(seed: int, sizes: Sizes, territory: Territory) -> pd.DataFrame:
    """Return schools and kindergartens around which no lottery or tobacco is sold."""
    rng = stream(seed, "schools")
    frame = sample_points(rng, territory, sizes.schools, (0.7, 2.0, 1.6), 420.0)
    types = pick(rng, list(SCHOOLS), [share for _, share in SCHOOLS.values()], sizes.schools)
    names = np.array([SCHOOLS[item][0] for item in types], dtype=object)
    frame.insert(0, "site_id", serial_ids("E", sizes.schools, 3))
    frame.insert(1, "site_type", types)
    return frame.assign(name=numbered_names(frame["township"], names))


def numbered_names(town: pd.Series, name: Strings) -> Strings:
    """Name each site by township and number, so that no real one is meant."""
    label = pd.Series(name, index=town.index)
    number = (town + label).groupby(town + label).cumcount() + 1
    return (town + number.astype(str) + "号" + label).to_numpy(dtype=object)


def make_outlets(seed: int, sizes: Sizes, territory: Territory) -> pd.DataFrame:
    """Return the existing lottery outlets, apart from each other by the spacing rule."""
    rng = stream(seed, "outlets")
    counts = apportion(sizes.lottery_outlets, np.array(LOTTERY_SHARES))
    frames = []
    for kind, count in zip(LOTTERIES, counts, strict=True):
        pool = sample_points(rng, territory, 12 * int(count) + 40, (0.5, 1.8, 1.9), 900.0)
        reach = np.array([max(SPACING_M[zone], 120.0) for zone in pool["zone"]])
        chosen = keep_apart(pool[["x", "y"]].to_numpy(), reach, int(count))
        frames.append(pool.iloc[chosen].assign(kind=kind))
    frame = pd.concat(frames, ignore_index=True)
    label = (frame["kind"].map(SITE_NAME) + "站").to_numpy(dtype=object)
    return frame.assign(
        outlet_id=serial_ids("L", len(frame), 4),
        name=numbered_names(frame["township"], label),
        holder_group=pick(rng, HOLDERS, HOLDER_SHARES, len(frame)),
    )


def make_candidates(
    seed: int, sizes: Sizes, territory: Territory, outlets: pd.DataFrame, schools: pd.DataFrame
) -> pd.DataFrame:
    """Return the candidate sites of both lotteries (W and T numbers)."""
    rng = stream(seed, "candidates")
    counts = apportion(sizes.candidates, np.array(LOTTERY_SHARES))
    frames = []
    for kind, prefix, count in zip(LOTTERIES, "WT", counts, strict=True):
        own = outlets[outlets["kind"] == kind].reset_index(drop=True)
        frame = _lay_out(rng, territory, int(count), own, schools)
        frame = frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)
        label = np.full(len(frame), f"{SITE_NAME[kind]}候选点", dtype=object)
        frames.append(
            frame.assign(
                place_id=serial_ids(prefix, len(frame), 3),
                kind=kind,
                name=numbered_names(frame["township"], label),
            )
        )
    places = pd.concat(frames, ignore_index=True)
    # A few sites came without coordinates: the rules refuse them with a reason.
    places.loc[
        rng.choice(len(places), size=min(3, len(places) // 60), replace=False), ["x", "y"]
    ] = np.nan
    return places.assign(
        capacity=1, is_candidate=True, term_months=36, requires_civil_capacity=True
    )


def _lay_out(
    rng: np.random.Generator,
    territory: Territory,
    count: int,
    outlets: pd.DataFrame,
    schools: pd.DataFrame,
) -> pd.DataFrame:
    n_outlet, n_close, n_pair, n_school = (round(share * count) for share in LAYOUT.values())
    n_free = count - n_outlet - n_close - n_pair - n_school
    spaced = outlets[outlets["zone"] != "rural"]
    near = _around(rng, spaced, n_outlet, 0.55, 0.98)
    close = _around(rng, spaced, n_close, 0.10, 0.45)
    free = _clear_of(rng, territory, n_free + n_pair, outlets)
    head = free.iloc[: n_free + n_pair // 4]
    followed = head[head["zone"] != "rural"]
    pairs = _around(
        rng,
        followed if len(followed) else head,
        count - n_outlet - n_close - n_school - len(head),
        0.25,
        0.95,
    )
    school = _around(rng, schools, n_school, 0.0, 0.0, fixed=(25.0, 190.0))
    columns = ["district", "township", "zone", "township_row", "x", "y"]
    return pd.concat(
        [part[columns] for part in (near, close, head, pairs, school)], ignore_index=True
    )


def _around(
    rng: np.random.Generator,
    anchors: pd.DataFrame,
    count: int,
    low: float,
    high: float,
    fixed: tuple[float, float] | None = None,
) -> pd.DataFrame:
    """Return points at a share of the required spacing (or metres) from some anchors."""
    chosen = anchors.iloc[rng.integers(0, len(anchors), size=count)].reset_index(drop=True)
    reach = chosen["zone"].map(SPACING_M).to_numpy(dtype=np.float64)
    radius = reach * rng.uniform(low, max(high, low), size=count)
    if fixed is not None:
        radius = rng.uniform(*fixed, size=count)
    angle = rng.uniform(0.0, 2.0 * np.pi, size=count)
    return chosen.assign(
        x=chosen["x"] + radius * np.cos(angle), y=chosen["y"] + radius * np.sin(angle)
    )


def _clear_of(
    rng: np.random.Generator, territory: Territory, count: int, outlets: pd.DataFrame
) -> pd.DataFrame:
    """Return points that keep the general spacing from all outlets of their kind."""
    pool = sample_points(rng, territory, 30 * count + 60, (0.45, 3.0, 2.0), 1100.0)
    tree = cKDTree(outlets[["x", "y"]].to_numpy())
    gap: Floats = tree.query(pool[["x", "y"]].to_numpy())[0]
    clear = gap >= pool["zone"].map(SPACING_M).to_numpy(dtype=np.float64) * 1.02
    return pool[clear].iloc[:count]


def make_kiosks(seed: int, sizes: Sizes, territory: Territory) -> pd.DataFrame:
    """Return the new kiosks and convenience points."""
    rng = stream(seed, "kiosks")
    frame = sample_points(rng, territory, sizes.kiosks, (0.15, 1.5, 2.5), 500.0)
    label = pick(
        rng, ["邮政报刊零售亭", "早餐点", "快递驿站", "便民服务点"], [3, 2, 2, 3], sizes.kiosks
    )
    fee = (10 * rng.integers(15, 60, size=sizes.kiosks)).astype(np.int64)
    return frame.assign(
        place_id=serial_ids("K", sizes.kiosks, 3),
        kind="kiosk",
        capacity=1,
        name=numbered_names(frame["township"], label),
        fee=fee,
        fee_after_reduction=np.where(flag(rng, 0.1, sizes.kiosks), 0, fee // 2),
        term_months=24,
        requires_civil_capacity=True,
        requires_sight=flag(rng, 0.3, sizes.kiosks),
    )


def make_rukang(seed: int, sizes: Sizes, territory: Territory) -> pd.DataFrame:
    """Return the 如康家园 homes: one per township before any township has a second."""
    rng = stream(seed, "rukang")
    people = territory.townships["population"].to_numpy(dtype=np.float64)
    per_township = apportion(sizes.rukang_homes, people, least=1)
    township = spread(per_township)
    centre = territory.townships[["x", "y"]].to_numpy()[township]
    x, y = scatter(rng, territory.land, centre[:, 0], centre[:, 1], 500.0)
    district, town = township_names(territory, township)
    street = territory.townships["is_street"].to_numpy()[township]
    label = np.full(len(township), "如康家园", dtype=object)
    return pd.DataFrame(
        {
            "place_id": serial_ids("R", len(township), 3),
            "kind": "rukang_seat",
            "capacity": rng.integers(15, 41, size=len(township)),
            "name": numbered_names(pd.Series(town), label),
            "venue_id": serial_ids("H", len(township), 3),
            "district": district,
            "township": town,
            "zone": np.where(street, "urban", "town"),
            "disabled_only": True,
            "manager_org": town + "残联",
            "township_row": township,
            "x": x,
            "y": y,
        }
    )
