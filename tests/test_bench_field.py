"""The benchmark beside other tools: its problem, its judge, and that all ways agree."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import cKDTree

from allocation import check_awards, solve
from allocation.instance import Instance, Ints
from benchmarks.field import picture, suite, table
from benchmarks.field.answer import Answer, NotTheModel
from benchmarks.field.instances import from_arrays, instance_of
from benchmarks.field.judge import faults, n_reached, values
from benchmarks.field.plain import SPACING_M, Kind, generate, size_of
from benchmarks.field.suite import Case, Effort, Row, row_of
from benchmarks.field.ways import OURS, WAYS
from benchmarks.processes import Measured, measured
from benchmarks.weighted import weighted_sum

SMALL = 0.01
LIMIT_S = 30.0
MATCHERS = ("flow", "flows", "scipy-sparse", "scipy-dense", "networkx")
"""Ways without a model for conflicts."""


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Give the small problem of a kind, each built once."""
    folder = tmp_path_factory.mktemp("problems")

    @cache
    def problem(kind: Kind, scale: float = SMALL) -> Instance:
        instance, made_by = instance_of(scale, kind, folder)
        assert made_by == "files"
        return instance

    return problem


def answered(way: str, instance: Instance) -> Answer:
    return WAYS[way].ready(instance, LIMIT_S)()


def awarded(way: str, instance: Instance) -> Ints:
    awards = answered(way, instance).awards
    assert awards is not None
    assert not faults(instance, awards)
    return awards


def test_a_city_has_the_numbers_of_the_city() -> None:
    problem = generate(1, "spacing")
    counts = np.bincount(problem.kind).tolist()
    assert (len(problem.tier), counts, len(problem.place)) == (12_000, [900, 600, 400], 120_000)
    assert problem.capacity[problem.kind == 0].sum() == 3_200
    assert set(problem.capacity[problem.kind > 0]) == {1}
    assert set(problem.tier) == set(range(1, 7))
    pairs = cKDTree(problem.at[problem.kind == 2]).query_pairs(SPACING_M)
    assert 90 <= len(pairs) <= 160


@pytest.mark.parametrize("kind", ["assignment", "spacing", "stable", "sites"])
def test_the_generator_repeats_itself(kind: Kind) -> None:
    first, again, other = generate(0.05, kind), generate(0.05, kind), generate(0.05, kind, seed=2)
    assert all(
        np.array_equal(getattr(first, field.name), getattr(again, field.name))
        for field in fields(first)
    )
    assert not np.array_equal(first.home, other.home)


def test_nobody_lists_a_place_twice_and_ranks_have_no_gap() -> None:
    problem = generate(0.05, "spacing")
    pairs = np.column_stack([problem.applicant, problem.place])
    assert len(np.unique(pairs, axis=0)) == len(pairs)
    by_person = problem.rank.reshape(len(problem.tier), -1)
    assert (by_person == np.arange(1, by_person.shape[1] + 1)).all()


def test_sizes_grow_in_proportion() -> None:
    one, ten = size_of(1, "spacing"), size_of(10, "spacing")
    assert (ten.applicants, ten.post_units, ten.sites) == (120_000, 32_000, 4_000)
    assert one.posts * 10 == ten.posts


def test_arrays_and_files_give_one_instance(problems: Any) -> None:
    by_files = problems("assignment")
    at_once = from_arrays(generate(SMALL, "assignment"), by_files.scenario)
    for part in ("applicants", "places", "applications", "conflicts"):
        one, other = getattr(by_files, part), getattr(at_once, part)
        for field in fields(one):
            a, b = getattr(one, field.name), getattr(other, field.name)
            assert a.dtype == b.dtype, field.name
            # Positions make a way through degrees, which leaves noise far below a millimetre.
            assert np.allclose(a, b) if a.dtype == float else np.array_equal(a, b), field.name
    assert by_files.priorities == at_once.priorities
    assert solve(by_files).awards.tolist() == solve(at_once).awards.tolist()


