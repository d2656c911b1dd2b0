"""Scenarios and data as the pages name them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.ui.conftest import OpenPage

BOXES = {"data": "data.scenario", "scenario": "scenario.base", "run": "run.scenario"}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("view", BOXES)
def test_scenarios_of_one_title_are_told_apart(
    open_page: OpenPage, home: Path, view: str, lang: str
) -> None:
    """By the names of their files, on every page alike."""
    shutil.copy(home / "scenarios" / "town.toml", home / "scenarios" / "second.toml")
    options = open_page(view, scenario="second", lang=lang).selectbox(key=BOXES[view]).options
    title = "小镇方案" if lang == "zh" else "Small town"
    assert options == [f"second　{title}", f"town　{title}"]


@pytest.mark.parametrize("view", BOXES)
def test_a_scenario_that_cannot_be_read_is_listed(
    open_page: OpenPage, home: Path, view: str
) -> None:
    (home / "scenarios" / "broken.toml").write_text("name =", encoding="utf-8")
    box = open_page(view, scenario="town").selectbox(key=BOXES[view])
    assert box.options == ["broken", "town　小镇方案"]


@pytest.mark.parametrize(("view", "box"), [("run", "run.data"), ("scenario", "scenario.data")])
def test_data_are_chosen_alike(open_page: OpenPage, home: Path, view: str, box: str) -> None:
    """The scenario's own first; others as the page Data names them, told apart."""
    for end in ("aaaa1111", "bbbb2222"):
        shutil.copytree(home / "data" / "town", home / "uploads" / f"20260101-101010-{end}")
    listed = open_page("data").selectbox(key="data.source").options
    options = open_page(view, scenario="town", data="data/town").selectbox(key=box).options
    assert options == ["方案自带（data/town）", *listed[1:]]
    assert len(set(options)) == 3
