"""Inputs of orders and of lists of lists: rows with buttons, usable by keyboard.

Buttons are keyed by their position, so that the focus stays where it is while the
items move below it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from allocation.rules.priority import pools
from allocation.scenario.vocabulary import LEVELLED_MECHANISMS
from allocation.ui.markdown import plain
from allocation.ui.scenario import wording
from allocation.ui.scenario.widgets import Field, seed

_ROW = (0.5, 6.2, 1.5, 1.5, 1.6)


def draw(field: Field) -> None:
    """Draw the input of a setting that is an order or a list of lists."""
    if field.setting.form == "order":
        _order(field)
    else:
        _lists(field)


def _order(field: Field) -> None:
    value = field.value
    if value is None:
        _default_pool(field)
        return
    if field.setting.path[0] == "stage" and not value and not _has_levels(field):
        st.caption(field.say("app_scenario_no_levels"))
        return
    is_levels = field.setting.path[-1] == "levels"
    st.caption(field.say("app_scenario_levels_help" if is_levels else "app_scenario_pool_help"))
    for i, word in enumerate(value):
        about = wording.about_choice(field.setting, word, field.lang)
        row = st.columns(_ROW, vertical_alignment="center")
        row[0].markdown(f"{i + 1}")
        row[1].markdown(f"**{plain(field.words(word))}**　:small[:gray[{about}]]")
        _buttons(field, list(value), i, row[2:], len(value))
    rest = [word for word in field.setting.choices if word not in value]
    if rest:
        key = f"{field.key}.add.{len(value)}"
        st.selectbox(
            field.say("app_scenario_add"),
            rest,
            index=None,
            key=key,
            format_func=field.words,
            placeholder=field.say("app_scenario_add_which"),
            on_change=_add,
            args=(field, key, list(value)),
            width=360,
        )
    if field.setting.is_optional:
        st.button(
            field.say("app_scenario_pool_back"),
            key=f"{field.key}.default",
            on_click=field.put,
            args=(None,),
        )


def _has_levels(field: Field) -> bool:
    key = ".".join((*field.setting.parts[:-1], "mechanism"))
    return field.draft.value(key) in LEVELLED_MECHANISMS


def _default_pool(field: Field) -> None:
    """Show the order a pool has by itself, with a button to set another one."""
    kind = field.setting.name
    order = list(getattr(pools(field.draft.current, [kind])[kind], field.setting.path[-1]))
    words = " → ".join(field.words(word) for word in order)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(field.say("app_scenario_pool_default", order=plain(words)), width="content")
        st.button(
            field.say("app_scenario_pool_own"),
            key=f"{field.key}.own",
            on_click=field.put,
            args=(order,),
        )


def _lists(field: Field) -> None:
    is_tiers = field.setting.path[-1] == "tiers"
    value = [list(items) for items in field.value or []]
    lists = value[:-1] if is_tiers else value
    st.caption(field.say("app_scenario_tiers_help" if is_tiers else "app_scenario_sets_help"))
    known = field.setting.choices or tuple(field.draft.current.kinds)
    tail: list[list[str]] = [[]] if is_tiers else []
    for i, items in enumerate(lists):
        taken = {word for j, other in enumerate(lists) if j != i for word in other}
        row = st.columns(_ROW[1:], vertical_alignment="bottom")
        key = f"{field.key}.{i}"
        seed(key, items)
        row[0].multiselect(
            field.say("app_scenario_tier" if is_tiers else "app_scenario_set", n=i + 1),
            [word for word in known if word not in taken],
            key=key,
            format_func=field.words,
            placeholder=field.say("app_choose"),
            on_change=_replace,
            args=(field, key, lists, i, tail),
            wrap=True,
        )
        _buttons(field, lists, i, row[1:], len(lists), tail)
    if is_tiers:
        st.caption(field.say("app_scenario_tier_rest"))
    st.button(
        field.say("app_scenario_tier_add" if is_tiers else "app_scenario_set_add"),
        key=f"{field.key}.add",
        icon=":material/add:",
        on_click=field.put,
        args=([*lists, [], *tail],),
    )


def _buttons(
    field: Field,
    items: list[Any],
    i: int,
    columns: Sequence[Any],
    n: int,
    tail: Sequence[Any] = (),
) -> None:
    """Draw the buttons of a row: up, down, remove."""
    moves: tuple[tuple[str, Callable[[], list[Any]], bool], ...] = (
        ("up", lambda: _swapped(items, i - 1), i == 0),
        ("down", lambda: _swapped(items, i), i == n - 1),
        ("remove", lambda: [*items[:i], *items[i + 1 :]], n == 1),
    )
    for column, (word, moved, disabled) in zip(columns, moves, strict=True):
        column.button(
            field.say(f"app_scenario_{word}"),
            key=f"{field.key}.{word}.{i}",
            help=field.say(f"app_scenario_{word}_help", n=i + 1),
            disabled=disabled,
            on_click=_move,
            args=(field, moved, tail),
            width="stretch",
        )


def _swapped(items: list[Any], i: int) -> list[Any]:
    return [*items[:i], items[i + 1], items[i], *items[i + 2 :]]


def _move(field: Field, moved: Callable[[], list[Any]], tail: Sequence[Any]) -> None:
    field.put([*moved(), *tail])


def _add(field: Field, key: str, value: list[str]) -> None:
    word = st.session_state[key]
    if word is not None:
        field.put([*value, word])


def _replace(field: Field, key: str, lists: list[list[str]], i: int, tail: list[list[str]]) -> None:
    chosen = list(st.session_state[key])
    field.put([*lists[:i], chosen, *lists[i + 1 :], *tail])
