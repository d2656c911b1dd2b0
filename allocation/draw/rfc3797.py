"""RFC 3797: the selection by which the IETF draws its nominations committee.

D. Eastlake 3rd, "Publicly Verifiable Nominations Committee (NomCom) Random Selection",
RFC 3797, June 2004.  Public numbers are joined into a key; the MD5 of the key between
two copies of a counter, divided by how many of the pool are left, names the next one.
MD5 is part of the RFC; what is asked of it here, that nobody can steer public numbers
fixed beforehand, does not rest on its resistance to collisions.

Only whole numbers are taken, although the RFC also admits decimals: offices and
newspapers round those differently.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import md5
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from allocation.messages import DrawError

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints = NDArray[np.int64]

LARGEST_POOL = 65_535
"""The counter has two bytes."""

MOST_SOURCES = 16
MOST_NUMBERS = 16
"""Limits of the reference program: sources, and numbers of one source."""

_KEY = re.compile(r"(?:(?:[0-9]+\.)+/)+")
_BETWEEN_SOURCES = re.compile(r"[/;]")
_BETWEEN_NUMBERS = re.compile(r"[\s,、]+")
_NUMBER = re.compile(r"[0-9]{1,18}")


def key_string(text: str) -> str:
    """Bring public numbers into the form of the RFC, section 4.

    Parameters
    ----------
    text
        Sources apart by ``/``, the numbers of one by blanks or commas, such as
        ``9319 / 2 5 12 8 10 / 9 18 26 34 41 45``; or a key.

    Returns
    -------
    str
        The numbers of each source from the smallest, without leading zeros, each with a
        full stop, each source with a slash: ``9319./2.5.8.10.12./9.18.26.34.41.45./``.

    Raises
    ------
    DrawError
        ``draw_value_numbers`` for anything but whole numbers, or for more than
        16 sources of 16 numbers.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _KEY.fullmatch(plain):
        plain = plain.replace(".", " ")
    # A slash at the end closes the last source and opens none.
    parts = _BETWEEN_SOURCES.split(plain.removesuffix("/"))
    sources = [_BETWEEN_NUMBERS.split(part.strip()) for part in parts]
    if not _are_numbers(sources):
        raise DrawError("draw_value_numbers", sources=MOST_SOURCES, numbers=MOST_NUMBERS)
    return "".join(
        "".join(f"{number}." for number in sorted(map(int, words))) + "/" for words in sources
    )


def _are_numbers(sources: Sequence[Sequence[str]]) -> bool:
    return len(sources) <= MOST_SOURCES and all(
        len(words) <= MOST_NUMBERS and all(map(_NUMBER.fullmatch, words)) for words in sources
    )


def selection(key: str, pool: int) -> Ints:
    """Put a whole pool into the order of selection, RFC 3797 section 4.

    Parameters
    ----------
    key
        Key, as :func:`key_string` writes it.
    pool
        Number of people on the published list.

    Returns
    -------
    Ints
        Positions on the list from 0, the first selected first.  Who is selected does not
        depend on how many are: if one declines, the next in this order takes the place.

    Raises
    ------
    DrawError
        ``draw_pool_too_big`` for more people than the counter can number.
    """
    if pool > LARGEST_POOL:
        raise DrawError("draw_pool_too_big", n=pool, most=LARGEST_POOL)
    text = key.encode("ascii")
    left = list(range(pool))
    chosen = np.empty(pool, dtype=np.int64)
    for turn in range(pool):
        counter = turn.to_bytes(2, "big")
        digest = md5(counter + text + counter, usedforsecurity=False).digest()
        chosen[turn] = left.pop(int.from_bytes(digest, "big") % len(left))
    return chosen


def selection_numbers(receipt_nos: Sequence[str], seed: str) -> Ints:
    """Give each receipt number its place in the selection.

    The published list is that of the receipt numbers in the order of their UTF-8 bytes.

    Returns
    -------
    Ints
        Draw numbers, a permutation of 1..n in the order of ``receipt_nos``.
    """
    listed = sorted(range(len(receipt_nos)), key=lambda row: receipt_nos[row].encode())
    numbers = np.empty(len(receipt_nos), dtype=np.int64)
    numbers[np.array(listed, dtype=np.int64)[selection(key_string(seed), len(listed))]] = np.arange(
        1, len(listed) + 1
    )
    return numbers
