"""Who wants what: ranked wishes, nearer and more suitable places first.

A wish list is drawn from places around the person's home.  The value of a place is
a taste for its kind, minus the way there, minus a large penalty where it needs what
the person cannot do, plus chance (Gumbel), and the list is the best few of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from allocation.demo.chance import Bools, Floats, Ints, stream, top_columns
from allocation.demo.markets import TYPES as MARKET_TYPES
from allocation.demo.posts import KINDS as POST_KINDS
from allocation.demo.profiles import REQUIREMENTS, unable_functions

LONGEST_LIST = 10
UNSUITABLE_PENALTY = 2.6
NEAR_POSTS = 64
CHUNK = 20_000
POST_TRAVEL_M = 3500.0
STALL_TRAVEL_M = 7000.0
OUTLET_TRAVEL_M = 5000.0
RUKANG_TRAVEL_M = 3000.0
"""Metres over which a wish loses 1 of its value."""


@dataclass(frozen=True, slots=True, eq=False)
class Wishes:
    """Wishes in no particular order: applicant row, place row and value (larger is dearer)."""

    person: Ints
    place: Ints
    value: Floats


def join(parts: list[Wishes]) -> Wishes:
    """Put the wishes of several kinds together."""
    return Wishes(
        np.concatenate([part.person for part in parts]),
        np.concatenate([part.place for part in parts]),
        np.concatenate([part.value for part in parts]),
    )


def nearest(people: pd.DataFrame, places: pd.DataFrame, count: int) -> tuple[Ints, Floats]:
    """Return the ``count`` places nearest to each person, and metres, shape (n, count)."""
    points = np.nan_to_num(places[["x", "y"]].to_numpy(), nan=0.0)
    count = min(count, len(places))
    away, column = cKDTree(points).query(people[["x", "y"]].to_numpy(), k=count)
    shape = (len(people), count)
    return np.asarray(column, dtype=np.int64).reshape(shape), np.asarray(away).reshape(shape)


def obstacles(people: pd.DataFrame, places: pd.DataFrame, column: Ints) -> Ints:
    """Count what each place needs and the person cannot do, shape of ``column``."""
    unable = unable_functions(people)
    needs = places[list(REQUIREMENTS)].fillna(False).to_numpy(dtype=np.bool_)
    count = np.zeros(column.shape, dtype=np.int64)
    for position in range(len(REQUIREMENTS)):
        count += unable[:, position][:, None] & needs[column, position]
    return count


def wish_near(
    rng: np.random.Generator,
    people: pd.DataFrame,
    places: pd.DataFrame,
    take: Ints,
    travel_m: float,
    reach: int,
    liking: Floats | None = None,
) -> Wishes:
    """Wish for some of the nearest places of one kind.

    Parameters
    ----------
    people, places
        Index labels are the rows of the whole frames and are what is returned.
    liking
        Taste for each (person, place of ``places``), or ``None`` for no taste.
    """
    column, away = nearest(people, places, reach)
    value = rng.gumbel(0.0, 1.0, size=column.shape) - away / travel_m
    value -= UNSUITABLE_PENALTY * obstacles(people, places, column)
    if liking is not None:
        value += np.take_along_axis(liking, column, axis=1)
    rows, best = top_columns(value, take)
    return Wishes(
        people.index.to_numpy()[rows],
        places.index.to_numpy()[column[rows, best]],
        value[rows, best],
    )


def list_lengths(rng: np.random.Generator, count: int, mean: float, longest: int) -> Ints:
    """Draw lengths of wish lists from 1 to ``longest`` around a mean."""
    share = (mean - 1.0) / (longest - 1.0)
    return 1 + rng.binomial(longest - 1, rng.beta(4.0 * share, 4.0 * (1.0 - share), count))


def wish_posts(
    rng: np.random.Generator, people: pd.DataFrame, posts: pd.DataFrame, take: Ints
) -> Wishes:
    """Wish for posts; people have a taste for kinds of work."""
    parts = []
    kind_of = {item.name: row for row, item in enumerate(POST_KINDS)}
    kind = posts["post_kind"].map(kind_of).to_numpy(dtype=np.int64)
    for start in range(0, len(people), CHUNK):
        block = people.iloc[start : start + CHUNK]
        taste = rng.normal(0.0, 0.7, size=(len(block), len(POST_KINDS)))
        column, away = nearest(block, posts, NEAR_POSTS)
        value = rng.gumbel(0.0, 1.0, size=column.shape) - away / POST_TRAVEL_M
        value += np.take_along_axis(taste, kind[column], axis=1)
        value -= UNSUITABLE_PENALTY * obstacles(block, posts, column)
        rows, best = top_columns(value, take[start : start + CHUNK])
        parts.append(
            Wishes(
                block.index.to_numpy()[rows],
                posts.index.to_numpy()[column[rows, best]],
                value[rows, best],
            )
        )
    return join(parts)


def wish_stalls(
    rng: np.random.Generator,
    people: pd.DataFrame,
    stalls: pd.DataFrame,
    markets: pd.DataFrame,
    take: Ints,
    pull: Floats,
    known: tuple[float, float, float],
) -> Wishes:
    """Wish for stalls in one to three markets, of the trade the person knows.

    Parameters
    ----------
    pull
        How much each market attracts these people, shape (number of markets,).
    known
        Shares of the people who know one, two and three markets.
    """
    parts = [
        _wish_stalls(
            rng,
            people.iloc[start : start + CHUNK],
            stalls,
            markets,
            take[start : start + CHUNK],
            pull,
            known,
        )
        for start in range(0, len(people), CHUNK)
    ]
    return join(parts)


def _wish_stalls(
    rng: np.random.Generator,
    people: pd.DataFrame,
    stalls: pd.DataFrame,
    markets: pd.DataFrame,
    take: Ints,
    pull: Floats,
    known: tuple[float, float, float],
) -> Wishes:
    count = len(people)
    chosen = _choose_markets(rng, people, markets, pull, known)
    draws = 3 * LONGEST_LIST
    # Half of the draws fall on the favourite market, the rest on the others.
    slot = np.minimum((rng.random((count, draws)) ** 1.6 * 3).astype(np.int64), 2)
    market = np.take_along_axis(chosen, slot, axis=1)
    popularity = np.cumsum(rng.lognormal(0.0, 0.5, len(stalls)))
    owner = stalls["market"].to_numpy(dtype=np.int64)
    stop = np.searchsorted(owner, np.arange(len(markets)), side="right") - 1
    high = popularity[stop]
    low = np.r_[0.0, high[:-1]]
    target = low[market] + rng.random(market.shape) * (high - low)[market]
    column = np.searchsorted(popularity, target).clip(0, len(stalls) - 1)
    trades, trade = np.unique(stalls["trade_type"].to_numpy(dtype=str), return_inverse=True)
    value = rng.gumbel(0.0, 0.8, size=column.shape) - 0.9 * slot
    value += 1.5 * (trade[column] == rng.integers(0, len(trades), size=(count, 1)))
    value -= UNSUITABLE_PENALTY * obstacles(people, stalls, column)
    value[_repeated(column)] = -np.inf
    rows, best = top_columns(value, take)
    return Wishes(
        people.index.to_numpy()[rows],
        stalls.index.to_numpy()[column[rows, best]],
        value[rows, best],
    )


def _choose_markets(
    rng: np.random.Generator,
    people: pd.DataFrame,
    markets: pd.DataFrame,
    pull: Floats,
    known: tuple[float, float, float],
) -> Ints:
    """Return each person's three markets, repeated where they know fewer."""
    spot = people[["x", "y"]].to_numpy()
    away = np.hypot(spot[:, :1] - markets["x"].to_numpy(), spot[:, 1:] - markets["y"].to_numpy())
    value = np.log(pull * markets["size"].to_numpy()) - away / STALL_TRAVEL_M
    value += rng.gumbel(0.0, 0.8, size=value.shape)
    order = np.argsort(-value, axis=1, kind="stable")[:, : min(3, len(markets))]
    if order.shape[1] < 3:
        order = order[:, np.arange(3) % order.shape[1]]
    number = rng.choice([1, 2, 3], size=len(people), p=known)
    column = np.arange(3)
    return np.where(column < number[:, None], order, order[:, :1]).astype(np.int64)


