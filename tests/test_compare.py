"""Runs side by side: settings, measures, who and what moved."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from allocation import pipeline
from allocation.cli import app
from allocation.compare import (
    CHANGES,
    Comparison,
    Measure,
    compare_runs,
    comparison_blocks,
    note_text,
    number_text,
    only_differences,
    people_block,
    setting_rows,
    signed,
)
from allocation.compare.people import exclusive_groups, moved_people
from allocation.compare.settings import flat_scenario
from allocation.export import write_comparison
from allocation.messages import CATALOGUE, RunError
from allocation.runs import Run, load_run
from allocation.scenario import keys
from tests.town import SCENARIO, write_town

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_AWARD = ["applicant_id", "place_id", "kind", "preference_rank", "priority_tier", "reserve_used"]
Move = tuple[str, str, str, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the town and its runs."""
    return tmp_path_factory.mktemp("town")


@pytest.fixture(scope="module")
def base(folder: Path) -> Run:
    """Run the town as it is."""
    return load_run(pipeline.run(write_town(folder), folder / "runs"))


@pytest.fixture(scope="module")
def other(folder: Path, base: Run) -> Run:
    """Run the town without new lottery sites and without a reserve of stalls."""
    changes = ("openings.welfare_lottery.max=0", "reserve.stall.share=0")
    return load_run(pipeline.run(folder / "town.toml", folder / "runs", changes))


@pytest.fixture(scope="module")
def smaller(folder: Path, base: Run) -> Run:
    """Run the town without A05, who holds two awards, and with another stall."""
    scenario = write_town(folder / "smaller")
    data = folder / "smaller" / "data"
    for name in ("applicants", "applications"):
        lines = (data / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        kept = "".join(line for line in lines if "A05" not in line)
        (data / f"{name}.csv").write_text(kept, encoding="utf-8")
    places = data / "places.csv"
    text = places.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("S2,"))
    places.write_text(text + row.replace("S2,", "S9,", 1) + "\n", encoding="utf-8")
    return load_run(pipeline.run(scenario, folder / "runs"))


@pytest.fixture(scope="module")
def comparison(base: Run, other: Run) -> Comparison:
    """Put base and other side by side."""
    return compare_runs([base, other])


def measure(comparison: Comparison, code: str, *about: str) -> Measure:
    """Find one measure."""
    every = (*comparison.measures, *comparison.price, *comparison.areas)
    return next(item for item in every if item.code == code and item.about == about)


