"""The public draw and the key words: fixed vectors, and properties anybody can repeat."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import numpy as np
import pytest

from allocation.draw import draw_numbers, key_matrix, key_words, keys
from allocation.draw.keys import WORDS_PER_HASH

RECEIPTS = ["R1", "R2", "R3", "R4"]


def test_draw_numbers_are_ranks_of_the_published_hash() -> None:
    """The rank of the hex SHA-256 of seed, round and receipt, joined by line feeds."""
    texts = {
        receipt: sha256(f"日照2023\n1\n{receipt}".encode()).hexdigest() for receipt in RECEIPTS
    }
    expected = [sorted(texts.values()).index(texts[receipt]) + 1 for receipt in RECEIPTS]
    assert draw_numbers(RECEIPTS, "日照2023", "1").tolist() == expected


def test_draw_numbers_match_a_vector_made_with_sha256sum() -> None:
    r"""``printf '386712\n1\nR1' | sha256sum`` and so on, sorted by hand."""
    assert draw_numbers(RECEIPTS, "386712", "1").tolist() == VECTOR_SEEDED


def test_without_a_seed_the_receipt_alone_is_hashed() -> None:
    """``printf R1 | sha256sum`` and so on: for trials only."""
    assert draw_numbers(RECEIPTS, None, "1").tolist() == VECTOR_UNSEEDED


def test_an_empty_seed_is_a_seed() -> None:
    """An empty seed hashes "LF round LF receipt", which is not the receipt alone."""
    expected = np.argsort(np.argsort([sha256(f"\n1\n{r}".encode()).hexdigest() for r in RECEIPTS]))
    assert draw_numbers(RECEIPTS, "", "1").tolist() == (expected + 1).tolist()


def test_draw_number_does_not_depend_on_row_order() -> None:
    """A receipt keeps its number wherever it stands in the file."""
    receipts = [f"R{i}" for i in range(200)]
    forward = dict(zip(receipts, draw_numbers(receipts, "s", "1").tolist(), strict=True))
    backward = dict(zip(receipts[::-1], draw_numbers(receipts[::-1], "s", "1"), strict=True))
    assert forward == backward
    assert sorted(forward.values()) == list(range(1, 201))


def test_round_changes_the_order() -> None:
    """One seed serves several rounds."""
    receipts = [f"R{i}" for i in range(50)]
    assert draw_numbers(receipts, "s", "1").tolist() != draw_numbers(receipts, "s", "2").tolist()


def test_draw_of_nobody_is_empty() -> None:
    """No applicants, no numbers."""
    assert draw_numbers([], "s", "1").shape == (0,)


def test_key_words_match_a_vector_made_with_sha256sum() -> None:
    r"""``printf 'key\n386712\nA1\nP1' | sha256sum``: eight words, the top bit cleared."""
    words = [int(HEX_KEY[8 * i : 8 * i + 8], 16) & 0x7FFFFFFF for i in range(8)]
    assert [key_words("386712", "A1", "P1", m) for m in range(1, 9)] == words


def test_words_past_the_eighth_come_from_numbered_blocks() -> None:
    """Word 9 opens the hash with LF 1 added, word 17 the one with LF 2."""
    for m, block in ((9, "1"), (17, "2")):
        digest = sha256(f"key\n386712\nA1\nP1\n{block}".encode()).hexdigest()
        assert key_words("386712", "A1", "P1", m) == int(digest[:8], 16) & 0x7FFFFFFF


def test_key_matrix_holds_the_words_of_each_pair() -> None:
    """Row i is pair i, column j is word j + 1."""
    matrix = key_matrix("s", ["A1", "A1", "A2"], ["P1", "P2", "P1"], 10)
    assert matrix.shape == (3, 10)
    assert matrix.dtype == np.int64
    for row, (a, p) in enumerate((("A1", "P1"), ("A1", "P2"), ("A2", "P1"))):
        assert matrix[row].tolist() == [key_words("s", a, p, m) for m in range(1, 11)]
    assert matrix.min() >= 0
    assert matrix.max() < 2**31


def test_key_matrix_of_no_pairs_is_empty() -> None:
    """No pairs, no rows."""
    assert key_matrix("s", [], [], 3).shape == (0, 3)


def test_key_matrix_refuses_pairs_of_unequal_length() -> None:
    """A missing place id is a bug, not a shorter list."""
    with pytest.raises(ValueError, match="shorter"):
        key_matrix("s", ["A1", "A2"], ["P1"], 1)


@pytest.mark.parametrize(("words", "hashes"), [(1, 1), (WORDS_PER_HASH, 1), (9, 2), (17, 3)])
def test_a_pair_costs_no_more_hashes_than_its_words_need(
    words: int, hashes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A city has 130,000 pairs, and the key starts with one word."""
    made: list[bytes] = []

    def counted(data: bytes) -> Any:
        made.append(data)
        return sha256(data)

    monkeypatch.setattr(keys, "sha256", counted)
    key_matrix("s", ["A1", "A2", "A3"], ["P1", "P1", "P2"], words)
    assert len(made) == len(set(made)) == 3 * hashes


HEX_KEY = "c63ffc119f04383f3c7b4f376ac9255cc747b4451d26ca08a7e69390c37fdb56"
VECTOR_SEEDED = [4, 3, 2, 1]
VECTOR_UNSEEDED = [2, 3, 1, 4]
