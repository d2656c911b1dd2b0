"""Lotteries sealed before the seed: what is pinned, what an official run and the check refuse."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from allocation import pipeline
from allocation.canonical import csv_text, read_json, text_sha256
from allocation.checker import check_draw, check_lottery, check_pins
from allocation.checker.lots import draw_again
from allocation.cli import app
from allocation.draw.lots import digest_lottery
from allocation.draw.sources import announce
from allocation.messages import DrawError
from allocation.messages.labels import phrase
from allocation.official import commit_draw, reveal_draw
from allocation.publishing import lottery_digests
from allocation.runs import COLUMNS, Run, list_runs, load_run
from tests.draw_helper import (
    DIGITS,
    DRAWN_AT,
    SEALED_AT,
    VALUE,
    WITNESSES,
    hold_draw,
)

SEATS = """
name = "seats"
decision_date = 2023-12-01
[data]
folder = "."
[[stage]]
name = "seats"
kinds = ["seat"]
mechanism = "egalitarian"
[draw]
seed = "a trial"
"""
LATER = """
[[stage]]
name = "extra"
kinds = ["extra"]
mechanism = "egalitarian"
"""
WISHES = {"A": "p", "B": "p q", "C": "q", "D": "q r", "E": "r", "F": "p r"}
"""Six people in a ring of three seats: a half each, drawn around circuits."""


def write_seats(folder: Path, scenario: str = SEATS, capacity: int = 1) -> Path:
    """Write the ring and its scenario."""
    wishes = [(i, p, r) for i, each in WISHES.items() for r, p in enumerate(each.split(), 1)]
    tables = {
        "applicants": pd.DataFrame({"applicant_id": list(WISHES), "receipt_no": list("123456")}),
        "places": pd.DataFrame({"place_id": list("pqr"), "kind": "seat", "capacity": capacity}),
        "applications": pd.DataFrame(
            wishes, columns=["applicant_id", "place_id", "preference_rank"]
        ),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    path = folder / "seats.toml"
    path.write_text(scenario, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Make an official run of the ring."""
    folder = tmp_path_factory.mktemp("seats")
    seats = write_seats(folder)
    return load_run(pipeline.run(seats, folder / "runs", official=hold_draw(seats, folder)))


def pins_of(run: Run) -> list[dict[str, str]]:
    pins: list[dict[str, str]] = run.manifest["draw"]["commitment"]["public"]["lots"]["pinned"]
    return pins


class TestSealed:
    """What a commitment says of a lottery."""

    def test_chances_and_lottery_are_those_of_the_run(self, run: Run) -> None:
        """Neither the trial's seed nor the one drawn shows in them."""
        assert run.manifest["official"] is True
        assert run.scenario.seed == VALUE
        assert run.lottery is not None
        assert run.chances is not None
        private = run.manifest["draw"]["commitment"]["private"]
        (bare,) = private["lotteries"]
        assert bare["chances"] == text_sha256((run.path / "chances.csv").read_text("utf-8"))
        mine = digest_lottery(csv_text(run.chances, COLUMNS["chances"]), run.lottery["stages"][0])
        assert mine.record() == bare
        assert pins_of(run) == [mine.salted(private["salt"]).record()]

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_the_notice_publishes_them_and_says_how_they_are_drawn(
        self, tmp_path: Path, lang: Any
    ) -> None:
        found = commit_draw(
            write_seats(tmp_path), DIGITS, SEALED_AT, tmp_path / "draw.json", lang=lang
        )
        notice = found.notice.read_text("utf-8")
        public = found.public.read_text("utf-8")
        (pin,) = read_json(found.public)["lots"]["pinned"]
        assert pin["chances"] in notice
        assert pin["lottery"] in notice
        assert "draw replay" in notice
        for bare in found.sealed.lotteries:
            for digest in (bare.chances, bare.lottery):
                assert digest not in notice + public
        reveal = reveal_draw(found.file, VALUE, DRAWN_AT, witnesses=WITNESSES, lang=lang)
        assert "draw replay" in reveal.notice.read_text("utf-8")

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_a_lottery_after_a_seeded_stage_is_said_not_to_be_sealed(
        self, tmp_path: Path, lang: Any
    ) -> None:
        found = commit_draw(
            write_seats(tmp_path, SEATS.replace("[draw]", f"{LATER}[draw]")),
            DIGITS,
            SEALED_AT,
            tmp_path / "draw.json",
            lang=lang,
        )
        lots = read_json(found.public)["lots"]
        assert [pin["stage"] for pin in lots["pinned"]] == ["seats"]
        assert lots["unpinned"] == [{"stage": "extra", "after": "seats"}]
        told = phrase("notice_lots_unpinned", lang, stage="extra", after="seats")
        assert told in found.notice.read_text("utf-8")

    def test_without_a_lawful_list_nothing_is_sealed(self, tmp_path: Path) -> None:
        clash = """
[[quota]]
name = "three"
applicant = { group = ["disabled"] }
place = { kind = "seat" }
min = 3
hard = true
"""
        seats = write_seats(tmp_path, SEATS + clash)
        people = pd.read_csv(tmp_path / "applicants.csv").assign(group="general")
        people.to_csv(tmp_path / "applicants.csv", index=False)
        with pytest.raises(DrawError) as error:
            commit_draw(seats, DIGITS, SEALED_AT, tmp_path / "draw.json")
        assert error.value.code == "draw_lottery_missing"
        assert list(tmp_path.glob("draw*")) == []


