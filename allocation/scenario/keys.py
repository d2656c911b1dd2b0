"""Which keys a scenario may have, level by level, read off the models once.

Files, profile parameters and ``--set`` overrides name keys of the same tree, so one
walk serves all three, and a key that is not there is answered with the nearest one of
its level.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from allocation.messages.problems import Problem, unknown_key
from allocation.scenario.models import KeyedBy, Scenario
from allocation.scenario.values import SelectorOf
from allocation.scenario.vocabulary import SELECTABLE

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One place in the tree of keys.

    Attributes
    ----------
    form
        ``table`` has fixed keys, ``keyed`` has kinds or names as keys, ``selector``
        has columns as keys but is one value, ``value`` is a single value.
    children
        Keys of a table; columns of a selector or of the selectors in a list.
    word
        What the keys of a keyed table are.
    item
        What stands under each key of a keyed table.
    is_text
        The value is plain text.
    may_be_none
        The word ``none`` takes the value of a lower layer back.
    subject
        Of a selector, or of a list of them: whose columns it names.
    """

    form: Literal["table", "keyed", "selector", "value"]
    children: Mapping[str, Node] = field(default_factory=dict)
    word: str = ""
    item: Node | None = None
    is_text: bool = False
    may_be_none: bool = False
    subject: str = ""

    @property
    def is_branch(self) -> bool:
        """Tell whether more keys follow before a value."""
        return self.form in ("table", "keyed")


_VALUE = Node("value")


@cache
def root() -> Node:
    """Return the tree of all keys of a scenario file."""
    top = _table(Scenario)
    return Node("table", {**top.children, "extends": Node("value", is_text=True)})


def _table(model: type[BaseModel]) -> Node:
    return Node(
        "table",
        {
            info.alias or name: _optional(info.annotation, _node(info.annotation, info.metadata))
            for name, info in model.model_fields.items()
            if not info.exclude
        },
    )


def _optional(annotation: Any, node: Node) -> Node:
    """Mark a value that may be left out; a text, a path or a date may hold any word."""
    bare, _ = _bare(annotation, [])
    is_single = bare not in (annotation, str, Path, dt.date) and not node.is_branch
    return replace(node, may_be_none=is_single and type(None) in get_args(annotation))


def _node(annotation: Any, marks: Sequence[Any]) -> Node:
    """Turn a field's annotation into a node."""
    annotation, marks = _bare(annotation, list(marks))
    for mark in marks:
        if isinstance(mark, KeyedBy):
            item = next(arg for arg in get_args(annotation) if arg not in (str, Ellipsis))
            return Node("keyed", word=mark.word, item=_node(item, []))
        if isinstance(mark, SelectorOf):
            columns = dict.fromkeys(SELECTABLE[mark.subject], _VALUE)
            return Node("selector", columns, subject=mark.subject)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _table(annotation)
    if get_origin(annotation) is tuple:
        # A list of selectors is one value whose items have columns as keys.
        item = _node(get_args(annotation)[0], [])
        return Node("value", item.children, subject=item.subject)
    return Node("value", is_text=annotation in (str, Path))


def _bare(annotation: Any, marks: list[Any]) -> tuple[Any, list[Any]]:
    """Strip ``Annotated`` and ``| None``, keeping the marks."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            marks = [*marks, *more]
        elif get_origin(annotation) in (Union, types.UnionType):
            args = [arg for arg in get_args(annotation) if arg is not type(None)]
            if len(args) != 1:
                return annotation, marks
            annotation = args[0]
        else:
            return annotation, marks


def find(parts: Parts, file: str) -> Node | Problem:
    """Walk a dotted key down the tree.

    Kinds, names and columns are taken as they come; whether they exist is judged when
    all layers are merged.  A key may go on into a selector.

    Returns
    -------
    Node or Problem
        The node, or ``unknown_key`` with the nearest key of that level.
    """
    node = root()
    for i, part in enumerate(parts):
        if node.form == "keyed" and node.item is not None:
            node = node.item
        elif node.form == "selector":
            rest = parts[i:]
            return node if len(rest) <= 2 else unknown(parts[: i + 1], node.children, file)
        elif part in node.children:
            node = node.children[part]
        else:
            return unknown(parts[: i + 1], node.children, file)
    return node


def unknown(parts: Parts, known: Iterable[str], file: str) -> Problem:
    """Say that the last of some keys does not exist; see :func:`unknown_key`."""
    above = "".join(f"{part}." for part in parts[:-1])
    return unknown_key(above, parts[-1], known, file)