class TestSettings:
    """What was set differently."""

    def test_only_what_differs(self, comparison: Comparison) -> None:
        """The two overrides and what follows from them, nothing else."""
        found = {setting.key: setting.values for setting in comparison.settings}
        assert found == {
            "openings.welfare_lottery.max": (2, 0),
            "reserve.stall.share": ("0.5", "0"),
        }
        assert [setting.group for setting in comparison.settings] == ["reserve", "spacing"]

    def test_in_words(self, comparison: Comparison) -> None:
        """Names and values as an office says them."""
        rows = setting_rows(comparison, "zh")
        assert rows[0][:4] == ("预留", "摊位预留比例", "50 %", "0 %")
        assert rows[1][:4] == ("间距和数量", "福利彩票站点新增上限", "2 个", "0 个")
        assert setting_rows(comparison, "en")[0][1] == "stall: share reserved"

    def test_basis(self, base: Run, other: Run) -> None:
        """Title, article and status of each run come with the value."""
        runs = [_with_scenario(base, {}), _with_scenario(other, {})]
        for run, status in zip(runs, ("placeholder", "scenario"), strict=True):
            run.manifest["scenario"]["sources"]["reserve.stall.share"] = {
                "name": "reserve.stall.share",
                "title": "摊位预留比例（市方案）",
                "legal_basis": "日政办字〔2023〕18号",
                "article": "第14条",
                "status": status,
                "value": "0.5",
            }
        row = setting_rows(compare_runs(runs), "zh")[0]
        assert row[1] == "摊位预留比例（市方案）"
        assert row[-2:] == ("日政办字〔2023〕18号 第14条", "示例值 / 方案设定")

    def test_a_setting_shows_where_the_mechanism_reads_it(self, base: Run) -> None:
        """A default that another mechanism leaves unread is no difference."""
        queue, joint = base.manifest["scenario"]["stage"]
        own = {"mechanism": "stable", "levels": [], "plan_by": "demand"}
        new = {**queue, "name": "more", "within_tiers": True, "premises": "offered"}
        run = _with_scenario(base, {"stage": [queue, {**joint, **own}, new]})
        found = compare_runs([base, run])
        stage = {s.key: s.values for s in found.settings if s.key.startswith("stage.")}
        assert stage == {
            "stage.joint.levels": (joint["levels"], None),
            "stage.joint.mechanism": ("optimal", "stable"),
            "stage.joint.plan_by": (None, "demand"),
            "stage.joint.premises": (None, "offered"),
            "stage.more.kinds": (None, queue["kinds"]),
            "stage.more.mechanism": (None, "queue"),
        }
        values = {row[1]: row[2:4] for row in setting_rows(found, "zh")}
        assert values["阶段“joint”的场所来源"] == ("不适用", "统一提供")
        assert values["阶段“joint”的目标次序"][1] == "不适用"
        assert values["阶段“more”的分配机制"] == ("未设", "按受理先后（queue）")

    def test_order_of_stages(self, base: Run) -> None:
        """Another order of the same stages shows under one key."""
        turned = base.manifest["scenario"]["stage"][::-1]
        found = compare_runs([base, _with_scenario(base, {"stage": turned})]).settings
        assert [(setting.key, setting.values) for setting in found] == [
            ("stage", (["tobacco", "joint"], ["joint", "tobacco"]))
        ]

    def test_kinds_that_exclude_each_other_are_a_set(self, base: Run) -> None:
        """Written in another order they are no other setting."""
        runs = [
            _with_scenario(base, {"exclusive": {"groups": groups}})
            for groups in ([["stall", "kiosk"], ["post"]], [["post"], ["kiosk", "stall"]])
        ]
        assert compare_runs(runs).settings == ()
        more = _with_scenario(base, {"exclusive": {"groups": [["kiosk", "post", "stall"]]}})
        assert [found.key for found in compare_runs([runs[0], more]).settings] == [
            "exclusive.groups"
        ]

    def test_new_quota_is_no_new_order(self, base: Run) -> None:
        """A quota that one run alone has shows with its own keys."""
        quotas = base.manifest["scenario"]["quota"]
        more = [{**quotas[0], "name": "more"}, *quotas]
        found = compare_runs([base, _with_scenario(base, {"quota": more})]).settings
        assert {setting.key.rpartition(".")[0] for setting in found} == {"quota.more"}
        assert all(setting.values[0] is None for setting in found)

    def test_selectors_and_lists_are_single_values(self, base: Run) -> None:
        """A selector is told whole, in the words of its table."""
        reserve = base.manifest["scenario"]["reserve"]["stall"]
        changed = {**reserve, "beneficiaries": {"disability_level": [1, 2], "group": ["disabled"]}}
        tiers = [["severe"], ["min_livelihood", "extreme_hardship"], []]
        priority = {**base.manifest["scenario"]["priority"], "tiers": tiers}
        run = _with_scenario(base, {"reserve": {"stall": changed}, "priority": priority})
        rows = setting_rows(compare_runs([base, run]), "zh")
        values = {row[1]: row[2:4] for row in rows}
        assert values["摊位预留对象"] == ("残疾人", "残疾等级：一级、二级；残疾人")
        assert values["优先层级"][1] == "1. 重度残疾人；2. 低保、特困；3. 其余人员"

    def test_overruling_names_no_official(self, base: Run) -> None:
        """Who overruled a finding, and why, is left out."""
        item = {"applicant_id": "A01", "place_id": "P1", "by": "王某某", "reason": "复核"}
        run = _with_scenario(base, {"overruling": [item | {"decided_on": "2023-11-01"}]})
        found = compare_runs([base, run])
        assert any("A01/P1" in row[1] for row in setting_rows(found, "zh"))
        assert "王某某" not in str(comparison_blocks(found, "zh"))

    def test_inputs_draw_and_versions(self, base: Run, smaller: Run) -> None:
        """Tables by rows and hash, the sealed list of the draw, packages."""
        run = load_run(smaller.path)
        run.manifest["versions"] = {**run.manifest["versions"], "numpy": "1.0"}
        found = compare_runs([base, run])
        keys_of = defaultdict(list)
        for setting in found.settings:
            keys_of[setting.group].append(setting.key)
        assert keys_of == {
            "draw": ["draw.list"],
            "input": ["applicants", "places", "applications"],
            "version": ["numpy"],
        }
        rows = {row[1]: row for row in setting_rows(found, "zh")}
        assert rows["申请人"][2].startswith("applicants.csv，8 行（校验码 ")
        assert rows["申请人"][3].startswith("applicants.csv，7 行（校验码 ")
        assert rows["numpy"][3] == "1.0"

    def test_every_key_has_a_name(self) -> None:
        """A setting never shows as a bare key, and no name is left over."""
        patterns = set(_patterns(keys.root()))
        named = {code.removeprefix("setting.") for code in CATALOGUE if code.startswith("setting.")}
        arrays = {"column", "stage", "quota", "openings_joint"}
        assert patterns - named == set()
        assert named - patterns == {*arrays, "draw.list"}

    def test_unknown_keys_of_other_versions(self) -> None:
        """A key this version does not know is taken apart and told as it is."""
        assert flat_scenario({"later": {"a": {"b": 1}, "c": [1]}}) == {
            "later.a.b": 1,
            "later.c": [1],
        }


