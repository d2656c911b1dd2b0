"""The words that make an award list unique, the last level of ``optimal``.

A plain function of published text through SHA-256, so that anybody can repeat it with
a stand-alone program.
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
