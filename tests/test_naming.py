"""Names of places: one way to say them, wherever they are said."""

from __future__ import annotations

import pandas as pd
import pytest

from allocation.tables.naming import place_name, place_names


@pytest.mark.parametrize(
    ("venue", "name", "said"),
    [
        ("东市", "055号", "东市 055号"),
        ("北京路街道1号如康家园", "北京路街道1号如康家园", "北京路街道1号如康家园"),
        ("东市", "东市甲区", "东市甲区"),
        ("石臼街道1号市场单元", "石臼街道6号便利店", "石臼街道1号市场单元 石臼街道6号便利店"),
        ("", "055号", "055号"),
        ("东市", "", "东市"),
        (" 东市 ", "  ", "东市"),
        ("东市", "便利店13912345678", "东市"),
        ("东市13912345678", "甲区", "甲区"),
        ("", "", ""),
    ],
)
def test_a_place_is_named_after_its_venue_once(venue: str, name: str, said: str) -> None:
    assert place_name(venue, name) == said


def test_missing_names_are_none() -> None:
    places = pd.DataFrame(
        {"place_id": ["P1", "P2"], "venue_id": ["V1", None], "name": [None, pd.NA]}, dtype="str"
    )
    venues = pd.DataFrame({"venue_id": ["V1"], "name": ["东市"]}, dtype="str")
    assert place_names(places, venues) == {"P1": "东市", "P2": ""}
