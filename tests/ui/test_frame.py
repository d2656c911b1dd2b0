"""The frame of the app: address, language, states."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import allocation
from allocation.messages import LANGS, Lang, text
from allocation.ui import frame, store
from allocation.ui.navigation import VIEWS
from tests.ui.conftest import OpenPage


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("view", [view.name for view in VIEWS])
def test_every_page_opens_in_both_languages(open_page: OpenPage, view: str, lang: str) -> None:
    page = open_page(view, lang=lang)
    assert not page.exception
    assert not page.error
    assert page.title


SHOWING = [view.name for view in VIEWS if view.shows_run]


@pytest.fixture
def without_runs(home: Path) -> None:
    shutil.rmtree(home / "runs")


@pytest.mark.usefixtures("without_runs")
class TestNoResultYet:
    """Pages of a result say what to do while there is none: one sentence, one button."""

    @pytest.mark.parametrize("lang", LANGS)
    @pytest.mark.parametrize("view", SHOWING)
    def test_nothing_was_run(self, open_page: OpenPage, view: str, lang: Lang) -> None:
        page = open_page(view, lang=lang)
        assert page.markdown[-1].value == text("app_no_runs", lang)
        assert [button.label for button in page.button] == [text("app_go_run", lang)]

    @pytest.mark.parametrize("view", SHOWING)
    def test_the_first_run_is_under_way(
        self, open_page: OpenPage, view: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store, "is_running", lambda: True)
        page = open_page(view)
        assert page.markdown[-1].value == text("app_first_running")
        assert [button.label for button in page.button] == [text("app_follow_run")]


@pytest.mark.parametrize("view", SHOWING)
def test_an_unknown_run_has_one_way_on(open_page: OpenPage, view: str) -> None:
    page = open_page(view, run="20200101-000000-gone-0000")
    assert [error.value for error in page.error] == [text("app_run_unknown")]
    assert [button.label for button in page.button] == [text("app_newest_run")]


class TestDamagedRun:
    """A run that lost a file is said in words, and one button leads on."""

    @pytest.mark.parametrize("lost", ["awards.csv", "inputs/places.parquet"])
    @pytest.mark.parametrize("view", ["map", "awards", "handout"])
    def test_another_run_is_offered(
        self, open_page: OpenPage, home: Path, view: str, lost: str
    ) -> None:
        allocation.run(home / "scenarios" / "town.toml", out=home / "runs")
        newest, older = (info.run_id for info in store.finished_runs())
        (home / "runs" / newest / lost).unlink()
        page = open_page(view, run=newest)
        assert [error.value.count("程序内部出错") for error in page.error] == [0]
        (button,) = (found for found in page.button if str(found.key).startswith("problem."))
        assert button.label == text("app_other_run")
        button.click().run()
        assert page.query_params["run"] == older
        assert not page.error

    @pytest.mark.parametrize(
        ("view", "lost"), [("run", "result.json"), ("map", "inputs/places.parquet")]
    )
    def test_without_another_one_a_run_is_started(
        self, open_page: OpenPage, view: str, lost: str
    ) -> None:
        (run,) = store.finished_runs()
        (run.path / lost).unlink()
        page = open_page(view, run=run.run_id)
        (button,) = (found for found in page.button if str(found.key).startswith("problem."))
        assert button.label == text("app_go_run")
        button.click().run()
        assert page.title[0].value == text("app_page_run")
        assert page.selectbox(key="run.scenario").value == "town"


class TestToldApart:
    """No two options of a list share a label: the browser answers with it."""

    def test_only_shared_labels_are_longer(self) -> None:
        labels = {"20260101-a1b2": "Town", "20260101-c3d4": "Town", "20260101-e5f6": "City"}
        assert frame.told_apart(labels) == {
            "20260101-a1b2": "Town　a1b2",
            "20260101-c3d4": "Town　c3d4",
            "20260101-e5f6": "City",
        }
        assert frame.told_apart({}) == {}

    def test_keys_that_end_alike(self) -> None:
        labels = frame.told_apart({"x-1-a1b2": "Town", "x-2-a1b2": "Town"})
        assert len(set(labels.values())) == 2
