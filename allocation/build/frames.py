"""The tables of a run in the one order that everything downstream relies on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.messages import InputError
from allocation.rules.columns import numbers, text, times

if TYPE_CHECKING:
    from allocation.instance import Ints, Strings
    from allocation.read import Tables


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Tables that people and places come from, sorted; every index is 0, 1, 2, ...

    Attributes
    ----------
    applicants, places, existing_outlets, protected_sites, venues
        Sorted by their id.
    applications
        Sorted by applicant, preference rank, place; ``applicant`` and ``place`` are the
        row positions in those two tables.
    townships, held_awards
        In any order; nothing depends on it.
    """

    applicants: pd.DataFrame
    places: pd.DataFrame
    applications: pd.DataFrame
    existing_outlets: pd.DataFrame
    protected_sites: pd.DataFrame
    venues: pd.DataFrame
    townships: pd.DataFrame
    held_awards: pd.DataFrame


def sort_frames(tables: Tables) -> Frames:
    """Sort the tables, so that the order of rows in a file never matters.

    Raises
    ------
    InputError
        ``application_reference`` when an application names an applicant or a place that is
        in no table.
    """
    applicants = _sort_by_id(tables.applicants, "applicant_id")
    places = _sort_by_id(tables.places, "place_id")
    return Frames(
        applicants=applicants,
        places=places,
        applications=_sort_applications(tables.applications, applicants, places),
        existing_outlets=_sort_by_id(tables.existing_outlets, "outlet_id"),
        protected_sites=_sort_by_id(tables.protected_sites, "site_id"),
        venues=_sort_by_id(tables.venues, "venue_id"),
        townships=tables.townships,
        held_awards=tables.held_awards,
    )


def filled(frame: pd.DataFrame, column: str, missing: str = "") -> Strings:
    """Return a text column as objects, ``missing`` where a cell is empty."""
    values = text(frame, column)
    values[pd.isna(values)] = missing
    return values


def township_key(frame: pd.DataFrame, township: str = "township") -> Strings:
    """Return "district/township" per row; empty where no township is given."""
    names = filled(frame, township)
    keys: Strings = filled(frame, "district") + "/" + names
    keys[names == ""] = ""
    return keys


def positions_of(ids: Strings, wanted: Strings) -> Ints:
    """Return where each wanted id stands among ``ids``, -1 where it does not."""
    found = pd.Index(ids, dtype=object).get_indexer(pd.Index(wanted, dtype=object))
    return np.asarray(found, dtype=np.int64)


def _sort_by_id(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    # Code points, not a locale: the same order on every machine.
    order = np.argsort(filled(frame, column), kind="stable")
    return pd.DataFrame(frame.iloc[order]).reset_index(drop=True)


def _sort_applications(
    frame: pd.DataFrame, applicants: pd.DataFrame, places: pd.DataFrame
) -> pd.DataFrame:
    applicant = _refer(frame, "applicant_id", applicants)
    place = _refer(frame, "place_id", places)
    accepted = times(frame, "accepted_at").astype(np.int64)
    # The columns after the place only part two lines of one pair.
    ties = [numbers(frame, name) for name in ("condition_band", "priority_rank", "accepted_seq")]
    order = np.lexsort([*ties, accepted, place, numbers(frame, "preference_rank"), applicant])
    sorted_frame = pd.DataFrame(frame.iloc[order]).reset_index(drop=True)
    return sorted_frame.assign(applicant=applicant[order], place=place[order])


def _refer(frame: pd.DataFrame, column: str, target: pd.DataFrame) -> Ints:
    rows = positions_of(text(target, column), text(frame, column))
    if np.any(rows < 0):
        raise InputError("application_reference", column=column, count=int(np.sum(rows < 0)))
    return rows
