"""The words of the key, hashed again by the checker itself.

Word m of a pair is the m-th 32-bit word, its top bit cleared, of SHA-256("key" LF seed LF
first LF second); words 9 to 16 are of that text with LF "1" added, and so on.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import chain
from struct import unpack
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.instance import Ints


def pair_words(seed: str, first: Sequence[str], second: Sequence[str], n_words: int) -> Ints:
    """Return the first words of the key of some pairs; shape (number of pairs, n_words).

    Parameters
    ----------
    seed
        Public seed; empty where a scenario has none.
    first, second
        An applicant's id and a place's, or what else a key is of; of one length.
    n_words
        At least 1.
    """
    texts = ["\n".join(("key", seed, *pair)) for pair in zip(first, second, strict=True)]
    ends = ["", *(f"\n{block}" for block in range(1, (n_words + 7) // 8))]
    digests = (sha256((text + end).encode()).digest() for text in texts for end in ends)
    words = chain.from_iterable(unpack(">8I", digest) for digest in digests)
    shape = (len(texts), 8 * len(ends))
    return np.fromiter(words, np.int64, shape[0] * shape[1]).reshape(shape)[:, :n_words] % 2**31
