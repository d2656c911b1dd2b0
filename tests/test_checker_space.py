"""Distances, windows, numbers and reserve counts are worked out again and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from allocation.checker import CheckReport, check_awards
from tests.builders import City, city
from tests.instances_helper import award_frame
from tests.solved import codes

SITE = {"kind": "welfare_lottery", "is_candidate": True, "zone": "urban", "district": "D"}
SPACING = {"urban_m": 300, "town_m": 300, "rural_m": 300, "disabled_factor": 0.5}


def lottery(
    at: Mapping[str, float], scenario: Mapping[str, Any] | None = None, **tables: Any
) -> City:
    """Make sites on a line, one disabled applicant each (``a1`` wants ``s1``)."""
    people: dict[str, dict[str, Any]] = {f"a{n}": {} for n in range(1, len(at) + 1)}
    places = {name: {**SITE, "township": "T", "at": (east, 0)} for name, east in at.items()}
    wishes = {f"a{n}": [name] for n, name in enumerate(at, 1)}
    settings = {"spacing": {"welfare_lottery": SPACING}, **(scenario or {})}
    return city(people, places, wishes, settings, **tables)


def award_all(made: City, *, ignoring_exclusions: bool = False) -> CheckReport:
    """Award every application and check."""
    instance = made.instance
    if ignoring_exclusions:
        eligible = np.ones_like(instance.applications.eligible)
        instance = replace(
            instance,
            applications=replace(instance.applications, eligible=eligible),
            exclusions={},
        )
    rows = np.arange(len(instance.applications.place))
    return check_awards(instance, award_frame(instance, rows.tolist()))


def test_sites_too_near_are_caught() -> None:
    assert codes(award_all(lottery({"s1": 0, "s2": 149.999}))) == {"check_spacing"}
    assert codes(award_all(lottery({"s1": 0, "s2": 150}))) == set()


def test_the_stricter_class_decides() -> None:
    """A general holder keeps the full 300 m, also from a disabled one."""
    made = lottery({"s1": 0, "s2": 200})
    general = np.array([0, 1])
    instance = replace(
        made.instance,
        applications=replace(made.instance.applications, holder_class=general),
    )
    assert "check_spacing" in codes(check_awards(instance, award_frame(instance, [0, 1])))


@pytest.mark.parametrize(("metres", "expected"), [(140.0, {"check_spacing"}), (160.0, set())])
def test_a_measured_distance_beats_the_computed_one(metres: float, expected: set[str]) -> None:
    """150 m computed; what a person measured decides, and the later of two measurements."""
    east = 155.0 if metres < 150 else 145.0
    rows = [
        {"place_id_a": "s2", "place_id_b": "s1", "distance_m": m, "measured_on": f"2023-0{n}-01"}
        for n, m in ((1, 300 - metres), (2, metres))
    ]
    made = lottery({"s1": 0, "s2": east}, measured_distances=pd.DataFrame(rows))
    assert codes(award_all(made)) == expected


def test_geodesic_distances_follow_the_scenario() -> None:
    """Metres along the ellipsoid differ from those of the zone by millimetres here."""
    made = lottery({"s1": 0, "s2": 149}, {"space": {"method": "geodesic"}})
    report = award_all(made)
    assert codes(report) == {"check_spacing"}
    assert report.violations[0].params["distance_m"] == pytest.approx(149, abs=0.1)
    assert report.violations[0].params["distance_m"] != 149


def test_an_existing_outlet_too_near_is_caught() -> None:
    """The holder's own distance counts against what stands already."""
    outlets = {"x1": {"kind": "welfare_lottery", "at": (140, 0)}}
    made = lottery({"s1": 0}, existing_outlets=outlets)
    assert codes(award_all(made)) == {"check_not_eligible", "check_outlet"}
    assert codes(award_all(made, ignoring_exclusions=True)) == {"check_outlet"}
    far = lottery({"s1": 0}, existing_outlets={"x1": {**outlets["x1"], "at": (150, 0)}})
    assert codes(award_all(far)) == set()


