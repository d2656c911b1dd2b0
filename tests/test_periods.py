"""Periods of publication and objection: each in its own kind of days, said alike everywhere."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from allocation.export import letter
from allocation.export.periods import PERIODS, period_of
from allocation.messages import Lang
from allocation.runs import Run
from allocation.scenario import load_scenario

CITY = Path(__file__).parents[1] / "scenarios" / "rizhao-2023-18.toml"


def city(*overrides: str) -> Run:
    """Return what is looked at of a run of the city."""
    return cast("Run", SimpleNamespace(scenario=load_scenario(CITY, overrides)))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", ["5 个工作日〔示例值〕", "5 个工作日〔示例值〕", "60 日"]),
        ("en", ["5 working days [placeholder]", "5 working days [placeholder]", "60 days"]),
    ],
)
def test_periods_of_the_city(lang: Lang, said: list[str]) -> None:
    found = [period_of(city(), name, lang) for name in PERIODS]
    assert [period.said for period in found if period] == said


def test_publication_by_the_calendar_moves_no_other_period() -> None:
    run = city("publicity.day_type=calendar", "publicity.days=7")
    sentences = list(letter._objection(run, "zh"))
    assert "公示期（7 日）" in sentences[0]
    assert "5 个工作日〔示例值〕内答复" in sentences[1]
    assert "60 日内" in sentences[2]


def test_what_is_not_set_is_not_said() -> None:
    run = city("publicity.objection_reply_days=none")
    assert period_of(run, "objection_reply_days", "zh") is None
    assert len(list(letter._objection(run, "zh"))) == 2
