"""The letter to one applicant: what it says, what it never says, and how it is set."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pypdfium2
import pytest

from allocation import pipeline
from allocation.cli import app
from allocation.dossier import Words, open_dossier
from allocation.export import letter
from allocation.export.letter import letter_data, letter_pdf, write_letter
from allocation.messages import Lang, RunError, describe
from allocation.runs import Run, load_run
from tests.assessed_town import overruling, write_assessed_town
from tests.chinese_fonts import MAY_SKIP, WHY
from tests.town import SCENARIO, write_town

if MAY_SKIP:
    pytest.skip(WHY, allow_module_level=True)

PEOPLE = {
    "A01": {"name": "王小明", "identity_no": "371199198204148380", "disability_type": "physical"},
    "A04": {"name": '#panic() *粗* $x$ `a` @b <c> \\ "q"', "can_stand": "unable"},
}
PLACE = "东市 #emph[甲]*区* _一_"


@pytest.fixture(scope="module")
def town_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the assessed town with names, a certificate and hostile texts."""
    folder = tmp_path_factory.mktemp("letter")
    path = write_assessed_town(
        folder,
        overruling("A05", "S1", reason='"复评 #panic() *可*"')
        + "\n[publicity]\ndays = 7\nobjection_reply_days = 15\n",
    )
    people = folder / "data" / "applicants.csv"
    frame = pd.read_csv(people, dtype="str", keep_default_na=False)
    for applicant, cells in PEOPLE.items():
        for column, value in cells.items():
            if column not in frame:
                frame[column] = ""
            frame.loc[frame["applicant_id"] == applicant, column] = value
    frame.to_csv(people, index=False, lineterminator="\n")
    places = folder / "data" / "places.csv"
    places.write_text(
        places.read_text(encoding="utf-8").replace("东市甲区", PLACE), encoding="utf-8"
    )
    return load_run(pipeline.run(path, folder / "runs"))


def told(content: bytes) -> str:
    """Extract the text of a PDF without blanks, which depend on how it is set."""
    pages = pypdfium2.PdfDocument(content)
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    return re.sub(r"\s", "", text)


def spaceless(text: str) -> str:
    return re.sub(r"\s", "", text)


def n_pages(content: bytes) -> int:
    return len(pypdfium2.PdfDocument(content))


class TestWhatItSays:
    """Outcome, reason, basis, draw, objection."""

    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("applicant", ["A01", "A03", "A04", "A05", "NA"])
    def test_every_wish_with_its_sentence(self, town_run: Run, applicant: str, lang: Lang) -> None:
        said = told(letter_pdf(town_run, applicant, lang))
        dossier = open_dossier(town_run, applicant, lang)
        assert dossier.wishes
        for wish in dossier.wishes:
            assert spaceless(wish.place) in said
            assert spaceless(wish.sentence) in said
            assert spaceless(wish.basis) in said
        assert spaceless(dossier.draw) in said
        assert spaceless(dossier.receipt_no) in said
        assert "小镇方案" in said or "Smalltown" in said

    def test_addressee_and_footer(self, town_run: Run) -> None:
        said = told(letter_pdf(town_run, "A01"))
        assert "关于申请结果的说明" in said
        assert "王小明（受理回执号A01）" in said
        assert town_run.run_id in said
        assert town_run.manifest["awards_sha256"][:16].upper() in said
        assert "2023年12月1日" in said
        assert "第1页" in said

    def test_objection_only_as_far_as_it_is_set(self, town_run: Run, tmp_path: Path) -> None:
        said = told(letter_pdf(town_run, "A01"))
        assert "7个工作日" in said
        assert "15日内答复" in said
        assert "复议" not in said
        silent = load_run(pipeline.run(write_town(tmp_path), tmp_path / "runs"))
        assert "异议" not in told(letter_pdf(silent, "A01"))

    def test_the_overruling_is_told(self, town_run: Run) -> None:
        said = told(letter_pdf(town_run, "A05"))
        assert "王某（市残联）" in said
        assert "复核推翻" in said

    def test_someone_without_wishes_gets_a_letter(self, tmp_path: Path) -> None:
        path = write_town(tmp_path)
        people = tmp_path / "data" / "applicants.csv"
        frame = pd.read_csv(people, dtype="str", keep_default_na=False)
        extra = frame.iloc[[0]].assign(applicant_id="Z99")
        pd.concat([frame, extra]).to_csv(people, index=False, lineterminator="\n")
        run = load_run(pipeline.run(path, tmp_path / "runs"))
        assert "没有填报志愿" in told(letter_pdf(run, "Z99"))


