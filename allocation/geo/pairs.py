"""Pairs of sites within a distance: a k-d tree finds them, an exact test keeps them.

Never from buffered polygons: a buffer lies inside its circle and misses pairs.  A
measured distance replaces the computed one, whether it is shorter or longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from allocation.geo.metric import Bools, Ints, Metric, Points, Strings, length_mm

if TYPE_CHECKING:
    from allocation.geo.measured import Measured


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Things on the map that have an id: places, outlets or protected sites."""

    id: Strings
    points: Points

    def __len__(self) -> int:
        return len(self.id)

    def take(self, rows: Ints | Bools) -> Sites:
        """Sites of the given rows."""
        return Sites(self.id[rows], self.points.take(rows))


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of rows with their distance, sorted by (``left``, ``right``).

    Attributes
    ----------
    left, right
        Rows; within one set of sites ``left < right``.
    length_mm
        Whole millimetres.
    measured
        Whether a person measured the distance; otherwise it was computed.
    """

    left: Ints
    right: Ints
    length_mm: Ints
    measured: Bools

    def __len__(self) -> int:
        return len(self.left)

    def take(self, rows: Ints | Bools) -> Pairs:
        """Pairs of the given rows."""
        return Pairs(self.left[rows], self.right[rows], self.length_mm[rows], self.measured[rows])


def pairs_within(sites: Sites, radius_mm: int, metric: Metric, measured: Measured) -> Pairs:
    """Pairs of different sites at most ``radius_mm`` apart, ``left < right``.

    A site without coordinates takes part only where its distance was measured.
    """
    rows = np.flatnonzero(sites.points.known)
    tree = cKDTree(metric.search_space(sites.points.take(rows)))
    found = tree.query_pairs(_reach_m(radius_mm), output_type="ndarray")
    # Rows ascend, so the i < j of the tree stays left < right.
    computed = _compute(rows[found[:, 0]], sites, rows[found[:, 1]], sites, metric)
    given = _given(sites, sites, measured)
    return _merge(computed, given.take(given.left < given.right), radius_mm)


def pairs_between(
    left: Sites, right: Sites, radius_mm: int, metric: Metric, measured: Measured
) -> Pairs:
    """Pairs of a left and a right site at most ``radius_mm`` apart.

    A site that stands in both sets under one id is not its own neighbour.
    """
    rows_left = np.flatnonzero(left.points.known)
    rows_right = np.flatnonzero(right.points.known)
    tree_left = cKDTree(metric.search_space(left.points.take(rows_left)))
    tree_right = cKDTree(metric.search_space(right.points.take(rows_right)))
    found = tree_left.sparse_distance_matrix(tree_right, _reach_m(radius_mm), output_type="ndarray")
    computed = _compute(rows_left[found["i"]], left, rows_right[found["j"]], right, metric)
    pairs = _merge(computed, _given(left, right, measured), radius_mm)
    return pairs.take(left.id[pairs.left] != right.id[pairs.right])


def nearest(pairs: Pairs, n_left: int) -> Ints:
    """Row of ``pairs`` with the shortest distance per left site, -1 where it has none.

    Of equally near ones the first right site counts.
    """
    rows: Ints = np.full(n_left, -1, dtype=np.int64)
    order = np.lexsort([pairs.right, pairs.length_mm, pairs.left])
    left, first = np.unique(pairs.left[order], return_index=True)
    rows[left] = order[first]
    return rows


def _reach_m(radius_mm: int) -> float:
    # A millimetre more than asked: whole millimetres decide, after rounding.
    return (radius_mm + 1) / 1000


def _compute(i: Ints, left: Sites, j: Ints, right: Sites, metric: Metric) -> Pairs:
    metres = metric.lengths_m(left.points.take(i), right.points.take(j))
    return Pairs(i, j, length_mm(metres), np.zeros(len(i), dtype=np.bool_))


def _given(left: Sites, right: Sites, measured: Measured) -> Pairs:
    i, j, mm = measured.between(left.id, right.id)
    return Pairs(i, j, mm, np.ones(len(i), dtype=np.bool_))


def _merge(computed: Pairs, given: Pairs, radius_mm: int) -> Pairs:
    """Union of both, the given distance deciding where both have one."""
    left = np.concatenate([given.left, computed.left]).astype(np.int64)
    right = np.concatenate([given.right, computed.right]).astype(np.int64)
    mm = np.concatenate([given.length_mm, computed.length_mm])
    measured = np.concatenate([given.measured, computed.measured])
    order = np.lexsort([mm, ~measured, right, left])
    left, right, mm, measured = left[order], right[order], mm[order], measured[order]
    first = np.ones(len(left), dtype=np.bool_)
    first[1:] = (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    keep = first & (mm <= radius_mm)
    return Pairs(left[keep], right[keep], mm[keep], measured[keep])
