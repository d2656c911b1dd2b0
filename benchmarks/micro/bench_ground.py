"""Inner loops around the ground and the draw: pairs of places, distances, numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from allocation.draw.order import draw_numbers
from allocation.geo.measured import NONE_MEASURED
from allocation.geo.metric import Metric
from allocation.geo.pairs import Sites, pairs_within

Bench = Any
"""The fixture of pytest-benchmark, which has no type to import."""
METRIC = Metric("EPSG:4549")


@pytest.fixture(scope="module")
def sites() -> Sites:
    """Give 10,000 sites in a square of 40 km, in degrees as they are stored."""
    rng = np.random.default_rng(1)
    lon, lat = 119 + rng.random(10_000) * 0.44, 35 + rng.random(10_000) * 0.36
    ids = np.array([f"S{number:05d}" for number in range(10_000)], dtype=object)
    return Sites(ids, METRIC.locate(lon, lat))


def test_project_10000_points(benchmark: Bench, sites: Sites) -> None:
    found = benchmark(METRIC.locate, sites.points.lon, sites.points.lat)
    assert np.array_equal(found.x, sites.points.x)


def test_pairs_of_10000_sites_within_500_m(benchmark: Bench, sites: Sites) -> None:
    pairs = benchmark(pairs_within, sites, 500_000, METRIC, NONE_MEASURED)
    assert len(pairs) > 10_000


def test_draw_numbers_of_100000_receipts(benchmark: Bench) -> None:
    receipts = [f"R{number:06d}" for number in range(100_000)]
    assert len(benchmark(draw_numbers, receipts, "benchmark", "1")) == 100_000
