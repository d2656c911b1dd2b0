"""The layers of a scenario and how they merge: profile < extends < file < ``--set``.

A layer is a tree of tables whose leaves (:class:`Leaf`) remember where their value
comes from.  Arrays of named tables (``[[stage]]``, ``[[quota]]``) become tables keyed
by name on reading, ``[[overruling]]`` by applicant and place, so that merging and dotted
keys work alike everywhere.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from allocation.messages.problems import Problem
from allocation.policy import Parameter
from allocation.scenario import keys
from allocation.scenario.keys import Node, Parts
from allocation.tables.patterns import is_personal_number
from allocation.toml import parse_toml, read_toml

OVERRIDE = "--set"
"""What stands for the file name of an override."""

_ALTERNATIVES = (
    frozenset({"share", "count"}),
    frozenset({"min", "min_share"}),
    frozenset({"max", "max_share"}),
    frozenset({"folder", "workbook"}),
)
"""Keys of one table of which a higher layer that names one drops the others below."""

PATHS: tuple[Parts, ...] = (("profile",), ("data", "folder"), ("data", "workbook"))
"""Values that are paths relative to the file that names them."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value and where it comes from."""

    value: Any
    source: Parameter


Tree: TypeAlias = dict[str, "Leaf | Tree"]


def file_layers(path: Path, problems: list[Problem]) -> list[Tree]:
    """Read a scenario file and what it extends, the lowest layer first.

    Raises
    ------
    ScenarioError
        When a file is missing or is no TOML.
    """
    layers: list[Tree] = []
    seen: list[Path] = []
    next_path: Path | None = path.resolve()
    while next_path is not None:
        if next_path in seen:
            problems.append(Problem("extends_cycle", {"file": next_path.name}))
            break
        seen.append(next_path)
        missing = "extends_missing" if layers else "scenario_missing"
        raw = read_toml(next_path, missing)
        folder, next_path = next_path.parent, None
        layers.append(layer(raw, folder, seen[-1].name, problems))
        next_path = _extended(layers[-1], folder)
    return layers[::-1]


def mapping_layers(mapping: Mapping[str, Any], folder: Path, problems: list[Problem]) -> list[Tree]:
    """Make the layers of a scenario given as a mapping instead of a file."""
    top = layer(mapping, folder, "scenario", problems)
    below = _extended(top, folder)
    return [*(file_layers(below, problems) if below else []), top]


def _extended(tree: Tree, folder: Path) -> Path | None:
    """Take ``extends`` out of a layer and resolve it."""
    leaf = tree.pop("extends", None)
    return (folder / str(leaf.value)).resolve() if isinstance(leaf, Leaf) else None


def layer(raw: Mapping[str, Any], folder: Path, file: str, problems: list[Problem]) -> Tree:
    """Turn a raw mapping into a layer, noting unknown keys and misplaced tables."""
    tree = _branch(raw, keys.root(), (), file, problems)
    for parts in PATHS:
        _resolve_path(tree, parts, folder)
    return tree


def profile_layer(parameters: Mapping[str, Parameter], problems: list[Problem]) -> Tree:
    """Turn the parameters in force into the lowest layer."""
    tree: Tree = {}
    for name, parameter in parameters.items():
        put(tree, name, Leaf(parameter.value, parameter), parameter.origin, problems)
    return tree


def _branch(
    raw: Mapping[str, Any], node: Node, above: Parts, file: str, problems: list[Problem]
) -> Tree:
    tree: Tree = {}
    for name, value in raw.items():
        key = str(name)
        parts = (*above, key)
        child = node.item if node.form == "keyed" else node.children.get(key)
        if child is None:
            problems.append(keys.unknown(parts, node.children, file))
        elif not child.is_branch:
            tree[key] = Leaf(value, _given(parts, value, file))
        else:
            table = (
                _KEYS[child.word](value, parts, file, problems) if child.word in _KEYS else value
            )
            if isinstance(table, Mapping):
                tree[key] = _branch(table, child, parts, file, problems)
            else:
                problems.append(_not_table(parts, file))
    return tree


