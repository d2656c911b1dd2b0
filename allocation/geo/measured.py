"""Distances measured on the ground: they beat the computed ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from allocation.geo.metric import Ints, Strings, length_mm
from allocation.messages import InputError


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Measured distances, one row per unordered pair of ids; any site may be named.

    Attributes
    ----------
    a, b
        Ids, ``a < b``.
    length_mm
        Whole millimetres.
    """

    a: Strings
    b: Strings
    length_mm: Ints

    def between(self, left: Strings, right: Strings) -> tuple[Ints, Ints, Ints]:
        """Rows of ``left`` and of ``right`` joined by a measurement, and its length."""
        forth = _rows(left, self.a), _rows(right, self.b)
        back = _rows(left, self.b), _rows(right, self.a)
        i, j = np.concatenate([forth[0], back[0]]), np.concatenate([forth[1], back[1]])
        both = (i >= 0) & (j >= 0)
        return i[both], j[both], np.tile(self.length_mm, 2)[both]


NONE_MEASURED = Measured(
    np.empty(0, dtype=object), np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
)


def read_measured(table: pd.DataFrame) -> Measured:
    """Take the table of measured distances; the latest measurement of a pair counts.

    Raises
    ------
    InputError
        ``measured_twice`` when a pair has two lengths and no date tells them apart.
    """
    if table.empty:
        return NONE_MEASURED
    first = table["place_id_a"].to_numpy(dtype=object)
    second = table["place_id_b"].to_numpy(dtype=object)
    forth = first < second
    rows = pd.DataFrame(
        {
            "a": np.where(forth, first, second),
            "b": np.where(forth, second, first),
            "mm": length_mm(table["distance_m"].to_numpy(dtype=np.float64)),
            # An undated measurement (NaT, the smallest integer) is older than any other.
            "on": pd.to_datetime(table["measured_on"]).to_numpy().astype("M8[D]").astype(np.int64),
        }
    )
    latest = rows[rows["on"] == rows.groupby(["a", "b"])["on"].transform("max")]
    latest = latest.drop_duplicates(["a", "b", "mm"]).sort_values(["a", "b", "mm"])
    clash = latest.duplicated(["a", "b"])
    if clash.any():
        pair = latest[clash].iloc[0]
        raise InputError("measured_twice", place_a=pair["a"], place_b=pair["b"])
    return Measured(
        latest["a"].to_numpy(dtype=object),
        latest["b"].to_numpy(dtype=object),
        latest["mm"].to_numpy(dtype=np.int64),
    )


def _rows(ids: Strings, wanted: Strings) -> Ints:
    rows: Any = pd.Index(ids, dtype=object).get_indexer(pd.Index(wanted, dtype=object))
    return np.asarray(rows, dtype=np.int64)