@pytest.mark.parametrize("way", [*MATCHERS, "rows"])
def test_exact_ways_reach_what_ours_reaches(problems: Any, way: str) -> None:
    instance = problems("assignment")
    best, answer = values(instance, awarded(OURS, instance)), answered(way, instance)
    assert answer.is_proven
    assert answer.n_asked >= 14
    found = values(instance, awarded(way, instance))
    assert found[: answer.n_asked] == best[: answer.n_asked]


def test_flows_in_turn_end_with_the_one_list(problems: Any) -> None:
    instance = problems("assignment", 0.05)
    assert awarded("flows", instance).tolist() == awarded(OURS, instance).tolist()


@pytest.mark.parametrize("kind", ["assignment", "spacing"])
@pytest.mark.parametrize("way", ["highs", "cp-sat"])
def test_weighted_programs_reach_the_first_levels(problems: Any, kind: Kind, way: str) -> None:
    """A relative gap leaves the lower levels of a sum open; tiers and number it cannot miss."""
    instance = problems(kind)
    best = values(instance, awarded(OURS, instance))
    assert n_reached(values(instance, awarded(way, instance)), best) >= 7


def test_a_row_a_level_reaches_every_level_between_conflicts(problems: Any) -> None:
    instance = problems("spacing", 0.02)
    assert len(instance.conflicts.place_a)
    best = values(instance, awarded(OURS, instance))
    assert values(instance, awarded("rows", instance)) == best


def test_the_checker_agrees_with_the_judge_on_ours(problems: Any) -> None:
    instance = problems("spacing")
    result = solve(instance)
    assert not faults(instance, result.awards)
    people, places = instance.applicants.id, instance.places.id
    app = instance.applications
    lines = {
        "applicant_id": people[app.applicant[result.awards]],
        "place_id": places[app.place[result.awards]],
    }
    assert not check_awards(instance, pd.DataFrame(lines)).violations


def test_the_package_matching_matches_as_the_stable_mechanism(problems: Any) -> None:
    instance = problems("stable")
    assert awarded("matching", instance).tolist() == awarded(OURS, instance).tolist()


# spopt writes its models the way PuLP 4 will no longer take.
@pytest.mark.filterwarnings("ignore::DeprecationWarning:pulp")
def test_spopt_finds_as_many_sites(problems: Any) -> None:
    instance = problems("sites", 0.05)
    assert len(instance.conflicts.place_a)
    answer = answered("spopt", instance)
    assert answer.is_proven
    assert len(awarded("spopt", instance)) == len(awarded(OURS, instance))


@pytest.mark.parametrize("way", MATCHERS)
def test_a_tool_without_the_model_says_so(problems: Any, way: str) -> None:
    instance = problems("spacing", 0.02)
    with pytest.raises(NotTheModel):
        answered(way, instance)


def test_the_judge_names_what_a_list_breaks(problems: Any) -> None:
    instance = problems("spacing", 0.02)
    app = instance.applications
    pair = instance.conflicts.place_a[0], instance.conflicts.place_b[0]
    beside = np.array([np.flatnonzero(app.place == place)[0] for place in pair])
    assert "spacing" in faults(instance, beside)
    twice = np.flatnonzero(app.applicant == app.applicant[0])[:2]
    assert "one award" in faults(instance, twice)
    narrow = np.flatnonzero(instance.places.capacity[app.place] == 1)
    crowd = narrow[app.place[narrow] == app.place[narrow[0]]][:2]
    assert "capacity" in faults(instance, crowd)


def test_levels_are_reached_up_to_the_first_that_is_missed() -> None:
    assert n_reached([3, 2, 9], [3, 2, 9]) == 3
    assert n_reached([3, 1, 9], [3, 2, 9]) == 1


