"""What tells on a person, so that a test finds it where it may not be."""

from __future__ import annotations

TELL_TALE = "哨兵"
"""Begins every name and every village of the town; nowhere else does the app or its data say it."""

ID_PREFIX = "37119919"
"""Begins every identity and certificate number of the town."""


def receipt(applicant_id: str) -> str:
    """Return the receipt number of one of the town's people."""
    return f"H2023-{applicant_id}"


def told(text: str) -> list[str]:
    """List the lines of a text that speak of a person."""
    return [line for line in text.splitlines() if TELL_TALE in line or ID_PREFIX in line]