def _with_scenario(run: Run, changes: dict[str, Any]) -> Run:
    """Return the run as if its scenario had been another one."""
    changed = load_run(run.path)
    scenario = json.loads(json.dumps(changed.manifest["scenario"]))
    changed.manifest["scenario"] = {**scenario, **changes}
    return changed


def _patterns(node: keys.Node, above: tuple[str, ...] = ()) -> Iterator[str]:
    """List the keys of a scenario, kinds and names as stars; identity left out."""
    if node.form == "keyed" and node.item is not None:
        if node.word == "pair":
            yield ".".join((*above, "*"))
        else:
            yield from _patterns(node.item, (*above, "*"))
    elif node.form == "table":
        for key, child in node.children.items():
            if key == "name" or (not above and key in ("title", "title_en", "extends")):
                continue
            yield from _patterns(child, (*above, key))
    else:
        yield ".".join(above)


class TestMeasures:
    """Numbers and their differences."""

    def test_counted_by_hand(self, comparison: Comparison, base: Run, other: Run) -> None:
        """Against plain loops over the records."""
        runs = (base, other)
        assert measure(comparison, "n_awards").values == tuple(len(run.awards) for run in runs)
        for column in ("required", "used", "short"):
            expected = tuple(sum(row[column] for row in run.result["reserves"]) for run in runs)
            assert measure(comparison, f"reserve_{column}").values == expected
        ranks = [
            run.awards.loc[run.awards["stage"] != "tobacco", "preference_rank"].tolist()
            for run in runs
        ]
        assert measure(comparison, "mean_preference").values == pytest.approx(
            [sum(found) / len(found) for found in ranks]
        )
        assert measure(comparison, "first_share").values == pytest.approx(
            [found.count(1) / len(found) for found in ranks]
        )
        for tier in (1, 2):
            assert measure(comparison, "awards_tier", str(tier)).values == tuple(
                len(
                    run.awards[
                        (run.awards["stage"] == "joint") & (run.awards["priority_tier"] == tier)
                    ]
                )
                for run in runs
            )

    def test_sites_and_kinds(self, comparison: Comparison) -> None:
        """One lottery site opened in the base, none in the other."""
        assert measure(comparison, "n_opened").values == (1, 0)
        lottery = measure(comparison, "awards_kind", "welfare_lottery")
        assert lottery.values == (1, 0)
        assert lottery.differences == (0, -1)
        area = measure(comparison, "awards_area", "welfare_lottery", "莒县")
        assert area.values == (1, 0)

    def test_kinds_are_the_sums_of_their_districts(self, comparison: Comparison) -> None:
        """For awards and for awards to disabled applicants."""
        for of in ("awards", "disabled"):
            sums: Counter[tuple[str, int]] = Counter()
            for item in comparison.areas:
                if item.code == f"{of}_area":
                    for i, value in enumerate(item.values):
                        sums[item.about[0], i] += int(value or 0)
            for item in comparison.areas:
                if item.code == f"{of}_kind":
                    assert item.values == (sums[item.about[0], 0], sums[item.about[0], 1])

    def test_price_of_fairness(self, comparison: Comparison) -> None:
        """Awards, tiers, envy, preference, shortfalls, in a block of its own."""
        codes = [item.code for item in comparison.price]
        assert codes == [
            "n_awards",
            "awards_tier",
            "awards_tier",
            "n_envy_pairs",
            "mean_preference",
            "reserve_short",
            "quota_short",
        ]
        titles = [block.title for block in comparison_blocks(comparison, "zh")]
        assert "公平的代价" in titles

    def test_levels_that_arithmetic_confirms(self, base: Run, tmp_path: Path) -> None:
        """A run made before proofs were kept says nothing of its levels."""
        run = _copied(base, tmp_path)
        levels = [level for stage in run.result["stages"] for level in stage["levels"]]
        certified = [level for level in levels if level["assurance"] == "certified"]
        del certified[0]["assurance"]
        found = compare_runs([base, run])
        n, n_certified = len(levels), len(certified)
        assert measure(found, "levels").values == (n, n)
        assert measure(found, "levels_certified").values == (n_certified, n_certified - 1)

    def test_smallest_chance(self, base: Run, tmp_path: Path) -> None:
        """Read where a mechanism published chances; a damaged file is said."""
        run = _copied(base, tmp_path)
        (run.path / "chances.csv").write_text("applicant_id,chance\nA01,0.5\nA02,0.25\n")
        found = compare_runs([base, run])
        assert measure(found, "smallest_chance").values == (None, 0.25)
        assert measure(found, "smallest_chance").differences == (None, None)
        (run.path / "chances.csv").write_text("applicant_id,chance\nA01,half\n")
        with pytest.raises(RunError) as caught:
            compare_runs([base, run])
        assert caught.value.code == "run_damaged"

    def test_only_differences(self, comparison: Comparison) -> None:
        """What shows the same is left out; what differs stays."""
        filtered = only_differences(comparison)
        for kept, every in zip(
            (filtered.measures, filtered.price, filtered.areas),
            (comparison.measures, comparison.price, comparison.areas),
            strict=True,
        ):
            assert kept == tuple(item for item in every if len(set(item.shown)) > 1)
            assert 0 < len(kept) < len(every)
        assert filtered.settings == comparison.settings

    def test_differences_fit_what_is_shown(self) -> None:
        """A difference is the one of the numbers a reader sees."""
        close = Measure("mean_preference", (2.5949, 2.5951), unit="rank")
        assert close.shown == (2.59, 2.6)
        assert close.differences == (0.0, 0.01)
        assert Measure("mean_preference", (2.5951, 2.5999), unit="rank").is_same

    @pytest.mark.parametrize(
        ("value", "unit", "shown", "change"),
        [
            (12, "count", "12", "+12"),
            (-3_000, "count", "-3,000", "−3,000"),
            (0, "count", "0", "0"),
            (None, "count", "–", "–"),
            (0.125, "share", "12.5 %", "+12.5 个百分点"),
            (-0.5, "rank", "-0.50", "−0.50"),
            (1234.4, "metres", "1,234 米", "+1,234 米"),
        ],
    )
    def test_numbers_in_words(
        self, value: float | None, unit: Any, shown: str, change: str
    ) -> None:
        """Units, thousands and signs."""
        assert number_text(value, unit, "zh") == shown
        assert signed(value, unit, "zh") == change


