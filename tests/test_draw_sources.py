"""Public values: what may be announced, the forms that are taken, the seeds they give."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from allocation.draw.beacon import CHAINS
from allocation.draw.moments import BEIJING, as_text, asked_moment, in_words, moment
from allocation.draw.sources import (
    Announcement,
    SourceKind,
    announce,
    announcement_of,
    canonical_value,
    seed_of,
)
from allocation.messages import DrawError
from tests.test_draw_beacon import MAINNET, QUICKNET, QUICKNET_RANDOMNESS

AT = datetime(2023, 12, 8, 10, tzinfo=BEIJING)
BEACON = announce("drand", None, round_no=QUICKNET.round_no)


def refused(code: str, function: Any, *args: Any, **kwargs: Any) -> None:
    """Assert that a call is refused with a code."""
    with pytest.raises(DrawError) as error:
        function(*args, **kwargs)
    assert error.value.code == code


class TestAnnouncement:
    """What is said beforehand."""

    @pytest.mark.parametrize(
        "announced",
        [
            announce("digits", AT),
            announce("digits", AT, "市民中心一楼大厅", digits=8),
            announce("numbers", AT, "双色球 2023141 期红球、蓝球"),
            announce("public", AT, "上证指数 2023 年 12 月 8 日收盘点位"),
            BEACON,
        ],
    )
    def test_it_survives_its_record(self, announced: Announcement) -> None:
        assert announcement_of(announced.record()) == announced

    def test_what_belongs_to_other_sources_is_left_out(self) -> None:
        assert announce("public", AT, "甲", digits=7, round_no=3).record() == {
            "source": "public",
            "at": "2023-12-08T10:00:00+08:00",
            "about": "甲",
        }

    def test_a_time_chooses_the_round_of_drand(self) -> None:
        chain = CHAINS["quicknet"]
        announced = announce("drand", AT)
        assert announced.chain == chain.hash
        assert announced.at == chain.time_of(announced.round_no) >= AT
        assert chain.time_of(announced.round_no - 1) < AT

    @pytest.mark.parametrize(
        ("code", "args", "kwargs"),
        [
            ("draw_at_missing", ("digits", None), {}),
            ("draw_at_missing", ("drand", None), {}),
            ("draw_about_missing", ("numbers", AT), {}),
            ("draw_about_missing", ("public", AT), {}),
            ("draw_digits_few", ("digits", AT), {"digits": 5}),
            ("draw_digits_few", ("digits", AT), {"digits": 65}),
            ("draw_chain_unknown", ("drand", AT), {"chain": "fastnet"}),
        ],
    )
    def test_too_little_is_refused(
        self, code: str, args: tuple[SourceKind, Any], kwargs: dict[str, Any]
    ) -> None:
        refused(code, announce, *args, **kwargs)

    @pytest.mark.parametrize("record", [{}, {"source": "dice", "at": "2023-12-08"}])
    def test_a_damaged_record_is_no_announcement(self, record: dict[str, str]) -> None:
        with pytest.raises((KeyError, ValueError)):
            announcement_of(record)


class TestValues:
    """One form per value, whoever typed it."""

    @pytest.mark.parametrize(
        ("announced", "typed", "seed"),
        [
            (announce("digits", AT), "038671", "038671"),
            (announce("digits", AT), " 0 3 8 6 7 1 ", "038671"),
            (announce("digits", AT), "０３８６７１", "038671"),
            (announce("numbers", AT, "彩票"), "33 2 7 / 05", "2.7.33./5./"),
            (announce("public", AT, "指数"), "  2969.56 点 ", "2969.56 点"),
            (announce("public", AT, "名"), "e\u0301", "é"),
        ],
    )
    def test_seeds(self, announced: Announcement, typed: str, seed: str) -> None:
        assert seed_of(announced, typed) == seed
        once = canonical_value(announced, typed)
        assert canonical_value(announced, once) == once

    @pytest.mark.parametrize("typed", ["38671", "0386712", "03867x", "", "03867１.0"])
    def test_other_digits_are_refused(self, typed: str) -> None:
        refused("draw_value_digits", seed_of, announce("digits", AT), typed)

    @pytest.mark.parametrize("typed", ["", " ", "a\nb", "甲" * 201, "a\u200bb"])
    def test_other_texts_are_refused(self, typed: str) -> None:
        refused("draw_value_public", seed_of, announce("public", AT, "指数"), typed)


class TestBeacon:
    """A round of drand."""

    def test_the_answer_of_the_network_and_a_bare_signature(self) -> None:
        whole = (
            f'{{"round": {QUICKNET.round_no}, "randomness": "{QUICKNET_RANDOMNESS}", '
            f'"signature": "{QUICKNET.signature.upper()}"}}'
        )
        assert canonical_value(BEACON, whole) == canonical_value(BEACON, QUICKNET.signature)
        assert seed_of(BEACON, whole) == QUICKNET_RANDOMNESS

    def test_a_chained_network_needs_the_signature_before(self) -> None:
        announced = announce("drand", None, chain="default", round_no=MAINNET.round_no)
        refused("draw_beacon_form", canonical_value, announced, MAINNET.signature)
        answer = (
            f'{{"signature": "{MAINNET.signature}", "previous_signature": "{MAINNET.previous}"}}'
        )
        assert len(seed_of(announced, answer)) == 64

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("xyz", "draw_beacon_form"),
            ("{", "draw_beacon_form"),
            ('{"round": 657413}', "draw_beacon_form"),
            (f'{{"round": 657414, "signature": "{QUICKNET.signature}"}}', "draw_beacon_round"),
            (
                f'{{"randomness": "00", "signature": "{QUICKNET.signature}"}}',
                "draw_beacon_randomness",
            ),
            (f"{QUICKNET.signature[:-1]}a", "draw_beacon_signature"),
        ],
    )
    def test_refusals(self, typed: str, code: str) -> None:
        refused(code, seed_of, BEACON, typed)


class TestMoments:
    """Times of a draw."""

    def test_without_an_offset_beijing_is_meant(self) -> None:
        assert moment("2023-12-08 10:00") == AT
        assert moment("2023-12-08T02:00:00Z") == AT
        assert as_text(moment("2023-12-08T02:00:00.9+00:00")) == "2023-12-08T10:00:00+08:00"
        assert in_words(AT, "zh") == "2023年12月8日10:00:00（北京时间）"
        assert in_words(AT, "en") == "2023-12-08 10:00:00 Beijing time"

    def test_anything_else_is_refused(self) -> None:
        refused("draw_time_form", asked_moment, "tomorrow")
