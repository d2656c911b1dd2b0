"""The page of lists, and why."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import allocation
from allocation.export import letter, write_csv, write_gpkg, write_xlsx
from allocation.messages import text
from allocation.runs import Run, load_run
from allocation.scenario import load_scenario
from allocation.ui.awards.listing import LISTS, Filters, Listings, ListName
from allocation.ui.downloads import made
from allocation.ui.markdown import plain
from allocation.ui.workspace import ROOT_VARIABLE
from tests.assessed_town import write_assessed_town
from tests.patience import PATIENCE_S
from tests.ui.conftest import MAIN, OpenPage, unescaped

IDENTITY = "371199198204148380"


def run_of(home: Path) -> Run:
    (path,) = [path for path in (home / "runs").iterdir() if path.name != ".work"]
    return load_run(path)


def table_of(page: AppTest) -> pd.DataFrame:
    frame: pd.DataFrame = page.dataframe[0].value
    return frame


def words_of(page: AppTest) -> str:
    """All that the page says, without the escapes of Markdown."""
    parts = [
        *(element.value for element in page.markdown),
        *(element.value for element in page.caption),
        *(element.value for element in page.subheader),
        *(element.value for element in page.info),
        *(element.value for element in page.warning),
        *(element.value for element in page.error),
        *(element.label for element in page.expander),
    ]
    return unescaped("\n".join(map(str, parts)))


def choose(page: AppTest, name: ListName) -> AppTest:
    page.segmented_control(key="awards.list").set_value(name)
    return page.run()


class TestLists:
    """Four lists, one at a time, with names for ids and nothing that stays in the office."""

    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("name", LISTS)
    def test_each_list_is_whole(
        self, open_page: OpenPage, home: Path, name: ListName, lang: str
    ) -> None:
        page = choose(open_page("awards", lang=lang), name)
        assert not page.exception
        shown = table_of(page)
        assert len(shown) == len(Listings(run_of(home)).of(name))
        for hidden in ("priority_tier", "distance_m", "sentence", "applicant_id", "params"):
            assert hidden not in shown

    def test_awards_are_those_of_the_run(self, open_page: OpenPage, home: Path) -> None:
        shown, run = table_of(open_page("awards")), run_of(home)
        assert set(shown["receipt_no"]) == set(run.awards["applicant_id"])
        reserved = dict(zip(run.awards["applicant_id"], run.awards["reserve_used"], strict=True))
        badge = text("app_awards_reserved")
        for receipt, badges in zip(shown["receipt_no"], shown["reserve"], strict=True):
            assert list(badges) == ([badge] if reserved[receipt] else [])

    def test_internal_columns_only_behind_the_switch(self, open_page: OpenPage) -> None:
        page = open_page("awards")
        assert text("app_awards_internal_help") not in words_of(page)
        page.toggle(key="awards.internal").set_value(True).run()
        assert {"priority_tier", "distance_m"} <= set(table_of(page))
        assert text("app_awards_internal_help") in words_of(page)
        assert "sentence" in table_of(choose(page, "refusals"))

    def test_filters_narrow_and_say_so(self, open_page: OpenPage) -> None:
        page = choose(open_page("awards"), "refusals")
        whole = len(table_of(page))
        page.selectbox(key="awards.kind").select("stall").run()
        shown = table_of(page)
        assert set(shown["kind"]) == {"摊位"}
        assert 0 < len(shown) < whole
        assert f"共 {len(shown)} 条（筛选自 {whole} 条）" in words_of(page)

    def test_a_filter_that_no_longer_applies_falls_away(self, open_page: OpenPage) -> None:
        page = choose(open_page("awards"), "refusals")
        page.selectbox(key="awards.kind").select("tobacco").run()
        choose(page, "waitlist")
        assert not page.exception

    def test_the_place_of_the_address_is_a_chip(self, open_page: OpenPage) -> None:
        page = open_page("awards", place="S1")
        assert all("S1" in place for place in table_of(page)["place"])
        assert "东市甲区（S1）" in unescaped(page.button(key="awards.place.off").label)
        page.button(key="awards.place.off").click().run()
        assert "place" not in page.query_params
        assert len(set(table_of(page)["place"])) > 1

    def test_an_unknown_place_is_said(self, open_page: OpenPage) -> None:
        page = open_page("awards", place="nowhere")
        assert text("app_awards_place_unknown") in words_of(page)
        assert len(table_of(page))


class TestSearch:
    """Receipt number or applicant id, whole or from the beginning."""

    def search(self, page: AppTest, term: str) -> AppTest:
        return page.text_input(key="awards.search").set_value(term).run()

    def test_one_person(self, open_page: OpenPage) -> None:
        page = self.search(open_page("awards"), " a01 ")
        assert set(table_of(page)["receipt_no"]) == {"A01"}
        page.button(key="awards.found.why").click().run()
        assert page.query_params["applicant"] == "A01"
        assert "受理回执号 A01" in words_of(page)

    def test_nobody(self, open_page: OpenPage) -> None:
        page = self.search(open_page("awards"), "H999")
        assert text("app_awards_nobody") in words_of(page)
        assert text("app_awards_empty") not in words_of(page)
        assert not page.dataframe

    def test_somebody_who_is_not_in_this_list(self, open_page: OpenPage, home: Path) -> None:
        run = run_of(home)
        empty = sorted(set(run.refusals["applicant_id"]) - set(run.awards["applicant_id"]))
        page = self.search(open_page("awards"), empty[0])
        assert text("app_awards_empty_person", list=text("app_awards_awards")) in words_of(page)
        assert page.button(key="awards.found.why")

    def test_filters_that_let_nothing_through_can_be_cleared(self, open_page: OpenPage) -> None:
        page = choose(open_page("awards"), "refusals")
        page.query_params["place"] = "P1"
        page.selectbox(key="awards.kind").select("stall").run()
        assert text("app_awards_empty") in words_of(page)
        page.button(key="empty.app_awards_empty").click().run()
        assert not page.exception
        assert len(table_of(page))
        assert "place" not in page.query_params


class TestWhy:
    """One applicant, wish by wish."""

    def test_every_wish_in_order(self, open_page: OpenPage, home: Path) -> None:
        page = open_page("awards", applicant="A03")
        assert not page.exception
        said, run = words_of(page), run_of(home)
        filed = run.tables.applications
        filed = filed[filed["applicant_id"] == "A03"].sort_values("preference_rank")
        at = [said.index(f"第{rank}志愿**") for rank in filed["preference_rank"]]
        assert at == sorted(at)
        assert len(page.expander) == len(filed)
        assert "抽签号" in said
        assert not page.dataframe

    def test_english(self, open_page: OpenPage) -> None:
        page = open_page("awards", applicant="A03", lang="en")
        assert not page.exception
        assert "Wish 1" in words_of(page)
        assert "志愿" not in words_of(page)

    def test_nothing_of_the_office_alone(self, open_page: OpenPage) -> None:
        for applicant in ("A01", "A04", "A06"):
            said = words_of(open_page("awards", applicant=applicant))
            assert "低保" not in said
            assert not re.search(r"优先层级.{0,30}申请人本人", said)

    def test_no_letter_where_it_cannot_be_set(
        self, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = open_page("awards", applicant="A03")
        assert not page.error
        assert not page.get("download_button")[0].proto.disabled
        monkeypatch.setattr(letter, "FONTS", ("No Such Family",))
        letter._fonts.cache_clear()
        page.run()
        letter._fonts.cache_clear()
        assert "No Such Family" in page.error[0].value
        assert page.get("download_button")[0].proto.disabled

    def test_a_receipt_number_does_too(self, open_page: OpenPage) -> None:
        assert "受理回执号 NA" in words_of(open_page("awards", applicant="NA"))

    def test_an_unknown_applicant_has_one_way_on(self, open_page: OpenPage) -> None:
        page = open_page("awards", applicant="A99")
        assert page.error[0].value == text("app_awards_unknown")
        page.button(key="problem.app_awards_unknown").click().run()
        assert "applicant" not in page.query_params
        assert page.dataframe

    def test_a_number_of_a_document_leaves_the_address(self, open_page: OpenPage) -> None:
        page = open_page("awards", applicant=IDENTITY)
        assert page.error[0].value == text("app_personal")
        assert IDENTITY not in words_of(page) + str(page.query_params)

    def test_back_keeps_list_and_filter(self, open_page: OpenPage) -> None:
        page = choose(open_page("awards"), "refusals")
        page.selectbox(key="awards.kind").select("stall").run()
        page.query_params["applicant"] = "A01"
        page.run()
        page.button(key="why.back").click().run()
        assert set(table_of(page)["kind"]) == {"摊位"}
        assert "reason" in table_of(page)


@pytest.fixture
def assessed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a workspace whose run refused people as not suitable."""
    scenario = write_assessed_town(tmp_path)
    (tmp_path / "scenarios").mkdir()
    file = tmp_path / "scenarios" / "town.toml"
    words = scenario.read_text(encoding="utf-8")
    file.write_text(words.replace('folder = "data"', 'folder = "../data"'), encoding="utf-8")
    scenario.unlink()
    allocation.run(file, out=tmp_path / "runs")
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    return tmp_path