class TestOfficialRun:
    """An official run draws what was sealed, or nothing."""

    @pytest.mark.parametrize("changed", ["chances", "lottery"])
    def test_another_lottery_is_refused_before_the_draw(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
    ) -> None:
        """As where another version of a solver splits the same chances otherwise."""
        seats = write_seats(tmp_path)
        monkeypatch.setattr(
            "allocation.official.commit.lottery_digests",
            lambda *given: [
                replace(each, **{changed: "c" * 64}) for each in lottery_digests(*given)
            ],
        )
        order = hold_draw(seats, tmp_path)
        with pytest.raises(DrawError) as error:
            pipeline.run(seats, tmp_path / "runs", official=order)
        assert error.value.code == "official_lottery_changed"
        assert changed in error.value.params["files"]
        assert list_runs(tmp_path / "runs") == ()

    def test_a_correction_keeps_the_seed_of_an_unchanged_lottery(self, tmp_path: Path) -> None:
        """Wishes in another order change where winners go, and not who they are."""
        seats = write_seats(tmp_path)
        order = hold_draw(seats, tmp_path)
        first = load_run(pipeline.run(seats, tmp_path / "runs", official=order))
        wishes = pd.read_csv(tmp_path / "applications.csv")
        theirs = wishes["applicant_id"] == "F"
        wishes.loc[theirs, "preference_rank"] = 3 - wishes.loc[theirs, "preference_rank"]
        wishes.to_csv(tmp_path / "applications.csv", index=False)
        given: Any = {"corrects": order.commit, "reason": "志愿次序录入有误"}
        second = commit_draw(seats, None, DRAWN_AT, tmp_path / "second.json", **given)
        again = replace(order, commit=second.file, redraw_reason="志愿次序录入有误")
        run = load_run(pipeline.run(seats, tmp_path / "runs", official=again))
        assert run.manifest["official"] is True
        assert set(run.awards["applicant_id"]) == set(first.awards["applicant_id"])

    @pytest.mark.parametrize("change", ["renamed", "capacity"])
    def test_a_changed_lottery_needs_a_new_seed(self, tmp_path: Path, change: str) -> None:
        seats = write_seats(tmp_path)
        order = hold_draw(seats, tmp_path)
        if change == "renamed":
            seats.write_text(SEATS.replace('name = "seats"\nkinds', 'name = "x"\nkinds'))
        else:
            write_seats(tmp_path, capacity=2)
        given: Any = {"corrects": order.commit, "reason": "更正"}
        with pytest.raises(DrawError) as error:
            commit_draw(seats, None, DRAWN_AT, tmp_path / "second.json", **given)
        assert error.value.code == "draw_correction_new"
        later = announce("digits", DRAWN_AT + timedelta(days=7), "市民中心一楼大厅")
        commit_draw(seats, later, DRAWN_AT, tmp_path / "second.json", **given)


