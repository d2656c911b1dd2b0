"""The records of a draw: what they must keep to, and that nobody alters them unseen."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from allocation.build import build_instance
from allocation.canonical import dump_json, text_sha256
from allocation.draw.lots import Lots, LotteryDigest, Unpinned
from allocation.draw.protocol import (
    input_problems,
    reveal_problems,
    reveal_value,
    rule_problems,
    seal_draw,
)
from allocation.draw.records import (
    Sealed,
    commitment_of,
    file_text,
    reveal_of,
    sealed_of,
)
from allocation.draw.seal import Program, program, seal_inputs, seal_rules
from allocation.draw.sources import Announcement, announce
from allocation.messages import DrawError
from allocation.messages.problems import problems_of
from allocation.read import Tables, read_tables
from allocation.scenario import Scenario, load_scenario
from tests.draw_helper import ANNOUNCED_AT, DIGITS, DRAWN_AT, SEALED_AT, VALUE, WITNESSES
from tests.town import write_town

if TYPE_CHECKING:
    from pathlib import Path

SALT = "5a" * 32


class Town:
    """The town, read; seals it with changes."""

    def __init__(self, folder: Path) -> None:
        self.file = write_town(folder)
        self.scenario = load_scenario(self.file)
        self.tables = read_tables(self.scenario)
        self.receipts = build_instance(self.tables, self.scenario).applicants.receipt_no.tolist()

    def seal(
        self,
        announced: Announcement | None = DIGITS,
        corrects: Sealed | None = None,
        reason: str = "",
        **changes: Any,
    ) -> Sealed:
        given: dict[str, Any] = {
            "scenario": self.scenario,
            "tables": self.tables,
            "receipt_nos": self.receipts,
            "now": SEALED_AT,
            "salt": SALT,
        }
        return seal_draw(
            announced=announced, corrects=corrects, reason=reason, **{**given, **changes}
        )

    def with_settings(self, *overrides: str) -> Scenario:
        return load_scenario(self.file, overrides)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return Town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def sealed(town: Town) -> Sealed:
    return town.seal()


FOUND = LotteryDigest("joint", "a" * 64, "b" * 64)


def by_lot(town: Town, name: str = "joint") -> Scenario:
    """Return the town's scenario with its second stage drawn by chances."""
    tobacco, joint = town.scenario.stages
    drawn = joint.model_copy(update={"mechanism": "egalitarian", "name": name})
    return town.scenario.model_copy(update={"stages": (tobacco, drawn)})


def codes(error: pytest.ExceptionInfo[DrawError]) -> set[str]:
    found = problems_of(error.value)
    for problem in found:
        assert f"{problem:zh}" != f"{problem:en}"
    return {problem.code for problem in found}


