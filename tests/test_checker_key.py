"""The checker's own words of the key: the published formula, and none of the code that draws."""

from __future__ import annotations

import ast
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

import allocation.checker
from allocation.checker.key import pair_words
from allocation.draw import key_matrix

CHECKER = Path(allocation.checker.__file__).parent


def test_words_are_those_of_the_formula() -> None:
    """Word 12 is the fourth of the second hash."""
    words = pair_words("386712", ["A1", "申请人"], ["P1", "P2"], 12)
    assert words.shape == (2, 12)
    digest = sha256("key\n386712\n申请人\nP2".encode()).hexdigest()
    assert words[1, 0] == int(digest[:8], 16) & 0x7FFFFFFF
    digest = sha256(b"key\n386712\nA1\nP1\n1").hexdigest()
    assert words[0, 11] == int(digest[24:32], 16) & 0x7FFFFFFF


@pytest.mark.parametrize("n_words", [1, 7, 8, 9, 16, 17])
def test_both_implementations_agree(n_words: int) -> None:
    ids = [f"A{i}" for i in range(50)]
    places = [f"P{i % 7}" for i in range(50)]
    assert np.array_equal(
        pair_words("s", ids, places, n_words), key_matrix("s", ids, places, n_words)
    )


def test_no_pair_has_no_words() -> None:
    assert pair_words("s", [], [], 3).shape == (0, 3)


def test_nothing_of_the_code_that_draws_is_imported() -> None:
    """The published constants of the drand networks are all the checker reads there."""
    imported = {
        node.module
        for path in CHECKER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module is not None
    }
    draws = {name for name in imported if name.split(".")[:2] == ["allocation", "draw"]}
    assert draws == {"allocation.draw.beacon"}
