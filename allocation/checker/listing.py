"""From an award list as a table to applications of the instance (V1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from allocation.checker.report import Violation

if TYPE_CHECKING:
    from allocation.instance import Instance, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """The lines of an award list that name an application.

    Attributes
    ----------
    rows
        Application indices, each once, in the order of the list.
    lines
        Position of each in the table.
    """

    rows: Ints
    lines: Ints


def read_listing(instance: Instance, awards: pd.DataFrame) -> tuple[Listing, list[Violation]]:
    """Find the application behind each line, and what is wrong with the line itself.

    Unknown people and places, places not applied for, lines said twice and applications
    that the rules exclude.  Eligibility is the instance's (``applications.eligible`` and
    ``exclusions``): the checker does not judge it again.
    """
    named = find_applications(instance, awards)
    # The first line of each application, as a list gives it.
    _, first, which = np.unique(named.rows, return_index=True, return_inverse=True)
    is_first = first[which] == np.arange(len(named.rows))
    eligible = np.append(instance.applications.eligible, False)[named.rows]
    wrong = np.flatnonzero((named.rows < 0) | ~is_first | ~eligible)
    ids = zip(
        awards["applicant_id"].iloc[wrong].tolist(),
        awards["place_id"].iloc[wrong].tolist(),
        strict=True,
    )
    violations = []
    for line, (applicant_id, place_id) in zip(wrong.tolist(), ids, strict=True):
        row = int(named.rows[line])
        params: dict[str, Any] = {"applicant_id": applicant_id, "place_id": place_id}
        if named.applicant[line] < 0:
            # The id is not repeated: it may be anything a person typed.
            code, params = "check_applicant_unknown", {"line": line + 1}
        elif named.place[line] < 0:
            code, params = "check_place_unknown", {"line": line + 1}
        elif row < 0:
            code = "check_not_applied"
        elif not is_first[line]:
            code = "check_listed_twice"
        else:
            code = "check_not_eligible"
            if row in instance.exclusions:
                params["reason"] = instance.exclusions[row].code
        violations.append(Violation(code, params))
    lines = np.flatnonzero(is_first & (named.rows >= 0))
    return Listing(named.rows[lines], lines), violations


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """What the lines of a table name, -1 for what is not there; one entry per line.

    Attributes
    ----------
    applicant, place
        Their indices.
    rows
        The application; of a pair filed twice the one with a right to the place.
    """

    applicant: Ints
    place: Ints
    rows: Ints


def find_applications(instance: Instance, table: pd.DataFrame) -> Named:
    """Find what each line of a table with ``applicant_id`` and ``place_id`` names."""
    app = instance.applications
    n_places = max(1, len(instance.places.id))
    person = pd.Index(instance.applicants.id).get_indexer(pd.Index(table["applicant_id"]))
    place = pd.Index(instance.places.id).get_indexer(pd.Index(table["place_id"]))
    pair = np.where((person >= 0) & (place >= 0), person * n_places + place, -1)
    filed = app.applicant * n_places + app.place
    rights_first = np.lexsort((~app.eligible, filed))
    known, first = np.unique(filed[rights_first], return_index=True)
    rows = np.append(rights_first[first], -1)[pd.Index(known).get_indexer(pd.Index(pair))]
    return Named(person, place, rows)
