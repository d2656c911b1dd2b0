"""Which applicants list which kinds of place, put together into one list each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.demo.chance import Floats, Ints, flag, stream
from allocation.demo.sizes import FULL_CITY, Sizes
from allocation.demo.wishes import (
    OUTLET_TRAVEL_M,
    RUKANG_TRAVEL_M,
    Wishes,
    join,
    list_lengths,
    market_pull,
    nearest,
    rank,
    wish_near,
    wish_posts,
    wish_stalls,
)

if TYPE_CHECKING:
    from allocation.demo.tobacco import Tobacco


@dataclass(frozen=True, slots=True)
class Trades:
    """What a group of traders lists.

    Attributes
    ----------
    stall, kiosk, lottery
        Share that lists this kind; whoever would list none of them gets one.
    stall_wishes
        Mean number of stalls on a list.
    markets
        Shares of those who know one, two and three markets.
    """

    stall: float
    kiosk: float
    lottery: float
    stall_wishes: float
    markets: tuple[float, float, float]


TRADES_GENERAL = Trades(0.80, 0.17, 0.18, 3.5, (0.5, 0.32, 0.18))
TRADES_DISABLED = Trades(0.60, 0.06, 0.22, 4.2, (0.25, 0.4, 0.35))
POST_WISHES = 6.5


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Everybody's wishes.

    Attributes
    ----------
    wishes
        person, place (rows), preference_rank, accepted_at, accepted_seq.
    first_licence, holds_licence
        Ternary facts of the tobacco applicants, empty for the others; shape (n,).
    """

    wishes: pd.DataFrame
    first_licence: np.ndarray
    holds_licence: np.ndarray


def make_demand(
    seed: int,
    sizes: Sizes,
    people: pd.DataFrame,
    places: pd.DataFrame,
    markets: pd.DataFrame,
    tobacco: Tobacco,
) -> Demand:
    """Draw all wishes and rank them per applicant."""
    rng = stream(seed, "demand")
    disabled = people.iloc[: sizes.disabled]
    general = people.iloc[sizes.disabled :]
    trader = _choose_traders(rng, sizes, disabled)
    pull = market_pull(seed, markets)
    parts = [
        _want_posts(rng, disabled, trader, places),
        _want_rukang(rng, disabled, trader, places),
        *_trade(rng, disabled[trader], places, markets, pull[1], TRADES_DISABLED),
        *_trade(rng, general, places, markets, pull[0], TRADES_GENERAL),
        _want_in_vain(rng, sizes, general, disabled, places),
    ]
    applicant = _tobacco_applicants(rng, sizes, disabled[trader], general, len(tobacco.filings))
    first = np.full(len(people), None, dtype=object)
    holds = np.full(len(people), None, dtype=object)
    first[applicant] = np.where(flag(rng, 0.85, len(applicant)), "yes", "no")
    holds[applicant] = np.where(flag(rng, 0.04, len(applicant)), "yes", "no")
    premises = places.index[places["kind"] == "tobacco"].to_numpy()
    target = premises[tobacco.filings["premises"].to_numpy()]
    # A licence is the first wish of whoever applies for one.
    parts.append(Wishes(applicant, target, np.full(len(target), 1e6)))
    wishes = rank(join(parts))
    filed = pd.DataFrame(
        {
            "person": applicant,
            "place": target,
            "accepted_at": tobacco.filings["accepted_at"],
            "accepted_seq": tobacco.filings["accepted_seq"].astype("Int64"),
        }
    ).drop_duplicates(["person", "place"])
    return Demand(wishes.merge(filed, on=["person", "place"], how="left"), first, holds)


def _choose_traders(rng: np.random.Generator, sizes: Sizes, disabled: pd.DataFrame) -> np.ndarray:
    """Choose who lists a stall, kiosk or outlet.

    Rather people with full civil capacity, a lighter disability and a home in town.
    """
    able = (disabled["has_civil_capacity"] != "unable").to_numpy()
    light = disabled["disability_level"].to_numpy(dtype=np.int64) >= 2
    weight = np.where(able, 1.0, 0.15) * np.where(light, 1.0, 0.4)
    weight = weight * np.where(disabled["zone"] == "rural", 0.7, 1.4)
    chosen = np.zeros(len(disabled), dtype=np.bool_)
    rows = rng.choice(len(disabled), size=sizes.traders, replace=False, p=weight / weight.sum())
    chosen[rows] = True
    return chosen


def _of_kind(places: pd.DataFrame, kind: str) -> pd.DataFrame:
    return places[places["kind"] == kind]


def _want_posts(
    rng: np.random.Generator, disabled: pd.DataFrame, trader: np.ndarray, places: pd.DataFrame
) -> Wishes:
    """Everybody without a trade lists posts; three traders in four add a few."""
    take = list_lengths(rng, len(disabled), POST_WISHES, 10)
    extra = np.where(flag(rng, 0.75, len(disabled)), rng.integers(2, 5, len(disabled)), 0)
    take = np.where(trader, extra, take)
    return wish_posts(rng, disabled, _of_kind(places, "public_welfare_post"), take)


