"""Classes of reasons: every code of a refusal has one, and no list says another."""

from __future__ import annotations

import pytest

from allocation.atlas.places import OF_THE_PLACE, OF_THE_ROUND
from allocation.messages import CATALOGUE, build, reasons, rules
from allocation.reasons.classes import REASON_CLASSES, About, reason_class, reasons_about

CODES = {*rules.REFUSALS, *build.REFUSALS, *reasons.TEXTS}


def test_every_reason_has_a_class() -> None:
    """A mechanism that brings a new reason must say what lists call it."""
    assert set(REASON_CLASSES) == CODES
    listed = [code for about in About for code in reasons_about(about)]
    assert sorted(listed) == sorted(CODES)


def test_every_class_has_words() -> None:
    assert {*REASON_CLASSES.values(), "class_other"} == {
        code for code in CATALOGUE if code.startswith("class_")
    }


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("double_registration", "class_twice"),
        ("duplicate_application", "class_twice"),
        ("already_granted", "class_ranked_higher"),
        ("kind_not_allocated", "class_not_allocated"),
        ("stage_infeasible", "class_infeasible"),
        ("age_above", "class_conditions"),
        ("of_a_newer_version", "class_other"),
    ],
)
def test_only_failed_conditions_are_called_so(code: str, name: str) -> None:
    assert reason_class(code) == name


def test_what_a_site_suffers_from_comes_in_the_order_of_the_rules() -> None:
    assert OF_THE_PLACE[:3] == ("location_missing", "school_buffer", "spacing_outlet")
    assert {"openings_max", "stage_infeasible"} <= set(OF_THE_ROUND)
    assert not set(OF_THE_PLACE) & set(OF_THE_ROUND)
