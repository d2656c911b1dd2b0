"""What a scenario must satisfy for ``stable``, and what follows from it by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from allocation.messages import ScenarioError
from allocation.scenario import Scenario
from tests.scenario_helper import codes, make

STABLE = {"name": "only", "kinds": ["stall", "kiosk"], "mechanism": "stable"}
BROUGHT = STABLE | {"premises": "brought"}
DISABLED = {"beneficiaries": {"group": "disabled"}, "share": 0.1}


def stable(tmp_path: Path, stage: dict[str, Any] = STABLE, **more: Any) -> Scenario:
    return make(tmp_path, stage=[stage], **more)


def test_a_reserve_is_split_to_places_by_itself(tmp_path: Path) -> None:
    """The rule that chooses is a place's, so the reserve must be."""
    reserves = {
        "stall": DISABLED | {"scope": "venue"},
        "here": DISABLED | {"kind": "kiosk", "scope": "place"},
        "post": DISABLED | {"kind": "public_welfare_post"},
    }
    found = stable(tmp_path, reserve=reserves).reserves
    assert {name: rule.split_to for name, rule in found.items()} == {
        "stall": "place",
        "here": None,
        "post": None,  # given out by no stable stage
    }


def test_it_has_no_levels(tmp_path: Path) -> None:
    assert stable(tmp_path).stages[0].levels == ()


def test_which_kinds_are_matched(tmp_path: Path) -> None:
    assert stable(tmp_path).is_match("stall")
    assert not stable(tmp_path).is_match("tobacco")
    assert not stable(tmp_path, BROUGHT).is_match("stall")


@pytest.mark.parametrize(
    ("stage", "changes", "code"),
    [
        (STABLE | {"levels": ["number"]}, {}, "levels_unused"),
        (STABLE, {"household": {"max_awards": 1}}, "stable_household"),
        (STABLE, {"reserve": {"stall": DISABLED | {"split_to": "venue"}}}, "stable_split"),
        (
            STABLE,
            {"reserve": {"a": DISABLED | {"kind": "stall"},
                         "b": DISABLED | {"kind": "stall", "mode": "hard"}}},
            "stable_modes",
        ),
        (
            STABLE,
            {"quota": [{"name": "q", "applicant": {}, "place": {}, "min": 1, "hard": True}]},
            "stable_quota",
        ),
        (
            STABLE,
            {"quota": [{"name": "q", "applicant": {}, "place": {"kind": ["tobacco", "stall"]},
                        "min": 1, "hard": True}]},
            "stable_quota",
        ),
        (BROUGHT, {"reserve": {"stall": DISABLED}}, "premises_reserve"),
        (BROUGHT, {"priority": {"pool": {"stall": {"open": ["draw"]}}}}, "premises_pool"),
        (
            BROUGHT,
            {"priority": {"open_preference": {"kiosk": "disabled_first"}}},
            "premises_pool",
        ),
        (
            BROUGHT,
            {"density": {"stall": {"window_m": 9, "window_max": 1, "extra_number_disabled": 2}}},
            "premises_extra_number",
        ),
        (STABLE | {"mechanism": "optimal", "premises": "brought"}, {}, "stable_setting"),
        (STABLE | {"mechanism": "queue", "plan_by": "demand"}, {}, "stable_setting"),
    ],
)  # fmt: skip
def test_what_does_not_go_with_it_is_refused(
    tmp_path: Path, stage: dict[str, Any], changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(ScenarioError) as error:
        stable(tmp_path, stage, **changes)
    assert codes(error) == {code}


@pytest.mark.parametrize(
    ("stage", "changes"),
    [
        (STABLE, {"reserve": {"stall": DISABLED | {"mode": "over_and_above"}}}),
        (STABLE, {"quota": [{"name": "q", "applicant": {}, "place": {}, "min": 1}]}),
        (
            STABLE,
            {"quota": [{"name": "q", "applicant": {}, "place": {"kind": "tobacco"}, "min": 1,
                        "hard": True}]},
        ),
        (BROUGHT, {"household": {"max_awards": 1}}),
    ],
)  # fmt: skip
def test_what_does_go_with_it_is_accepted(
    tmp_path: Path, stage: dict[str, Any], changes: dict[str, Any]
) -> None:
    """Elastic quotas are counted, hard ones of other kinds bind elsewhere."""
    assert stable(tmp_path, stage, **changes).stages[0].mechanism == "stable"


def test_people_stand_in_one_order_where_they_bring_their_premises(tmp_path: Path) -> None:
    from allocation.rules.priority import pools

    found = pools(stable(tmp_path, BROUGHT, priority={}), ["stall"])["stall"]
    assert found.open == found.reserved == ("tier", "draw")
