"""What a scenario must satisfy beyond the type of each value, one function per rule."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from allocation.messages.problems import Problem, nearest
from allocation.scenario.egalitarian import egalitarian_problems
from allocation.scenario.invalid import origin_of
from allocation.scenario.keys import unknown
from allocation.scenario.own_columns import own_column_problems
from allocation.scenario.settle import declared_kinds, known_kinds
from allocation.scenario.stable import stable_problems
from allocation.scenario.turns import turns_problems
from allocation.scenario.values import decimal_text, exact
from allocation.scenario.vocabulary import (
    LEVELLED_MECHANISMS,
    SCOPES,
    SEEDED_METHODS,
)
from allocation.tables.patterns import holds_personal_number, is_personal_number

if TYPE_CHECKING:
    from allocation.policy import Parameter
    from allocation.scenario.models import Scenario

_RFC3797_KEY = re.compile(r"(?:(?:(?:0|[1-9][0-9]{0,17})\.){1,16}/){1,16}")
"""Key of RFC 3797, section 4: each number with a full stop, each source with a slash."""

_BY_KIND = ("spacing", "density", "openings", "eligibility")


def kind_problems(tree: Mapping[str, Any], sources: Mapping[str, Parameter]) -> list[Problem]:
    """Find kinds, as keys and as values, that the scenario does not know.

    This works on the merged plain tree, so that misspelt kinds are named together
    with all other problems.
    """
    known, declared = known_kinds(tree), declared_kinds(tree)
    problems = []
    for key in _kind_keys(tree, known):
        source = origin_of(".".join(key), sources) or _below(".".join(key), sources)
        others = sorted({*known, *(_keys(tree, "reserve") if key[0] == "reserve" else ())})
        others = [other for other in others if other != key[-1]]
        problems.append(unknown(key, others, source.origin if source else ""))
    for name, kind in _kind_values(tree):
        if isinstance(kind, str) and kind not in known:
            source = origin_of(name, sources)
            params = {
                "key": name,
                "value": kind,
                "nearest": nearest(kind, declared),
                "file": source.origin if source else "",
            }
            problems.append(Problem("kind_not_declared", params))
    return problems


def _below(key: str, sources: Mapping[str, Parameter]) -> Parameter | None:
    return next((row for name, row in sources.items() if name.startswith(f"{key}.")), None)


def _keys(tree: Mapping[str, Any], *path: str) -> tuple[str, ...]:
    value: Any = tree
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return tuple(value) if isinstance(value, Mapping) else ()


def _kind_keys(tree: Mapping[str, Any], known: Sequence[str]) -> Iterator[tuple[str, ...]]:
    tables: list[tuple[str, ...]] = [(name,) for name in _BY_KIND]
    tables += [("priority", "pool"), ("priority", "open_preference")]
    for path in tables:
        yield from ((*path, key) for key in _keys(tree, *path) if key not in known)
    for key in _keys(tree, "reserve"):
        if key not in known and "kind" not in _keys(tree, "reserve", key):
            yield "reserve", key


def _kind_values(tree: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in ("stage", "openings_joint"):
        for key in _keys(tree, name):
            yield from _items(f"{name}.{key}.kinds", _get(tree, name, key, "kinds"))
    for key in _keys(tree, "reserve"):
        yield from _items(f"reserve.{key}.kind", _get(tree, "reserve", key, "kind"))
    for key in _keys(tree, "quota"):
        kind = _get(tree, "quota", key, "place", "kind")
        yield from _items(f"quota.{key}.place.kind", kind)
    groups = _get(tree, "exclusive", "groups")
    for group in groups if isinstance(groups, list | tuple) else ():
        yield from _items("exclusive.groups", group)


def _get(tree: Mapping[str, Any], *path: str) -> Any:
    value: Any = tree
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _items(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    values = value if isinstance(value, list | tuple) else (value,)
    return ((key, item) for item in values if item is not None)


def cross_problems(scenario: Scenario) -> list[Problem]:
    """Run every rule that looks at more than one value."""
    return [problem for rule in _RULES for problem in rule(scenario)]


def _data(scenario: Scenario) -> Iterator[Problem]:
    if (scenario.data.folder is None) == (scenario.data.workbook is None):
        yield Problem("data_folder_or_workbook")


def _bounds(scenario: Scenario) -> Iterator[Problem]:
    if scenario.space.bounds is not None:
        west, south, east, north = scenario.space.bounds
        if west >= east or south >= north:
            yield Problem("bounds_crossed", {"low": "space.bounds[1-2]", "high": "[3-4]"})


def _one_stage_per_kind(scenario: Scenario) -> Iterator[Problem]:
    stages: dict[str, list[str]] = {}
    for stage in scenario.stages:
        for kind in stage.kinds:
            stages.setdefault(kind, []).append(stage.name)
    for kind, names in stages.items():
        if len(names) > 1:
            yield Problem("kind_in_two_stages", {"kind": kind, "stages": " / ".join(names)})


def _mechanisms(scenario: Scenario) -> Iterator[Problem]:
    for stage in scenario.stages:
        key = f"stage.{stage.name}"
        if stage.mechanism in LEVELLED_MECHANISMS and not stage.levels:
            yield Problem("levels_empty", {"key": f"{key}.levels"})
        elif stage.mechanism not in LEVELLED_MECHANISMS and stage.levels:
            params = {"key": f"{key}.levels", "mechanism": stage.mechanism}
            yield Problem("levels_unused", params)
        yield from _repeated(f"{key}.levels", stage.levels)


def _groups(scenario: Scenario) -> Iterator[Problem]:
    yield from _repeated(
        "exclusive.groups", [kind for group in scenario.exclusive.groups for kind in group]
    )


def _repeated(key: str, values: Iterable[str]) -> Iterator[Problem]:
    for value, n in Counter(values).items():
        if n > 1:
            yield Problem("value_repeated", {"key": key, "value": value})


def _reserves(scenario: Scenario) -> Iterator[Problem]:
    for key, rule in scenario.reserves.items():
        above = f"reserve.{key}"
        if (rule.share is None) == (rule.count is None):
            yield Problem("share_or_count", {"key": above})
        stage = scenario.stage_of(rule.kind)
        if rule.mode == "over_and_above" and stage is not None and stage.mechanism != "stable":
            params = {"key": f"{above}.mode", "mechanism": stage.mechanism}
            yield Problem("over_and_above_needs_stable", params)
        if stage is not None and stage.mechanism == "queue":
            yield Problem("queue_takes_no_reserve", {"key": above})
        if rule.split_to is not None and SCOPES.index(rule.split_to) <= SCOPES.index(rule.scope):
            params = {"key": f"{above}.split_to", "scope": rule.scope, "value": rule.split_to}
            yield Problem("split_not_narrower", params)


def _quotas(scenario: Scenario) -> Iterator[Problem]:
    for rule in scenario.quotas:
        key = f"quota.{rule.name}"
        numbers, shares = (rule.min, rule.max), (rule.min_share, rule.max_share)
        if all(bound is None for bound in (*numbers, *shares)):
            yield Problem("quota_without_bound", {"key": key})
        for word, number, share in zip(("min", "max"), numbers, shares, strict=True):
            if number is not None and share is not None:
                yield Problem("quota_two_bounds", {"key": key, "word": word})
        if any(share is not None for share in shares) and rule.denominator is None:
            yield Problem("denominator_missing", {"key": f"{key}.denominator"})
        for low, high, suffix in (
            (rule.min, rule.max, ""),
            (rule.min_share, rule.max_share, "_share"),
        ):
            if low is not None and high is not None and low > high:
                params = {"low": f"{key}.min{suffix}", "high": f"{key}.max{suffix}"}
                yield Problem("bounds_crossed", params)


def _density(scenario: Scenario) -> Iterator[Problem]:
    for kind, rule in scenario.density.items():
        key = f"density.{kind}"
        for first, second in (("window_m", "window_max"), ("area", "area_max")):
            given = [getattr(rule, name) is not None for name in (first, second)]
            if any(given) and not all(given):
                missing = (first, second)[given.index(False)]
                yield Problem("missing_key", {"key": f"{key}.{missing}"})
        stage = scenario.stage_of(kind)
        if rule.extra_number_disabled and stage is not None and stage.mechanism == "queue":
            yield Problem("queue_extra_number", {"key": f"{key}.extra_number_disabled"})


def _ages(scenario: Scenario) -> Iterator[Problem]:
    for kind, rule in scenario.eligibility.items():
        for name in ("age_max", "age_max_rural"):
            limit = getattr(rule, name)
            if isinstance(limit, int) and rule.age_min is not None and rule.age_min > limit:
                key = f"eligibility.{kind}"
                yield Problem("bounds_crossed", {"low": f"{key}.age_min", "high": f"{key}.{name}"})


def _tiers(scenario: Scenario) -> Iterator[Problem]:
    if scenario.priority is None:
        return
    *tiers, _ = scenario.priority.tiers or ((),)
    for number, tier in enumerate(tiers, start=1):
        if not tier:
            yield Problem("tier_empty", {"key": f"priority.tiers[{number}]"})
    yield from _repeated("priority.tiers", [fact for tier in tiers for fact in tier])
    for kind, pool in scenario.priority.pool.items():
        for name in ("reserved", "open"):
            yield from _repeated(f"priority.pool.{kind}.{name}", getattr(pool, name) or ())


def _draw(scenario: Scenario) -> Iterator[Problem]:
    draw = scenario.draw
    if draw is None or draw.seed is None:
        return
    if draw.method not in SEEDED_METHODS:
        yield Problem("draw_seed_unused", {"key": "draw.seed", "method": draw.method})
    elif draw.method == "rfc3797" and not _RFC3797_KEY.fullmatch(draw.seed):
        yield Problem("draw_seed_not_numbers", {"key": "draw.seed"})


def _overrulings(scenario: Scenario) -> Iterator[Problem]:
    for rule in scenario.overrulings:
        above = f"overruling.{rule.name}"
        for name, holds in (
            ("applicant_id", is_personal_number),
            ("place_id", is_personal_number),
            ("by", holds_personal_number),
            ("reason", holds_personal_number),
        ):
            if holds(getattr(rule, name)):
                yield Problem("overruling_personal_number", {"key": f"{above}.{name}"})
        day = scenario.decision_date
        if day is not None and rule.decided_on > day:
            params = {"key": f"{above}.decided_on", "day": day.isoformat()}
            yield Problem("overruling_too_late", {**params, "value": rule.decided_on.isoformat()})


_RULES: tuple[Callable[[Scenario], Iterator[Problem]], ...] = (
    _data,
    _bounds,
    _one_stage_per_kind,
    _mechanisms,
    _groups,
    _reserves,
    _quotas,
    _density,
    _ages,
    _tiers,
    _draw,
    _overrulings,
    own_column_problems,
    stable_problems,
    egalitarian_problems,
    turns_problems,
)


def minimum_problems(tree: Mapping[str, Any], parameters: Mapping[str, Parameter]) -> list[Problem]:
    """Find legal minimums that a valid scenario goes below or does without."""
    problems = []
    for key, row in parameters.items():
        if row.minimum is None:
            continue
        value = _get(tree, *key.split("."))
        params = {
            "key": key,
            "minimum": str(row.minimum),
            "legal_basis": row.legal_basis,
            "article": row.article,
        }
        if value is None:
            problems.append(Problem("legal_minimum_left_out", params))
        elif exact(value) < exact(row.minimum):
            shown = decimal_text(exact(value))
            problems.append(Problem("below_legal_minimum", {**params, "value": shown}))
    return problems


def locked_problems(tree: Mapping[str, Any], parameters: Mapping[str, Parameter]) -> list[Problem]:
    """Find values that the law fixes and the scenario sets otherwise."""
    return [
        Problem(
            "legally_locked", {"key": key, "legal_basis": row.legal_basis, "article": row.article}
        )
        for key, row in parameters.items()
        if row.locked and _get(tree, *key.split(".")) != row.value
    ]
