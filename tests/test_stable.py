"""``stable`` as a whole: stages, plans, tables alone, files, and what its guarantee costs."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation import load_scenario, pipeline
from allocation.checker import check_awards, check_draw, check_refusals
from allocation.instance import Instance
from allocation.mechanisms import solve
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.formulation import formulate
from allocation.mechanisms.optimise.most import most_awards
from allocation.mechanisms.stable import solve_stable
from allocation.progress import Silent
from allocation.result import Result, Status
from allocation.runs import load_run
from tests.builders import City, city, site, spaced
from tests.draw_helper import VALUE, hold_draw
from tests.instances_helper import Person, Rules, Spot, Wish, make_instance, make_reserve
from tests.stable_markets import as_stable, instance_of, random_lists, random_places
from tests.town import SCENARIO, write_town

STAGE = {"name": "all", "kinds": ["stall"], "mechanism": "stable"}


def pairs(instance: Instance, result: Result) -> set[tuple[str, str]]:
    app = instance.applications
    who, where = instance.applicants.id, instance.places.id
    return {(str(who[app.applicant[j]]), str(where[app.place[j]])) for j in result.awards}


def town_of(**changes: Any) -> City:
    """Four people, two stalls; the reserve is one unit."""
    return city(
        applicants={
            "a": {"group": "disabled"},
            "b": {"group": "general"},
            "c": {"group": "general"},
            "d": {"group": "general"},
        },
        places={"p": {"capacity": 2}, "q": {}},
        applications={"a": "p", "b": "p q", "c": "p q", "d": "q p"},
        scenario={"stage": [STAGE], "draw": {"seed": "one"}, "priority": {}, **changes},
    )


def test_the_reserved_unit_goes_to_its_beneficiary() -> None:
    """However the draw falls, ``a`` has a unit of the stall that keeps one."""
    rule = {"beneficiaries": {"group": "disabled"}, "count": 1, "scope": "place"}
    for seed in "abcdefgh":
        town = town_of(reserve={"stall": rule}, draw={"seed": seed})
        result = solve(town.instance)
        assert ("a", "p") in pairs(town.instance, result)


@pytest.mark.parametrize("seed", range(5))
def test_neither_the_order_of_rows_nor_names_matter(seed: int) -> None:
    town = town_of(draw={"seed": str(seed)})
    plain = solve(town.instance)
    again = solve(town.shuffled(seed).instance)
    assert pairs(town.instance, plain) == pairs(town.instance, again)
    receipts = {"a": "7", "b": "1", "c": "5", "d": "3"}
    named, renamed = (
        city(
            applicants={
                names[i]: {"group": "disabled" if i == "a" else "general", "receipt_no": no}
                for i, no in receipts.items()
            },
            places={"p": {"capacity": 2}, "q": {}},
            applications={names[i]: listed for i, listed in
                          {"a": "p", "b": "p q", "c": "p q", "d": "q p"}.items()},
            scenario={"stage": [STAGE], "draw": {"seed": str(seed)}},
        )
        for names in ({i: i for i in "abcd"}, dict(zip("abcd", "zyxw", strict=True)))
    )  # fmt: skip
    back = dict(zip("zyxw", "abcd", strict=True))
    found = {(back[i], p) for i, p in pairs(renamed.instance, solve(renamed.instance))}
    assert found == pairs(named.instance, solve(named.instance))


def test_an_award_of_an_earlier_stage_binds() -> None:
    """Whoever has a licence of the same exclusive group is not matched."""
    people = [Person(draw=1), Person(draw=2)]
    spots = [Spot("tobacco"), Spot("stall")]
    wishes = [Wish(0, 0, 2, accepted_order=0), Wish(0, 1, 1), Wish(1, 1, 1)]
    rules = Rules(queue_kinds=("tobacco",), exclusive_groups=(("stall", "tobacco"),))
    instance = as_stable(make_instance(people, spots, wishes, rules))
    result = solve(instance)
    app = instance.applications
    assert {(int(app.applicant[j]), int(app.place[j])) for j in result.awards} == {(0, 0), (1, 1)}


def test_whoever_holds_something_from_before_is_not_matched() -> None:
    people = [Person(draw=1, holds=(0,)), Person(draw=2)]
    instance = as_stable(make_instance(people, [Spot()], [Wish(0, 0), Wish(1, 0)]))
    app = instance.applications
    assert app.applicant[solve(instance).awards].tolist() == [1]


def test_the_maximum_shows_what_the_guarantee_costs() -> None:
    """The first in the order takes the only place of the second: one award of two."""
    people = [Person("general", draw=1), Person("general", draw=2)]
    wishes = [Wish(0, 0, 1), Wish(0, 1, 2), Wish(1, 0, 1)]
    instance = as_stable(make_instance(people, [Spot(), Spot()], wishes))
    (stage,) = solve(instance).stages
    assert (len(stage.awards), stage.max_awards, stage.max_awards_bound) == (1, 2, 2)


@pytest.mark.parametrize("seed", range(20))
def test_the_maximum_is_that_of_the_integer_program(seed: int) -> None:
    """Flow and program agree where nothing but units binds; a match has at least half."""
    rng = np.random.default_rng(seed)
    places = [p for p in random_places(rng, 8, 4) if p.mode != "hard"]
    instance = instance_of(
        {i: [p for p in listed if p < len(places)] for i, listed in
         random_lists(rng, 8, 4).items()}, places,
    )  # fmt: skip
    if not len(instance.applications.place):
        return
    (stage,) = solve(instance).stages
    none = np.empty(0, dtype=np.int64)
    program = formulate(instance, instance.stages[0], none)
    found = most_awards(instance, instance.stages[0], program, Budget(None, lambda: False))
    assert found is not None
    assert (stage.max_awards, stage.max_awards_bound) == (found.value, found.value)
    assert 2 * len(stage.awards) >= found.value


def test_a_stop_during_the_plan_says_that_nothing_is_reproducible() -> None:
    spots = [Spot("kiosk", is_candidate=True)]
    instance = as_stable(make_instance([Person()], spots, [Wish(0, 0)]))
    none = np.empty(0, dtype=np.int64)
    stopped = Budget(None, lambda: True)
    result = solve_stable(instance, instance.stages[0], none, stopped, Silent())
    assert result.status is Status.STOPPED
    assert len(result.awards) == 0
    assert (result.max_awards, result.max_awards_bound) == (None, None)


def test_a_stop_before_any_list_was_found_leaves_the_maximum_unknown() -> None:
    """Where more than units binds, the maximum is a program of its own: it may end without."""
    spots = [Spot(is_candidate=True), Spot()]
    instance = as_stable(make_instance([Person(draw=1)], spots, [Wish(0, 0, 1), Wish(0, 1, 2)]))
    stage, none = instance.stages[0], np.empty(0, dtype=np.int64)
    program = formulate(instance, stage, none)
    assert most_awards(instance, stage, program, Budget(None, lambda: True)) is None


def test_planned_sites_are_lawful_whoever_gets_them() -> None:
    """Sites 200 m apart where 300 are asked, 150 of disabled people: both open, kept."""
    rule = {"beneficiaries": {"group": "disabled"}, "count": 2}
    town = city(
        applicants={"a": {}, "b": {}, "c": {"group": "general"}},
        places={"p": site(0), "q": site(200)},
        applications={"a": "p", "b": "q", "c": "p q"},
        scenario={
            "stage": [STAGE | {"kinds": ["welfare_lottery"]}],
            "reserve": {"welfare_lottery": rule},
            **spaced(300, disabled_factor=0.5),
        },
    )
    result = solve(town.instance)
    (stage,) = result.stages
    assert stage.plan is not None
    assert stage.plan.reserved_disabled.all()
    assert pairs(town.instance, result) == {("a", "p"), ("b", "q")}
    assert result.reserve_used.tolist() == [0, 0]
    assert stage.log == ()


def test_reversion_is_logged_with_the_beneficiaries_counted() -> None:
    people = [Person("general"), Person("disabled")]
    reserve = make_reserve("stall", "stall", [0, 1], [False, True], 2)
    wishes = [Wish(0, 0), Wish(1, 1), Wish(1, 0, 2)]
    rules = Rules(reserves=[reserve])
    instance = as_stable(make_instance(people, [Spot(), Spot()], wishes, rules))
    (stage,) = solve(instance).stages
    told = {"reserve": "stall", "place": "P001", "units": 1, "beneficiaries": 1}
    assert [(entry.code, dict(entry.params)) for entry in stage.log] == [("reverted", told)]


# Tables alone: three files and five lines.

SMALLEST = """name = "tables"
[data]
folder = "."
[[stage]]
kinds = ["seat"]
mechanism = "stable"
"""


def write_tables(folder: Path) -> Path:
    """Write Gale and Shapley's example 2 (see test_stable_match) as three tables."""
    men, women = ["ABCD", "ADCB", "BACD", "DBCA"], ["dcab", "bdac", "dabc", "cbad"]
    applications = [
        f"{'abcd'[i]},{w},{rank},{women['ABCD'.index(w)].index('abcd'[i]) + 1}"
        for i, listed in enumerate(men)
        for rank, w in enumerate(listed, 1)
    ]
    files = {
        "applicants.csv": ["applicant_id", *"abcd"],
        "places.csv": ["place_id,kind,capacity", *(f"{w},seat,1" for w in "ABCD")],
        "applications.csv": [
            "applicant_id,place_id,preference_rank,priority_rank",
            *applications,
        ],
        "tables.toml": SMALLEST.splitlines(),
    }
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "tables.toml"


