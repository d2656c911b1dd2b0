"""Reserve counts, their split, and the reserves of a city."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from allocation.messages import InputError, ScenarioError
from allocation.rules.reserves import build_reserves, reserve_count, split
from tests.rules_helper import people, scenario_of, spots

if TYPE_CHECKING:
    from allocation.instance import Reserve

TENTH = Fraction(1, 10)


@pytest.mark.parametrize(
    ("base", "rounding", "count"),
    [
        (120, "ceil", 12),
        (121, "ceil", 13),
        (1, "ceil", 1),
        (0, "ceil", 0),
        (129, "floor", 12),
        (9, "floor", 0),
        (124, "half_up", 12),
        (125, "half_up", 13),
        (4, "half_up", 0),
        (5, "half_up", 1),
        (1, "floor_min1", 1),
        (29, "floor_min1", 2),
        (0, "floor_min1", 0),
    ],
)
def test_reserve_count(base: int, rounding: Any, count: int) -> None:
    """A tenth, by each published rounding."""
    assert reserve_count(TENTH, base, rounding) == count


@pytest.mark.parametrize("rounding", ["ceil", "floor", "half_up", "floor_min1"])
def test_no_share_is_no_unit(rounding: Any) -> None:
    """The least unit is of a share that is not nothing."""
    assert reserve_count(Fraction(0), 50, rounding) == 0


def test_shares_are_exact() -> None:
    """As a binary float, 0.07 of 100 would be a little more than 7 and its ceiling 8."""
    assert reserve_count(Fraction("0.07"), 100, "ceil") == 7
    assert reserve_count(Fraction(1, 3), 3, "ceil") == 1


@pytest.mark.parametrize(
    ("count", "capacities", "parts"),
    [
        (10, [60, 30, 10], [6, 3, 1]),
        # 1.5, 0.9, 0.6: one each by remainder after the first unit.
        (3, [50, 30, 20], [1, 1, 1]),
        (4, [5, 3, 2], [2, 1, 1]),
        (0, [5, 3], [0, 0]),
        (8, [5, 3], [5, 3]),
        (2, [0, 4, 0], [0, 2, 0]),
        (0, [], []),
    ],
)
def test_split_by_largest_remainder(count: int, capacities: list[int], parts: list[int]) -> None:
    """Hamilton's method on capacity."""
    ids = [f"V{i}" for i in range(len(capacities))]
    assert split(count, capacities, ids) == parts


def test_equal_remainders_go_to_the_smaller_id() -> None:
    """Whatever the order of rows."""
    assert split(1, [10, 10, 10], ["c", "a", "b"]) == [0, 1, 0]
    assert split(2, [10, 10, 10], ["c", "a", "b"]) == [0, 1, 1]


def test_a_larger_remainder_goes_before_a_tie() -> None:
    """Quotas of 0.65, 0.65 and 0.70: the last one first, wherever it stands."""
    assert split(2, [13, 13, 14], ["a", "b", "c"]) == [1, 0, 1]


def test_units_that_do_not_fit_are_a_bug() -> None:
    """The builder refuses them before."""
    with pytest.raises(ValueError, match="capacity"):
        split(3, [1, 1], ["a", "b"])


def test_ten_thousand_splits_sum_exactly() -> None:
    """Parts sum to the count, fit their scopes, keep quota and ignore the order of rows."""
    rng = np.random.default_rng(20231201)
    for _ in range(10_000):
        n = int(rng.integers(1, 9))
        capacities = rng.integers(0, int(rng.choice([4, 30, 3000])), n).tolist()
        total = sum(capacities)
        count = int(rng.integers(0, total + 1))
        ids = [f"V{i}" for i in range(n)]
        parts = split(count, capacities, ids)
        assert sum(parts) == count
        for part, capacity in zip(parts, capacities, strict=True):
            assert 0 <= part <= capacity
            if total:
                assert abs(part - Fraction(count * capacity, total)) < 1
        order = rng.permutation(n).tolist()
        moved = split(count, [capacities[i] for i in order], [ids[i] for i in order])
        assert moved == [parts[i] for i in order]


def reserves(*places: dict[str, Any], rules: dict[str, Any], **settings: Any) -> list[Reserve]:
    """Build the reserves of stalls for two disabled applicants and a general one."""
    stage = [{"name": "joint", "kinds": ["stall", "kiosk"], "mechanism": "optimal"}]
    scenario = scenario_of(stage=stage, reserve=rules, **settings)
    who = people({}, {"group": "general"}, {})
    return list(build_reserves(who, spots(*places), scenario, ("stall", "kiosk")))


