"""Turning what validation finds into message codes with dotted keys."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from allocation.messages.problems import Problem, similarity
from allocation.scenario.keys import unknown
from allocation.tables.patterns import holds_personal_number

if TYPE_CHECKING:
    from pydantic import ValidationError

    from allocation.policy import Parameter

_BY_NAME = ("column", "stage", "quota", "openings_joint")
_KEYED = (*_BY_NAME, "overruling")
_SAME_NAME = 0.75

_EXPECTED: Mapping[str, str] = {
    "string_type": "expect_text",
    "path_type": "expect_text",
    "int_type": "expect_integer",
    "int_from_float": "expect_integer",
    "bool_type": "expect_flag",
    "date_type": "expect_date",
    "tuple_type": "expect_list",
    "too_short": "expect_not_empty",
    "model_type": "expect_table",
    "model_attributes_type": "expect_table",
    "mapping_type": "expect_table",
    "dict_type": "expect_table",
}


def problems_in(
    error: ValidationError, tree: Mapping[str, Any], sources: Mapping[str, Parameter]
) -> list[Problem]:
    """List what is wrong with a settled tree, with each value's origin."""
    problems = [_problem(dict(item), tree, sources) for item in error.errors()]
    # A value that nobody gave is wrong only because the one it follows from is.
    given = [problem for problem in problems if problem.params.get("file") != ""]
    return given or problems


def shown(value: Any) -> str:
    """Write a value of a scenario for a message, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(shown, value))[:60] + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {shown(item)}" for key, item in value.items())[:60] + "}"
    if isinstance(value, str):
        return f'"{value[:60]}"'
    return str(value)[:60]


def origin_of(key: str, sources: Mapping[str, Parameter]) -> Parameter | None:
    """Return the source of a key or of the value that holds it."""
    parts = re.sub(r"\[\d+\]", "", key).split(".")
    for depth in range(len(parts), 0, -1):
        source = sources.get(".".join(parts[:depth]))
        if source is not None:
            return source
    return None


def wrong_value(
    key: str, value: Any, expected: Problem, sources: Mapping[str, Parameter]
) -> Problem:
    """Say which value is wrong, what is expected and where the value comes from."""
    source = origin_of(key, sources)
    status = source.status if source else "scenario"
    file = source.origin if source else ""
    params = {
        "key": key,
        "value": shown(value),
        "expected": expected,
        "status": status,
        "status_text": Problem(f"basis_is.{status}"),
        "file": file,
    }
    return Problem("wrong_value", params)


def _problem(
    item: dict[str, Any], tree: Mapping[str, Any], sources: Mapping[str, Parameter]
) -> Problem:
    loc, kind, context = item["loc"], str(item["type"]), item.get("ctx", {})
    key = _dotted(loc, tree)
    if kind == "extra_forbidden":
        # Unknown keys are found layer by layer; this only guards direct use of the models.
        return unknown(tuple(key.split(".")), [key.split(".")[-1]], "")
    if loc[:2] == ("space", "bounds"):
        return wrong_value(
            "space.bounds", tree["space"]["bounds"], Problem("expect_bounds"), sources
        )
    if kind == "missing":
        return _missing(loc, key, tree)
    value = item["input"]
    if loc[0] == "overruling" and holds_personal_number(str(value)):
        value = "…"
    return wrong_value(key, value, _expectation(kind, context), sources)


def _expectation(kind: str, context: Mapping[str, Any]) -> Problem:
    if kind.startswith("expect_"):
        return Problem(kind, {name: item for name, item in context.items() if name != "code"})
    if kind == "greater_than_equal":
        return Problem("expect_at_least", {"limit": str(Fraction(context["ge"]))})
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", context["expected"]) or [context["expected"].lower()]
        return Problem("expect_one_of", {"choices": " / ".join(words)})
    return Problem(_EXPECTED.get(kind, "expect_other"))


def _missing(loc: tuple[int | str, ...], key: str, tree: Mapping[str, Any]) -> Problem:
    """Ask for a missing key; a table with a misspelt name lacks most of its keys."""
    if loc[0] in _BY_NAME and len(loc) > 1 and isinstance(loc[1], int):
        names = [str(item["name"]) for item in tree[str(loc[0])]]
        own = names[loc[1]]
        others = [name for name in names if name != own and similarity(own, name) >= _SAME_NAME]
        if others:
            above = f"{loc[0]}.{own}"
            return Problem(
                "missing_key_renamed",
                {"key": key, "table": above, "nearest": f"{loc[0]}.{others[0]}"},
            )
    return Problem("missing_key", {"key": key})


def _dotted(loc: tuple[int | str, ...], tree: Mapping[str, Any]) -> str:
    """Write a place in the tree as a key, named tables by name, list items from 1."""
    parts: list[str] = []
    for i, part in enumerate(loc):
        if not isinstance(part, int):
            parts.append(str(part))
        elif i == 1 and loc[0] in _KEYED:
            parts.append(str(tree[str(loc[0])][part]["name"]))
        else:
            parts[-1] += f"[{part + 1}]"
    return ".".join(parts)


def without_echoes(problems: Sequence[Problem]) -> list[Problem]:
    """Drop keys that are missing only because they, or their table, are misspelt."""
    misspelt = [problem.params for problem in problems if problem.code == "unknown_key"]

    def is_echo(problem: Problem) -> bool:
        key = str(problem.params.get("key", ""))
        return problem.code.startswith("missing_key") and any(
            key == params["nearest"] or key.startswith(f"{params['key']}.") for params in misspelt
        )

    return [problem for problem in problems if not is_echo(problem)]
