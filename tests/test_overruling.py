"""A finding "not suitable" overruled by a named person: said, kept, judged again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from allocation import pipeline
from allocation.build import build_instance
from allocation.checker import check_awards, check_refusals
from allocation.cli import app
from allocation.dossier import open_dossier
from allocation.messages import ScenarioError, describe, text
from allocation.read import read_tables
from allocation.rules.eligibility import judge
from allocation.rules.hearing import judge_all
from allocation.runs import Run, load_run
from allocation.scenario import load_scenario, problems_of, scenario_from_canonical
from allocation.scenario.overrule import Overruling, save_overruling
from tests.assessed_town import overruling, write_assessed_town
from tests.rules_helper import code_of, frame, judge_one, people, scenario_of, spots, wishes

IDENTITY = "371199198204148380"


def rule_of(**changes: Any) -> dict[str, Any]:
    """Make an overruling as a scenario file has it."""
    given = {
        "applicant_id": "A1",
        "place_id": "P1",
        "by": "王某（市残联）",
        "reason": "复评可坐姿作业",
        "decided_on": "2023-11-20",
    }
    return {key: value for key, value in {**given, **changes}.items() if value is not None}


class TestScenario:
    """What a scenario file may say."""

    def test_it_comes_back_from_the_canonical_form(self) -> None:
        scenario = scenario_of(overruling=[rule_of()])
        (rule,) = scenario.overrulings
        assert (rule.applicant_id, rule.place_id, rule.by) == ("A1", "P1", "王某（市残联）")
        again = scenario_from_canonical(scenario.canonical())
        assert again.canonical()["overruling"] == scenario.canonical()["overruling"]
        assert scenario.scenario_hash != scenario_of().scenario_hash

    def test_a_file_adds_to_what_it_extends(self, tmp_path: Path) -> None:
        base = write_assessed_town(tmp_path, overruling())
        more = tmp_path / "more.toml"
        more.write_text(
            'name = "more"\nextends = "town.toml"\n'
            + overruling("A05")
            + overruling("A04", by='"李某（区残联）"'),
            encoding="utf-8",
        )
        assert len(load_scenario(base).overrulings) == 1
        found = {rule.applicant_id: rule.by for rule in load_scenario(more).overrulings}
        assert found == {"A04": "李某（区残联）", "A05": "王某（市残联）"}

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"by": None}, "missing_key"),
            ({"reason": None}, "missing_key"),
            ({"decided_on": None}, "missing_key"),
            ({"applicant_id": None}, "missing_key"),
            ({"by": "  "}, "wrong_value"),
            ({"reason": ""}, "wrong_value"),
            ({"reason": "两\n行"}, "wrong_value"),
            ({"decided_on": "下周"}, "wrong_value"),
            ({"applicant_id": 7}, "wrong_value"),
            ({"name": "x"}, "unknown_key"),
            ({"decided_on": "2023-12-02"}, "overruling_too_late"),
            ({"applicant_id": IDENTITY}, "overruling_personal_number"),
            ({"place_id": "138 1234 5678"}, "overruling_personal_number"),
            ({"by": f"王某 {IDENTITY}"}, "overruling_personal_number"),
            ({"reason": "电话13812345678"}, "overruling_personal_number"),
        ],
    )
    def test_what_is_wrong_is_named(self, changes: dict[str, Any], code: str) -> None:
        with pytest.raises(ScenarioError) as caught:
            scenario_of(overruling=[rule_of(**changes)])
        assert [problem.code for problem in problems_of(caught.value)] == [code]
        for lang in ("zh", "en"):
            assert describe(caught.value, lang)

    @pytest.mark.parametrize(
        "changes",
        [
            {"applicant_id": IDENTITY},
            {"applicant_id": int(IDENTITY), "by": ""},
            {"applicant_id": IDENTITY, "resaon": "x"},
            {"by": IDENTITY},
        ],
    )
    def test_a_number_of_a_document_is_never_repeated(self, changes: dict[str, Any]) -> None:
        with pytest.raises(ScenarioError) as caught:
            scenario_of(overruling=[rule_of(**changes)])
        said = describe(caught.value) + describe(caught.value, "en") + str(caught.value)
        assert IDENTITY[:10] not in said

    def test_one_application_is_overruled_once(self) -> None:
        with pytest.raises(ScenarioError, match="name_repeated"):
            scenario_of(overruling=[rule_of(), rule_of(by="李某")])


class TestRule:
    """What it does to the judgement."""

    STANDS = ({"can_stand": "unable"}, {"requires_standing": True})

    def test_it_lifts_the_finding(self) -> None:
        suitability = {"suitability": True}
        assert code_of(judge_one(suitability, *self.STANDS)) == "not_suitable"
        judged = judge_one(suitability, *self.STANDS, overruling=[rule_of()])
        assert code_of(judged) is None
        assert judged.overruled.tolist() == [True]

    @pytest.mark.parametrize("other", [{"applicant_id": "A2"}, {"place_id": "P2"}])
    def test_it_is_about_one_application_alone(self, other: dict[str, str]) -> None:
        judged = judge_one({"suitability": True}, *self.STANDS, overruling=[rule_of(**other)])
        assert code_of(judged) == "not_suitable"
        assert not judged.overruled.any()

    def test_it_never_lifts_civil_capacity(self) -> None:
        rule = {"suitability": True, "civil_capacity": True}
        person = {"can_stand": "unable", "has_civil_capacity": "unable"}
        judged = judge_one(rule, person, self.STANDS[1], overruling=[rule_of()])
        assert code_of(judged) == "not_suitable"
        assert judged.params[0]["requirement"] == "requires_civil_capacity"
        assert not judged.overruled.any()

    def test_it_lifts_no_other_rule(self) -> None:
        rule = {"suitability": True, "groups": ["household_member"]}
        judged = judge_one(rule, *self.STANDS, overruling=[rule_of()])
        assert code_of(judged) == "group_not_admitted"
        assert not judged.overruled.any()

    def test_an_overruled_application_needs_no_verification(self) -> None:
        place = {"requires_standing": True, "requires_sight": True}
        person = {"can_stand": "unable", "can_see": "unknown"}
        rule = {"suitability": True}
        assert judge_one(rule, person, place, overruling=[rule_of()]).unverified == {}
        able = {"can_stand": "able", "can_see": "unknown"}
        assert judge_one(rule, able, place, overruling=[rule_of()]).unverified == {
            "not_suitable": 1
        }


class TestHearing:
    """Every rule, kept or broken."""

    def test_the_first_broken_rule_is_the_reason(self) -> None:
        scenario = scenario_of(
            eligibility={"stall": {"suitability": True, "age_min": 16, "groups": ["disabled"]}},
            overruling=[rule_of(applicant_id="A2")],
        )
        tables = (
            people(
                {"birth_date": "2015-01-01", "can_stand": "unable"},
                {"birth_date": "1990-01-01", "can_stand": "unable"},
                {"birth_date": "1990-01-01", "group": "general"},
                {"birth_date": "1990-01-01", "can_stand": "able"},
            ),
            spots({"requires_standing": True}, {}),
            wishes(*((i, p, p + 1) for i in range(4) for p in range(2))),
            frame("held_awards"),
            scenario,
        )
        judged, heard = judge(*tables), judge_all(*tables)
        broken = [[c.rule for c in checks if c.outcome == "broken"] for checks in heard]
        assert [each[0] if each else None for each in broken] == judged.code.tolist()
        assert broken[0] == ["age_below", "not_suitable"]
        outcome = [{c.rule: c.outcome for c in checks}["not_suitable"] for checks in heard]
        assert outcome == [
            "broken", "idle", "overruled", "idle", "unknown", "idle", "kept", "idle",
        ]  # fmt: skip
        assert {c.rule: c.outcome for c in heard[4]}["place_disabled_only"] == "idle"


class TestBuild:
    """What the instance says about it."""

    def test_notices(self, tmp_path: Path) -> None:
        extra = overruling() + overruling("A04", "S2")
        scenario = load_scenario(write_assessed_town(tmp_path, extra))
        instance = build_instance(read_tables(scenario), scenario)
        notices = [n for n in instance.notices if n.code.startswith("overrul")]
        assert [(n.code, n.params["place_id"]) for n in notices] == [
            ("overruled", "S1"),
            ("overruling_idle", "S2"),
        ]
        for notice in notices:
            assert "王某（市残联）" in text(notice.code, "zh", **notice.params)
            assert "2023-11-20" in text(notice.code, "en", **notice.params)

    @pytest.mark.parametrize(
        ("pair", "word"),
        [
            (("A99", "S1"), "申请人表"),
            (("A04", "S99"), "名额表"),
            (("A04", "P1"), "没有申请这个名额"),
        ],
    )
    def test_an_unknown_application_is_refused(
        self, tmp_path: Path, pair: tuple[str, str], word: str
    ) -> None:
        scenario = load_scenario(write_assessed_town(tmp_path, overruling(*pair)))
        with pytest.raises(ScenarioError) as caught:
            build_instance(read_tables(scenario), scenario)
        assert caught.value.code == "overruling_unknown"
        assert word in describe(caught.value)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the town as it was assessed."""
    folder = tmp_path_factory.mktemp("before")
    return load_run(pipeline.run(write_assessed_town(folder), folder / "runs"))


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the town with one finding overruled."""
    folder = tmp_path_factory.mktemp("after")
    return load_run(pipeline.run(write_assessed_town(folder, overruling()), folder / "runs"))


class TestRun:
    """A whole run with an overruling."""

    def test_the_finding_is_gone_and_only_that(self, before: Run, after: Run) -> None:
        def unsuitable(run: Run) -> set[tuple[str, str]]:
            rows = run.refusals[run.refusals["reason_code"] == "not_suitable"]
            return set(zip(rows["applicant_id"], rows["place_id"], strict=True))

        assert unsuitable(before) == {("A04", "S1"), ("A05", "S1")}
        assert unsuitable(after) == {("A05", "S1")}

    def test_the_run_keeps_who_and_why(self, after: Run) -> None:
        (notice,) = [n for n in after.result["notices"] if n["code"] == "overruled"]
        assert notice["params"] == {
            "applicant_id": "A04",
            "place_id": "S1",
            "by": "王某（市残联）",
            "reason": "复评可坐姿经营",
            "decided_on": "2023-11-20",
        }
        assert after.manifest["scenario"]["overruling"][0]["by"] == "王某（市残联）"
        assert "王某" not in (after.path / "log.txt").read_text(encoding="utf-8")

    def test_the_checker_agrees_from_the_sealed_record(self, after: Run) -> None:
        sealed = load_run(after.path)
        assert check_awards(sealed.instance, sealed.awards, sealed.result).violations == []
        assert check_refusals(sealed.instance, sealed.awards, sealed.refusals) == []

    def test_the_old_reason_is_no_longer_true(self, before: Run, after: Run) -> None:
        wrong = check_refusals(after.instance, after.awards, before.refusals)
        assert ("check_reason_wrong", "A04", "S1") in {
            (v.code, v.params["applicant_id"], v.params["place_id"]) for v in wrong
        }

    def test_check_and_explain_on_the_command_line(
        self, after: Run, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert app(["check", str(after.path)], standalone_mode=False) in (None, 0)
        app(["explain", str(after.path), "A05"], standalone_mode=False)
        assert "不能胜任" in capsys.readouterr().out

    def test_the_dossier_says_it(self, before: Run, after: Run) -> None:
        wish = next(w for w in open_dossier(after, "A04", "zh").wishes if w.place_id == "S1")
        assert "王某（市残联）" in wish.overruled
        assert "复评可坐姿经营" in wish.overruled
        assert not wish.may_be_overruled
        line = next(line for line in wish.rules if line.outcome == "overruled")
        assert line.sentence == wish.overruled
        wish = next(w for w in open_dossier(before, "A04", "zh").wishes if w.place_id == "S1")
        assert (wish.overruled, wish.may_be_overruled) == ("", True)


class TestNewScenario:
    """Overruling from the page: a new file, the old one untouched."""

    DECISION = Overruling("A04", "S1", "王某（市残联）", "复评\n可坐姿经营", dt.date(2023, 11, 20))

    def test_it_extends_the_base_and_says_what_was_set_beside_it(self, tmp_path: Path) -> None:
        base = write_assessed_town(tmp_path)
        content = base.read_bytes()
        path = save_overruling(base, self.DECISION, ["reserve.stall.share=0.25"])
        assert path.name == "town-review-2.toml"
        assert base.read_bytes() == content
        scenario = load_scenario(path)
        assert [rule.reason for rule in scenario.overrulings] == ["复评 可坐姿经营"]
        assert float(scenario.reserves["stall"].share or 0) == 0.25
        assert scenario.title == "小镇方案（复核后）"

    def test_a_second_one_builds_on_the_first(self, tmp_path: Path) -> None:
        base = write_assessed_town(tmp_path)
        first = save_overruling(base, self.DECISION)
        second = save_overruling(first, Overruling("A05", "S1", "李某", "好", dt.date(2023, 12, 1)))
        assert second.name == "town-review-3.toml"
        assert len(load_scenario(second).overrulings) == 2
        assert load_scenario(second).title == "小镇方案（复核后）"
        run = load_run(pipeline.run(second, tmp_path / "runs"))
        assert "not_suitable" not in set(run.refusals["reason_code"])

    def test_nothing_is_written_for_a_decision_that_may_not_be(self, tmp_path: Path) -> None:
        base = write_assessed_town(tmp_path)
        late = Overruling("A04", "S1", "王某", "好", dt.date(2024, 1, 1))
        with pytest.raises(ScenarioError, match="overruling_too_late"):
            save_overruling(base, late)
        assert [path.name for path in tmp_path.glob("*.toml")] == ["town.toml"]
