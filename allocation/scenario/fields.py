"""Every setting of a scenario as one flat list: key, form of the value, value in use.

The list is read off the models, so that a form, a file writer and a test need no list
of their own: a new field of a model is here by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from allocation.scenario.forms import Form, bare_type, keyed_by, unit_of_key, value_type
from allocation.scenario.keys import Parts
from allocation.scenario.models import KeyedBy, Scenario
from allocation.scenario.values import decimal_text

_STAGED: tuple[Parts, ...] = (("priority", "pool"), ("priority", "open_preference"))
"""Tables that may be opened for every kind an optimal stage gives out."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a setting is, whatever its value: path, form and unit as of :class:`Setting`."""

    path: Parts
    form: Form
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of one scenario.

    Attributes
    ----------
    key, parts
        Dotted key as in :attr:`Scenario.sources`, and its parts.
    path
        The parts with ``*`` for a kind or a name: ``("reserve", "*", "share")``.
    form
        What the value is.
    choices
        Words a choice admits.
    least
        Least whole number.
    is_optional
        The setting may be left out for "no limit", in an extending file with the word
        ``none``.
    unit
        Unit of a number; a share in ``percent`` is still kept as 0-1.
    value
        The value in use as plain data: exact decimals, lists, ``None``.
    """

    key: str
    parts: Parts
    path: Parts
    form: Form
    choices: tuple[str, ...] = ()
    least: int = 0
    is_optional: bool = False
    unit: str = ""
    value: Any = field(default=None, compare=False)

    @property
    def shape(self) -> Shape:
        """What the setting is, whatever its value."""
        return Shape(self.path, self.form, self.unit)

    @property
    def name(self) -> str:
        """The kind or name the setting belongs to; empty for none."""
        return self.parts[self.path.index("*")] if "*" in self.path else ""


def settings_of(scenario: Scenario) -> dict[str, Setting]:
    """List the settings of all tables a scenario has, by dotted key, in model order.

    Settings that no layer names are there too, with the value they take by default.
    """
    found = _table(Scenario, scenario, scenario, (), ())
    return {setting.key: setting for setting in found}


def shape_of(key: str) -> tuple[Shape, str] | None:
    """Find the shape of a setting by its dotted key, and the kind or name it belongs to.

    Returns
    -------
    tuple or None
        ``None`` for a key that this version does not know.
    """
    parts = parts_of(key)
    for path, shape in _shapes().items():
        if len(path) == len(parts) and all(
            one in ("*", other) for one, other in zip(path, parts, strict=True)
        ):
            return shape, next((b for a, b in zip(path, parts, strict=True) if a == "*"), "")
    return None


def parts_of(key: str) -> Parts:
    """Split a dotted key; the name of a stage or a quota may hold dots itself."""
    parts = tuple(key.split("."))
    keyed = _keyed_words().get(parts[0])
    if keyed in ("name", "pair", "kind_or_name") and len(parts) > 2:
        return (parts[0], ".".join(parts[1:-1]), parts[-1])
    return parts


def plain(value: Any) -> Any:
    """Turn a value of the models into plain data: decimals, lists, text."""
    if isinstance(value, Fraction):
        text = decimal_text(value)
        return text if "/" in text else Decimal(text)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def is_same(one: Any, other: Any) -> bool:
    """Tell whether two plain values are the same setting, however a number is written."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dt.date) or isinstance(other, dt.date):
        return str(one) == str(other)
    return bool(one == other)


@cache
def _shapes() -> Mapping[Parts, Shape]:
    return {shape.path: shape for shape in _shapes_below(Scenario, ())}


def _shapes_below(hint: Any, path: Parts) -> Iterator[Shape]:
    """Walk the types of the models down to the settings."""
    mark, bare = keyed_by(hint), bare_type(hint)
    if mark is not None:
        item = next(arg for arg in get_args(bare) if arg not in (str, Ellipsis))
        yield from _shapes_below(item, (*path, "*"))
    elif isinstance(bare, type) and issubclass(bare, BaseModel):
        hints = _hints(bare)
        for name, info in bare.model_fields.items():
            if not info.exclude:
                yield from _shapes_below(hints[name], (*path, info.alias or name))
    else:
        yield Shape(path, value_type(hint).form, unit_of_key(path[-1]))


@cache
def _keyed_words() -> Mapping[str, str]:
    found = {}
    for name, info in Scenario.model_fields.items():
        mark = keyed_by(get_type_hints(Scenario, include_extras=True)[name])
        if mark is not None:
            found[info.alias or name] = mark.word
    return found


def _table(
    model: type[BaseModel], table: BaseModel | None, scenario: Scenario, parts: Parts, path: Parts
) -> Iterator[Setting]:
    hints = _hints(model)
    is_named = _keyed_words().get(path[0]) == "name" if path else False
    for name, info in model.model_fields.items():
        if info.exclude or (name == "name" and is_named):
            continue
        key = info.alias or name
        default = info.get_default(call_default_factory=True)
        value = (
            getattr(table, name)
            if table is not None
            else (None if default is PydanticUndefined else default)
        )
        yield from _field(hints[name], value, scenario, (*parts, key), (*path, key))


def _field(
    hint: Any, value: Any, scenario: Scenario, parts: Parts, path: Parts
) -> Iterator[Setting]:
    mark, bare = keyed_by(hint), bare_type(hint)
    if mark is not None:
        item = next(arg for arg in get_args(bare) if arg not in (str, Ellipsis))
        for name, entry in _entries(value, mark, scenario, path):
            yield from _field(item, entry, scenario, (*parts, name), (*path, "*"))
    elif isinstance(bare, type) and issubclass(bare, BaseModel):
        yield from _table(bare, value, scenario, parts, path)
    else:
        kind = value_type(hint)
        # A choice that nobody makes where "none" is one of them is that one.
        value = "none" if value is None and "none" in kind.choices else value
        yield Setting(
            ".".join(parts),
            parts,
            path,
            kind.form,
            kind.choices,
            kind.least,
            kind.is_optional,
            unit_of_key(path[-1]),
            plain(value),
        )


def _entries(
    value: Any, mark: KeyedBy, scenario: Scenario, path: Parts
) -> Iterator[tuple[str, Any]]:
    """List what stands in a keyed table, and the kinds that might."""
    if mark.word in ("name", "pair"):
        yield from ((item.name, item) for item in value or ())
        return
    table = value or {}
    yield from table.items()
    if path in _STAGED:
        for stage in scenario.stages:
            if stage.mechanism != "queue":
                yield from ((kind, None) for kind in stage.kinds if kind not in table)


@cache
def _hints(model: type[BaseModel]) -> Mapping[str, Any]:
    return get_type_hints(model, include_extras=True)
