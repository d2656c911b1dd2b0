"""The plain problem, generated from a seed at any size.

At scale 1 it is 12,000 applicants with lists of ten, 900 posts with 3,200 units, 600 stalls
of one unit and, with conflicts, 400 candidate sites in a plane, of which about 125 pairs
stand closer than the 500 m they have to keep.  People apply near home, and nearer places
tend to stand higher on a list.  The plane grows with the number of people, so that every
size is equally crowded.

Positions are whole metres.  A distance is then never near half a metre, and rounds the
same way whether it was computed here or from a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Ints = NDArray[np.int64]

Kind = Literal["assignment", "spacing", "stable", "sites"]
"""The problem without conflicts, with them, without them under ``stable``, or its sites alone."""

KINDS = ("public_welfare_post", "stall", "welfare_lottery")
SPACING_M = 500
LIST_LENGTH = 10
TIER_SHARES = (0.03, 0.05, 0.06, 0.08, 0.10, 0.68)
CORNER = (400_000, 3_800_000)
"""South-western corner of the plane, in metres of EPSG:4549."""

_SIDE_M = 22_200.0
_REACH = 30
"""An applicant considers this many places nearest to home."""
_TASTE = 10.0
"""How many ranks of nearness taste may outweigh, as a standard deviation."""
_CHUNK = 100_000


@dataclass(frozen=True, slots=True)
class Size:
    """How many of what there are."""

    applicants: int
    posts: int
    post_units: int
    stalls: int
    sites: int


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """The problem as arrays.

    Attributes
    ----------
    home
        Shape (n, 2), whole metres of EPSG:4549.
    tier
        Shape (n,), from 1.
    kind
        Shape (m,), index into :data:`KINDS`; posts first, then stalls, then sites.
    capacity
        Shape (m,).
    at
        Shape (m, 2), whole metres of EPSG:4549.
    applicant, place, rank
        Shape (k,), sorted by applicant and rank.
    """

    home: Ints
    tier: Ints
    kind: Ints
    capacity: Ints
    at: Ints
    applicant: Ints
    place: Ints
    rank: Ints


def size_of(scale: float, kind: Kind, sites: int | None = None) -> Size:
    """Return the numbers at a scale; 1 is the size of a city."""
    sites = max(2, round(400 * scale)) if sites is None else sites
    if kind == "sites":
        return Size(sites, 0, 0, 0, sites)
    posts = round(900 * scale)
    return Size(
        applicants=round(12_000 * scale),
        posts=posts,
        post_units=max(posts, round(3_200 * scale)),
        stalls=round(600 * scale),
        sites=sites if kind == "spacing" else 0,
    )


def generate(scale: float, kind: Kind, seed: int = 1, sites: int | None = None) -> Plain:
    """Generate a problem.

    Parameters
    ----------
    scale
        Size as a multiple of a city's.
    kind
        For ``sites`` there is one applicant a site, who applies for that site alone: what
        is left of the problem is which sites may stand beside each other.

    Returns
    -------
    Plain
        The same for the same arguments.
    """
    size = size_of(scale, kind, sites)
    rng = np.random.default_rng(seed)
    side = _SIDE_M * np.sqrt(scale)
    capacity = np.ones(size.posts + size.stalls + size.sites, dtype=np.int64)
    if size.posts:
        spread = np.full(size.posts, 1 / size.posts)
        capacity[: size.posts] += rng.multinomial(size.post_units - size.posts, spread)
    at = _positions(rng, side, len(capacity))
    home = _positions(rng, side, size.applicants)
    tier = rng.choice(len(TIER_SHARES), size=size.applicants, p=TIER_SHARES) + 1
    if kind == "sites":
        applicant = place = np.arange(size.sites)
        rank = np.ones(size.sites, dtype=np.int64)
    else:
        applicant, place, rank = _lists(rng, home, at)
    numbers = np.repeat(np.arange(len(KINDS)), [size.posts, size.stalls, size.sites])
    return Plain(home, tier, numbers, capacity, at, applicant, place, rank)


def _positions(rng: np.random.Generator, side: float, n: int) -> Ints:
    return np.floor(rng.random((n, 2)) * side).astype(np.int64) + CORNER


def _lists(rng: np.random.Generator, home: Ints, at: Ints) -> tuple[Ints, Ints, Ints]:
    reach = min(_REACH, len(at))
    length = min(LIST_LENGTH, reach)
    tree = cKDTree(at)
    place = np.concatenate(list(_chosen(rng, tree, home, reach, length)))
    n = len(home)
    return (
        np.repeat(np.arange(n), length),
        place.ravel().astype(np.int64),
        np.tile(np.arange(1, length + 1), n),
    )


def _chosen(
    rng: np.random.Generator, tree: cKDTree, home: Ints, reach: int, length: int
) -> Iterator[Ints]:
    """Give the lists of a number of people at a time: all at once would not fit in memory."""
    for first in range(0, len(home), _CHUNK):
        _, near = tree.query(home[first : first + _CHUNK], k=reach)
        liking = np.arange(reach) + _TASTE * rng.standard_normal(near.shape)
        best = np.argsort(liking, axis=1, kind="stable")[:, :length]
        yield np.take_along_axis(near, best, axis=1)
