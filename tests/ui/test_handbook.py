"""The handbook as a page: text and pictures apart."""

from __future__ import annotations

from pathlib import Path

from allocation.ui.handbook import Part, parts

TEXT = """# Handbook

First words.

![The map](shots/map.png)

Between ![not alone](shots/map.png) the lines.

![Gone](shots/gone.png)
"""


def test_pictures_stand_between_the_text_they_interrupt(tmp_path: Path) -> None:
    picture = tmp_path / "shots" / "map.png"
    picture.parent.mkdir()
    picture.touch()
    assert list(parts(TEXT, tmp_path)) == [
        Part("First words."),
        Part("The map", picture),
        Part("Between ![not alone](shots/map.png) the lines."),
        Part("Gone"),
    ]


def test_text_without_pictures_is_one_part(tmp_path: Path) -> None:
    assert list(parts("# Title\n\nWords.\n", tmp_path)) == [Part("Words.")]
