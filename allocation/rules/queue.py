"""Order of acceptance for licences: the time decides, never an optimiser or a draw.

行政许可法 第五十七条: a licence of limited number goes in the order in which applications
were accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.messages import InputError
from allocation.rules import columns

if TYPE_CHECKING:
    from allocation.instance import Bools, Floats, Ints
    from allocation.scenario import Scenario


def queue_kinds(scenario: Scenario) -> list[str]:
    """Return the kinds that are given by order of acceptance."""
    return [kind for stage in scenario.stages if stage.mechanism == "queue" for kind in stage.kinds]


def accepted_order(
    applicants: pd.DataFrame,
    applications: pd.DataFrame,
    places: pd.DataFrame,
    scenario: Scenario,
) -> Ints:
    """Give the applications of each queue kind their place in the order of acceptance.

    行政许可法 第五十七条; of applications accepted in the same second a disabled
    person's goes first (日政办字〔2023〕18号 第7条, "在同等条件下优先扶持、优先办理"), then
    the office's ``accepted_seq``.  Of one person's own applications the better
    preference rank goes first.

    Returns
    -------
    Ints
        0 for the first of its kind, -1 for kinds without a queue.

    Raises
    ------
    ScenarioError
        ``rule_needs_column`` without any acceptance time.
    InputError
        ``accepted_at_missing``, or ``queue_tie`` when nothing separates two applicants.
    """
    kind = columns.text(places, "kind")[columns.positions(applications, "place")]
    applicant = columns.positions(applications, "applicant")
    general = ~columns.is_word(applicants, "group", "disabled")[applicant]
    accepted = columns.times(applications, "accepted_at")
    sequence = columns.numbers(applications, "accepted_seq")
    order = np.full(len(applications), -1, dtype=np.int64)
    for name in queue_kinds(scenario):
        rows = np.flatnonzero(kind == name)
        if not len(rows):
            continue
        columns.require(applications, "applications", "accepted_at", "accepted_order", name)
        if np.isnat(accepted[rows]).any():
            raise InputError(
                "accepted_at_missing", kind=name, count=int(np.isnat(accepted[rows]).sum())
            )
        keys = (sequence[rows], general[rows], accepted[rows])
        rows = rows[np.lexsort(keys)]
        _refuse_ties(name, applicant[rows], accepted[rows], general[rows], sequence[rows])
        order[rows] = np.arange(len(rows))
    return order


def acceptance_rank(applications: pd.DataFrame) -> Ints:
    """Rank applications by acceptance time and sequence alone; unknown times come last."""
    accepted = pd.Series(columns.times(applications, "accepted_at"))
    sequence = pd.Series(columns.numbers(applications, "accepted_seq"))
    table = pd.DataFrame({"accepted": accepted, "sequence": sequence})
    order = table.sort_values(["accepted", "sequence"], kind="stable").index.to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _refuse_ties(
    kind: str, applicant: Ints, accepted: columns.Dates, general: Bools, sequence: Floats
) -> None:
    """Refuse neighbours in the order that nothing separates, unless they are one person's."""
    same = (
        (accepted[1:] == accepted[:-1])
        & (general[1:] == general[:-1])
        # A sequence that is not known separates nobody.
        & ~(sequence[1:] > sequence[:-1])
        & (applicant[1:] != applicant[:-1])
    )
    if same.any():
        at = int(np.flatnonzero(same)[0])
        raise InputError(
            "queue_tie", kind=kind, count=int(same.sum()), accepted_at=str(accepted[at])
        )
