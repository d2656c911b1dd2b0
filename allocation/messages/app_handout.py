"""Texts of the page ``handout`` of the app."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
