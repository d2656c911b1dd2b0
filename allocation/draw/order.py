"""The order of a public seed: draw numbers as ranks of SHA-256.

A plain function of published text, so that anybody can repeat it with a stand-alone
program.  Nothing here knows a random generator.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints = NDArray[np.int64]


def draw_numbers(receipt_nos: Sequence[str], seed: str | None, round: str) -> Ints:
    """Give each receipt number its place in the public draw.

    The draw number is the rank of the hexadecimal SHA-256 of ``seed LF round LF
    receipt_no`` in UTF-8.  Without a seed it is that of the receipt number alone,
    which anybody can compute beforehand: for trials only.

    Parameters
    ----------
    receipt_nos
        Receipt numbers, each once.
    seed
        Public seed, or ``None``.  An empty seed is a seed like any other.
    round
        Round of the draw, so that one seed serves several rounds.

    Returns
    -------
    Ints
        Draw numbers, a permutation of 1..n in the order of ``receipt_nos``.
    """
    prefix = "" if seed is None else f"{seed}\n{round}\n"
    digests = [sha256(f"{prefix}{receipt_no}".encode()).digest() for receipt_no in receipt_nos]
    # The order of digests as bytes is the order of their hexadecimal texts.
    order = np.array(sorted(range(len(digests)), key=digests.__getitem__), dtype=np.int64)
    numbers = np.empty(len(digests), dtype=np.int64)
    numbers[order] = np.arange(1, len(digests) + 1)
    return numbers
