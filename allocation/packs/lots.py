"""A lottery as an audit pack tells it: the same draw, other names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from allocation.packs.aliases import Aliases

CHANCES = ("stage", "person", "numerator", "denominator", "tight_set")

Record = Mapping[str, Any]


def chance_rows(chances: pd.DataFrame, aliases: Aliases) -> list[tuple[object, ...]]:
    """List the chances that were published before a draw, by stage and own id."""
    return sorted(
        (stage, aliases.person[person], numerator, denominator, number)
        for stage, person, numerator, denominator, number in zip(
            chances["stage"],
            chances["applicant_id"],
            chances["numerator"].tolist(),
            chances["denominator"].tolist(),
            chances["tight_set"].tolist(),
            strict=True,
        )
    )


def renamed_lottery(lottery: Record, aliases: Aliases) -> dict[str, Any]:
    """Write ``lottery.json`` with own ids.

    Stages, parts, plans and arcs keep their order, which is part of the draw; people are
    listed in the order of their own ids.
    """
    return {
        "seed": lottery["seed"] or "",
        "round": lottery["round"],
        "stages": [
            {
                "stage": record["stage"],
                "drawn": record["drawn"],
                "tight_sets": [_tight_set(each, aliases) for each in record["tight_sets"]],
                "closed": _pairs(record["closed"], aliases),
                "fixed": _pairs(record["fixed"], aliases),
                "parts": [_part(each, aliases) for each in record["parts"]],
            }
            for record in lottery["stages"]
        ],
    }


def _pairs(pairs: Sequence[Sequence[str]], aliases: Aliases) -> list[list[str]]:
    return sorted([aliases.person[person], aliases.place[place]] for person, place in pairs)


def _people(names: Sequence[str], aliases: Aliases) -> list[str]:
    return sorted(aliases.person[name] for name in names)


def _tight_set(record: Record, aliases: Aliases) -> dict[str, Any]:
    rules = [{**rule, "item": _item(rule, aliases)} for rule in record["rules"]]
    return {
        **{key: record[key] for key in ("chance", "bound", "route")},
        "applicants": _people(record["applicants"], aliases),
        "others": sorted([aliases.person[name], sign] for name, sign in record["others"]),
        "rules": sorted(rules, key=lambda rule: (rule["rule"], rule["item"], rule["sign"])),
    }


def _item(rule: Record, aliases: Aliases) -> str:
    kind, item = rule["rule"], str(rule["item"])
    if not item:
        return item
    if kind == "wish":
        person, place = item.split("\n")
        return f"{aliases.person[person]} {aliases.place[place]}"
    named: Mapping[str, Mapping[str, str]] = {
        "award": aliases.person,
        "capacity": aliases.place,
        "reserve": aliases.reserve,
        "hard_reserve": aliases.reserve,
    }
    return named[kind][item] if kind in named else item


def _part(record: Record, aliases: Aliases) -> dict[str, Any]:
    found = {
        "applicants": _people(record["applicants"], aliases),
        "plans": [
            {
                "weight": plan["weight"],
                "served": _people(plan["served"], aliases),
                "flow": {
                    "denominator": plan["flow"]["denominator"],
                    "arcs": plan["flow"]["arcs"],
                    "people": {
                        arc: aliases.person[name]
                        for arc, name in plan["flow"]["applicants"].items()
                    },
                },
            }
            for plan in record["plans"]
        ],
    }
    if "drawing" in record:
        drawing = record["drawing"]
        found["drawing"] = {**drawing, "served": _people(drawing["served"], aliases)}
    return found