def _want_rukang(
    rng: np.random.Generator, disabled: pd.DataFrame, trader: np.ndarray, places: pd.DataFrame
) -> Wishes:
    """Home seats suit intellectual, mental and severe physical disability (measure 12)."""
    types = disabled["disability_type"].to_numpy(dtype=object)
    severe = disabled["disability_level"].to_numpy(dtype=np.int64) <= 2
    chance = np.where(np.isin(types, ["intellectual", "mental"]), np.where(severe, 0.6, 0.3), 0.0)
    chance = np.where((types == "physical") & severe, 0.16, chance)
    chance = np.where((types == "physical") & ~severe, 0.012, chance)
    wanted = flag(rng, chance, len(disabled)) & ~trader
    people = disabled[wanted]
    homes = _of_kind(places, "rukang_seat")
    take = 1 + flag(rng, 0.4, len(people)).astype(np.int64)
    found = wish_near(rng, people, homes, take, RUKANG_TRAVEL_M, 4)
    # About half put the home before every post, the others somewhere behind.
    first = rng.normal(3.2, 2.0, len(disabled))
    return Wishes(found.person, found.place, found.value + first[found.person])


def _trade(
    rng: np.random.Generator,
    people: pd.DataFrame,
    places: pd.DataFrame,
    markets: pd.DataFrame,
    pull: Floats,
    trades: Trades,
) -> list[Wishes]:
    """Wish for stalls, kiosks and lottery sites; everybody gets at least one kind."""
    stall, kiosk, lottery = (
        flag(rng, share, len(people)) for share in (trades.stall, trades.kiosk, trades.lottery)
    )
    none = ~(stall | kiosk | lottery)
    stall |= none & flag(rng, trades.stall, len(people))
    kiosk |= none & ~stall & flag(rng, 0.2, len(people))
    lottery |= none & ~stall & ~kiosk
    sizes = list_lengths(rng, int(stall.sum()), trades.stall_wishes, 10)
    welfare = lottery & flag(rng, 0.55, len(people))
    sports = lottery & (~welfare | flag(rng, 0.25, len(people)))
    parts = [
        _lifted(
            rng, people, wish_stalls(
                rng, people[stall], _of_kind(places, "stall"), markets, sizes, pull, trades.markets
            )
        )
    ]  # fmt: skip
    for kind, who, mean in (
        ("kiosk", kiosk, 2.2),
        ("welfare_lottery", welfare, 2.6),
        ("sports_lottery", sports, 2.6),
    ):
        chosen = people[who]
        take = list_lengths(rng, len(chosen), mean, 5)
        found = wish_near(rng, chosen, _of_kind(places, kind), take, OUTLET_TRAVEL_M, 30)
        parts.append(_lifted(rng, people, found))
    return parts


def _lifted(rng: np.random.Generator, people: pd.DataFrame, wishes: Wishes) -> Wishes:
    """Add each person's own taste for this kind of trade, so that lists differ in order."""
    taste = rng.normal(1.5, 1.5, len(people))
    position = np.searchsorted(people.index.to_numpy(), wishes.person)
    return Wishes(wishes.person, wishes.place, wishes.value + taste[position])


def _want_in_vain(
    rng: np.random.Generator,
    sizes: Sizes,
    general: pd.DataFrame,
    disabled: pd.DataFrame,
    places: pd.DataFrame,
) -> Wishes:
    """Let some list what they may not get: a post without a certificate, or any post near."""
    scale = sizes.disabled / FULL_CITY
    posts = _of_kind(places, "public_welfare_post")
    count = max(1, round(120 * scale))
    hopeful = general.iloc[np.sort(rng.choice(len(general), size=count, replace=False))]
    posts_wish = wish_near(rng, hopeful, posts, np.ones(count, dtype=np.int64), 4000.0, 10)
    count = max(1, round(700 * scale))
    bold = np.sort(rng.choice(len(disabled), size=count, replace=False))
    column, _ = _nearest_posts(disabled.iloc[bold], posts)
    pick = rng.integers(0, column.shape[1], size=count)
    any_post = Wishes(
        bold.astype(np.int64),
        posts.index.to_numpy()[column[np.arange(count), pick]],
        rng.gumbel(1.0, 1.0, size=count),
    )
    return join([posts_wish, any_post])


def _nearest_posts(people: pd.DataFrame, posts: pd.DataFrame) -> tuple[Ints, Floats]:
    return nearest(people, posts, 12)


def _tobacco_applicants(
    rng: np.random.Generator,
    sizes: Sizes,
    traders: pd.DataFrame,
    general: pd.DataFrame,
    count: int,
) -> Ints:
    """Return who filed each application: one in seven is disabled, a few file two."""
    n_disabled = min(max(1, round(0.15 * count)), len(traders))
    first = rng.choice(traders.index.to_numpy(), size=n_disabled, replace=False)
    rest = rng.choice(general.index.to_numpy(), size=count - n_disabled, replace=False)
    applicant = rng.permutation(np.r_[first, rest]).astype(np.int64)
    again = max(1, round(0.02 * count))
    applicant[:again] = applicant[again : 2 * again]
    return applicant
