"""Space: coordinate systems, distances in metres, pairs of sites, spacing conflicts."""

from __future__ import annotations

from allocation.geo.measured import NONE_MEASURED, Measured, read_measured
from allocation.geo.metric import Metric, Points, length_mm
from allocation.geo.pairs import Pairs, Sites, nearest, pairs_between, pairs_within
from allocation.geo.spacing import ClassPairs, class_conflicts

__all__ = [
    "NONE_MEASURED",
    "ClassPairs",
    "Measured",
    "Metric",
    "Pairs",
    "Points",
    "Sites",
    "class_conflicts",
    "length_mm",
    "nearest",
    "pairs_between",
    "pairs_within",
    "read_measured",
]
