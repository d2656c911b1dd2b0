"""How long a test waits for another process, thread or page before it gives up."""

from __future__ import annotations

PATIENCE_S = 120
"""Long, for nothing is gained by giving up early: on a machine that others use at the same
time what takes a second alone takes many, and a test that is well waits no longer for it."""
