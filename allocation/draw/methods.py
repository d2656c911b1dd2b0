"""The ways to put applicants into an order, behind one interface.

===============  ==========================================================  ==============
method           order                                                       official use
===============  ==========================================================  ==============
``seed``         rank of SHA-256 of seed, round and receipt number            any stage
``rfc3797``      selection of RFC 3797, the seed being public numbers         any stage
``acceptance``   time of the first accepted application                       queues only
``ids``          rank of SHA-256 of the receipt number                        none
===============  ==========================================================  ==============

``ids`` is known as soon as receipt numbers are, so whoever hands them out could choose
the order; it is what a trial goes by before there is a seed.  Order of acceptance is
the law's for licences (行政许可法 第57条) and rewards elsewhere whoever can queue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from allocation.draw.order import draw_numbers
from allocation.draw.rfc3797 import selection_numbers
from allocation.messages import DrawError

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Entrants:
    """Who takes part in a draw, one entry each.

    Attributes
    ----------
    receipt_no
        Receipt numbers, each once.
    accepted_at
        When the first application was accepted, NaT where that is not known; None where
        nobody asks.
    is_general
        Not a disabled person: comes after one accepted in the same second
        (日政办字〔2023〕18号 第7条).
    accepted_seq
        The office's own order of equal times, NaN for none.
    """

    receipt_no: Sequence[str]
    accepted_at: NDArray[np.datetime64] | None = None
    is_general: NDArray[np.bool_] | None = None
    accepted_seq: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """One way to number entrants.

    Attributes
    ----------
    needs_seed
        Whether the order comes from a seed; without one it falls back on ``ids``.
    number
        ``(entrants, seed, round) -> draw numbers``, a permutation of 1..n.
    """

    needs_seed: bool
    number: Callable[[Entrants, str, str], Ints]


def number_entrants(method: str, entrants: Entrants, seed: str | None, round: str) -> Ints:
    """Give entrants their numbers by a method.

    Parameters
    ----------
    method
        A key of :data:`METHODS`.
    seed
        Public seed; None where there is none yet.
    round
        Round of the draw.

    Returns
    -------
    Ints
        Draw numbers, a permutation of 1..n in the order of the entrants.

    Raises
    ------
    DrawError
        ``draw_acceptance_missing`` or ``draw_acceptance_tie`` where acceptance does not
        order everybody; as :func:`allocation.draw.rfc3797.selection`.
    """
    return METHODS[method_in_use(method, seed)].number(entrants, seed or "", round)


def method_in_use(method: str, seed: str | None) -> str:
    """Name the method that really orders: before there is a seed, ``ids`` stands in."""
    return "ids" if seed is None and METHODS[method].needs_seed else method


def _by_seed(entrants: Entrants, seed: str, round: str) -> Ints:
    return draw_numbers(entrants.receipt_no, seed, round)


def _by_rfc3797(entrants: Entrants, seed: str, round: str) -> Ints:
    del round
    return selection_numbers(entrants.receipt_no, seed)


def _by_ids(entrants: Entrants, seed: str, round: str) -> Ints:
    del seed, round
    return draw_numbers(entrants.receipt_no, None, "")


def _by_acceptance(entrants: Entrants, seed: str, round: str) -> Ints:
    del seed, round
    n = len(entrants.receipt_no)
    at = entrants.accepted_at
    if at is None or entrants.is_general is None or entrants.accepted_seq is None:
        raise DrawError("draw_acceptance_missing", n=n)
    if missing := int(np.isnat(at).sum()):
        raise DrawError("draw_acceptance_missing", n=missing)
    keys = (entrants.accepted_seq, entrants.is_general, at)
    order = np.lexsort(keys)
    same = np.ones(max(n - 1, 0), dtype=np.bool_)
    for key in keys:
        # NaN differs from NaN: two without a number of their own are not told apart by it.
        before, after = key[order][:-1], key[order][1:]
        same &= (before == after) | ((before != before) & (after != after))
    if same.any():
        raise DrawError("draw_acceptance_tie", n=int(same.sum()) + 1)
    numbers = np.empty(n, dtype=np.int64)
    numbers[order] = np.arange(1, n + 1)
    return numbers


METHODS: Mapping[str, Method] = {
    "seed": Method(needs_seed=True, number=_by_seed),
    "rfc3797": Method(needs_seed=True, number=_by_rfc3797),
    "ids": Method(needs_seed=False, number=_by_ids),
    "acceptance": Method(needs_seed=False, number=_by_acceptance),
}
"""Methods by the word a scenario uses."""
