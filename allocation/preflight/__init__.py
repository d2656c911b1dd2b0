"""Numbers of a problem before it is solved: what is asked for, and what surely falls short.

Everything here is counted, nothing is solved.  Where an upper bound of what can be
awarded stays below what is required, the difference is missing in every lawful list;
what looks possible by counting may still fall short.
"""

from __future__ import annotations

from allocation.preflight.chances import Chances
from allocation.preflight.facts import KindNumbers, Preflight, ReserveNumbers, Shortage
from allocation.preflight.numbers import (
    count_kinds,
    count_reserves,
    look_ahead,
    short_quotas,
    similar_seconds,
)

__all__ = [
    "Chances",
    "KindNumbers",
    "Preflight",
    "ReserveNumbers",
    "Shortage",
    "count_kinds",
    "count_reserves",
    "look_ahead",
    "short_quotas",
    "similar_seconds",
]
