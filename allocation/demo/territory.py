"""Where the city's townships and villages lie.

Names, codes and outlines are real (``geography/README.md``); villages have no
published points and most townships neither, so that these are made up here, inside
the district's outline.  Everything below the outlines is therefore synthetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from scipy.spatial import cKDTree

from allocation.demo.chance import Bools, Floats, Ints, Strings, apportion, stream

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

CITY_POPULATION = 2_968_365
"""Residents by the census of 2020-11-01."""
ISLANDS = "前三岛乡"
EDGE_M = 1200.0
"""How far inside the outline people live: the outlines are simplified."""
STORED_CRS = "EPSG:4490"
METRIC_CRS = "EPSG:4549"
HOST_OUTLINE = {"371171": "371102"}
"""The development zone has no outline of its own: its streets lie in 东港区."""
SEATS = {
    "371102": (119.457, 35.426),
    "371103": (119.319, 35.122),
    "371121": (119.207, 35.752),
    "371122": (118.833, 35.579),
}
"""Rough position of each district's seat: streets lie around it, rural towns farther off."""
NOT_HOMES = "监狱|农场|林场|开发区"
"""Statistical committees without households of the kind that applies."""


@dataclass(frozen=True, slots=True, eq=False)
class Territory:
    """Townships and villages with points in metres.

    Attributes
    ----------
    townships
        One row per township: township_code, name, district, code_mca,
        administering_unit, population, coord_source, x, y, is_street.
    villages
        One row per village: name, township (row), zone, x, y, share of the population.
    land
        Outline of the whole city in metres.
    """

    townships: pd.DataFrame
    villages: pd.DataFrame
    land: BaseGeometry

    def weights(self, rural: float, town: float, urban: float) -> Floats:
        """Return each village's share of the population, weighted by its zone."""
        zone = self.villages["zone"].to_numpy(dtype=object)
        factor = np.select([zone == "urban", zone == "town"], [urban, town], rural)
        return np.asarray(self.villages["share"].to_numpy() * factor, dtype=np.float64)