class TestOverruling:
    """A new scenario from the page; the finished run stays as it is."""

    def opened(self) -> AppTest:
        page = AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S)
        page.query_params["applicant"] = "A04"
        page.switch_page("views/awards.py").run()
        button = next(b for b in page.button if str(b.key).startswith("why.overrule."))
        return button.click().run()

    def fill(self, page: AppTest, by: str, reason: str) -> AppTest:
        page.text_input(key="why.by").set_value(by)
        page.text_area(key="why.reason").set_value(reason)
        submit = next(b for b in page.button if b.label == text("app_awards_overrule_save"))
        return submit.click().run()

    def test_it_makes_a_new_scenario_and_edits_nothing(self, assessed: Path) -> None:
        run = run_of(assessed)
        page = self.fill(self.opened(), "王某（市残联）", "复评可坐姿经营")
        assert not page.exception
        path = assessed / "scenarios" / "town-review-2.toml"
        (rule,) = load_scenario(path).overrulings
        assert (rule.applicant_id, rule.place_id, rule.by) == ("A04", "S1", "王某（市残联）")
        assert load_run(run.path).altered_files() == ()
        assert len(list((assessed / "runs").glob("2*"))) == 1

    def test_the_next_run_says_who_and_why(self, assessed: Path) -> None:
        self.fill(self.opened(), "王某（市残联）", "复评可坐姿经营")
        allocation.run(assessed / "scenarios" / "town-review-2.toml", out=assessed / "runs")
        page = AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S)
        page.query_params["applicant"] = "A04"
        page.switch_page("views/awards.py").run()
        said = words_of(page)
        assert "复核推翻（理由：复评可坐姿经营）" in said
        assert not [b for b in page.button if str(b.key).startswith("why.overrule.")]

    @pytest.mark.parametrize(
        ("by", "reason", "code"),
        [
            ("", "好", "app_awards_overrule_blank"),
            ("王某", "  ", "app_awards_overrule_blank"),
            ("王某", IDENTITY, "app_awards_overrule_numbers"),
        ],
    )
    def test_what_is_missing_is_said(self, assessed: Path, by: str, reason: str, code: str) -> None:
        page = self.fill(self.opened(), by, reason)
        assert page.error[0].value == text(code)
        assert [path.name for path in (assessed / "scenarios").iterdir()] == ["town.toml"]

    def test_without_the_file_it_says_so(self, assessed: Path) -> None:
        (assessed / "scenarios" / "town.toml").rename(assessed / "scenarios" / "other.toml")
        assert text("app_awards_no_base", file="town.toml") in words_of(self.opened())

    def test_a_changed_file_is_said(self, assessed: Path) -> None:
        file = assessed / "scenarios" / "town.toml"
        words = file.read_text(encoding="utf-8").replace("share = 0.5", "share = 0.25")
        file.write_text(words, encoding="utf-8")
        assert text("app_awards_base_altered", file="town.toml") in words_of(self.opened())


