"""Official runs: what they demand, what they refuse in which words, what they keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from allocation import pipeline
from allocation.canonical import read_json, text_sha256, write_json
from allocation.draw import seal
from allocation.draw.order import draw_numbers
from allocation.draw.records import file_text
from allocation.draw.seal import Program
from allocation.draw.sources import announce
from allocation.export.manifest import write_manifest
from allocation.messages import DrawError, InputError, ScenarioError, describe
from allocation.messages.problems import problems_of
from allocation.official import Official, commit_draw, replay_run, reveal_draw, warrant
from allocation.runs import Run, list_runs, load_run
from tests.draw_helper import DIGITS, DRAWN_AT, SEALED_AT, VALUE, WITNESSES, approved, hold_draw
from tests.test_draw_beacon import QUICKNET, QUICKNET_RANDOMNESS
from tests.town import SCENARIO, write_town

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = """
name = "policy"
title = "政策"

[[parameter]]
name = "reserve.stall.share"
title = "摊位预留比例"
value = {share}
legal_basis = "某文"
article = "第一条"
issuing_body = "某机关"
jurisdiction = "某市"
status = "law"
"""


def official(scenario: Path, order: Official, *overrides: str) -> Run:
    """Run officially beside the scenario."""
    return load_run(pipeline.run(scenario, scenario.parent / "runs", overrides, order))


def refusals(scenario: Path, order: Official, *overrides: str) -> dict[str, Any]:
    """Return code and parameters of everything an official run is refused for."""
    before = len(list_runs(scenario.parent / "runs"))
    with pytest.raises(DrawError) as error:
        pipeline.run(scenario, scenario.parent / "runs", overrides, order)
    assert len(list_runs(scenario.parent / "runs")) == before
    assert describe(error.value, "zh") != describe(error.value, "en")
    return {problem.code: problem.params for problem in problems_of(error.value)}


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Scenario file of the town."""
    return write_town(tmp_path)


@pytest.fixture
def order(town: Path) -> Official:
    """Hold a draw and approve the run."""
    return hold_draw(town, town.parent)


class TestKept:
    """What an official run goes by and keeps."""

    def test_the_revealed_seed_decides(self, town: Path, order: Official) -> None:
        """The scenario's own seed is for trials; it does not even hinder."""
        run = official(town, order)
        people = run.instance.applicants
        assert run.scenario.draw is not None
        assert run.scenario.draw.seed == VALUE
        assert (
            people.draw_number.tolist()
            == draw_numbers(people.receipt_no.tolist(), VALUE, "1").tolist()
        )
        assert replay_run(run).is_confirmed
        assert run.scenario.sources["draw.seed"].origin == "draw.reveal.json"

    def test_everything_is_in_the_manifest(self, town: Path, order: Official) -> None:
        manifest = official(town, order).manifest
        assert manifest["official"] is True
        approval = manifest["approval"]
        assert approval["approver"] == order.approver
        assert approval["reason"] == order.reason
        assert "个人信息保护法" in approval["legal_basis"]
        assert approval["article"] == "第二十四条"
        assert "redraw" not in manifest
        draw = manifest["draw"]
        assert (draw["seed"], draw["method"], draw["round"]) == (VALUE, "seed", "1")
        assert order.commit is not None
        assert order.reveal is not None
        assert draw["commitment"] == read_json(order.commit)
        assert draw["reveal"] == read_json(order.reveal)
        assert draw["reveal"]["witnesses"] == list(WITNESSES)

    def test_what_leaves_the_office_lacks_the_salt(self, town: Path, order: Official) -> None:
        run = official(town, order)
        write_manifest(run, town.parent / "out.json")
        told = read_json(town.parent / "out.json")
        private = run.manifest["draw"]["commitment"]["private"]
        text = (town.parent / "out.json").read_text(encoding="utf-8")
        assert private["salt"] not in text
        assert private["inputs"]["applicants"]["sha256"] not in text
        assert told["left_out"] == ["draw.commitment.private"]
        public = told["draw"]["commitment"]["public"]
        assert text_sha256(file_text(public)) == told["draw"]["commitment"]["commitment"]

    def test_a_trial_needs_nothing_of_this(self, town: Path) -> None:
        manifest = load_run(pipeline.run(town, town.parent / "runs")).manifest
        assert "approval" not in manifest
        assert "commitment" not in manifest["draw"]

    def test_drand(self, town: Path) -> None:
        early = announce("drand", None, round_no=QUICKNET.round_no)
        committed = commit_draw(
            town, early, early.at - (DRAWN_AT - SEALED_AT), town.parent / "draw.json"
        )
        revealed = reveal_draw(committed.file, QUICKNET.signature, early.at)
        run = official(town, approved(committed.file, revealed.file))
        assert run.manifest["draw"]["seed"] == QUICKNET_RANDOMNESS
        assert run.manifest["official"] is True

    def test_queues_alone_need_a_commitment_and_no_seed(self, town: Path) -> None:
        text = """
name = "tobacco"
decision_date = 2023-12-01
[data]
folder = "data"
[[stage]]
name = "tobacco"
kinds = ["tobacco"]
mechanism = "queue"
[draw]
method = "acceptance"
"""
        places = town.parent / "data" / "applications.csv"
        lines = places.read_text(encoding="utf-8").splitlines()
        days = [f"2023-10-{day:02d} 09:00:00" for day in range(1, 1 + len(lines))]
        column = lines[0].split(",").index("accepted_at")
        rows = [line.split(",") for line in lines]
        for row, day in zip(rows[1:], days, strict=False):
            row[column] = row[column] or day
        places.write_text("\n".join(",".join(row) for row in rows) + "\n", encoding="utf-8")
        town.write_text(text, encoding="utf-8")
        run = official(town, hold_draw(town, town.parent, None))
        assert run.manifest["official"] is True
        assert run.manifest["draw"]["reveal"] is None


