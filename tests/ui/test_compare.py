"""The page Compare: which runs, what it says of them, searching who moved."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import allocation
from allocation.compare import Comparison, compare_runs
from allocation.messages import text
from allocation.runs import list_runs, load_run
from allocation.ui.compare import changed_places, charts, people
from tests.ui.conftest import OpenPage, unescaped

Ids = tuple[str, str, str]
CHANGES = ("openings.welfare_lottery.max=0", "reserve.stall.share=0")


@pytest.fixture(scope="session")
def more_runs(town_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make two further runs of the town: other settings, and the same ones."""
    folder = tmp_path_factory.mktemp("more")
    scenario = town_home / "scenarios" / "town.toml"
    allocation.run(scenario, out=folder, overrides=CHANGES)
    allocation.run(scenario, out=folder)
    return folder


@pytest.fixture
def ids(home: Path, more_runs: Path) -> Ids:
    """Put the further runs into the workspace: base, changed, same."""
    (base,) = (info.run_id for info in list_runs(home / "runs"))
    changed, same = (info.run_id for info in list_runs(more_runs))
    for run_id in (changed, same):
        (home / "runs" / run_id).symlink_to(more_runs / run_id)
    return base, changed, same


@pytest.fixture
def comparison(home: Path, ids: Ids) -> Comparison:
    """Compare base and changed run without the page."""
    return compare_runs([load_run(home / "runs" / run_id) for run_id in ids[:2]])


def words(page: AppTest) -> str:
    """Join everything the page says outside tables."""
    return "\n".join(item.value for item in (*page.markdown, *page.caption, *page.info))


def table_of(page: AppTest, column: str) -> pd.DataFrame:
    """Find the table or data frame that has a column."""
    frames = [item.value for item in (*page.table, *page.dataframe)]
    found: pd.DataFrame = next(frame for frame in frames if column in frame.columns)
    return found


def press(page: AppTest, key: str) -> AppTest:
    """Press the button with a key."""
    return next(button for button in page.button if button.key == key).click().run()


