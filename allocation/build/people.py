"""Applicants in numbers: draw, tier, household, awards held from before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from allocation.build.frames import Frames, filled, positions_of
from allocation.draw.methods import Entrants, number_entrants
from allocation.instance import Applicants, Reason
from allocation.rules.columns import dates, is_word, numbers, text, times
from allocation.rules.priority import is_hard_to_employ
from allocation.rules.registration import first_registration

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from allocation.instance import Bools, Ints, PoolPriority, Strings
    from allocation.scenario import Scenario


def build_applicants(
    frames: Frames, tier: Ints, priorities: Mapping[str, PoolPriority], scenario: Scenario
) -> Applicants:
    """Build the applicants; ``tier`` is theirs by the published list."""
    people = frames.applicants
    ids = filled(people, "applicant_id")
    receipts = filled(people, "receipt_no")
    receipts = np.where(receipts == "", ids, receipts)
    return Applicants(
        id=ids,
        receipt_no=receipts,
        group=filled(people, "group", "general"),
        draw_number=_draw(frames, receipts, scenario),
        tier=tier,
        household=_number_households(people),
        hard_to_employ=_find_hard_to_employ(people, priorities, scenario),
        holds=_find_holders(frames, ids, scenario),
    )


def _draw(frames: Frames, receipts: Strings, scenario: Scenario) -> Ints:
    """Give the applicants their numbers by the method of the scenario."""
    draw = scenario.draw
    if draw is None:
        return number_entrants("ids", Entrants(receipts.tolist()), None, "")
    return number_entrants(draw.method, entrants(frames, receipts), draw.seed, draw.round)


def entrants(frames: Frames, receipts: Strings) -> Entrants:
    """Say who takes part in the draw, and when each one's first application was accepted."""
    filed = frames.applications
    accepted, sequence = times(filed, "accepted_at"), numbers(filed, "accepted_seq")
    who = filed["applicant"].to_numpy(dtype=np.int64)
    # Times that are not known come last, as NaT does.
    order = np.lexsort((sequence, accepted, who))
    people, first = np.unique(who[order], return_index=True)
    at = np.full(len(receipts), "NaT", dtype="datetime64[s]")
    own = np.full(len(receipts), np.nan)
    at[people], own[people] = accepted[order][first], sequence[order][first]
    general = ~is_word(frames.applicants, "group", "disabled")
    return Entrants(receipts.tolist(), at, general, own)


def note_held_kinds(frames: Frames, scenario: Scenario) -> tuple[Reason, ...]:
    """Tell which held awards block nothing, being of a kind no exclusive group names."""
    named = {kind for group in scenario.exclusive.groups for kind in group}
    kinds, counts = np.unique(_held_kinds(frames).astype(str), return_counts=True)
    return tuple(
        Reason("held_kind_not_exclusive", {"kind": str(kind), "count": int(count)})
        for kind, count in zip(kinds, counts, strict=True)
        if kind not in named
    )


def _number_households(people: pd.DataFrame) -> Ints:
    names = filled(people, "household_id")
    _, household = np.unique(names.astype(str), return_inverse=True)
    # The empty name, where there is one, sorts first.
    return household.astype(np.int64) - int(np.any(names == ""))


def _find_hard_to_employ(
    people: pd.DataFrame, priorities: Mapping[str, PoolPriority], scenario: Scenario
) -> Bools:
    """Tell who is hard to employ, where a list asks; else nobody needs the facts."""
    lists = (name for pool in priorities.values() for name in (*pool.reserved, *pool.open))
    if "hard_to_employ_first" not in lists:
        return np.zeros(len(people), dtype=np.bool_)
    return is_hard_to_employ(people, scenario)


def _held_kinds(frames: Frames) -> Strings:
    held = frames.held_awards
    kinds = filled(held, "kind")
    place = positions_of(filled(frames.places, "place_id"), text(held, "place_id"))
    of_place = np.append(filled(frames.places, "kind"), "")[place]
    return np.where(kinds == "", of_place, kinds)


def _find_holders(frames: Frames, ids: Strings, scenario: Scenario) -> Bools:
    """Tell who holds a live award per exclusive group.

    An award without an end is live; without a decision date every award is.  An award
    under one registration of a person is held under all of them.
    """
    held = frames.held_awards
    holder = positions_of(ids, text(held, "applicant_id"))
    live = holder >= 0
    if scenario.decision_date is not None:
        ends = dates(held, "valid_to")
        live &= np.isnat(ends) | (ends >= np.datetime64(scenario.decision_date, "D"))
    kinds = _held_kinds(frames)
    holds = np.zeros((len(ids), len(scenario.exclusive.groups)), dtype=np.bool_)
    for column, group in enumerate(scenario.exclusive.groups):
        of_group = np.isin(kinds.astype(str), group)
        holds[holder[live & of_group], column] = True
    person = first_registration(frames.applicants)
    by_person = np.zeros_like(holds)
    np.logical_or.at(by_person, person, holds)
    return by_person[person]
