"""Windows, areas, openings, cells and quotas in an instance."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from allocation.instance import Instance, Reason
from allocation.messages import InputError, ScenarioError
from tests.builders import City, city, site

LOTTERY = "welfare_lottery"


def names(instance: Instance, rows: Any) -> list[str]:
    return [str(instance.places.id[row]) for row in rows]


# Numbers


def test_window_holds_the_site_its_neighbours_and_outlets() -> None:
    places = {
        "p": site(0),
        "q": site(500),
        "r": site(1000),
        "s": site(0, 400, is_candidate=False),
        "t": site(0, 100, kind="sports_lottery"),
    }
    town = city(
        places=places,
        existing_outlets={
            "x": {"kind": LOTTERY, "at": (-500, 0)},
            "y": {"kind": LOTTERY, "at": (501, 0)},
            "z": {"kind": "sports_lottery", "at": (0, 0)},
        },
        scenario={
            "density": {LOTTERY: {"window_m": 500, "window_max": 3, "extra_number_disabled": 1}}
        },
    )
    instance = town.instance
    windows = {limit.label: limit for limit in instance.limits}
    assert {label: names(instance, limit.members) for label, limit in windows.items()} == {
        "p": ["p", "q"],
        "q": ["p", "q", "r"],
        "r": ["q", "r"],
    }
    assert {label: limit.existing for label, limit in windows.items()} == {"p": 1, "q": 1, "r": 1}
    assert all(limit.code == "density" and limit.maximum == 3 for limit in instance.limits)
    assert all(limit.extra_disabled == 1 for limit in instance.limits)
    assert names(instance, [limit.centre for limit in instance.limits]) == ["p", "q", "r"]


def test_disabled_holder_adds_nothing_to_tobacco_windows() -> None:
    rule = {"window_m": 500, "window_max": 3, "extra_number_disabled": 1}
    stage = {"name": "joint", "kinds": ["tobacco"], "mechanism": "optimal"}
    places = {"p": {"kind": "tobacco", "is_candidate": True, "at": (0, 0)}}
    town = city(places=places, scenario={"stage": [stage], "density": {"tobacco": rule}})
    assert [limit.extra_disabled for limit in town.instance.limits] == [0]


def areas(existing: int) -> Instance:
    places = {
        "p": site(0, district="D", township="T"),
        "q": site(900, district="D", township="T"),
        "r": site(0, 900, district="E", township="T"),
    }
    outlets = {
        f"x{n}": {"kind": LOTTERY, "district": "D", "township": "T"} for n in range(existing)
    }
    rule = {"area": "township", "area_max": 2, "extra_number_disabled": 1}
    return city(
        places=places, existing_outlets=outlets, scenario={"density": {LOTTERY: rule}}
    ).instance


def test_area_counts_what_stands_in_it() -> None:
    instance = areas(1)
    assert [
        (limit.code, limit.label, limit.existing, limit.centre) for limit in instance.limits
    ] == [("area_number", "D/T", 1, -1), ("area_number", "E/T", 0, -1)]
    assert [names(instance, limit.members) for limit in instance.limits] == [["p", "q"], ["r"]]


def test_area_over_its_number_only_forbids_more() -> None:
    instance = areas(3)
    over = [limit for limit in instance.limits if limit.label == "D/T"]
    assert names(instance, [limit.centre for limit in over]) == ["p", "q"]
    assert all(limit.existing == 3 and limit.maximum == 2 for limit in over)
    assert all(names(instance, limit.members) == ["p", "q"] for limit in over)


def test_site_without_its_area_is_bad_input() -> None:
    rule = {"density": {LOTTERY: {"area": "district", "area_max": 2}}}
    with pytest.raises(InputError) as caught:
        _ = city(places={"p": site(0)}, scenario=rule).instance
    assert caught.value.code == "place_area_missing"


def test_openings_are_about_candidate_sites() -> None:
    places = {
        "p": site(0),
        "q": site(900, is_candidate=False),
        "r": site(0, 900, kind="sports_lottery"),
    }
    rules = {
        "openings": {LOTTERY: {"max": 5}},
        "openings_joint": [{"name": "both", "kinds": [LOTTERY, "sports_lottery"], "max": 1}],
    }
    instance = city(places=places, scenario=rules).instance
    found = [
        (limit.kind, limit.label, names(instance, limit.members), limit.maximum, limit.existing)
        for limit in instance.limits
    ]
    assert found == [
        (LOTTERY, LOTTERY, ["p"], 5, 0),
        (f"{LOTTERY}+sports_lottery", "both", ["p", "r"], 1, 0),
    ]
    assert not any(notice.code == "openings_unlimited" for notice in instance.notices)
    unlimited = city(places=places).instance.notices
    assert Reason("openings_unlimited", {"kind": LOTTERY}) in unlimited


@pytest.mark.parametrize("remaining", [0, 1, None])
def test_cell_holds_the_premises_of_its_venue(remaining: int | None) -> None:
    premises = {name: {"kind": "tobacco", "venue_id": name[0]} for name in ("v1", "v2", "w1")}
    wish = {"applicant_id": "A1", "preference_rank": 1, "accepted_at": dt.datetime(2023, 11, 1)}
    instance = city(
        places=premises,
        applications=[{**wish, "place_id": name} for name in premises],
        venues={"v": {"remaining_number": remaining}, "w": {}},
    ).instance
    found = [
        (limit.code, limit.label, names(instance, limit.members), limit.maximum, limit.centre)
        for limit in instance.limits
    ]
    assert found == (
        [] if remaining is None else [("cell_number", "v", ["v1", "v2"], remaining, -1)]
    )


# Quotas


def quota(**rule: Any) -> City:
    places = {
        "p": {"capacity": 3, "district": "D"},
        "q": {"capacity": 4, "district": "E"},
        "r": {"kind": "kiosk", "capacity": 9, "district": "D"},
    }
    people = {"a": {"group": "disabled"}, "b": {"group": "general"}}
    rules = {"name": "n", "applicant": {"group": "disabled"}, "place": {"kind": "stall"}}
    return city(people, places, scenario={"quota": [{**rules, **rule}]})


def test_quota_counts_both_selectors_per_scope() -> None:
    town = quota(scope="district", min=1, hard=True)
    rows = town.instance.quotas
    assert [(row.scope_id, row.sense, row.floor_count, row.hard) for row in rows] == [
        ("D", "min", 1, True),
        ("E", "min", 1, True),
    ]
    assert [row.counted.tolist() for row in rows] == [[town.row("a", "p")], [town.row("a", "q")]]
    assert all(row.denominator.size == 0 and row.share == 0 for row in rows)


@pytest.mark.parametrize(
    ("rule", "bound"),
    [
        ({"min_share": "0.1"}, 1),
        ({"min_share": "2/7"}, 2),
        ({"max_share": "0.5"}, 3),
        ({"max_share": "3/7"}, 3),
    ],
)
def test_share_of_capacity_is_an_exact_number(rule: dict[str, Any], bound: int) -> None:
    (row,) = quota(denominator="capacity", **rule).instance.quotas
    assert (row.floor_count, row.denominator.size, row.scope_id) == (bound, 0, "")


def test_share_of_awards_counts_everybody_at_these_places() -> None:
    town = quota(denominator="awarded", min_share=0.15, max_share=0.5)
    low, high = town.instance.quotas
    assert (low.sense, low.share, high.sense, high.share) == (
        "min",
        Fraction(3, 20),
        "max",
        Fraction(1, 2),
    )
    everybody = sorted(town.row(person, place) for person in "ab" for place in "pq")
    assert low.denominator.tolist() == high.denominator.tolist() == everybody
    assert low.counted.tolist() == [town.row("a", "p"), town.row("a", "q")]


def test_quota_over_two_stages_is_refused() -> None:
    stages = [
        {"name": kind, "kinds": [kind], "mechanism": "optimal"} for kind in ("stall", "kiosk")
    ]
    with pytest.raises(ScenarioError) as caught:
        _ = city(
            places={"p": {}, "q": {"kind": "kiosk"}},
            scenario={
                "stage": stages,
                "quota": [
                    {"name": "n", "applicant": {}, "place": {"capacity": {"min": 1}}, "max": 1}
                ],
            },
        ).instance
    assert caught.value.code == "quota_spans_stages"