class TestCommitment:
    """What is fixed before the seed."""

    def test_its_hash_is_that_of_the_published_file(self, sealed: Sealed) -> None:
        public = sealed.commitment.content
        assert sealed.commitment.sha256 == text_sha256(file_text(public))
        assert sealed.record()["commitment"] == sealed.commitment.sha256

    def test_it_survives_its_file(self, sealed: Sealed) -> None:
        assert sealed_of(sealed.record()) == sealed
        assert commitment_of(sealed.commitment.content) == sealed.commitment

    def test_what_is_published_holds_no_person(self, town: Town, sealed: Sealed) -> None:
        """Neither ids nor the bare hash of any table, which would confirm a guess."""
        text = dump_json(sealed.commitment.content)
        assert SALT not in text
        assert not [digest for digest in sealed.inputs.values() if digest.sha256 in text]
        assert not [receipt for receipt in town.receipts if f'"{receipt}"' in text]

    def test_the_salt_hides_the_inputs(self, town: Town, sealed: Sealed) -> None:
        other = town.seal(salt="00" * 32)
        assert other.inputs == sealed.inputs
        assert other.commitment.inputs != sealed.commitment.inputs

    def test_the_seed_for_trials_does_not_matter(self, town: Town, sealed: Sealed) -> None:
        again = town.seal(scenario=town.with_settings("draw.seed=other"))
        assert again.commitment == sealed.commitment

    def test_neither_does_where_the_tables_lie(self, town: Town, sealed: Sealed) -> None:
        moved = town.scenario.model_copy(
            update={"data": town.scenario.data.model_copy(update={"folder": town.file})}
        )
        assert town.seal(scenario=moved).commitment == sealed.commitment

    @pytest.mark.parametrize(
        ("override", "key"),
        [
            ("reserve.stall.share=0.4", "reserve"),
            ("draw.round=2", "draw"),
            ("draw.method=rfc3797", "draw"),
            ("decision_date=2023-12-02", "decision_date"),
            ("quota.posts.min=2", "quota"),
        ],
    )
    def test_every_rule_counts(self, town: Town, override: str, key: str) -> None:
        rules = seal_rules(town.with_settings("draw.seed='1./'", override))
        before = seal_rules(town.scenario)
        assert rules.scenario != before.scenario
        assert {
            name for name in rules.sections if rules.sections[name] != before.sections[name]
        } == {key}

    @pytest.mark.parametrize(
        ("announced", "method", "code"),
        [
            (None, "seed", "draw_source_missing"),
            (DIGITS, "acceptance", "draw_source_unused"),
            (DIGITS, "rfc3797", "draw_source_numbers"),
            (announce("digits", SEALED_AT), "seed", "draw_at_past"),
        ],
    )
    def test_a_draw_that_may_not_be_held_so(
        self, town: Town, announced: Announcement | None, method: str, code: str
    ) -> None:
        assert town.scenario.draw is not None
        draw = town.scenario.draw.model_copy(update={"method": method})
        with pytest.raises(DrawError) as error:
            town.seal(announced, scenario=town.scenario.model_copy(update={"draw": draw}))
        assert codes(error) == {code}

    @pytest.mark.parametrize("words", ["王五 371199199001011234", "电话 138-0000-1111", "一\n二"])
    def test_what_is_announced_names_no_number_of_a_person(self, town: Town, words: str) -> None:
        with pytest.raises(DrawError) as error:
            town.seal(announce("digits", ANNOUNCED_AT, words))
        assert codes(error) == {"draw_commitment_personal"}
        titled = town.scenario.model_copy(update={"title": words})
        with pytest.raises(DrawError) as error:
            town.seal(scenario=titled)
        assert codes(error) == {"draw_commitment_personal"}


