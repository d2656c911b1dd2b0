"""Names as they may be published: the first character, or the first and the last one.

The office may name whom it gave a place to, but no further than the purpose asks:
《个人信息保护法》 Art. 6 (as little as the purpose needs) and Art. 25 (nothing is made
public without consent or a duty to), 《政府信息公开条例》 Art. 15 (personal privacy), and
the State Council office's rule of 2018 that personal data in published government
information be de-identified.  How: masking in GB/T 37964-2019 《信息安全技术
个人信息去标识化指南》, in the form that Chinese offices use on their notice boards (张*明).
The standard fixes no number of characters; the receipt number tells people apart, the
masked name only helps a person to find the own row.

Masking is no anonymity: with a place and a rare surname a neighbour may know who is meant.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

STAR = "*"

_HAN = ("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH", "IDEOGRAPHIC NUMBER")
_UNSEEN = {"Mn", "Me", "Cf", "Cc", "Zs", "Zl", "Zp"}


def mask_name(name: str | None) -> str:
    """Mask a person's name.

    A Chinese name of two characters keeps the first (张*), of three the first and the
    last (张*明), of four and more likewise with two stars whatever the length (欧**明).
    A name with a middle dot, in Latin letters or with anything else in it keeps its
    first letter (买*, J*).  A single character is masked whole.

    Parameters
    ----------
    name
        Name as typed; spaces within it do not count, nothing or blanks give an empty text.
    """
    if not isinstance(name, str):
        return ""
    letters = _letters(name)
    if len(letters) < 2:
        return STAR if letters else ""
    if not all(_is_han(letter) for letter in letters):
        return letters[0] + STAR if letters[0].isalpha() else STAR
    if len(letters) == 2:
        return letters[0] + STAR
    stars = STAR if len(letters) == 3 else STAR * 2
    return letters[0] + stars + letters[-1]


def mask_within(said: str, name: str, shown: str) -> str:
    """Replace a person's name wherever it stands in a text, as a shop is called after its owner.

    Parameters
    ----------
    said
        The text; blanks within it do not count, as they do not within the name.
    name
        Name as typed; a single character is no name to look for.
    shown
        What stands in its place.
    """
    wanted = _letters(name).casefold()
    if len(wanted) < 2:
        return said
    composed = unicodedata.normalize("NFC", said)
    # A letter can become two when its case is folded; each knows where it stands.
    seen = [
        (folded, position)
        for position, char in enumerate(composed)
        if _is_seen(char)
        for folded in char.casefold()
    ]
    letters = "".join(folded for folded, _ in seen)
    masked, left = "", 0
    start = letters.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        masked += composed[left : seen[start][1]] + shown
        left = seen[end - 1][1] + 1
        start = letters.find(wanted, end)
    return masked + composed[left:] if left else said


def _letters(name: str) -> str:
    """Drop blanks and what only changes how the character before it is drawn."""
    return "".join(filter(_is_seen, unicodedata.normalize("NFC", name)))


def _is_seen(char: str) -> bool:
    return unicodedata.category(char) not in _UNSEEN


@lru_cache(maxsize=8192)  # of single characters, which tell of nobody
def _is_han(char: str) -> bool:
    return unicodedata.name(char, "").startswith(_HAN)
