"""One page of a list in words: what its table shows, row by row."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from allocation.dossier import Words
from allocation.export.masking import mask_name
from allocation.messages import Lang, text

if TYPE_CHECKING:
    from allocation.ui.awards.listing import Listings, ListName

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "awards": (
        "number",
        "receipt_no",
        "person",
        "place",
        "kind",
        "district",
        "preference_rank",
        "draw_number",
        "reserve",
    ),
    "waitlist": (
        "place",
        "waitlist_rank",
        "receipt_no",
        "person",
        "kind",
        "district",
        "preference_rank",
        "draw_number",
    ),
    "refusals": (
        "receipt_no",
        "person",
        "preference_rank",
        "place",
        "kind",
        "district",
        "reason",
    ),
    "vacant": (
        "place",
        "kind",
        "district",
        "state",
        "capacity",
        "used",
        "free",
        "n_applications",
        "reasons",
    ),
}
_INTERNAL: Mapping[str, tuple[str, ...]] = {
    "awards": ("priority_tier", "distance_m"),
    "waitlist": ("priority_tier",),
    "refusals": ("sentence",),
    "vacant": (),
}


def columns_of(name: ListName, *, internal: bool) -> tuple[str, ...]:
    """Return what a list shows, in order; ``internal`` adds what stays in the office."""
    return _COLUMNS[name] + (_INTERNAL[name] if internal else ())


def rows_in_words(
    listings: Listings,
    name: ListName,
    rows: pd.DataFrame,
    words: Words,
    start: int,
    *,
    internal: bool,
) -> pd.DataFrame:
    """Put some rows of a list into words.

    Parameters
    ----------
    rows
        Some rows of ``listings.of(name)``.
    start
        Number of the first of them in the list, from 1.
    internal
        Add what must not leave the office.

    Returns
    -------
    pd.DataFrame
        The columns of :func:`columns_of`; nothing else goes to the browser.
    """
    rows = rows.assign(number=range(start, start + len(rows)))
    return pd.DataFrame(
        {
            column: _MADE[column](listings, rows, words) if column in _MADE else rows[column].array
            for column in columns_of(name, internal=internal)
        }
    )


def reasons_in_words(reasons: tuple[tuple[str, int], ...], lang: Lang) -> str:
    """Write how often each class of reason occurs."""
    return text("app_comma", lang).join(f"{text(code, lang)} {n}" for code, n in reasons)


def _receipts(listings: Listings, rows: pd.DataFrame, words: Words) -> object:
    return rows["applicant_id"].map(listings.people["receipt_no"]).array


def _persons(listings: Listings, rows: pd.DataFrame, words: Words) -> object:
    return [mask_name(name) for name in rows["applicant_id"].map(listings.people["name"])]


def _places(listings: Listings, rows: pd.DataFrame, words: Words) -> object:
    return [words.place(place_id) for place_id in rows["place_id"]]


def _kinds(listings: Listings, rows: pd.DataFrame, words: Words) -> object:
    return [words.kinds.get(kind, kind) for kind in rows["kind"]]


def _ranks(listings: Listings, rows: pd.DataFrame, words: Words) -> object:
    if "preference_rank" in rows:
        return rows["preference_rank"].array
    return listings.ranks_of(rows)


def _reserves(listings: Listings, rows: pd.DataFrame, words: Words) -> object:
    badge = text("app_awards_reserved", words.lang)
    return [[badge] if reserve else [] for reserve in rows["reserve_used"]]


def _classes(listings: Listings, rows: pd.DataFrame, words: Words) -> object:
    return [text(code, words.lang) for code in rows["reason"]]


def _sentences(listings: Listings, rows: pd.DataFrame, words: Words) -> object:
    return [
        words.sentence(code, json.loads(params), tier=True)
        for code, params in zip(rows["reason_code"], rows["params"], strict=True)
    ]


def _states(listings: Listings, rows: pd.DataFrame, words: Words) -> object:
    opened, closed = (text(f"app_awards_state_{s}", words.lang) for s in ("free", "closed"))
    return [opened if is_opened else closed for is_opened in rows["is_opened"]]


def _reason_counts(listings: Listings, rows: pd.DataFrame, words: Words) -> object:
    nobody = text("app_awards_nobody_listed", words.lang)
    return [
        reasons_in_words(reasons, words.lang) if n else nobody
        for reasons, n in zip(rows["reasons"], rows["n_applications"], strict=True)
    ]


_MADE: Mapping[str, Callable[[Listings, pd.DataFrame, Words], object]] = {
    "receipt_no": _receipts,
    "person": _persons,
    "place": _places,
    "kind": _kinds,
    "preference_rank": _ranks,
    "reserve": _reserves,
    "reason": _classes,
    "sentence": _sentences,
    "state": _states,
    "reasons": _reason_counts,
}
"""Columns that are looked up or put into words; the others stand in the list itself."""
