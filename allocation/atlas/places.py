"""What became of every place: awarded, from a reserve, vacant, a candidate still, refused."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.reasons.classes import About, reasons_about
from allocation.rules import columns
from allocation.rules.queue import queue_kinds
from allocation.tables.membership import is_among

if TYPE_CHECKING:
    from allocation.instance import Bools, Strings
    from allocation.runs import Run
    from allocation.scenario import Scenario


class Status(StrEnum):
    """What became of a place.

    A *site* opens only by an award: a candidate site, or premises of a kind that is
    given by order of acceptance.

    Attributes
    ----------
    AWARDED
        Holds awards, none of which uses a reserved unit.
    RESERVED
        Holds an award that uses a reserved unit.
    VACANT
        Open already and holds no award.
    CANDIDATE
        A site without an award that could have opened: nobody who qualified wanted it,
        others came first, or the number of openings was reached elsewhere.
    REFUSED
        A site without an award that could open for nobody who wanted it, because of
        where it stands: distance, school, or the number around it.
    """

    AWARDED = "awarded"
    RESERVED = "reserved"
    VACANT = "vacant"
    CANDIDATE = "candidate"
    REFUSED = "refused"


OF_THE_PLACE = reasons_about(About.PLACE)
"""Reasons that lie in where a site stands, in the order in which rules look at it."""

OF_THE_ROUND = reasons_about(About.ROUND)
"""Reasons that leave a site as possible as before; every other code is about a person."""

_TEXT = ("kind", "name", "district", "township", "zone", "venue_id", "time_slot")
_NUMBERS = ("capacity", "lon", "lat")


def place_facts(run: Run) -> pd.DataFrame:
    """List every place with what became of it, by place id.

    Returns
    -------
    pandas.DataFrame
        ``place_id``, ``kind``, ``name``, ``district``, ``township``, ``zone``,
        ``venue_id``, ``time_slot`` (text, empty where not given), ``capacity``, ``lon``,
        ``lat``, ``is_site``, ``n_wishes``, ``n_awards``, ``n_reserved``, ``status``, and
        ``reason``: for a site without an award the commonest reason that kept it shut,
        empty where nobody who qualified wanted it.
    """
    table = run.tables.places.sort_values("place_id", ignore_index=True)
    frame = pd.DataFrame({"place_id": table["place_id"].astype(object)})
    for name in _TEXT:
        frame[name] = ["" if cell is None else cell for cell in columns.text(table, name)]
    for name in _NUMBERS:
        frame[name] = columns.numbers(table, name)
    frame["capacity"] = frame["capacity"].fillna(0).astype(np.int64)
    frame["is_site"] = is_site(table, run.scenario)

    wishes = run.tables.applications[["applicant_id", "place_id"]].drop_duplicates()
    reserved = run.awards["reserve_used"].fillna("") != ""
    frame["n_wishes"] = _count(frame, wishes["place_id"])
    frame["n_awards"] = _count(frame, run.awards["place_id"])
    frame["n_reserved"] = _count(frame, run.awards.loc[reserved, "place_id"])
    return frame.assign(**_outcome(frame, run.refusals))


def is_site(places: pd.DataFrame, scenario: Scenario) -> Bools:
    """Tell which places open only by an award."""
    by_acceptance = np.isin(columns.text(places, "kind").astype(str), queue_kinds(scenario))
    return columns.flags(places, "is_candidate") | by_acceptance


def _count(frame: pd.DataFrame, places: pd.Series) -> pd.Series:
    return frame["place_id"].map(places.value_counts()).fillna(0).astype(np.int64)


def _outcome(frame: pd.DataFrame, refusals: pd.DataFrame) -> dict[str, pd.Series]:
    """Work out ``status`` and ``reason`` of every place."""
    shut = (frame["is_site"] & (frame["n_awards"] == 0)).to_numpy(dtype=np.bool_)
    of_place = _commonest(refusals, frame["place_id"], shut, OF_THE_PLACE)
    of_round = _commonest(refusals, frame["place_id"], shut, OF_THE_ROUND)
    refused = shut & (of_place != "") & (of_round == "")
    status = np.select(
        [frame["n_reserved"] > 0, frame["n_awards"] > 0, refused, shut],
        [Status.RESERVED, Status.AWARDED, Status.REFUSED, Status.CANDIDATE],
        default=Status.VACANT,
    )
    return {
        "status": pd.Series(status, dtype=object).astype(str),
        "reason": pd.Series(np.where(refused, of_place, of_round), dtype=object),
    }


def _commonest(
    refusals: pd.DataFrame, places: pd.Series, wanted: Bools, codes: tuple[str, ...]
) -> Strings:
    """Return the commonest of some reasons per wanted place, the first listed of equal ones."""
    named = refusals[["place_id", "reason_code"]]
    rows = named[is_among(named["place_id"], places[wanted]) & named["reason_code"].isin(codes)]
    counts = rows.value_counts().reset_index(name="n")
    counts["order"] = [codes.index(code) for code in counts["reason_code"]]
    counts = counts.sort_values(["place_id", "n", "order"], ascending=[True, False, True])
    first = counts.drop_duplicates("place_id")
    found = dict(zip(first["place_id"], first["reason_code"], strict=True))
    return np.array([found.get(place_id, "") for place_id in places], dtype=object)