def test_three_tables_and_a_short_scenario_are_enough(tmp_path: Path) -> None:
    """The places' own rankings decide; no geography, no profile, no date."""
    scenario = write_tables(tmp_path)
    run = load_run(pipeline.run(scenario, tmp_path / "runs"))
    got = dict(zip(run.awards["applicant_id"], run.awards["place_id"], strict=True))
    assert got == {"a": "C", "b": "D", "c": "A", "d": "B"}
    assert run.result["n_violations"] == 0
    assert run.result["stages"][0]["levels"] == []


def test_an_elastic_quota_is_counted_and_nothing_more(tmp_path: Path) -> None:
    """It is reported short; the match does not heed it."""
    scenario = write_tables(tmp_path)
    plain = load_run(pipeline.run(scenario, tmp_path / "runs"))
    quota = '[[quota]]\nname = "many"\napplicant = {}\nplace = { kind = "seat" }\nmin = 9\n'
    scenario.write_text(SMALLEST + quota, encoding="utf-8")
    run = load_run(pipeline.run(scenario, tmp_path / "runs"))
    (record,) = run.result["quotas"]
    assert (record["reached"], record["short"]) == (4, 5)
    assert run.awards.equals(plain.awards)


def test_a_whole_town_from_files_to_a_checked_run(tmp_path: Path) -> None:
    """Queue first, then the match: rows in any order, the same bytes."""
    stable = SCENARIO.replace('mechanism = "optimal"', 'mechanism = "stable"')
    hashes = set()
    for shuffle in (None, 1, 2):
        path = write_town(tmp_path / str(shuffle), shuffle=shuffle, scenario=stable)
        folder = pipeline.run(path, tmp_path / "runs")
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        hashes.add(manifest["awards_sha256"])
        run = load_run(folder)
        assert run.result["n_violations"] == 0
        (plan,) = (s["plan"] for s in run.result["stages"] if s["mechanism"] == "stable")
        assert len(plan["places"]) == 1
    assert len(hashes) == 1


