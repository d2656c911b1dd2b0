"""Coordinate systems to EPSG:4490 and back, against published numbers."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from allocation.geo import coordinates
from allocation.geo.coordinates import (
    BD09,
    GCJ02,
    Zone,
    crs_name,
    from_stored,
    is_projected,
    to_stored,
    without_other_prefix,
    zone_of,
)
from allocation.messages import ScenarioError

OUTLINES = Path(__file__).parents[1] / "data" / "rizhao" / "districts.geojson"
# The shift published for points of Rizhao, in metres.
SHIFT_M = {GCJ02: (457, 532), BD09: (1191, 1328)}
EVERY_SYSTEM = ["EPSG:4490", "EPSG:4326", GCJ02, BD09, "EPSG:4549", "EPSG:4528", "EPSG:4498"]


def city(n: int = 80) -> tuple[np.ndarray, np.ndarray]:
    """Return a grid of points in the districts of the city."""
    outlines = gpd.read_file(OUTLINES).union_all()
    west, south, east, north = outlines.bounds
    lon, lat = map(np.ravel, np.meshgrid(np.linspace(west, east, n), np.linspace(south, north, n)))
    inside = shapely.contains_xy(outlines, lon, lat)
    return lon[inside], lat[inside]


@pytest.mark.parametrize(
    ("lon", "lat", "gcj_lon", "gcj_lat"),
    [
        # Points in Shanghai, Shenzhen and Beijing by which other converters are tested.
        (121.5272106, 31.1774276, 121.531541859215, 31.17530398364597),
        (113.912316, 22.543847, 113.9171764808363, 22.540796131694766),
        (116.377817, 39.911954, 116.38404722455657, 39.91334545536069),
    ],
)
def test_gcj02_gives_the_published_points(
    lon: float, lat: float, gcj_lon: float, gcj_lat: float
) -> None:
    x, y = from_stored(np.array([lon]), np.array([lat]), GCJ02)
    assert x[0] == pytest.approx(gcj_lon, abs=1e-12)
    assert y[0] == pytest.approx(gcj_lat, abs=1e-12)


@pytest.mark.parametrize("crs", [GCJ02, BD09])
def test_shifted_systems_are_off_by_the_published_lengths(crs: str) -> None:
    lon, lat = city()
    x, y = from_stored(lon, lat, crs)
    shift_m = Geod(ellps="GRS80").inv(lon, lat, x, y)[2]
    low, high = SHIFT_M[crs]
    assert low <= shift_m.min()
    assert shift_m.max() <= high


@pytest.mark.parametrize("crs", EVERY_SYSTEM)
def test_a_round_trip_ends_where_it_began(crs: str) -> None:
    lon, lat = city()
    back_lon, back_lat = to_stored(*from_stored(lon, lat, crs), crs)
    assert np.abs(back_lon - lon).max() < 1e-9
    assert np.abs(back_lat - lat).max() < 1e-9


@settings(max_examples=50, deadline=None)
@given(lon=st.floats(74, 135), lat=st.floats(18, 53), crs=st.sampled_from([GCJ02, BD09]))
def test_shifted_systems_can_be_undone_all_over_china(lon: float, lat: float, crs: str) -> None:
    back_lon, back_lat = to_stored(*from_stored(np.array([lon]), np.array([lat]), crs), crs)
    assert back_lon[0] == pytest.approx(lon, abs=1e-9)
    assert back_lat[0] == pytest.approx(lat, abs=1e-9)


def test_the_zone_of_rizhao_is_in_metres_from_its_meridian() -> None:
    east, north = from_stored(np.array([120.0]), np.array([35.42]), "EPSG:4549")
    assert east[0] == pytest.approx(500_000.0, abs=1e-6)
    assert north[0] == pytest.approx(3_921_199, abs=2_000)


@pytest.mark.parametrize("crs", ["EPSG:4549", "EPSG:4528"])
def test_the_zone_number_may_stand_in_front_or_not(crs: str) -> None:
    lon, lat = np.array([119.5]), np.array([35.4])
    short, north = from_stored(lon, lat, "EPSG:4549")
    assert 0 < short[0] < 1e6
    for easting in (short, short + 40e6):
        got_lon, got_lat = to_stored(easting, north, crs)
        assert got_lon[0] == pytest.approx(119.5, abs=1e-9)
        assert got_lat[0] == pytest.approx(35.4, abs=1e-9)


def test_the_number_of_another_zone_is_left_to_be_found() -> None:
    wrong = np.array([39_454_000.0])
    assert without_other_prefix(wrong, "EPSG:4549")[0] == wrong[0]


@pytest.mark.parametrize(
    ("crs", "zone"),
    [
        ("EPSG:4549", Zone(40, has_prefix=False)),
        ("EPSG:4528", Zone(40, has_prefix=True)),
        ("EPSG:4498", Zone(20, has_prefix=True)),
        ("EPSG:4509", Zone(20, has_prefix=False)),
        ("EPSG:4490", None),
        (GCJ02, None),
    ],
)
def test_zones_are_known_by_their_number(crs: str, zone: Zone | None) -> None:
    assert zone_of(crs) == zone


@pytest.mark.parametrize("crs", EVERY_SYSTEM)
def test_missing_positions_stay_missing(crs: str) -> None:
    lon, lat = from_stored(np.array([np.nan, 119.5]), np.array([35.4, 35.4]), crs)
    lon, lat = to_stored(lon, lat, crs)
    assert np.isnan(lon[0])
    assert lon[1] == pytest.approx(119.5, abs=1e-9)
    assert to_stored(np.array([]), np.array([]), crs)[0].size == 0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("gcj02", GCJ02),
        ("GCJ-02", GCJ02),
        ("bd_09", BD09),
        ("epsg:4549", "EPSG:4549"),
        ("CGCS2000", "EPSG:4490"),
        ("WGS 84", "EPSG:4326"),
    ],
)
def test_systems_are_known_by_several_names(text: str, name: str) -> None:
    assert crs_name(text) == name


@pytest.mark.parametrize(
    "text",
    ["", "Rizhao", "EPSG:99999", "EPSG:3857", "EPSG:4979", "EPSG:2437", "EPSG:2364"],
)
def test_systems_that_cannot_be_converted_exactly_are_refused(text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        crs_name(text)
    assert caught.value.code == "crs_unknown"


def test_outside_china_gcj02_shifts_nothing() -> None:
    lon, lat = from_stored(np.array([2.35]), np.array([48.85]), GCJ02)
    assert (lon[0], lat[0]) == (2.35, 48.85)


def test_only_zones_are_in_metres() -> None:
    assert is_projected("EPSG:4549")
    assert not any(map(is_projected, ["EPSG:4490", GCJ02, BD09]))
    assert coordinates.STORED == "EPSG:4490"
