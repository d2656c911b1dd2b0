"""Applications in numbers: bands, ranks, distance from home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.build.frames import Frames, positions_of, township_key
from allocation.build.places import locate
from allocation.instance import DISTANCE_SOURCES, Reason
from allocation.rules.columns import numbers

if TYPE_CHECKING:
    from allocation.build.places import Ground
    from allocation.instance import Ints

_HOME = DISTANCE_SOURCES.index("home")
_TOWNSHIP = DISTANCE_SOURCES.index("township")
_NONE = DISTANCE_SOURCES.index("none")


@dataclass(frozen=True, slots=True, eq=False)
class Distances:
    """Distance from home per application, and what it was computed from."""

    metres: Ints
    source: Ints


def measure_homes(frames: Frames, ground: Ground) -> Distances:
    """Measure from home to place in whole metres; missing coordinates refuse nobody.

    Where a home is missing, the point of the township stands for it.  What is still not
    known counts as the applicant's own worst distance, flagged, so that a place without
    a point is never preferred for it; where the applicant has none at all it is 0, which
    prefers no place of theirs to another.
    """
    people, wishes = frames.applicants, frames.applications
    homes = locate(people, ground.metric)
    townships = locate(frames.townships, ground.metric)
    names = township_key(frames.townships, "name")
    row = positions_of(names[townships.known], township_key(people))
    points = homes.fill(townships.take(townships.known).take(row))
    source_of_person = np.where(homes.known, _HOME, np.where(points.known, _TOWNSHIP, _NONE))

    applicant = wishes["applicant"].to_numpy(dtype=np.int64)
    place = wishes["place"].to_numpy(dtype=np.int64)
    metres = ground.metric.lengths_m(points.take(applicant), ground.places.points.take(place))
    known = ~np.isnan(metres)
    worst = np.zeros(len(people))
    np.maximum.at(worst, applicant[known], metres[known])
    return Distances(
        metres=np.rint(np.where(known, metres, worst[applicant])).astype(np.int64),
        source=np.where(known, source_of_person[applicant], _NONE),
    )


def note_distances(frames: Frames, distances: Distances, ground: Ground) -> tuple[Reason, ...]:
    """Tell how many applicants are measured from their township, or not at all."""
    applicant = frames.applications["applicant"].to_numpy(dtype=np.int64)
    place = frames.applications["place"].to_numpy(dtype=np.int64)
    located = ground.places.points.known[place]
    from_township = np.unique(applicant[distances.source == _TOWNSHIP])
    from_nowhere = np.unique(applicant[(distances.source == _NONE) & located])
    found = (("home_from_township", from_township), ("home_unknown", from_nowhere))
    return tuple(Reason(code, {"count": len(rows)}) for code, rows in found if len(rows))


def fill_bands(frames: Frames) -> Ints:
    """Fill in the condition band; an unknown one never scores.

    It counts as the worst band given for that kind, and as 1 where none is given.
    """
    wishes = frames.applications
    kinds = frames.places["kind"].to_numpy(dtype=object)[wishes["place"].to_numpy(dtype=np.int64)]
    bands = pd.Series(numbers(wishes, "condition_band"))
    worst = bands.groupby(kinds).transform("max").fillna(1)
    return bands.fillna(worst).to_numpy().astype(np.int64)


def fill_ranks(frames: Frames, column: str) -> Ints:
    """Return a rank, 0 where none is given."""
    return np.nan_to_num(numbers(frames.applications, column)).astype(np.int64)