def test_a_sum_keeps_levels_apart_and_leaves_out_what_does_not_fit() -> None:
    first, second = np.array([1, 0, 0]), np.array([0, 7, 3])
    total, n_levels = weighted_sum([first, second], 1)
    assert (total.tolist(), n_levels) == ([8, 7, 3], 2)
    chained, _ = weighted_sum([first, second], 1, chain=4)
    assert chained.tolist() == [29, 7, 3]
    alone, n_levels = weighted_sum([first, second], 1, largest=10)
    assert (alone.tolist(), n_levels) == ([1, 0, 0], 1)


def test_a_process_is_measured_fails_apart_and_is_ended() -> None:
    done = measured(lambda: lambda: 7, 20)
    assert (done.answer, done.failure) == (7, "")
    assert done.peak_mb >= done.loaded_mb > 0

    def fail() -> None:
        raise NotTheModel

    assert measured(lambda: fail, 20).failure == "NotTheModel"

    def wait() -> None:
        while True:
            pass

    assert measured(lambda: wait, 0.2).failure == "ended"
    assert measured(lambda: lambda: os._exit(9), 20).failure == "died"


@pytest.mark.parametrize(
    ("failure", "is_proven", "seconds", "outcome"),
    [
        ("", True, 1.0, "done"),
        ("", False, 10.2, "limit"),
        ("", False, 1.0, "unproven"),
        ("ended", False, 15.0, "limit"),
        ("died", False, 1.0, "died"),
    ],
)
def test_only_what_took_the_time_is_over_the_limit(
    failure: str, is_proven: bool, seconds: float, outcome: str
) -> None:
    answer = None if failure else Answer(None, is_proven, 1)
    found = Measured(answer, seconds, 1.0, 1.0, 1.0, failure)
    assert suite._outcome([found], 10.0) == outcome


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """Measure two tiny cases, one of which the flow has no model for."""
    cases = tuple(Case(kind, 0.02, (OURS, "flow"), LIMIT_S) for kind in ("assignment", "spacing"))
    folder = tmp_path_factory.mktemp("cache")
    return [row for found in suite.run(Effort(cases, 2, 60.0), folder) for row in found]


def test_rows_say_what_was_reached(rows: list[Row]) -> None:
    ours, flow, _, without = rows
    assert (ours.outcome, ours.n_levels, ours.n_reached) == ("done", 15, 15)
    assert len(ours.runs) == 2
    assert ours.peak_mb is not None
    assert flow.n_reached >= flow.n_asked
    assert without.outcome == "NotTheModel"
    assert not without.runs


def test_a_way_over_its_limit_is_not_tried_at_larger_sizes(problems: Any, tmp_path: Path) -> None:
    case = Case("assignment", SMALL, (OURS, "networkx"), LIMIT_S)
    slow = {("assignment", "networkx"), ("spacing", OURS)}
    found = suite.measure_case(case, Effort((case,), 1, 1.0), tmp_path, slow, lambda line: None)
    assert [row.outcome for row in found] == ["done", "not tried"]


def test_rows_survive_their_file_and_make_a_page_and_a_picture(
    rows: list[Row], tmp_path: Path
) -> None:
    content = json.loads(json.dumps([asdict(row) for row in rows]))
    assert [row_of(row) for row in content] == rows
    text = table.page(rows, {"cores": "2"})
    lines = [line for line in text.splitlines() if "| **allocation** |" in line]
    assert len(lines) == 2
    assert "NotTheModel" in text
    page = tmp_path / "page.md"
    page.write_text(f"before\n{table.BEGIN}\nstale figures\n{table.END}\nafter\n", encoding="utf-8")
    table.replace_part(page, text)
    table.replace_part(page, text)
    written = page.read_text(encoding="utf-8")
    assert written.startswith("before\n")
    assert written.endswith("after\n")
    assert "stale figures" not in written
    assert written.count("| **allocation** |") == 2
    more = [replace(row, n_applicants=row.n_applicants * 10) for row in rows]
    late = replace(more[1], outcome="limit")
    picture.growth([*rows, more[0], late, *more[2:]], tmp_path / "growth.svg")
    assert "OR-Tools flow" in (tmp_path / "growth.svg").read_text(encoding="utf-8")
