"""Distances measured on site, a few of which overturn the computed decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from allocation.demo.chance import stream
from allocation.demo.names import make_names
from allocation.demo.outlets import LOTTERIES, SCHOOL_BUFFER_M, SPACING_M
from allocation.demo.people import DECISION_DATE

if TYPE_CHECKING:
    from allocation.demo.sizes import Sizes

SHARES = {"outlet": 0.7, "site": 0.15, "school": 0.15}
"""What the measured sites were measured to."""
SHARE_BEYOND = 0.3
"""Share of the measurements where the computed distance is long enough."""


def make_measured(
    seed: int, sizes: Sizes, places: pd.DataFrame, outlets: pd.DataFrame, schools: pd.DataFrame
) -> pd.DataFrame:
    """Return measured distances of candidate sites to outlets, schools and each other.

    Offices measure where the computed distance is close to the rule.  Walking is
    longer than the straight line, so what changes is mostly a refusal.
    """
    rng = stream(seed, "measured")
    sites = places[places["is_candidate"] & places["x"].notna()]
    by_kind = [(sites[sites["kind"] == kind], kind) for kind in LOTTERIES]
    pairs = {
        "outlet": pd.concat(
            [_to_outlets(own, outlets[outlets["kind"] == kind]) for own, kind in by_kind]
        ),
        "site": pd.concat([_among(own) for own, _ in by_kind]),
        "school": _to_schools(sites, schools),
    }
    chosen = pd.concat(
        [_closest_calls(pairs[name], round(part * sizes.measured)) for name, part in SHARES.items()]
    ).sort_values(["a", "b"])
    count = len(chosen)
    longer = 1.0 + rng.gamma(1.2, 0.06, size=count)
    # Three in ten registered points were themselves inexact.
    longer = np.where(rng.random(count) < 0.3, rng.uniform(0.9, 1.0, count), longer)
    days = rng.integers(20, 80, count).astype("timedelta64[D]")
    surveyors = make_names(rng, 4)
    return pd.DataFrame(
        {
            "place_id_a": chosen["a"].to_numpy(dtype=object),
            "place_id_b": chosen["b"].to_numpy(dtype=object),
            "distance_m": np.round(chosen["metres"].to_numpy() * longer, 1),
            "measured_by": surveyors[rng.integers(0, len(surveyors), count)],
            "measured_on": pd.Series((DECISION_DATE - days).astype("datetime64[ns]")),
        }
    )


def _closest_calls(pairs: pd.DataFrame, count: int) -> pd.DataFrame:
    """Return the pairs whose computed distance is nearest to what the rule asks for."""
    ordered = pairs[pairs["share"].between(0.55, 1.25)].sort_values(["a", "b"])
    beyond = ordered["share"] >= 1.0
    n_beyond = round(SHARE_BEYOND * count)
    return pd.concat(
        [
            ordered[beyond].nsmallest(n_beyond, "share"),
            ordered[~beyond].nlargest(count - n_beyond, "share"),
        ]
    )


def _to_outlets(sites: pd.DataFrame, outlets: pd.DataFrame) -> pd.DataFrame:
    metres, row = cKDTree(outlets[["x", "y"]].to_numpy()).query(sites[["x", "y"]].to_numpy())
    required = sites["zone"].map(SPACING_M).replace(0.0, np.nan).to_numpy(dtype=np.float64)
    return pd.DataFrame(
        {
            "a": sites["place_id"].to_numpy(dtype=object),
            "b": outlets["outlet_id"].to_numpy(dtype=object)[row],
            "metres": metres,
            "share": metres / required,
        }
    )


def _to_schools(sites: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    metres, row = cKDTree(schools[["x", "y"]].to_numpy()).query(sites[["x", "y"]].to_numpy())
    return pd.DataFrame(
        {
            "a": sites["place_id"].to_numpy(dtype=object),
            "b": schools["site_id"].to_numpy(dtype=object)[row],
            "metres": metres,
            "share": metres / SCHOOL_BUFFER_M,
        }
    )


def _among(sites: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of candidate sites of one kind that are near each other."""
    points = sites[["x", "y"]].to_numpy()
    reach = 1.25 * max(SPACING_M.values())
    first, second = cKDTree(points).query_pairs(reach, output_type="ndarray").T
    metres = np.hypot(*(points[first] - points[second]).T)
    required = sites["zone"].map(SPACING_M).to_numpy(dtype=np.float64)
    longer = np.maximum(required[first], required[second])
    ids = sites["place_id"].to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "a": ids[first],
            "b": ids[second],
            "metres": metres,
            "share": metres / np.where(longer > 0.0, longer, np.nan),
        }
    )
