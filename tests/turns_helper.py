"""Choices in turn beside the other lists people could have had."""

from __future__ import annotations

import numpy as np
import pandas as pd

from allocation.checker import CheckReport, check_awards
from allocation.instance import Instance
from allocation.measures import result_record
from allocation.records import award_table, proof_table
from allocation.result import Result
from tests import oracle


def table(instance: Instance, awards: list[int]) -> pd.DataFrame:
    """Return an award list as a file would hold it."""
    app = instance.applications
    return pd.DataFrame(
        {
            "applicant_id": instance.applicants.id[app.applicant[awards]],
            "place_id": instance.places.id[app.place[awards]],
        }
    )


def proven(
    instance: Instance,
    result: Result,
    awards: list[int] | None = None,
    proofs: pd.DataFrame | None = None,
) -> CheckReport:
    """Check a list by the record of a result; list and proof are its own unless given."""
    mine = award_table(instance, result) if awards is None else table(instance, awards)
    record = result_record(instance, result)
    return check_awards(instance, mine, record, proof_table(result) if proofs is None else proofs)


def as_good(instance: Instance, result: Result) -> list[list[int]]:
    """Return the other lists that serve the same people and reach the levels above."""
    (stage,) = instance.stages
    lists = oracle.lawful_lists(instance, 0)
    best = rows_of(instance, [result.awards.tolist()])
    served = oracle.people_served(instance, best)
    same = (oracle.people_served(instance, lists) == served).all(axis=1)
    for level in result.stages[0].levels:
        if level.code not in ("people", "unique_people", "preference_serial"):
            values = oracle.evaluate(instance, stage, level.code, dict(level.params), lists)
            own = oracle.evaluate(instance, stage, level.code, dict(level.params), best)
            same &= values == own
    same &= (lists != best).any(axis=1)
    return [np.flatnonzero(row).tolist() for row in lists[same]]


def rows_of(instance: Instance, lists: list[list[int]]) -> oracle.Rows:
    """Return lists of awards as an enumeration holds them."""
    rows = np.zeros((len(lists), len(instance.applications.place)), dtype=np.bool_)
    for row, awards in zip(rows, lists, strict=True):
        row[awards] = True
    return rows
