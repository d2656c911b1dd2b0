"""What a map of a run shows: every place's status, townships, spacing, one place in full.

Everything is read off the record of a finished run; nothing here draws.
"""

from __future__ import annotations

from allocation.atlas.places import Status, place_facts
from allocation.atlas.plan import Venue, stall_positions, venues
from allocation.atlas.record import Holder, PlaceRecord, place_record
from allocation.atlas.surroundings import (
    Near,
    Surroundings,
    conflict_pairs,
    neighbours,
    school_circles,
    spacing_circles,
    surroundings_of,
)
from allocation.atlas.townships import (
    SMALLEST_SHOWN,
    city_shapes,
    class_breaks,
    township_facts,
)

__all__ = [
    "SMALLEST_SHOWN",
    "Holder",
    "Near",
    "PlaceRecord",
    "Status",
    "Surroundings",
    "Venue",
    "city_shapes",
    "class_breaks",
    "conflict_pairs",
    "neighbours",
    "place_facts",
    "place_record",
    "school_circles",
    "spacing_circles",
    "stall_positions",
    "surroundings_of",
    "township_facts",
    "venues",
]
