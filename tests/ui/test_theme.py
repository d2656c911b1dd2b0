"""The theme: contrast as WCAG 2.1 AA asks for it, and one set of colours."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from allocation.ui import palette

THEME = tomllib.loads(
    Path(__file__).parents[2].joinpath(".streamlit", "config.toml").read_text(encoding="utf-8")
)["theme"]
MODES = ("light", "dark")
TEXT, GRAPHIC = 4.5, 3.0
CAPTION = 0.6
"""Share of the text colour in a caption; Streamlit fades it so."""


def _channels(colour: str) -> tuple[float, ...]:
    return tuple(part / 255 for part in palette.rgb(colour))


def _luminance(channels: tuple[float, ...]) -> float:
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ink: str, ground: str, share: float = 1.0) -> float:
    """Contrast of a colour, drawn with some opacity, on another."""
    mixed = tuple(
        share * a + (1 - share) * b for a, b in zip(_channels(ink), _channels(ground), strict=True)
    )
    low, high = sorted((_luminance(mixed), _luminance(_channels(ground))))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("surface", ["backgroundColor", "secondaryBackgroundColor"])
def test_text_links_and_even_captions_can_be_read(mode: str, surface: str) -> None:
    colours = THEME[mode]
    ground = colours[surface]
    assert contrast(colours["textColor"], ground) >= 7
    assert contrast(colours["textColor"], ground, CAPTION) >= TEXT
    assert contrast(colours["linkColor"], ground) >= TEXT


@pytest.mark.parametrize("mode", MODES)
def test_white_can_be_read_on_the_accent(mode: str) -> None:
    assert contrast("#FFFFFF", THEME[mode]["primaryColor"]) >= TEXT


@pytest.mark.parametrize("mode", MODES)
def test_what_is_drawn_by_hand_wears_the_colours_of_the_page(mode: str) -> None:
    ink, ground = palette.ink(mode), THEME[mode]["backgroundColor"]
    assert ink.text == THEME[mode]["textColor"]
    assert contrast(ink.muted, ground) >= TEXT
    assert contrast(ink.accent, ground) >= GRAPHIC


def test_an_unknown_theme_is_light() -> None:
    assert palette.ink(None) == palette.ink("light")


@pytest.mark.parametrize("mode", MODES)
def test_gray_words_can_be_read_on_the_page_and_in_their_badge(mode: str) -> None:
    colours = THEME[mode]
    assert colours["grayTextColor"] == palette.ink(mode).muted
    assert contrast(colours["grayTextColor"], colours["backgroundColor"]) >= TEXT
    assert contrast(colours["grayTextColor"], colours["grayBackgroundColor"]) >= TEXT