class TestWhatItNeverSays:
    """Nothing of what is for the office alone, and nothing about others."""

    @pytest.mark.parametrize("applicant", ["A01", "A02", "A03", "A04", "A05", "A06", "A07", "NA"])
    def test_no_personal_datum(self, town_run: Run, applicant: str) -> None:
        said = told(letter_pdf(town_run, applicant))
        assert not re.search(r"\d{17}[\dXx]", said)
        for word in ("肢体", "低保", "残疾等级", "一级", "二级", "priority", "tier"):
            assert word not in said
        for other, cells in PEOPLE.items():
            if other != applicant:
                assert spaceless(cells["name"]) not in said

    @pytest.mark.parametrize(("criterion", "shown"), [("tier", False), ("draw", True)])
    def test_the_own_tier_stays_in_the_office(
        self, town_run: Run, criterion: str, shown: bool
    ) -> None:
        params = {"criterion": criterion, "pool": "open", "n": 1, "own": 3, "receipt_no": "R"}
        words = Words(town_run, "zh")
        assert ("申请人本人：3" in words.sentence("outranked", params)) is shown
        assert "申请人本人：3" in words.sentence("outranked", params, tier=True)


class TestHowItIsSet:
    """Marks, escapes, bytes and pages."""

    def test_a_trial_says_so_and_an_official_run_does_not(self, town_run: Run) -> None:
        assert "试算稿，不作为分配依据" in told(letter_pdf(town_run, "A01"))
        official = Run(town_run.path, town_run.manifest, {**town_run.result, "official": True})
        said = told(letter_pdf(official, "A01"))
        assert "测算" not in said

    def test_markup_stays_text(self, town_run: Run) -> None:
        said = told(letter_pdf(town_run, "A04"))
        assert spaceless(PEOPLE["A04"]["name"]) in said
        assert spaceless(PLACE) in said
        assert "复评#panic()*可*" in told(letter_pdf(town_run, "A05"))

    def test_equal_runs_give_equal_bytes(self, town_run: Run, tmp_path: Path) -> None:
        again = load_run(town_run.path)
        assert letter_pdf(town_run, "A03") == letter_pdf(again, "A03")
        write_letter(again, "A03", tmp_path / "letter.pdf")
        assert (tmp_path / "letter.pdf").read_bytes() == letter_pdf(town_run, "A03")

    def test_fifteen_wishes_go_over_pages_with_every_one_told(self, tmp_path: Path) -> None:
        path = write_town(tmp_path, scenario=SCENARIO)
        data = tmp_path / "data"
        places = pd.read_csv(data / "places.csv", dtype="str", keep_default_na=False)
        stall = places[places["place_id"] == "S2"]
        more = pd.concat(
            [stall.assign(place_id=f"S1{i:02}", name=f"东市长街商业步行区第{i}号摊位")
             for i in range(15)]
        )  # fmt: skip
        pd.concat([places, more]).to_csv(data / "places.csv", index=False, lineterminator="\n")
        wishes = pd.read_csv(data / "applications.csv", dtype="str", keep_default_na=False)
        wishes = wishes[wishes["applicant_id"] != "A05"]
        filed = [
            {"applicant_id": "A05", "place_id": f"S1{i:02}", "preference_rank": str(i + 1)}
            for i in range(15)
        ]
        pd.concat([wishes, pd.DataFrame(filed)]).fillna("").to_csv(
            data / "applications.csv", index=False, lineterminator="\n"
        )
        run = load_run(pipeline.run(path, tmp_path / "runs"))
        content = letter_pdf(run, "A05")
        assert n_pages(content) >= 2
        said = told(content)
        for i in range(15):
            assert f"第{i}号摊位（S1{i:02}）" in said
        assert f"共{n_pages(content)}页" in said

    def test_rules_are_set_against_wishes(self, town_run: Run) -> None:
        dossier = open_dossier(town_run, "A04", "zh")
        data = letter_data(town_run, dossier, "zh")
        assert data["rules_header"][1:] == [str(wish.preference_rank) for wish in dossier.wishes]
        (row,) = [row for row in data["rules"] if row[0] == "职业能力评估"]
        places = [wish.place_id for wish in dossier.wishes]
        assert row[1 + places.index("S1")] == "×"
        assert row[1 + places.index("S2")] == "–"


class TestErrors:
    """What keeps a letter from being written."""

    def test_an_unknown_applicant(self, town_run: Run, tmp_path: Path) -> None:
        with pytest.raises(RunError) as caught:
            write_letter(town_run, "371199198204148380", tmp_path / "letter.pdf")
        assert caught.value.code == "applicant_unknown"
        assert "3711" not in describe(caught.value)
        assert not list(tmp_path.iterdir())

    def test_no_chinese_font(self, town_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(letter, "FONTS", ("No Such Family",))
        letter._fonts.cache_clear()
        with pytest.raises(RunError) as caught:
            letter_pdf(town_run, "A01")
        letter._fonts.cache_clear()
        assert caught.value.code == "letter_needs_font"
        assert "No Such Family" in describe(caught.value)

    def test_the_command_line_writes_it(
        self, town_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "out" / "letter.pdf"
        app(["explain", str(town_run.path), "A01", "--letter", str(path)], standalone_mode=False)
        assert path.read_bytes() == letter_pdf(town_run, "A01")
        assert str(path) in capsys.readouterr().out.replace("\n", "")
