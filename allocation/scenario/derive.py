"""A new scenario made of another one and some changes, as a file that says only these.

The file ``extends`` the other scenario and names for each change what stood there
before.  Nothing is ever overwritten, and nothing is written that does not load again.
"""

from __future__ import annotations

import os
import re
import secrets
import tomllib
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import tomlkit
from tomlkit.items import Comment, Float, Item, Trivia

from allocation.messages import Lang, ScenarioError, text
from allocation.scenario.fields import Setting, parts_of, settings_of
from allocation.scenario.keys import Parts, root
from allocation.scenario.load import load_scenario, scenario_from_mapping
from allocation.scenario.models import Scenario
from allocation.scenario.titles import setting_title
from allocation.scenario.words import SettingWords
from allocation.toml import parse_toml

NONE = "none"
"""How a file takes a value of a lower layer back."""

_LONGEST = 60
_NOT_IN_STEM = re.compile(r"[^0-9a-z_\-\u3400-\u4dbf\u4e00-\u9fff]+")
_DEVICE = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_WIDE = 88
_SHARED, _PRIVATE = 0o666, 0o600
# Windows would turn line ends into its own otherwise.
_BINARY = getattr(os, "O_BINARY", 0)


def derived_scenario(
    base: Path, changes: Mapping[str, Any], name: str, *, data: Path | None = None
) -> Scenario:
    """Make the scenario that a base and some changes give, without writing a file.

    Parameters
    ----------
    base
        Scenario file to build on.
    changes
        Dotted key -> plain value; ``None`` takes a limit back.
    name
        Name of the new scenario.
    data
        Folder or workbook of the input tables, where it is another one.

    Raises
    ------
    ScenarioError
        As :func:`allocation.scenario.load_scenario`.
    """
    return scenario_from_mapping(_mapping(base, changes, name, "", "", data), base.parent)


def derive_scenario(
    base: Path,
    changes: Mapping[str, Any],
    name: str,
    title: str,
    title_en: str,
    data: Path | None = None,
    *,
    lang: Lang = "zh",
) -> str:
    """Write a scenario file that extends another one and says only what changes.

    Parameters
    ----------
    base
        Scenario file to build on; the new file is to lie beside it.
    changes
        Dotted key -> plain value (text, whole number, exact decimal, truth, date, list);
        ``None`` takes a limit back.
    name, title, title_en
        Name of the scenario, which is also that of its file, and its titles.
    data
        Folder or workbook of the input tables, where it is another one.
    lang
        Language of the comments.

    Returns
    -------
    str
        TOML; each change has the value it replaces in a comment above it.

    Raises
    ------
    ScenarioError
        Where the base cannot be loaded or the changed scenario is not allowed.
    """
    mapping = _mapping(base, changes, name, title, title_en, data)
    before = load_scenario(base)
    scenario_from_mapping(mapping, base.parent)
    notes = _notes(before, changes, data, lang)
    document = tomlkit.document()
    document.add(_comment(title or name))
    document.add(_comment(text("app_scenario_file_head", lang, base=base.name)))
    document.add(tomlkit.nl())
    _fill(document, mapping, (), notes)
    written = tomlkit.dumps(document)
    if parse_toml(written) != mapping:
        raise AssertionError("the text does not say what was asked for")
    return written


