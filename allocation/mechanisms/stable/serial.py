"""Ordered serial dictatorship: people choose in turn among what is still lawful.

Where applicants bring their premises, spacing cannot be taken out of the match.  Then
one order of people decides everywhere: tier, then draw.  Each in turn gets the best
place on their list that every rule still allows beside what was granted before.  Because
the rules are closed under removal (what stands beside more awards stands beside fewer)
and the order is the same everywhere, nobody envies somebody later in the order,
nothing is wasted, and nobody gains by a false list; with an order of each place's own
such a list need not exist (tests/test_stable_serial.py has the example).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.mechanisms.ledger import grant_in_turn
from allocation.rules.order import criterion_values
from allocation.rules.priority import COMMON_ORDER

if TYPE_CHECKING:
    from allocation.instance import Instance, Ints, Stage


def choose_in_turn(instance: Instance, stage: Stage, earlier: Ints) -> Ints:
    """Let the applicants of a stage choose in the common order.

    Parameters
    ----------
    earlier
        Applications awarded in earlier stages.

    Returns
    -------
    Ints
        Awarded applications, ascending.
    """
    rows = stage.applications[instance.applications.eligible[stage.applications]]
    keys = [criterion_values(instance, name, rows) for name in COMMON_ORDER]
    # Within a person the applications stand in order of preference.
    turns = rows[np.lexsort([rows, *keys[::-1]])]
    return grant_in_turn(instance, earlier, turns.tolist())
