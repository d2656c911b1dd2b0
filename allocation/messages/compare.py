"""Texts of the comparison of runs."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
