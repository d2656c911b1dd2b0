"""One place in full: who holds it, who wanted it, why others did not get it, who waits."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from allocation.atlas.places import OF_THE_PLACE, OF_THE_ROUND
from allocation.reasons.classes import reason_class

if TYPE_CHECKING:
    from allocation.runs import Run

Receipts = Callable[[str], str]

WAITING_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Holder:
    """An award of the place.

    Attributes
    ----------
    distance_m
        From home, None where nothing could be measured.
    reserve_used
        Name of the reserve whose unit the award uses, empty for an open unit.
    """

    applicant_id: str
    receipt_no: str
    preference_rank: int
    distance_m: int | None
    reserve_used: str


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """What the record holds about one place.

    Attributes
    ----------
    wishes
        (preference rank, number of applicants), by rank.
    refusals
        (class of reason, number of applications), commonest first.
    reason
        For a site without an award, code and parameters of one refusal that lies in the
        place or the round and is the commonest; None where there is none.
    waiting
        (waitlist rank, receipt number) of those who come next.
    """

    place_id: str
    holders: tuple[Holder, ...]
    wishes: tuple[tuple[int, int], ...]
    refusals: tuple[tuple[str, int], ...]
    reason: tuple[str, Mapping[str, Any]] | None
    n_waiting: int
    waiting: tuple[tuple[int, str], ...]


def place_record(run: Run, place_id: str) -> PlaceRecord:
    """Gather what the record holds about a place."""
    applicants = run.tables.applicants
    receipts = _receipts(applicants)
    awards, refusals = _of(run.awards, place_id), _of(run.refusals, place_id)
    waitlist = _of(run.waitlist, place_id).sort_values("waitlist_rank")
    wishes = _of(run.tables.applications, place_id).sort_values("preference_rank")
    by_rank = wishes.drop_duplicates("applicant_id")["preference_rank"].value_counts().sort_index()
    classes = refusals["reason_code"].map(reason_class).value_counts()
    first = waitlist.head(WAITING_SHOWN)
    return PlaceRecord(
        place_id=place_id,
        holders=_holders(awards.sort_values("draw_number"), receipts),
        wishes=tuple(zip(by_rank.index.astype(int).tolist(), by_rank.tolist(), strict=True)),
        refusals=tuple((str(name), int(n)) for name, n in classes.items()),
        reason=_shut(refusals) if awards.empty else None,
        n_waiting=len(waitlist),
        waiting=tuple(
            (int(rank), receipts(str(applicant_id)))
            for rank, applicant_id in zip(
                first["waitlist_rank"], first["applicant_id"], strict=True
            )
        ),
    )


def _holders(awards: pd.DataFrame, receipts: Receipts) -> tuple[Holder, ...]:
    metres = [None if pd.isna(cell) else int(cell) for cell in awards["distance_m"].tolist()]
    return tuple(
        Holder(applicant_id, receipts(applicant_id), rank, distance_m, reserve or "")
        for applicant_id, rank, distance_m, reserve in zip(
            awards["applicant_id"].tolist(),
            awards["preference_rank"].tolist(),
            metres,
            awards["reserve_used"].tolist(),
            strict=True,
        )
    )


def _shut(refusals: pd.DataFrame) -> tuple[str, Mapping[str, Any]] | None:
    """Pick the refusal that tells best why nobody got the place: the commonest such code."""
    for codes in (OF_THE_ROUND, OF_THE_PLACE):
        rows = refusals[refusals["reason_code"].isin(codes)]
        if len(rows):
            commonest = rows["reason_code"].value_counts()
            most = commonest[commonest == commonest.iloc[0]].index
            code = next(code for code in codes if code in most)
            params = rows.loc[rows["reason_code"] == code, "params"].iloc[0]
            return code, json.loads(str(params))
    return None


def _receipts(applicants: pd.DataFrame) -> Receipts:
    """Return the look-up of receipt numbers; the id stands in where there is none."""
    ids = pd.Index(applicants["applicant_id"])

    def receipt(applicant_id: str) -> str:
        value = applicants["receipt_no"].iloc[ids.get_loc(applicant_id)]
        return value if isinstance(value, str) and value else applicant_id

    return receipt


def _of(frame: pd.DataFrame, place_id: str) -> pd.DataFrame:
    return frame[frame["place_id"] == place_id]
