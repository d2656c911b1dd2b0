"""Texts of the page ``map`` of the app."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