class TestApproval:
    """Nothing is decided by a system alone."""

    def test_what_is_missing_is_said_at_once(self, town: Path) -> None:
        assert set(refusals(town, Official())) == {
            "official_approver_missing",
            "official_reason_missing",
            "official_commit_missing",
        }

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"approver": " "}, "official_approver_missing"),
            ({"approver": "系统（市残联）"}, "official_approver_nobody"),
            ({"reason": ""}, "official_reason_missing"),
            ({"approver": "王五 371199199001011234"}, "official_text_personal"),
            ({"reason": "致电 13800001111"}, "official_text_personal"),
            ({"reason": "一\n二"}, "official_text_personal"),
            ({"reveal": None}, "official_reveal_missing"),
        ],
    )
    def test_each_is_needed(
        self, town: Path, order: Official, changes: dict[str, Any], code: str
    ) -> None:
        assert set(refusals(town, replace(order, **changes))) == {code}

    def test_files_that_are_not_there(self, town: Path) -> None:
        gone = approved(town.parent / "a.json", town.parent / "b.json")
        assert set(refusals(town, gone)) == {"draw_file_missing"}

    def test_the_law_is_cited(self, town: Path, order: Official) -> None:
        with pytest.raises(DrawError) as error:
            pipeline.run(town, town.parent / "runs", official=replace(order, approver=""))
        assert "个人信息保护法 第二十四条" in describe(error.value, "zh")


