"""From tables and a scenario to the whole problem in numbers."""

from __future__ import annotations

from allocation.build.assemble import build_instance

__all__ = ["build_instance"]
