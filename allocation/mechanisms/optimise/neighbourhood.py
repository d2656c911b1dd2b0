"""What stands around some columns of a program, ring by ring of the rows they share.

Where a relaxation is fractional in a few places only, an integer point is mostly found by
choosing anew around them and leaving everything else as the relaxation has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from allocation.instance import Bools, Ints
from allocation.mechanisms.optimise.program import Program


def neighbourhoods(program: Program, seeds: Bools, sizes: Sequence[int]) -> Iterator[Bools]:
    """Yield growing sets of free columns around some, the last one all of them.

    Parameters
    ----------
    seeds
        Shape (columns,): the columns to start from.
    sizes
        Most columns of each set but the last, ascending.  A set is whole rings of columns
        that share a row with the ring before, as many as fit, and at least one.

    Yields
    ------
    array
        Shape (columns,).
    """
    is_free = program.is_free
    found, wider = seeds & is_free, _with_ring(program, seeds & is_free)
    for size in sizes:
        if wider.sum() > size and found.sum() > seeds.sum():
            continue
        while True:
            found, wider = wider, _with_ring(program, wider)
            if wider.sum() > size or wider.sum() == found.sum():
                break
        yield found
        if wider.sum() == found.sum():
            # Nothing else is tied to it: to let more change cannot help.
            return
    yield is_free


def hold_rest(program: Program, columns: Bools, point: Ints) -> Program:
    """Return the program with all other columns held at a point, within their bounds."""
    held = np.clip(point, program.lower, program.upper)
    return replace(
        program,
        lower=np.where(columns, program.lower, held),
        upper=np.where(columns, program.upper, held),
    )


def _with_ring(program: Program, columns: Bools) -> Bools:
    """Add the free columns that share a row with some."""
    rows = np.unique(program.columns[:, np.flatnonzero(columns)].indices)
    ring = columns.copy()
    ring[program.matrix[rows].indices] = True
    return np.asarray(ring & program.is_free, dtype=np.bool_)
