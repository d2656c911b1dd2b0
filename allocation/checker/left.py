"""What is left to people who choose their places in turn.

A list they could choose instead serves the same people and is as good in every level
above.  Where these levels are proven, the proof, gone through, has fixed columns and rows
that no list as good moves; only what is left can differ from the list at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from allocation.checker.proof.bounds import Bounds
    from allocation.checker.proof.rows import Relaxation
    from allocation.checker.proof.rules import Rules
    from allocation.checker.standing import Standing
    from allocation.instance import Bools


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """In what a list may differ from the one at hand.

    Attributes
    ----------
    may_change
        Shape (k,): applications whose award may come or go.
    may_gain, may_lose
        Shape (m,): places whose number of awards may rise, or fall.
    refused
        Shape (k,): applications that cannot be granted when it is their applicant's turn.
    """

    may_change: Bools
    may_gain: Bools
    may_lose: Bools
    refused: Bools


def left_by_units(standing: Standing) -> Left:
    """Return what the units alone leave to those served: all their applications."""
    instance = standing.instance
    app, mine = instance.applications, standing.stage.applications
    may_change = np.zeros(len(app.place), dtype=np.bool_)
    may_change[mine] = app.eligible[mine]
    return Left(
        may_change & np.isin(app.applicant, app.applicant[standing.awards]),
        standing.at_place < instance.places.capacity,
        np.ones(len(instance.places.id), dtype=np.bool_),
        np.zeros(len(app.place), dtype=np.bool_),
    )


def left_by_proof(
    standing: Standing, rules: Rules, relaxation: Relaxation, bounds: Bounds, refused: Bools
) -> Left:
    """Return what is left to those served among the lists that keep some bounds.

    Parameters
    ----------
    bounds
        Which every list keeps that is as good as the one at hand in all levels above
        the choice.
    refused
        What claims of the proof refuse.
    """
    instance, rows = standing.instance, rules.rows
    app = instance.applications
    is_served = np.isin(app.applicant[rows], app.applicant[standing.awards])
    may_change = np.zeros(len(app.place), dtype=np.bool_)
    may_change[rows] = is_served & (bounds.lower < bounds.upper)[: len(rows)]
    awarded = np.bincount(app.place[standing.awards], minlength=len(instance.places.id))
    may_gain = np.zeros(len(awarded), dtype=np.bool_)
    may_lose = may_gain.copy()
    number = {name: p for p, name in enumerate(instance.places.id.tolist())}
    for (rule, item), row in relaxation.row_of.items():
        if rule == "capacity":
            p = number[item]
            may_gain[p] = awarded[p] < bounds.row_upper[row]
            may_lose[p] = awarded[p] > bounds.row_lower[row]
    return Left(may_change, may_gain, may_lose, refused)
