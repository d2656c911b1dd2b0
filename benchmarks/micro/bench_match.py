"""Inner loops of ``stable``: the market and the match."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from allocation.instance import Instance
from allocation.mechanisms.stable.deferred import label_matched, match_agents
from allocation.mechanisms.stable.market import Market, build_market
from allocation.rules.place_units import open_places, split_to_places

Bench = Any
"""The fixture of pytest-benchmark, which has no type to import."""


@pytest.fixture(scope="module")
def question(city: Callable[[str], Instance]) -> tuple[Any, ...]:
    """Give what a market is built from."""
    instance = city("stable")
    (stage,) = instance.stages
    is_open, disabled_only = open_places(instance, stage, None)
    units = split_to_places(instance, stage, is_open, disabled_only)
    rows = np.arange(len(instance.applications.place))
    return instance, stage, rows, units, disabled_only


@pytest.fixture(scope="module")
def market(question: tuple[Any, ...]) -> Market:
    """Build the market of the city."""
    return build_market(*question)


def test_build_the_market_of_a_city(benchmark: Bench, question: tuple[Any, ...]) -> None:
    assert len(benchmark(build_market, *question).row) == 120_000


def test_match_a_city_by_deferred_acceptance(benchmark: Bench, market: Market) -> None:
    assert len(benchmark(match_agents, market)) == 3_800


def test_label_the_match_of_a_city(benchmark: Bench, market: Market) -> None:
    entries = match_agents(market)
    assert len(benchmark(label_matched, market, entries)) == 3_800
