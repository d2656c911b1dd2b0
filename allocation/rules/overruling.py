"""Overrulings: which applications a named person's decision is about.

日政办字〔2023〕18号 第26条 leaves the assessment to a review; 残疾人就业条例 第四条 forbids
refusing people for their disability.  The scenario names the application, the person, the
reason and the day, so that the run keeps who took the responsibility.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.messages.problems import Problem, raise_problems
from allocation.rules import columns

if TYPE_CHECKING:
    from allocation.instance import Ints
    from allocation.scenario import Scenario


def overruling_of(
    applicants: pd.DataFrame,
    places: pd.DataFrame,
    applications: pd.DataFrame,
    scenario: Scenario,
) -> Ints:
    """Return for each application its index in ``scenario.overrulings``, -1 for none.

    Parameters
    ----------
    applications
        With row positions in the columns ``applicant`` and ``place``.
    """
    found = np.full(len(applications), -1, dtype=np.int64)
    if not scenario.overrulings:
        return found
    rules = pd.MultiIndex.from_arrays(_pairs(applicants, places, scenario))
    mine = applications["applicant"].isin(rules.get_level_values(0)).to_numpy()
    filed = pd.MultiIndex.from_frame(applications.loc[mine, ["applicant", "place"]])
    found[mine] = rules.get_indexer(filed)
    return found


def refuse_unknown(
    applicants: pd.DataFrame, places: pd.DataFrame, of_application: Ints, scenario: Scenario
) -> None:
    """Refuse overrulings about applications nobody filed.

    Raises
    ------
    ScenarioError
        ``overruling_unknown``, for all of them at once.
    """
    missing = np.setdiff1d(np.arange(len(scenario.overrulings)), of_application)
    if not len(missing):
        return
    who, where = _pairs(applicants, places, scenario)
    problems = []
    for index in missing.tolist():
        what = "applicant" if who[index] < 0 else "place" if where[index] < 0 else "application"
        rule = scenario.overrulings[index]
        params = {
            "applicant_id": rule.applicant_id,
            "place_id": rule.place_id,
            "missing": Problem(f"overruling_no_{what}"),
        }
        problems.append(Problem("overruling_unknown", params))
    raise_problems(problems)


def _pairs(applicants: pd.DataFrame, places: pd.DataFrame, scenario: Scenario) -> tuple[Ints, Ints]:
    """Return the rows of applicant and place of each overruling, -1 for one in no table."""
    rules = scenario.overrulings
    return (
        _positions(applicants, "applicant_id", [rule.applicant_id for rule in rules]),
        _positions(places, "place_id", [rule.place_id for rule in rules]),
    )


def _positions(frame: pd.DataFrame, column: str, ids: list[str]) -> Ints:
    index = pd.Index(columns.text(frame, column), dtype=object)
    return np.asarray(index.get_indexer(pd.Index(ids, dtype=object)), dtype=np.int64)
