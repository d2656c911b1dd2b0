"""What moved from one run to another: places by their numbers of holders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from allocation.runs import Run

DIRECTIONS = ("gain", "loss", "swap", "relabel")
"""More holders, fewer holders, as many but other ones, and the same ones with another
number of reserved units."""

FACTS = ("kind", "name", "venue_id", "district", "township", "lon", "lat", "is_candidate")

COLUMNS = (
    "place_id",
    "kind",
    "name",
    "venue_id",
    "venue",
    "district",
    "township",
    "lon",
    "lat",
    "direction",
    "site",
    "n_before",
    "n_after",
    "change",
    "n_came",
    "n_went",
    "reserved_before",
    "reserved_after",
    "reserved_change",
)
"""Columns of the places that moved.

``site`` is ``opened`` or ``closed`` for a candidate site that only one of the two runs
opened; ``n_came`` and ``n_went`` count holders who are new or gone; ``reserved_…`` count
the units used as reserved ones.
"""


def sealed_tables(runs: Sequence[Run], name: str) -> tuple[pd.DataFrame, ...]:
    """Return one input table of each run, read once where the sealed bytes are equal."""
    read: dict[str, pd.DataFrame] = {}
    for run in runs:
        seal = _seal(run, name)
        if seal not in read:
            read[seal] = getattr(run.tables, name)
    return tuple(read[_seal(run, name)] for run in runs)


def is_same_table(one: Run, other: Run, name: str) -> bool:
    """Tell whether two runs read the same content, in whatever file it lay."""
    return _seal(one, name) == _seal(other, name)


def _seal(run: Run, name: str) -> str:
    sealed: Mapping[str, str] = run.manifest["files"]
    return sealed.get(f"inputs/{name}.parquet", "")


def joined(frames: Sequence[pd.DataFrame], key: str, columns: Sequence[str]) -> pd.DataFrame:
    """Join tables by id; where several know an id, the first one tells of it."""
    distinct = list({id(frame): frame for frame in frames}.values())
    picked = [frame[[key, *columns]] for frame in distinct]
    whole = picked[0] if len(picked) == 1 else pd.concat(picked, ignore_index=True)
    return whole.drop_duplicates(key).set_index(key)


def place_facts(places: Sequence[pd.DataFrame], venues: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return :data:`FACTS` and the name of the ``venue`` by place id."""
    facts = joined(places, "place_id", FACTS)
    names = joined(venues, "venue_id", ["name"])["name"]
    return facts.assign(venue=facts["venue_id"].map(names).astype("str"))


def known_in(base: pd.Series, other: pd.Series) -> pd.Series:
    """Tell for every id of two tables whether ``both``, ``base`` or ``other`` hold it."""
    of_base, of_other = set(base), set(other)
    words = dict.fromkeys(of_base, "base") | dict.fromkeys(of_other, "other")
    return pd.Series(words | dict.fromkeys(of_base & of_other, "both"), dtype="str")


def moved_places(before: pd.DataFrame, after: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """List every place with other holders or reserved units, the largest change first.

    Parameters
    ----------
    before, after
        Awards of the two runs.
    places
        Of :func:`place_facts`.
    """
    frame = _holders(before, after)
    frame = frame.join(places).rename_axis("place_id").reset_index()
    candidate = frame.pop("is_candidate").fillna(False).astype(bool)
    frame["direction"] = np.select(
        [frame["change"] > 0, frame["change"] < 0, frame["n_came"] > 0],
        ["gain", "loss", "swap"],
        "relabel",
    )
    frame["site"] = np.select(
        [candidate & (frame["n_before"] == 0), candidate & (frame["n_after"] == 0)],
        ["opened", "closed"],
        "",
    )
    sizes = frame[["change", "reserved_change"]].abs().add_prefix("size_")
    order = pd.concat([frame, sizes], axis=1).sort_values(
        ["size_change", "size_reserved_change", "n_came", "place_id"],
        ascending=[False, False, False, True],
    )
    return order[list(COLUMNS)].reset_index(drop=True)


def _holders(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Count holders and reserved units by place, where either is not the same."""
    key = ["applicant_id", "place_id"]
    pairs = before[key].merge(after[key], on=key, how="outer", indicator="side")
    sides = {"n_went": "left_only", "n_came": "right_only", "n_stayed": "both"}
    counts = {
        name: pairs.loc[pairs["side"] == side, "place_id"].value_counts()
        for name, side in sides.items()
    }
    for name, awards in (("reserved_before", before), ("reserved_after", after)):
        counts[name] = awards.loc[awards["reserve_used"] != "", "place_id"].value_counts()
    frame = pd.DataFrame(counts).fillna(0).astype("int64")
    frame = frame.assign(
        n_before=frame["n_stayed"] + frame["n_went"],
        n_after=frame["n_stayed"] + frame["n_came"],
        change=frame["n_came"] - frame["n_went"],
        reserved_change=frame["reserved_after"] - frame["reserved_before"],
    )
    is_same = (frame["n_went"] == 0) & (frame["n_came"] == 0) & (frame["reserved_change"] == 0)
    return frame[~is_same]