def brute_moves(before: pd.DataFrame, after: pd.DataFrame, groups: list[set[str]]) -> set[Move]:
    """Find the moves with plain loops: (applicant, change, place before, place after)."""

    def held(awards: pd.DataFrame) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = defaultdict(dict)
        for row in awards.to_dict("records"):
            found[row["applicant_id"]][row["place_id"]] = row
        return found

    one, two = held(before), held(after)
    moves: set[Move] = set()
    for applicant in {*one, *two}:
        old, new = one[applicant], two[applicant]
        for place in old.keys() & new.keys():
            if old[place]["reserve_used"] != new[place]["reserve_used"]:
                moves.add((applicant, "relabelled", place, place))
        for group in groups:
            went, came = (
                sorted(
                    (row["preference_rank"], place)
                    for place, row in side.items()
                    if place not in against and row["kind"] in group
                )
                for side, against in ((old, new), (new, old))
            )
            for i in range(max(len(went), len(came))):
                from_place = went[i][1] if i < len(went) else ""
                to_place = came[i][1] if i < len(came) else ""
                change = (
                    "moved" if from_place and to_place else ("lost" if from_place else "gained")
                )
                moves.add((applicant, change, from_place, to_place))
    return moves


def found_moves(people: pd.DataFrame) -> set[Move]:
    """Bring a frame of moves into the form of :func:`brute_moves`."""
    sides = [people[f"place_id_{side}"].fillna("") for side in ("before", "after")]
    return set(zip(people["applicant_id"], people["change"], *sides, strict=True))


