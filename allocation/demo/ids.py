"""Numbers of people and places: none of them can belong to a real person.

Identity numbers carry the prefix 371199, which no county has, a real date and a
valid check digit (GB 11643, ISO 7064 MOD 11-2).  Certificate numbers are the
identity number, the type and the level (20 digits).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.demo.chance import Bools, Ints, Strings, count_within

if TYPE_CHECKING:
    import pandas as pd

PREFIX = "371199"
CHECK_CODES = np.array(list("10X98765432"), dtype=object)
CHECK_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
TYPE_DIGIT = {
    "visual": "1", "hearing": "2", "speech": "3", "physical": "4",
    "intellectual": "5", "mental": "6", "multiple": "7",
}  # fmt: skip


def serial_ids(prefix: str, count: int, digits: int, start: int = 1) -> Strings:
    """Return ``count`` ids such as A000001, A000002, ..."""
    return np.array([f"{prefix}{n:0{digits}d}" for n in range(start, start + count)], dtype=object)


def identity_numbers(rng: np.random.Generator, births: pd.Series, male: Bools) -> Strings:
    """Return one identity number per birth date; odd sequence numbers are men's."""
    days = births.dt.strftime("%Y%m%d").to_numpy(dtype=object)
    key = births.to_numpy(dtype="datetime64[D]").astype(np.int64) * 2 + male
    order = np.argsort(key, kind="stable")
    place = np.empty(len(key), dtype=np.int64)
    place[order] = count_within(key[order])
    # People of one sex and day get sequence numbers apart from each other.
    start = rng.integers(0, 499, size=len(key))
    first = np.empty(len(key), dtype=np.int64)
    first[order] = start[order][np.arange(len(key)) - place[order]]
    sequence = ((first + 7 * place) % 499) * 2 + np.where(male, 1, 2)
    body = np.array(
        [f"{PREFIX}{day}{number:03d}" for day, number in zip(days, sequence, strict=True)],
        dtype=object,
    )
    return np.asarray(body + check_digits(body), dtype=object)


def check_digits(bodies: Strings) -> Strings:
    """Return the ISO 7064 MOD 11-2 check digit of each 17-digit body."""
    if len(bodies) == 0:
        return np.empty(0, dtype=object)
    digits = np.array([list(body) for body in bodies]).astype(np.int64)
    return np.asarray(CHECK_CODES[(digits @ CHECK_WEIGHTS) % 11], dtype=object)


def certificate_numbers(identity: Strings, types: Strings, levels: Ints) -> Strings:
    """Return identity number, type digit and level digit of each certificate."""
    digits = np.array([TYPE_DIGIT[kind] for kind in types], dtype=object)
    grades = np.array([str(level) for level in levels], dtype=object)
    return np.asarray(identity + digits + grades, dtype=object)


def receipt_numbers(rng: np.random.Generator, count: int) -> Strings:
    """Return distinct random receipt numbers, H and 12 digits.

    The letter keeps them from looking like a phone, identity or certificate number.
    """
    numbers = np.unique(rng.integers(10**11, 10**12, size=count + 64))
    while len(numbers) < count:  # practically never: 10^12 numbers for 10^5 people
        numbers = np.unique(np.r_[numbers, rng.integers(10**11, 10**12, size=count)])
    chosen = rng.permutation(numbers)[:count]
    return np.array([f"H{number}" for number in chosen], dtype=object)
