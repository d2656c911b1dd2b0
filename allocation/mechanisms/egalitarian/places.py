"""Where the people drawn get their award: they choose in turn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from allocation.instance import Instance, Ints
from allocation.mechanisms.egalitarian.settle import Ground
from allocation.mechanisms.optimise.backend import Budget
from allocation.mechanisms.optimise.meaning import Formulation
from allocation.mechanisms.optimise.program import Program
from allocation.mechanisms.turns import choose_places


def place_winners(
    instance: Instance,
    formulation: Formulation,
    face: Program,
    grounds: Iterable[Ground],
    served: Sequence[int],
    budget: Budget,
) -> Ints:
    """Let the people served choose in turn: by tier, then draw number.

    Parameters
    ----------
    face
        The formulation's program; what it fixes outside the grounds is awarded as well.
    served
        Applicants whom some list of the lottery serves, and nobody else.

    Returns
    -------
    array
        Awarded applications, ascending.
    """
    n = len(formulation.applications)
    everybody = set(served)
    fixed = face.lower[:n] > 0
    chosen = []
    for ground in grounds:
        fixed[ground.columns] = ground.face.lower[ground.columns] > 0
        for piece in ground.pieces:
            fixed[piece.column[piece.column < n]] = False
            chosen.append(
                choose_places(instance, formulation, ground.face, piece, everybody, budget)
            )
    columns = np.concatenate([np.flatnonzero(fixed), *chosen]).astype(np.int64)
    return np.sort(formulation.applications[columns])
