"""From tables and a scenario to an instance: order, people, distances from home, stages."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.instance import DISTANCE_SOURCES, Instance, Reason
from allocation.messages import LANGS, InputError, Lang, build, text
from allocation.messages.labels import phrase
from tests.builders import City, city, settings_for

LOTTERY = "welfare_lottery"


# One record, one order


def test_people_and_places_stand_by_id() -> None:
    instance = city(applicants="b c a", places="q p", applications={"b": "q p", "a": "q"}).instance
    assert instance.applicants.id.tolist() == ["a", "b", "c"]
    assert instance.places.id.tolist() == ["p", "q"]
    assert instance.applications.applicant.tolist() == [0, 1, 1]
    assert instance.applications.place.tolist() == [1, 1, 0]
    assert instance.applications.preference_rank.tolist() == [1, 1, 2]


def test_what_is_not_given_is_empty() -> None:
    instance = city(applicants={"a": {"group": None}}, places={"p": {"venue_id": None}}).instance
    assert instance.applicants.group.tolist() == ["general"]
    assert instance.applicants.receipt_no.tolist() == ["a"]
    assert instance.applicants.household.tolist() == [-1]
    assert instance.places.venue.tolist() == [""]
    assert instance.places.township.tolist() == [""]
    assert np.isnan(instance.places.x).all()
    assert instance.applications.priority_rank.tolist() == [0]
    assert instance.applications.accepted_order.tolist() == [-1]


def test_township_is_named_with_its_district() -> None:
    places = {"p": {"district": "东港区", "township": "河山镇"}, "q": {"district": "莒县"}}
    assert city(places=places).instance.places.township.tolist() == ["东港区/河山镇", ""]


def test_households_are_numbered() -> None:
    people = {
        "a": {"household_id": "h2"},
        "b": {},
        "c": {"household_id": "h1"},
        "d": {"household_id": "h2"},
    }
    assert city(applicants=people).instance.applicants.household.tolist() == [1, -1, 0, 1]
    people["b"] = {"household_id": "h0"}
    assert city(applicants=people).instance.applicants.household.tolist() == [2, 0, 1, 2]


@pytest.mark.parametrize("asked", [True, False])
def test_hard_to_employ_is_looked_up_only_where_a_list_asks(asked: bool) -> None:
    facts = {"employment_status": "unemployed", "birth_date": dt.date(1990, 1, 1), "sex": "male"}
    people = {"a": {"group": "disabled", **facts}, "b": {"group": "general", **facts}}
    pool = {"open": ["band", "hard_to_employ_first", "draw"]} if asked else {}
    rules = {"decision_date": dt.date(2023, 12, 1), "priority": {"pool": {"stall": pool}}}
    town = city(people, scenario=rules)
    assert town.instance.applicants.hard_to_employ.tolist() == [asked, False]


def test_draw_number_follows_receipts_and_seed() -> None:
    drawn = city(applicants=20, scenario={"draw": {"seed": "s"}}).instance.applicants.draw_number
    other = city(applicants=20, scenario={"draw": {"seed": "t"}}).instance.applicants.draw_number
    assert sorted(drawn.tolist()) == list(range(1, 21))
    assert drawn.tolist() != other.tolist()


def test_arrays_are_frozen() -> None:
    instance = random_city(seed=1).instance
    records: tuple[Any, ...] = (
        instance.applicants,
        instance.places,
        instance.applications,
        instance.conflicts,
        *instance.limits,
        *instance.quotas,
        *instance.stages,
    )
    for record in records:
        for column in fields(record):
            value = getattr(record, column.name)
            assert not isinstance(value, np.ndarray) or not value.flags.writeable, column.name


def test_application_for_an_unknown_place_is_bad_input() -> None:
    with pytest.raises(InputError) as caught:
        _ = city(applications={"A1": "P1 nowhere"}).instance
    assert caught.value.code == "application_reference"
    assert caught.value.params["count"] == 1


def random_city(seed: int) -> City:
    """Make a city that uses every part of the builder."""
    rng = np.random.default_rng(seed)
    kinds = ["stall", LOTTERY, "sports_lottery", "tobacco"]

    def spot() -> dict[str, Any]:
        east, north = (int(metres) for metres in rng.integers(0, 900, 2))
        return {"at": (east, north)} if rng.random() < 0.9 else {}

    def area() -> dict[str, Any]:
        return {
            "district": f"D{rng.integers(2)}",
            "township": f"T{rng.integers(2)}",
            "zone": str(rng.choice(["urban", "town", "rural"])),
        }

    places = {}
    for number in range(14):
        kind = kinds[int(rng.integers(4))]
        places[f"p{number:02d}"] = {
            "kind": kind,
            "is_candidate": "lottery" in kind and rng.random() < 0.9,
            "capacity": int(rng.integers(0, 4)),
            "venue_id": f"v{rng.integers(3)}",
            **area(),
            **spot(),
        }
    people = {
        f"a{number:02d}": {
            "group": str(rng.choice(["disabled", "general"])),
            "district": "D0",
            "township": "T0",
            "first_tobacco_application": str(rng.choice(["yes", "no"])),
            "household_id": f"h{rng.integers(4)}",
            **spot(),
        }
        for number in range(12)
    }
    wishes = [
        {
            "applicant_id": person,
            "place_id": place,
            "preference_rank": rank,
            "accepted_at": dt.datetime(2023, 11, 1, 9, 0, 0) + dt.timedelta(seconds=number),
            "accepted_seq": number,
            "condition_band": int(rng.integers(1, 4)) if rank < 4 else None,
        }
        for number, person in enumerate(people)
        for rank, place in enumerate(rng.permutation(list(places))[:6].tolist(), 1)
    ]
    rule = {"urban_m": 300, "town_m": 200, "rural_m": 150, "disabled_factor": 0.5}
    return city(
        people,
        places,
        wishes,
        existing_outlets={
            f"x{number}": {"kind": kinds[1 + number % 3], **area(), **spot()} for number in range(5)
        },
        protected_sites={f"s{number}": spot() for number in range(3)},
        venues={f"v{number}": {"remaining_number": number} for number in range(3)},
        townships=[{"name": "T0", "district": "D0", "lon": 119.1, "lat": 35.4}],
        measured_distances=[
            {"place_id_a": "p01", "place_id_b": "p02", "distance_m": 120.5},
            {"place_id_a": "x1", "place_id_b": "p03", "distance_m": 500.0},
        ],
        held_awards=[{"applicant_id": "a03", "place_id": "old", "kind": "stall"}],
        scenario={
            "draw": {"seed": "s"},
            "spacing": {
                LOTTERY: {**rule, "group": "lottery", "school_buffer_m": 50},
                "sports_lottery": {**rule, "group": "lottery", "combine": "min"},
                "tobacco": {**rule, "disabled_first_factor": 0, "school_buffer_m": 80},
            },
            "density": {
                LOTTERY: {
                    "window_m": 500,
                    "window_max": 3,
                    "area": "township",
                    "area_max": 2,
                    "extra_number_disabled": 1,
                },
                "tobacco": {"window_m": 400, "window_max": 4},
            },
            "openings": {LOTTERY: {"max": 3}, "sports_lottery": {"max": 2}},
            "openings_joint": [
                {"name": "lotteries", "kinds": [LOTTERY, "sports_lottery"], "max": 4}
            ],
            "reserve": {"stall": {"beneficiaries": {"group": "disabled"}, "share": 0.3}},
            "quota": [
                {
                    "name": "q",
                    "applicant": {"group": "disabled"},
                    "place": {"kind": "stall"},
                    "scope": "district",
                    "min_share": 0.2,
                    "denominator": "awarded",
                }
            ],
        },
    )


def equal(one: Any, other: Any) -> bool:
    """Compare parts of instances, arrays by value."""
    if isinstance(one, np.ndarray):
        exact = one.dtype == object
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=not exact)
    if is_dataclass(one):
        return type(one) is type(other) and all(
            equal(getattr(one, column.name), getattr(other, column.name))
            for column in fields(one)
            if column.name not in ("scenario", "tables")
        )
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(equal, one, other))
    return bool(one == other)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_row_order_does_not_matter(seed: int, shuffle: int) -> None:
    town = random_city(seed)
    assert equal(town.instance, town.shuffled(shuffle).instance)
    assert list(town.instance.exclusions) == list(town.shuffled(shuffle).instance.exclusions)


# Awards held from before


def holds(**award: Any) -> list[bool]:
    town = city(
        applicants={"a": {}},
        places={"p": {"kind": "stall"}, "t": {"kind": "tobacco"}},
        applications={"a": "p"},
        held_awards=[{"applicant_id": "a", "place_id": "old", "kind": "stall", **award}],
        scenario={"decision_date": dt.date(2023, 12, 1)},
    )
    assert town.instance.exclusive_groups == (("stall",), ("tobacco",))
    return [bool(held) for held in town.instance.applicants.holds[0]]


def test_live_award_blocks_its_exclusive_group() -> None:
    assert holds() == [True, False]
    assert holds(kind="tobacco") == [False, True]
    assert holds(valid_to=dt.date(2023, 12, 1)) == [True, False]
    assert holds(valid_to=dt.date(2023, 11, 30)) == [False, False]
    assert holds(applicant_id="somebody") == [False, False]


def test_award_held_under_another_registration_blocks_the_person() -> None:
    """Who is registered twice keeps one award, whichever number it was given to."""
    same = {"identity_no": "37119919800101001X"}
    instance = city(
        applicants={"a": same, "b": same, "c": {}},
        places={"p": {"kind": "stall"}},
        held_awards=[{"applicant_id": "b", "place_id": "old", "kind": "stall"}],
    ).instance
    assert instance.applicants.holds[:, 0].tolist() == [True, True, False]


def test_held_award_of_another_kind_is_noticed() -> None:
    town = city(held_awards=[{"applicant_id": "A1", "place_id": "old", "kind": "kiosk"}])
    assert not town.instance.applicants.holds.any()
    notice = Reason("held_kind_not_exclusive", {"kind": "kiosk", "count": 1})
    assert notice in town.instance.notices


# Distance from home


def source_of(instance: Instance) -> list[str]:
    return [DISTANCE_SOURCES[source] for source in instance.applications.distance_source]


@pytest.mark.parametrize("method", ["projected", "geodesic"])
def test_distance_from_home_in_whole_metres(method: str) -> None:
    instance = city(
        applicants={"a": {"at": (0, 0)}},
        places={"p": {"at": (300.4, 400.4)}, "q": {}},
        scenario={"space": {"method": method}},
    ).instance
    # A place without a point counts as the applicant's own worst distance, flagged.
    assert instance.applications.distance_m.tolist() == [501, 501]
    assert source_of(instance) == ["home", "none"]


def test_missing_home_is_measured_from_the_township() -> None:
    instance = city(
        applicants={
            "a": {"district": "D", "township": "T"},
            "b": {"district": "E", "township": "T"},
            "c": {"district": "D", "township": "T", "at": (0, 0)},
        },
        places={"p": {"at": (0, 100)}},
        townships=[{"district": "D", "name": "T", "at": (0, 50)}, {"district": "E", "name": "T"}],
    ).instance
    assert source_of(instance) == ["township", "none", "home"]
    assert instance.applications.distance_m.tolist() == [50, 0, 100]
    assert instance.applications.eligible.all()
    assert Reason("home_from_township", {"count": 1}) in instance.notices
    assert Reason("home_unknown", {"count": 1}) in instance.notices


# Bands


def test_unknown_band_never_scores() -> None:
    instance = city(
        applicants=4,
        places=1,
        applications=[
            {
                "applicant_id": f"A{n}",
                "place_id": "P1",
                "preference_rank": 1,
                "condition_band": band,
            }
            for n, band in enumerate([1, None, 3, 2], 1)
        ],
    ).instance
    assert instance.applications.band.tolist() == [1, 3, 3, 2]
    assert city(applicants=2).instance.applications.band.tolist() == [1, 1]


# The builder of tests


def test_misspelt_column_of_a_test_is_an_error() -> None:
    with pytest.raises(KeyError, match="capasity"):
        city(places={"p": {"capasity": 2}})


# Stages and notices


def test_stages_hold_all_their_applications() -> None:
    town = city(
        places={"p": {}, "t": {"kind": "tobacco"}},
        applications=[
            {
                "applicant_id": "A1",
                "place_id": place,
                "preference_rank": rank,
                "accepted_at": dt.datetime(2023, 11, 1),
            }
            for rank, place in enumerate("pt", 1)
        ],
    )
    licences, joint = town.instance.stages
    assert (licences.mechanism, licences.applications.tolist()) == ("queue", [1])
    assert (joint.mechanism, joint.applications.tolist()) == ("optimal", [0])
    assert town.instance.applications.accepted_order.tolist() == [-1, 0]


def test_kind_in_no_stage_is_a_reason() -> None:
    only_stalls = settings_for(["stall"])
    town = city(places={"p": {}, "q": {"kind": "kiosk"}}, scenario=only_stalls)
    assert [town.code("A1", place) for place in "pq"] == ["", "kind_not_allocated"]


def test_kind_without_places_is_noticed() -> None:
    town = city(scenario=settings_for(["stall", "kiosk"]))
    notice = Reason("stage_kind_without_places", {"stage": "joint", "kind": "kiosk"})
    assert notice in town.instance.notices


def test_smallest_problem_needs_no_geography() -> None:
    instance = city(applicants=2, places=2).instance
    assert instance.applications.eligible.all()
    assert instance.conflicts.place_a.size == 0
    assert (instance.limits, instance.reserves, instance.quotas) == ((), (), ())


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("seed", range(5))
def test_every_exclusion_and_notice_has_a_text(seed: int, lang: Lang) -> None:
    instance = random_city(seed).instance
    for reason in (*instance.exclusions.values(), *instance.notices):
        assert phrase(reason.code, lang, **reason.params) != reason.code


def test_computed_distance_asks_for_a_measurement() -> None:
    params = {"outlet": "x", "distance_m": 12.5, "required_m": 300.0, "how": "computed"}
    assert "计算距离，拒绝前须实测" in text("spacing_outlet", "zh", **build.localise(params, "zh"))
    assert "measure before refusing" in text("spacing_outlet", "en", **build.localise(params, "en"))
