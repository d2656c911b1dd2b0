"""``allocation draw`` and ``run --official``: from the seal to the check, and exit codes."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from allocation.canonical import read_json, write_json
from allocation.cli import app
from allocation.cli import draw as commands
from allocation.draw.beacon import randomness
from allocation.draw.sources import announce
from allocation.official import commit_draw, reveal_draw
from allocation.runs import list_runs, load_run
from tests.draw_helper import ANNOUNCED_AT, DRAWN_AT, SEALED_AT, VALUE, WITNESSES
from tests.test_draw_beacon import QUICKNET
from tests.town import write_town

DOCS = Path(__file__).resolve().parents[1] / "docs"
ANNOUNCED = ("--source", "digits", "--at", "2023-12-08T10:00", "--about", "市民中心一楼大厅")
SEEN = [part for name in WITNESSES for part in ("--witness", name)]
APPROVED = ("--approver", "王五（市残联）", "--reason", "名单经集体研究通过")


def invoke(*args: object) -> Result:
    """Call the command line."""
    return CliRunner().invoke(app, [str(arg) for arg in args])


def published_program(listed: Path, round_no: str) -> str:
    """Take the program of docs/draw.md, with this draw's list and round in it."""
    page = (DOCS / "draw.md").read_text(encoding="utf-8")
    found = re.search(r"(?:^    .*\n)*^    import hashlib\n(?:^    .*\n)*", page, re.MULTILINE)
    assert found is not None
    program = textwrap.dedent(found.group())
    for said, meant in (("X.receipts.txt", str(listed)), ("2023-1", round_no)):
        assert said in program
        program = program.replace(said, meant)
    assert VALUE in program
    return program


class Office:
    """An office with the town, and a clock of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.scenario = write_town(folder)
        self.commit = folder / "draw.json"
        self.reveal = folder / "draw.reveal.json"
        self.runs = folder / "runs"
        self._monkeypatch = monkeypatch

    def at(self, moment: datetime) -> Office:
        self._monkeypatch.setattr(commands, "_now", lambda: moment)
        return self

    def seals(self, *args: object) -> Result:
        self.at(SEALED_AT)
        return invoke("draw", "commit", self.scenario, *ANNOUNCED, "--out", self.commit, *args)

    def reveals(self, *args: object) -> Result:
        self.at(DRAWN_AT)
        return invoke("draw", "reveal", self.commit, "--value", VALUE, *SEEN, *args)

    def runs_officially(self, *args: object) -> Result:
        return invoke(
            "run", self.scenario, "--out", self.runs, "--official", "--commit", self.commit,
            "--reveal", self.reveal, *APPROVED, *args,
        )  # fmt: skip


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Open the office."""
    return Office(tmp_path, monkeypatch)


