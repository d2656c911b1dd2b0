"""What the map shows, once per run and language: frames and ready-made text of points.

Everything is kept with the open run; the frames are shared and never changed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation import atlas
from allocation.messages import Lang, text
from allocation.summary import kind_names
from allocation.tables.naming import place_names
from allocation.ui import store
from allocation.ui.map.icons import KEYS

if TYPE_CHECKING:
    from allocation.runs import Run

STATUSES = tuple(atlas.Status)

_DRAW_ORDER = ("awarded", "vacant", "candidate", "refused", "reserved")
"""Later ones lie on top: the few must not vanish below the many."""


@dataclass(frozen=True, eq=False)
class Points:
    """The places of a run, ready to be filtered and drawn.

    Attributes
    ----------
    facts
        As of :func:`allocation.atlas.place_facts`, with ``label`` (the place's name
        with its venue's), ``kind_name``, ``status_name`` and ``search`` (what a search looks
        through), by place id.
    rows
        One JSON object per place that has a position, in the order to draw them.
    order
        Row of ``facts`` per entry of ``rows``.
    """

    facts: pd.DataFrame
    rows: np.ndarray
    order: np.ndarray

    def shown(self, mask: pd.Series) -> list[str]:
        """Return the objects of the places a mask on ``facts`` lets through."""
        found: list[str] = self.rows[mask.to_numpy()[self.order]].tolist()
        return found


@store.remembered()
def points(run: Run, lang: Lang) -> Points:
    """Prepare the places of a run."""
    facts = _named(run, atlas.place_facts(run), lang)
    rank = facts["status"].map({status: row for row, status in enumerate(_DRAW_ORDER)})
    order = np.argsort(rank.to_numpy(), kind="stable")
    located = np.isfinite(facts["lon"].to_numpy()) & np.isfinite(facts["lat"].to_numpy())
    order = order[located[order]]
    drawn = facts.iloc[order]
    rows = [
        json.dumps(
            {"place_id": place_id, "p": [lon, lat], "i": KEYS[status], "t": tip},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for place_id, lon, lat, status, tip in zip(
            drawn["place_id"],
            drawn["lon"].round(6).tolist(),
            drawn["lat"].round(6).tolist(),
            drawn["status"],
            _tips(drawn),
            strict=True,
        )
    ]
    return Points(facts, np.array(rows, dtype=object), order)


@store.remembered()
def townships(run: Run) -> pd.DataFrame:
    """Count coverage and need by township."""
    return atlas.township_facts(run)


@store.remembered()
def shapes(run: Run) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the outlines of districts and the areas of townships."""
    return atlas.city_shapes(run)


@store.remembered()
def around(run: Run) -> atlas.Surroundings:
    """Work out the distances of a run."""
    return atlas.surroundings_of(run)


@store.remembered()
def conflicts(run: Run) -> pd.DataFrame:
    """List the pairs of sites in conflict."""
    return atlas.conflict_pairs(around(run.run_id))


@store.remembered()
def circles(run: Run) -> pd.DataFrame:
    """List the distances sites ask."""
    return atlas.spacing_circles(around(run.run_id))


@store.remembered()
def venues(run: Run, lang: Lang) -> dict[str, atlas.Venue]:
    """List the markets with several stalls, by id."""
    found = atlas.venues(run, points(run.run_id, lang).facts)
    return {venue.venue_id: venue for venue in found}


def _named(run: Run, facts: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Add the words a person reads and searches."""
    label = facts["place_id"].map(place_names(run.tables.places, run.tables.venues))
    label = label.where(label != "", facts["place_id"])
    kinds = kind_names(run.scenario, lang)
    words = {status: text(f"app_map_status_{status}", lang) for status in STATUSES}
    return facts.assign(
        label=label.astype(str),
        kind_name=facts["kind"].map(lambda kind: kinds.get(kind, kind)),
        status_name=facts["status"].map(words),
        search=(facts["place_id"] + " " + label.astype(str)).str.lower(),
    )


def _tips(drawn: pd.DataFrame) -> pd.Series:
    """Say name and status, and how many of several units are given."""
    several = "　" + drawn["n_awards"].astype(str) + "/" + drawn["capacity"].astype(str)
    units = several.where(drawn["capacity"] > 1, "")
    return drawn["label"] + "\n" + drawn["status_name"] + units
