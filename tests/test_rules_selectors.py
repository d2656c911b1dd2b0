"""Selectors: which rows a reserve or a quota is about."""

from __future__ import annotations

from typing import Any

import pytest

from allocation.messages import ScenarioError, describe
from allocation.rules.selectors import select
from allocation.scenario import Range
from tests.rules_helper import people, scenario_of, spots


def who(selector: dict[str, Any], *rows: dict[str, Any], **settings: Any) -> list[bool]:
    """Select applicants."""
    found: list[bool] = select(people(*rows), selector, scenario_of(**settings)).tolist()
    return found


LEVELS = [{"disability_level": level} for level in (1, 2, 3, None)]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (2, [False, True, False, False]),
        ((2,), [False, True, False, False]),
        ([1, 3], [True, False, True, False]),
        ({"min": 2}, [False, True, True, False]),
        ({"max": 2}, [True, True, False, False]),
        ({"min": 2, "max": 2}, [False, True, False, False]),
        (Range(min=1, max=2), [True, True, False, False]),
        (Range(max=2), [True, True, False, False]),
    ],
)
def test_value_list_and_range(wanted: Any, expected: list[bool]) -> None:
    """Both ends of a range count; an empty cell never matches."""
    assert who({"disability_level": wanted}, *LEVELS) == expected


def test_all_columns_must_match() -> None:
    """A selector is a conjunction; an empty one selects everybody."""
    rows = [
        {"disability_type": "physical", "disability_level": 1},
        {"disability_type": "physical", "disability_level": 3},
        {"disability_type": "mental", "disability_level": 1},
    ]
    selector = {"disability_type": ["physical", "visual"], "disability_level": [1, 2]}
    assert who(selector, *rows) == [True, False, False]
    assert who({}, *rows) == [True, True, True]


def test_places_are_selected_by_their_columns() -> None:
    """Booleans included."""
    where = spots({"kind": "kiosk", "disabled_only": True}, {"disabled_only": False}, {})
    assert select(where, {"disabled_only": True}).tolist() == [True, False, False]
    assert select(where, {"kind": ("stall",)}).tolist() == [False, True, True]


def test_derived_columns() -> None:
    """Severe, tier and age come from the rules."""
    rows: list[dict[str, Any]] = [
        {"disability_level": 1, "birth_date": "1980-12-01"},
        {"disability_level": 4, "birth_date": "1980-12-02"},
        {"disability_level": 4, "birth_date": None},
    ]
    settings = {"priority": {"tiers": [["severe"], []]}}
    assert who({"severe": True}, *rows, **settings) == [True, False, False]
    assert who({"severe": False}, *rows, **settings) == [False, True, True]
    assert who({"tier": (2,)}, *rows, **settings) == [False, True, True]
    assert who({"age": Range(min=43)}, *rows, **settings) == [True, False, False]
    assert who({"age": Range(max=42)}, *rows, **settings) == [False, True, False]


def test_unknown_column_is_named_with_the_nearest() -> None:
    """The error helps to mend it, in both languages."""
    with pytest.raises(ScenarioError) as caught:
        who({"disability_levl": 1}, *LEVELS)
    assert caught.value.params == {"column": "disability_levl", "nearest": "disability_level"}
    for lang in ("zh", "en"):
        assert "disability_levl" in describe(caught.value, lang)


def test_derived_column_without_a_scenario_is_unknown() -> None:
    """It cannot be computed then."""
    with pytest.raises(ScenarioError) as caught:
        select(people({}), {"severe": True})
    assert caught.value.code == "selector_column"


def test_age_without_a_decision_date_is_an_error() -> None:
    """Never "today"."""
    with pytest.raises(ScenarioError) as caught:
        who({"age": Range(min=1)}, {"birth_date": "1980-01-01"}, decision_date=None)
    assert caught.value.code == "rule_needs_decision_date"


@pytest.mark.parametrize(
    ("column", "wanted"),
    [
        ("disability_level", "1"),
        ("disability_level", True),
        ("disability_type", 4),
        ("disability_type", {"min": 1}),
        ("disability_level", {"from": 1}),
        ("disability_level", {}),
    ],
)
def test_value_the_column_can_never_hold_is_an_error(column: str, wanted: Any) -> None:
    """It would silently select nobody."""
    row = {"disability_type": "physical", "disability_level": 1}
    with pytest.raises(ScenarioError) as caught:
        who({column: wanted}, row)
    assert caught.value.code == "selector_value"