def save_scenario(folder: Path, stem: str, written: str) -> Path:
    """Save a scenario as a new file, whole or not at all, and never over another one.

    A file that overrules findings names people, reviewers and reasons; the account that
    runs the program alone may read it.

    Raises
    ------
    ScenarioError
        ``scenario_exists`` for a name in use, ``scenario_name_unfit``,
        ``scenario_not_written``, or what is wrong with the scenario itself.
    """
    path = folder / f"{file_stem(stem)}.toml"
    if path.exists():
        raise ScenarioError("scenario_exists", file=path.name)
    draft = folder / f".{path.stem}.{secrets.token_hex(4)}.tmp"
    mode = _rights_of(written)
    try:
        with _new_file(draft, mode) as file:
            file.write(written.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        load_scenario(draft)
        _publish(draft, path, mode)
    except FileExistsError:
        raise ScenarioError("scenario_exists", file=path.name) from None
    except OSError:
        raise ScenarioError("scenario_not_written", file=path.name) from None
    finally:
        draft.unlink(missing_ok=True)
    return path


def file_stem(wanted: str) -> str:
    """Make a file name of what a person typed: lower-case letters, digits, 汉字, - and _.

    Raises
    ------
    ScenarioError
        ``scenario_name_unfit`` where nothing usable is left.
    """
    folded = unicodedata.normalize("NFKC", wanted).strip().lower()
    stem = _NOT_IN_STEM.sub("-", folded)[:_LONGEST].strip("-_")
    if not stem or _DEVICE.fullmatch(stem):
        raise ScenarioError("scenario_name_unfit")
    return stem


def free_stem(folder: Path, stem: str) -> str:
    """Return the first of ``stem-2``, ``stem-3``, … that no file has; after -2 comes -3."""
    first = re.sub(r"-\d{1,3}$", "", stem)
    stem = first if (folder / f"{first}.toml").exists() else stem
    numbers = (f"{stem}-{n}" for n in range(2, 10_000))
    return next(found for found in numbers if not (folder / f"{found}.toml").exists())


def _rights_of(written: str) -> int:
    """Return the rights of a scenario file, before the mask of the account."""
    try:
        names_people = bool(parse_toml(written).get("overruling"))
    except tomllib.TOMLDecodeError:
        # It will not load, so it will not stay either.
        names_people = True
    return _PRIVATE if names_people else _SHARED


def _new_file(path: Path, mode: int) -> BinaryIO:
    """Open a file that is not there yet, with its rights from the first byte on."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode), "wb")


def _publish(draft: Path, path: Path, mode: int) -> None:
    """Give the finished file its name, which fails where the name is taken."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, such as a memory stick
        with _new_file(path, mode) as file:
            file.write(draft.read_bytes())


def _mapping(
    base: Path,
    changes: Mapping[str, Any],
    name: str,
    title: str,
    title_en: str,
    data: Path | None,
) -> dict[str, Any]:
    """Write base and changes as the mapping that a scenario file is."""
    mapping: dict[str, Any] = {"name": name}
    mapping |= {key: value for key, value in (("title", title), ("title_en", title_en)) if value}
    mapping["extends"] = base.name
    tree: dict[str, Any] = {}
    for key, value in changes.items():
        *above, last = parts_of(key)
        table = tree
        for part in above:
            table = table.setdefault(part, {})
        table[last] = _stored(value)
    if data is not None:
        word = "workbook" if data.suffix == ".xlsx" else "folder"
        tree["data"] = {word: _relative(data, base.parent), **tree.get("data", {})}
    order = list(root().children)
    for key in sorted(tree, key=order.index):
        is_named = root().children[key].word == "name"
        mapping[key] = (
            [{"name": name, **item} for name, item in tree[key].items()] if is_named else tree[key]
        )
    return mapping


def _stored(value: Any) -> Any:
    """Turn a plain value into what a file may hold."""
    if value is None:
        return NONE
    if isinstance(value, list | tuple):
        return [_stored(item) for item in value]
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def _notes(
    before: Scenario, changes: Mapping[str, Any], data: Path | None, lang: Lang
) -> dict[Parts, str]:
    """Say for each changed key what it was, by its parts."""
    settings = settings_of(before)
    notes = {}
    for key in changes:
        setting, title, old = settings.get(key), key, text("app_scenario_file_unset", lang)
        if setting is not None:
            title, old = setting_title(setting, before, lang), _old(setting, before, lang)
        notes[parts_of(key)] = text("app_scenario_file_note", lang, title=title, old=old)
    if data is not None:
        used = before.data.folder or before.data.workbook
        old = _relative(used, before.base_dir) if used and before.base_dir else ""
        word = "workbook" if data.suffix == ".xlsx" else "folder"
        title = text("app_scenario_data", lang)
        notes["data", word] = text("app_scenario_file_note", lang, title=title, old=old)
    return notes


def _old(setting: Setting, before: Scenario, lang: Lang) -> str:
    """Write the value a change replaces: a number with its unit, else as in a file."""
    if setting.value is None:
        return text("app_scenario_file_unset", lang)
    if setting.unit and isinstance(setting.value, int | Decimal):
        source = before.sources.get(setting.key)
        words = SettingWords.of(before, lang)
        return words.number(setting.unit, setting.value, source.unit if source else "")
    return _item(_stored(setting.value), wide=None).as_string()


def _fill(table: Any, values: Mapping[str, Any], above: Parts, notes: Mapping[Parts, str]) -> None:
    """Add values, then tables, to a TOML table, each value below its note."""
    tables = {key: value for key, value in values.items() if _is_table(value)}
    for key, value in values.items():
        if key in tables:
            continue
        if note := notes.get((*above, key)):
            table.add(_comment(note))
        table.add(key, _item(value))
    for key, value in tables.items():
        if isinstance(value, list):
            table.add(key, _array(value, (*above, key), notes))
        else:
            is_bare = all(_is_table(item) for item in value.values())
            below = tomlkit.table(is_super_table=is_bare)
            _fill(below, value, (*above, key), notes)
            table.add(key, below)


def _array(items: list[Mapping[str, Any]], above: Parts, notes: Mapping[Parts, str]) -> Item:
    array = tomlkit.aot()
    for item in items:
        table = tomlkit.table()
        _fill(table, item, (*above, item["name"]), notes)
        array.append(table)
    return array


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)
    )


def _item(value: Any, wide: int | None = _WIDE) -> Item:
    """Make a TOML value; a decimal keeps its digits, a wide list gets a line per item."""
    if isinstance(value, Decimal):
        return Float(float(value), Trivia(), f"{value:f}")
    if isinstance(value, list):
        array = tomlkit.array()
        array.extend([_item(item, None) for item in value])
        return array.multiline(wide is not None and len(array.as_string()) > wide)
    item: Item = tomlkit.item(value)
    return item


def _comment(line: str) -> Comment:
    return tomlkit.comment(_BREAKS.sub(" ", line))
