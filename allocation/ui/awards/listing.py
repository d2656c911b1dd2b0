"""The four lists of a run as the page looks things up in them: whole, filtered, by page.

A list holds ids and what filters need; names, masked people and sentences are looked up
for the rows of one page only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from allocation.reasons.classes import reason_class
from allocation.tables.patterns import is_personal_number

if TYPE_CHECKING:
    from allocation.runs import Run

ListName = Literal["awards", "waitlist", "refusals", "vacant"]
LISTS: tuple[ListName, ...] = get_args(ListName)

_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; an empty field does not narrow.

    Attributes
    ----------
    reason
        Class of reason, for refusals only.
    people
        Applicant ids; None for everybody.
    """

    kind: str = ""
    district: str = ""
    place: str = ""
    reason: str = ""
    people: tuple[str, ...] | None = None

    def narrow(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a list that pass."""
        passes = np.ones(len(frame), dtype=np.bool_)
        for column, wanted in (
            ("kind", self.kind),
            ("district", self.district),
            ("place_id", self.place),
            ("reason", self.reason),
        ):
            if wanted and column in frame:
                passes &= (frame[column] == wanted).to_numpy(dtype=np.bool_)
        if self.people is not None and "applicant_id" in frame:
            passes &= frame["applicant_id"].isin(self.people).to_numpy()
        return frame if passes.all() else frame[passes]


class Listings:
    """The lists of one run, each made when it is first asked for."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def of(self, name: ListName) -> pd.DataFrame:
        """Return a list in its order."""
        frame: pd.DataFrame = getattr(self, name)
        return frame

    @cached_property
    def people(self) -> pd.DataFrame:
        """Receipt number and name by applicant id."""
        return self.run.tables.applicants.set_index("applicant_id")[["receipt_no", "name"]]

    @cached_property
    def places(self) -> pd.DataFrame:
        """Places in the order of every list: kinds as in the scenario, district, id."""
        places = self.run.tables.places
        kinds = {kind: number for number, kind in enumerate(self.run.scenario.kinds)}
        places = places.assign(order=places["kind"].map(kinds))
        places = places.sort_values(["order", "district", "place_id"]).set_index("place_id")
        return places.assign(order=np.arange(len(places)))

    @cached_property
    def awards(self) -> pd.DataFrame:
        """Awards by kind, district, place and draw number."""
        return self._placed(self.run.awards, "draw_number")

    @cached_property
    def waitlist(self) -> pd.DataFrame:
        """Waitlist by kind, district, place and rank."""
        return self._placed(self.run.waitlist, "waitlist_rank")

    @cached_property
    def refusals(self) -> pd.DataFrame:
        """Refusals by applicant, best wish first, with the class of the reason."""
        frame = self.run.refusals[["applicant_id", "place_id", "reason_code", "params"]]
        codes = {code: reason_class(code) for code in frame["reason_code"].unique()}
        return frame.assign(
            kind=frame["place_id"].map(self.places["kind"]),
            district=frame["place_id"].map(self.places["district"]),
            reason=frame["reason_code"].map(codes),
        )

    @cached_property
    def vacant(self) -> pd.DataFrame:
        """Places with units left and candidate sites that did not open.

        Only kinds that a stage gives out.  ``reasons`` counts the refusals there by
        class, the most frequent first.
        """
        staged = [kind for stage in self.run.scenario.stages for kind in stage.kinds]
        places = self.places[self.places["kind"].isin(staged)]
        used = self.run.awards["place_id"].value_counts()
        frame = pd.DataFrame(
            {
                "place_id": places.index,
                "kind": places["kind"].to_numpy(),
                "district": places["district"].to_numpy(),
                "capacity": places["capacity"].astype("int64").to_numpy(),
                "used": used.reindex(places.index, fill_value=0).astype("int64").to_numpy(),
                "is_candidate": places["is_candidate"].fillna(False).to_numpy(dtype=bool),
            }
        )
        frame = frame.assign(free=frame["capacity"] - frame["used"])
        frame = frame[frame["free"] > 0].reset_index(drop=True)
        filed = self.run.tables.applications["place_id"].value_counts()
        return frame.assign(
            is_opened=~frame["is_candidate"] | (frame["used"] > 0),
            n_applications=frame["place_id"].map(filed).fillna(0).astype("int64"),
            reasons=pd.Series(self._reasons_at(frame["place_id"]), dtype=object),
        )

    def find(self, term: str) -> tuple[str, ...]:
        """Find people by receipt number or applicant id, whole or from the beginning.

        A whole number beats beginnings; fewer than three characters find whole ones only.
        """
        wanted = term.strip().upper()
        if not wanted or is_personal_number(wanted):
            return ()
        receipts = self.people["receipt_no"].str.upper()
        ids = self.people.index.to_series().str.upper()
        exact = (receipts == wanted) | (ids == wanted)
        if exact.any() or len(wanted) < _SHORTEST:
            return tuple(self.people.index[exact])
        begins = receipts.str.startswith(wanted) | ids.str.startswith(wanted)
        return tuple(self.people.index[begins])

    def ranks_of(self, rows: pd.DataFrame) -> list[int]:
        """Return the preference rank of some refusals.

        A place listed twice has two refusals, in the order of preference.
        """
        filed = self.run.tables.applications
        filed = filed[filed["applicant_id"].isin(set(rows["applicant_id"]))]
        pair = ["applicant_id", "place_id"]
        filed = filed.sort_values([*pair, "preference_rank"])
        won = self.run.awards[[*pair, "preference_rank"]].assign(won=True)
        filed = filed.merge(won, on=[*pair, "preference_rank"], how="left")
        filed = filed[filed["won"].isna()]
        filed = filed.assign(nth=filed.groupby(pair).cumcount())
        told = self.refusals[pair]
        told = told[told["applicant_id"].isin(set(rows["applicant_id"]))]
        nth = told.groupby(pair).cumcount().loc[rows.index]
        found = rows[pair].assign(nth=nth).merge(filed, on=[*pair, "nth"], how="left")
        return found["preference_rank"].fillna(0).astype("int64").tolist()

    def _placed(self, frame: pd.DataFrame, then: str) -> pd.DataFrame:
        """Put a list in the order of places, then of a number."""
        order = frame["place_id"].map(self.places["order"])
        rows = np.lexsort([frame[then].to_numpy(), order.to_numpy()])
        placed = frame.iloc[rows].reset_index(drop=True)
        return placed.assign(district=placed["place_id"].map(self.places["district"]))

    def _reasons_at(self, place_ids: pd.Series) -> list[tuple[tuple[str, int], ...]]:
        told = self.refusals[self.refusals["place_id"].isin(set(place_ids))]
        counts = told.groupby(["place_id", "reason"]).size().reset_index(name="n")
        counts = counts.sort_values(["place_id", "n", "reason"], ascending=[True, False, True])
        by_place: dict[str, list[tuple[str, int]]] = {}
        for place_id, reason, n in counts.itertuples(index=False):
            by_place.setdefault(place_id, []).append((reason, int(n)))
        return [tuple(by_place.get(place_id, ())) for place_id in place_ids]