def random_awards(seed: int) -> pd.DataFrame:
    """Make a random award list in which people hold up to three awards."""
    random = np.random.default_rng(seed)
    rows = []
    for i in range(60):
        places = random.choice(40, size=random.integers(0, 4), replace=False)
        rows += [
            {
                "applicant_id": f"A{i:02}",
                "place_id": f"P{place:02}",
                "kind": "abc"[place % 3],
                "preference_rank": int(random.integers(1, 4)),
                "priority_tier": 1,
                "reserve_used": str(random.choice(["", "r1"])),
            }
            for place in places
        ]
    frame = pd.DataFrame(rows, columns=_AWARD)
    return frame.astype({column: "str" for column in _AWARD if column not in _AWARD[3:5]})


class TestPeople:
    """Who moved."""

    def test_against_plain_loops(self, comparison: Comparison, base: Run, other: Run) -> None:
        """On real runs, where people gain, lose and move."""
        groups = [set(kinds) for kinds in base.manifest["scenario"]["exclusive"]["groups"]]
        expected = brute_moves(base.awards, other.awards, groups)
        moves = comparison.moves[0]
        assert found_moves(moves.people) == expected
        counts = Counter(change for _, change, _, _ in expected)
        assert counts["lost"] >= 1
        for change in CHANGES:
            assert moves.n_people(change) == counts[change]

    @pytest.mark.parametrize("seed", range(8))
    def test_random_lists(self, seed: int) -> None:
        """Several awards a person, three groups, one kind in none."""
        before, after = random_awards(seed), random_awards(seed + 100)
        groups = {"a": 0, "b": 0}
        people = moved_people(before, after, groups)
        expected = brute_moves(before, after, [{"a", "b"}, {"c"}])
        assert found_moves(people) == expected
        assert len(people) == len(expected)

    def test_order_of_rows_does_not_matter(self) -> None:
        """Shuffled lists give the same moves."""
        before, after = random_awards(1), random_awards(2)
        one, two = (frame.sample(frac=1, random_state=3) for frame in (before, after))
        groups = {"a": 0, "b": 0, "c": 1}
        assert found_moves(moved_people(before, after, groups)) == found_moves(
            moved_people(one, two, groups)
        )

    def test_swapped_runs_swap_gains_and_losses(self, base: Run, other: Run) -> None:
        """The way back is the way there, turned round."""
        there, back = (compare_runs(pair).moves[0] for pair in ([base, other], [other, base]))
        turned = {"gained": "lost", "lost": "gained"}
        assert {
            (who, turned.get(change, change), after, before)
            for who, change, before, after in found_moves(there.people)
        } == found_moves(back.people)

    def test_names_and_receipts(self, comparison: Comparison) -> None:
        """Receipt numbers, kinds and districts are there; names of people are not."""
        people = comparison.moves[0].people
        assert people["receipt_no"].notna().all()
        lost = people[people["change"] == "lost"]
        assert lost["kind_before"].notna().all()
        assert lost["place_id_after"].isna().all()
        assert (people["known_in"] == "both").all()
        assert not [column for column in people if str(column).startswith(("identity", "disab"))]

    def test_groups_merge_over_runs(self) -> None:
        """Kinds that exclude one another in either run are one group."""
        scenarios = [
            {"exclusive": {"groups": [["a", "b"], ["c"], ["d"]]}},
            {"exclusive": {"groups": [["b", "c"]]}},
        ]
        groups = exclusive_groups(scenarios)
        assert groups["a"] == groups["b"] == groups["c"] != groups["d"]

    def test_people_of_one_input_only(self, base: Run, smaller: Run) -> None:
        """Ids that only one run knows are told, and not hidden among the losses."""
        found = compare_runs([base, smaller])
        moves = found.moves[0]
        assert moves.only_in == {
            "applicants_base": 1,
            "applicants_other": 0,
            "places_base": 0,
            "places_other": 1,
        }
        gone = moves.people[moves.people["applicant_id"] == "A05"]
        assert set(gone["known_in"]) == {"base"}
        # Two awards that do not exclude one another are two losses of one person.
        assert gone["change"].tolist() == ["lost", "lost"]
        assert set(gone["kind_before"]) == {"stall", "tobacco"}
        lost = moves.people[moves.people["change"] == "lost"]
        assert moves.n_people("lost") == len(lost) - 1
        codes = [note.code for note in found.notes]
        assert codes == [
            "compare_note_inputs",
            "compare_note_missing_applicants",
            "compare_note_missing_places",
        ]
        assert "申请人、名额、申请" in note_text(found.notes[0], "zh")


