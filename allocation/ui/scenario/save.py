"""What was changed, what is wrong, and saving it as a new scenario."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from allocation.messages import Lang, ScenarioError, text
from allocation.messages.problems import Problem
from allocation.scenario.derive import derive_scenario, file_stem, free_stem, save_scenario
from allocation.scenario.fields import Setting
from allocation.ui import address
from allocation.ui.frame import folded, reason, say, verdict_row
from allocation.ui.markdown import plain
from allocation.ui.scenario import wording
from allocation.ui.scenario.draft import Draft, keys_of, restore_all
from allocation.ui.scenario.grouping import Group
from allocation.ui.scenario.rows import go_to
from allocation.ui.scenario.widgets import seed_typed

_NEW = "scenario.new"
_SAVED = "scenario.saved"
_FAILED = "scenario.failed"
_SHORT = 30


def draw_saved(draft: Draft) -> None:
    """Confirm a scenario just saved, with what comes next."""
    if st.session_state.get(_SAVED) != draft.stem or draft.is_changed:
        return
    with verdict_row():
        saved = say("app_scenario_saved", file=plain(draft.path.name))
        st.success(saved, icon=":material/check_circle:")
        if st.button(say("app_go_run"), key="scenario.run", type="primary"):
            st.switch_page("views/run.py")


def draw_changes(draft: Draft, groups: Sequence[Group], lang: Lang) -> None:
    """List problems and changes; each leads to its setting."""
    if draft.problems:
        st.markdown(f"**{say('app_scenario_problems', n=len(draft.problems))}**")
        for i, problem in enumerate(draft.problems):
            _problem(draft, groups, lang, problem, i)
    n = len(draft.changes) + (draft.data is not None)
    if not n:
        st.caption(say("app_scenario_no_changes"))
        return
    st.markdown(f"**{say('app_scenario_changes', n=n)}**")
    for key in draft.changes:
        setting = draft.settings.get(key) or draft.before.get(key)
        if setting is not None:
            with st.container(gap="xxsmall"):
                _jump(draft, groups, setting, lang, f"change.{key}")
                st.caption(plain(_change_words(draft, setting, lang)))
    if draft.data is not None:
        with st.container(gap="xxsmall"):
            st.markdown(say("app_scenario_source"))
            st.caption(plain(_data_words(draft)))
    st.button(
        say("app_scenario_restore_all"),
        key="scenario.restore_all",
        on_click=_restore_all,
        args=(draft.stem,),
    )


def draw_saving(draft: Draft, lang: Lang) -> None:
    """Draw the fields of the new scenario and the button that saves it."""
    st.markdown(f"**{say('app_scenario_save_as')}**")
    titles = {word: _suggestion(draft, word) for word in ("title", "title_en")}
    title = _text(draft, "title", titles["title"])
    title_en = _text(draft, "title_en", titles["title_en"])
    wanted = _text(draft, "stem", free_stem(draft.path.parent, draft.stem))
    problem = _name_problem(draft, wanted)
    if problem is not None:
        st.error(reason(problem))
    else:
        st.caption(say("app_scenario_will_be", file=plain(f"{file_stem(wanted)}.toml")))
    failed = st.session_state.pop(_FAILED, None)
    if failed is not None:
        st.error(reason(failed))
    st.button(
        say("app_scenario_save"),
        key="scenario.save",
        type="primary",
        width="stretch",
        disabled=bool(draft.problems) or problem is not None or not draft.is_changed,
        on_click=_save,
        args=(draft, wanted, title, title_en, lang),
    )
    if draft.problems:
        st.caption(say("app_scenario_save_wrong"))


def draw_official(draft: Draft, lang: Lang) -> None:
    """Say what an official run would still refuse."""
    if draft.scenario is None:
        return
    problems = draft.scenario.official_problems()
    if not problems:
        st.caption(say("app_scenario_official_ready"))
        return
    lines = [f"- {plain(f'{problem:{lang}}')}" for problem in problems]
    st.info("\n".join([say("app_scenario_official"), "", *lines]))


def draw_files(draft: Draft, lang: Lang) -> None:
    """Show the file that would be saved and the base file, read-only."""
    folded(say("app_scenario_preview"), "scenario.preview", lambda: _preview(draft, lang))
    folded(
        say("app_scenario_base_file", file=plain(draft.path.name)),
        "scenario.base_file",
        lambda: st.code(draft.path.read_text(encoding="utf-8-sig"), language="toml"),
    )


def _preview(draft: Draft, lang: Lang) -> None:
    if draft.problems or not draft.is_changed:
        st.caption(say("app_scenario_save_wrong" if draft.problems else "app_scenario_no_changes"))
        return
    kept = _kept(draft)
    title, title_en = (kept.get(word, _suggestion(draft, word)) for word in ("title", "title_en"))
    try:
        stem = file_stem(kept.get("stem", free_stem(draft.path.parent, draft.stem)))
        written = derive_scenario(
            draft.path, draft.changes, stem, title, title_en, draft.data, lang=lang
        )
    except ScenarioError as error:
        st.error(reason(error))
        return
    st.code(written, language="toml")


def _save(draft: Draft, wanted: str, title: str, title_en: str, lang: Lang) -> None:
    try:
        stem = file_stem(wanted)
        written = derive_scenario(
            draft.path, draft.changes, stem, title, title_en, draft.data, lang=lang
        )
        path = save_scenario(draft.path.parent, stem, written)
    except ScenarioError as error:
        st.session_state[_FAILED] = error
        return
    restore_all(draft.stem)
    _kept(draft).clear()
    st.session_state[_SAVED] = path.stem
    # The new scenario is the one in hand now; its file names its data.
    address.put(scenario=path.stem, data=None)


def _restore_all(stem: str) -> None:
    restore_all(stem)
    address.put(data=None)


def _kept(draft: Draft) -> dict[str, str]:
    """Return what was typed for the new scenario, per base."""
    drafts: dict[str, dict[str, str]] = st.session_state.setdefault(_NEW, {})
    return drafts.setdefault(draft.stem, {})


def _text(draft: Draft, word: str, suggested: str) -> str:
    """Draw a field of the new scenario, with a suggestion until something is typed."""
    key = f"scenario.new.{word}"
    value = _kept(draft).get(word, suggested)
    seed_typed(key, value)
    st.text_input(
        say(f"app_scenario_{word}"),
        value,
        key=key,
        max_chars=120,
        help=say("app_scenario_stem_help") if word == "stem" else None,
        on_change=_typed,
        args=(draft, word, key),
    )
    return value


def _typed(draft: Draft, word: str, key: str) -> None:
    kept = _kept(draft)
    kept[word] = st.session_state[key].strip()
    if not kept[word] and word != "title_en":
        del kept[word]


def _name_problem(draft: Draft, wanted: str) -> ScenarioError | None:
    try:
        file = f"{file_stem(wanted)}.toml"
    except ScenarioError as error:
        return error
    taken = (draft.path.parent / file).exists()
    return ScenarioError("scenario_exists", file=file) if taken else None


def _suggestion(draft: Draft, word: str) -> str:
    """Suggest a title that says what is tried out."""
    lang: Lang = "zh" if word == "title" else "en"
    found = []
    for key, value in draft.changes.items():
        setting = draft.settings.get(key)
        if setting is not None:
            title = wording.title(setting, draft.current, lang)
            new = wording.value_words(setting, value, draft.current, lang)
            both = text("app_scenario_suggest_one", lang, title=title, new=new)
            found.append(both if len(new) <= _SHORT else title)
    if draft.data is not None:
        title = text("app_scenario_source", lang)
        found.append(text("app_scenario_suggest_one", lang, title=title, new=draft.data.name))
    if not found:
        return ""
    change = found[0]
    if len(found) > 1:
        change = text("app_scenario_suggest_more", lang, first=change, n=len(found))
    return text("app_scenario_suggest", lang, change=change)


def _change_words(draft: Draft, setting: Setting, lang: Lang) -> str:
    old = wording.value_words(setting, draft.old(setting.key), draft.base, lang)
    new = wording.value_words(setting, draft.changes[setting.key], draft.current, lang)
    return say("app_scenario_change", old=old, new=new)


def _data_words(draft: Draft) -> str:
    used = draft.base.data.folder or draft.base.data.workbook
    old = used.name if isinstance(used, Path) else say("app_data_own_none")
    new = draft.data.name if draft.data is not None else old
    return say("app_scenario_change", old=old, new=new)


def _problem(draft: Draft, groups: Sequence[Group], lang: Lang, problem: Problem, i: int) -> None:
    key = next((key for key in keys_of(problem) if key in draft.settings), "")
    setting = draft.settings.get(key)
    with st.container(gap="xxsmall"):
        if setting is not None:
            _jump(draft, groups, setting, lang, f"problem.{i}", ":material/error:")
        st.error(plain(wording.problem_words(problem, setting, draft.current, lang)))


def _jump(
    draft: Draft,
    groups: Sequence[Group],
    setting: Setting,
    lang: Lang,
    name: str,
    icon: str = ":material/edit:",
) -> None:
    """Draw the name of a setting as a button that leads to it."""
    title = plain(wording.title(setting, draft.current, lang))
    for group in groups:
        if any(other.key == setting.key for other in group.settings):
            st.button(
                title,
                key=f"scenario.goto.{name}",
                type="tertiary",
                icon=icon,
                help=say("app_scenario_goto"),
                on_click=go_to,
                args=(group, setting.key),
            )
            return
    st.markdown(title)
