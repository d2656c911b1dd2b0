"""Texts of the page ``scenario`` of the app."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
