"""The certificate of every refused application, found in a fixed order.

1 excluded by a rule · 2 held from before, awarded in an earlier stage, or not drawn ·
3 holds a place ranked better · 4 household · 5 spacing · 6 a cap on opened sites ·
7 outranked by every holder, or every holder chose in turn before · 8 a hard reserve or
quota · 9 gave way: an exchange that makes the list worse.  The first that applies is the
one given; each can be checked by arithmetic from the instance and the award list
(:func:`allocation.checker.confirm_reasons`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.canonical import dump_each
from allocation.checker.levels import judged_stage
from allocation.checker.standing import N_CLASSES, Exchanges, Standing
from allocation.checker.waste import own_awards
from allocation.reasons.exchange import limit_reason, settle_by_exchange
from allocation.reasons.lots import note_turns, note_undrawn, note_waiting
from allocation.reasons.notes import Notes
from allocation.reasons.persons import note_better_awards, note_earlier_awards
from allocation.reasons.pools import note_outranked, rank_against_holders
from allocation.reasons.queue import explain_turns, spacing_params
from allocation.reasons.stable import explain_match
from allocation.reasons.stage import PoolView, StageView
from allocation.result import Status

if TYPE_CHECKING:
    from allocation.instance import Instance, Ints, Stage
    from allocation.result import Result, StageResult


def explain_awards(instance: Instance, result: Result) -> pd.DataFrame:
    """Give every refused application its one reason.

    Parameters
    ----------
    instance
        The problem.
    result
        Awards and the labels of reserve units.

    Returns
    -------
    pd.DataFrame
        One row per application that is not awarded, in instance order, with the columns
        of ``refusals.csv``: ``applicant_id``, ``place_id``, ``reason_code``, ``params``
        (JSON).
    """
    app = instance.applications
    notes = Notes(len(app.place))
    for row, reason in instance.exclusions.items():
        notes.add(row, reason.code, reason.params)
    labels = np.full(len(app.place), -1, dtype=np.int64)
    labels[result.awards] = result.reserve_used
    outcomes = {outcome.name: outcome for outcome in result.stages}
    for stage in instance.stages:
        _explain_stage(instance, stage, result.awards, labels, notes, outcomes.get(stage.name))
    is_refused = np.ones(len(app.place), dtype=np.bool_)
    is_refused[result.awards] = False
    refused = np.flatnonzero(is_refused)
    return pd.DataFrame(
        {
            "applicant_id": instance.applicants.id[app.applicant[refused]],
            "place_id": instance.places.id[app.place[refused]],
            "reason_code": notes.codes[refused],
            "params": dump_each([notes.params[row] for row in refused.tolist()]),
        }
    )


def _explain_stage(
    instance: Instance,
    stage: Stage,
    awards: Ints,
    labels: Ints,
    notes: Notes,
    outcome: StageResult | None,
) -> None:
    mine = stage.applications
    rows = mine[instance.applications.eligible[mine] & ~np.isin(mine, awards)]
    standing = Standing.of(instance, judged_stage(stage), awards)
    note_earlier_awards(standing, rows, notes)
    if outcome is not None and outcome.status == Status.INFEASIBLE:
        for row in notes.open_of(rows).tolist():
            notes.add(row, "stage_infeasible", {"stage": stage.name})
        return
    if stage.is_match:
        plan = None if outcome is None else outcome.plan
        explain_match(PoolView(standing, labels), plan, rows, notes)
        return
    if stage.mechanism in ("queue", "stable"):
        explain_turns(standing, notes)
        return
    view = StageView(standing, labels)
    if outcome is not None and _note_lottery(view, notes.open_of(rows), outcome, notes):
        return
    note_better_awards(view.standing, notes.open_of(rows), notes)
    _note_households(view, notes.open_of(rows), notes)
    _note_spacing(view, notes.open_of(rows), notes)
    full = view.standing.at_place >= instance.places.capacity
    place = instance.applications.place
    open_rows = notes.open_of(rows)
    _note_limits(view, open_rows[~full[place[open_rows]]], notes)
    open_rows = notes.open_of(rows)
    displaced = np.full(len(place), -1, dtype=np.int64)
    note_full = note_turns if stage.mechanism == "egalitarian" else _note_outranked
    note_full(view, open_rows[full[place[open_rows]]], displaced, notes)
    open_rows = notes.open_of(rows)
    settle_by_exchange(view, open_rows, displaced[open_rows], notes)


def _note_lottery(view: StageView, rows: Ints, outcome: StageResult, notes: Notes) -> bool:
    """Note who was not drawn; return whether nothing is left to say about the stage."""
    if outcome.chances is not None:
        note_undrawn(view, rows, outcome.chances, notes)
    if outcome.status == Status.UNDRAWN:
        note_waiting(notes.open_of(rows), outcome.name, notes)
    return outcome.status == Status.UNDRAWN


def _own_exchanges(view: StageView, rows: Ints) -> Exchanges:
    """Each applicant takes the place and leaves what they have."""
    return Exchanges(own_awards(view.standing, rows), rows[:, None])


def _note_households(view: StageView, rows: Ints, notes: Notes) -> None:
    hit = view.rules.household(_own_exchanges(view, rows)) >= 0
    for row in rows[hit].tolist():
        notes.add(row, "household", {"maximum": view.instance.household_max})


def _note_spacing(view: StageView, rows: Ints, notes: Notes) -> None:
    """Note the awarded place that is too near, the first by id of several."""
    instance, app = view.instance, view.instance.applications
    exchanges = _own_exchanges(view, rows)
    hit = np.flatnonzero(view.rules.spacing(exchanges) >= 0)
    near = instance.conflicts
    node_a = near.place_a * N_CLASSES + near.class_a
    node_b = near.place_b * N_CLASSES + near.class_b
    by_node: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for c, (a, b) in enumerate(zip(node_a.tolist(), node_b.tolist(), strict=True)):
        by_node[a].append((b, c))
        by_node[b].append((a, c))
    node = app.place * N_CLASSES + app.holder_class
    for e in hit.tolist():
        row = int(rows[e])
        left = [int(node[j]) for j in exchanges.removed[e] if j >= 0]
        blocking = [
            (other, c)
            for other, c in by_node[int(node[row])]
            if view.standing.at_node[other] > left.count(other)
        ]
        notes.add(row, "spacing", spacing_params(instance, min(blocking)[1], int(app.place[row])))


def _note_limits(view: StageView, rows: Ints, notes: Notes) -> None:
    """Note the cap that opening the place, or one award more there, would break."""
    cap = view.rules.number(_own_exchanges(view, rows))
    for row, c in zip(rows[cap >= 0].tolist(), cap[cap >= 0].tolist(), strict=True):
        notes.add(row, *limit_reason(view, c))


def _note_outranked(view: StageView, rows: Ints, displaced: Ints, notes: Notes) -> None:
    """Note who is outranked at a full place; tell for the others whom they would displace."""
    app = view.instance.applications
    without_units = view.instance.places.capacity[app.place[rows]] == 0
    for row in rows[without_units].tolist():
        notes.add(row, "not_opened", {})
    rows = rows[~without_units]
    ranking = rank_against_holders(view, rows, _raising(view, rows))
    note_outranked(view, ranking, notes)
    rest = ~ranking.outranked
    displaced[rows[rest]] = ranking.holder[rest]


def _raising(view: StageView, rows: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which applications would put a reserve unit to use that nobody uses."""
    return view.valuation.labelled_gain(_own_exchanges(view, rows)) > 0
