"""Whole small cities for tests, in a few lines.

:func:`city` makes the tables and the scenario of a run from what a test is about and
fills in everything else::

    town = city(
        applicants={"ann": {}, "bob": {"group": "general"}},
        places={"p": {"kind": "stall"}, "q": {"kind": "kiosk", "at": (0, 250)}},
        applications={"ann": "p q", "bob": "p"},
        scenario={"reserve": {"stall": {"beneficiaries": {"group": "disabled"}, "share": 0.5}}},
    )
    town.instance.applications.eligible

Ids alone do where nothing else matters: ``applicants="ann bob"`` or ``applicants=3``
(``A1``, ``A2``, ``A3``), and likewise ``places="p q"`` or ``places=2`` (``P1``, ``P2``).
Positions are metres east and north of a corner in the city: ``"at": (300, 0)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pyproj import Transformer

from allocation.build import build_instance
from allocation.read.sealed import Tables, make_tables
from allocation.scenario import Scenario, scenario_from_mapping
from allocation.tables import INPUT_TABLES

if TYPE_CHECKING:
    from allocation.instance import Instance, Reason

Row = Mapping[str, Any]
Rows = int | str | Mapping[str, Any] | Sequence[Row] | pd.DataFrame
Wishes = Mapping[str, str | Sequence[str]] | Sequence[Row] | pd.DataFrame

ORIGIN = (480_000.0, 3_920_000.0)
"""Corner that positions are counted from, in metres of EPSG:4549: inside Rizhao."""

DEFAULTS: Mapping[str, Row] = {
    "applicants": {"group": "disabled", "first_tobacco_application": "no"},
    "places": {"kind": "stall", "capacity": 1, "is_candidate": False},
    "existing_outlets": {"kind": "welfare_lottery"},
    "protected_sites": {"site_type": "primary_school"},
    "held_awards": {"kind": "stall"},
}
"""Cells that a row has unless a test gives its own."""

QUEUE_KINDS = ("tobacco",)
"""Kinds that get a queue stage of their own where a test names no stages."""

_TO_DEGREES = Transformer.from_crs("EPSG:4549", "EPSG:4490", always_xy=True)


@dataclass(frozen=True)
class City:
    """Tables and scenario of a run."""

    tables: Tables
    scenario: Scenario

    @cached_property
    def instance(self) -> Instance:
        """The instance built from both."""
        return build_instance(self.tables, self.scenario)

    def shuffled(self, seed: int) -> City:
        """Return the same city with the rows of every table in another order."""
        rng = np.random.default_rng(seed)
        frames = {
            name: frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)
            for name, frame in self.tables.frames.items()
        }
        return City(replace(self.tables, frames=frames), self.scenario)

    def row(self, applicant_id: str, place_id: str) -> int:
        """Return where an application stands in the instance."""
        applications, ids = self.instance.applications, self.instance.applicants.id
        of_pair = (ids[applications.applicant] == applicant_id) & (
            self.instance.places.id[applications.place] == place_id
        )
        (found,) = np.flatnonzero(of_pair)
        return int(found)

    def exclusion(self, applicant_id: str, place_id: str) -> Reason | None:
        """Return why an application is not eligible, None where it is."""
        return self.instance.exclusions.get(self.row(applicant_id, place_id))

    def code(self, applicant_id: str, place_id: str) -> str:
        """Return the code of the exclusion, ``""`` for an eligible application."""
        reason = self.exclusion(applicant_id, place_id)
        return "" if reason is None else reason.code


def city(
    applicants: Rows = 1,
    places: Rows = 1,
    applications: Wishes | None = None,
    scenario: Mapping[str, Any] | None = None,
    **tables: Rows,
) -> City:
    """Make a city.

    Parameters
    ----------
    applicants, places
        A number, ids in one text, id -> cells, rows, or a frame.  An applicant is
        disabled, a place a stall of capacity 1, unless the cells say otherwise.
    applications
        Applicant id -> place ids, best first, or rows; default: everybody wants every
        place, in order of ids.
    scenario
        Settings as in a scenario file, on top of :func:`settings_for` the kinds used.
    **tables
        Further tables by name: ``existing_outlets={"x": {"kind": "kiosk", "at": (0, 9)}}``.
    """
    people = make_frame("applicants", applicants, "A")
    spots = make_frame("places", places, "P")
    wishes = applications
    if wishes is None:
        everything = sorted(spots["place_id"])
        wishes = dict.fromkeys(sorted(people["applicant_id"]), everything)
    frames = {
        "applicants": people,
        "places": spots,
        "applications": make_frame("applications", _ranked(wishes)),
        **{name: make_frame(name, rows) for name, rows in tables.items()},
    }
    settings = {**settings_for(spots["kind"].tolist()), **(scenario or {})}
    return City(make_tables(frames, (), ()), make_scenario(settings))


def settings_for(kinds: Sequence[str]) -> dict[str, Any]:
    """Return the smallest settings: one queue per licence kind, then all others jointly."""
    present = sorted(set(kinds))
    joint = [kind for kind in present if kind not in QUEUE_KINDS]
    stages = [
        {"name": kind, "kinds": [kind], "mechanism": "queue"}
        for kind in present
        if kind in QUEUE_KINDS
    ]
    if joint:
        stages.append({"name": "joint", "kinds": joint, "mechanism": "optimal"})
    return {"name": "test", "data": {"folder": "."}, "stage": stages}


def make_scenario(settings: Mapping[str, Any]) -> Scenario:
    """Make a scenario from settings as in a scenario file."""
    return scenario_from_mapping(dict(settings), Path())


def make_frame(table: str, rows: Rows | Sequence[Row], letter: str = "X") -> pd.DataFrame:
    """Make a canonical frame from rows that name only the cells that matter."""
    if isinstance(rows, pd.DataFrame):
        rows = _records(rows)
    key = INPUT_TABLES[table].key[0]
    if isinstance(rows, int):
        rows = " ".join(f"{letter}{number}" for number in range(1, rows + 1))
    if isinstance(rows, str):
        rows = {name: {} for name in rows.split()}
    if isinstance(rows, Mapping):
        rows = [{key: name, **cells} for name, cells in rows.items()]
    cells = [_locate({**DEFAULTS.get(table, {}), **row}) for row in rows]
    columns = INPUT_TABLES[table].columns
    unknown = {name for row in cells for name in row} - {column.name for column in columns}
    if unknown:
        raise KeyError(f"no such column in {table}: {', '.join(sorted(unknown))}")
    return pd.DataFrame(
        {
            column.name: pd.Series(
                [row.get(column.name) for row in cells],
                dtype="object" if column.type == "geometry" else column.dtype,
            )
            for column in columns
        }
    )


def _ranked(wishes: Wishes) -> Sequence[Row]:
    if isinstance(wishes, pd.DataFrame):
        return _records(wishes)
    if not isinstance(wishes, Mapping):
        return wishes
    return [
        {"applicant_id": applicant, "place_id": place, "preference_rank": rank}
        for applicant, listed in wishes.items()
        for rank, place in enumerate(listed.split() if isinstance(listed, str) else listed, 1)
    ]


def _locate(row: Row) -> Row:
    if "at" not in row:
        return row
    east, north = row["at"]
    lon, lat = _TO_DEGREES.transform(ORIGIN[0] + east, ORIGIN[1] + north)
    return {**{name: cell for name, cell in row.items() if name != "at"}, "lon": lon, "lat": lat}


def _records(frame: pd.DataFrame) -> list[Row]:
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, cells, strict=True)) for cells in frame.itertuples(index=False)]


def site(east: float, north: float = 0.0, **cells: Any) -> dict[str, Any]:
    """Return the cells of a candidate site of the welfare lottery, in town."""
    return {
        "kind": "welfare_lottery",
        "is_candidate": True,
        "zone": "urban",
        "at": (east, north),
        **cells,
    }


def spaced(metres: float = 300, kind: str = "welfare_lottery", **rule: Any) -> dict[str, Any]:
    """Return settings that ask one distance in every zone."""
    return {"spacing": {kind: {"urban_m": metres, "town_m": metres, "rural_m": metres, **rule}}}