def test_a_school_too_near_is_caught_whoever_holds() -> None:
    settings = {"spacing": {"welfare_lottery": {**SPACING, "school_buffer_m": 100}}}
    made = lottery({"s1": 0}, settings, protected_sites={"k1": {"at": (0, 99)}})
    assert codes(award_all(made, ignoring_exclusions=True)) == {"check_school"}


def test_a_full_window_is_caught() -> None:
    """Two sites and one outlet within 500 m, at most two."""
    settings = {"density": {"welfare_lottery": {"window_m": 500, "window_max": 2}}}
    outlets = {"x1": {"kind": "welfare_lottery", "at": (-200, 0)}}
    made = lottery({"s1": 0, "s2": 300}, settings, existing_outlets=outlets)
    assert codes(award_all(made)) == {"check_density"}
    relaxed = {
        "density": {
            "welfare_lottery": {
                **settings["density"]["welfare_lottery"],
                "extra_number_disabled": 1,
            }
        }
    }
    assert (
        codes(award_all(lottery({"s1": 0, "s2": 300}, relaxed, existing_outlets=outlets))) == set()
    )


def test_a_full_area_is_caught() -> None:
    settings = {"density": {"welfare_lottery": {"area": "township", "area_max": 2}}}
    outlets = {"x1": {"kind": "welfare_lottery", "at": (9000, 0), "district": "D", "township": "T"}}
    made = lottery({"s1": 0, "s2": 1000}, settings, existing_outlets=outlets)
    assert codes(award_all(made)) == {"check_area_number"}


def test_too_many_openings_are_caught() -> None:
    one = {"openings": {"welfare_lottery": {"max": 1}}}
    assert codes(award_all(lottery({"s1": 0, "s2": 1000}, one))) == {"check_openings_max"}
    joint = {
        "openings_joint": [
            {"name": "both", "kinds": ["welfare_lottery", "sports_lottery"], "max": 1}
        ]
    }
    assert codes(award_all(lottery({"s1": 0, "s2": 1000}, joint))) == {"check_openings_max"}


def test_a_cell_used_up_is_caught() -> None:
    """Two licences in a cell with one left."""
    made = city(
        2,
        {p: {"kind": "tobacco", "venue_id": "C", "zone": "urban"} for p in ("p1", "p2")},
        [
            {
                "applicant_id": f"A{n}",
                "place_id": f"p{n}",
                "preference_rank": 1,
                "accepted_at": f"2023-11-0{n}",
                "accepted_seq": n,
            }
            for n in (1, 2)
        ],
        venues={"C": {"venue_type": "market_cell", "remaining_number": 1}},
    )
    assert codes(award_all(made)) == {"check_cell_number"}
    good = check_awards(made.instance, award_frame(made.instance, [0]))
    assert codes(good) == set()


RESERVES: Mapping[str, Mapping[str, Any]] = {
    "share": {"share": 0.1, "scope": "venue"},
    "split": {"share": 0.1, "scope": "city", "split_to": "venue"},
    "count": {"count": 3},
    "half": {"share": 0.25, "scope": "place", "rounding": "half_up"},
    "hard": {"count": 9, "mode": "hard", "scope": "venue"},
    "new": {"share": 0.5, "base": "new"},
    "opened": {"share": 0.5, "base": "opened"},
}


@pytest.mark.parametrize("name", sorted(RESERVES))
def test_reserve_counts_are_worked_out_again(name: str) -> None:
    """The build's count passes; one unit more or less is caught."""
    places = {
        f"p{n}": {"venue_id": f"v{n % 3}", "capacity": 3 + n, "is_candidate": n > 3}
        for n in range(6)
    }
    rule = {"beneficiaries": {"group": "disabled"}, **RESERVES[name]}
    settings = {"reserve": {"stall": rule}, "openings": {"stall": {"max": 4}}}
    instance = city(1, places, scenario=settings).instance
    assert not {"check_reserve_count"} & codes(check_awards(instance, award_frame(instance, [])))
    for number, reserve in enumerate(instance.reserves):
        for wrong in (reserve.count - 1, reserve.count + 1):
            changed = [*instance.reserves]
            changed[number] = replace(reserve, count=wrong)
            other = replace(instance, reserves=tuple(changed))
            report = check_awards(other, award_frame(other, []))
            assert "check_reserve_count" in codes(report)
