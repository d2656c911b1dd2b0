"""Facts, tiers and the published criteria of each pool."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from allocation.instance import PoolPriority
from allocation.messages import ScenarioError
from allocation.rules.facts import FACTS
from allocation.rules.priority import is_hard_to_employ, is_severe, pools, tiers
from allocation.scenario.vocabulary import Fact
from tests.rules_helper import people, scenario_of

BY_TIER = ("band", "tier", "draw")


def holds(fact: str, *rows: dict[str, Any], **settings: Any) -> list[bool]:
    """Tell for whom a fact holds."""
    found: list[bool] = FACTS[fact](people(*rows), scenario_of(**settings)).tolist()
    return found


@pytest.mark.parametrize(
    "fact",
    [
        "zero_employment_household",
        "min_livelihood",
        "near_min_livelihood",
        "extreme_hardship",
        "antipoverty_monitored",
        "elderly_supporting_disabled",
    ],
)
def test_recorded_fact_scores_only_when_it_is_yes(fact: str) -> None:
    """What is unknown or empty never scores."""
    rows: list[dict[str, Any]] = [{fact: "yes"}, {fact: "no"}, {fact: "unknown"}, {fact: None}]
    assert holds(fact, *rows) == [True, False, False, False]


def test_disabled() -> None:
    """The group, as registered."""
    rows: list[dict[str, Any]] = [{}, {"group": "household_member"}, {"group": "general"}]
    assert holds("disabled", *rows) == [True, False, False]


def test_severe_is_level_one_or_two() -> None:
    """The level alone, whatever the type."""
    rows = [{"disability_type": "mental", "disability_level": level} for level in (1, 2, 3, 4)]
    assert holds("severe", *rows, {}) == [True, True, False, False, False]


def test_severe_may_include_level_three_of_two_types() -> None:
    """By the wider rule intellectual and mental disability count at level 3."""
    rows = [
        {"disability_type": kind, "disability_level": level}
        for kind, level in (("intellectual", 3), ("mental", 3), ("physical", 3), ("mental", 4))
    ]
    wider = {"severe_rule": "level_2_or_type56_level_3"}
    assert holds("severe", *rows, priority=wider) == [True, True, False, False]


def test_multi_disabled_household_needs_two_disabled_members() -> None:
    """Family members without a certificate do not count, but share the fact."""
    rows = [
        {"household_id": "H1"},
        {"household_id": "H1"},
        {"household_id": "H1", "group": "general"},
        {"household_id": "H2"},
        {"household_id": "H2", "group": "household_member"},
        {},
        {},
    ]
    found = holds("multi_disabled_household", *rows)
    assert found == [True, True, True, False, False, False, False]


def test_members_who_do_not_apply_count_where_the_office_states_them() -> None:
    """The office's own count of a household tells more than the list of applicants."""
    rows: list[dict[str, Any]] = [
        {"household_id": "H1", "household_disabled_count": 2},
        {"household_id": "H2", "household_disabled_count": 1},
        {"household_id": "H3"},
        {"household_id": "H3"},
    ]
    assert holds("multi_disabled_household", *rows) == [True, False, True, True]
    assert holds("multi_disabled_household", {"household_disabled_count": 3}) == [True]


def test_a_person_registered_twice_is_one_member() -> None:
    """A double registration makes nobody a household of two."""
    twice = {"household_id": "H1", "identity_no": "37119919800101001X"}
    assert holds("multi_disabled_household", twice, twice) == [False, False]


@pytest.mark.parametrize(
    ("birth_date", "near"),
    [
        ("1968-12-01", True),
        ("1968-12-02", False),
        ("1963-12-02", True),
        ("1963-12-01", False),
    ],
)
def test_near_retirement_is_five_years_before_it(birth_date: str, near: bool) -> None:
    """From the day five years before retirement up to the day before it (60 in 2023)."""
    row = {"birth_date": birth_date, "retirement_class": "male"}
    assert holds("near_retirement", row) == [near]


def test_near_retirement_follows_the_reform() -> None:
    """A man born in September 1976 retires at 63, so at 56 he is not near it."""
    row = {"birth_date": "1976-09-15", "retirement_class": "male"}
    assert holds("near_retirement", row, decision_date="2033-01-01") == [False]
    assert holds("near_retirement", row, decision_date="2034-10-01") == [True]


def test_near_retirement_of_an_unknown_class_never_scores() -> None:
    """A woman of 52: near by one class, past by the other."""
    rows: list[dict[str, Any]] = [
        {"birth_date": "1971-06-01", "sex": "female"},
        {"birth_date": "1971-06-01", "retirement_class": "female_55"},
        {"birth_date": None, "retirement_class": "male"},
    ]
    assert holds("near_retirement", *rows) == [False, True, False]


def test_graduate_last_resort() -> None:
    """Only a graduate whom the market could not place."""
    rows = [{"graduate_status": status} for status in ("last_resort", "graduate", "none")]
    assert holds("graduate_last_resort", *rows) == [True, False, False]


