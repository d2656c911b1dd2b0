"""Positions: what is wrong with them, and where they are in EPSG:4490.

Whether a file is in metres or degrees, and which way round, is seen by magnitude.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from allocation.geo import coordinates
from allocation.read.findings import Finding
from allocation.read.raw import Bools, whole_file
from allocation.read.systems import PLAIN_DEGREES, CrsRule, Located, conversion_notices
from allocation.read.typed import Draft, cell_findings

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

CHINA: Box = (73.0, 3.0, 136.0, 54.0)
"""West, south, east, north within which any position must lie."""

_METRES = 1000.0
_DECIMALS = 9
_ENOUGH_TO_JUDGE = 3


def locate(draft: Draft, rule: CrsRule, bounds: Box | None) -> Located:
    """Check the positions of a table and convert them to EPSG:4490 degrees.

    Parameters
    ----------
    bounds
        West, south, east, north of the city; ``None`` for anywhere in China.
    """
    crs = rule.of(draft)
    if isinstance(crs, Finding):
        return Located(draft, "", (crs,))
    if draft.raw.geometry is not None:
        draft, findings = _points_of_geometry(draft)
    else:
        findings = _half_positions(draft)
    x = draft.frame["lon"].to_numpy(dtype=float)
    y = draft.frame["lat"].to_numpy(dtype=float)
    whole = np.isfinite(x) & np.isfinite(y)
    wrong = _judge(x, y, crs)
    flagged = np.zeros(len(x), dtype=bool)
    for code, mask in wrong.items():
        flagged |= mask
        if mask.sum() == whole.sum() >= _ENOUGH_TO_JUDGE:
            finding = whole_file(
                draft.raw.table, draft.raw.origin, f"{code}_all", crs=crs, n=int(mask.sum())
            )
            findings.append(finding)
        else:
            findings += _at_fault(draft, mask, code, crs)
    lon, lat = _converted(x, y, crs, whole & ~flagged)
    findings += _outside(draft, lon, lat, bounds or CHINA)
    frame = draft.frame.assign(lon=lon, lat=lat)
    notices = conversion_notices(draft, crs, int(np.isfinite(lon).sum()))
    return Located(draft.with_frame(frame), crs, tuple(findings), notices)


def _points_of_geometry(draft: Draft) -> tuple[Draft, list[Finding]]:
    """Take positions from the geometries of a layer, which stand above its columns."""
    geometry = draft.raw.geometry
    assert geometry is not None  # noqa: S101  the caller has looked
    here = geometry.to_numpy()[draft.index]
    given = ~(shapely.is_missing(here) | shapely.is_empty(here))
    wrong = given & (shapely.get_type_id(here) != shapely.GeometryType.POINT)
    # Of anything but a point both coordinates are NaN.
    frame = draft.frame.assign(lon=shapely.get_x(here), lat=shapely.get_y(here))
    origin, rows = draft.raw.origin, draft.rows
    findings = [
        replace(whole_file(draft.raw.table, origin, "geometry_not_point"), row=int(rows[i]))
        for i in np.flatnonzero(wrong)
    ]
    return draft.with_frame(frame), findings


def _half_positions(draft: Draft) -> list[Finding]:
    """Find rows with only one of the two coordinates."""
    lon, lat = draft.frame["lon"].isna().to_numpy(), draft.frame["lat"].isna().to_numpy()
    findings: list[Finding] = []
    for column, lacks, other in (("lon", lon & ~lat, "lat"), ("lat", lat & ~lon, "lon")):
        where = lacks & ~draft.is_bad(column)
        params = {"other_field": other}
        if draft.has(column):
            findings += cell_findings(draft, column, where, "coordinate_alone", params)
        elif where.any():
            schema = draft.raw.table.by_name[column]
            findings.append(
                replace(
                    whole_file(draft.raw.table, draft.raw.origin, "missing_column"),
                    column=schema.zh,
                    field=column,
                    params={"names": [schema.zh, schema.name]},
                )
            )
    return findings


def _judge(x: Floats, y: Floats, crs: str) -> dict[str, Bools]:
    """Find positions that cannot be in a system, each under one code."""
    with np.errstate(invalid="ignore"):
        masks = _judge_metres(x, y, crs) if coordinates.is_projected(crs) else _judge_degrees(x, y)
    taken = np.zeros(len(x), dtype=bool)
    found: dict[str, Bools] = {}
    for code, mask in masks.items():
        found[code] = mask & ~taken
        taken |= mask
    return {code: mask for code, mask in found.items() if mask.any()}


def _at_fault(draft: Draft, mask: Bools, code: str, crs: str) -> list[Finding]:
    """Make the findings at the coordinate at fault: the latitude where only it is."""
    y = draft.frame["lat"].to_numpy(dtype=float)
    x = draft.frame["lon"].to_numpy(dtype=float)
    of_degrees = code == "coordinate_out_of_range" and not coordinates.is_projected(crs)
    only_lat = of_degrees & (np.abs(y) > 90.0) & (np.abs(x) <= 180.0)
    params = {"crs": crs}
    return [
        *cell_findings(draft, "lon", mask & ~only_lat, code, params),
        *cell_findings(draft, "lat", mask & only_lat, code, params),
    ]


def _judge_degrees(x: Floats, y: Floats) -> dict[str, Bools]:
    return {
        "coordinates_in_metres": (np.abs(x) > _METRES) & (np.abs(y) > _METRES),
        "coordinates_swapped": (np.abs(x) <= 90.0) & (np.abs(y) > 90.0) & (np.abs(y) <= 180.0),
        "coordinate_out_of_range": (np.abs(x) > 180.0) | (np.abs(y) > 90.0),
    }


def _judge_metres(x: Floats, y: Floats, crs: str) -> dict[str, Bools]:
    zone = coordinates.zone_of(crs)
    usual = _within_zone(coordinates.without_other_prefix(x, crs), zone)
    other_way = _within_zone(coordinates.without_other_prefix(y, crs), zone)
    # Northings of China; an easting without its zone number never reaches them.
    north_x, north_y = ((v > 300_000.0) & (v < 6_200_000.0) for v in (x, y))
    good = usual & north_y
    return {
        "coordinates_in_degrees": (np.abs(x) <= 360.0) & (np.abs(y) <= 360.0),
        "coordinates_swapped": ~good & other_way & north_x,
        "coordinate_out_of_range": ~good & np.isfinite(x) & np.isfinite(y),
    }


def _within_zone(easting: Floats, zone: coordinates.Zone | None) -> Bools:
    base = zone.number * 1e6 if zone is not None and zone.has_prefix else 0.0
    inside: Bools = (easting > base) & (easting < base + 1e6)
    return inside


def _converted(x: Floats, y: Floats, crs: str, usable: Bools) -> tuple[Floats, Floats]:
    """Convert the usable positions; the others are missing from here on."""
    x, y = np.where(usable, x, np.nan), np.where(usable, y, np.nan)
    lon, lat = coordinates.to_stored(x, y, crs)
    if crs in PLAIN_DEGREES:
        return lon, lat
    # Mathematics libraries differ in the last digits; a tenth of a millimetre does not.
    return np.round(lon, _DECIMALS), np.round(lat, _DECIMALS)


def _outside(draft: Draft, lon: Floats, lat: Floats, box: Box) -> list[Finding]:
    west, south, east, north = box
    with np.errstate(invalid="ignore"):
        beyond_lon = (lon < west) | (lon > east)
        beyond_lat = ((lat < south) | (lat > north)) & ~beyond_lon
    params = {"bounds": ", ".join(f"{side:g}" for side in box)}
    made: list[Finding] = []
    for column, mask in (("lon", beyond_lon), ("lat", beyond_lat)):
        made += cell_findings(draft, column, mask, "outside_bounds", params)
    return made
