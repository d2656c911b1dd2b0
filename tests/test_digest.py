"""The canonical form of tables: what it says, and what makes no difference to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from allocation.read import load_sealed_tables, make_tables, read_tables
from allocation.read.digest import canonical_text, rows_digest, table_digests
from allocation.scenario import load_scenario
from tests.builders import make_frame
from tests.town import write_town

if TYPE_CHECKING:
    from pathlib import Path

APPLICATIONS = [
    {"applicant_id": "B", "place_id": "P1", "preference_rank": 1},
    {
        "applicant_id": "A",
        "place_id": "P1",
        "preference_rank": 2,
        "accepted_at": "2023-11-02 09:00:00",
    },
    {"applicant_id": "A", "place_id": "甲", "preference_rank": 1},
]


def test_the_text_is_what_the_description_says() -> None:
    """Columns that hold anything by name, then rows by their text; null, numbers, times."""
    assert canonical_text("applications", make_frame("applications", APPLICATIONS)) == (
        '["accepted_at","applicant_id","place_id","preference_rank"]\n'
        '["2023-11-02T09:00:00","A","P1",2]\n'
        '[null,"A","甲",1]\n'
        '[null,"B","P1",1]\n'
    )


def test_geometry_is_hexadecimal_little_endian_wkb() -> None:
    square = shapely.box(0, 0, 1, 1)
    frame = gpd.GeoDataFrame(
        make_frame("districts", [{"name": "东港区", "geometry": square}]), crs="EPSG:4490"
    )
    assert shapely.to_wkb(square, hex=True, byte_order=1) in canonical_text("districts", frame)


@given(st.permutations(range(len(APPLICATIONS))))
def test_row_order_does_not_matter(order: list[int]) -> None:
    frame = make_frame("applications", APPLICATIONS)
    shuffled = frame.iloc[order].reset_index(drop=True)
    assert canonical_text("applications", shuffled) == canonical_text("applications", frame)


def test_a_column_nobody_filled_does_not_matter() -> None:
    """A later version may add columns; what was sealed before stays what it was."""
    columns: dict[str, list[Any]] = {"a": ["x", None], "b": [1, 2]}
    assert rows_digest({**columns, "c": [None, None]}) == rows_digest(columns)
    assert rows_digest({**columns, "c": [None, 0]}) != rows_digest(columns)
    assert rows_digest({}).rows == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([None], [""]),
        ([1], ["1"]),
        ([True], [1]),
        (['a","b'], ["a", "b"]),
        (["a\nb"], ["a", "b"]),
    ],
)
def test_different_cells_never_look_alike(one: list[object], other: list[object]) -> None:
    assert rows_digest({"a": [*one], "b": [0] * len(one)}) != rows_digest(
        {"a": [*other], "b": [0] * len(other)}
    )


def test_sealing_in_parquet_changes_nothing(tmp_path: Path) -> None:
    """What is read back from a run folder has the hashes of what was read."""
    read = read_tables(load_scenario(write_town(tmp_path)))
    read.save(tmp_path / "sealed")
    assert table_digests(load_sealed_tables(tmp_path / "sealed")) == table_digests(read)


def test_every_cell_counts(tmp_path: Path) -> None:
    """Change any cell of any table: the hash of this table changes, of no other."""
    read = read_tables(load_scenario(write_town(tmp_path)))
    before = table_digests(read)
    n_cells = 0
    for name, frame in read.frames.items():
        for column in frame:
            filled = frame.index[frame[column].notna()]
            if filled.empty or column == "geometry":
                continue
            changed = frame.copy()
            cells = changed[column].tolist()
            cells[filled[-1]] = other_value(cells[filled[-1]])
            changed[column] = pd.Series(cells, dtype=frame[column].dtype)
            after = table_digests(make_tables({**read.frames, name: changed}, (), ()))
            assert {key for key in after if after[key] != before[key]} == {name}, column
            n_cells += 1
    assert n_cells > 20


def other_value(value: Any) -> Any:
    """Make another value of the same kind."""
    if isinstance(value, bool | np.bool_):
        return not value
    if isinstance(value, pd.Timestamp):
        return value + pd.Timedelta(seconds=1)
    return f"{value}'" if isinstance(value, str) else value + 1
