"""Searching: no page keeps the number of a document."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import allocation
from allocation.messages import text
from allocation.ui.workspace import ROOT_VARIABLE
from tests.ui.conftest import OpenPage

FIELDS = {"awards": "awards.search", "map": "map.search", "compare": "compare.search"}
IDENTITY = "371199197001010010"


@pytest.fixture(scope="module")
def two_runs(town_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make another run, for the page Compare; somebody moves.  Searching writes nothing."""
    root = tmp_path_factory.mktemp("searched") / "home"
    shutil.copytree(town_home, root)
    scenario = root / "scenarios" / "town.toml"
    allocation.run(scenario, out=root / "runs", overrides=("reserve.stall.share=0",))
    return root


@pytest.fixture
def home(two_runs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the pages see both runs."""
    monkeypatch.setenv(ROOT_VARIABLE, str(two_runs))
    return two_runs


@pytest.mark.parametrize("typed", [IDENTITY, "１３８１２３４５６７８", "138 1234 5678"])
@pytest.mark.parametrize("view", FIELDS)
def test_a_number_of_a_document_is_cleared(open_page: OpenPage, view: str, typed: str) -> None:
    page = open_page(view)
    page.text_input(key=FIELDS[view]).set_value(typed).run()
    assert text("app_personal") in [warning.value for warning in page.warning]
    assert page.text_input(key=FIELDS[view]).value == ""
    assert typed not in str(page.session_state.to_dict())
    page.text_input(key=FIELDS[view]).set_value("S1").run()
    assert text("app_personal") not in [warning.value for warning in page.warning]
