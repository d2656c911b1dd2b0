"""Coordinate systems: whatever a file is in, to EPSG:4490 degrees and back.

Positions are stored in EPSG:4490 (CGCS2000) degrees, always longitude first.
EPSG:4326 is taken as equal to it: the two differ by centimetres, and no published
transformation says more.  Projected zones go through PROJ.  GCJ-02 and BD-09 are the
shifted degrees of Chinese web maps; their formula is unofficial, so converting them
is a help for files that exist in no other form, good to well under a millimetre of
the formula, not a survey.

A projected zone may carry its number in front of the easting (40 500 000 instead of
500 000); both writings are accepted for every zone and told apart by magnitude.

Everything here is vectorised, and missing coordinates (NaN) stay missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from allocation.messages.errors import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]

STORED = "EPSG:4490"
"""The system of every position inside the program."""

GCJ02 = "GCJ-02"
BD09 = "BD-09"

_GEOGRAPHIC = {4326, 4490}
_SHIFTED = {"GCJ02": GCJ02, "MARS": GCJ02, "BD09": BD09, "BD09LL": BD09}
_SPELLINGS = {"CGCS2000": STORED, "WGS84": "EPSG:4326"}

# Semi-major axis and squared eccentricity of the Krasovsky ellipsoid, on which the
# published GCJ-02 formula rests, and the box outside which it shifts nothing.
_AXIS_M = 6378245.0
_ECCENTRICITY2 = 0.00669342162296594323
_BOX = (72.004, 0.8293, 137.8347, 55.8271)

_BD_ANGLE = np.pi * 3000.0 / 180.0
_BD_SHIFT = (0.0065, 0.006)

_TOLERANCE_DEG = 1e-9
_MOST_ROUNDS = 30


@dataclass(frozen=True, slots=True)
class Zone:
    """A Gauss-Krueger zone with its number and where its eastings start.

    Attributes
    ----------
    number
        Zone number, 40 for the 3-degree zone with central meridian 120°E.
    has_prefix
        Whether the system itself writes the number in front of the easting.
    """

    number: int
    has_prefix: bool


def crs_name(text: str) -> str:
    """Return the canonical name of a coordinate system.

    Parameters
    ----------
    text
        ``EPSG:4490``, ``epsg:4549``, ``GCJ-02``, ``gcj02``, ``BD09``, ``CGCS2000``...

    Returns
    -------
    ``"GCJ-02"``, ``"BD-09"`` or ``"EPSG:<code>"``.

    Raises
    ------
    ScenarioError
        ``crs_unknown`` when the system is not known, is no transverse Mercator zone, or
        rests on a datum (Beijing 1954, Xi'an 1980) from which no exact published way
        leads to EPSG:4490.
    """
    compact = re.sub(r"[\s_\-]", "", text).upper()
    if compact in _SHIFTED:
        return _SHIFTED[compact]
    name = _SPELLINGS.get(compact, compact)
    if not re.fullmatch(r"EPSG:\d{4,6}", name):
        raise ScenarioError("crs_unknown", crs=text)
    try:
        crs = _crs(name)
    except CRSError:
        raise ScenarioError("crs_unknown", crs=text) from None
    base = crs.geodetic_crs
    operation = crs.coordinate_operation
    usable = crs.is_geographic or (
        operation is not None and operation.method_name == "Transverse Mercator"
    )
    on_datum = base is not None and base.to_epsg() in _GEOGRAPHIC
    if not (usable and on_datum and len(crs.axis_info) == 2):
        raise ScenarioError("crs_unknown", crs=text)
    return name


def is_projected(crs: str) -> bool:
    """Tell whether a system is in metres (true) or in degrees (false)."""
    name = crs_name(crs)
    return name not in (GCJ02, BD09) and _crs(name).is_projected


def to_stored(x: Floats, y: Floats, crs: str) -> tuple[Floats, Floats]:
    """Convert positions to EPSG:4490 longitude and latitude.

    Parameters
    ----------
    x, y
        Longitude and latitude in degrees, or easting and northing in metres, with or
        without the zone number in front of the easting.
    crs
        The system the positions are in.
    """
    name = crs_name(crs)
    if name == GCJ02:
        return _inverse(_gcj_from_plain, x, y)
    if name == BD09:
        return _inverse(_bd_from_plain, x, y)
    if _crs(name).is_projected:
        return _transform(name, without_other_prefix(x, name), y, inverse=True)
    return np.asarray(x, float).copy(), np.asarray(y, float).copy()


def from_stored(lon: Floats, lat: Floats, crs: str) -> tuple[Floats, Floats]:
    """Convert EPSG:4490 longitude and latitude to another system (east first)."""
    name = crs_name(crs)
    if name == GCJ02:
        return _gcj_from_plain(lon, lat)
    if name == BD09:
        return _bd_from_plain(lon, lat)
    if _crs(name).is_projected:
        return _transform(name, lon, lat, inverse=False)
    return np.asarray(lon, float).copy(), np.asarray(lat, float).copy()


def zone_of(crs: str) -> Zone | None:
    """Return the Gauss-Krueger zone of a system, ``None`` for any other system."""
    name = crs_name(crs)
    return None if name in (GCJ02, BD09) else _zone(name)


def without_other_prefix(easting: Floats, crs: str) -> Floats:
    """Write eastings the way their system does, whichever way the file wrote them.

    A number in front that belongs to another zone is left alone: it lands far
    outside and is found there.
    """
    values = np.asarray(easting, float)
    zone = zone_of(crs)
    if zone is None:
        return values
    prefix = zone.number * 1e6
    carries_it = np.floor(values / 1e6) == zone.number
    if zone.has_prefix:
        return np.where((values > 0) & (values < 1e6), values + prefix, values)
    return np.where(carries_it, values - prefix, values)


@cache
def _crs(name: str) -> CRS:
    return CRS.from_user_input(name)


@cache
def _zone(name: str) -> Zone | None:
    crs = _crs(name)
    operation = crs.coordinate_operation
    if operation is None or "Gauss-Kruger" not in crs.name:
        return None
    values = {parameter.name: float(parameter.value) for parameter in operation.params}
    meridian = round(values["Longitude of natural origin"])
    easting = values["False easting"]
    if easting >= 1e6:
        return Zone(int(easting // 1e6), has_prefix=True)
    # Without a number in the system, the name tells three from six degrees apart.
    three_degree = "3-degree" in crs.name
    return Zone(meridian // 3 if three_degree else (meridian + 3) // 6, has_prefix=False)


@cache
def _transformer(name: str) -> Transformer:
    # From a zone to its own geographic base: a map projection alone, no datum step.
    base = _crs(name).geodetic_crs
    assert base is not None  # noqa: S101  crs_name has looked
    return Transformer.from_crs(base, _crs(name), always_xy=True)


def _transform(name: str, x: Floats, y: Floats, *, inverse: bool) -> tuple[Floats, Floats]:
    direction = "INVERSE" if inverse else "FORWARD"
    east, north = _transformer(name).transform(
        np.asarray(x, float), np.asarray(y, float), direction=direction
    )
    # PROJ answers "inf" where it cannot say; here that is a missing position.
    ok = np.isfinite(east) & np.isfinite(north)
    return np.where(ok, east, np.nan), np.where(ok, north, np.nan)


def _gcj_from_plain(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift plain degrees by the published GCJ-02 formula."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    x, y = lon - 105.0, lat - 35.0
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (ripple + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (ripple + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)) * 2.0 / 3.0

    angle = np.radians(lat)
    bend = 1.0 - _ECCENTRICITY2 * np.sin(angle) ** 2
    meridian_m = _AXIS_M * (1.0 - _ECCENTRICITY2) / (bend * np.sqrt(bend))
    parallel_m = _AXIS_M / np.sqrt(bend) * np.cos(angle)
    west_end, south_end, east_end, north_end = _BOX
    inside = (lon >= west_end) & (lon <= east_end) & (lat >= south_end) & (lat <= north_end)
    # A missing position is outside, and stays missing.
    return (
        lon + np.where(inside, np.degrees(east / parallel_m), 0.0),
        lat + np.where(inside, np.degrees(north / meridian_m), 0.0),
    )


def _bd_from_plain(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift plain degrees to GCJ-02 and on to BD-09."""
    x, y = _gcj_from_plain(lon, lat)
    length = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_ANGLE)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_ANGLE)
    return length * np.cos(angle) + _BD_SHIFT[0], length * np.sin(angle) + _BD_SHIFT[1]


def _inverse(
    forward: Callable[[Floats, Floats], tuple[Floats, Floats]], x: Floats, y: Floats
) -> tuple[Floats, Floats]:
    """Invert a shift by iterating until the forward formula gives the position back.

    The shift changes by under 1 % of a step, so a few rounds reach 1e-9 degrees
    (0.1 mm); a single step would leave up to 2.8 m.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    lon, lat = x.copy(), y.copy()
    for _ in range(_MOST_ROUNDS):
        there_x, there_y = forward(lon, lat)
        step_x, step_y = there_x - x, there_y - y
        lon, lat = lon - step_x, lat - step_y
        # A missing position compares as settled.
        if not np.any(np.abs([step_x, step_y]) >= _TOLERANCE_DEG):
            break
    return lon, lat