def test_an_official_run_goes_by_the_revealed_seed(tmp_path: Path) -> None:
    """Plan, units and match follow the seed that was drawn; the checker agrees with all."""
    stable = SCENARIO.replace('mechanism = "optimal"', 'mechanism = "stable"')
    path = write_town(tmp_path, scenario=stable)
    run = load_run(pipeline.run(path, tmp_path / "runs", official=hold_draw(path, tmp_path)))
    assert run.manifest["official"]
    assert run.manifest["draw"]["seed"] == VALUE
    assert not run.result["not_reproducible"]
    assert check_awards(run.instance, run.awards, run.result).violations == []
    assert check_refusals(run.instance, run.awards, run.refusals, run.result) == []
    assert check_draw(run.instance, run.manifest, (run.awards, run.waitlist)) == []


def test_without_a_seed_ids_decide_what_is_equal(tmp_path: Path) -> None:
    """A draw by order of acceptance has none."""
    stable = SCENARIO.replace('mechanism = "optimal"', 'mechanism = "stable"')
    assert "[draw]" in stable
    stable = re.sub(r"(?m)^seed = .*$", 'method = "ids"', stable)
    run = load_run(pipeline.run(write_town(tmp_path, scenario=stable), tmp_path / "runs"))
    assert run.instance.scenario.seed is None
    assert run.result["n_violations"] == 0


def test_the_citys_scenario_says_what_it_is() -> None:
    root = Path(__file__).resolve().parents[1]
    scenario = load_scenario(root / "scenarios" / "rizhao-stable.toml")
    assert [stage.mechanism for stage in scenario.stages] == ["queue", "stable"]
    assert scenario.is_match("stall")
    assert scenario.reserves["stall"].split_to == "place"
    assert scenario.official_problems() == ()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_an_applicant_who_asks_for_nothing_changes_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lists, places = random_lists(rng, 5, 3), random_places(rng, 6, 3)
    fewer = [
        replace(
            place,
            by_reserved=tuple(i for i in place.by_reserved if i < 5),
            by_open=tuple(i for i in place.by_open if i < 5),
            entitled=tuple(who - {5} for who in place.entitled),
        )
        for place in places
    ]
    one_more, without = instance_of({**lists, 5: []}, places), instance_of(lists, fewer)
    assert pairs(one_more, solve(one_more)) == pairs(without, solve(without))
