"""The small town with a functional assessment: who can stand, and a stall that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from tests.town import SCENARIO, write_town

if TYPE_CHECKING:
    from pathlib import Path

SUITABILITY = """
[eligibility.stall]
suitability = true
"""

UNABLE = ("A04", "A05")
"""Applicants whom the assessment finds unable to stand."""

STANDING = ("S1",)
"""Places that ask for standing; A04 and A05 have listed S1."""


def write_assessed_town(folder: Path, extra: str = "") -> Path:
    """Write the town and return its scenario file.

    Parameters
    ----------
    extra
        Tables added to the scenario, such as ``[[overruling]]``.
    """
    path = write_town(folder, scenario=SCENARIO + SUITABILITY + extra)
    for table, key, column, yes, no, ids in (
        ("applicants", "applicant_id", "can_stand", "unable", "able", UNABLE),
        ("places", "place_id", "requires_standing", "true", "false", STANDING),
    ):
        file = folder / "data" / f"{table}.csv"
        frame = pd.read_csv(file, dtype="str", keep_default_na=False)
        frame[column] = [yes if value in ids else no for value in frame[key]]
        frame.to_csv(file, index=False, lineterminator="\n")
    return path


def overruling(applicant_id: str = "A04", place_id: str = "S1", **changes: str) -> str:
    """Write one ``[[overruling]]``; a change to an empty text leaves the key out."""
    values = {
        "applicant_id": f'"{applicant_id}"',
        "place_id": f'"{place_id}"',
        "by": '"王某（市残联）"',
        "reason": '"复评可坐姿经营"',
        "decided_on": "2023-11-20",
    } | changes
    return "\n[[overruling]]\n" + "".join(f"{key} = {v}\n" for key, v in values.items() if v)
