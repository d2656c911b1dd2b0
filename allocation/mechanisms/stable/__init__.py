"""``stable``: deferred acceptance with reserve choice rules, and what it needs around it."""

from __future__ import annotations

from allocation.mechanisms.stable.solve import solve_stable

__all__ = ["solve_stable"]
