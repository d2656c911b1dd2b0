"""The handbook as a page: text, headings and pictures apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocation.ui import handbook
from allocation.ui.handbook import Part, handbook_file, parts
from allocation.ui.workspace import ROOT_VARIABLE

TEXT = """# Handbook

First words.

## 1 The map

![The map](shots/map.png)

Between ![not alone](shots/map.png) the lines.

### 1.1 Gone

![Gone](shots/gone.png)
"""


def test_headings_and_pictures_stand_between_the_text_they_interrupt(tmp_path: Path) -> None:
    picture = tmp_path / "shots" / "map.png"
    picture.parent.mkdir()
    picture.touch()
    assert list(parts(TEXT, tmp_path)) == [
        Part("First words."),
        Part("1 The map", level=2),
        Part("The map", picture),
        Part("Between ![not alone](shots/map.png) the lines."),
        Part("1.1 Gone", level=3),
        Part("Gone"),
    ]


def test_text_without_pictures_is_one_part(tmp_path: Path) -> None:
    assert list(parts("# Title\n\nWords.\n", tmp_path)) == [Part("Words.")]


def test_it_is_found_in_a_clone_and_in_a_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone, bundle = tmp_path / "clone", tmp_path / "bundle"
    monkeypatch.setattr(handbook, "CLONE", clone)
    monkeypatch.setenv(ROOT_VARIABLE, str(bundle))
    assert not handbook_file("zh").exists()
    for home in (bundle, clone):
        (home / "docs").mkdir(parents=True)
        (home / "docs" / "handbook.zh.md").touch()
        assert handbook_file("zh") == home / "docs" / "handbook.zh.md"


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("1 The map", "1-the-map"),
        ("7.4 公开抽签和正式运行", "74-公开抽签和正式运行"),
        ("5.1 公益性岗位（第13条）", "51-公益性岗位第13条"),
    ],
)
def test_anchors_are_those_that_hosts_of_markdown_make(heading: str, anchor: str) -> None:
    """A link within the file leads to the same place in the app and where the file is shown."""
    assert Part(heading, level=2).anchor == anchor
