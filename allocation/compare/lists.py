"""Who moved, as a list for people: one line each, places by kind, name and district."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from allocation.compare.values import kind_name
from allocation.messages import Lang, text
from allocation.summary import Block
from allocation.tables import header
from allocation.tables.naming import joined_names

if TYPE_CHECKING:
    from allocation.compare.records import Comparison, Moves

Side = Literal["before", "after"]


def people_block(comparison: Comparison, index: int, lang: Lang) -> Block:
    """List who moved against one run, the base on the left.

    Parameters
    ----------
    index
        Which of :attr:`Comparison.moves`.
    """
    moves = comparison.moves[index]
    people = moves.people
    columns = (
        people["applicant_id"],
        people["receipt_no"].fillna(""),
        people["change"].map(
            {code: text(f"change_{code}", lang) for code in set(people["change"])}
        ),
        place_words(people, "before", comparison, lang),
        place_words(people, "after", comparison, lang),
    )
    return Block(
        text("compare_block_people", lang, run=moves.run_id),
        (
            header("applicants", "applicant_id", lang),
            header("applicants", "receipt_no", lang),
            text("compare_col_change", lang),
            text("compare_base", lang),
            text("compare_other", lang),
        ),
        tuple(zip(*columns, strict=True)),
    )


def place_words(people: pd.DataFrame, side: Side, comparison: Comparison, lang: Lang) -> pd.Series:
    """Name each person's place on one side of the moves; nothing as a dash.

    Whether the unit is a reserved one, then the place as :func:`in_words` has it.
    """
    columns = ("kind", "place_id", "venue", "name", "district")
    places = pd.DataFrame({column: people[f"{column}_{side}"] for column in columns})
    words = in_words(places, comparison, lang)
    reserved = people[f"reserve_used_{side}"].fillna("") != ""
    mark = pd.Series("", index=people.index).mask(reserved, text("compare_reserved", lang))
    return (mark + words).fillna("–")


def in_words(places: pd.DataFrame, comparison: Comparison, lang: Lang) -> pd.Series:
    """Name places: kind, id, name with the venue's, and the district where there is no venue.

    Parameters
    ----------
    places
        ``kind``, ``place_id``, ``venue``, ``name`` and ``district``; where the id is
        missing, so is the name.
    """
    names = {kind: kind_name(kind, comparison, lang) for kind in comparison.kinds}
    kind = places["kind"].map(names).fillna(places["kind"])
    name = pd.Series(joined_names(places["venue"], places["name"]), places.index, dtype="str")
    district = places["district"].fillna("").where(places["venue"].isna(), "")
    words = kind + " " + places["place_id"]
    for further in (name, district):
        words = words + (" " + further).where(further != "", "")
    return words


def wish_words(ranks: pd.Series, lang: Lang) -> pd.Series:
    """Name the wish that an award fulfils; nothing where there is none."""
    known = {rank: text("compare_wish", lang, rank=rank) for rank in ranks.dropna().unique()}
    return ranks.map(known).astype("object").fillna("")


def n_better(moves: Moves) -> tuple[int, int]:
    """Count who moved to a place they ranked higher, and to one they ranked lower."""
    moved = moves.people[moves.people["change"] == "moved"]
    step = moved["preference_rank_after"] - moved["preference_rank_before"]
    return int((step < 0).sum()), int((step > 0).sum())
