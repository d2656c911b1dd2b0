"""Holder classes and the distances they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from allocation.instance import HOLDER_CLASSES
from allocation.messages import InputError, ScenarioError
from allocation.rules.spacing import holder_class, required_mm, school_buffer_mm
from tests.rules_helper import people, scenario_of, spots, wishes

if TYPE_CHECKING:
    from allocation.scenario import Scenario

QUEUE = [
    {"name": "queue", "kinds": ["tobacco"], "mechanism": "queue"},
    {"name": "joint", "kinds": ["stall"], "mechanism": "optimal"},
]
FIRST = {"first_tobacco_application": "yes"}


def classes(*rows: dict[str, Any], kind: str = "tobacco", **settings: Any) -> list[str]:
    """Give the holder class of each applicant's application to one place."""
    applications = wishes(*[(i, 0, 1) for i in range(len(rows))])
    scenario = scenario_of(stage=QUEUE, **settings)
    found = holder_class(people(*rows), applications, spots({"kind": kind}), scenario)
    return [HOLDER_CLASSES[index] for index in found]


def spaced(**rule: Any) -> Scenario:
    """Make a scenario with one spacing rule for stalls."""
    return scenario_of(spacing={"stall": rule})


def required(scenario: Scenario, zone: str, holder: int) -> int:
    """Return the distance one place asks of one holder class."""
    zones = np.array([zone], dtype=object)
    (millimetres,) = required_mm(scenario, "stall", zones, np.array([holder]))
    return int(millimetres)


def test_disabled_first_application_is_a_class_of_its_own() -> None:
    """日政办字〔2023〕18号 第7条 names disabled people and their first application."""
    rows = [
        FIRST,
        {"first_tobacco_application": "no"},
        {**FIRST, "group": "general"},
        {**FIRST, "group": "household_member"},
    ]
    assert classes(*rows) == ["disabled_first", "disabled", "general", "general"]


def test_unknown_first_application_never_scores() -> None:
    """Nor does that of somebody who holds a licence."""
    rows = [FIRST, {"first_tobacco_application": "unknown"}, {**FIRST, "holds_licence": "yes"}]
    assert classes(*rows) == ["disabled_first", "disabled", "disabled"]


def test_first_application_is_about_licences_only() -> None:
    """At a stall it means nothing."""
    assert classes(FIRST, kind="stall") == ["disabled"]


def test_missing_column_is_named() -> None:
    """Without it nobody could have the exemption, unseen."""
    with pytest.raises(ScenarioError, match="first_tobacco_application"):
        classes({})


def test_no_disabled_applicant_needs_no_column() -> None:
    """The exemption is about nobody then."""
    assert classes({"group": "general"}) == ["general"]


def test_one_first_application_is_the_earliest_accepted() -> None:
    """Of two applications of one person only the first one is the first."""
    applications = wishes(
        {"applicant": 0, "place": 0, "preference_rank": 1, "accepted_at": "2023-06-02 09:00"},
        {"applicant": 0, "place": 1, "preference_rank": 2, "accepted_at": "2023-06-01 09:00"},
        {"applicant": 1, "place": 0, "preference_rank": 1, "accepted_at": "2023-06-03 09:00"},
    )
    who, where = people(FIRST, FIRST), spots({"kind": "tobacco"}, {"kind": "tobacco"})
    once = scenario_of(stage=QUEUE, eligibility={"tobacco": {"one_first_application": True}})
    assert holder_class(who, applications, where, once).tolist() == [1, 2, 2]
    assert holder_class(who, applications, where, scenario_of(stage=QUEUE)).tolist() == [2, 2, 2]


def test_distance_by_zone_and_class() -> None:
    """Metres of the zone times the factor of the class."""
    scenario = spaced(
        urban_m=300, town_m=500, rural_m=0, disabled_factor="0.5", disabled_first_factor=0
    )
    assert [required(scenario, zone, 0) for zone in ("urban", "town", "rural")] == [
        300_000,
        500_000,
        0,
    ]
    assert [required(scenario, "urban", holder) for holder in (0, 1, 2)] == [300_000, 150_000, 0]


def test_first_factor_defaults_to_that_of_disabled_people() -> None:
    """A kind that names one factor has one."""
    scenario = spaced(urban_m=300, disabled_factor="0.8")
    assert [required(scenario, "urban", holder) for holder in (1, 2)] == [240_000, 240_000]


def test_distance_is_rounded_to_a_millimetre() -> None:
    """A third of 100 m and a half millimetre, exactly."""
    assert required(spaced(urban_m=100, disabled_factor="1/3"), "urban", 1) == 33_333
    assert required(spaced(urban_m="0.001", disabled_factor="0.5"), "urban", 1) == 1


def test_kind_without_a_rule_asks_nothing() -> None:
    """No table, no distance, no school buffer."""
    scenario = scenario_of()
    assert required(scenario, "", 0) == 0
    assert school_buffer_mm(scenario, "stall") is None


def test_unknown_zone_matters_only_where_zones_differ() -> None:
    """A place without a zone cannot be judged, unless all zones ask the same."""
    same = spaced(urban_m=50, town_m=50, rural_m=50)
    assert required(same, "", 0) == 50_000
    with pytest.raises(InputError) as caught:
        required(spaced(urban_m=50), "", 0)
    assert caught.value.code == "zone_missing"


def test_school_buffer_is_relaxed_for_nobody() -> None:
    """未成年人保护法 第五十九条: one number, no class."""
    scenario = spaced(school_buffer_m=200, disabled_factor=0, disabled_first_factor=0)
    assert school_buffer_mm(scenario, "stall") == 200_000
    assert school_buffer_mm(spaced(urban_m=50), "stall") is None