@cache
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def to_metres(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Convert degrees (EPSG:4490) to metres (EPSG:4549)."""
    x, y = _transformer(STORED_CRS, METRIC_CRS).transform(lon, lat)
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def to_degrees(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Convert metres (EPSG:4549) to degrees (EPSG:4490)."""
    lon, lat = _transformer(METRIC_CRS, STORED_CRS).transform(x, y)
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def read_districts() -> gpd.GeoDataFrame:
    """Read the outlines: district_code, name, geometry in EPSG:4490."""
    path = files("allocation.demo").joinpath("geography/districts.geojson")
    frame = gpd.read_file(str(path)).rename(columns={"code": "district_code"})
    return frame[["district_code", "name", "geometry"]]


def _read_csv(name: str) -> pd.DataFrame:
    path = files("allocation.demo").joinpath(f"geography/{name}")
    return pd.read_csv(str(path), dtype=str, encoding="utf-8-sig")


def make_territory(seed: int) -> Territory:
    """Lay out townships and villages for a seed."""
    rng = stream(seed, "territory")
    outlines = read_districts().to_crs(METRIC_CRS).set_index("district_code")["geometry"]
    townships = _read_townships()
    x, y = to_metres(
        townships["lon_wgs84"].to_numpy(dtype=np.float64),
        townships["lat_wgs84"].to_numpy(dtype=np.float64),
    )
    host = townships["district_code"].replace(HOST_OUTLINE).to_numpy(dtype=object)
    ground: list[Floats] = [np.empty((0, 2))] * len(townships)
    for code, outline in outlines.items():
        rows = np.flatnonzero(host == code)
        layout = _lay_out(rng, townships.iloc[rows], outline, np.column_stack([x, y])[rows])
        x[rows], y[rows] = layout.centres[:, 0], layout.centres[:, 1]
        for row, own in zip(rows, layout.ground, strict=True):
            ground[row] = own
    townships["x"], townships["y"] = x, y
    townships["population"] = _populations(rng, townships)
    villages = _place_villages(rng, townships, ground)
    land = shapely.union_all(list(outlines))
    shapely.prepare(land)
    columns = [
        "township_code", "name", "district", "code_mca", "administering_unit",
        "population", "coord_source", "x", "y", "is_street",
    ]  # fmt: skip
    return Territory(townships[columns], villages, land)


def _read_townships() -> pd.DataFrame:
    frame = _read_csv("townships.csv").rename(columns={"code_nbs9": "township_code"})
    frame["is_street"] = frame["name"].str.endswith(("街道", "开发区"))
    frame["administering_unit"] = frame["district"]
    known = frame["lon_wgs84"].notna()
    frame["coord_source"] = np.where(known, "GeoNames", "synthetic")
    return frame


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """Centre of each township of one outline, and points of the ground that is its own."""

    centres: Floats
    ground: list[Floats]


def _lay_out(
    rng: np.random.Generator, townships: pd.DataFrame, outline: BaseGeometry, known: Floats
) -> _Layout:
    """Spread the townships of one outline evenly, keeping the known points.

    Lloyd's relaxation over random ground points: every township gets the ground
    nearest to it, every made-up one moves to the middle of its ground.
    """
    parts = sorted(shapely.get_parts(outline), key=lambda part: -part.area)
    on_land = (townships["name"] != ISLANDS).to_numpy()
    points = _random_points(rng, parts[0].buffer(-EDGE_M), 700 * len(townships))
    centres = known[on_land]
    loose = np.flatnonzero(~np.isfinite(centres[:, 0]))
    centres[loose] = points[rng.choice(len(points), size=len(loose), replace=False)]
    for _ in range(40):
        nearest = cKDTree(centres).query(points)[1]
        for row in loose:
            own = points[nearest == row]
            if len(own):
                centres[row] = own.mean(axis=0)
    centres[loose] = points[cKDTree(points).query(centres[loose])[1]]
    centres = _streets_first(centres, loose, townships[on_land])
    nearest = cKDTree(centres).query(points)[1]
    all_centres = known.copy()
    all_centres[on_land] = centres
    if not on_land.all():
        island = parts[-1].representative_point()
        all_centres[~on_land] = (island.x, island.y)
    ground = [np.empty((0, 2))] * len(townships)
    for position, row in enumerate(np.flatnonzero(on_land)):
        ground[row] = points[nearest == position]
    return _Layout(all_centres, ground)


def _streets_first(centres: Floats, loose: Ints, townships: pd.DataFrame) -> Floats:
    """Hand the made-up points out again: the nearest to the district's seat to streets."""
    code = str(townships["district_code"].replace(HOST_OUTLINE).iloc[0])
    seat = np.concatenate(to_metres(*np.array([SEATS[code]]).T))
    far = np.hypot(*(centres[loose] - seat).T)
    street = townships["is_street"].to_numpy(dtype=np.bool_)[loose]
    ordered = centres.copy()
    ordered[loose[np.argsort(~street, kind="stable")]] = centres[
        loose[np.argsort(far, kind="stable")]
    ]
    return ordered


def _random_points(rng: np.random.Generator, area: BaseGeometry, count: int) -> Floats:
    """Return about ``count`` points spread evenly over an area, in metres."""
    left, low, right, high = area.bounds
    tries = int(count * (right - left) * (high - low) / area.area)
    x = rng.uniform(left, right, size=tries)
    y = rng.uniform(low, high, size=tries)
    inside = shapely.contains_xy(area, x, y)
    return np.column_stack([x[inside], y[inside]])


def _populations(rng: np.random.Generator, townships: pd.DataFrame) -> Ints:
    """Share the census population out: streets larger than towns, rural 乡 smaller."""
    name = townships["name"]
    weight = np.where(townships["is_street"], 2.1, np.where(name.str.endswith("乡"), 0.55, 1.0))
    weight = weight * rng.lognormal(0.0, 0.28, size=len(townships))
    weight[(name == ISLANDS).to_numpy()] = 0.0
    return apportion(CITY_POPULATION, weight)


def _place_villages(
    rng: np.random.Generator, townships: pd.DataFrame, ground: list[Floats]
) -> pd.DataFrame:
    """Give every village a made-up point on its township's ground."""
    villages = _read_csv("villages.csv")
    row_of = pd.Series(np.arange(len(townships)), index=townships["township_code"])
    villages["township"] = villages["streetCode"].map(row_of).astype(np.int64)
    villages = villages[villages["township"].map(lambda row: len(ground[row]) > 0)]
    villages = villages[~villages["name"].str.contains(NOT_HOMES)].reset_index(drop=True)
    resident = villages["name"].str.contains("居民委员会|居委会").to_numpy()
    x, y = np.empty(len(villages)), np.empty(len(villages))
    zone = np.full(len(villages), "rural", dtype=object)
    centre = townships[["x", "y"]].to_numpy()
    street = townships["is_street"].to_numpy()
    township = villages["township"].to_numpy(dtype=np.int64)
    for row in np.unique(township):
        members = np.flatnonzero(township == row)
        spots, is_centre = _village_spots(
            rng, ground[row], centre[row], resident[members], bool(street[row])
        )
        x[members], y[members] = spots[:, 0], spots[:, 1]
        zone[members[is_centre]] = "urban" if street[row] else "town"
    villages["x"], villages["y"], villages["zone"] = x, y, zone
    villages["name"] = _everyday_names(villages["name"])
    people = townships["population"].to_numpy(dtype=np.float64)[villages["township"]]
    weight = rng.lognormal(0.0, 0.4, size=len(villages)) * np.where(zone == "rural", 1.0, 1.6)
    total = pd.Series(weight).groupby(villages["township"]).transform("sum").to_numpy()
    villages["share"] = people / CITY_POPULATION * weight / total
    return villages[["name", "township", "zone", "x", "y", "share"]]


def _everyday_names(committees: pd.Series) -> pd.Series:
    """Name villages as people do: 西蔡家村村民委员会 is 西蔡家村, 日升社区居委会 is 日升社区."""
    return (
        committees.str.replace("(村民委员会|村民委会|村委会|村民委员会会)$", "村", regex=True)
        .str.replace("(居民委员会|居委会|民委会)$", "", regex=True)
        .str.replace("村村$", "村", regex=True)
    )


def _village_spots(
    rng: np.random.Generator, ground: Floats, centre: Floats, resident: Bools, street: bool
) -> tuple[Floats, Bools]:
    """Choose a point per village; residents' committees lie around the centre."""
    reach = 1600.0 if street else 700.0
    count = len(resident)
    away = np.hypot(ground[:, 0] - centre[0], ground[:, 1] - centre[1])
    weight = np.exp(-away / 9000.0)
    chosen = rng.choice(
        len(ground), size=count, replace=len(ground) < count, p=weight / weight.sum()
    )
    spots = ground[chosen] + rng.normal(0.0, 60.0, size=(count, 2))
    near = np.argsort(np.hypot(*(spots - centre).T), kind="stable")
    core = max(1, round((0.2 if street else 0.1) * count))
    is_centre = resident.copy()
    is_centre[near[:core]] = True
    n_centre = int(is_centre.sum())
    angle = rng.uniform(0.0, 2.0 * np.pi, size=n_centre)
    radius = reach * np.sqrt(rng.random(n_centre))
    spots[is_centre] = centre + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return spots, is_centre


def scatter(
    rng: np.random.Generator, land: BaseGeometry, x: Floats, y: Floats, sigma_m: float | Floats
) -> tuple[Floats, Floats]:
    """Move points by a normal step; one that would leave the city stays where it was."""
    step = rng.normal(0.0, 1.0, size=(2, len(x))) * sigma_m
    inside = shapely.contains_xy(land, x + step[0], y + step[1])
    return np.where(inside, x + step[0], x), np.where(inside, y + step[1], y)


def township_names(territory: Territory, rows: Ints) -> tuple[Strings, Strings]:
    """Return district and township of each township row."""
    frame = territory.townships
    return (
        frame["district"].to_numpy(dtype=object)[rows],
        frame["name"].to_numpy(dtype=object)[rows],
    )
