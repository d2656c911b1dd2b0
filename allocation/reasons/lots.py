"""Reasons in an ``egalitarian`` stage: not drawn, or chose in turn.

Whoever was not drawn is told their own published chance.  Whoever was drawn chose among
the places that left everybody drawn still served; a better-ranked one went to people who
choose before, or giving it would have cost somebody's award.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from allocation.instance import Ints
    from allocation.lottery import Chances
    from allocation.reasons.notes import Notes
    from allocation.reasons.stage import StageView


def note_undrawn(view: StageView, rows: Ints, chances: Chances, notes: Notes) -> None:
    """Note for everybody the draw left without an award what their chance was."""
    instance = view.instance
    app = instance.applications
    holders = set(app.applicant[view.standing.awards].tolist())
    chance_of = dict(zip(chances.applicants, chances.chance, strict=True))
    for row in rows.tolist():
        i = int(app.applicant[row])
        chance = chance_of.get(i)
        if chance is None or i in holders:
            continue
        odds = {"numerator": chance.numerator, "denominator": chance.denominator}
        if not chances.is_drawn:
            notes.add(row, "draw_pending", odds)
        elif chance == 0:
            notes.add(row, "no_chance", {})
        else:
            notes.add(row, "not_drawn", odds)


def note_turns(view: StageView, rows: Ints, displaced: Ints, notes: Notes) -> None:
    """Note where everybody at a full place chose before; tell for the others who chose last.

    Parameters
    ----------
    rows
        Refused applications of people who were drawn, at full places.
    displaced
        Shape (k,): takes for each row the award that would have to leave the place.
    """
    instance, awards = view.instance, view.standing.awards
    app, people = instance.applications, instance.applicants
    last: dict[int, int] = {}
    for award in awards.tolist():
        p = int(app.place[award])
        if p not in last or _turn(view, award) > _turn(view, last[p]):
            last[p] = award
    for row in rows.tolist():
        p = int(app.place[row])
        if instance.places.capacity[p] == 0:
            notes.add(row, "not_opened", {})
            continue
        holder = last[p]
        mine, theirs = _turn(view, row), _turn(view, holder)
        if theirs > mine:
            displaced[row] = holder
            continue
        criterion = "tier" if mine[0] != theirs[0] else "draw"
        params: dict[str, Any] = {
            "n": int(view.standing.at_place[p]),
            "criterion": criterion,
            "own": mine[criterion == "draw"],
            "receipt_no": str(people.receipt_no[app.applicant[holder]]),
        }
        notes.add(row, "taken_in_turn", params)


def note_waiting(rows: Ints, stage: str, notes: Notes) -> None:
    """Note for a stage that waits for the draw of one before it."""
    for row in rows.tolist():
        notes.add(row, "stage_waits", {"stage": stage})


def _turn(view: StageView, row: int) -> tuple[int, int]:
    people = view.instance.applicants
    i = int(view.instance.applications.applicant[row])
    return int(people.tier[i]), int(people.draw_number[i])