class TestPlaces:
    """What moved."""

    def test_counted_by_hand(self, comparison: Comparison, base: Run, other: Run) -> None:
        """Holders before and after, for every place that changed and no other."""
        places = comparison.moves[0].places.set_index("place_id")
        for place in base.tables.places["place_id"]:
            before, after = (
                {row.applicant_id for row in run.awards.itertuples() if row.place_id == place}
                for run in (base, other)
            )
            reserved = [
                int(((run.awards["place_id"] == place) & (run.awards["reserve_used"] != "")).sum())
                for run in (base, other)
            ]
            assert (place in places.index) == (before != after or reserved[0] != reserved[1])
            if place in places.index:
                row = places.loc[place]
                assert (row["n_before"], row["n_after"]) == (len(before), len(after))
                assert (row["n_came"], row["n_went"]) == (len(after - before), len(before - after))
                assert (row["reserved_before"], row["reserved_after"]) == tuple(reserved)

    def test_sites(self, comparison: Comparison) -> None:
        """The lottery site that opened in the base alone."""
        places = comparison.moves[0].places
        closed = places[places["site"] == "closed"]
        assert len(closed) == 1
        assert set(closed["kind"]) == {"welfare_lottery"}
        assert set(closed["direction"]) == {"loss"}
        assert closed["lon"].notna().all()
        assert comparison.moves[0].n_sites("closed") == 1
        assert comparison.moves[0].n_sites("opened") == 0

    def test_largest_change_first(self, comparison: Comparison) -> None:
        """For a list of which people see the first page."""
        sizes = comparison.moves[0].places["change"].abs().tolist()
        assert sizes == sorted(sizes, reverse=True)


