"""Columns that a scenario adds to the tables of applicants and places.

The program gives out places of other kinds than the city's, too, and those come with
facts of their own: an age band of a citizens' panel, the subject of a teaching post.  A
scenario declares them in ``[[column]]``; reading, selectors and seals then treat them
as any other column, and nothing that leaves the office names them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from allocation.messages.problems import Problem
from allocation.scenario import keys
from allocation.scenario.keys import Node, Parts
from allocation.scenario.layers import Leaf, Tree, plain
from allocation.scenario.models import ColumnRule
from allocation.scenario.values import OWN_COLUMNS
from allocation.scenario.vocabulary import SELECTABLE, Selectable
from allocation.tables import INPUT_TABLES, Column, Table, token

if TYPE_CHECKING:
    from allocation.scenario.models import Scenario

_SUBJECTS = {"applicants": "applicant", "places": "place"}
"""Table -> the word by which selectors call its rows."""
_TYPES: Mapping[str, type[str] | type[int] | type[bool]] = {
    "text": str,
    "integer": int,
    "boolean": bool,
}

Own = Mapping[str, Mapping[str, Selectable]]
"""Subject of a selector -> columns a scenario adds for it."""


@lru_cache(maxsize=8)
def input_tables(columns: tuple[ColumnRule, ...]) -> Mapping[str, Table]:
    """Return the schema of every input table, with the columns a scenario adds."""
    return {name: _extended(table, columns) for name, table in INPUT_TABLES.items()}


def _extended(table: Table, rules: tuple[ColumnRule, ...]) -> Table:
    own = tuple(_column(rule) for rule in rules if rule.table == table.name)
    return replace(table, columns=(*table.columns, *own)) if own else table


def _column(rule: ColumnRule) -> Column:
    return Column(
        rule.name,
        rule.zh,
        rule.type,
        (rule.zh, rule.en),
        headers=(rule.en,),
        # What it says about a person nobody knows, so findings never repeat it.
        personal=rule.table == "applicants",
        declared=True,
    )


def own_context(settings: Mapping[str, Any]) -> dict[str, Own]:
    """Make the validation context of settled or canonical settings: what selectors may name."""
    listed = settings.get("column")
    rules = listed if isinstance(listed, list | tuple) else ()
    return {OWN_COLUMNS: _selectable(rule for rule in rules if isinstance(rule, Mapping))}


def drop_unknown_columns(tree: Tree, problems: list[Problem]) -> Tree:
    """Note columns of selectors that no table has, and leave them out.

    Only the merged tree can tell, because any of its layers may declare columns.
    """
    declared = tree.get("column")
    named = plain(declared) if isinstance(declared, dict) else {}
    own = _selectable(
        {"name": name, **rule} for name, rule in named.items() if isinstance(rule, Mapping)
    )
    return _known(tree, (), own, problems)


def _selectable(rules: Iterator[Mapping[str, Any]]) -> Own:
    """List what well-formed declarations add; validation names what is wrong with others."""
    found: dict[str, dict[str, Selectable]] = {subject: {} for subject in SELECTABLE}
    for rule in rules:
        subject, of_type = _SUBJECTS.get(str(rule.get("table"))), str(rule.get("type", "text"))
        if subject is not None and of_type in _TYPES:
            found[subject][str(rule.get("name"))] = Selectable(_TYPES[of_type])
    return found


def _known(tree: Tree, above: Parts, own: Own, problems: list[Problem]) -> Tree:
    kept: Tree = {}
    for key, value in tree.items():
        parts = (*above, key)
        if isinstance(value, dict):
            kept[key] = _known(value, parts, own, problems)
            continue
        node = keys.find(parts, "")
        if isinstance(node, Node) and node.subject:
            known = (*node.children, *own[node.subject])
            value = Leaf(_without(value.value, known, parts, value, problems), value.source)
        kept[key] = value
    return kept


def _without(
    value: Any, known: tuple[str, ...], parts: Parts, leaf: Leaf, problems: list[Problem]
) -> Any:
    """Leave unknown columns out of a selector, or of each of a list of them."""
    if isinstance(value, list | tuple):
        return [_without(item, known, parts, leaf, problems) for item in value]
    if not isinstance(value, Mapping):
        return value
    for column in value:
        if column not in known:
            problems.append(keys.unknown((*parts, str(column)), known, leaf.source.origin))
    return {column: item for column, item in value.items() if column in known}


def own_column_problems(scenario: Scenario) -> Iterator[Problem]:
    """Find columns of a scenario that bear a name or a header of another column."""
    # Of both tables, and derived ones: a column means the same in every selector.
    names = {name for table in _SUBJECTS for name in INPUT_TABLES[table].by_name}
    names |= {name for columns in SELECTABLE.values() for name in columns}
    taken = {table: set(INPUT_TABLES[table].by_header) for table in _SUBJECTS}
    for rule in scenario.columns:
        above = f"column.{rule.name}"
        if rule.name in names:
            yield Problem("column_taken", {"key": above, "name": rule.name})
            continue
        for key, header in (("name", rule.name), ("zh", rule.zh), ("en", rule.en)):
            if token(header) in taken[rule.table]:
                params = {"key": f"{above}.{key}", "header": header, "table": rule.table}
                yield Problem("column_header_taken", params)
        taken[rule.table] |= {token(header) for header in (rule.name, rule.zh, rule.en)}
