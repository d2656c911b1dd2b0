"""The chosen group of the form: sections, and per setting a row with input and basis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from allocation.messages import CATALOGUE, Lang
from allocation.messages.problems import Problem
from allocation.scenario.titles import kind_title, subject_name
from allocation.ui.frame import listed, say, strung
from allocation.ui.markdown import plain
from allocation.ui.scenario import lists, widgets, wording
from allocation.ui.scenario.draft import Draft, keys_of, restore
from allocation.ui.scenario.grouping import Group, Section, is_shown
from allocation.ui.scenario.widgets import Field

_AT = "scenario.at"
_MORE = "scenario.more"
_WIDE = ("order", "lists", "kind_lists")
_SHORT = 30
_SHARED_FIRST = ("priority",)
_TONES = {
    "law": "green",
    "seen": "blue",
    "placeholder": "orange",
    "scenario": "violet",
    "default": "gray",
}


def go_to(group: Group, key: str) -> None:
    """Turn the form to the page that holds a setting."""
    at = _at()
    at["group"] = group.code
    if page := group.page_of(key):
        at[group.code] = page


def draw_group(draft: Draft, group: Group, lang: Lang) -> None:
    """Draw one group: its basis, its sections, its kinds of place to choose from.

    Whatever comes and goes has a container to itself, so that the fields around it stay
    the same for the browser and keep the focus.
    """
    first = group.code in _SHARED_FIRST
    with st.container():
        if not first:
            page = _chosen_page(draft, group, lang)
        _basis(draft, group, lang)
        shows_all = _shows_all(draft, group)
    if first:
        _sections(draft, group.shared, lang, shows_all)
        page = _chosen_page(draft, group, lang)
    _sections(draft, group.pages.get(page, ()), lang, shows_all)
    if not first:
        _sections(draft, group.shared, lang, shows_all)


def _shows_all(draft: Draft, group: Group) -> bool:
    """Draw the switch that shows settings left at their default too."""
    if all(is_shown(setting, draft.current, draft.changes) for setting in group.settings):
        return False
    widgets.seed(_MORE, bool(_at().get("more")))
    return st.toggle(say("app_scenario_more"), key=_MORE, on_change=_remember, args=("more", _MORE))


def _sections(draft: Draft, sections: Sequence[Section], lang: Lang, shows_all: bool) -> None:
    for section in sections:
        _section(draft, section, lang, shows_all)


def _at() -> dict[str, str]:
    at: dict[str, str] = st.session_state.setdefault(_AT, {})
    return at


def _remember(word: str, key: str) -> None:
    _at()[word] = st.session_state[key]


def chosen_group(draft: Draft, groups: Sequence[Group]) -> Group:
    """Draw the switch between the groups and return the chosen one."""
    codes = [group.code for group in groups]
    at = _at().get("group", "")
    chosen = at if at in codes else _first(codes)
    labels = {group.code: _group_label(draft, group) for group in groups}
    widgets.seed("scenario.group", chosen)
    st.segmented_control(
        say("app_scenario_groups"),
        codes,
        key="scenario.group",
        required=True,
        format_func=lambda code: labels[code],
        label_visibility="collapsed",
        on_change=_remember,
        args=("group", "scenario.group"),
    )
    return groups[codes.index(chosen)]


def _first(codes: Sequence[str]) -> str:
    """Return the first group that the document is about."""
    return next((code for code in codes if code != "basics"), codes[0])


def _group_label(draft: Draft, group: Group) -> str:
    name = say(f"app_scenario_group_{group.code}")
    keys = {setting.key for setting in group.settings} | set(group.tables)
    wrong = sum(bool(keys & set(keys_of(problem))) for problem in draft.problems)
    if wrong:
        return say("app_scenario_group_wrong", group=name, n=wrong)
    changed = sum(key in keys for key in draft.changes)
    return say("app_scenario_group_marked", group=name, n=changed) if changed else name


def _chosen_page(draft: Draft, group: Group, lang: Lang) -> str:
    kinds = list(group.pages)
    if len(kinds) < 2:
        return kinds[0] if kinds else ""
    at = _at().get(group.code, "")
    chosen = at if at in kinds else kinds[0]
    key = f"scenario.page.{group.code}"
    widgets.seed(key, chosen)
    st.segmented_control(
        say("app_scenario_kinds"),
        kinds,
        key=key,
        required=True,
        format_func=lambda kind: plain(kind_title(kind, draft.current, lang)),
        label_visibility="collapsed",
        on_change=_remember,
        args=(group.code, key),
    )
    return chosen


def _basis(draft: Draft, group: Group, lang: Lang) -> None:
    """Name the documents the group's numbers come from."""
    found: dict[str, dict[str, None]] = {}
    for setting in group.settings:
        source = draft.current.sources.get(setting.key)
        if source is not None and source.legal_basis:
            found.setdefault(source.legal_basis, {})[source.article] = None
    if found:
        basis = strung(f"{name} {listed(articles)}" for name, articles in found.items())
        st.caption(say("app_scenario_basis", basis=plain(basis)))


