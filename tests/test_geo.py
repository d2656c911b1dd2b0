"""Distances, pairs within a distance, measured distances, spacing conflicts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.geo import (
    NONE_MEASURED,
    Measured,
    Metric,
    Pairs,
    Sites,
    class_conflicts,
    length_mm,
    nearest,
    pairs_between,
    pairs_within,
    read_measured,
)
from allocation.messages import CATALOGUE, InputError, ScenarioError

PLANE = Metric("EPSG:4549")
SURFACE = Metric("EPSG:4549", "geodesic")
METRICS = pytest.mark.parametrize("metric", [PLANE, SURFACE], ids=["projected", "geodesic"])

degrees = st.tuples(
    st.integers(0, 60).map(lambda step: 119.4 + step * 1e-4),
    st.integers(0, 60).map(lambda step: 35.4 + step * 1e-4),
)
spots = st.lists(st.none() | degrees, max_size=18)


def make_sites(coordinates: list[tuple[float, float] | None], metric: Metric, name: str) -> Sites:
    filled = [pair or (np.nan, np.nan) for pair in coordinates]
    lon, lat = zip(*filled, strict=True) if filled else ((), ())
    ids = np.array([f"{name}{row:02d}" for row in range(len(filled))], dtype=object)
    return Sites(ids, metric.locate(lon, lat))


def make_measured(lengths: dict[tuple[str, str], float]) -> Measured:
    rows = [
        {"place_id_a": a, "place_id_b": b, "distance_m": metres, "measured_on": None}
        for (a, b), metres in lengths.items()
    ]
    return read_measured(pd.DataFrame(rows))


def as_dict(pairs: Pairs) -> dict[tuple[int, int], tuple[int, bool]]:
    columns = (pairs.left, pairs.right, pairs.length_mm, pairs.measured)
    return {
        (i, j): (mm, measured)
        for i, j, mm, measured in zip(*(column.tolist() for column in columns), strict=True)
    }


def brute_force(
    left: Sites, right: Sites, radius_mm: int, metric: Metric, given_m: dict[tuple[str, str], float]
) -> dict[tuple[int, int], tuple[int, bool]]:
    """Every pair of rows, measured ones first, one at a time."""
    found = {}
    for i, a in enumerate(left.id):
        for j, b in enumerate(right.id):
            one, other = left.points.take(np.array([i])), right.points.take(np.array([j]))
            metres = given_m.get((a, b), given_m.get((b, a)))
            if metres is not None:
                entry = (round(metres * 1000), True)
            elif one.known[0] and other.known[0]:
                entry = (int(length_mm(metric.lengths_m(one, other))[0]), False)
            else:
                continue
            if entry[0] <= radius_mm:
                found[i, j] = entry
    return found


def test_two_methods_differ_by_the_scale_of_the_zone() -> None:
    lon, lat = [118.6, 118.6], [35.5, 35.6]
    here, there = np.array([0]), np.array([1])
    planar, surface = (
        metric.lengths_m(points.take(here), points.take(there))[0]
        for metric in (PLANE, SURFACE)
        for points in [metric.locate(lon, lat)]
    )
    assert 1.0001 < planar / surface < 1.0003


def test_zone_with_prefix_gives_the_same_distances() -> None:
    prefixed = Metric("EPSG:4528")
    lon, lat = [119.0, 119.003], [35.5, 35.502]
    here, there = np.array([0]), np.array([1])
    one, other = PLANE.locate(lon, lat), prefixed.locate(lon, lat)
    assert other.x[0] == pytest.approx(one.x[0] + 40_000_000)
    assert length_mm(PLANE.lengths_m(one.take(here), one.take(there))) == length_mm(
        prefixed.lengths_m(other.take(here), other.take(there))
    )


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4326", "EPSG:2263", "EPSG:999999", "GCJ-02"])
def test_degrees_and_feet_are_never_taken_for_metres(crs: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        Metric(crs)
    assert caught.value.code == "space_crs_not_metric"
    assert caught.value.code in CATALOGUE


@METRICS
def test_unknown_point_has_no_distance(metric: Metric) -> None:
    points = metric.locate([119.0, np.nan, 119.0], [35.5, 35.5, np.nan])
    assert points.known.tolist() == [True, False, False]
    here = points.take(np.array([0, 0, 0]))
    assert np.isnan(metric.lengths_m(here, points)).tolist() == [False, True, True]


def test_row_minus_one_is_an_unknown_point() -> None:
    points = PLANE.locate([119.0], [35.5])
    assert points.take(np.array([-1, 0])).known.tolist() == [False, True]


def test_fill_keeps_what_is_known() -> None:
    own = PLANE.locate([119.0, np.nan, np.nan], [35.5, np.nan, np.nan])
    filled = own.fill(PLANE.locate([120.0, 120.0, np.nan], [35.0, 35.0, np.nan]))
    assert filled.lon[:2].tolist() == [119.0, 120.0]
    assert filled.known.tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("metres", "expected"), [(300.0, 300_000), (299.9999999, 300_000), (299.9994, 299_999), (0, 0)]
)
def test_length_is_rounded_to_millimetres(metres: float, expected: int) -> None:
    assert length_mm(np.array([metres])).tolist() == [expected]


@METRICS
@settings(max_examples=60, deadline=None)
@given(coordinates=spots, radius_m=st.integers(0, 700), data=st.data())
def test_pairs_within_equal_brute_force(
    metric: Metric,
    coordinates: list[tuple[float, float] | None],
    radius_m: int,
    data: st.DataObject,
) -> None:
    sites = make_sites(coordinates, metric, "s")
    lengths = data.draw(measured_lengths(list(sites.id), list(sites.id)))
    found = pairs_within(
        sites, radius_m * 1000, metric, make_measured(lengths) if lengths else NONE_MEASURED
    )
    every = brute_force(sites, sites, radius_m * 1000, metric, lengths)
    assert as_dict(found) == {(i, j): entry for (i, j), entry in every.items() if i < j}
    assert list(as_dict(found)) == sorted(as_dict(found))


@METRICS
@settings(max_examples=60, deadline=None)
@given(left=spots, right=spots, radius_m=st.integers(0, 700), data=st.data())
def test_pairs_between_equal_brute_force(
    metric: Metric,
    left: list[tuple[float, float] | None],
    right: list[tuple[float, float] | None],
    radius_m: int,
    data: st.DataObject,
) -> None:
    places, outlets = make_sites(left, metric, "p"), make_sites(right, metric, "o")
    lengths = data.draw(measured_lengths(list(places.id), list(outlets.id)))
    measured = make_measured(lengths) if lengths else NONE_MEASURED
    found = pairs_between(places, outlets, radius_m * 1000, metric, measured)
    assert as_dict(found) == brute_force(places, outlets, radius_m * 1000, metric, lengths)


@st.composite
def measured_lengths(
    draw: st.DrawFn, left: list[str], right: list[str]
) -> dict[tuple[str, str], float]:
    """Draw a few measured pairs, named in either order, each pair once."""
    if not left or not right:
        return {}
    pairs = draw(
        st.lists(
            st.tuples(st.sampled_from(left), st.sampled_from(right)).filter(lambda p: p[0] != p[1]),
            max_size=4,
            unique_by=lambda pair: frozenset(pair),
        )
        if len({*left, *right}) > 1
        else st.just([])
    )
    return {
        (pair if draw(st.booleans()) else pair[::-1]): float(draw(st.integers(1, 900)))
        for pair in pairs
    }


def test_site_is_not_its_own_neighbour() -> None:
    points = PLANE.locate([119.0, 119.001], [35.5, 35.5])
    places = Sites(np.array(["a", "b"], dtype=object), points)
    pairs = pairs_between(places, places, 500_000, PLANE, NONE_MEASURED)
    assert list(as_dict(pairs)) == [(0, 1), (1, 0)]


def test_nearest_takes_the_first_of_equally_near_ones() -> None:
    pairs = Pairs(
        np.array([0, 0, 0, 2]),
        np.array([0, 1, 2, 5]),
        np.array([70, 50, 50, 9]),
        np.zeros(4, dtype=np.bool_),
    )
    assert nearest(pairs, 4).tolist() == [1, -1, 3, -1]


def measurements(*rows: tuple[str, str, float, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["place_id_a", "place_id_b", "distance_m", "measured_on"])
    return frame.assign(measured_on=pd.to_datetime(frame["measured_on"]))


def test_latest_measurement_counts() -> None:
    table = measurements(
        ("b", "a", 310, "2023-05-01"), ("a", "b", 290, "2023-06-01"), ("a", "b", 280, None)
    )
    measured = read_measured(table)
    assert (measured.a.tolist(), measured.b.tolist()) == (["a"], ["b"])
    assert measured.length_mm.tolist() == [290_000]


def test_same_length_twice_is_no_contradiction() -> None:
    assert len(read_measured(measurements(("a", "b", 5, None), ("b", "a", 5, None))).a) == 1


def test_two_lengths_of_one_day_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        read_measured(measurements(("a", "b", 5, "2023-05-01"), ("b", "a", 6, "2023-05-01")))
    assert caught.value.code == "measured_twice"
    assert caught.value.code in CATALOGUE


lengths_mm = st.integers(0, 400_000)
asked = st.lists(st.tuples(lengths_mm, lengths_mm, lengths_mm), min_size=4, max_size=4)
ALL_PAIRS = [(i, j) for i in range(4) for j in range(i + 1, 4)]


@given(
    asked,
    st.lists(st.tuples(*[st.booleans()] * 3), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.lists(lengths_mm, min_size=6, max_size=6),
)
def test_conflicts_equal_definition(
    required: list[tuple[int, ...]],
    present: list[tuple[bool, ...]],
    smaller: list[bool],
    apart: list[int],
) -> None:
    left, right = np.array(ALL_PAIRS).T
    pairs = Pairs(left, right, np.array(apart), np.zeros(6, dtype=np.bool_))
    conflicts = class_conflicts(pairs, np.array(required), np.array(present), np.array(smaller))
    rows = zip(
        conflicts.pair.tolist(),
        conflicts.class_left.tolist(),
        conflicts.class_right.tolist(),
        conflicts.required_mm.tolist(),
        strict=True,
    )
    expected = []
    for row, (i, j) in enumerate(ALL_PAIRS):
        combine = min if smaller[i] and smaller[j] else max
        for h in range(3):
            for k in range(3):
                distance = combine(required[i][h], required[j][k])
                if present[i][h] and present[j][k] and apart[row] < distance:
                    expected.append((row, h, k, distance))
    assert list(rows) == expected


@given(asked, st.lists(lengths_mm, min_size=6, max_size=6), st.booleans())
def test_conflicts_are_symmetric(
    required: list[tuple[int, ...]], apart: list[int], smaller: bool
) -> None:
    left, right = np.array(ALL_PAIRS).T
    everybody, setting = np.ones((4, 3), dtype=np.bool_), np.full(4, smaller)
    none = np.zeros(6, dtype=np.bool_)

    def conflicts_of(pairs: Pairs) -> set[frozenset[tuple[int, int]]]:
        found = class_conflicts(pairs, np.array(required), everybody, setting)
        return {
            frozenset([(int(pairs.left[p]), int(h)), (int(pairs.right[p]), int(k))])
            for p, h, k in zip(found.pair, found.class_left, found.class_right, strict=True)
        }

    forth = conflicts_of(Pairs(left, right, np.array(apart), none))
    assert forth == conflicts_of(Pairs(right, left, np.array(apart), none))


@given(st.lists(lengths_mm, min_size=4, max_size=4), st.floats(0, 1), st.booleans())
def test_relaxed_class_never_conflicts_where_a_general_one_does_not(
    full: list[int], factor: float, smaller: bool
) -> None:
    required = np.array([[mm, int(mm * factor), 0] for mm in full])
    left, right = np.array(ALL_PAIRS).T
    pairs = Pairs(left, right, np.full(6, 200_000), np.zeros(6, dtype=np.bool_))
    found = class_conflicts(pairs, required, np.ones((4, 3), dtype=np.bool_), np.full(4, smaller))
    rows = set(zip(found.pair, found.class_left, found.class_right, strict=True))
    for pair, h, k in rows:
        assert all((pair, a, b) in rows for a in range(h + 1) for b in range(k + 1))