class TestChoice:
    """Which runs are compared."""

    def test_one_run_alone(self, open_page: OpenPage, home: Path) -> None:
        """A designed state with one button, which leads to the scenarios."""
        page = open_page("compare")
        assert not page.exception
        assert "只有一次运行结果" in words(page)
        assert [button.label for button in page.button if button.key == "empty.app_compare_one_run"]
        assert not page.table
        left = press(page, "empty.app_compare_one_run")
        assert left.title[0].value == text("app_page_scenario", "zh")

    def test_newest_other_run_by_default(self, open_page: OpenPage, ids: Ids) -> None:
        """The address then says so."""
        base, _, same = ids
        page = open_page("compare", run=base)
        assert not page.exception
        assert page.query_params["others"] == same
        assert page.multiselect[0].value == [same]

    def test_official_run_by_default(
        self, open_page: OpenPage, ids: Ids, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An official run comes before a newer trial."""
        from dataclasses import replace

        from allocation.ui import store

        base, changed, _ = ids
        real = store.finished_runs

        def official() -> tuple[Any, ...]:
            return tuple(replace(info, official=info.run_id == changed) for info in real())

        monkeypatch.setattr(store, "finished_runs", official)
        assert open_page("compare", run=base).query_params["others"] == changed

    def test_unknown_runs_are_left_out(self, open_page: OpenPage, ids: Ids) -> None:
        """With a word about it; the rest is compared."""
        base, changed, _ = ids
        page = open_page("compare", run=base, others=f"{changed},none,../x")
        assert not page.exception
        assert page.multiselect[0].value == [changed]
        assert "2 个运行编号" in page.warning[0].value

    def test_nothing_chosen(self, open_page: OpenPage, ids: Ids) -> None:
        """Taking out the last run is a state of its own, with the way back."""
        base, changed, same = ids
        page = open_page("compare", run=base, others=changed)
        page.multiselect[0].set_value([]).run()
        assert "还没有选择" in words(page)
        assert not page.table
        press(page, "empty.app_compare_none_chosen")
        assert page.query_params["others"] == same
        assert page.table

    def test_runs_of_one_minute_have_labels_of_their_own(
        self, open_page: OpenPage, ids: Ids
    ) -> None:
        """The browser answers with labels, so they must tell the runs apart."""
        page = open_page("compare", run=ids[0])
        assert len(set(page.selectbox(key="frame.run").options)) == len(ids)
        assert len(set(page.multiselect(key="compare.others").options)) == len(ids) - 1

    def test_picking_more_goes_to_the_address(self, open_page: OpenPage, ids: Ids) -> None:
        """Three runs side by side have a column each."""
        base, changed, same = ids
        page = open_page("compare", run=base, others=changed)
        page.multiselect[0].set_value([changed, same]).run()
        assert page.query_params["others"] == f"{changed},{same}"
        assert "对比2" in table_of(page, "差异2").columns

    def test_damaged_run(self, open_page: OpenPage, ids: Ids, home: Path) -> None:
        """A run that lost its list is said, with one button."""
        import shutil

        base, changed, same = ids
        broken = home / "runs" / same
        broken.unlink()
        shutil.copytree((home / "runs" / changed).resolve(), broken)
        (broken / "awards.csv").unlink()
        page = open_page("compare", run=base, others=same)
        assert not page.exception
        assert "awards.csv" in unescaped(page.error[0].value)
        press(page, "problem.run_damaged")
        assert page.query_params["others"] == changed
        assert not page.error

    def test_damaged_run_of_the_page(self, open_page: OpenPage, ids: Ids, home: Path) -> None:
        """The way on is another run of the page, not another one beside it."""
        base, changed, same = ids
        (home / "runs" / base / "awards.csv").unlink()
        page = open_page("compare", run=base, others=changed)
        assert "awards.csv" in unescaped(page.error[0].value)
        press(page, "problem.run_damaged")
        assert page.query_params["run"] == same
        assert not page.error


class TestPage:
    """What the page shows."""

    def test_settings_first(self, open_page: OpenPage, ids: Ids) -> None:
        """Only what differs, the other value in bold."""
        base, changed, _ = ids
        page = open_page("compare", run=base, others=changed)
        assert [item.value for item in page.subheader][:3] == [
            "改了什么",
            "数字有何变化",
            "公平的代价",
        ]
        settings = table_of(page, "设置")
        assert settings["设置"].tolist() == ["摊位预留比例", "福利彩票站点新增上限"]
        assert settings.iloc[0, 2:4].tolist() == ["50 %", "**0 %**"]

    def test_measures_say_more_or_less(self, open_page: OpenPage, ids: Ids) -> None:
        """The sign says more or less, a word better or worse; colour only repeats it."""
        base, changed, _ = ids
        page = open_page("compare", run=base, others=changed)
        measures = table_of(page, "差异").set_index("指标")["差异"]
        assert measures["授予名额"] == ":orange[变差 −1]"
        assert measures["申请人"] == ":gray[不变]"
        assert measures["预留：应留"] == "−2"

    def test_finding(self, open_page: OpenPage, ids: Ids) -> None:
        """One sentence says what became of the awards."""
        base, changed, _ = ids
        page = open_page("compare", run=base, others=changed)
        assert "授予名额减少 1 个；新获得 2 人，失去 3 人，换名额 1 人" in words(page)

    def test_only_differences(self, open_page: OpenPage, ids: Ids) -> None:
        """The switch hides what is the same and stays on."""
        base, changed, _ = ids
        page = open_page("compare", run=base, others=changed)
        every = len(table_of(page, "差异"))
        page.toggle[0].set_value(True).run()
        some = table_of(page, "差异")
        assert 0 < len(some) < every
        assert not some["差异"].str.contains("不变").any()
        assert page.toggle[0].value

    def test_no_difference(self, open_page: OpenPage, ids: Ids) -> None:
        """Two runs of one scenario: everything is the same, and said to be."""
        base, _, same = ids
        page = open_page("compare", run=base, others=same)
        assert not page.exception
        assert "设置、数据和版本完全相同" in words(page)
        assert "完全相同" in page.info[0].value
        assert "没有申请人的结果发生变化" in words(page)
        page.toggle[0].set_value(True).run()
        assert not page.exception
        assert "各项数字都相同" in words(page)

    def test_english(self, open_page: OpenPage, ids: Ids) -> None:
        """Every word the page itself says is English."""
        import re

        base, changed, _ = ids
        page = open_page("compare", run=base, others=changed, lang="en")
        assert not page.exception
        assert "What was changed" in [item.value for item in page.subheader]
        heads = [
            str(name) for item in (*page.table, *page.dataframe) for name in item.value.columns
        ]
        assert not re.search("[\u4e00-\u9fff]", " ".join(heads))

    def test_download(self, open_page: OpenPage, ids: Ids, comparison: Comparison) -> None:
        """The workbook says that it is internal, in its name too."""
        from allocation.export import comparison_workbook

        base, changed, _ = ids
        page = open_page("compare", run=base, others=changed)
        assert not page.exception
        book = openpyxl.load_workbook(io.BytesIO(comparison_workbook(comparison)))
        assert book.sheetnames[0] == "内部工作用表"

    def test_no_name_reaches_the_page(self, open_page: OpenPage, ids: Ids) -> None:
        """People show by receipt number alone."""
        base, changed, _ = ids
        page = open_page("compare", run=base, others=changed)
        columns = {str(name) for item in page.dataframe for name in item.value.columns}
        assert not columns & {"姓名", "优先层级", "残疾等级", "身份证号"}


class TestPeople:
    """Searching who moved."""

    def test_search(self, open_page: OpenPage, ids: Ids) -> None:
        """By receipt number or id, in either case of letters."""
        base, changed, _ = ids
        page = open_page("compare", run=base, others=changed)
        assert len(table_of(page, "receipt")) == 6
        page.text_input[0].set_value("a04").run()
        found = table_of(page, "receipt")
        assert len(found) == 1
        assert found["change"].tolist() == ["新获得"]
        page.text_input[0].set_value("nobody").run()
        assert "没有符合“nobody”的" in words(page)

    def test_search_is_no_markdown(self, open_page: OpenPage, ids: Ids) -> None:
        """What somebody types is shown as typed."""
        base, changed, _ = ids
        page = open_page("compare", run=base, others=changed)
        page.text_input[0].set_value("**x**").run()
        assert r"\*\*x\*\*" in words(page)

    def test_link_leads_to_the_reasons_in_the_compared_run(self, comparison: Comparison) -> None:
        """Run and applicant stand in the address."""
        moves = comparison.moves[0]
        rows = people.people_rows(moves.people, comparison, moves, "zh")
        address = urlsplit(rows["why"].iloc[0])
        assert address.path == "awards"
        assert parse_qs(address.query) == {
            "run": [moves.run_id],
            "applicant": [moves.people["applicant_id"].iloc[0]],
        }

    @pytest.mark.parametrize(
        ("change", "search", "n"),
        [("all", "", 6), ("gained", "", 2), ("lost", "", 3), ("moved", "", 1), ("lost", "a04", 0)],
    )
    def test_matching(self, comparison: Comparison, change: str, search: str, n: int) -> None:
        """Class and search together."""
        assert len(people.matching(comparison.moves[0].people, change, search)) == n


class TestCharts:
    """Findings in the titles."""

    def test_area_title(self, comparison: Comparison) -> None:
        """The largest change, named with its district."""
        kinds = {measure.about[0] for measure in comparison.areas}
        cells = charts.area_cells(comparison, 1, "awards", kinds, "zh")
        assert charts.area_title(cells, "awards", "zh") == (
            "授予名额变化最大：莒县福利彩票站点，−1 个"
        )
        sums = cells[~cells["is_total"]].groupby("kind")["change"].sum()
        totals = cells[cells["is_total"]].set_index("kind")["change"]
        assert sums.sort_index().equals(totals.sort_index())

    def test_one_kind_only(self, comparison: Comparison) -> None:
        """Kinds that the filter left out are not drawn."""
        cells = charts.area_cells(comparison, 1, "awards", {"stall"}, "zh")
        assert set(cells["kind"]) == {"摊位"}
        assert "没有变化" in charts.area_title(cells, "awards", "zh")


class TestMap:
    """Gains and losses."""

    def test_views(self, comparison: Comparison) -> None:
        """Holders and reserved units are two different maps."""
        places = comparison.moves[0].places
        holders = changed_places.of_view(places, "holders").set_index("place_id")
        assert holders.loc["L1", "mark"] == "loss"
        reserved = changed_places.of_view(places, "reserved").set_index("place_id")
        assert set(reserved["mark"]) == {"loss"}
        assert "L1" not in reserved.index

    def test_places_of_a_venue_are_one_mark(self, comparison: Comparison) -> None:
        """Both stalls of the market lose their reserved unit: one ring, two units."""
        places = changed_places.of_view(comparison.moves[0].places, "reserved")
        assert len(places) == 2
        points = changed_places.points_of(places, "reserved", comparison, "zh")
        assert points["mark"].tolist() == ["loss"]
        assert "2 → 0" in points["tip"].iloc[0]

    def test_points_tell_nothing_of_people(self, comparison: Comparison) -> None:
        """Only what the browser needs goes there."""
        places = changed_places.of_view(comparison.moves[0].places, "holders")
        points = changed_places.points_of(places, "holders", comparison, "zh")
        assert list(points.columns) == ["lon", "lat", "mark", "radius", "tip"]
        assert not any(f"A0{i}" in tip for tip in points["tip"] for i in range(9))

    def test_no_coordinates_at_all(
        self, open_page: OpenPage, ids: Ids, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No map, and a word why."""
        real = changed_places.of_view

        def nowhere(places: pd.DataFrame, view: str) -> pd.DataFrame:
            return real(places, view).assign(lon=float("nan"))

        monkeypatch.setattr(changed_places, "of_view", nowhere)
        page = open_page("compare", run=ids[0], others=ids[1])
        assert not page.exception
        assert "没有坐标" in words(page)
