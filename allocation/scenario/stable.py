"""What a scenario must satisfy for a stage given out by ``stable``.

A stable list need not exist, or cannot be had without inviting people to misreport,
where a rule ties places or people together: hard quotas (Ehlers et al. 2014, JET),
limits per household, reserves wider than a place.  Such a scenario is refused with the
way out, never solved half.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from allocation.messages.problems import Problem
from allocation.scenario.vocabulary import STAGE_READERS

if TYPE_CHECKING:
    from allocation.scenario.models import QuotaRule, ReserveRule, Scenario, StageRule


def stable_problems(scenario: Scenario) -> Iterator[Problem]:
    """Find what does not go with the ``stable`` stages of a scenario."""
    for stage in scenario.stages:
        if stage.mechanism != "stable":
            yield from _idle_settings(stage)
        elif stage.premises == "brought":
            yield from _brought_premises(scenario, stage)
        else:
            yield from _match(scenario, stage)
    yield from _hard_quotas(scenario)


def _idle_settings(stage: StageRule) -> Iterator[Problem]:
    for name, default in (("premises", "offered"), ("plan_by", "places")):
        if stage.mechanism not in STAGE_READERS[name] and getattr(stage, name) != default:
            params = {
                "key": f"stage.{stage.name}.{name}",
                "mechanism": stage.mechanism,
                "readers": ", ".join(STAGE_READERS[name]),
            }
            yield Problem("stable_setting", params)


def _brought_premises(scenario: Scenario, stage: StageRule) -> Iterator[Problem]:
    for key, rule in scenario.reserves.items():
        if rule.kind in stage.kinds:
            yield Problem("premises_reserve", {"key": f"reserve.{key}"})
    for kind, density in scenario.density.items():
        # One more holder must never make room for another, or turns would be regretted.
        if kind in stage.kinds and density.extra_number_disabled > 1:
            yield Problem("premises_extra_number", {"key": f"density.{kind}.extra_number_disabled"})
    if scenario.priority is not None:
        for table in ("pool", "open_preference"):
            for kind in getattr(scenario.priority, table):
                if kind in stage.kinds:
                    yield Problem("premises_pool", {"key": f"priority.{table}.{kind}"})


def _match(scenario: Scenario, stage: StageRule) -> Iterator[Problem]:
    if scenario.household.max_awards:
        yield Problem("stable_household", {"key": "household.max_awards", "stage": stage.name})
    for kind in stage.kinds:
        rules = {key: rule for key, rule in scenario.reserves.items() if rule.kind == kind}
        for key, rule in rules.items():
            if rule.scope != "place" and rule.split_to != "place":
                yield Problem("stable_split", {"key": f"reserve.{key}.split_to"})
        yield from _mixed_modes(kind, list(rules.values()))


def _mixed_modes(kind: str, rules: list[ReserveRule]) -> Iterator[Problem]:
    modes = list(dict.fromkeys(rule.mode for rule in rules))
    if len(modes) > 1:
        yield Problem("stable_modes", {"kind": kind, "modes": ", ".join(modes)})


def _hard_quotas(scenario: Scenario) -> Iterator[Problem]:
    stable = {
        kind for stage in scenario.stages if stage.mechanism == "stable" for kind in stage.kinds
    }
    for rule in scenario.quotas:
        if rule.hard and _may_count(rule, stable):
            yield Problem("stable_quota", {"key": f"quota.{rule.name}.hard"})


def _may_count(rule: QuotaRule, kinds: set[str]) -> bool:
    """Tell whether a quota may count awards of some kinds; one without a kind counts all."""
    named = rule.place.get("kind")
    return bool(kinds) if not isinstance(named, tuple) else not kinds.isdisjoint(named)
