"""What proves that no independent set of a graph is heavier than one found.

A proof is a list of steps about the sets that are heavier than a given value, of which
in the end there are none.  Every step is arithmetic on a few nodes, so that it is
confirmed without a solver (:mod:`allocation.checker.heaviest`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dominated:
    """A node that need not be chosen, because another can stand in for it.

    ``by`` is a neighbour of at least its weight, whose other neighbours are all
    neighbours of ``node`` too: a set with ``node`` loses nothing by taking ``by`` for it.
    """

    node: int
    by: int


@dataclass(frozen=True, slots=True)
class Row:
    """``sum of coefficient * chosen <= limit``, kept by every independent set.

    Attributes
    ----------
    nodes
        Few, or in an order in which the row is soon judged: each one's neighbours not far
        away.
    coefficients
        Positive integers, one a node.
    limit
        The greatest value an independent set of the nodes has: 1 for a clique with
        coefficients 1.
    """

    nodes: tuple[int, ...]
    coefficients: tuple[int, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class Cover:
    """Rows that together cover the weights, and so bound every set.

    With S the scale, D_v = S weight_v - sum of multiplier * coefficient of v is what the
    rows leave of a node.  Nodes that share a row are in one part; the nodes of a part
    are worth at most

        (sum of multiplier * limit of its rows + sum of max(D_v, 0) of its nodes) / S

    together, rounded down.  A node whose choice (D_v < 0) or absence (D_v > 0) costs more
    than the bounds of all parts leave above the value is in no heavier set, or in all of
    them; then it keeps its neighbours out.

    Attributes
    ----------
    value
        What a set must exceed that is not to be lost: the best known at this step.
    scale
        S.
    rows
        Those with a multiplier.
    multipliers
        Positive integers, one a row.
    """

    value: int
    scale: int
    rows: tuple[Row, ...]
    multipliers: tuple[int, ...]


SetProof = tuple[Dominated | Cover, ...]