class TestWhole:
    """Seal, publish, reveal, run, check, replay."""

    def test_from_the_seal_to_the_check(self, office: Office) -> None:
        sealed = office.seals()
        assert sealed.exit_code == 0, sealed.output
        public = (office.folder / "draw.public.json").read_bytes()
        assert sha256(public).hexdigest() in sealed.stdout
        assert "受理回执号就是内部申请人编号" in sealed.stderr
        revealed = office.reveals("--record-no", "2023-17")
        assert revealed.exit_code == 0, revealed.output
        assert VALUE in revealed.stdout
        record = read_json(office.reveal)
        assert (record["witnesses"], record["record_no"]) == (list(WITNESSES), "2023-17")
        ran = office.runs_officially()
        assert ran.exit_code == 0, ran.output
        (info,) = list_runs(office.runs)
        assert info.official
        checked = invoke("check", info.path)
        assert checked.exit_code == 0, checked.output
        replayed = invoke("draw", "replay", info.path)
        assert replayed.exit_code == 0, replayed.output
        assert "逐一相符" in replayed.stdout

    def test_anybody_replays_with_a_few_lines_of_python(self, office: Office) -> None:
        """Standard library alone, from what was published: list, seed, round."""
        office.seals()
        office.reveals()
        listed = office.folder / "draw.receipts.txt"
        digest = read_json(office.folder / "draw.public.json")["list"]["sha256"]
        assert sha256(listed.read_bytes()).hexdigest() == digest
        order = subprocess.run(
            [sys.executable, "-I", "-c", published_program(listed, "1")],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()[1::2]
        out = office.folder / "order.csv"
        shown = invoke("draw", "replay", office.reveal, "--out", out)
        assert shown.exit_code == 0, shown.output
        assert pd.read_csv(out, keep_default_na=False)["receipt_no"].tolist() == order
        assert office.runs_officially().exit_code == 0
        run = load_run(list_runs(office.runs)[0].path)
        ranked = run.tables.applicants.assign(number=run.instance.applicants.draw_number)
        assert ranked.sort_values("number")["receipt_no"].tolist() == order

    def test_with_sha256sum_as_the_notice_says(self, office: Office) -> None:
        office.seals("--set", "draw.round=第 1 轮")
        notice = (office.folder / "draw.notice.txt").read_text(encoding="utf-8")
        (recipe,) = re.findall(r"printf .*sha256sum", notice)
        recipe = recipe.replace("种子", VALUE).replace("回执号", "A05")
        done = subprocess.run(["sh", "-c", recipe], capture_output=True, text=True, check=True)
        office.reveals()
        out = office.folder / "order.csv"
        assert invoke("draw", "replay", office.reveal, "--out", out).exit_code == 0
        order = pd.read_csv(out, keep_default_na=False).set_index("receipt_no")
        assert done.stdout.split()[0] == order.loc["A05", "sha256"]

    def test_the_default_folder(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(office.folder)
        office.at(SEALED_AT)
        assert invoke("draw", "commit", office.scenario, *ANNOUNCED).exit_code == 0
        assert sorted(file.name for file in (office.folder / "draws").iterdir()) == [
            "town-1.json",
            "town-1.notice.txt",
            "town-1.public.json",
            "town-1.receipts.txt",
        ]

    def test_english(self, office: Office) -> None:
        shown = office.seals("--lang", "en")
        assert "Commitment:" in shown.stdout
        notice = (office.folder / "draw.notice.txt").read_text(encoding="utf-8")
        assert "what is sealed" in notice
        assert "Seed:" in office.reveals("--lang", "en").stdout


class TestRefused:
    """Exit 2 with a sentence, and nothing half-written."""

    def test_commit_without_a_source(self, office: Office) -> None:
        office.at(SEALED_AT)
        shown = invoke("draw", "commit", office.scenario, "--out", office.commit)
        assert shown.exit_code == 2
        assert "--source" in shown.stderr
        assert not list(office.folder.glob("draw*"))

    def test_commit_of_bad_data(self, office: Office) -> None:
        places = office.folder / "data" / "places.csv"
        text = places.read_text(encoding="utf-8").replace("stall", "stahl")
        places.write_text(text, encoding="utf-8")
        shown = office.seals()
        assert shown.exit_code == 2
        assert "stahl" in shown.output
        assert not list(office.folder.glob("draw*"))

    def test_reveal_of_a_wrong_value(self, office: Office) -> None:
        office.seals()
        office.at(DRAWN_AT)
        for value, witnesses, said in (("38671", SEEN, "6 位"), (VALUE, SEEN[:2], "见证人")):
            shown = invoke("draw", "reveal", office.commit, "--value", value, *witnesses)
            assert shown.exit_code == 2
            assert said in shown.stderr
        assert not office.reveal.exists()

    def test_reveal_before_the_time_announced(self, office: Office) -> None:
        office.seals()
        shown = office.reveals("--time", "2023-12-08T09:59")
        assert shown.exit_code == 2
        assert "2023-12-08T10:00:00+08:00" in shown.stderr
        assert office.reveals("--time", "2023-12-08 10:01").exit_code == 0
        assert read_json(office.reveal)["drawn_at"] == "2023-12-08T10:01:00+08:00"

    def test_official_without_anything(self, office: Office) -> None:
        shown = invoke("run", office.scenario, "--official", "--out", office.runs)
        assert shown.exit_code == 2
        for option in ("--commit", "--approver", "--reason"):
            assert option in shown.stderr
        assert not office.runs.exists()

    def test_official_options_of_a_trial(self, office: Office) -> None:
        shown = invoke("run", office.scenario, "--out", office.runs, *APPROVED)
        assert shown.exit_code == 2
        assert "--official" in shown.stderr

    def test_changed_tables_leave_no_run(self, office: Office) -> None:
        office.seals()
        office.reveals()
        places = office.folder / "data" / "places.csv"
        text = places.read_text(encoding="utf-8")
        text = text.replace("public_welfare_post,2", "public_welfare_post,3")
        places.write_text(text, encoding="utf-8")
        shown = office.runs_officially()
        assert shown.exit_code == 2
        assert "places" in shown.stderr
        assert list_runs(office.runs) == ()

    def test_a_second_run_asks_for_a_reason(self, office: Office) -> None:
        office.seals()
        office.reveals()
        assert office.runs_officially().exit_code == 0
        shown = office.runs_officially()
        assert shown.exit_code == 2
        assert "--redraw-reason" in shown.stderr
        assert office.runs_officially("--redraw-reason", "重新出具").exit_code == 0
        assert len(list_runs(office.runs)) == 2

    def test_correction(self, office: Office) -> None:
        office.seals()
        office.reveals()
        second = office.folder / "second.json"
        args = ("--corrects", office.commit, "--out", second, "--set", "reserve.stall.share=0.4")
        shown = invoke("draw", "commit", office.scenario, *args)
        assert shown.exit_code == 2
        assert "--reason" in shown.stderr
        shown = invoke("draw", "commit", office.scenario, *args, "--reason", "比例录入有误")
        assert shown.exit_code == 0, shown.output
        notice = (office.folder / "second.notice.txt").read_text(encoding="utf-8")
        assert "比例录入有误" in notice
        assert "沿用" in notice

    @pytest.mark.parametrize("lost", ["draw.receipts.txt", "draw.reveal.json"])
    def test_replay_without_its_files(self, office: Office, lost: str) -> None:
        office.seals()
        office.reveals()
        (office.folder / lost).unlink()
        shown = invoke("draw", "replay", office.reveal)
        assert shown.exit_code == 2
        assert lost in shown.stderr

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"value": "222222", "seed": "999999"}, "种子与所产生的数值不符"),
            ({"seed": "999999"}, "种子与所产生的数值不符"),
            ({"value": "38671"}, "6 位"),
            ({"drawn_at": "2023-11-30T10:00:00+08:00"}, "不晚于封存时间"),
            ({"witnesses": []}, "见证人"),
        ],
    )
    def test_replay_of_a_record_that_does_not_hold(
        self, office: Office, changes: dict[str, object], said: str
    ) -> None:
        """No order is shown for a seed that nobody drew."""
        office.seals()
        office.reveals()
        write_json(office.reveal, {**read_json(office.reveal), **changes})
        shown = invoke("draw", "replay", office.reveal)
        assert shown.exit_code == 2
        assert said in shown.stderr
        assert "A01" not in shown.stdout

    def test_replay_of_a_beacon_nobody_signed(self, office: Office) -> None:
        early = announce("drand", None, round_no=QUICKNET.round_no)
        sealed = commit_draw(office.scenario, early, early.at - timedelta(days=7), office.commit)
        revealed = reveal_draw(sealed.file, QUICKNET.signature, early.at)
        assert invoke("draw", "replay", revealed.file).exit_code == 0
        forged = QUICKNET.signature.replace("b713", "b714")
        record = read_json(revealed.file)
        record["value"] = record["value"].replace(QUICKNET.signature, forged)
        record["seed"] = randomness(forged)
        write_json(revealed.file, record)
        shown = invoke("draw", "replay", revealed.file)
        assert shown.exit_code == 2
        assert "签名无效" in shown.stderr

    def test_replay_of_another_list(self, office: Office) -> None:
        office.seals()
        office.reveals()
        other = office.folder / "other.txt"
        other.write_text("A01\n", encoding="utf-8")
        shown = invoke("draw", "replay", office.reveal, "--receipts", other)
        assert shown.exit_code == 2
        assert "other.txt" in shown.stderr