class TestListings:
    """The lists without a page."""

    def test_vacant_places_with_reasons(self, home: Path) -> None:
        run = run_of(home)
        vacant = Listings(run).vacant.set_index("place_id")
        used = run.awards["place_id"].value_counts()
        for place, row in vacant.iterrows():
            assert row["free"] == row["capacity"] - used.get(place, 0) > 0
            refused = run.refusals[run.refusals["place_id"] == place]
            assert sum(n for _, n in row["reasons"]) == len(refused)
        taken = {place for place in run.tables.places["place_id"] if place not in vacant.index}
        capacity = run.tables.places.set_index("place_id")["capacity"]
        assert all(used[place] == capacity[place] for place in taken)

    def test_ranks_of_refusals_are_those_filed(self, home: Path) -> None:
        run = run_of(home)
        listings = Listings(run)
        rows = listings.refusals
        ranks = listings.ranks_of(rows)
        won = run.awards
        filed = {
            *zip(rows["applicant_id"], rows["place_id"], ranks, strict=True),
            *zip(won["applicant_id"], won["place_id"], won["preference_rank"], strict=True),
        }
        every = run.tables.applications
        assert filed == set(
            zip(every["applicant_id"], every["place_id"], every["preference_rank"], strict=True)
        )

    def test_find(self, home: Path) -> None:
        listings = Listings(run_of(home))
        assert listings.find("na") == ("NA",)
        assert listings.find("A0") == ()
        assert listings.find("") == listings.find(IDENTITY) == ()

    def test_filters(self, home: Path) -> None:
        listings = Listings(run_of(home))
        whole = listings.refusals
        assert Filters().narrow(whole) is whole
        one = Filters(people=("A01",)).narrow(whole)
        assert set(one["applicant_id"]) <= {"A01"}
        assert len(Filters(people=("A01",)).narrow(listings.vacant)) == len(listings.vacant)

    def test_downloads_are_the_exports(self, home: Path, tmp_path: Path) -> None:
        run = run_of(home)
        write_csv(run, tmp_path / "a.csv", "zh", name="waitlist")
        content = made(lambda path: write_csv(run, path, "zh", name="waitlist"), "a.csv", "", {})
        assert content == (tmp_path / "a.csv").read_bytes()
        assert made(partial(write_xlsx, run), "a.xlsx", "", {})[:2] == b"PK"
        assert made(partial(write_gpkg, run), "a.gpkg", "", {})[:15] == b"SQLite format 3"

    def test_plain_text_stays_plain(self) -> None:
        assert plain("*a* :material/x: [b](c) $d$\n<e>") == (
            r"\*a\* \:material/x\: \[b\](c) \$d\$ \<e\>"
        )
