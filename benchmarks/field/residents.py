"""The package `matching`: the stable match of people and places."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

import numpy as np
from matching.games import HospitalResident

from allocation.instance import Instance, Ints
from benchmarks.field.answer import Answer

_STACK_BYTES = 2**29


def hospital_resident(instance: Instance, limit_s: float) -> Answer:
    """Match by `matching.games.HospitalResident`, the residents' side proposing."""
    app, people = instance.applications, instance.applicants
    by_person = np.lexsort((app.preference_rank, app.applicant))
    person = app.applicant
    by_place = np.lexsort((people.draw_number[person], people.tier[person], app.place))
    wishes, lists = (
        _grouped(app.applicant, app.place, by_person),
        _grouped(app.place, app.applicant, by_place),
    )
    room = {place: int(instance.places.capacity[place]) for place in lists}
    call_s = 0.0

    def match() -> list[tuple[int, int]]:
        nonlocal call_s
        game = HospitalResident.create_from_dictionaries(wishes, lists, room)
        begun = time.perf_counter()
        matching = game.solve(optimal="resident")
        call_s = time.perf_counter() - begun
        return [(int(r.name), int(h.name)) for h, chosen in matching.items() for r in chosen]

    pairs = dict(_deep(match))
    awarded = [
        pairs.get(i) == p for i, p in zip(app.applicant.tolist(), app.place.tolist(), strict=True)
    ]
    return Answer(np.flatnonzero(awarded), True, 0, call_s)


def _deep(work: Callable[[], list[tuple[int, int]]]) -> list[tuple[int, int]]:
    """Call something that recurses deeper than Python allows by default.

    The package copies its players, who know each other, one inside the other.
    """
    found: list[list[tuple[int, int]]] = []
    limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK_BYTES)
    sys.setrecursionlimit(10**6)
    try:
        thread = threading.Thread(target=lambda: found.append(work()))
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
    if not found:
        raise RuntimeError("the package did not finish")
    return found[0]


def _grouped(by: Ints, what: Ints, order: Ints) -> dict[int, list[int]]:
    keys, first = np.unique(by[order], return_index=True)
    parts = np.split(what[order], first[1:])
    return {int(key): part.tolist() for key, part in zip(keys, parts, strict=True)}
