"""Masked names: as people write them by hand, and never more than first and last."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.export.masking import STAR, mask_name, mask_within

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=12)
ANY = st.text(max_size=30)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张晓明", "张*明"),
        ("欧阳小明", "欧**明"),
        ("欧阳小小明", "欧**明"),
        ("张", "*"),
        ("", ""),
        ("  　", ""),
        ("张 三", "张*"),
        ("张　晓 明 ", "张*明"),
        ("𬱖明", "𬱖*"),
        ("葛\U000e0100明", "葛*"),
        ("〇明", "〇*"),
        ("买买提·阿布都拉", "买*"),
        ("阿依·古", "阿*"),
        ("阿依•古丽", "阿*"),
        ("John Smith", "J*"),
        ("Zoe\u0301 Li", "Z*"),
        ("J", "*"),
        ("=HYPERLINK(1)", "*"),
        ("371199199001011234", "*"),
        ("张三(肢体二级)", "张*"),
        ("张三371199199001011234", "张*"),
        ("张*明", "张*"),
    ],
)
def test_masks_as_offices_do(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize("missing", [None, pd.NA, float("nan")])
def test_nothing_stays_nothing(missing: None) -> None:
    assert mask_name(missing) == ""


def test_works_on_a_column() -> None:
    column = pd.Series(["张三", None, "张晓明"], dtype="string")
    assert column.map(mask_name).tolist() == ["张*", "", "张*明"]


@given(ANY)
def test_shows_at_most_first_and_last(name: str) -> None:
    masked = mask_name(name)
    shown = [char for char in masked if char != STAR]
    assert len(shown) <= 2
    assert len(masked) <= 4
    assert all(char.isalpha() or char == "〇" for char in shown)
    assert masked == "" or STAR in masked


@given(HAN)
def test_tells_no_more_of_a_chinese_name_than_its_ends(name: str) -> None:
    masked = mask_name(name)
    if not name:
        assert masked == ""
    elif len(name) == 1:
        assert masked == STAR
    else:
        assert masked[0] == name[0]
        assert masked[1:].strip(STAR) == (name[-1] if len(name) > 2 else "")


@given(HAN.filter(lambda name: len(name) > 3), st.text("明晓小", max_size=6))
def test_middle_and_length_of_a_long_name_do_not_show(name: str, more: str) -> None:
    assert mask_name(name[0] + more + "甲乙" + name[-1]) == mask_name(name)


@given(ANY)
def test_masking_twice_shows_no_more(name: str) -> None:
    once = mask_name(name)
    assert set(mask_name(once)) <= set(once)


@pytest.mark.parametrize(
    ("said", "name", "masked"),
    [
        ("王伟便利店", "王　伟", "王*便利店"),
        ("王 伟 便利店", "王伟", "王* 便利店"),
        ("便利店（王\u200b伟）", " 王伟 ", "便利店（王*）"),
        ("王伟与王　伟", "王伟", "王*与王*"),
        ("Zoe\u0301 Li's shop", "ZOÉ LI", "王*'s shop"),
        ("王大伟便利店", "王伟", "王大伟便利店"),
        ("王记便利店", "王", "王记便利店"),
        ("王记便利店", "", "王记便利店"),
        ("", "王伟", ""),
    ],
)
def test_a_name_within_a_text_is_found_however_it_is_spaced(
    said: str, name: str, masked: str
) -> None:
    assert mask_within(said, name, "王*") == masked


@given(ANY, ANY, ANY)
def test_no_spelling_of_the_name_is_left(before: str, name: str, after: str) -> None:
    masked = mask_within(f"{before}{name}{after}", name, STAR)
    letters = "".join(char for char in name if char.isalnum())
    if len(letters) >= 2 and letters == name and name not in f"{before}{STAR}{after}":
        assert name not in masked
