"""What a site plan is worth, counted anew: its levels, and the words of its key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.key import pair_words
from allocation.checker.labels import units_of
from allocation.checker.levels import key_seed
from allocation.checker.report import Violation
from allocation.checker.standing import N_CLASSES, group_members

if TYPE_CHECKING:
    from allocation.checker.plan_kept import PlanFacts
    from allocation.checker.plans import Plan
    from allocation.checker.space import Space
    from allocation.checker.standing import Standing
    from allocation.instance import Bools, Ints

CLASS_NAMES = ("open", "reserved_disabled")


def check_plan_levels(space: Space, standing: Standing, plan: Plan) -> Iterator[Violation]:
    """Compare every level the record states with the plan itself."""
    counted = count_levels(space, standing, plan)
    for level in plan.levels:
        word = level["params"].get("word")
        name = level["code"] if word is None else f"{level['code']} {word}"
        about = {
            "stage": standing.stage.name,
            "level": level["code"],
            "level_params": dict(level["params"]),
        }
        if name not in counted:
            yield Violation("check_level_unknown", about)
        elif counted[name] != level["value"]:
            told = {"reported": level["value"], "counted": counted[name]}
            yield Violation("check_level_value", about | told)
        elif level["proven"] and level["bound"] != level["value"]:
            told = {"reported": level["value"], "bound": level["bound"]}
            yield Violation("check_level_bound", about | told)


def count_levels(space: Space, standing: Standing, plan: Plan) -> dict[str, int]:
    """Value the levels of a plan; the key's words stand as ``key 1``, ``key 2``, ..."""
    opened = np.flatnonzero(plan.opened)
    values = {
        "plan_opened": len(opened),
        "plan_reserve": _shortfall(standing, plan),
        "plan_kept": int(plan.disabled_only.sum()),
        "plan_townships": _townships(standing, plan.opened),
    }
    if standing.stage.plan_by == "demand":
        asked = _asked(space, standing, plan.disabled_only)
        values["plan_asked"] = int(asked[plan.opened].sum())
    names = [CLASS_NAMES[int(plan.disabled_only[p])] for p in opened]
    ids = standing.instance.places.id[opened].tolist()
    n_words = max([1, *(int(level["params"].get("word", 1)) for level in plan.levels)])
    words = pair_words(key_seed(standing.instance), names, ids, n_words).sum(axis=0)
    return values | {f"key {m}": word for m, word in enumerate(words.tolist(), start=1)}


def counting_limits(facts: PlanFacts, standing: Standing) -> dict[str, int]:
    """Return what counting alone shows no plan to do better than, by level.

    A count that is minimised is never below nothing.  Of a kind no more sites open than
    there are or than one cap over all of them allows; of the plans with as many sites as
    this one no more units are asked for than at the sites with most, and no more
    townships served than there are.
    """
    plan, places = facts.plan, facts.instance.places
    usable = np.asarray(facts.choices().any(axis=1), dtype=np.bool_)
    most = 0
    for kind in standing.stage.kinds:
        sites = np.flatnonzero(usable & (places.kind == kind))
        allowed = [cap for cap in map(facts.most_opened, facts.caps) if cap is not None]
        rooms = [room for members, room in allowed if np.isin(sites, members).all()]
        most += min([len(sites), *rooms])
    n = int(plan.opened.sum())
    asked = np.sort(_asked(facts.space, standing, np.zeros_like(plan.opened))[usable])
    return {
        "plan_opened": most,
        "plan_reserve": 0,
        "plan_kept": 0,
        "plan_asked": int(asked[len(asked) - n :].sum()),
        "plan_townships": min(n, _townships(standing, usable)),
    }


def _shortfall(standing: Standing, plan: Plan) -> int:
    """Count the units that scopes cannot hold in what stands and opens."""
    instance = standing.instance
    short = 0
    for reserve in instance.reserves:
        if reserve.kind in standing.stage.kinds:
            inside = reserve.places[plan.is_open[reserve.places]]
            wanted = units_of(reserve, int(plan.opened[reserve.places].sum()))
            short += max(0, wanted - int(instance.places.capacity[inside].sum()))
    return short


def _townships(standing: Standing, opened: Bools) -> int:
    """Count the (kind, township) pairs that only new sites serve, were some opened."""
    places, outlets = standing.instance.places, standing.instance.tables.existing_outlets
    columns = [
        outlets[name].astype(object).where(outlets[name].notna(), "")
        for name in ("kind", "district", "township")
    ]
    served = {(kind, f"{district}/{name}") for kind, district, name in zip(*columns, strict=True)}
    stands = ~places.is_candidate
    stands[standing.instance.applications.place[standing.fixed]] = True
    served |= set(zip(places.kind[stands], places.township[stands], strict=True))
    reached = set(zip(places.kind[opened], places.township[opened], strict=True))
    return len({key for key in reached - served if key[1]})


def _asked(space: Space, standing: Standing, disabled_only: Bools) -> Ints:
    """Count the units of each place that somebody asked for who may have them, shape (m,)."""
    app, places = standing.instance.applications, standing.instance.places
    rows = standing.stage.applications
    rows = rows[app.eligible[rows] & ~bound_before(space, standing)[rows]]
    rows = rows[~disabled_only[app.place[rows]] | (app.holder_class[rows] > 0)]
    number = np.bincount(app.place[rows], minlength=len(places.id))
    return np.asarray(np.minimum(number, places.capacity), dtype=np.int64)


def bound_before(space: Space, standing: Standing) -> Bools:
    """Tell which applications awards of before the stage rule out; shape (k,)."""
    instance = standing.instance
    app, fixed = instance.applications, standing.fixed
    bound = np.zeros(len(app.place), dtype=np.bool_)
    for g, of_group in enumerate(group_members(instance)):
        holds = instance.applicants.holds[:, g].copy()
        holds[app.applicant[fixed[of_group[fixed]]]] = True
        bound |= of_group & holds[app.applicant]
    near = space.conflicts
    used = np.zeros(len(instance.places.id) * N_CLASSES, dtype=np.bool_)
    used[_node(app.place[fixed], app.holder_class[fixed])] = True
    a, b = _node(near.place_a, near.class_a), _node(near.place_b, near.class_b)
    blocked = np.zeros_like(used)
    blocked[a[used[b]]] = True
    blocked[b[used[a]]] = True
    result: Bools = bound | blocked[_node(app.place, app.holder_class)]
    return result


def _node(place: Ints, holder_class: Ints) -> Ints:
    return place * N_CLASSES + holder_class