class TestWhole:
    """Comparisons as such."""

    def test_same_run_twice(self, base: Run) -> None:
        """Allowed, and said to differ in nothing."""
        found = compare_runs([base, base])
        assert found.settings == ()
        assert all(item.is_same for item in (*found.measures, *found.price, *found.areas))
        assert len(found.moves[0].people) == len(found.moves[0].places) == 0
        assert [note.code for note in found.notes] == ["compare_note_same_run"]
        assert "没有差异" in note_text(found.notes[0], "zh")

    def test_same_list_by_another_run(self, folder: Path, base: Run) -> None:
        """Rows in another order give the same list, and only other bytes of input."""
        scenario = write_town(folder / "shuffled", shuffle=3)
        found = compare_runs([base, load_run(pipeline.run(scenario, folder / "runs"))])
        assert [note.code for note in found.notes] == ["compare_note_same_awards"]
        assert {setting.group for setting in found.settings} == {"input"}

    @pytest.mark.parametrize("n", [0, 1])
    def test_needs_two(self, base: Run, n: int) -> None:
        """Fewer than two runs are a coded error."""
        with pytest.raises(RunError) as caught:
            compare_runs([base] * n)
        assert caught.value.code == "compare_needs_two"

    def test_damaged_run(self, base: Run, tmp_path: Path) -> None:
        """A run without its list is a coded error."""
        run = _copied(base, tmp_path)
        (run.path / "awards.csv").unlink()
        with pytest.raises(RunError) as caught:
            compare_runs([base, run])
        assert caught.value.code == "run_damaged"

    def test_infeasible_run(self, folder: Path, base: Run) -> None:
        """A run without a list can be compared and is said to have none."""
        scenario = SCENARIO.replace("min = 3", "min = 3\nhard = true")
        path = write_town(folder / "clash", scenario=scenario)
        found = compare_runs([base, load_run(pipeline.run(path, folder / "runs"))])
        assert "compare_note_infeasible" in [note.code for note in found.notes]
        assert measure(found, "n_awards").differences[1] == -len(base.awards) or (
            found.runs[1].n_awards < len(base.awards)
        )
        assert comparison_blocks(found, "zh")

    def test_tiers_that_differ_are_noted(self, base: Run) -> None:
        """Tiers of another division do not compare."""
        priority = {**base.manifest["scenario"]["priority"], "tiers": [[]]}
        found = compare_runs([base, _with_scenario(base, {"priority": priority})])
        assert "compare_note_tiers" in [note.code for note in found.notes]

    def test_three_runs(self, base: Run, other: Run, smaller: Run) -> None:
        """Every run has its column, every other run its moves."""
        found = compare_runs([base, other, smaller])
        assert len(found.moves) == 2
        assert all(len(item.values) == 3 for item in found.measures)
        block = next(block for block in comparison_blocks(found, "zh") if block.title == "各项数字")
        assert block.header == ("指标", "基准", "对比1", "差异1", "对比2", "差异2")

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_blocks_are_whole(self, comparison: Comparison, lang: Any) -> None:
        """Every row is as wide as its head, and no code shows bare."""
        found = (*comparison_blocks(comparison, lang), people_block(comparison, 0, lang))
        for block in found:
            assert all(len(row) == len(block.header) for row in block.rows)
            words = " ".join(str(cell) for row in block.rows for cell in row)
            assert not re.search(r"\b(measure|setting|change|compare)_\w+", words)
        if lang == "en":
            heads = " ".join(name for block in found for name in (block.title, *block.header))
            assert not re.search("[\u4e00-\u9fff]", heads)


def _copied(run: Run, folder: Path) -> Run:
    import shutil

    shutil.copytree(run.path, folder / "copy")
    return load_run(folder / "copy")


class TestCommand:
    """``allocation compare``."""

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_prints_and_writes(self, base: Run, other: Run, tmp_path: Path, lang: str) -> None:
        """Settings, measures, who moved; and the workbook."""
        book = tmp_path / "out.xlsx"
        args = [base.path, other.path, "--out", book, "--lang", lang]
        done = CliRunner().invoke(app, ["compare", *map(str, args)])
        assert done.exit_code == 0, done.output
        for code in ("compare_block_settings", "compare_block_price", "people_lost"):
            assert CATALOGUE[code][lang == "en"] in done.stdout
        lost = compare_runs([base, other]).moves[0].people.query("change == 'lost'")
        assert all(applicant in done.stdout for applicant in lost["applicant_id"])
        assert book.is_file()

    def test_help(self) -> None:
        """Chinese first, English second, and the option of the language."""
        shown = CliRunner().invoke(app, ["compare", "--help"])
        assert shown.exit_code == 0
        assert re.search("[\u4e00-\u9fff].*[A-Za-z]", shown.output, re.DOTALL)
        assert "--lang" in shown.output

    def test_only_differences(self, base: Run, other: Run) -> None:
        """Numbers that are the same are not printed."""
        paths = [str(base.path), str(other.path)]
        every, some = (
            CliRunner().invoke(app, ["compare", *paths, *more]).stdout
            for more in ([], ["--only-differences"])
        )
        assert "核查问题" in every
        assert "核查问题" not in some
        assert "授予名额" in some

    def test_folder_gets_a_name(self, base: Run, other: Run, tmp_path: Path) -> None:
        """``--out`` may be a folder."""
        args = ["compare", str(base.path), str(other.path), "--out", str(tmp_path)]
        assert CliRunner().invoke(app, args).exit_code == 0
        assert (tmp_path / f"{base.run_id}-compare.xlsx").is_file()

    def test_errors(self, base: Run, tmp_path: Path) -> None:
        """One run, or no run at all, is exit 2 with a sentence."""
        alone = CliRunner().invoke(app, ["compare", str(base.path)])
        assert alone.exit_code == 2
        assert "至少需要两次" in alone.stderr
        assert CliRunner().invoke(app, ["compare", str(base.path), str(tmp_path)]).exit_code == 2
        assert CliRunner().invoke(app, ["compare"]).exit_code == 2


