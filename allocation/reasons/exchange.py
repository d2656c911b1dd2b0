"""Exchanges: what giving a refused application its place would do to the list.

The applicant takes the place and leaves what they have; if the place is full, its last
holder leaves it, for the applicant's old place, for another free place on that holder's
list, or for none, whichever keeps the levels best.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.checker.standing import Exchanges
from allocation.checker.valuation import first_change
from allocation.checker.waste import own_awards
from allocation.reasons.notes import LIMIT_CODES

if TYPE_CHECKING:
    from allocation.instance import Bools, Ints
    from allocation.reasons.notes import Notes
    from allocation.reasons.stage import StageView

_BATCH = 40_000


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """All exchanges for some claims; ``claim`` ascends and is an index into ``rows``.

    The first option of a claim sends the displaced holder to no place.
    """

    rows: Ints
    claim: Ints
    exchanges: Exchanges


def settle_by_exchange(view: StageView, rows: Ints, displaced: Ints, notes: Notes) -> None:
    """Note for each claim the hard rule that forbids its exchange, or the level it costs.

    Parameters
    ----------
    view
        The stage.
    rows
        Refused applications.
    displaced
        Award that would have to leave the place; -1 where a unit is free.
    notes
        Takes the certificates.
    """
    for at in range(0, len(rows), _BATCH):
        part = slice(at, at + _BATCH)
        _settle(view, _options(view, rows[part], displaced[part]), notes)


def _settle(view: StageView, options: Options, notes: Notes) -> None:
    rule, item = view.rules.broken(options.exchanges)
    lawful = np.flatnonzero(rule < 0)
    gains = view.valuation.gains(options.exchanges.take(lawful))
    best = lawful[_best_of_claims(options.claim[lawful], gains)]
    level, gain = first_change(view.valuation.gains(options.exchanges.take(best)))
    for e, changed, amount in zip(best.tolist(), level.tolist(), gain.tolist(), strict=True):
        row = int(options.rows[options.claim[e]])
        found = view.valuation.levels[changed]
        params = {
            "level": found.code,
            "level_params": dict(found.params),
            "delta": abs(amount),
            "chain": chain_of(view, options.exchanges, e),
        }
        notes.add(row, "gave_way" if amount < 0 else "not_settled", params)
    settled = np.zeros(len(options.rows), dtype=np.bool_)
    settled[options.claim[best]] = True
    first = np.searchsorted(options.claim, np.flatnonzero(~settled))
    for e in first.tolist():
        row = int(options.rows[options.claim[e]])
        code, params = broken_rule(view, int(rule[e]), int(item[e]))
        notes.add(row, code, params | {"chain": chain_of(view, options.exchanges, e)})


def broken_rule(view: StageView, rule: int, item: int) -> tuple[str, dict[str, Any]]:
    """Name the hard rule an exchange breaks."""
    name = view.rules.RULES[rule]
    if name == "hard_reserve":
        return name, {"reserve": view.instance.reserves[item].name}
    if name == "hard_quota":
        quota = view.rules.hard_quotas[item]
        return name, {"quota": quota.name, "scope": quota.scope_id}
    if name == "number":
        return limit_reason(view, item)
    return name, {}


def limit_reason(view: StageView, cap: int) -> tuple[str, dict[str, Any]]:
    """Name a cap on opened sites."""
    limit = view.instance.limits[cap]
    if limit.code not in LIMIT_CODES:
        raise ValueError(limit.code)
    n_open = int((view.standing.at_place[limit.members] > 0).sum())
    return limit.code, {
        "kind": limit.kind,
        "label": limit.label,
        "n": limit.existing + n_open,
        "maximum": limit.maximum,
    }


def chain_of(view: StageView, exchanges: Exchanges, e: int) -> list[dict[str, Any]]:
    """Write an exchange as moves by receipt number, the claimant's first."""
    removed = [j for j in exchanges.removed[e].tolist() if j >= 0]
    added = [j for j in exchanges.added[e].tolist() if j >= 0]
    applicant = view.instance.applications.applicant
    who = {j: int(applicant[j]) for j in (added[0], *removed, *added)}
    chain = []
    for i in dict.fromkeys(who[j] for j in (added[0], *removed)):
        left = [view.place_of(j) for j in removed if who[j] == i]
        taken = [view.place_of(j) for j in added if who[j] == i]
        chain.append(
            {
                "receipt_no": str(view.instance.applicants.receipt_no[i]),
                "from_place": ", ".join(left) or None,
                "to_place": taken[0] if taken else None,
            }
        )
    return chain


def _options(view: StageView, rows: Ints, displaced: Ints) -> Options:
    left = own_awards(view.standing, rows)
    destinations = _destinations(view, rows, displaced, left)
    number = np.array([1 + len(each) for each in destinations], dtype=np.int64)
    claim = np.repeat(np.arange(len(rows)), number)
    taken = np.array([j for each in destinations for j in (-1, *each)], dtype=np.int64).reshape(-1)
    removed = np.concatenate([left, displaced[:, None]], axis=1)[claim]
    return Options(rows, claim, Exchanges(removed, np.stack([rows[claim], taken], axis=1)))


def _destinations(
    view: StageView, rows: Ints, displaced: Ints, left: Ints
) -> Iterable[Sequence[int]]:
    """List where each displaced holder could go: free places and those just left."""
    app = view.instance.applications
    free = view.standing.at_place < view.instance.places.capacity
    wishes = _wishes_of(view, np.unique(app.applicant[displaced[displaced >= 0]]))
    awarded = np.zeros(len(app.place), dtype=np.bool_)
    awarded[view.standing.awards] = True
    found: list[Sequence[int]] = []
    for row, holder, own in zip(rows.tolist(), displaced.tolist(), left.tolist(), strict=True):
        if holder < 0:
            found.append(())
            continue
        vacated = {int(app.place[j]) for j in own if j >= 0}
        here = app.place[row]
        found.append(
            [
                j
                for j in wishes[int(app.applicant[holder])]
                if app.place[j] != here
                and not awarded[j]
                and (free[app.place[j]] or int(app.place[j]) in vacated)
            ]
        )
    return found


def _wishes_of(view: StageView, people: Ints) -> dict[int, list[int]]:
    app, mine = view.instance.applications, view.stage.applications
    rows = mine[app.eligible[mine] & np.isin(app.applicant[mine], people)]
    wishes: dict[int, list[int]] = {int(i): [] for i in people}
    for j, i in zip(rows.tolist(), app.applicant[rows].tolist(), strict=True):
        wishes[i].append(j)
    return wishes


def _best_of_claims(claim: Ints, gains: Ints) -> Ints:
    """Return for each claim that has one its lexicographically best option."""
    alive: Bools = np.ones(len(claim), dtype=np.bool_)
    claims, index = np.unique(claim, return_inverse=True)
    for column in gains.T:
        top = np.full(len(claims), np.iinfo(np.int64).min)
        np.maximum.at(top, index[alive], column[alive])
        alive &= column == top[index]
    rows = np.flatnonzero(alive)
    _, first = np.unique(claim[rows], return_index=True)
    return rows[first]
