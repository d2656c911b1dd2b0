"""What a person has changed so far: kept per base scenario, judged after every change.

The changes of a session lie outside the widgets, so that neither another group nor
another page nor the other language loses them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import streamlit as st

from allocation.messages import ScenarioError
from allocation.messages.problems import Problem
from allocation.scenario import Scenario, problems_of
from allocation.scenario.derive import derived_scenario
from allocation.scenario.fields import Setting, is_same, settings_of
from allocation.scenario.vocabulary import DEFAULT_LEVELS, LEVELLED_MECHANISMS

_CHANGES = "scenario.changes"
_FOLLOWS = (
    ("exclusive", "groups"),
    ("reserve", "*", "planned"),
    ("reserve", "*", "split_to"),
    ("spacing", "*", "disabled_first_factor"),
    ("spacing", "*", "group"),
    ("stage", "*", "levels"),
)
"""Settings whose default follows from others, so that stating it is a change."""


@dataclass(frozen=True)
class Draft:
    """A base scenario with the changes of this session.

    Attributes
    ----------
    path, base
        The base's file and its settings.
    changes
        Dotted key -> plain value, only what differs.
    data
        Input tables chosen instead of the base's.
    scenario
        What base and changes give; None while something is wrong.
    problems
        What is wrong.
    """

    path: Path
    base: Scenario
    changes: Mapping[str, Any]
    data: Path | None
    scenario: Scenario | None
    problems: tuple[Problem, ...]

    @property
    def stem(self) -> str:
        """Name of the base's file, by which its changes are kept."""
        return self.path.stem

    @property
    def current(self) -> Scenario:
        """The changed scenario; the base while the changed one does not load."""
        return self.scenario or self.base

    @cached_property
    def before(self) -> Mapping[str, Setting]:
        """Settings of the base, by key."""
        return settings_of(self.base)

    @cached_property
    def settings(self) -> Mapping[str, Setting]:
        """Settings in use now, by key."""
        return settings_of(self.current)

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to save."""
        return bool(self.changes) or self.data is not None

    def old(self, key: str) -> Any:
        """Return the base's value of a setting."""
        return self.before[key].value if key in self.before else None

    def value(self, key: str) -> Any:
        """Return the value of a setting as the form shows it."""
        return self.changes[key] if key in self.changes else self.settings[key].value

    def problems_at(self, key: str) -> tuple[Problem, ...]:
        """List what is wrong with one setting."""
        return tuple(problem for problem in self.problems if key in keys_of(problem))


def keys_of(problem: Problem) -> tuple[str, ...]:
    """List the keys a problem is about, without positions in lists."""
    named = (problem.params.get(word) for word in ("key", "low", "high"))
    return tuple(re.sub(r"\[[^\]]*\]", "", str(key)) for key in named if key)


def make_draft(path: Path, base: Scenario, data: Path | None) -> Draft:
    """Judge the changes made so far to a base."""
    changes = dict(_kept(path.stem))
    if not changes and data is None:
        return Draft(path, base, changes, data, base, ())
    try:
        scenario = derived_scenario(path, changes, base.name, data=data)
    except ScenarioError as error:
        return Draft(path, base, changes, data, None, problems_of(error))
    return Draft(path, base, changes, data, scenario, ())


def put(draft: Draft, key: str, value: Any) -> None:
    """Keep a change; a value that is the base's again is none."""
    _keep(draft, key, value)
    setting = draft.settings[key]
    if setting.path == ("stage", "*", "mechanism"):
        # Some mechanisms have no levels and the others need some.
        levels = ".".join((*setting.parts[:-1], "levels"))
        needed = value in LEVELLED_MECHANISMS
        _keep(draft, levels, draft.old(levels) or [*DEFAULT_LEVELS] if needed else [])


def _keep(draft: Draft, key: str, value: Any) -> None:
    kept = _kept(draft.stem)
    setting = draft.before.get(key) or draft.settings[key]
    follows = setting.path in _FOLLOWS and key not in draft.base.sources
    if is_same(value, draft.old(key)) and not follows:
        kept.pop(key, None)
    else:
        kept[key] = value


def restore(draft: Draft, key: str) -> None:
    """Take one change back."""
    _kept(draft.stem).pop(key, None)


def restore_all(stem: str) -> None:
    """Take all changes to a base back."""
    _kept(stem).clear()


def _kept(stem: str) -> dict[str, Any]:
    drafts: dict[str, dict[str, Any]] = st.session_state.setdefault(_CHANGES, {})
    return drafts.setdefault(stem, {})