def _repeated(column: Ints) -> Bools:
    """Mark a value that stands in its row before."""
    order = np.argsort(column, axis=1, kind="stable")
    ordered = np.take_along_axis(column, order, axis=1)
    same = np.zeros(column.shape, dtype=np.bool_)
    same[:, 1:] = ordered[:, 1:] == ordered[:, :-1]
    marks = np.zeros(column.shape, dtype=np.bool_)
    np.put_along_axis(marks, order, same, axis=1)
    return marks


def market_pull(seed: int, markets: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return how much each market attracts general and disabled traders.

    Night markets far out attract few disabled traders: there the reserve falls short.
    """
    rng = stream(seed, "market pull")
    general = rng.lognormal(0.0, 0.15, len(markets))
    disabled = rng.lognormal(0.0, 0.12, len(markets))
    code = np.array([item.code for item in MARKET_TYPES], dtype=object)[markets["type_row"]]
    remote = np.flatnonzero(
        np.isin(code, ["night_market", "morning_market"]) & (markets["zone"] != "urban").to_numpy()
    )
    few = remote[: max(1, len(markets) // 11)]
    if len(few) == 0:
        few = np.array([len(markets) - 1])
    disabled[few] *= np.linspace(0.05, 0.4, len(few))
    return general, disabled


def rank(wishes: Wishes, longest: int = LONGEST_LIST) -> pd.DataFrame:
    """Turn values into ranks 1, 2, ...: person, place, preference_rank, sorted."""
    order = np.lexsort((wishes.place, -wishes.value, wishes.person))
    frame = pd.DataFrame({"person": wishes.person[order], "place": wishes.place[order]})
    frame = frame.drop_duplicates(["person", "place"])
    frame["preference_rank"] = frame.groupby("person").cumcount() + 1
    return frame[frame["preference_rank"] <= longest].reset_index(drop=True)
