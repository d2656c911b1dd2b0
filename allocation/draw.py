"""Public-seed order: draw numbers, and the words that make an award list unique.

Both are plain functions of published text through SHA-256, so that anybody can
repeat them with a stand-alone program.  Nothing here knows a random generator.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints = NDArray[np.int64]

WORDS_PER_HASH = 8
"""SHA-256 gives eight words of 32 bits."""

WORD_MASK = 0x7FFF_FFFF
"""Clears the top bit of a word, so that words fit a signed 32-bit integer."""


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


def key_words(seed: str, applicant_id: str, place_id: str, m: int) -> int:
    """Return the m-th key word of one applicant–place pair.

    Parameters
    ----------
    seed
        Public seed; empty where a scenario has none.
    applicant_id, place_id
        The pair.
    m
        Which word, from 1.  Words 1 to 8 are those of SHA-256("key" LF seed LF
        applicant LF place), big-endian, with the top bit cleared; words 9 to 16 are
        those of the hash of the same text with LF "1" added, and so on.

    Returns
    -------
    int
        A number from 0 to 2**31 - 1.
    """
    return int(key_matrix(seed, [applicant_id], [place_id], m)[0, m - 1])


def key_matrix(seed: str, applicant_ids: Sequence[str], place_ids: Sequence[str], m: int) -> Ints:
    """Return the first m key words of many pairs; see :func:`key_words`.

    Parameters
    ----------
    seed
        Public seed; empty where a scenario has none.
    applicant_ids, place_ids
        The pairs, two sequences of one length.
    m
        Number of words, at least 1.

    Returns
    -------
    Ints
        Shape (number of pairs, m): column j holds word j + 1.
    """
    texts = [
        f"key\n{seed}\n{applicant_id}\n{place_id}"
        for applicant_id, place_id in zip(applicant_ids, place_ids, strict=True)
    ]
    n_blocks = -(-m // WORDS_PER_HASH)
    blocks = [_hash_words(texts, f"\n{block}" if block else "") for block in range(n_blocks)]
    return np.concatenate(blocks, axis=1)[:, :m]


def _hash_words(texts: Sequence[str], suffix: str) -> Ints:
    digests = b"".join(sha256(f"{text}{suffix}".encode()).digest() for text in texts)
    words = np.frombuffer(digests, dtype=">u4").reshape(len(texts), WORDS_PER_HASH)
    return words.astype(np.int64) & WORD_MASK
