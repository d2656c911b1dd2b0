"""Leximin over weighted plans, by column generation.

The master program weighs the plans known so far and shares their places among the types
of people so that the smallest open chance is as large as it can be; its duals price the
cells, and the plan of most worth is found exactly.  The duals, made whole numbers, bound
the smallest chance over *all* lawful lists:

    sum_i y_i [i is served] <= sum_i v_i + max over plans of sum_c w_c u_c,
    w_c = the largest y_i - v_i of people who may fill c,

which settles the chance of those with y > 0 when the master attains it.  Then the next
smallest chance is raised (the LEXIMIN of Flanigan, Gölz, Gupta, Hennig and Procaccia,
"Fair algorithms for selecting citizens' assemblies", Nature 596, 2021, over plans).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import scipy.sparse as sp

from allocation.instance import Bools, Floats, Ints
from allocation.mechanisms.egalitarian.coupled import Coupled, price
from allocation.mechanisms.optimise.backend import Budget, Interrupted
from allocation.mechanisms.optimise.linear import Linear, Solved, maximise_linear

_NEAR = 1e-7
_TYPES_A_PLAN = 4
"""Plans to begin with: one for so many types, so that few types need none."""
_MOST_MULTIPLES = 24
_FINE = 1_000_000
_ROOM, _URGENT = 0.1, 1_000.0
"""Part of an even share that is asked for, and how much more a shortfall weighs."""


@dataclass(frozen=True, slots=True)
class Tight:
    """Types whose chance a bound settles."""

    types: tuple[int, ...]
    chance: Fraction
    bound: Fraction


@dataclass(slots=True, eq=False)
class Columns:
    """Plans known so far and chances settled so far.

    Attributes
    ----------
    chance
        By type.
    tight
        In the order they were settled.
    """

    coupled: Coupled
    plans: list[Ints] = field(default_factory=list)
    chance: dict[int, Fraction] = field(default_factory=dict)
    tight: list[Tight] = field(default_factory=list)
    interrupted: Interrupted | None = None

    def add(self, plan: Ints) -> bool:
        """Keep a plan; return whether it was new."""
        if any(np.array_equal(plan, known) for known in self.plans):
            return False
        self.plans.append(plan)
        return True


@dataclass(frozen=True, slots=True, eq=False)
class _Duals:
    """Of the rows that ask a chance, and of those that limit it to 1; by type."""

    asked: Floats
    limited: Floats


def raise_chances(coupled: Coupled, budget: Budget) -> Columns | None:
    """Find the leximin chances of coupled people.

    Returns
    -------
    Columns or None
        Chances of every type, with their bounds; ``None`` where no list is lawful.
    """
    columns = Columns(coupled)
    first = price(coupled, np.ones(coupled.n_cells, dtype=np.int64), budget)
    if first is None:
        return None
    columns.add(first.plan)
    n_types = len(coupled.types)
    _begin(columns, n_types // _TYPES_A_PLAN, budget)
    for k in np.flatnonzero(coupled.is_certain).tolist():
        columns.chance[k] = Fraction(1)
    try:
        while len(columns.chance) < n_types:
            _raise_level(columns, budget)
    except Interrupted as interruption:
        columns.interrupted = interruption
        _leave_open(columns)
    return columns


def _begin(columns: Columns, n_plans: int, budget: Budget) -> None:
    """Add plans that serve in turn the types served least so far.

    The master could ask for each of them by its duals; it would take one linear program a
    plan, and its duals say little before most types are in some plan.
    """
    coupled = columns.coupled
    had = np.zeros(len(coupled.types))
    types_of: list[list[int]] = [[] for _ in range(coupled.n_cells)]
    for k, cells in enumerate(coupled.types):
        for cell in cells:
            types_of[cell].append(k)
    with suppress(Interrupted):
        for _ in range(n_plans):
            least = np.array([min((had[k] for k in ks), default=0.0) for ks in types_of])
            behind = 1.0 + float(least.max(initial=0.0)) - least
            priced = price(coupled, np.rint(behind * _FINE / behind.max()).astype(np.int64), budget)
            if priced is None:
                return
            columns.add(priced.plan)
            for cell in np.repeat(np.arange(coupled.n_cells), priced.plan).tolist():
                k = min(types_of[cell], key=lambda each: (had[each], each))
                had[k] += 1 / len(coupled.members[k])


def reach_chances(
    coupled: Coupled, target: Sequence[Fraction], budget: Budget, most_plans: int
) -> Columns | None:
    """Look for plans that give every type a chance it can have at most.

    Parameters
    ----------
    target
        By type; a proven upper limit in the sense of leximin.

    Returns
    -------
    Columns or None
        ``None`` where plans cannot do it, or not within ``most_plans``.
    """
    columns = Columns(coupled)
    goal = np.array([float(chance) for chance in target])
    worth = np.ones(coupled.n_cells, dtype=np.int64)
    while len(columns.plans) < most_plans:
        priced = price(coupled, worth, budget)
        if priced is None:
            return None
        is_new = columns.add(priced.plan)
        short = maximise_linear(_master(columns, goal, np.zeros(len(goal), np.bool_)), budget)
        if short is None:
            return None
        if -short.value < _NEAR:
            columns.chance = dict(enumerate(target))
            return columns
        if not is_new:
            return None
        duals = _duals(columns, short)
        worth, _, _ = _whole_worth(coupled, duals)
    return None


def _raise_level(columns: Columns, budget: Budget) -> None:
    """Raise the smallest open chance as far as it goes and settle who is stuck there."""
    coupled = columns.coupled
    n_types = len(coupled.types)
    is_open = np.array([k not in columns.chance for k in range(n_types)])
    goal = np.array([float(columns.chance.get(k, 0)) for k in range(n_types)])
    best_bound: Fraction | None = None
    best_asked = np.zeros(n_types, dtype=np.int64)
    while True:
        solved = maximise_linear(_master(columns, goal, is_open), budget)
        if solved is None:
            raise ArithmeticError("no weights for plans that exist")
        level = solved.value
        worth, asked, limited = _whole_worth(coupled, _duals(columns, solved))
        if not (asked[is_open] > 0).any():
            break
        priced = price(coupled, worth, budget)
        if priced is None:
            raise ArithmeticError("no plan where one was found before")
        bound = _bound(columns, is_open, asked, limited, priced.bound)
        if best_bound is None or bound < best_bound:
            best_bound, best_asked = bound, asked
        if float(best_bound) - level < _NEAR or not columns.add(priced.plan):
            break
    _settle(columns, is_open, level, best_bound, best_asked)


def _settle(
    columns: Columns, is_open: Bools, level: float, bound: Fraction | None, asked: Ints
) -> None:
    limit = min(Fraction(1), bound) if bound is not None else Fraction(1)
    is_met = float(limit) - level < _NEAR
    chance = limit if is_met else Fraction(level).limit_denominator(_FINE)
    stuck = is_open & (asked > 0)
    if not stuck.any() or limit == 1 == chance:
        stuck = is_open
    types = tuple(np.flatnonzero(stuck).tolist())
    columns.chance.update(dict.fromkeys(types, chance))
    columns.tight.append(Tight(types, chance, limit))


def _leave_open(columns: Columns) -> None:
    """Give those not reached the best the plans so far can, with 1 as the bound."""
    left = tuple(k for k in range(len(columns.coupled.types)) if k not in columns.chance)
    columns.chance.update(dict.fromkeys(left, Fraction(0)))
    columns.tight.append(Tight(left, Fraction(0), Fraction(1)))


def _bound(
    columns: Columns, is_open: Bools, asked: Ints, limited: Ints, most_worth: int
) -> Fraction:
    """Return the proven limit of the smallest open chance."""
    size = columns.coupled.size
    allowed = Fraction(int(size @ limited) + most_worth)
    for k, chance in columns.chance.items():
        allowed -= chance * int(size[k] * asked[k])
    return allowed / int((size * asked)[is_open].sum())


def _whole_worth(coupled: Coupled, duals: _Duals) -> tuple[Ints, Ints, Ints]:
    """Make the duals whole numbers and price the cells by them.

    Returns
    -------
    tuple
        Worth of each cell, and the two duals of each type.
    """
    both = np.concatenate([duals.asked, duals.limited])
    sizes = np.abs(both[np.abs(both) > 1e-9])
    scale = 1.0
    if len(sizes):
        unit = float(sizes.min())
        scale = next(
            (
                multiple / unit
                for multiple in range(1, _MOST_MULTIPLES + 1)
                if np.all(np.abs(both * multiple / unit - np.rint(both * multiple / unit)) < 1e-5)
                and float(sizes.max()) * multiple / unit < _FINE
            ),
            _FINE / float(sizes.max()),
        )
    asked = np.rint(duals.asked * scale).astype(np.int64)
    limited = np.rint(duals.limited * scale).astype(np.int64)
    worth = np.full(coupled.n_cells, np.iinfo(np.int64).min)
    for k, cells in enumerate(coupled.types):
        chosen = list(cells)
        worth[chosen] = np.maximum(worth[chosen], asked[k] - limited[k])
    return worth, asked, limited


def _master(columns: Columns, goal: Floats, is_open: Bools) -> Linear:
    """Write the master: weights, shares of types in cells, the level, and shortfalls.

    With nobody open the shortfall of the goals is minimised; with somebody open the
    level is maximised and the goals must be met.
    """
    coupled = columns.coupled
    n_plans, n_cells, n_types = len(columns.plans), coupled.n_cells, len(coupled.types)
    pairs = [(k, c) for k, cells in enumerate(coupled.types) for c in cells]
    of_type = np.array([k for k, _ in pairs], dtype=np.int64)
    of_cell = np.array([c for _, c in pairs], dtype=np.int64)
    size = coupled.size.astype(float)
    reaching = not is_open.any()
    share = n_plans + np.arange(len(pairs))
    level = n_plans + len(pairs)
    short = level + 1 + np.arange(n_types)
    plans = np.array(columns.plans, dtype=np.int64).T
    cell_of, plan_of = np.nonzero(plans)
    types = np.arange(n_types)
    asked_row, limit_row = 1 + n_cells + types, 1 + n_cells + n_types + types
    rows = [np.zeros(n_plans, np.int64), 1 + cell_of, 1 + of_cell, asked_row[of_type]]
    cols = [np.arange(n_plans), plan_of, share, share]
    data = [np.ones(n_plans), -plans[cell_of, plan_of].astype(float), np.ones(len(pairs))]
    data += [np.ones(len(pairs))]
    rows += [limit_row[of_type], asked_row[is_open]]
    cols += [share, np.full(int(is_open.sum()), level)]
    data += [np.ones(len(pairs)), -size[is_open]]
    if reaching:
        rows.append(asked_row)
        cols.append(short)
        data.append(np.ones(n_types))
    width = level + 1 + (n_types if reaching else 0)
    matrix = sp.csr_array(
        (np.concatenate(data), (np.concatenate(rows), np.concatenate(cols))),
        shape=(1 + n_cells + 2 * n_types, width),
    )
    least = np.where(is_open, 0.0, size * goal - (0.0 if reaching else 1e-9))
    certain = np.where(coupled.is_certain, size, 0.0)
    objective = np.zeros(width)
    if reaching:
        objective[short] = -1.0
    else:
        objective[level] = 1.0
    return Linear(
        matrix,
        np.concatenate([[1.0], np.zeros(n_cells), least, certain]),
        np.concatenate([[1.0], np.zeros(n_cells), np.full(n_types, np.inf), size]),
        objective,
    )


def _duals(columns: Columns, solved: Solved) -> _Duals:
    n_cells, n_types = columns.coupled.n_cells, len(columns.coupled.types)
    asked = np.maximum(0.0, -solved.duals[1 + n_cells : 1 + n_cells + n_types])
    limited = solved.duals[1 + n_cells + n_types :]
    # Only of people who are certain is it known that they are served: any sign will do.
    return _Duals(asked, np.where(columns.coupled.is_certain, limited, np.maximum(0.0, limited)))


def weigh(columns: Columns, budget: Budget, *, widely: bool = False) -> Solved | None:
    """Weigh the plans so that every type gets its chance; weights come first, then shares.

    Parameters
    ----------
    widely
        Give every type a share in each of its cells, as far as that can be: weights are
        to be rounded, and a vertex would leave some with no room to give way.
    """
    coupled = columns.coupled
    n_types = len(coupled.types)
    goal = np.array([float(columns.chance[k]) for k in range(n_types)])
    master = _master(columns, goal, np.zeros(n_types, np.bool_))
    if widely:
        master = _shared_widely(columns, master, coupled.size * goal)
    return maximise_linear(master, budget)


def _shared_widely(columns: Columns, master: Linear, due: Floats) -> Linear:
    """Ask besides for a part of each share, less urgently than that nothing falls short."""
    cells = [len(cells) for cells in columns.coupled.types]
    n_pairs, n_before = sum(cells), master.matrix.shape[1]
    part = np.repeat(due / np.maximum(1, cells), cells) * _ROOM
    # Of each share, a kept part that is at most the share and at most what is asked.
    kept = sp.eye_array(n_pairs, dtype=np.float64)
    share = sp.csr_array(
        (np.ones(n_pairs), (np.arange(n_pairs), len(columns.plans) + np.arange(n_pairs))),
        shape=(n_pairs, n_before),
    )
    matrix = sp.block_array([[master.matrix, None], [-share, kept], [None, kept]], format="csr")
    return Linear(
        matrix,
        np.concatenate([master.row_lower, np.full(2 * n_pairs, -np.inf)]),
        np.concatenate([master.row_upper, np.zeros(n_pairs), part]),
        np.concatenate([master.objective * _URGENT, np.ones(n_pairs)]),
    )
