"""Small problems solved by brute force, as the checker and the reasons see them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from allocation.checker import CheckReport, confirm_reasons, unexplained
from allocation.checker.labels import label_awards
from allocation.instance import Instance
from allocation.messages.labels import phrase
from allocation.reasons import explain_awards
from allocation.result import Result, StageResult, Status
from tests import oracle
from tests.builders import City, city
from tests.instances_helper import award_frame
from tests.random_instances import random_instance

Record = dict[str, Any]


def codes(report: CheckReport) -> set[str]:
    """Return the codes of the violations, each of which must render in both languages."""
    for violation in [*report.violations, *report.findings]:
        for lang in ("zh", "en"):
            assert phrase(violation.code, lang, **violation.params) != violation.code
    return {violation.code for violation in report.violations}


def best_lists(instance: Instance) -> tuple[list[int], Record]:
    """Return the best list of every stage and the record a run would keep."""
    rows: list[int] = []
    stages = []
    for index, stage in enumerate(instance.stages):
        if stage.mechanism == "queue":
            won = oracle.queue(instance, index, rows)
            stages.append({"name": stage.name, "status": "complete", "n_awards": len(won)})
        else:
            best = oracle.best(instance, index, rows)
            assert best is not None
            won = best.awards
            levels = [
                {**level._asdict(), "bound": level.value, "proven": True} for level in best.levels
            ]
            stages.append(
                {
                    "name": stage.name,
                    "status": "optimal",
                    "n_awards": len(won),
                    "levels": levels,
                }
            )
        rows += won
    return rows, {"stages": stages, "counts": {"n_awards": len(rows)}}


def as_result(instance: Instance, rows: Sequence[int], infeasible: Sequence[str] = ()) -> Result:
    """Return a result with the given awards, labelled by the plain definition."""
    awards = np.array(sorted(rows), dtype=np.int64)
    labels: dict[int, int] = {}
    for kind in sorted(set(instance.places.kind)):
        labels |= label_awards(instance, kind, awards)
    stages = tuple(
        StageResult(
            name=stage.name,
            mechanism=stage.mechanism,
            status=Status.INFEASIBLE if stage.name in infeasible else Status.OPTIMAL,
            levels=(),
            awards=awards[np.isin(awards, stage.applications)],
            max_awards=None,
            max_awards_bound=None,
            clash=(),
        )
        for stage in instance.stages
    )
    used = np.array([labels.get(int(j), -1) for j in awards], dtype=np.int64)
    return Result(stages, awards, used)


def solve_by_force(instance: Instance) -> Result:
    """Return the best list of every stage."""
    rows: list[int] = []
    infeasible = []
    for index, stage in enumerate(instance.stages):
        if stage.mechanism == "queue":
            rows += oracle.queue(instance, index, rows)
            continue
        best = oracle.best(instance, index, rows)
        rows += best.awards if best is not None else ()
        if best is None:
            infeasible.append(stage.name)
    return as_result(instance, rows, infeasible)


def explained(instance: Instance, result: Result | None = None) -> dict[tuple[str, str], Any]:
    """Return (code, params) by (applicant, place), every one of them confirmed and worded."""
    result = result or solve_by_force(instance)
    refusals = explain_awards(instance, result)
    frame = award_frame(instance, result.awards.tolist())
    assert confirm_reasons(instance, frame, refusals) == []
    assert unexplained(instance, frame, refusals) == []
    found = {}
    for row in refusals.to_dict("records"):
        params = json.loads(row["params"])
        for lang in ("zh", "en"):
            assert phrase(row["reason_code"], lang, **params) != row["reason_code"]
        found[row["applicant_id"], row["place_id"]] = (row["reason_code"], params)
    return found


@cache
def sample(seed: int) -> tuple[Instance, Result, pd.DataFrame]:
    """Return a random problem, its best lists and the reasons."""
    instance = random_instance(np.random.default_rng(seed))
    result = solve_by_force(instance)
    return instance, result, explain_awards(instance, result)


def small_city() -> City:
    """Make posts, stalls with a reserve, sites near an outlet and a school, a queue."""
    site = {"kind": "welfare_lottery", "is_candidate": True, "zone": "urban"}
    places = {
        "post": {"kind": "public_welfare_post", "capacity": 2},
        "stall": {"capacity": 2, "venue_id": "M1"},
        "near1": {**site, "at": (0, 0)},
        "near2": {**site, "at": (200, 0)},
        "school": {**site, "at": (5000, 0)},
        "outlet": {**site, "at": (9000, 0)},
        "shop1": {"kind": "tobacco", "venue_id": "C1", "zone": "urban", "at": (0, 3000)},
        "shop2": {"kind": "tobacco", "venue_id": "C1", "zone": "urban", "at": (0, 4000)},
    }
    people = {
        "a": {"group": "disabled"},
        "b": {"group": "general"},
        "c": {"group": "general"},
        "d": {"group": "disabled"},
        "e": {"group": "general"},
    }
    listed = {
        "a": "near1 stall post shop1",
        "b": "near2 stall shop2",
        "c": "stall near2 shop1",
        "d": "post stall school",
        "e": "outlet stall near2 post",
    }
    wishes = [
        {
            "applicant_id": person,
            "place_id": place,
            "preference_rank": rank,
            "accepted_at": f"2023-11-{rank:02d}T0{ord(person) - ord('a')}:00",
        }
        for person, text in listed.items()
        for rank, place in enumerate(text.split(), 1)
    ]
    spacing = {"urban_m": 300, "town_m": 300, "rural_m": 300, "school_buffer_m": 100}
    return city(
        people,
        places,
        wishes,
        {
            "spacing": {"welfare_lottery": spacing},
            "openings": {"welfare_lottery": {"max": 2}},
            "reserve": {"stall": {"beneficiaries": {"group": "disabled"}, "share": 0.5}},
        },
        existing_outlets={"x": {"at": (9100, 0)}},
        protected_sites={"k": {"at": (5000, 50)}},
        venues={"C1": {"venue_type": "market_cell", "remaining_number": 1}},
        held_awards=[{"applicant_id": "e", "place_id": "post", "kind": "public_welfare_post"}],
    )