class TestSealed:
    """Whatever was sealed and is not the same any more is refused, and named."""

    @pytest.mark.parametrize("table", ["applicants", "places", "applications", "venues"])
    def test_a_changed_table(self, town: Path, order: Official, table: str) -> None:
        file = town.parent / "data" / f"{table}.csv"
        lines = file.read_text(encoding="utf-8").splitlines()
        changes = {
            "applicants": (",no,", ",yes,"),
            "places": (",1,", ",2,"),
            "applications": (",9,", ",8,"),
            "venues": (",1", ",2"),
        }
        old, new = changes[table]
        row = next(n for n, line in enumerate(lines) if n and old in line)
        lines[row] = lines[row].replace(old, new, 1)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        assert refusals(town, order) == {"official_inputs_changed": {"tables": table}}

    def test_rows_in_another_order_are_the_same_tables(self, town: Path, order: Official) -> None:
        write_town(town.parent, shuffle=3)
        assert official(town, order).manifest["official"] is True

    def test_an_added_applicant(self, town: Path, order: Official) -> None:
        file = town.parent / "data" / "applicants.csv"
        text = file.read_text(encoding="utf-8")
        header, first, *_ = text.splitlines()
        assert header.startswith("applicant_id,")
        file.write_text(f"{text}{first.replace('A01', 'A99', 1)}\n", encoding="utf-8")
        found = refusals(town, order)
        assert set(found) == {"official_list_changed", "official_inputs_changed"}
        assert found["official_list_changed"] == {"n": 9, "sealed": 8}

    @pytest.mark.parametrize(
        ("override", "keys"),
        [
            ("reserve.stall.share=0.4", "reserve"),
            ("draw.round=2", "draw"),
            ("spacing.welfare_lottery.urban_m=299", "spacing"),
        ],
    )
    def test_a_changed_scenario(
        self, town: Path, order: Official, override: str, keys: str
    ) -> None:
        assert refusals(town, order, override) == {"official_scenario_changed": {"keys": keys}}

    def test_the_same_overrides_are_the_same_scenario(self, town: Path) -> None:
        override = "reserve.stall.share=0.4"
        order = hold_draw(town, town.parent, overrides=[override])
        assert "official_scenario_changed" in refusals(town, order)
        assert official(town, order, override).manifest["official"] is True

    def test_an_overruling_is_an_input(self, town: Path, order: Official) -> None:
        """It is about a person: sealed with the tables, salted, never in the scenario's hash."""
        rule = (
            '\n[[overruling]]\napplicant_id = "A01"\nplace_id = "P1"\nby = "某"\n'
            'reason = "复评"\ndecided_on = 2023-11-20\n'
        )
        town.write_text(town.read_text(encoding="utf-8") + rule, encoding="utf-8")
        assert refusals(town, order) == {"official_inputs_changed": {"tables": "overruling"}}

    def test_a_changed_policy(self, town: Path) -> None:
        """The scenario sets another share itself; what the policy says is sealed all the same."""
        profile = town.parent / "policy.toml"
        profile.write_text(PROFILE.format(share="0.1"), encoding="utf-8")
        text = SCENARIO.replace("decision_date", 'profile = "policy.toml"\ndecision_date')
        text = text.replace("share = 0.5\n", "")
        town.write_text(text, encoding="utf-8")
        order = hold_draw(town, town.parent)
        assert official(town, order).manifest["official"] is True
        profile.write_text(
            PROFILE.format(share="0.1").replace("第一条", "第二条"), encoding="utf-8"
        )
        found = refusals(town, replace(order, redraw_reason="补办"))
        assert set(found) == {"official_policy_changed"}

    def test_a_changed_program(
        self, town: Path, order: Official, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = Program("0.1.1", "f" * 64)
        monkeypatch.setattr(warrant, "program", lambda: other)
        (params,) = refusals(town, order).values()
        assert params["running"] == "0.1.1 (ffffffffffff)"

    def test_the_program_is_every_line_of_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A changed line is another program; another line end is not."""
        package = tmp_path / "allocation"
        (package / "draw").mkdir(parents=True)
        (package / "rules.py").write_bytes(b"x = 1\n")
        monkeypatch.setattr(seal, "__file__", str(package / "draw" / "seal.py"))
        found = seal.program.__wrapped__()
        (package / "rules.py").write_bytes(b"x = 1\r\n")
        assert seal.program.__wrapped__() == found
        (package / "rules.py").write_bytes(b"x = 2\n")
        assert seal.program.__wrapped__() != found

    def test_a_seed_that_is_not_the_one_revealed(self, town: Path, order: Official) -> None:
        assert order.reveal is not None
        write_json(order.reveal, {**read_json(order.reveal), "seed": "000000"})
        assert set(refusals(town, order)) == {"official_seed_wrong"}

    def test_an_altered_commitment(self, town: Path, order: Official) -> None:
        assert order.commit is not None
        record = read_json(order.commit)
        record["public"]["sealed"]["inputs"] = "0" * 64
        write_json(order.commit, record)
        assert set(refusals(town, order)) == {"draw_commitment_altered"}

    def test_a_reveal_for_another_commitment(self, town: Path, order: Official) -> None:
        other = hold_draw(town, town.parent / "other")
        found = refusals(town, replace(order, reveal=other.reveal))
        assert set(found) == {"official_reveal_other"}

    def test_all_that_is_wrong_is_said_at_once(
        self, town: Path, order: Official, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(warrant, "program", lambda: Program("9", "9"))
        found = refusals(
            town,
            replace(order, approver=""),
            "quota.posts.min=2",
            "stage.joint.levels=['preference']",
        )
        assert set(found) == {
            "official_preference",
            "official_approver_missing",
            "official_scenario_changed",
            "official_program_changed",
        }


class TestRedraw:
    """An earlier official run stays, and nobody draws until they like the order."""

    def test_a_second_run_needs_a_reason_and_leaves_the_first(
        self, town: Path, order: Official
    ) -> None:
        first = official(town, order)
        before = {file: file.read_bytes() for file in first.path.rglob("*") if file.is_file()}
        found = refusals(town, order)
        assert found == {"official_redraw_reason": {"runs": first.run_id}}
        second = official(town, replace(order, redraw_reason="原件打印有误，重新出具"))
        assert second.manifest["redraw"] == {
            "reason": "原件打印有误，重新出具",
            "earlier": [first.run_id],
        }
        assert second.run_id != first.run_id
        assert {file: file.read_bytes() for file in before} == before
        third = official(town, replace(order, redraw_reason="再次出具"))
        assert third.manifest["redraw"]["earlier"] == [first.run_id, second.run_id]

    def test_a_run_moved_away_counts_all_the_same(self, town: Path, order: Official) -> None:
        """It is entered beside the commitment, whichever folder it lies in."""
        first = official(town, order)
        (town.parent / "runs").rename(town.parent / "archive")
        assert refusals(town, order) == {"official_redraw_reason": {"runs": first.run_id}}
        second = official(town, replace(order, redraw_reason="原件遗失"))
        assert second.manifest["redraw"]["earlier"] == [first.run_id]
        (entry,) = town.parent.glob(f"draw.{first.run_id}.run.json")
        assert entry.stat().st_mode & 0o077 == 0
        entry.write_text("{}", encoding="utf-8")
        again = replace(order, redraw_reason="再次出具")
        assert refusals(town, again) == {"draw_register_damaged": {"file": entry.name}}

    def test_trials_do_not_count(self, town: Path, order: Official) -> None:
        pipeline.run(town, town.parent / "runs")
        assert "redraw" not in official(town, order).manifest

    def test_another_seed_for_the_same_list_is_refused(self, town: Path, order: Official) -> None:
        first = official(town, order)
        again = hold_draw(town, town.parent / "again", value="111111", redraw_reason="对次序不满意")
        assert refusals(town, again) == {"official_redraw_seed": {"runs": first.run_id}}

    @pytest.mark.parametrize("override", ["draw.round=2", 'name="town-2"'])
    def test_neither_a_round_nor_a_name_makes_it_a_new_list(
        self, town: Path, order: Official, override: str
    ) -> None:
        official(town, order)
        overrides = [override]
        if override.startswith("name"):
            text = town.read_text(encoding="utf-8").replace('name = "town"', 'name = "town-2"', 1)
            town.write_text(text, encoding="utf-8")
            overrides = []
        again = hold_draw(
            town, town.parent / "again", value="111111", overrides=overrides, redraw_reason="换号"
        )
        assert set(refusals(town, again, *overrides)) == {"official_redraw_seed"}

    def test_a_correction_keeps_the_order(self, town: Path, order: Official) -> None:
        """A reserve was wrong: sealed anew with a reason, the draw stands."""
        first = official(town, order)
        override = "reserve.stall.share=0.4"
        second = commit_draw(
            town,
            None,
            DRAWN_AT,
            town.parent / "second.json",
            overrides=[override],
            corrects=order.commit,
            reason="预留比例录入有误",
        )
        corrected = replace(order, commit=second.file, redraw_reason="更正预留比例")
        run = official(town, corrected, override)
        assert run.manifest["official"] is True
        numbers = [each.instance.applicants.draw_number.tolist() for each in (first, run)]
        assert numbers[0] == numbers[1]
        assert run.manifest["redraw"]["earlier"] == [first.run_id]

    def test_a_changed_list_is_drawn_anew(self, town: Path, order: Official) -> None:
        official(town, order)
        write_town(town.parent, extra=_twin(town))
        kept = hold_draw(town, town.parent / "kept", redraw_reason="补录一人")
        assert set(refusals(town, kept)) == {"official_redraw_old_seed"}
        anew = hold_draw(town, town.parent / "anew", value="905173", redraw_reason="补录一人")
        run = official(town, anew)
        assert run.manifest["draw"]["seed"] == "905173"
        assert run.manifest["draw"]["n"] == 9

    def test_swapped_receipts_are_drawn_anew(self, town: Path, order: Official) -> None:
        """The list reads the same; the earlier seed is refused all the same."""
        official(town, order)
        _swap_receipts(town)
        given: Any = {"corrects": order.commit, "reason": "回执号发错"}
        with pytest.raises(DrawError) as error:
            commit_draw(town, None, DRAWN_AT, town.parent / "b.json", **given)
        assert error.value.code == "draw_correction_new"
        later = announce("digits", DRAWN_AT + timedelta(days=7), "市民中心一楼大厅")
        second = commit_draw(town, later, DRAWN_AT, town.parent / "b.json", **given)
        values = {"386712": {"official_redraw_old_seed"}, "905173": set()}
        for value, codes in values.items():
            reveal = reveal_draw(second.file, value, later.at, None, WITNESSES)
            anew = approved(second.file, reveal.file, redraw_reason="回执号发错")
            if codes:
                assert set(refusals(town, anew)) == codes
                reveal.file.rename(town.parent / "archived")
                reveal.notice.unlink()
            else:
                assert official(town, anew).manifest["official"] is True


class TestFiles:
    """The files of a draw are whole, private and never overwritten."""

    def test_nothing_is_overwritten(self, town: Path, order: Official) -> None:
        assert order.commit is not None
        assert order.reveal is not None
        before = {file: file.read_bytes() for file in town.parent.glob("draw.*")}
        assert {file.name for file in before} == {
            "draw.json",
            "draw.public.json",
            "draw.receipts.txt",
            "draw.notice.txt",
            "draw.reveal.json",
            "draw.reveal.txt",
        }
        write_town(town.parent, extra=_twin(town))
        with pytest.raises(DrawError) as error:
            # Another list and round, which may be sealed: but not over these files.
            hold_draw(town, town.parent, overrides=["draw.round=2"])
        assert error.value.code == "draw_file_exists"
        assert "另写文件名" not in describe(error.value, "zh")
        assert {file: file.read_bytes() for file in before} == before
        assert all(file.stat().st_mode & 0o077 == 0 for file in before)

    @pytest.mark.parametrize("name", ["draw.reveal.json", "second.reveal.json", "second.json"])
    def test_a_commitment_is_revealed_once(self, town: Path, order: Official, name: str) -> None:
        """Neither under another name: whoever could would choose between two seeds."""
        assert order.commit is not None
        second = commit_draw(
            town, None, DRAWN_AT, town.parent / "b.json", corrects=order.commit, reason="更正"
        )
        before = sorted(town.parent.iterdir())
        for commit in (order.commit, second.file):
            with pytest.raises(DrawError) as error:
                reveal_draw(commit, "111111", DRAWN_AT, witnesses=WITNESSES, out=town.parent / name)
            assert error.value.code == "draw_reveal_second"
            assert error.value.params == {"file": "draw.reveal.json"}
        assert sorted(town.parent.iterdir()) == before

    def test_a_record_by_another_name_is_found(self, town: Path) -> None:
        committed = commit_draw(town, DIGITS, SEALED_AT, town.parent / "draw.json")
        for name, code in (("seed.json", ""), ("other.json", "draw_reveal_second")):
            try:
                reveal_draw(
                    committed.file, VALUE, DRAWN_AT, witnesses=WITNESSES, out=town.parent / name
                )
                found = ""
            except DrawError as error:
                found = error.code
            assert found == code

    def test_a_record_stays_with_its_commitment(self, town: Path) -> None:
        committed = commit_draw(town, DIGITS, SEALED_AT, town.parent / "draw.json")
        with pytest.raises(DrawError) as error:
            reveal_draw(
                committed.file,
                VALUE,
                DRAWN_AT,
                witnesses=WITNESSES,
                out=town.parent / "elsewhere" / "draw.reveal.json",
            )
        assert error.value.code == "draw_reveal_elsewhere"

    @pytest.mark.parametrize("overrides", [(), ("draw.round=2",), ("reserve.stall.share=0.4",)])
    def test_a_list_is_sealed_once(self, town: Path, overrides: tuple[str, ...]) -> None:
        first = commit_draw(town, DIGITS, SEALED_AT, town.parent / "draw.json")
        second = town.parent / "second.json"
        with pytest.raises(DrawError) as error:
            commit_draw(town, DIGITS, SEALED_AT, second, overrides)
        assert (error.value.code, error.value.params) == (
            "draw_commitment_second",
            {"file": "draw.json"},
        )
        assert not second.exists()
        share = ("reserve.stall.share=0.4",)
        correction: Any = {"corrects": first.file, "reason": "更正"}
        commit_draw(town, None, DRAWN_AT, second, share, **correction)
        with pytest.raises(DrawError) as error:
            # What was corrected already is corrected no second time.
            commit_draw(town, None, DRAWN_AT, town.parent / "third.json", share, **correction)
        assert error.value.params == {"file": "second.json"}

    def test_a_round_is_sealed_once_whatever_its_list(self, town: Path) -> None:
        commit_draw(town, DIGITS, SEALED_AT, town.parent / "draw.json")
        write_town(town.parent, extra=_twin(town))
        with pytest.raises(DrawError) as error:
            commit_draw(town, DIGITS, SEALED_AT, town.parent / "second.json")
        assert error.value.code == "draw_commitment_second"

    @pytest.mark.parametrize("lost", [".receipts.txt", ".public.json"])
    def test_one_file_in_the_way_leaves_none(self, town: Path, lost: str) -> None:
        (town.parent / f"draw{lost}").touch()
        with pytest.raises(DrawError):
            hold_draw(town, town.parent)
        assert [file.name for file in town.parent.glob("draw*")] == [f"draw{lost}"]

    def test_a_folder_that_cannot_be_written(self, town: Path) -> None:
        (town.parent / "file").touch()
        with pytest.raises(DrawError) as error:
            hold_draw(town, town.parent / "file")
        assert error.value.code == "draw_file_unwritable"

    def test_a_scenario_that_cannot_be_official_is_not_sealed(self, town: Path) -> None:
        with pytest.raises(ScenarioError):
            hold_draw(town, town.parent, overrides=["stage.joint.levels=['preference']"])
        (town.parent / "data" / "places.csv").unlink()
        with pytest.raises(InputError):
            hold_draw(town, town.parent)
        assert not list(town.parent.glob("draw*"))

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_the_notice_names_no_person(self, town: Path, lang: Any) -> None:
        found = commit_draw(town, DIGITS, SEALED_AT, town.parent / "draw.json", lang=lang)
        notice = found.notice.read_text(encoding="utf-8")
        commitment = found.sealed.commitment
        for said in (commitment.sha256, commitment.list_sha256, "draw.receipts.txt", "6"):
            assert said in notice
        assert "A01" not in notice
        assert "市民中心" in notice
        assert found.n_ids == 8


def _swap_receipts(town: Path) -> None:
    """Give A01 and A02 each other's receipt numbers."""
    file = town.parent / "data" / "applicants.csv"
    header, *rows = (line.split(",") for line in file.read_text(encoding="utf-8").splitlines())
    own = {row[0]: row[0] for row in rows} | {"A01": "A02", "A02": "A01"}
    lines = [[*header, "receipt_no"], *([*row, own[row[0]]] for row in rows)]
    file.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")


def _twin(town: Path) -> str:
    lines = (town.parent / "data" / "applicants.csv").read_text(encoding="utf-8").splitlines()
    first = next(line for line in lines if line.startswith("A01,"))
    return f"{first.replace('A01', 'A09', 1)}\n"
