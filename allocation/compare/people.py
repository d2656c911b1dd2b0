"""Who moved from one run to another: frame differences on applicant and place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CHANGES = ("gained", "lost", "moved", "relabelled")
"""From nothing to an award, from an award to nothing, from one place to another, and
the same place with another reserve, or none."""

COLUMNS = (
    "applicant_id",
    "receipt_no",
    "change",
    "known_in",
    *(
        f"{column}_{side}"
        for side in ("before", "after")
        for column in (
            "kind",
            "place_id",
            "name",
            "venue",
            "district",
            "preference_rank",
            "priority_tier",
            "reserve_used",
        )
    ),
)
"""Columns of the people who moved; ``known_in`` is ``both``, ``base`` or ``other``."""

_KEY = ["applicant_id", "place_id"]
_OF_AWARD = ["kind", "preference_rank", "priority_tier", "reserve_used"]


def exclusive_groups(scenarios: Iterable[Mapping[str, object]]) -> dict[str, int]:
    """Give kinds which exclude one another in any of the runs one number.

    Parameters
    ----------
    scenarios
        Canonical scenarios.
    """
    merged: list[set[str]] = []
    for scenario in scenarios:
        for kinds in scenario["exclusive"]["groups"]:  # type: ignore[index]
            touching = [group for group in merged if group & set(kinds)]
            apart = [group for group in merged if not group & set(kinds)]
            merged = [*apart, set(kinds).union(*touching)]
    return {kind: number for number, kinds in enumerate(merged) for kind in kinds}


def moved_people(
    before: pd.DataFrame, after: pd.DataFrame, groups: Mapping[str, int]
) -> pd.DataFrame:
    """List everybody whose awards are not the same.

    An applicant may hold several awards, such as a tobacco licence and a post.  An
    award that went and one that came are a move only within a group of kinds that
    exclude one another; otherwise the one is lost and the other gained.

    Parameters
    ----------
    before, after
        Awards of the two runs.
    groups
        Of :func:`exclusive_groups`; a kind in no group stands for itself.
    """
    columns = [*_KEY, *_OF_AWARD]
    pairs = before[columns].merge(
        after[columns], on=_KEY, how="outer", suffixes=("_before", "_after"), indicator="side"
    )
    stayed = pairs["side"] == "both"
    relabelled = pairs[stayed & (pairs["reserve_used_before"] != pairs["reserve_used_after"])]
    relabelled = relabelled.assign(
        place_id_before=relabelled["place_id"],
        place_id_after=relabelled["place_id"],
        change="relabelled",
    )
    went = _numbered(pairs[pairs["side"] == "left_only"], "before", groups)
    came = _numbered(pairs[pairs["side"] == "right_only"], "after", groups)
    moved = went.merge(came, on=["applicant_id", "group", "nth"], how="outer", indicator="side")
    words = {"left_only": "lost", "right_only": "gained", "both": "moved"}
    moved["change"] = moved["side"].astype("str").map(words)
    found = pd.concat([moved, relabelled], ignore_index=True)
    for side in ("before", "after"):
        for column in ("preference_rank", "priority_tier"):
            found[f"{column}_{side}"] = found[f"{column}_{side}"].astype("Int64")
    return found


def _numbered(awards: pd.DataFrame, side: str, groups: Mapping[str, int]) -> pd.DataFrame:
    """Keep one side of the pairs and number each applicant's awards within a group."""
    frame = awards.rename(columns={"place_id": f"place_id_{side}"})
    frame = frame[["applicant_id", f"place_id_{side}", *(f"{name}_{side}" for name in _OF_AWARD)]]
    kind = frame[f"kind_{side}"]
    frame = frame.assign(
        group=kind.map(groups).astype("Int64").astype("str").where(kind.isin(groups), kind)
    )
    frame = frame.sort_values(["applicant_id", f"preference_rank_{side}", f"place_id_{side}"])
    return frame.assign(nth=frame.groupby(["applicant_id", "group"]).cumcount())


def with_names(
    moved: pd.DataFrame, receipts: pd.DataFrame, places: pd.DataFrame, known: pd.Series
) -> pd.DataFrame:
    """Add receipt numbers, names of places and who is known where; fix columns and order.

    Parameters
    ----------
    receipts
        ``receipt_no`` by applicant id.
    places
        ``name``, ``venue`` and ``district`` by place id.
    known
        ``both``, ``base`` or ``other`` by applicant id.
    """
    frame = moved.assign(
        receipt_no=moved["applicant_id"].map(receipts["receipt_no"]).astype("str"),
        known_in=moved["applicant_id"].map(known),
    )
    for side in ("before", "after"):
        for column in ("name", "venue", "district"):
            frame[f"{column}_{side}"] = frame[f"place_id_{side}"].map(places[column]).astype("str")
    order = frame["change"].map({change: i for i, change in enumerate(CHANGES)})
    frame = frame.assign(order=order).sort_values(
        ["order", "applicant_id", "place_id_before", "place_id_after"], ignore_index=True
    )
    return frame[list(COLUMNS)]