class TestWorkbook:
    """The internal working paper."""

    @pytest.fixture
    def book(self, comparison: Comparison, tmp_path: Path) -> openpyxl.Workbook:
        """Open the workbook again."""
        write_comparison(comparison, tmp_path / "a.xlsx")
        return openpyxl.load_workbook(tmp_path / "a.xlsx")

    def test_says_that_it_is_internal(self, book: openpyxl.Workbook) -> None:
        """In the name of the sheet, its first line and the properties."""
        assert book.sheetnames == ["内部工作用表", "变动人员", "变动名额"]
        assert str(book["内部工作用表"]["A1"].value).startswith("内部工作用表")
        assert str(book.properties.title).startswith("内部工作用表")

    def test_rows(self, book: openpyxl.Workbook, comparison: Comparison) -> None:
        """Everybody and every place that moved, headers and codes in words."""
        moves = comparison.moves[0]
        people, places = book["变动人员"], book["变动名额"]
        assert people.max_row == len(moves.people) + 1
        assert places.max_row == len(moves.places) + 1
        head = [cell.value for cell in people[1]]
        assert head[:4] == ["对比运行", "申请人编号", "受理回执号", "变动"]
        assert "优先层级（基准）" in head
        assert {people.cell(row, 4).value for row in range(2, people.max_row + 1)} <= {
            "新获得",
            "失去",
            "换到别的名额",
            "名额不变，预留标记改变",
        }
        assert not [value for value in head if value in ("姓名", "身份证号", "残疾类别")]

    def test_numbers_stay_numbers(self, book: openpyxl.Workbook) -> None:
        """So that the office can go on counting."""
        rows = {row[0].value: row for row in book["内部工作用表"].iter_rows()}
        assert isinstance(rows["授予名额"][1].value, int)

    def test_names_are_no_formulas(self, comparison: Comparison, tmp_path: Path) -> None:
        """A place called ``=HYPERLINK(1)`` stays a text."""
        moves = comparison.moves[0]
        forged = replace(moves, places=moves.places.assign(name='=HYPERLINK("x")'))
        write_comparison(replace(comparison, moves=(forged,)), tmp_path / "a.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["变动名额"]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert any(cell.value == '=HYPERLINK("x")' for cell in cells)
        assert all(cell.data_type != "f" for cell in cells)

    def test_several_runs_below_one_another(
        self, base: Run, other: Run, smaller: Run, tmp_path: Path
    ) -> None:
        """Each row says against which run."""
        found = compare_runs([base, other, smaller])
        write_comparison(found, tmp_path / "a.xlsx", "en")
        book = openpyxl.load_workbook(tmp_path / "a.xlsx")
        assert book.sheetnames == ["internal working paper", "people moved", "places moved"]
        sheet = book["people moved"]
        runs = Counter(str(sheet.cell(row, 1).value) for row in range(2, sheet.max_row + 1))
        assert runs == {
            f"compared {i} {moves.run_id}": len(moves.people)
            for i, moves in enumerate(found.moves, start=1)
        }
