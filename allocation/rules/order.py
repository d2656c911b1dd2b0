"""The published order at a place: what each criterion looks at, and one score per pool.

Reserved and open units of a kind have one list of criteria each
(:func:`allocation.rules.priority.pools`); the draw makes every order strict.  Mechanisms
and reasons read the order here; the checker has its own reading.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import prod
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from allocation.instance import Instance, Ints

Pool = Literal["reserved", "open"]

_EXACT = 2**62
"""Scores stay below this, so that one may be added to another without overflow."""


def criteria_of(instance: Instance, kind: str, pool: Pool) -> tuple[str, ...]:
    """Return the criteria of a pool, the draw last even where it is not named."""
    criteria: tuple[str, ...] = getattr(instance.priorities[kind], pool)
    return criteria if "draw" in criteria else (*criteria, "draw")


def criterion_values(instance: Instance, criterion: str, rows: Ints | None = None) -> Ints:
    """Return what a criterion looks at, smaller first.

    Parameters
    ----------
    criterion
        ``band``, ``disabled_first``, ``hard_to_employ_first``, ``tier``,
        ``priority_rank`` or ``draw``.
    rows
        Applications; all of them where none are given.

    Returns
    -------
    Ints
        One per application, none below 0.  Whom a place did not rank comes after all it
        ranked.
    """
    app, people = instance.applications, instance.applicants
    part: slice | Ints = slice(None) if rows is None else rows
    if criterion == "band":
        return app.band[part]
    if criterion == "priority_rank":
        last = int(app.priority_rank.max(initial=0)) + 1
        given = app.priority_rank[part]
        return np.where(given > 0, given, last)
    by_person: dict[str, Ints] = {
        "tier": people.tier,
        "draw": people.draw_number,
        "disabled_first": (people.group != "disabled").astype(np.int64),
        "hard_to_employ_first": (~people.hard_to_employ).astype(np.int64),
    }
    return by_person[criterion][app.applicant[part]]


def pool_scores(instance: Instance, kinds: Iterable[str], pool: Pool, rows: Ints) -> Ints:
    """Score applications by the order of a pool, smaller first.

    Parameters
    ----------
    kinds
        Kinds of the applications' places.
    rows
        Applications, ascending or not.

    Returns
    -------
    Ints
        One per row, from 0.  Scores compare within a place; two applicants never tie.
    """
    alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for kind in kinds:
        alike[criteria_of(instance, kind, pool)].append(kind)
    if len(alike) == 1:
        (criteria,) = alike
        return composed([criterion_values(instance, name, rows) for name in criteria])
    scores = np.zeros(len(rows), dtype=np.int64)
    of_kinds = instance.places.kind.astype(str)
    place = instance.applications.place[rows]
    for criteria, names in alike.items():
        part = np.flatnonzero(np.isin(of_kinds, names)[place])
        keys = [criterion_values(instance, name, rows[part]) for name in criteria]
        scores[part] = composed(keys)
    return scores


def composed(keys: Sequence[Ints]) -> Ints:
    """Return one number per row that orders rows as the keys do, the first key first.

    Parameters
    ----------
    keys
        Non-negative integers, one array per criterion.
    """
    widths = [int(key.max(initial=0)) + 1 for key in keys]
    if prod(widths) < _EXACT:
        scores = np.zeros(len(keys[0]), dtype=np.int64)
        for key, width in zip(keys, widths, strict=True):
            scores *= width
            scores += key
        return scores
    order = np.lexsort(list(keys)[::-1])
    changed = np.zeros(len(order), dtype=np.int64)
    for key in keys:
        changed[1:] |= key[order][1:] != key[order][:-1]
    scores = np.empty(len(order), dtype=np.int64)
    scores[order] = np.cumsum(changed)
    return scores
