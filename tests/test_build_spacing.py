"""Spacing, outlets, schools and missing coordinates in an instance."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from allocation.instance import HOLDER_CLASSES, Instance, Reason
from tests.builders import ORIGIN, City, city, site, spaced

LOTTERY = "welfare_lottery"
GENERAL, DISABLED, FIRST = range(len(HOLDER_CLASSES))


def conflicts_of(instance: Instance) -> set[tuple[str, int, str, int]]:
    found, ids = instance.conflicts, instance.places.id
    return {
        (ids[a], int(h), ids[b], int(k))
        for a, h, b, k in zip(
            found.place_a, found.class_a, found.place_b, found.class_b, strict=True
        )
    }


@pytest.mark.parametrize(
    ("metres", "conflict"), [(299.999, True), (300.0, False), (300.001, False)]
)
def test_sites_closer_than_required_conflict(metres: float, conflict: bool) -> None:
    town = city({"a": {"group": "general"}}, {"p": site(0), "q": site(metres)}, scenario=spaced())
    assert conflicts_of(town.instance) == ({("p", GENERAL, "q", GENERAL)} if conflict else set())


def test_conflict_row_tells_both_distances() -> None:
    found = city(
        {"a": {"group": "general"}}, {"p": site(0), "q": site(250)}, scenario=spaced()
    ).instance.conflicts
    assert (found.distance_mm.tolist(), found.required_mm.tolist()) == ([250_000], [300_000])
    assert found.measured.tolist() == [False]


def test_conflicts_only_for_holder_classes_that_apply() -> None:
    people = {"a": {"group": "disabled"}, "b": {"group": "general"}}
    places = {"p": site(0), "q": site(200)}
    town = city(people, places, {"a": "p", "b": "q"}, scenario=spaced(disabled_factor=0.5))
    assert conflicts_of(town.instance) == {("p", DISABLED, "q", GENERAL)}


@pytest.mark.parametrize(("combine", "expected"), [("max", True), ("min", False)])
def test_larger_or_smaller_distance_counts(combine: str, expected: bool) -> None:
    people = {"a": {"group": "disabled"}, "b": {"group": "general"}}
    town = city(
        people,
        {"p": site(0), "q": site(200)},
        {"a": "p", "b": "q"},
        scenario=spaced(disabled_factor=0.5, combine=combine),
    )
    assert bool(conflicts_of(town.instance)) is expected


def test_zones_ask_their_own_distance() -> None:
    rule = {"spacing": {LOTTERY: {"urban_m": 300, "town_m": 100, "rural_m": 50}}}
    places = {
        "p": site(0, zone="town"),
        "q": site(150, zone="rural"),
        "r": site(-150, zone="urban"),
    }
    town = city({"a": {"group": "general"}}, places, scenario=rule)
    assert conflicts_of(town.instance) == {("p", GENERAL, "r", GENERAL)}


def test_kinds_keep_apart_only_within_a_group() -> None:
    places = {"p": site(0), "q": site(100, kind="sports_lottery")}
    rules = {LOTTERY: {"urban_m": 300}, "sports_lottery": {"urban_m": 300}}
    apart = city({"a": {"group": "general"}}, places, scenario={"spacing": rules})
    assert conflicts_of(apart.instance) == set()
    joined = {kind: {**rule, "group": "lottery"} for kind, rule in rules.items()}
    together = city({"a": {"group": "general"}}, places, scenario={"spacing": joined})
    assert conflicts_of(together.instance) == {("p", GENERAL, "q", GENERAL)}


def test_refused_applications_make_no_conflict() -> None:
    places = {"p": site(0), "q": site(200), "r": site(1000)}
    town = city(
        {"a": {"group": "general"}},
        places,
        scenario=spaced(school_buffer_m=50),
        protected_sites={"s": {"at": (0, 10)}},
    )
    assert town.code("a", "p") == "school_buffer"
    assert conflicts_of(town.instance) == set()


def test_places_that_are_open_already_make_no_conflict() -> None:
    places = {"p": site(0, is_candidate=False), "q": site(100)}
    town = city({"a": {"group": "general"}}, places, scenario=spaced())
    assert conflicts_of(town.instance) == set()
    notice = Reason("spacing_open_places", {"kind": LOTTERY, "count": 1})
    assert notice in town.instance.notices


def test_measured_distance_beats_the_computed_one() -> None:
    places = {"p": site(0), "q": site(200), "r": site(5000)}
    town = city(
        {"a": {"group": "general"}},
        places,
        scenario=spaced(),
        measured_distances=[
            {"place_id_a": "q", "place_id_b": "p", "distance_m": 310.0},
            {"place_id_a": "p", "place_id_b": "r", "distance_m": 299.0},
        ],
    )
    assert conflicts_of(town.instance) == {("p", GENERAL, "r", GENERAL)}
    assert town.instance.conflicts.measured.tolist() == [True]
    assert town.instance.conflicts.distance_mm.tolist() == [299_000]


def tobacco(first: str = "no", **more: Any) -> City:
    people = {
        "dis": {"group": "disabled", "first_tobacco_application": first},
        "gen": {"group": "general", "first_tobacco_application": first},
    }
    wishes = [
        {
            "applicant_id": person,
            "place_id": place,
            "preference_rank": rank,
            "accepted_at": dt.datetime(2023, 11, 1, 9, 0, second),
        }
        for second, person in enumerate(people)
        for rank, place in enumerate(["p", "q"], 1)
    ]
    places = {
        "p": {"kind": "tobacco", "zone": "urban", "at": (0, 0), "venue_id": "v"},
        "q": {"kind": "tobacco", "zone": "urban", "at": (30, 0), "venue_id": "v"},
    }
    rule = spaced(50, "tobacco", disabled_factor=0.5, disabled_first_factor=0, school_buffer_m=80)
    return city(people, places, wishes, scenario=rule, **more)


def test_premises_of_a_queue_keep_apart() -> None:
    assert conflicts_of(tobacco().instance) == {
        ("p", GENERAL, "q", GENERAL),
        ("p", DISABLED, "q", GENERAL),
        ("p", GENERAL, "q", DISABLED),
    }


def test_first_licence_of_a_disabled_person_is_free_of_spacing() -> None:
    outlet = {"existing_outlets": {"x": {"kind": "tobacco", "at": (0, 5)}}}
    town = tobacco("yes", **outlet)
    assert [town.code(person, "p") for person in ("dis", "gen")] == ["", "spacing_outlet"]
    again = tobacco("no", **outlet)
    assert [again.code(person, "p") for person in ("dis", "gen")] == ["spacing_outlet"] * 2


def test_first_licence_is_never_free_of_schools_or_the_cell() -> None:
    town = tobacco(
        "yes", protected_sites={"s": {"at": (-79, 0)}}, venues={"v": {"remaining_number": 1}}
    )
    assert [town.code("dis", place) for place in ("p", "q")] == ["school_buffer", ""]
    (cell,) = town.instance.limits
    assert (cell.code, cell.label, cell.maximum, cell.extra_disabled) == ("cell_number", "v", 1, 0)
    assert town.instance.places.id[cell.members].tolist() == ["p", "q"]


def test_against_an_outlet_the_holders_own_distance_counts() -> None:
    town = city(
        {"dis": {"group": "disabled"}, "gen": {"group": "general"}},
        {"p": site(0)},
        scenario=spaced(disabled_factor=0.5),
        existing_outlets={
            "x": {"kind": LOTTERY, "at": (200, 0)},
            "y": {"kind": "kiosk", "at": (1, 0)},
        },
    )
    assert town.code("dis", "p") == ""
    assert town.exclusion("gen", "p") == Reason(
        "spacing_outlet",
        {"outlet": "x", "distance_m": 200.0, "required_m": 300.0, "how": "computed"},
    )


def test_outlet_of_another_kind_of_the_group_counts() -> None:
    rules = {kind: {"urban_m": 300, "group": "lottery"} for kind in (LOTTERY, "sports_lottery")}
    town = city(
        places={"p": site(0)},
        scenario={"spacing": rules},
        existing_outlets={"x": {"kind": "sports_lottery", "at": (200, 0)}},
    )
    assert town.code("A1", "p") == "spacing_outlet"


def test_measured_outlet_decides_either_way() -> None:
    outlets = {"x": {"kind": LOTTERY, "at": (200, 0)}, "y": {"kind": LOTTERY}}
    measured = [{"place_id_a": "x", "place_id_b": "p", "distance_m": 320.0}]
    town = city(
        places={"p": site(0)},
        scenario=spaced(),
        existing_outlets=outlets,
        measured_distances=measured,
    )
    assert town.code("A1", "p") == ""
    assert Reason("outlets_without_location", {"count": 1}) in town.instance.notices
    measured.append({"place_id_a": "p", "place_id_b": "y", "distance_m": 123.456})
    closer = city(
        places={"p": site(0)},
        scenario=spaced(),
        existing_outlets=outlets,
        measured_distances=measured,
    )
    assert closer.exclusion("A1", "p") == Reason(
        "spacing_outlet",
        {"outlet": "y", "distance_m": 123.456, "required_m": 300.0, "how": "measured"},
    )


@pytest.mark.parametrize(("metres", "refused"), [(79.999, True), (80.0, False)])
def test_school_buffer_is_never_relaxed(metres: float, refused: bool) -> None:
    town = city(
        {"a": {"group": "disabled"}},
        {"p": site(0, is_candidate=False)},
        scenario=spaced(0, disabled_factor=0, school_buffer_m=80),
        protected_sites={"s": {"at": (0, metres)}},
    )
    assert town.code("a", "p") == ("school_buffer" if refused else "")


def test_site_without_coordinates_is_a_reason_where_distances_are_measured() -> None:
    places = {
        "p": {"kind": LOTTERY, "is_candidate": True, "zone": "urban"},
        "q": {"kind": "stall"},
        "r": {"kind": LOTTERY, "zone": "urban"},
    }
    plain = city(places=places).instance
    assert plain.applications.eligible.all()
    for rules in (spaced(), {"density": {LOTTERY: {"window_m": 500, "window_max": 2}}}):
        town = city(places=places, scenario=rules)
        assert [town.code("A1", place) for place in "pqr"] == ["location_missing", "", ""]
    town = city(places=places, scenario=spaced(0, school_buffer_m=50))
    assert [town.code("A1", place) for place in "pqr"] == [
        "location_missing",
        "",
        "location_missing",
    ]


_to_metres = Transformer.from_crs("EPSG:4490", "EPSG:4549", always_xy=True)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["max", "min"]))
def test_conflicts_equal_the_definition(seed: int, combine: str) -> None:
    rng = np.random.default_rng(seed)
    zones = {"urban": 300, "town": 200, "rural": 100}
    places = {
        f"p{number}": site(*rng.integers(0, 700, 2).tolist(), zone=str(rng.choice(list(zones))))
        for number in range(8)
    }
    people = {"d": {"group": "disabled"}, "e": {"group": "general"}}
    wishes = {person: rng.permutation(list(places))[:5].tolist() for person in people}
    rule = {f"{zone}_m": metres for zone, metres in zones.items()}
    town = city(
        people,
        places,
        wishes,
        scenario={"spacing": {LOTTERY: {**rule, "disabled_factor": 0.5, "combine": combine}}},
    )

    def asked(place: str, person: str) -> float:
        return zones[places[place]["zone"]] * (0.5 if person == "d" else 1)

    expected = set()
    for p in places:
        for q in places:
            for h, k in ((h, k) for h in people for k in people):
                if p < q and p in wishes[h] and q in wishes[k]:
                    apart = np.hypot(*np.subtract(places[p]["at"], places[q]["at"]))
                    both = asked(p, h), asked(q, k)
                    if round(apart * 1000) < 1000 * (max(both) if combine == "max" else min(both)):
                        expected.add((p, int(h == "d"), q, int(k == "d")))
    assert conflicts_of(town.instance) == expected
    corner = _to_metres.transform(
        *town.tables.places.set_index("place_id").loc["p0", ["lon", "lat"]]
    )
    assert np.allclose(np.subtract(corner, ORIGIN), places["p0"]["at"], atol=1e-4)
