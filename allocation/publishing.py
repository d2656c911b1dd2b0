"""Chances and lotteries as the run folder keeps them: ``chances.csv``, ``lottery.json``.

Both are written before the draw; the draw then adds how it went.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from allocation.canonical import csv_text
from allocation.draw.lots import digest_lottery
from allocation.runs import COLUMNS

if TYPE_CHECKING:
    from allocation.draw.lots import LotteryDigest
    from allocation.instance import Instance
    from allocation.lottery import Chances, Drawing, Flow, Part, Rule, TightSet
    from allocation.result import StageResult

Record = dict[str, Any]


def chance_table(instance: Instance, stages: Sequence[StageResult]) -> pd.DataFrame:
    """List everybody's chance in the stages that are drawn, by stage and applicant id."""
    people = instance.applicants
    rows = []
    for stage in stages:
        lottery = stage.chances
        if lottery is None:
            continue
        for i, chance, number in zip(
            lottery.applicants, lottery.chance, lottery.tight_set, strict=True
        ):
            rows.append(
                {
                    "stage": stage.name,
                    "applicant_id": people.id[i],
                    "chance": float(chance),
                    "numerator": chance.numerator,
                    "denominator": chance.denominator,
                    "priority_tier": int(people.tier[i]),
                    "tight_set": number,
                }
            )
    columns = COLUMNS["chances"]
    frame = pd.DataFrame(rows, columns=list(columns))
    return frame.astype(dict(columns))


def lottery_record(instance: Instance, stages: Sequence[StageResult]) -> Record:
    """Write down every lottery so that a stranger can hold the draw again."""
    seal = instance.scenario.draw
    return {
        "seed": seal.seed if seal else None,
        "round": seal.round if seal else "",
        "stages": [
            _stage_record(instance, stage.name, stage.chances)
            for stage in stages
            if stage.chances is not None
        ],
    }


def lottery_digests(instance: Instance, stages: Sequence[StageResult]) -> tuple[LotteryDigest, ...]:
    """Hash the chances and the lottery of every stage that has them, drawn or not."""
    return tuple(
        digest_lottery(
            csv_text(chance_table(instance, [stage]), COLUMNS["chances"]),
            _stage_record(instance, stage.name, stage.chances),
        )
        for stage in stages
        if stage.chances is not None
    )


def _stage_record(instance: Instance, name: str, chances: Chances) -> Record:
    drawings: Sequence[Drawing | None] = chances.drawings or [None] * len(chances.parts)
    return {
        "stage": name,
        "drawn": chances.is_drawn,
        "tight_sets": [_set_record(instance, each) for each in chances.sets],
        "closed": _pairs(instance, chances.closed),
        "fixed": _pairs(instance, chances.fixed),
        "parts": [
            _part_record(instance, part, drawing)
            for part, drawing in zip(chances.parts, drawings, strict=True)
        ],
    }


def _pairs(instance: Instance, applications: Sequence[int]) -> list[list[str]]:
    """Name applications by applicant and place."""
    app = instance.applications
    return [
        [str(instance.applicants.id[app.applicant[j]]), str(instance.places.id[app.place[j]])]
        for j in applications
    ]


def _set_record(instance: Instance, each: TightSet) -> Record:
    ids = instance.applicants.id
    return {
        "chance": _pair(each.chance),
        "bound": _pair(each.bound),
        "route": each.route,
        "applicants": [str(ids[i]) for i in each.applicants],
        "others": [[str(ids[i]), sign] for i, sign in each.others],
        "rules": [
            {
                "rule": rule.rule,
                "item": _item(instance, rule),
                "sign": rule.sign,
                "units": rule.units,
            }
            for rule in each.rules
        ],
    }


def _item(instance: Instance, rule: Rule) -> str:
    """Name what a rule is about as a person outside would find it."""
    people, places, app = instance.applicants, instance.places, instance.applications
    if rule.item < 0:
        return ""
    if rule.rule == "award":
        return str(people.id[rule.item])
    if rule.rule == "wish":
        return f"{people.id[app.applicant[rule.item]]}\n{places.id[app.place[rule.item]]}"
    if rule.rule == "capacity":
        return str(places.id[rule.item])
    if rule.rule in ("reserve", "hard_reserve"):
        return instance.reserves[rule.item].name
    return str(rule.item)


def _part_record(instance: Instance, part: Part, drawing: Drawing | None) -> Record:
    ids = instance.applicants.id
    record: Record = {
        "route": part.route,
        "applicants": [str(ids[i]) for i in part.applicants],
        "plans": [
            {
                "weight": _pair(plan.weight),
                "served": [str(ids[i]) for i in plan.served],
                "flow": _flow_record(instance, plan.flow),
            }
            for plan in part.plans
        ],
    }
    if drawing is not None:
        record["drawing"] = {
            "plan": drawing.plan,
            "numbers": list(drawing.numbers),
            "served": sorted(str(ids[i]) for i in drawing.served),
        }
    return record


def _flow_record(instance: Instance, flow: Flow) -> Record:
    ids = instance.applicants.id
    return {
        "denominator": flow.denominator,
        "arcs": [list(arc) for arc in zip(flow.tail, flow.head, flow.value, strict=True)],
        "applicants": {
            str(number): str(ids[i]) for number, i in enumerate(flow.applicant) if i >= 0
        },
    }


def _pair(value: Fraction) -> list[int]:
    return [value.numerator, value.denominator]
