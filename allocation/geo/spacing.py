"""Who may not stand beside whom: spacing conflicts per pair of holder classes.

Spacing is a conflict graph.  Two different places p and q of one spacing group
conflict for holders of class h and k when their distance is less than the larger
(or, by setting, the smaller) of what p asks of h and what q asks of k.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from allocation.geo.metric import Bools, Ints
    from allocation.geo.pairs import Pairs


@dataclass(frozen=True, slots=True, eq=False)
class ClassPairs:
    """Conflicts, sorted by (left, right, class_left, class_right); shape (c,) each.

    Attributes
    ----------
    pair
        Row of the :class:`~allocation.geo.pairs.Pairs` the conflict comes from.
    class_left, class_right
        Index of the holder class at either place.
    required_mm
        The distance the two would have to keep.
    """

    pair: Ints
    class_left: Ints
    class_right: Ints
    required_mm: Ints


def class_conflicts(
    pairs: Pairs, required_mm: Ints, present: Bools, takes_smaller: Bools
) -> ClassPairs:
    """Conflicts among pairs of places.

    Parameters
    ----------
    pairs
        Pairs of places of one spacing group.
    required_mm
        Shape (places, classes): distance a place asks of a holder class.
    present
        Same shape: whether anybody of the class may be awarded the place.
    takes_smaller
        Shape (places,): the kind's setting is "min".  Only where both places say so
        does the smaller of the two distances count; the stricter setting wins.
    """
    smaller = (takes_smaller[pairs.left] & takes_smaller[pairs.right])[:, None, None]
    asked_left = required_mm[pairs.left][:, :, None]
    asked_right = required_mm[pairs.right][:, None, :]
    required: NDArray[np.int64] = np.where(
        smaller, np.minimum(asked_left, asked_right), np.maximum(asked_left, asked_right)
    )
    both = present[pairs.left][:, :, None] & present[pairs.right][:, None, :]
    pair, class_left, class_right = np.nonzero(both & (pairs.length_mm[:, None, None] < required))
    return ClassPairs(pair, class_left, class_right, required[pair, class_left, class_right])