def _named(value: Any, parts: Parts, file: str, problems: list[Problem]) -> Any:
    """Key an array of tables by the names in them."""
    if not isinstance(value, list | tuple):
        return value
    named: dict[str, Any] = {}
    for i, item in enumerate(value, start=1):
        if not isinstance(item, Mapping):
            return None
        name = item["name"] if "name" in item else _default_name(item, parts, named)
        # Without a name the table still gets its other keys checked.
        if not isinstance(name, str) or not name:
            name = None
            key = f"{'.'.join(parts)}[{i}].name"
            problems.append(Problem("missing_key", {"key": key}))
        elif name in named:
            key = ".".join((*parts, name))
            problems.append(Problem("name_repeated", {"key": key, "file": file}))
        named[name or str(i)] = {key: item[key] for key in item if key != "name"}
    return named


def _default_name(item: Mapping[str, Any], parts: Parts, taken: Mapping[str, Any]) -> str | None:
    """Name a table that has no name: a stage by its mechanism, a joint limit by its kinds.

    A second stage of one mechanism needs a name of its own.
    """
    if parts == ("stage",):
        mechanism = str(item.get("mechanism", "optimal"))
        return None if mechanism in taken else mechanism
    kinds = item.get("kinds") if parts == ("openings_joint",) else None
    return "+".join(map(str, kinds)) if isinstance(kinds, list | tuple) else None


def _paired(value: Any, parts: Parts, file: str, problems: list[Problem]) -> Any:
    """Key an array of tables by the application that each is about."""
    if not isinstance(value, list | tuple):
        return value
    paired: dict[str, Any] = {}
    for i, item in enumerate(value, start=1):
        if not isinstance(item, Mapping):
            return None
        ids = [item.get("applicant_id"), item.get("place_id")]
        # A number of a document stays unsaid; validation names its table by position.
        is_plain = all(
            isinstance(part, str) and part and not is_personal_number(part) for part in ids
        )
        key = "/".join(map(str, ids)) if is_plain else str(i)
        if key in paired:
            problems.append(
                Problem("name_repeated", {"key": ".".join((*parts, key)), "file": file})
            )
        paired[key] = item
    return paired


_KEYS = {"name": _named, "pair": _paired}
"""What the tables of an array are keyed by, and how."""


def _not_table(parts: Parts, file: str) -> Problem:
    return Problem("not_a_table", {"key": ".".join(parts), "file": file})


def _given(parts: Parts, value: Any, file: str) -> Parameter:
    return Parameter(name=".".join(parts), value=value, status="scenario", origin=file)


def _resolve_path(tree: Tree, parts: Parts, folder: Path) -> None:
    table: Leaf | Tree | None = tree
    for part in parts[:-1]:
        table = table.get(part) if isinstance(table, dict) else None
    if isinstance(table, dict):
        leaf = table.get(parts[-1])
        if isinstance(leaf, Leaf) and isinstance(leaf.value, str):
            table[parts[-1]] = Leaf((folder / leaf.value).resolve(), leaf.source)


def merge(lower: Tree, upper: Tree) -> Tree:
    """Lay one layer over another; what the upper one names wins, key by key."""
    merged = dict(lower)
    for pair in _ALTERNATIVES:
        if pair & set(upper):
            for key in pair - set(upper):
                merged.pop(key, None)
    for key, value in upper.items():
        below = merged.get(key)
        if isinstance(value, dict):
            merged[key] = merge(below if isinstance(below, dict) else {}, value)
        else:
            merged[key] = _over(below, value)
    return merged


def _over(below: Leaf | Tree | None, leaf: Leaf) -> Leaf:
    """Keep the basis of the parameter that a scenario's value replaces."""
    if not isinstance(below, Leaf):
        return leaf
    source = leaf.source
    changes = {"value": source.value, "status": source.status, "origin": source.origin}
    return Leaf(leaf.value, below.source.model_copy(update=changes))


