"""From an award list as a table to applications of the instance (V1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.report import Violation

if TYPE_CHECKING:
    import pandas as pd

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
    applicant_of = {name: i for i, name in enumerate(instance.applicants.id)}
    place_of = {name: p for p, name in enumerate(instance.places.id)}
    application_of = application_index(instance)
    rows: dict[int, int] = {}
    violations = []
    lines = zip(awards["applicant_id"].tolist(), awards["place_id"].tolist(), strict=True)
    for line, (applicant_id, place_id) in enumerate(lines):
        row = application_of.get((applicant_of.get(applicant_id, -1), place_of.get(place_id, -1)))
        code = ""
        if applicant_id not in applicant_of:
            # The id is not repeated: it may be anything a person typed.
            violations.append(Violation("check_applicant_unknown", {"line": line + 1}))
        elif place_id not in place_of:
            violations.append(Violation("check_place_unknown", {"line": line + 1}))
        elif row is None:
            code = "check_not_applied"
        elif row in rows:
            code = "check_listed_twice"
        elif not instance.applications.eligible[row]:
            code = "check_not_eligible"
        if code:
            params = {"applicant_id": applicant_id, "place_id": place_id}
            if code == "check_not_eligible" and row is not None and row in instance.exclusions:
                params["reason"] = instance.exclusions[row].code
            violations.append(Violation(code, params))
        if row is not None:
            rows.setdefault(row, line)
    found = np.array(list(rows), dtype=np.int64)
    return Listing(found, np.array(list(rows.values()), dtype=np.int64)), violations


def application_index(instance: Instance) -> Mapping[tuple[int, int], int]:
    """Map (applicant, place) to the application; of repeated ones the eligible one."""
    app = instance.applications
    index: dict[tuple[int, int], int] = {}
    pairs = zip(app.applicant.tolist(), app.place.tolist(), strict=True)
    for row, pair in enumerate(pairs):
        if pair not in index or (app.eligible[row] and not app.eligible[index[pair]]):
            index[pair] = row
    return index