def _section(draft: Draft, section: Section, lang: Lang, shows_all: bool) -> None:
    rows = [
        setting
        for setting in section.settings
        if shows_all or is_shown(setting, draft.current, draft.changes)
    ]
    above = [
        problem
        for problem in draft.problems
        if section.table in keys_of(problem) and section.table not in draft.settings
    ]
    if not rows and not above:
        return
    with st.container(border=True):
        name = plain(subject_name(section.settings[0], draft.current, lang))
        code = f"app_scenario_section_{section.word}"
        # A table this form has no words for goes by its key.
        title = say(code, name=name) if code in CATALOGUE else plain(section.table)
        with st.container():
            st.subheader(title, anchor=False)
            for problem in above:
                st.error(plain(wording.problem_words(problem, None, draft.current, lang)))
            fields = [Field(draft, setting, lang) for setting in rows]
            _shut(fields)
        for field in fields:
            with st.container():
                _row(field)


def _shut(fields: Sequence[Field]) -> None:
    """Say once why a section shows values nobody can change here."""
    reasons = {field.readonly_reason: None for field in fields}
    told = [say(reason) for reason in reasons if reason not in ("", "app_scenario_locked")]
    if told:
        reasons_told = strung(told)
        st.caption(f":material/lock: {say('app_scenario_shut', reasons=reasons_told)}")


def _row(field: Field) -> None:
    """Draw a setting: its input, beside it what it rests on, below it what is wrong."""
    if field.setting.form in _WIDE and not field.is_readonly:
        with st.container(gap="xxsmall"):
            st.markdown(f"**{field.label}**")
            _meta(field)
        lists.draw(field)
    else:
        left, right = st.columns([5, 6], gap="medium", vertical_alignment="center")
        with left:
            widgets.draw(field)
        with right:
            _meta(field)
    for problem in _problems(field):
        st.error(problem)


def _problems(field: Field) -> Iterable[str]:
    found: Sequence[Problem] = field.draft.problems_at(field.setting.key)
    return (
        plain(wording.problem_words(problem, field.setting, field.draft.current, field.lang))
        for problem in found
    )


def _meta(field: Field) -> None:
    """Say what a value rests on, what the law asks for and whether it was changed."""
    source = field.draft.current.sources.get(field.setting.key)
    note = plain(source.note) if source is not None and source.note else ""
    if field.setting.key not in field.draft.changes:
        # One element, not two in a container: the form is long, and each takes its time to draw.
        st.markdown(_basis_line(field) + (f"  \n:small[:gray[{note}]]" if note else ""))
        return
    with st.container(gap="xxsmall"):
        st.markdown(_basis_line(field))
        _change(field)
        if note:
            st.caption(note)


def _basis_line(field: Field) -> str:
    """Write status, document and limits in one line."""
    draft, key = field.draft, field.setting.key
    source = draft.current.sources.get(key)
    marks = []
    if field.setting.form != "path":
        status = source.status if source is not None else "default"
        status = "scenario" if key in draft.changes else status
        marks = [f":{_TONES[status]}-badge[{say(f'basis.{status}')}]"]
    if source is not None and source.legal_basis:
        basis = plain(f"{source.legal_basis} {source.article}")
        marks.append(f":small[{basis}]")
    return " ".join(marks + _limits(field))


def _change(field: Field) -> None:
    """Mark a change, with the button that takes it back."""
    words = _old(field)
    code = "app_scenario_changed" if len(words) <= _SHORT else "app_scenario_changed_long"
    old = plain(words)
    mark = say(code, old=old)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown(f":primary-badge[{mark}]", width="content")
        st.button(
            say("app_scenario_restore"),
            key=f"{field.key}.restore",
            type="tertiary",
            icon=":material/undo:",
            help=say("app_scenario_restore_help", old=old),
            on_click=restore,
            args=(field.draft, field.setting.key),
        )


def _limits(field: Field) -> list[str]:
    source = field.draft.current.sources.get(field.setting.key)
    found = []
    if source is not None and source.minimum is not None:
        number = str(source.minimum)
        minimum = wording.number_words(field.setting, number, field.draft.current, field.lang)
        found.append(f":blue-badge[{say('app_scenario_minimum', minimum=plain(minimum))}]")
    if field.readonly_reason == "app_scenario_locked":
        found.append(f":gray-badge[{say('app_scenario_locked')}]")
    return found


def _old(field: Field) -> str:
    old = field.draft.old(field.setting.key)
    return wording.value_words(field.setting, old, field.draft.base, field.lang)