class TestCheck:
    """The checker holds the lottery of a run against its commitment."""

    def test_a_true_run_passes(self, run: Run) -> None:
        assert check_pins(run.instance, run.manifest, run.chances, run.lottery) == []
        checked = CliRunner().invoke(app, ["check", str(run.path), "--lang", "en"])
        assert checked.exit_code == 0

    def test_arcs_in_another_order_are_another_lottery(self, run: Run) -> None:
        """Drawn by the same seed they pass every other check, with other winners."""
        assert run.lottery is not None
        told, winners = set(), set()
        for turn in range(1, 12):
            lottery, served = reordered(run.lottery, turn)
            awards = run.awards.assign(applicant_id=sorted(served)[: len(run.awards)])
            report = check_lottery(run.instance, awards, run.chances, lottery)
            kinds = {violation.code for violation in report.violations}
            assert kinds <= {"check_winner_without", "check_award_undrawn"}
            winners.add(served)
            pins = check_pins(run.instance, run.manifest, run.chances, lottery)
            told |= {(each.code, each.params["what"]) for each in pins}
        assert len(winners) > 1
        assert told == {("check_lottery_unsealed", "lottery")}

    def test_other_chances(self, run: Run) -> None:
        assert run.chances is not None
        changed = run.chances.assign(tight_set=1)
        (found,) = check_pins(run.instance, run.manifest, changed, run.lottery)
        assert (found.code, found.params["what"]) == ("check_lottery_unsealed", "chances")

    def test_missing_files(self, run: Run) -> None:
        found = check_pins(run.instance, run.manifest, None, None)
        assert [each.params["what"] for each in found] == ["chances", "lottery"]

    @pytest.mark.parametrize(
        "lots",
        [
            None,
            {"pinned": [], "unpinned": []},
            {"pinned": [], "unpinned": [{"stage": "seats", "after": "another"}]},
            {"pinned": [{"stage": "seats"}], "unpinned": []},
            [],
        ],
    )
    def test_a_commitment_that_seals_no_lottery(self, run: Run, lots: Any) -> None:
        manifest = copy.deepcopy(run.manifest)
        public = manifest["draw"]["commitment"]["public"]
        if lots is None:
            del public["lots"]
        else:
            public["lots"] = lots
        (found,) = check_pins(run.instance, manifest, run.chances, run.lottery)
        assert (found.code, found.params["what"]) == ("check_commitment_differs", "lots")
        codes = {each.code for each in check_draw(run.instance, manifest)}
        assert "check_commitment_hash" in codes


def reordered(lottery: dict[str, Any], turn: int) -> tuple[dict[str, Any], frozenset[str]]:
    """Return the lottery with its arcs turned round, drawn again, and whom it serves."""
    changed = json.loads(json.dumps(lottery))
    (stage,) = changed["stages"]
    served: set[str] = set()
    for number, part in enumerate(stage["parts"], 1):
        for plan in part["plans"]:
            flow = plan["flow"]
            n = len(flow["arcs"])
            order = [(turn * 5 + k) % n for k in range(n)] if n else []
            owners = {old: new for new, old in enumerate(order)}
            flow["arcs"] = [flow["arcs"][old] for old in order]
            flow["applicants"] = {
                str(owners[int(old)]): name for old, name in flow["applicants"].items()
            }
        name = ("lottery", changed["seed"], changed["round"], stage["stage"], number)
        plan_no, numbers, winners = draw_again(part, name)
        part["drawing"] = {"plan": plan_no, "numbers": numbers, "served": winners}
        served |= set(winners)
    return changed, frozenset(served)
