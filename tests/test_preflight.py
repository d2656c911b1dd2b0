"""Numbers before a run: recounted row by row, and never more pessimistic than the best list."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from allocation import build_instance, load_scenario, read_tables, solve
from allocation.canonical import write_json
from allocation.instance import Instance
from allocation.measures import result_record
from allocation.messages import CATALOGUE, text
from allocation.preflight import (
    Chances,
    Preflight,
    count_kinds,
    count_reserves,
    look_ahead,
    short_quotas,
    similar_seconds,
)
from tests.instances_helper import (
    Person,
    Rules,
    Spot,
    Wish,
    make_instance,
    make_limit,
    make_quota,
    make_reserve,
)
from tests.random_instances import random_instance
from tests.town import SCENARIO, write_town


def ahead(folder: Path, scenario: str = SCENARIO) -> Preflight:
    loaded = load_scenario(write_town(folder, scenario=scenario))
    return look_ahead(read_tables(loaded), loaded)


def built(folder: Path) -> Instance:
    loaded = load_scenario(write_town(folder))
    return build_instance(read_tables(loaded), loaded)


class TestTown:
    """The small town, recounted from its tables with plain loops."""

    def test_totals(self, tmp_path: Path) -> None:
        found, instance = ahead(tmp_path), built(tmp_path)
        rows = range(len(instance.applications.place))
        eligible = [row for row in rows if row not in instance.exclusions]
        assert found.n_applicants == 8
        assert found.n_applications == len(rows) == 17
        assert found.n_eligible == len(eligible)
        assert found.n_eligible_applicants == len(
            {int(instance.applications.applicant[row]) for row in eligible}
        )
        assert (found.n_places, found.n_units, found.n_candidates) == (7, 7, 2)

    def test_each_kind(self, tmp_path: Path) -> None:
        found, instance = ahead(tmp_path), built(tmp_path)
        places, applications = instance.places, instance.applications
        assert [numbers.kind for numbers in found.kinds] == [
            "tobacco",
            "public_welfare_post",
            "stall",
            "welfare_lottery",
        ]
        for numbers in found.kinds:
            here = [p for p in range(len(places.id)) if places.kind[p] == numbers.kind]
            wishes = {
                (int(applications.applicant[row]), int(applications.place[row])): row
                for row in range(len(applications.place))
                if applications.place[row] in here
            }
            open_ones = [pair for pair, row in wishes.items() if row not in instance.exclusions]
            assert numbers.n_places == len(here)
            assert numbers.n_candidates == sum(bool(places.is_candidate[p]) for p in here)
            assert numbers.n_units == sum(
                int(places.capacity[p]) for p in here if not places.is_candidate[p]
            )
            assert numbers.n_applicants == len({applicant for applicant, _ in wishes})
            assert numbers.n_eligible == len({applicant for applicant, _ in open_ones})
            assert numbers.n_unwanted == len(set(here) - {place for _, place in open_ones})

    def test_sites_too_close_are_one_pair(self, tmp_path: Path) -> None:
        """The two lottery sites are 200 m apart, whoever holds them."""
        found = ahead(tmp_path)
        assert found.n_conflicts == 1
        assert {numbers.kind: numbers.n_conflicts for numbers in found.kinds} == {
            "tobacco": 0,
            "public_welfare_post": 0,
            "stall": 0,
            "welfare_lottery": 1,
        }

    def test_reserve(self, tmp_path: Path) -> None:
        """Half of three stalls, rounded up; two disabled people listed one."""
        (reserve,) = ahead(tmp_path).reserves
        assert (reserve.rule, reserve.required, reserve.wanting, reserve.short) == (
            "stall",
            2,
            2,
            0,
        )

    def test_target_beyond_the_units_is_short(self, tmp_path: Path) -> None:
        """Three posts for disabled people are asked for, and there are two."""
        (shortage,) = ahead(tmp_path).shortages
        assert (shortage.about, shortage.name, shortage.short) == ("quota", "posts", 1)
        assert shortage.params == {"required": 3, "most": 2}
        assert not shortage.hard

    def test_hard_target_beyond_the_units_is_hopeless(self, tmp_path: Path) -> None:
        found = ahead(tmp_path, SCENARIO.replace("min = 3", "min = 3\nhard = true"))
        assert found.is_hopeless

    def test_too_few_beneficiaries(self, tmp_path: Path) -> None:
        """All three stalls are kept, and two disabled people listed one."""
        found = ahead(tmp_path, SCENARIO.replace("share = 0.5", "share = 1.0"))
        shortage = found.shortages[0]
        assert (shortage.name, shortage.scope_id, shortage.short) == ("stall/M1", "M1", 1)
        assert (shortage.code, shortage.params) == (
            "short_few_applicants",
            {"required": 3, "wanting": 2},
        )
        assert found.reserves[0].short == 1

    def test_what_an_official_run_lacks_is_named(self, tmp_path: Path) -> None:
        found = ahead(tmp_path, SCENARIO.replace('[draw]\nseed = "2023-12-01"', ""))
        assert [problem.code for problem in found.official_problems] == ["official_draw"]
        assert ahead(tmp_path / "again").official_problems == ()

    def test_every_shortage_has_a_sentence(self, tmp_path: Path) -> None:
        scenario = SCENARIO.replace("share = 0.5", "share = 1.0")
        for shortage in ahead(tmp_path, scenario).shortages:
            for lang in ("zh", "en"):
                assert text(shortage.code, lang, **shortage.params)


class TestBounds:
    """What counting knows for sure."""

    def test_one_person_fills_one_unit_in_one_scope_only(self) -> None:
        """One beneficiary wants both venues, each of which keeps one stall."""
        instance = make_instance(
            [Person("disabled"), Person(draw=2)],
            [Spot(), Spot()],
            [Wish(0, 0), Wish(0, 1, 2), Wish(1, 0)],
            Rules(
                reserves=[
                    make_reserve("stall/A", "stall", [0], [True, False], 1),
                    make_reserve("stall/B", "stall", [1], [True, False], 1),
                ]
            ),
        )
        (numbers,), (shortage,) = count_reserves(instance)
        assert (numbers.required, numbers.wanting, numbers.short) == (2, 1, 1)
        assert (shortage.name, shortage.scope, shortage.short) == ("stall", "", 1)

    def test_several_awards_per_person_where_nothing_excludes(self) -> None:
        instance = make_instance(
            [Person("disabled")],
            [Spot(), Spot()],
            [Wish(0, 0), Wish(0, 1, 2)],
            Rules(
                reserves=[make_reserve("stall/A", "stall", [0, 1], [True], 2)],
                exclusive_groups=(),
            ),
        )
        assert count_reserves(instance)[1] == ()

    def test_units_nobody_listed_fill_no_reserve(self) -> None:
        """Two beneficiaries want the one small place; the large one stays unlisted."""
        instance = make_instance(
            [Person("disabled"), Person("disabled", draw=2)],
            [Spot(capacity=1), Spot(capacity=5)],
            [Wish(0, 0), Wish(1, 0)],
            Rules(reserves=[make_reserve("stall", "stall", [0, 1], [True, True], 2)]),
        )
        (shortage,) = count_reserves(instance)[1]
        assert (shortage.code, shortage.params) == (
            "app_run_short_unwanted",
            {"required": 2, "most": 1},
        )
        (numbers,) = count_kinds(instance)
        assert (numbers.n_unwanted, numbers.n_vacant, numbers.most_awards) == (1, 5, 1)

    def test_openings_cap_what_candidates_give(self) -> None:
        instance = make_instance(
            [Person(draw=i + 1) for i in range(3)],
            [Spot("kiosk", is_candidate=True) for _ in range(3)],
            [Wish(i, i) for i in range(3)],
            Rules(limits=[make_limit("openings_max", "kiosk", [0, 1, 2], 2)]),
        )
        (numbers,) = count_kinds(instance)
        assert (numbers.most_awards, numbers.n_units, numbers.n_vacant) == (2, 0, 0)

    def test_awards_held_from_before_bar(self) -> None:
        instance = make_instance(
            [Person("disabled", holds=(0,))],
            [Spot()],
            [Wish(0, 0)],
            Rules(
                reserves=[make_reserve("stall", "stall", [0], [True], 1)],
                quotas=[make_quota("q", "min", [0], 1)],
            ),
        )
        assert [shortage.short for shortage in count_reserves(instance)[1]] == [1]
        assert [shortage.short for shortage in short_quotas(instance)] == [1]
        assert count_kinds(instance)[0].n_eligible == 0

    @pytest.mark.parametrize("seed", range(150))
    def test_no_list_does_better_than_the_bounds(self, seed: int) -> None:
        """The proven best list of a random instance misses at least what was said."""
        instance = random_instance(np.random.default_rng(seed))
        result = solve(instance)
        record = result_record(instance, result)
        chances = Chances(instance)
        assert len(result.awards) <= chances.most(np.flatnonzero(chances.is_open))
        place = instance.applications.place[result.awards]
        for numbers in count_kinds(instance):
            of_kind = instance.places.kind[place] == numbers.kind
            assert of_kind.sum() <= numbers.most_awards
            standing = of_kind & ~instance.places.is_candidate[place]
            if numbers.n_vacant is not None:
                assert numbers.n_units - standing.sum() >= numbers.n_vacant
        missed = {
            (row["name"], row["scope_id"]): row["short"]
            for row in [*record["reserves"], *record["quotas"]]
            if row.get("sense") != "max"
        }
        reserves, shortages = count_reserves(instance)
        for shortage in (*shortages, *short_quotas(instance)):
            if shortage.scope or shortage.about == "quota":
                assert missed[shortage.name, shortage.scope_id] >= shortage.short
        for rule in reserves:
            of_rule = [row["short"] for row in record["reserves"] if row["rule"] == rule.rule]
            assert sum(of_rule) >= rule.short


class TestDuration:
    """How long it may take, told by an earlier run."""

    def run(self, root: Path, run_id: str, size: int, seconds: float) -> None:
        folder = root / run_id
        folder.mkdir(parents=True)
        write_json(folder / "manifest.json", {"name": "demo"})
        steps = [{"step": "a", "seconds": seconds / 2}, {"step": "b", "seconds": seconds / 2}]
        result = {"status": "optimal", "counts": {"n_applications": size}, "seconds": steps}
        write_json(folder / "result.json", result)

    def test_newest_of_similar_size(self, tmp_path: Path) -> None:
        self.run(tmp_path, "20260101-000000-demo-0001", 900, 10)
        self.run(tmp_path, "20260102-000000-demo-0001", 1100, 20)
        self.run(tmp_path, "20260103-000000-demo-0001", 100_000, 500)
        assert similar_seconds(tmp_path, 1000) == 20
        assert similar_seconds(tmp_path, 60_000) == 500
        assert similar_seconds(tmp_path, 10) is None

    def test_nothing_known(self, tmp_path: Path) -> None:
        assert similar_seconds(tmp_path / "runs", 1000) is None


def test_the_codes_are_in_the_catalogue() -> None:
    assert {"app_run_short_quota", "app_run_short_unwanted"} <= set(CATALOGUE)