class TestCorrection:
    """Mending what was sealed without drawing again."""

    def test_an_unchanged_list_keeps_its_seed(self, town: Town, sealed: Sealed) -> None:
        changed = town.with_settings("reserve.stall.share=0.4")
        second = town.seal(None, sealed, "更正预留比例", scenario=changed)
        third = town.seal(None, second, "再次更正")
        assert second.drawn_for == third.drawn_for == sealed.commitment
        assert third.earlier == (sealed.commitment, second.commitment)
        assert sealed_of(third.record()) == third
        reveal = reveal_value(third, VALUE, DRAWN_AT, DRAWN_AT, WITNESSES)
        assert reveal.commitment == sealed.commitment
        for each in (sealed, second, third):
            assert list(reveal_problems(each, reveal)) == []

    def test_a_changed_list_is_drawn_anew(self, town: Town, sealed: Sealed) -> None:
        fewer = town.receipts[1:]
        with pytest.raises(DrawError) as error:
            town.seal(None, sealed, "一人撤回", receipt_nos=fewer)
        assert codes(error) == {"draw_correction_new"}
        second = town.seal(DIGITS, sealed, "一人撤回", receipt_nos=fewer)
        assert second.drawn_for == second.commitment
        reveal = reveal_value(sealed, VALUE, DRAWN_AT, DRAWN_AT, WITNESSES)
        (problem,) = reveal_problems(second, reveal)
        assert problem.code == "official_reveal_other"

    def test_swapped_receipts_are_a_changed_list(self, town: Town, sealed: Sealed) -> None:
        """The same numbers in other hands: the list reads the same, the outcome does not."""
        swapped = with_swapped_receipts(town.tables)
        with pytest.raises(DrawError) as error:
            town.seal(None, sealed, "更正", tables=swapped)
        assert codes(error) == {"draw_correction_new"}
        second = town.seal(DIGITS, sealed, "更正", tables=swapped)
        assert second.commitment.list_sha256 == sealed.commitment.list_sha256
        assert second.drawn_for == second.commitment

    def test_a_lottery_that_is_unchanged_keeps_its_seed(self, town: Town) -> None:
        """A title or a reserve of another kind is corrected; the same people win."""
        first = town.seal(scenario=by_lot(town), lotteries=[FOUND])
        assert sealed_of(first.record()) == first
        retitled = by_lot(town).model_copy(update={"title": "另一标题"})
        second = town.seal(None, first, "更正标题", scenario=retitled, lotteries=[FOUND])
        assert second.drawn_for == first.commitment
        assert second.commitment.lots == first.commitment.lots

    @pytest.mark.parametrize("changed", ["chances", "lottery"])
    def test_a_changed_lottery_is_drawn_anew(self, town: Town, changed: str) -> None:
        """Under a known seed its order of arcs alone could choose the winners."""
        first = town.seal(scenario=by_lot(town), lotteries=[FOUND])
        given: dict[str, Any] = {
            "scenario": by_lot(town),
            "lotteries": [replace(FOUND, **{changed: "c" * 64})],
        }
        with pytest.raises(DrawError) as error:
            town.seal(None, first, "更正", **given)
        assert codes(error) == {"draw_correction_new"}
        assert town.seal(DIGITS, first, "更正", **given).earlier == (first.commitment,)

    def test_a_lottery_of_another_stage_is_drawn_anew(self, town: Town) -> None:
        """The name of a stage is hashed with the seed: another name, other winners."""
        first = town.seal(scenario=by_lot(town), lotteries=[FOUND])
        renamed: dict[str, Any] = {
            "scenario": by_lot(town, name="renamed"),
            "lotteries": [replace(FOUND, stage="renamed")],
        }
        with pytest.raises(DrawError) as error:
            town.seal(None, first, "更正", **renamed)
        assert codes(error) == {"draw_correction_new"}

    def test_a_lottery_nobody_could_seal_is_drawn_anew_whatever_changes(self, town: Town) -> None:
        """The seed shapes it, and all that is sealed does: a title suffices."""
        tobacco, joint = town.scenario.stages
        late = tobacco.model_copy(update={"mechanism": "egalitarian"})
        lots = town.scenario.model_copy(update={"stages": (joint, late)})
        first = town.seal(scenario=lots)
        assert first.commitment.lots == Lots((), (Unpinned("tobacco", "joint"),))
        assert town.seal(None, first, "重新公布", scenario=lots).drawn_for == first.commitment
        with pytest.raises(DrawError) as error:
            town.seal(None, first, "更正", scenario=lots.model_copy(update={"title": "另一标题"}))
        assert codes(error) == {"draw_correction_new"}

    def test_a_correction_keeps_the_salt(self, town: Town, sealed: Sealed) -> None:
        """Else nobody could see from the hashes that the holders are the same."""
        second = town.seal(None, sealed, "更正", salt="00" * 32)
        assert second.salt == sealed.salt
        assert second.commitment.holders == sealed.commitment.holders

    @pytest.mark.parametrize("reason", ["代 371199199001011234 更正", "致电 13800001111"])
    def test_its_reason_is_published_and_names_no_number(
        self, town: Town, sealed: Sealed, reason: str
    ) -> None:
        with pytest.raises(DrawError) as error:
            town.seal(None, sealed, reason)
        assert codes(error) == {"draw_commitment_personal"}

    @pytest.mark.parametrize("override", ["draw.round=2", "draw.round='1 '"])
    def test_a_new_round_number_is_a_new_draw(
        self, town: Town, sealed: Sealed, override: str
    ) -> None:
        """Under a known seed anybody could choose the round that gives the order they like."""
        with pytest.raises(DrawError) as error:
            town.seal(None, sealed, "换一个轮次", scenario=town.with_settings(override))
        assert codes(error) == {"draw_correction_new"}

    def test_the_same_list_may_not_be_drawn_again(self, town: Town, sealed: Sealed) -> None:
        with pytest.raises(DrawError) as error:
            town.seal(DIGITS, sealed)
        assert codes(error) == {"draw_correction_keeps", "draw_correction_reason"}