def put(tree: Tree, key: str, leaf: Leaf, file: str, problems: list[Problem]) -> None:
    """Set one dotted key of a tree in place."""
    parts = tuple(key.split("."))
    node = keys.find(parts, file)
    if isinstance(node, Problem):
        problems.append(node)
        return
    if node.is_branch:
        problems.append(_is_table(parts, node, file))
        return
    depth = len(parts) if node.form == "value" else _selector_depth(parts)
    table = tree
    for i, part in enumerate(parts[: depth - 1], start=1):
        below = table.setdefault(part, {})
        if isinstance(below, Leaf):  # a selector's place is never passed, a value's is wrong
            problems.append(_not_table(parts[:i], file))
            return
        table = below
    last = parts[depth - 1]
    before = table.get(last)
    rest = parts[depth:]
    if rest:
        selector = dict(before.value) if isinstance(before, Leaf) else {}
        value = _changed(selector, rest, leaf.value)
        leaf = Leaf(value, leaf.source.model_copy(update={"name": ".".join(parts[:depth])}))
    table.update(merge({last: before} if before is not None else {}, {last: leaf}))
    for pair in _ALTERNATIVES:
        if last in pair:
            for other in pair - {last}:
                table.pop(other, None)


def _selector_depth(parts: Parts) -> int:
    """Count the keys down to the selector that a dotted key names or enters."""
    for depth in range(1, len(parts) + 1):
        node = keys.find(parts[:depth], "")
        if isinstance(node, Node) and node.form == "selector":
            return depth
    raise AssertionError(parts)


def _changed(selector: dict[str, Any], rest: Parts, value: Any) -> dict[str, Any]:
    if len(rest) == 1:
        return {**selector, rest[0]: value}
    before = selector.get(rest[0])
    bounds = dict(before) if isinstance(before, Mapping) else {}
    return {**selector, rest[0]: {**bounds, rest[1]: value}}


def _is_table(parts: Parts, node: Node, file: str) -> Problem:
    item = node.item if node.form == "keyed" and node.item is not None else node
    word = f"<{node.word}>." if node.form == "keyed" else ""
    choices = " / ".join(f"{word}{key}" for key in item.children if key != "name") or word.rstrip(
        "."
    )
    return Problem("key_is_table", {"key": ".".join(parts), "choices": choices, "file": file})


def parse_overrides(overrides: Sequence[str], problems: list[Problem]) -> list[tuple[str, Leaf]]:
    """Parse ``dotted.key=value`` texts; a value is TOML, a bare word is text."""
    parsed = []
    for override in overrides:
        key, equals, text = override.partition("=")
        key = ".".join(part.strip() for part in key.split("."))
        if not equals or not key or not all(key.split(".")):
            problems.append(Problem("override_form", {"text": override}))
            continue
        if key == "extends" or key.endswith(".name"):
            problems.append(Problem("override_forbidden", {"key": key}))
            continue
        node = keys.find(tuple(key.split(".")), OVERRIDE)
        value = _value(text.strip(), isinstance(node, Node) and node.is_text)
        parsed.append((key, Leaf(value, _given(tuple(key.split(".")), value, OVERRIDE))))
    return parsed


def _value(text: str, is_text: bool) -> Any:
    try:
        table = parse_toml(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    value = table["value"]
    # A seed such as 123456 is text, whatever it looks like.
    return text if len(table) > 1 or (is_text and not isinstance(value, str)) else value


def apply_overrides(
    tree: Tree, parsed: Sequence[tuple[str, Leaf]], folder: Path, problems: list[Problem]
) -> Tree:
    """Set the overrides on a merged tree; names must exist already."""
    tree = _copied(tree)
    for key, leaf in parsed:
        parts = tuple(key.split("."))
        node = keys.root().children.get(parts[0])
        if node is not None and node.word in _KEYS and len(parts) > 1:
            known = tree.get(parts[0])
            if isinstance(known, dict) and known and parts[1] not in known:
                problems.append(keys.unknown(parts[:2], known, OVERRIDE))
                continue
        put(tree, key, leaf, OVERRIDE, problems)
    for parts in PATHS:
        _resolve_path(tree, parts, folder)
    return tree


def _copied(tree: Tree) -> Tree:
    return {
        key: _copied(value) if isinstance(value, dict) else value for key, value in tree.items()
    }


def plain(tree: Tree) -> dict[str, Any]:
    """Drop the sources from a tree."""
    return {
        key: plain(value) if isinstance(value, dict) else value.value for key, value in tree.items()
    }


def leaves(tree: Tree, above: Parts = ()) -> Iterator[tuple[Parts, Leaf]]:
    """List the leaves of a tree with their keys."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, (*above, key))
        else:
            yield (*above, key), value