class TestFailed:
    """Exit 1: a run that is not what it says."""

    def test_replay_finds_another_number(self, office: Office) -> None:
        office.seals()
        office.reveals()
        office.runs_officially()
        path = list_runs(office.runs)[0].path
        awards = pd.read_csv(path / "awards.csv", keep_default_na=False)
        awards["draw_number"] += [1, *[0] * (len(awards) - 1)]
        awards.to_csv(path / "awards.csv", index=False, lineterminator="\n")
        shown = invoke("draw", "replay", path)
        assert shown.exit_code == 1
        assert "1 个抽签号不同" in shown.stderr

    def test_replay_finds_another_list(self, office: Office) -> None:
        office.seals()
        office.reveals()
        office.runs_officially()
        path = list_runs(office.runs)[0].path
        manifest = read_json(path / "manifest.json")
        manifest["draw"]["list_sha256"] = "0" * 64
        write_json(path / "manifest.json", manifest)
        shown = invoke("draw", "replay", path)
        assert shown.exit_code == 1
        assert "0" * 64 in shown.stderr
        assert invoke("check", path).exit_code == 1

    def test_check_finds_an_earlier_run_left_out(self, office: Office) -> None:
        office.seals()
        office.reveals()
        office.runs_officially()
        office.runs_officially("--redraw-reason", "重新出具")
        first, second = (info.path for info in list_runs(office.runs))
        assert [invoke("check", path).exit_code for path in (first, second)] == [0, 0]
        manifest = read_json(second / "manifest.json")
        del manifest["redraw"]
        write_json(second / "manifest.json", manifest)
        shown = invoke("check", second)
        assert shown.exit_code == 1
        assert first.name in shown.output

    def test_check_finds_a_seed_put_in_afterwards(self, office: Office) -> None:
        office.seals()
        office.reveals()
        office.runs_officially()
        path = list_runs(office.runs)[0].path
        manifest = read_json(path / "manifest.json")
        manifest["draw"]["reveal"]["drawn_at"] = "2023-11-30T10:00:00+08:00"
        write_json(path / "manifest.json", manifest)
        shown = invoke("check", path)
        assert shown.exit_code == 1
        assert "不晚于封存时间" in shown.output


@pytest.mark.parametrize("command", ["commit", "reveal", "replay"])
def test_every_command_helps(command: str) -> None:
    """Chinese first, English second, and the language option."""
    shown = invoke("draw", command, "--help")
    assert shown.exit_code == 0
    assert re.search("[\u4e00-\u9fff].*[A-Za-z]", shown.output, re.DOTALL)
    assert "--lang" in shown.output


def test_the_clock_is_that_of_the_machine() -> None:
    before = datetime.now(ANNOUNCED_AT.tzinfo)
    assert before <= commands._now() <= datetime.now(ANNOUNCED_AT.tzinfo)
