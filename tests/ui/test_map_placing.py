"""Labels on the map: none covers another, and most find room beside the first."""

from __future__ import annotations

import pytest

from allocation.ui.map.placing import Label, room_for

ZOOM = 8.0


def label(lon: float, text: str = "日照街道", size_px: int = 12) -> Label:
    return Label(lon, 35.4, text, size_px)


def test_labels_apart_stay_where_they_are() -> None:
    assert room_for([label(119.0), label(119.5)], ZOOM) == [0, 0]


def test_a_label_moves_aside_for_an_earlier_one() -> None:
    first, second, third = room_for([label(119.0), label(119.01), label(119.02)], ZOOM)
    assert first == 0
    assert second is not None
    assert third is not None
    assert second > label(119).height_px
    assert third < -label(119).height_px


def test_a_label_without_room_is_left_out() -> None:
    assert room_for([label(119.0)] * 4, ZOOM)[3] is None


def test_a_label_that_may_not_move_gives_way() -> None:
    crowd = [label(119.0), label(119.01), label(119.5)]
    assert room_for(crowd, ZOOM, may_move=False) == [0, None, 0]


def test_closer_by_there_is_room_for_all() -> None:
    crowd = [label(119 + 0.01 * i) for i in range(6)]
    assert None in room_for(crowd, ZOOM)
    assert room_for(crowd, ZOOM + 6) == [0] * 6


@pytest.mark.parametrize(
    ("text", "width_px", "lines"), [("日照", 20, 1), ("abc", 18, 1), ("日照街道\n83 %", 40, 2)]
)
def test_chinese_is_as_wide_as_high(text: str, width_px: float, lines: int) -> None:
    here = label(119, text, size_px=10)
    assert here.width_px == pytest.approx(width_px)
    assert here.height_px == pytest.approx(11.5 * lines)