def test_hard_to_employ() -> None:
    """Each ground of the statute that a table records, and its limits."""
    general = {"group": "general", "employment_status": "unemployed", "sex": "male"}
    rows: list[dict[str, Any]] = [
        {"employment_status": "unemployed"},
        {"employment_status": "employed"},
        {**general, "birth_date": "1973-12-01", "retirement_class": "male"},
        {**general, "birth_date": "1973-12-02", "retirement_class": "male"},
        {**general, "birth_date": "1963-12-01", "retirement_class": "male"},
        {**general, "sex": "female", "birth_date": "1983-12-01"},
        {**general, "sex": "female", "birth_date": "1983-12-02"},
        {**general, "min_livelihood": "yes"},
        {**general, "zero_employment_household": "yes"},
        {**general, "min_livelihood": "unknown"},
    ]
    expected = [True, False, True, False, False, True, False, True, True, False]
    assert holds("hard_to_employ", *rows) == expected
    assert is_hard_to_employ(people(*rows), scenario_of()).tolist() == expected


def test_every_fact_of_the_vocabulary_has_a_rule_that_cites_its_basis() -> None:
    """Scenario and rules know the same facts."""
    assert set(FACTS) == set(get_args(Fact))
    for rule in FACTS.values():
        assert "第" in (rule.__doc__ or "") or "placeholder" in (rule.__doc__ or "")


def test_fact_without_its_column_names_it() -> None:
    """A tier that could score nobody is an error, not a silence."""
    with pytest.raises(ScenarioError, match="min_livelihood"):
        holds("min_livelihood", {}, {})


def test_severity_of_nobody_needs_no_column() -> None:
    """Without disabled applicants no level is asked for."""
    assert is_severe(people({"group": "general"}), scenario_of()).tolist() == [False]


def test_dated_fact_without_a_decision_date_is_an_error() -> None:
    """Never "today"."""
    with pytest.raises(ScenarioError) as caught:
        holds("near_retirement", {"birth_date": "1970-01-01"}, decision_date=None)
    assert caught.value.code == "rule_needs_decision_date"


def test_tier_is_the_first_whose_fact_holds() -> None:
    """Facts of a tier are alternatives; everybody else is in the last one."""
    settings = {
        "tiers": [["zero_employment_household"], ["min_livelihood", "extreme_hardship"], []]
    }
    rows = [
        {"zero_employment_household": "yes", "min_livelihood": "yes", "extreme_hardship": "no"},
        {"zero_employment_household": "no", "min_livelihood": "yes"},
        {"zero_employment_household": "unknown", "extreme_hardship": "yes"},
        {"zero_employment_household": "unknown", "min_livelihood": "unknown"},
    ]
    tier, n_tiers = tiers(people(*rows), scenario_of(priority=settings))
    assert tier.tolist() == [1, 2, 2, 3]
    assert n_tiers == 3


def test_tiers_of_the_action_plan() -> None:
    """The order of the demonstration profile, with every kind of fact in it."""
    named = [
        ["zero_employment_household"],
        ["min_livelihood", "extreme_hardship", "antipoverty_monitored"],
        ["severe", "multi_disabled_household", "elderly_supporting_disabled"],
        ["near_retirement"],
        [],
    ]
    nothing = {
        "zero_employment_household": "no",
        "min_livelihood": "no",
        "extreme_hardship": "no",
        "antipoverty_monitored": "no",
        "elderly_supporting_disabled": "no",
        "disability_level": 4,
        "birth_date": "1990-01-01",
        "retirement_class": "male",
    }
    changes: list[dict[str, Any]] = [
        {"zero_employment_household": "yes"},
        {"antipoverty_monitored": "yes"},
        {"disability_level": 1},
        {"birth_date": "1965-01-01"},
        {},
    ]
    rows = [{**nothing, "household_id": f"H{i}", **change} for i, change in enumerate(changes)]
    tier, n_tiers = tiers(people(*rows), scenario_of(priority={"tiers": named}))
    assert tier.tolist() == [1, 2, 3, 4, 5]
    assert n_tiers == 5


def test_without_priority_everybody_is_in_one_tier() -> None:
    """The place's own ranking decides then."""
    tier, n_tiers = tiers(people({}, {}), scenario_of())
    assert tier.tolist() == [1, 1]
    assert n_tiers == 1


def test_pools_without_priority_go_by_the_place() -> None:
    """Rank given by the place, then the draw, in both pools."""
    own = ("priority_rank", "draw")
    assert pools(scenario_of(), ["stall"]) == {"stall": PoolPriority(own, own)}


def test_default_pools() -> None:
    """Only posts and 如康家园 seats look at tiers in open units."""
    found = pools(scenario_of(priority={}), ["public_welfare_post", "rukang_seat", "stall"])
    assert found == {
        "public_welfare_post": PoolPriority(BY_TIER, BY_TIER),
        "rukang_seat": PoolPriority(BY_TIER, BY_TIER),
        "stall": PoolPriority(BY_TIER, ("band", "draw")),
    }


def test_open_preference_stands_after_the_band() -> None:
    """A switch of the profile, off unless it is set."""
    settings = {"open_preference": {"stall": "hard_to_employ_first", "kiosk": "none"}}
    found = pools(scenario_of(priority=settings), ["stall", "kiosk"])
    assert found["stall"] == PoolPriority(BY_TIER, ("band", "hard_to_employ_first", "draw"))
    assert found["kiosk"].open == ("band", "draw")


def test_own_lists_end_with_the_draw() -> None:
    """Every published order is strict."""
    settings = {"pool": {"stall": {"reserved": ["tier"], "open": ["draw", "band"]}}}
    assert pools(scenario_of(priority=settings), ["stall"]) == {
        "stall": PoolPriority(("tier", "draw"), ("draw",))
    }
