"""Seeded randomness: one independent stream per part of the city.

A stream depends on the seed and its own name only, so that a change in how stalls
are made leaves people, posts and schools as they were.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Strings = NDArray[np.object_]


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator of one part of the city."""
    return np.random.default_rng([seed, *name.encode("utf-8")])


def apportion(total: int, weights: Floats, least: int = 0) -> Ints:
    """Split a number by weights: largest remainder, ties by position.

    ``least`` is given to every positive weight first, as far as ``total`` reaches.
    """
    base = np.where(weights > 0, least, 0).astype(np.int64)
    if int(base.sum()) > total:
        base = np.zeros(weights.shape, dtype=np.int64)
    rest = total - int(base.sum())
    exact = rest * weights / weights.sum()
    parts = np.floor(exact).astype(np.int64)
    short = rest - int(parts.sum())
    first = np.argsort(-(exact - parts), kind="stable")[:short]
    parts[first] += 1
    return np.asarray(base + parts, dtype=np.int64)


def pick(rng: np.random.Generator, values: object, shares: object, size: int) -> Strings:
    """Draw ``size`` values with the given shares, which are scaled to sum to 1."""
    weight = np.asarray(shares, dtype=np.float64)
    choice = rng.choice(len(weight), size=size, p=weight / weight.sum())
    return np.asarray(values, dtype=object)[choice]


def flag(rng: np.random.Generator, share: float | Floats, size: int) -> Bools:
    """Draw ``size`` booleans, true with the given share."""
    return rng.random(size) < share


def kept(keep: Bools, values: object) -> Strings:
    """Return the values where ``keep`` holds and ``None`` elsewhere."""
    column = np.full(len(keep), None, dtype=object)
    column[keep] = np.asarray(values, dtype=object)[keep]
    return column


def top_columns(keys: Floats, take: Ints) -> tuple[Ints, Ints]:
    """Return the ``take[i]`` best columns of each row i, best first, as (rows, columns).

    Columns with a key of minus infinity are never taken.
    """
    order = np.argsort(-keys, axis=1, kind="stable")
    longest = int(take.max(initial=0))
    order = order[:, :longest]
    usable = np.isfinite(np.take_along_axis(keys, order, axis=1))
    usable &= np.arange(order.shape[1]) < take[:, None]
    rows, position = np.nonzero(usable)
    return rows.astype(np.int64), order[rows, position].astype(np.int64)


def spread(counts: Ints) -> Ints:
    """Return 0 repeated ``counts[0]`` times, then 1 repeated ``counts[1]`` times, ..."""
    return np.repeat(np.arange(len(counts), dtype=np.int64), counts)


def count_within(group: Ints) -> Ints:
    """Return 0, 1, ... for the rows of each group in their order; ``group`` must be sorted."""
    if len(group) == 0:
        return np.empty(0, dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    lengths = np.diff(np.r_[starts, len(group)])
    return (np.arange(len(group)) - np.repeat(starts, lengths)).astype(np.int64)
