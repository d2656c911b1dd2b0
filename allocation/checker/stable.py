"""Whether a list is stable: V5 to V8, each by a question of its own.

V6 decides; the others say the same in words people use, partly from the labels the list
states.  All claims of a stage are judged at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.fairness import Pairings, pair_with_holders
from allocation.checker.fields import ids_of
from allocation.checker.place_rules import HARD
from allocation.checker.report import CheckReport, Violation
from allocation.checker.stable_view import FREE

if TYPE_CHECKING:
    from allocation.checker.stable_view import StableView
    from allocation.instance import Bools, Instance, Ints


def check_stable(view: StableView, listed: Ints) -> CheckReport:
    """Judge a list by what ``stable`` promises.

    Parameters
    ----------
    view
        The list and its rules.
    listed
        Reserve of the unit each award is said to use, -1 for none; shape (k,).

    Returns
    -------
    CheckReport
        Equal conditions are a finding, not a violation, at places whose published order
        does not put disabled people first among equals.
    """
    pairs = pair_with_holders(view.standing, view.claims, listed)
    raising, reverted = reserve_claims(view), reverted_claims(view, listed)
    equal, others = _equal_conditions(view, pairs)
    blocking = blocking_claims(view)
    violations = [
        *_each(view, "check_not_chosen", np.array(view.not_kept, dtype=np.int64)),
        *_each(view, "check_reserve_claim", raising),
        *_each(view, "check_blocking_pair", blocking),
        *_counted(view, "check_envy", pairs.claim[pairs.envies]),
        *_each(view, "check_idle_unit", idle_claims(view)),
        *_counted(view, "check_equal_conditions", equal),
        *_each(view, "check_reverted_claim", reverted),
        *_each(view, "check_cutoff", claims_above_cutoff(view, listed)),
    ]
    app = view.instance.applications
    counts = {
        "n_blocking_pairs": len(blocking),
        "n_envy_pairs": int(pairs.envies.sum()),
        "n_envious_applicants": len(np.unique(app.applicant[pairs.claim[pairs.envies]])),
        "n_equal_conditions_pairs": int(pairs.equal.sum()),
        "n_reserve_claim_places": len(np.unique(app.place[raising])),
        "n_reverted_claim_places": len(np.unique(app.place[reverted])),
    }
    findings = list(_counted(view, "finding_equal_conditions", others))
    return CheckReport(violations, counts, findings)


def blocking_claims(view: StableView) -> Ints:
    """V6: claims (i, p) with i in C_p(A_p + i)."""
    app, claims = view.instance.applications, view.claims
    place = app.place[claims]
    blocks = view.open_rank[claims] < view.open_bar[place]
    for g, bar in view.reserve_bars.items():
        blocks |= view.may_use(claims, g) & (view.reserved_rank[claims] < bar[place])
    return claims[blocks]


def reserve_claims(view: StableView) -> Ints:
    """V5: claims that would put a reserve unit to use that nobody uses."""
    claims = view.claims
    place = view.instance.applications.place[claims]
    raises = np.zeros(len(claims), dtype=np.bool_)
    for g, bar in view.reserve_bars.items():
        raises |= view.may_use(claims, g) & (bar[place] == FREE)
    return claims[raises]


def idle_claims(view: StableView) -> Ints:
    """V6b: claims at a place with a unit to spare that the claimant may lawfully hold."""
    claims = view.claims
    place = view.instance.applications.place[claims]
    idle: Bools = view.open_bar[place] == FREE
    return claims[idle]


def reverted_claims(view: StableView, listed: Ints) -> Ints:
    """V7: claims of beneficiaries on a unit of their reserve that went to somebody else."""
    app, claims = view.instance.applications, view.claims
    m = len(view.instance.places.id)
    holders = view.standing.awards
    seated = np.bincount(app.place[holders[listed[holders] < 0]], minlength=m)
    reverted = np.zeros(m, dtype=np.bool_)
    for p, rule in view.rules.items():
        reverted[p] = rule.mode != HARD and seated[p] > rule.n_open
    found = np.zeros(len(claims), dtype=np.bool_)
    for g, unused in _unused(view, listed).items():
        found |= view.may_use(claims, g) & (unused & reverted)[app.place[claims]]
    return claims[found]


def claims_above_cutoff(view: StableView, listed: Ints) -> Ints:
    """V8: claims that stand before the last one admitted in a pool open to them."""
    app, claims = view.instance.applications, view.claims
    place, holders = app.place[claims], view.standing.awards
    m = len(view.instance.places.id)
    above = view.open_rank[claims] < _last(m, app.place, view.open_rank, holders, listed, -1)[place]
    for g in view.reserve_bars:
        last = _last(m, app.place, view.reserved_rank, holders, listed, g)
        above |= view.may_use(claims, g) & (view.reserved_rank[claims] < last[place])
    return claims[above]


def _last(m: int, place: Ints, rank: Ints, holders: Ints, listed: Ints, pool: int) -> Ints:
    """Return the rank of the last holder of a pool's units per place, -1 for none."""
    rows = holders[listed[holders] == pool]
    last = np.full(m, -1, dtype=np.int64)
    np.maximum.at(last, place[rows], rank[rows])
    return last


def _unused(view: StableView, listed: Ints) -> dict[int, Bools]:
    """Tell per reserve at which places fewer awards are labelled than it has units."""
    app, holders = view.instance.applications, view.standing.awards
    m = len(view.instance.places.id)
    found = {g: np.zeros(m, dtype=np.bool_) for g in view.reserve_bars}
    used = Counter(zip(listed[holders].tolist(), app.place[holders].tolist(), strict=True))
    for p, rule in view.rules.items():
        for g, units in rule.reserves.items():
            found[g][p] = used[g, p] < units
    return found


def _equal_conditions(view: StableView, pairs: Pairings) -> tuple[Ints, Ints]:
    """Split V6c into claims where the order promises it, and the others."""
    rows = pairs.claim[pairs.equal]
    kind = view.instance.places.kind[view.instance.applications.place[rows]]
    promised = np.array([_promises(view.instance, str(k)) for k in kind], dtype=np.bool_)
    return rows[promised], rows[~promised]


def _promises(instance: Instance, kind: str) -> bool:
    """Tell whether nothing but the condition band stands before disabled people first."""
    order = [name for name in instance.priorities[kind].open if name != "band"]
    return order[:1] == ["disabled_first"]


def _each(view: StableView, code: str, rows: Ints) -> Iterator[Violation]:
    for row in rows.tolist():
        yield Violation(code, ids_of(view.instance, row))


def _counted(view: StableView, code: str, rows: Ints) -> Iterator[Violation]:
    found, number = np.unique(rows, return_counts=True)
    for row, n in zip(found.tolist(), number.tolist(), strict=True):
        yield Violation(code, {**ids_of(view.instance, row), "n": n})
