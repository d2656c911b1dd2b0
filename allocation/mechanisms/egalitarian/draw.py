"""The draw: which plan of each part, and how its fractions are rounded."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from allocation.lottery import Chances, Drawing, Part, public_number
from allocation.mechanisms.egalitarian.rounding import round_flow


def draw_parts(chances: Chances, seed: str, round: str, stage: str) -> tuple[Drawing, ...]:
    """Draw every part of a lottery.

    The numbers of part n (from 1) are those of the text ``lottery``, seed, round, stage,
    n and a step: step 0 chooses the plan where there are several, the steps from 1 on
    round its flow.
    """
    return tuple(
        _draw_part(part, ("lottery", seed, round, stage, number))
        for number, part in enumerate(chances.parts, 1)
    )


def winners(chances: Chances, drawings: tuple[Drawing, ...]) -> tuple[int, ...]:
    """Return everybody a draw serves, ascending: the certain ones and those drawn."""
    certain = {i for i, c in zip(chances.applicants, chances.chance, strict=True) if c == 1}
    return tuple(sorted(certain.union(*(drawing.served for drawing in drawings))))


def _draw_part(part: Part, name: tuple[str | int, ...]) -> Drawing:
    numbers: list[int] = []
    chosen = 0
    if len(part.plans) > 1:
        scale = lcm(*(plan.weight.denominator for plan in part.plans))
        numbers.append(public_number((*name, 0), scale))
        reached = Fraction(0)
        for chosen, plan in enumerate(part.plans):  # noqa: B007 - the one it stops at counts
            reached += plan.weight
            if numbers[0] < reached * scale:
                break
    plan = part.plans[chosen]
    gained, steps = round_flow(plan.flow, name)
    return Drawing(chosen, (*numbers, *steps), tuple(sorted({*plan.served, *gained})))
