"""The form of a scenario: its settings in groups as the city's document has them.

Only the order of the groups and where a table goes are written here; the settings come
from the models and the policy profile, so that a new parameter shows up by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from allocation.scenario import Scenario
from allocation.scenario.fields import Setting
from allocation.scenario.keys import Parts

GROUPS = (
    "basics",
    "posts",
    "outlets",
    "stalls",
    "tobacco",
    "rukang",
    "others",
    "priority",
    "draw",
    "mechanism",
    "reports",
)
"""In the order of the document; ``others`` is for kinds a scenario adds."""

_GROUP_OF_KIND: Mapping[str, str] = {
    "public_welfare_post": "posts",
    "kiosk": "outlets",
    "welfare_lottery": "outlets",
    "sports_lottery": "outlets",
    "stall": "stalls",
    "tobacco": "tobacco",
    "rukang_seat": "rukang",
}
_BY_KIND = ("reserve", "spacing", "density", "openings", "eligibility", "quota", "openings_joint")
_GROUP_OF: Mapping[str, str] = {
    "targets.post_disabled_share": "posts",
    "targets.rukang_homes_per_township": "rukang",
    "priority": "priority",
    "draw": "draw",
    "stage": "mechanism",
    "exclusive": "mechanism",
    "household": "mechanism",
    "solver": "mechanism",
    "publicity": "reports",
    "targets": "reports",
    "employers": "reports",
}
_FIRST = ("quota", "reserve", "eligibility", "targets", "draw", "stage", "exclusive", "household")
"""Tables that stand first in their group; the others follow in the order of the file."""

_SHOWN = (
    "decision_date",
    "draw",
    "stage",
    "exclusive",
    "household",
    "solver",
    "priority.tiers",
    "priority.pool",
    "quota.*.hard",
)
"""Settings that are worth a row where nobody has set them."""


@dataclass(frozen=True, slots=True)
class Section:
    """One table of settings.

    Attributes
    ----------
    table
        Dotted key of the table; empty for the top of the file.
    word
        The table without kinds and names, which names the section.
    """

    table: str
    word: str
    settings: tuple[Setting, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the form: what it shares, and a page for each kind of place."""

    code: str
    shared: tuple[Section, ...]
    pages: Mapping[str, tuple[Section, ...]]

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections of the group."""
        return (*self.shared, *(section for page in self.pages.values() for section in page))

    @property
    def settings(self) -> tuple[Setting, ...]:
        """All settings of the group."""
        return tuple(setting for section in self.sections for setting in section.settings)

    @property
    def tables(self) -> tuple[str, ...]:
        """Dotted keys of the tables of the group."""
        return tuple(section.table for section in self.sections if section.table)

    def page_of(self, key: str) -> str:
        """Return the kind whose page holds a setting; empty for the shared part."""
        for kind, sections in self.pages.items():
            if any(setting.key == key for section in sections for setting in section.settings):
                return kind
        return ""


def groups(scenario: Scenario, settings: Iterable[Setting]) -> tuple[Group, ...]:
    """Lay out the settings of a scenario; groups without any are left out."""
    found: dict[str, dict[str, list[Setting]]] = {code: {} for code in GROUPS}
    for setting in settings:
        code, kind = _place(setting, scenario)
        found[code].setdefault(kind, []).append(setting)
    return tuple(
        Group(
            code,
            _sections(pages.get("", ())),
            {kind: _sections(pages[kind]) for kind in scenario.kinds if kind in pages},
        )
        for code, pages in found.items()
        if pages
    )


def is_shown(setting: Setting, scenario: Scenario, changes: Iterable[str]) -> bool:
    """Tell whether a setting gets a row without being asked for."""
    pattern = ".".join(setting.path)
    return (
        setting.key in scenario.sources
        or setting.key in changes
        or (setting.form == "path" and setting.value is not None)
        or any(pattern == shown or pattern.startswith(f"{shown}.") for shown in _SHOWN)
    )


def _place(setting: Setting, scenario: Scenario) -> tuple[str, str]:
    """Return the group of a setting, and the kind of place on whose page it stands."""
    first = setting.parts[0]
    if setting.path[:2] in (("priority", "pool"), ("priority", "open_preference")):
        return "priority", setting.name
    if first in _BY_KIND:
        kinds = _kinds(setting, scenario)
        if not kinds:
            return "others", ""
        group = _GROUP_OF_KIND.get(kinds[0], "others")
        return group, kinds[0] if len(kinds) == 1 else ""
    return _GROUP_OF.get(setting.key) or _GROUP_OF.get(first, "basics"), ""


def _kinds(setting: Setting, scenario: Scenario) -> tuple[str, ...]:
    """List the kinds of place a rule is about."""
    first, name = setting.parts[0], setting.name
    if first == "reserve":
        return (scenario.reserves[name].kind,)
    if first == "quota":
        quota = next(rule for rule in scenario.quotas if rule.name == name)
        kinds = quota.place.get("kind", ())
        return tuple(map(str, kinds)) if isinstance(kinds, tuple) else ()
    if first == "openings_joint":
        return next(rule.kinds for rule in scenario.openings_joint if rule.name == name)
    return (name,)


def _sections(settings: Iterable[Setting]) -> tuple[Section, ...]:
    """Put the settings of each table together."""
    tables: dict[tuple[Parts, Parts], list[Setting]] = {}
    for setting in settings:
        table, path = setting.parts[:-1], setting.path[:-1]
        if setting.path[:2] == ("priority", "open_preference"):
            # A preference has no table per kind; it stands with the order it changes.
            table, path = ("priority", "pool", setting.name), ("priority", "pool", "*")
        tables.setdefault((table, path), []).append(setting)
    found = [
        Section(".".join(table), ".".join(part for part in path if part != "*"), tuple(rows))
        for (table, path), rows in tables.items()
    ]
    return tuple(sorted(found, key=_rank))


def _rank(section: Section) -> int:
    first = section.word.split(".")[0]
    return _FIRST.index(first) if first in _FIRST else len(_FIRST)
