"""Texts of the page ``data`` of the app."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