class TestReveal:
    """The value after the commitment."""

    def test_it_survives_its_file(self, sealed: Sealed) -> None:
        reveal = reveal_value(sealed, " 386712 ", DRAWN_AT, DRAWN_AT, WITNESSES, "2023-17")
        assert (reveal.value, reveal.seed) == (VALUE, VALUE)
        assert reveal_of(reveal.content) == reveal

    @pytest.mark.parametrize(
        ("drawn_at", "witnesses", "record_no", "expected"),
        [
            (SEALED_AT, WITNESSES, "", {"draw_reveal_early", "draw_reveal_before_announced"}),
            (
                ANNOUNCED_AT - timedelta(seconds=1),
                WITNESSES,
                "",
                {"draw_reveal_before_announced"},
            ),
            (DRAWN_AT + timedelta(hours=1), WITNESSES, "", {"draw_reveal_future"}),
            (DRAWN_AT, WITNESSES[:1], "", {"draw_witnesses_few"}),
            (
                DRAWN_AT,
                (WITNESSES[0], WITNESSES[0]),
                "",
                {"draw_witnesses_few", "draw_witnesses_repeated"},
            ),
            (DRAWN_AT, (*WITNESSES, " "), "", {"draw_witnesses_repeated"}),
            (DRAWN_AT, ("张三", "李四 371199199001011234"), "", {"draw_reveal_personal"}),
            (DRAWN_AT, WITNESSES, "一\n二", {"draw_reveal_personal"}),
            (DRAWN_AT, WITNESSES, "371199199001011234", {"draw_reveal_personal"}),
            (DRAWN_AT, WITNESSES, "公证处 13800001111", {"draw_reveal_personal"}),
        ],
    )
    def test_circumstances(
        self,
        sealed: Sealed,
        drawn_at: datetime,
        witnesses: tuple[str, ...],
        record_no: str,
        expected: set[str],
    ) -> None:
        with pytest.raises(DrawError) as error:
            reveal_value(sealed, VALUE, drawn_at, DRAWN_AT, witnesses, record_no)
        assert codes(error) == expected

    def test_a_value_anybody_can_look_up_needs_no_witness(self, town: Town) -> None:
        lottery = town.seal(announce("numbers", ANNOUNCED_AT, "双色球 2023141 期"))
        assert reveal_value(lottery, "5 1 / 9", DRAWN_AT, DRAWN_AT).seed == "1.5./9./"

    def test_without_a_seed_there_is_nothing_to_reveal(self, town: Town) -> None:
        assert town.scenario.draw is not None
        draw = town.scenario.draw.model_copy(update={"method": "acceptance"})
        queue = town.seal(None, scenario=town.scenario.model_copy(update={"draw": draw}))
        with pytest.raises(DrawError) as error:
            reveal_value(queue, VALUE, DRAWN_AT, DRAWN_AT, WITNESSES)
        assert error.value.code == "draw_reveal_needless"
        assert list(reveal_problems(queue, None)) == []

    def test_a_record_with_another_seed_is_found_out(self, sealed: Sealed) -> None:
        reveal = reveal_value(sealed, VALUE, DRAWN_AT, DRAWN_AT, WITNESSES)
        for changed, code in (
            (replace(reveal, seed="000000"), "official_seed_wrong"),
            (replace(reveal, value="38671"), "draw_value_digits"),
            (replace(reveal, drawn_at=SEALED_AT - timedelta(days=1)), "draw_reveal_early"),
            (replace(reveal, witnesses=()), "draw_witnesses_few"),
        ):
            found = {problem.code for problem in reveal_problems(sealed, changed)}
            assert code in found
        (missing,) = reveal_problems(sealed, None)
        assert missing.code == "official_reveal_missing"


