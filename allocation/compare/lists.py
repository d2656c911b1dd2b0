"""Who moved, as a list for people: one line each, places by kind, name and district."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from allocation.compare.values import kind_name
from allocation.messages import Lang, text
from allocation.summary import Block
from allocation.tables import header

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

    Whether the unit is a reserved one, kind, id, venue, name, and the district of a
    place without a venue.
    """
    names = {kind: kind_name(kind, comparison, lang) for kind in comparison.kinds}
    kind = people[f"kind_{side}"]
    words = kind.map(names).fillna(kind) + " " + people[f"place_id_{side}"]
    venue, name, district = (
        (" " + people[f"{column}_{side}"]).fillna("") for column in ("venue", "name", "district")
    )
    words = words + venue + name + district.where(venue == "", "")
    reserved = people[f"reserve_used_{side}"].fillna("") != ""
    mark = pd.Series("", index=people.index).mask(reserved, text("compare_reserved", lang))
    return (mark + words).fillna("–")


def wish_words(ranks: pd.Series, lang: Lang) -> pd.Series:
    """Name the wish that an award fulfils; nothing where there is none."""
    known = {rank: text("compare_wish", lang, rank=rank) for rank in ranks.dropna().unique()}
    return ranks.map(known).astype("object").fillna("")


def n_better(moves: Moves) -> tuple[int, int]:
    """Count who moved to a place they ranked higher, and to one they ranked lower."""
    moved = moves.people[moves.people["change"] == "moved"]
    step = moved["preference_rank_after"] - moved["preference_rank_before"]
    return int((step < 0).sum()), int((step > 0).sum())
