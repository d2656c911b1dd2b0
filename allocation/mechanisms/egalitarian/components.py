"""Which way a component is settled: by flows, by plans, or by plans where flows leave off.

A component whose sets nest is a network: flows settle it.  A small one that does not is
settled by plans.  A large one is settled by flows without the rows that do not fit; what
they find is an upper limit in the sense of leximin.  Where the rows cannot break in any
list that gives these chances, or plans are found that keep them, the limit is attained
and proven.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from allocation.instance import Ints
from allocation.lottery import Part, TightSet
from allocation.mechanisms.egalitarian.columns import Columns, raise_chances, reach_chances
from allocation.mechanisms.egalitarian.coupled import Coupled, make_coupled
from allocation.mechanisms.egalitarian.leximin import leximin
from allocation.mechanisms.egalitarian.links import Chances, given_chances
from allocation.mechanisms.egalitarian.mixture import mix
from allocation.mechanisms.egalitarian.settle import (
    Settled,
    limit_by_flow,
    make_ground,
    settle_by_flow,
)
from allocation.mechanisms.network.bihierarchy import Network, build_network
from allocation.mechanisms.network.sets import Component, draw_in, take_apart
from allocation.mechanisms.optimise.backend import Budget, Interrupted
from allocation.mechanisms.optimise.lexicographic import Objective, maximise
from allocation.mechanisms.optimise.meaning import Formulation
from allocation.mechanisms.optimise.program import Program
from allocation.progress import Silent

_SMALL = 250
"""Up to so many people, plans are as quick as flows."""
_FEW_ROWS = 20
"""Where more rows than these do not fit, what flows allow is far from what plans can give."""
_MOST_PLANS = 400
_SINGLE_LANES = 400
"""Up to so many applications may each be a cell of its own where cells alike do not do."""


@dataclass(frozen=True, slots=True, eq=False)
class Stake:
    """What every component is settled from.

    Attributes
    ----------
    applicant
        Shape (applications of the formulation,).
    """

    formulation: Formulation
    face: Program
    applicant: Ints
    budget: Budget


class NoLottery(Exception):
    """No weights of plans give coupled people their chances exactly.

    A plan leaves open who fills its places; where it leaves some people no choice, they can
    be due less than it gives them, and weights found without looking at that fall short.
    """

    def __init__(self, n_awards: int) -> None:
        super().__init__(n_awards)
        self.n_awards = n_awards


def settle_component(stake: Stake, component: Component) -> Settled | None:
    """Find the lottery of a component; ``None`` where it has no lawful list."""
    network = build_network(component)
    whole = make_ground(stake.formulation, stake.face, component, [component])
    n_odd = len(network.left_out) + len(component.loose)
    if n_odd > 0 and (len(component.people) <= _SMALL or n_odd > _FEW_ROWS):
        by_plans = _settle_by_plans(stake, component)
        return None if by_plans is None else replace(by_plans, grounds=(whole,))
    chances = leximin(network)
    if chances is None:
        return None
    if not n_odd:
        settled = settle_by_flow(stake.formulation, component, network, chances)
        return replace(settled, grounds=(whole,))
    settled = limit_by_flow(stake.formulation, component, network, chances)
    return _settle_in_pieces(stake, component, network, chances, settled)


def _settle_by_plans(stake: Stake, component: Component) -> Settled | None:
    try:
        return _settle_by_cells(stake, component, one_by_one=False)
    except NoLottery as missing:
        if missing.n_awards > _SINGLE_LANES:
            raise
    return _settle_by_cells(stake, component, one_by_one=True)


def _settle_by_cells(stake: Stake, component: Component, *, one_by_one: bool) -> Settled | None:
    coupled = make_coupled(
        stake.formulation, stake.face, component.columns, stake.applicant, one_by_one=one_by_one
    )
    columns = raise_chances(coupled, stake.budget)
    if columns is None:
        return None
    mixture = mix(columns)
    if mixture is None:
        raise NoLottery(int((coupled.cell >= 0).sum()))
    chance = dict(enumerate(mixture.chance))
    sets = [
        _tight_set(coupled, types, value, tight.bound)
        for tight in columns.tight
        for value, types in _by_chance(tight.types, chance)
        if value < 1
    ]
    return Settled(
        _by_person(coupled, chance), tuple(sets), (_trimmed(mixture.part, coupled, chance),)
    )


def _by_chance(
    types: Iterable[int], chance: dict[int, Fraction]
) -> list[tuple[Fraction, list[int]]]:
    found: dict[Fraction, list[int]] = {}
    for k in types:
        found.setdefault(chance[k], []).append(k)
    return sorted(found.items())


def _tight_set(
    coupled: Coupled, types: Iterable[int], chance: Fraction, bound: Fraction
) -> TightSet:
    people = sorted(int(i) for k in types for i in coupled.members[k])
    return TightSet(chance, bound, tuple(people), "solver")


def _by_person(coupled: Coupled, chance: dict[int, Fraction]) -> dict[int, Fraction]:
    return {int(i): c for k, c in chance.items() for i in coupled.members[k].tolist() if c < 1}


def _trimmed(part: Part, coupled: Coupled, chance: dict[int, Fraction]) -> Part:
    """Name only the people about whom something is left to draw."""
    drawn = sorted(
        int(i) for k, c in chance.items() if 0 < c < 1 for i in coupled.members[k].tolist()
    )
    return replace(part, applicants=tuple(drawn))


def _settle_in_pieces(
    stake: Stake, component: Component, network: Network, chances: Chances, settled: Settled
) -> Settled:
    """Keep what the flows say and look for lists that keep the rows left out as well."""
    face = _attaining(stake.face, component, network, chances)
    left_out = [component.sets[k].row for k in network.left_out.tolist()]
    rows = sorted({*left_out, *component.loose.tolist()})
    face = _without_idle(stake, face, component, rows)
    chance = {int(i): c for i, c in zip(component.people, chances.chance, strict=True)}
    inner = replace(stake, face=face)
    inside = set(component.people.tolist())
    pieces = [
        piece
        for piece in take_apart(stake.formulation, face, stake.applicant)
        if inside.issuperset(piece.people.tolist())
    ]
    parts: list[Part] = []
    missed: dict[int, Fraction] = {}
    for piece in pieces:
        got = _settle_piece(inner, piece, chance)
        parts += got.parts
        missed |= got.chance
    ground = make_ground(stake.formulation, face, component, pieces)
    settled = replace(settled, parts=tuple(parts), grounds=(ground,))
    return _with_gap(settled, missed) if missed else settled


def _settle_piece(stake: Stake, piece: Component, chance: dict[int, Fraction]) -> Settled:
    """Return the parts of a piece, and the chances of those who fall short of the limit."""
    network = build_network(piece)
    if not (len(network.left_out) or len(piece.loose)):
        known = given_chances(network, [chance[i] for i in piece.people.tolist()])
        return Settled({}, (), settle_by_flow(stake.formulation, piece, network, known).parts)
    coupled = make_coupled(stake.formulation, stake.face, piece.columns, stake.applicant)
    target = [chance[int(members[0])] for members in coupled.members]
    columns: Columns | None
    try:
        columns = reach_chances(coupled, target, stake.budget, _MOST_PLANS)
    except Interrupted:
        columns = None
    columns = columns or raise_chances(coupled, stake.budget)
    mixture = mix(columns) if columns is not None else None
    if mixture is None:
        raise NoLottery(len(piece.columns))
    got = dict(enumerate(mixture.chance))
    short = {
        int(i): got[k]
        for k, members in enumerate(coupled.members)
        for i in members.tolist()
        if got[k] != target[k]
    }
    return Settled(short, (), (_trimmed(mixture.part, coupled, got),))


def _with_gap(settled: Settled, missed: dict[int, Fraction]) -> Settled:
    """Give those who fall short a set of their own, with the limit as its bound."""
    sets = []
    for each in settled.sets:
        kept = tuple(i for i in each.applicants if i not in missed)
        if len(kept) == len(each.applicants):
            sets.append(each)
            continue
        by_chance: dict[Fraction, list[int]] = {}
        for i in each.applicants:
            by_chance.setdefault(missed.get(i, each.chance), []).append(i)
        sets += [
            TightSet(c, max(c, each.bound), tuple(people), "solver")
            for c, people in sorted(by_chance.items())
        ]
    return replace(settled, chance={**settled.chance, **missed}, sets=tuple(sets))


def _attaining(face: Program, component: Component, network: Network, chances: Chances) -> Program:
    """Draw a face in to the lists that attain every link."""
    lower, upper = face.lower.copy(), face.upper.copy()
    row_lower, row_upper = face.row_lower.copy(), face.row_upper.copy()
    arcs = chances.arcs
    for number, sets in enumerate(network.sets):
        if arcs.lower[number] == arcs.upper[number]:
            for each in sets:
                if each.row >= 0:
                    value = each.offset + each.unit * int(arcs.upper[number])
                    row_lower[each.row] = row_upper[each.row] = value
    alone = np.bincount(component.column, minlength=len(lower))[component.column] == 1
    alone &= component.label < 0
    fixed = alone & (arcs.lower[network.lane_arc] == arcs.upper[network.lane_arc])
    lower[component.column[fixed]] = arcs.lower[network.lane_arc[fixed]]
    upper[component.column[fixed]] = arcs.upper[network.lane_arc[fixed]]
    nobody = np.array([c == 0 for c in chances.chance], dtype=np.bool_)
    out = np.isin(component.person, component.people[nobody]) & (component.person >= 0)
    upper[component.column[out]] = lower[component.column[out]]
    people_sets = component.sets[: len(component.people)]
    for each, c in zip(people_sets, chances.chance, strict=True):
        if c == 1 and each.row >= 0:
            row_lower[each.row] = max(int(row_lower[each.row]), each.offset + 1)
    return draw_in(
        replace(face, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)
    )


def _without_idle(stake: Stake, face: Program, component: Component, rows: list[int]) -> Program:
    """Drop the rows that no list on the face can break, the rows in question left aside."""
    free = _widened(face, rows)
    idle = [row for row in rows if _is_idle(stake, free, face, component, row)]
    return _widened(face, idle)


def _widened(face: Program, rows: list[int]) -> Program:
    """Give rows bounds that nothing within the columns' bounds can break."""
    row_lower, row_upper = face.row_lower.copy(), face.row_upper.copy()
    for row in rows:
        span = slice(face.matrix.indptr[row], face.matrix.indptr[row + 1])
        columns, values = face.matrix.indices[span], face.matrix.data[span]
        ends = np.stack([values * face.lower[columns], values * face.upper[columns]])
        row_lower[row] = min(int(row_lower[row]), int(ends.min(axis=0).sum()))
        row_upper[row] = max(int(row_upper[row]), int(ends.max(axis=0).sum()))
    return replace(face, row_lower=row_lower, row_upper=row_upper)


def _is_idle(stake: Stake, free: Program, face: Program, component: Component, row: int) -> bool:
    """Whether a row holds in every list on a face that does not ask for it."""
    if free.row_lower[row] == face.row_lower[row] and free.row_upper[row] == face.row_upper[row]:
        return True
    coefficients = np.zeros(len(face.lower), dtype=np.int64)
    span = slice(face.matrix.indptr[row], face.matrix.indptr[row + 1])
    coefficients[face.matrix.indices[span]] = face.matrix.data[span]
    for sign, limit in ((1, int(face.row_upper[row])), (-1, -int(face.row_lower[row]))):
        outcome = maximise(
            free,
            [Objective("idle", {}, sign * coefficients)],
            stake.formulation.group,
            stake.budget,
            Silent(),
        )
        if not outcome.levels or outcome.levels[0].bound > limit:
            return False
    return True
