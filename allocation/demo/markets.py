"""Markets and their stalls: every stall is a place of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.demo.chance import Ints, Strings, apportion, count_within, flag, spread, stream
from allocation.demo.ids import serial_ids
from allocation.demo.territory import Territory, scatter, township_names

if TYPE_CHECKING:
    from allocation.demo.sizes import Sizes

NUMERALS = "一二三四五六七八九十"
STALL_GAP_M = 3.0


@dataclass(frozen=True, slots=True)
class MarketType:
    """One type of market.

    Attributes
    ----------
    share
        Share of the city's markets.
    slots
        Times of day its stalls are let for, with their shares.
    fee
        Typical monthly fee in yuan.
    """

    code: str
    name: str
    share: float
    slots: dict[str, float]
    trades: dict[str, float]
    fee: int
    manager: str


FRESH = {
    "蔬菜": 4.0,
    "水果": 3.0,
    "水产": 2.0,
    "肉禽蛋": 2.0,
    "粮油副食": 1.5,
    "熟食": 1.0,
    "百货": 1.0,
}
SNACKS = {"小吃": 4.0, "饮品": 2.0, "服装": 2.0, "百货": 2.0, "手工艺品": 1.0, "水果": 1.0}
TYPES = (
    MarketType(
        "farm_market", "农贸市场", 0.45, {"all_day": 0.6, "day": 0.4}, FRESH, 320, "市场服务中心",
    ),
    MarketType("morning_market", "早市", 0.22, {"morning": 1.0}, FRESH, 90, "综合行政执法中队"),
    MarketType("night_market", "夜市", 0.20, {"night": 1.0}, SNACKS, 180, "综合行政执法中队"),
    MarketType(
        "pedestrian_street", "商业步行街", 0.13, {"day": 0.4, "night": 0.2, "all_day": 0.4},
        {"服装": 3.0, "手工艺品": 2.0, "小吃": 2.0, "百货": 2.0, "便民维修": 1.0}, 450,
        "商业街管理办公室",
    ),
)  # fmt: skip


def make_markets(seed: int, sizes: Sizes, territory: Territory) -> pd.DataFrame:
    """Return the markets, one row each, with ``size`` stalls and ``type_row``."""
    rng = stream(seed, "markets")
    people = territory.townships["population"].to_numpy(dtype=np.float64)
    street = territory.townships["is_street"].to_numpy()
    per_township = apportion(sizes.markets, people * np.where(street, 1.5, 1.0))
    township = spread(per_township)
    type_row = spread(apportion(sizes.markets, np.array([item.share for item in TYPES])))
    type_row = rng.permutation(type_row)
    # Stalls follow the people their market serves.
    reach = people[township] / per_township[township]
    stalls = apportion(
        sizes.stalls - 8 * sizes.markets, np.sqrt(reach) * rng.lognormal(0.0, 0.3, sizes.markets)
    )
    village = _central_villages(rng, territory, township)
    villages = territory.villages
    x, y = scatter(
        rng,
        territory.land,
        villages["x"].to_numpy()[village],
        villages["y"].to_numpy()[village],
        150.0,
    )
    district, town = township_names(territory, township)
    names = np.array([item.name for item in TYPES], dtype=object)
    managers = np.array([item.manager for item in TYPES], dtype=object)
    return pd.DataFrame(
        {
            "venue_id": serial_ids("M", sizes.markets, 3),
            "venue_type": np.array([item.code for item in TYPES], dtype=object)[type_row],
            "name": _numbered(town, names[type_row]),
            "district": district,
            "township": town,
            "manager_org": town + managers[type_row],
            "size": 8 + stalls,
            "type_row": type_row,
            "zone": villages["zone"].to_numpy(dtype=object)[village],
            "township_row": township,
            "x": x,
            "y": y,
        }
    )


def _central_villages(rng: np.random.Generator, territory: Territory, township: Ints) -> Ints:
    zone = territory.villages["zone"].to_numpy(dtype=object)
    members = territory.villages.groupby("township").indices
    return np.array(
        [rng.choice(members[row][zone[members[row]] != "rural"]) for row in township],
        dtype=np.int64,
    )


def _numbered(town: Strings, name: Strings) -> Strings:
    """Name each facility by its township and a number: no real facility is meant."""
    whole = pd.Series(town + name)
    number = whole.groupby(whole).cumcount()
    numeral = number.map(lambda n: NUMERALS[n] if n < len(NUMERALS) else str(n + 1))
    return (pd.Series(town) + numeral + "号" + pd.Series(name)).to_numpy(dtype=object)


def make_stalls(seed: int, sizes: Sizes, markets: pd.DataFrame) -> pd.DataFrame:
    """Return the stalls, one row each, in rows of twelve around their market's point."""
    rng = stream(seed, "stalls")
    market = spread(markets["size"].to_numpy(dtype=np.int64))
    number = count_within(market)
    type_row = markets["type_row"].to_numpy()[market]
    slot = _by_type(rng, type_row, [item.slots for item in TYPES])
    trade = _by_type(rng, type_row, [item.trades for item in TYPES])
    # Stalls of one trade stand together.
    order = np.lexsort((trade.astype(str), market))
    slot, trade = slot[order], trade[order]
    fee = np.array([item.fee for item in TYPES])[type_row] * rng.lognormal(0.0, 0.2, len(market))
    fee = np.maximum(40, 10 * np.round(fee / 10)).astype(np.int64)
    free = flag(rng, 0.04, len(market))
    zone = markets["zone"].to_numpy(dtype=object)[market]
    return pd.DataFrame(
        {
            "place_id": serial_ids("S", len(market), 5),
            "kind": "stall",
            "capacity": 1,
            "name": np.array([f"{n + 1:03d}号" for n in number], dtype=object),
            "venue_id": markets["venue_id"].to_numpy(dtype=object)[market],
            "district": markets["district"].to_numpy(dtype=object)[market],
            "township": markets["township"].to_numpy(dtype=object)[market],
            "zone": zone,
            "time_slot": slot,
            "trade_type": trade,
            "fee": fee,
            "fee_after_reduction": np.where(free, 0, fee // 2),
            "term_months": 12,
            "requires_standing": np.isin(trade, ["水产", "肉禽蛋"]) & flag(rng, 0.5, len(market)),
            "township_row": markets["township_row"].to_numpy()[market],
            "market": market,
            "x": markets["x"].to_numpy()[market] + STALL_GAP_M * (number % 12),
            "y": markets["y"].to_numpy()[market] + STALL_GAP_M * (number // 12),
        }
    )


def _by_type(rng: np.random.Generator, type_row: Ints, shares: list[dict[str, float]]) -> Strings:
    values = np.empty(len(type_row), dtype=object)
    for row, table in enumerate(shares):
        here = type_row == row
        weight = np.array(list(table.values()))
        values[here] = rng.choice(
            np.array(list(table), dtype=object), size=int(here.sum()), p=weight / weight.sum()
        )
    return values
