"""The lists people get: awards, waitlist and refusals with names for codes.

By default a list holds nothing that tells of a disability, a certificate, an age, an
income or a priority tier; of a refusal only its class is said.  The office's own
working copy (``internal``) adds tier, reserve, distance and the full reason.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from allocation.certificates import reason_sentence
from allocation.messages import Lang, text
from allocation.reasons.classes import reason_class
from allocation.summary import kind_names
from allocation.tables import header
from allocation.tables.naming import place_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from allocation.runs import Run

LISTS = ("awards", "waitlist", "refusals")

_ABOUT_PLACE = ("name", "district", "township")
_PUBLIC: Mapping[str, tuple[str, ...]] = {
    "awards": (
        "applicant_id",
        "place_id",
        "kind",
        *_ABOUT_PLACE,
        "stage",
        "preference_rank",
        "draw_number",
    ),
    "waitlist": (
        "place_id",
        "kind",
        *_ABOUT_PLACE,
        "waitlist_rank",
        "applicant_id",
        "preference_rank",
        "draw_number",
    ),
    "refusals": ("applicant_id", "place_id", "kind", *_ABOUT_PLACE, "reason"),
}
_INTERNAL: Mapping[str, tuple[str, ...]] = {
    "awards": ("priority_tier", "distance_m", "reserve_used"),
    "waitlist": ("priority_tier",),
    "refusals": ("reason_code", "sentence"),
}


def list_frame(run: Run, name: str, lang: Lang, *, internal: bool = False) -> pd.DataFrame:
    """Build one of :data:`LISTS` with headers and codes in words, in the run's order."""
    frame: pd.DataFrame = getattr(run, name)
    places = run.tables.places.set_index("place_id")
    frame = frame.assign(
        **{column: frame["place_id"].map(places[column]) for column in ("district", "township")},
        name=frame["place_id"].map(place_names(run.tables.places, run.tables.venues)),
    )
    kinds = kind_names(run.scenario, lang)
    kind = frame["kind"] if "kind" in frame else frame["place_id"].map(places["kind"])
    frame = frame.assign(kind=kind.map(lambda code: kinds.get(code, code)))
    if name == "refusals":
        frame = frame.assign(reason=_reason_classes(frame["reason_code"], lang))
        if internal:
            frame = frame.assign(sentence=_sentences(frame, kinds, lang))
    columns = list_headers(name, lang, internal=internal)
    return frame[list(columns)].rename(columns=columns)


def list_headers(name: str, lang: Lang, *, internal: bool = False) -> dict[str, str]:
    """Map the columns of a list, in order, to their headers."""
    columns = _PUBLIC[name] + (_INTERNAL[name] if internal else ())
    return {column: _header(name, column, lang) for column in columns}


def list_title(name: str, lang: Lang) -> str:
    """Title of a list, short enough for a sheet."""
    return text(f"sheet_{name}", lang)


def _reason_classes(codes: pd.Series, lang: Lang) -> pd.Series:
    words = {code: text(reason_class(code), lang) for code in codes.unique()}
    return codes.map(words)


def _sentences(frame: pd.DataFrame, kinds: Mapping[str, str], lang: Lang) -> list[str]:
    return [
        reason_sentence(code, json.loads(params), kinds, lang)
        for code, params in zip(frame["reason_code"], frame["params"], strict=True)
    ]


def _header(table: str, column: str, lang: Lang) -> str:
    if column in ("name", "reason", "sentence"):
        return text(f"col_{column}", lang)
    return header("places" if column in ("kind", *_ABOUT_PLACE) else table, column, lang)