def rule(**changes: Any) -> dict[str, Any]:
    """Reserve a tenth for disabled people, with some settings changed."""
    base: dict[str, Any] = {
        "beneficiaries": {"group": "disabled"},
        "share": TENTH,
        "base": "all",
        "scope": "city",
    }
    merged = {**base, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def test_reserve_of_the_whole_city() -> None:
    """One reserve over all places of the kind, and of that kind alone."""
    (made,) = reserves(
        {"capacity": 20},
        {"capacity": 50, "kind": "kiosk"},
        {"capacity": 11},
        rules={"stall": rule()},
    )
    assert (made.name, made.rule, made.kind) == ("stall", "stall", "stall")
    assert (made.scope, made.scope_id, made.count) == ("city", "", 4)
    assert made.places.tolist() == [0, 2]
    assert made.beneficiaries.tolist() == [True, False, True]
    assert (made.linear, made.hard, made.share, made.rounding) == (False, False, TENTH, "ceil")


def test_reserve_by_venue_counts_each_venue() -> None:
    """Two venues of 11 are 2 units each, not 3 of 22."""
    made = reserves(
        {"capacity": 5, "venue_id": "M2"},
        {"capacity": 11, "venue_id": "M1"},
        {"capacity": 6, "venue_id": "M2"},
        rules={"stall": rule(scope="venue")},
    )
    assert [(r.name, r.scope_id, r.count, r.places.tolist()) for r in made] == [
        ("stall/M1", "M1", 2, [1]),
        ("stall/M2", "M2", 2, [0, 2]),
    ]


def test_township_scope_is_named_with_its_district() -> None:
    """Two districts may have a township of one name."""
    made = reserves(
        {"capacity": 10, "district": "东港区", "township": "城关"},
        {"capacity": 10, "district": "莒县", "township": "城关"},
        rules={"stall": rule(scope="township")},
    )
    assert [r.scope_id for r in made] == ["东港区/城关", "莒县/城关"]


def test_split_counts_the_city_and_divides_it() -> None:
    """22 units make 3, split 11 to 11 by id."""
    made = reserves(
        {"capacity": 11, "venue_id": "M2"},
        {"capacity": 11, "venue_id": "M1"},
        rules={"stall": rule(split_to="venue")},
    )
    assert [(r.scope, r.scope_id, r.count) for r in made] == [
        ("venue", "M1", 2),
        ("venue", "M2", 1),
    ]


def test_new_base_is_the_planned_number() -> None:
    """400 candidate sites of which 80 may open: a tenth of 80."""
    candidate = {"capacity": 1, "is_candidate": True}
    (planned,) = reserves(*[candidate] * 40, rules={"stall": rule(base="new", planned=8)})
    assert planned.count == 1
    (by_openings,) = reserves(
        *[candidate] * 40, rules={"stall": rule(base="new")}, openings={"stall": {"max": 15}}
    )
    assert by_openings.count == 2
    (by_capacity,) = reserves(*[candidate] * 40, rules={"stall": rule(base="new")})
    assert by_capacity.count == 4


def test_all_base_counts_candidates_as_far_as_they_may_open() -> None:
    """10 standing units and 15 of 40 candidate sites are 25."""
    (made,) = reserves(
        {"capacity": 10},
        *[{"capacity": 1, "is_candidate": True}] * 40,
        rules={"stall": rule()},
        openings={"stall": {"max": 15}},
    )
    assert made.count == 3


def test_opened_base_is_linear() -> None:
    """Units before any site opens, and what is needed to count on."""
    (made,) = reserves(
        {"capacity": 11},
        {"capacity": 1, "is_candidate": True},
        rules={"stall": rule(base="opened", rounding="floor")},
    )
    assert (made.linear, made.count, made.base_existing) == (True, 1, 11)
    assert (made.share, made.rounding) == (TENTH, "floor")


def test_count_instead_of_a_share() -> None:
    """A plain number of units per scope."""
    made = reserves(
        {"capacity": 9, "venue_id": "M1"},
        {"capacity": 9, "venue_id": "M2"},
        rules={"stall": rule(share=None, count=2, scope="venue")},
    )
    assert [r.count for r in made] == [2, 2]


def test_soft_reserve_may_exceed_capacity() -> None:
    """A planned number that the places do not supply is a shortfall to be seen."""
    (soft,) = reserves({"capacity": 4}, rules={"stall": rule(share=None, count=9)})
    assert (soft.count, soft.hard) == (9, False)


HARD_RULES = [
    # Alone; beside another one; a narrow scope inside a wide one, in either order.
    {"a": {"count": 5, "scope": "venue"}},
    {"a": {"count": 1, "scope": "place"}, "b": {"count": 2, "scope": "place"}},
    {"a": {"count": 3, "scope": "venue"}, "b": {"count": 1, "scope": "place"}},
    {"a": {"count": 1, "scope": "place"}, "b": {"count": 3, "scope": "venue"}},
]


def hard(each: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return rule(kind="stall", share=None, mode="hard", **each | changes)


@pytest.mark.parametrize("rules", HARD_RULES)
def test_hard_reserves_fit_their_places(rules: dict[str, Any]) -> None:
    """Each hard unit needs a unit of its own; one fewer fits, and so do soft ones."""
    stalls = [{"capacity": 2, "venue_id": "M1"}, {"capacity": 2, "venue_id": "M1"}]
    with pytest.raises(ScenarioError) as caught:
        reserves(*stalls, rules={name: hard(each) for name, each in rules.items()})
    assert caught.value.code == "hard_reserves_over_capacity"
    assert caught.value.params["count"] > caught.value.params["capacity"]
    fewer = {name: hard(each, count=each["count"] - 1) for name, each in rules.items()}
    assert reserves(*stalls, rules=fewer)
    assert reserves(*stalls, rules={name: rule(**each | {"kind": "stall", "share": None})
                                    for name, each in rules.items()})  # fmt: skip


def test_a_kind_may_hold_several_reserves_in_order() -> None:
    """Kinds in order of stages, rules in order of the scenario."""
    made = reserves(
        {"capacity": 10},
        {"capacity": 10, "kind": "kiosk"},
        rules={
            "kiosk": rule(),
            "stall_all": rule(kind="stall"),
            "stall": rule(share="0.2"),
        },
    )
    assert [(r.name, r.count) for r in made] == [("stall_all", 1), ("stall", 2), ("kiosk", 1)]


def test_reserve_without_a_unit_is_left_out() -> None:
    """Rounding down nine units leaves nothing to keep."""
    assert reserves({"capacity": 9}, rules={"stall": rule(rounding="floor")}) == []


def test_reserve_of_a_kind_without_places_is_left_out() -> None:
    """There is nothing to keep a share of."""
    assert reserves({"capacity": 9}, rules={"kiosk": rule()}) == []


def test_beneficiaries_may_be_severe() -> None:
    """Derived columns are computed for the selector."""
    scenario = scenario_of(reserve={"stall": rule(beneficiaries={"severe": True})})
    who = people({"disability_level": 1}, {"disability_level": 3})
    (made,) = build_reserves(who, spots({"capacity": 10}), scenario, ("stall",))
    assert made.beneficiaries.tolist() == [True, False]


def test_place_without_its_scope_is_bad_input() -> None:
    """A stall in no venue would drop out of the count unseen."""
    with pytest.raises(InputError) as caught:
        reserves(
            {"capacity": 9, "venue_id": "M1"},
            {"capacity": 9},
            rules={"stall": rule(scope="venue")},
        )
    assert caught.value.code == "place_without_scope"
    assert caught.value.params == {"kind": "stall", "column": "venue_id", "count": 1}


def test_scope_without_its_column_names_it() -> None:
    """No place says its venue."""
    with pytest.raises(ScenarioError) as caught:
        reserves({"capacity": 9}, rules={"stall": rule(scope="venue")})
    assert caught.value.code == "rule_needs_column"


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "venue", "split_to": "district"},
        {"scope": "venue", "split_to": "venue"},
        {"base": "opened", "split_to": "venue"},
        {"base": "new", "planned": 10, "scope": "venue"},
    ],
)
def test_scopes_that_do_not_go_together_are_an_error(changes: dict[str, Any]) -> None:
    """Refused by the scenario or, at the latest, here."""
    with pytest.raises(ScenarioError):
        reserves({"capacity": 9, "venue_id": "M1"}, rules={"stall": rule(**changes)})


def test_split_of_more_units_than_places_is_an_error() -> None:
    """100 planned units make 10, but only 4 places exist to divide them over."""
    with pytest.raises(ScenarioError) as caught:
        reserves(
            {"capacity": 4, "venue_id": "M1"},
            rules={"stall": rule(base="new", planned=100, split_to="venue")},
        )
    assert caught.value.code == "reserve_over_capacity"
