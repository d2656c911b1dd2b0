"""Texts of the page ``compare`` of the app."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {}
