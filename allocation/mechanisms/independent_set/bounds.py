"""The bound that rows prove for the sets of a graph, and what follows from it.

Every number is an integer; what a linear program says is only where they come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from allocation.instance import Floats, Ints
from allocation.mechanisms.independent_set.graph import ConflictGraph
from allocation.mechanisms.optimise.certificate import certify
from allocation.mechanisms.optimise.program import Program
from allocation.set_proof import Cover, Row


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A bound with its proof, for each part: the nodes tied together by its rows.

    Attributes
    ----------
    rows, multipliers
        Rows with a positive multiplier, and these, times the scale.
    part
        Shape (n,): number of the part a node is in.
    scaled
        Shape (parts,): bound of a part times the scale.
    left
        Shape (n,): what the rows leave of a node, times the scale.
    """

    scale: int
    rows: tuple[Row, ...]
    multipliers: Ints
    part: Ints
    scaled: Ints
    left: Ints

    @property
    def value(self) -> int:
        """Greatest value an independent set can have."""
        return int((self.scaled // self.scale).sum())

    @property
    def linear(self) -> float:
        """The same before rounding down."""
        return float(self.scaled.sum()) / self.scale

    def cover(self, value: int) -> Cover:
        """Return the step of a proof that there is no set, or what it is like, above a value."""
        return Cover(value, self.scale, self.rows, tuple(self.multipliers.tolist()))

    def excluded(self, graph: ConflictGraph, value: int) -> frozenset[int]:
        """Return live nodes that are in no set heavier than a value."""
        least = value + 1 - self.value + self.scaled // self.scale
        spare = (self.scaled - self.scale * least)[self.part]
        loss = np.where(graph.live, self.left, 0)
        out = set(np.flatnonzero(loss < -spare).tolist())
        for v in np.flatnonzero(loss > spare).tolist():
            out |= graph.neighbours[v]
        return frozenset(out)


def bound_of(graph: ConflictGraph, rows: Sequence[Row], program: Program, duals: Floats) -> Bound:
    """Make duals of the rows a bound in integers.

    Parameters
    ----------
    program
        That of the rows.
    duals
        Shape (rows,).

    Raises
    ------
    ArithmeticError
        When a dual is no number, or beyond what 64 bits hold.
    """
    certificate = certify(program, graph.weights, np.maximum(duals, 0.0))
    if certificate is None:
        raise ArithmeticError("the duals of a relaxation cannot be rounded to integers")
    used = np.flatnonzero(certificate.duals)
    left, multipliers = certificate.reduced_costs, certificate.duals[used]
    count, part, part_of_row = _parts(graph, program.matrix[used])
    scaled = np.zeros(count, dtype=np.int64)
    np.add.at(scaled, part, np.where(graph.live, np.maximum(left, 0), 0))
    np.add.at(scaled, part_of_row, multipliers * program.row_upper[used])
    return Bound(
        certificate.scale,
        tuple(rows[r] for r in used.tolist()),
        multipliers,
        part,
        scaled,
        left,
    )


def _parts(graph: ConflictGraph, matrix: sp.csr_array) -> tuple[int, Ints, Ints]:
    """Return how many parts rows tie the live nodes to, and the part of each node and row."""
    ties = sp.csr_array(matrix.multiply(graph.live).astype(np.int64))
    ties.eliminate_zeros()
    count, part = connected_components(sp.block_array([[None, ties.T], [ties, None]]))
    n = len(graph.weights)
    return int(count), part[:n].astype(np.int64), part[n:].astype(np.int64)