class TestTampering:
    """A record that says something else than its hash is refused."""

    @pytest.mark.parametrize(
        "path",
        [
            ("public", "round"),
            ("public", "committed_at"),
            ("public", "list", "sha256"),
            ("public", "sealed", "inputs"),
            ("public", "sealed", "program"),
            ("public", "announcement", "at"),
            ("public", "announcement", "about"),
            ("commitment",),
        ],
    )
    def test_commitment(self, sealed: Sealed, path: tuple[str, ...]) -> None:
        record = altered(sealed.record(), path)
        with pytest.raises(DrawError) as error:
            sealed_of(record)
        assert error.value.code == "draw_commitment_altered"

    def test_a_line_of_corrections_is_linked(self, town: Town, sealed: Sealed) -> None:
        record = town.seal(None, sealed, "更正").record()
        for changed in (
            {**record, "earlier": []},
            altered(record, ("earlier", 0, "round")),
        ):
            with pytest.raises(DrawError) as error:
                sealed_of(changed)
            assert error.value.code == "draw_commitment_altered"

    @pytest.mark.parametrize("path", [("seed",), ("value",), ("committed", "round"), ("extra",)])
    def test_reveal(self, sealed: Sealed, path: tuple[str, ...]) -> None:
        """Seed and value are judged against each other; the commitment by its hash."""
        content = reveal_value(sealed, VALUE, DRAWN_AT, DRAWN_AT, WITNESSES).content
        record = altered(content, path)
        if path in (("seed",), ("value",)):
            assert list(reveal_problems(sealed, reveal_of(record)))
            return
        with pytest.raises(DrawError) as error:
            reveal_of(record)
        assert error.value.code == "draw_reveal_altered"

    @pytest.mark.parametrize("record", [{}, {"public": {}}, {"public": [], "private": None}])
    def test_other_files_are_none(self, record: dict[str, Any]) -> None:
        for reader in (sealed_of, reveal_of):
            with pytest.raises(DrawError):
                reader(record)

    def test_a_commitment_from_another_version_is_not_guessed_at(self, sealed: Sealed) -> None:
        content = {**sealed.commitment.content, "new": 1}
        with pytest.raises(DrawError) as error:
            commitment_of(content)
        assert error.value.code == "draw_commitment_damaged"

    def test_the_published_part_is_not_enough(self, sealed: Sealed) -> None:
        with pytest.raises(DrawError) as error:
            sealed_of(sealed.commitment.content)
        assert error.value.code == "draw_commitment_public"


class TestComparison:
    """What is run against what was sealed."""

    def test_nothing_changed(self, town: Town, sealed: Sealed) -> None:
        assert not list(rule_problems(sealed, seal_rules(town.scenario), program()))
        inputs = seal_inputs(town.tables, town.scenario)
        assert not list(input_problems(sealed, inputs, town.receipts))

    def test_a_changed_program_is_named(self, town: Town, sealed: Sealed) -> None:
        other = Program("0.2.0", "0" * 64)
        (problem,) = rule_problems(sealed, seal_rules(town.scenario), other)
        assert problem.code == "official_program_changed"
        assert "0.2.0" in f"{problem:zh}"

    def test_a_changed_policy_is_named(self, town: Town, sealed: Sealed) -> None:
        rules = replace(seal_rules(town.scenario), policy="0" * 64)
        (problem,) = rule_problems(sealed, rules, program())
        assert problem.code == "official_policy_changed"

    def test_a_changed_table_is_named(self, town: Town, sealed: Sealed) -> None:
        places = town.tables.places.assign(capacity=9)
        changed = Tables({**town.tables.frames, "places": places}, (), ())
        (problem,) = input_problems(sealed, seal_inputs(changed, town.scenario), town.receipts)
        assert (problem.code, problem.params) == ("official_inputs_changed", {"tables": "places"})

    def test_a_changed_list_is_named(self, town: Town, sealed: Sealed) -> None:
        inputs = seal_inputs(town.tables, town.scenario)
        (problem,) = input_problems(sealed, inputs, town.receipts[1:])
        assert problem.code == "official_list_changed"


def with_swapped_receipts(tables: Tables) -> Tables:
    """Let the first two applicants change their receipt numbers."""
    people = tables.applicants
    receipts = people["receipt_no"].tolist()
    receipts[:2] = receipts[1::-1]
    changed = people.assign(
        receipt_no=pd.Series(receipts, people.index, people.dtypes["receipt_no"])
    )
    return Tables({**tables.frames, "applicants": changed}, (), ())


def altered(record: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    """Change one value of a record."""
    changed = copy.deepcopy(record)
    *above, last = path
    inner: Any = changed
    for key in above:
        inner = inner[key]
    old = inner.get(last, "")
    inner[last] = "2023-11-30T08:00:00+08:00" if last in ("committed_at", "at") else f"{old}1"
    return changed
