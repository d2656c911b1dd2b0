"""The draw of a lottery, repeated step by step from what was published.

Its own code for the walk over fractions and for the public numbers; the rule is the
published one (docs/formulation.md): walk on by the lowest-numbered arc that carries a
fraction, turn every circuit up or down by a public number, set dead ends aside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from math import lcm
from typing import Any

Record = Mapping[str, Any]


@dataclass(slots=True)
class Arc:
    """One arc of a flow: its ends, its fraction as a numerator, and whose chance it is."""

    tail: int
    head: int
    value: int
    applicant: str
    gained: bool = False
    aside: bool = False

    def other_end(self, node: int) -> int:
        """Return the end that is not the given one."""
        return self.head if self.tail == node else self.tail

    @property
    def is_open(self) -> bool:
        """Whether it still carries a fraction and was not set aside."""
        return self.value > 0 and not self.aside


def read_arcs(flow: Record) -> list[Arc]:
    """Read the arcs of a flow as ``lottery.json`` writes them."""
    owners = {int(arc): str(name) for arc, name in flow.get("applicants", {}).items()}
    return [
        Arc(int(tail), int(head), int(value), owners.get(number, ""))
        for number, (tail, head, value) in enumerate(flow.get("arcs", ()))
    ]


def fraction(pair: Sequence[int]) -> Fraction:
    """Read a fraction written as numerator and denominator."""
    return Fraction(int(pair[0]), int(pair[1]))


def shares_of(plan: Record) -> dict[str, Fraction]:
    """Return what a plan gives each applicant: 1 for those served, else their arc's part."""
    shares = {str(name): Fraction(1) for name in plan.get("served", ())}
    flow = plan.get("flow", {})
    for arc in read_arcs(flow):
        if arc.applicant:
            part = Fraction(arc.value, int(flow["denominator"]))
            shares[arc.applicant] = shares.get(arc.applicant, Fraction(0)) + part
    return shares


def leaks(flow: Record) -> list[int]:
    """Return the nodes of a flow where what goes in and out differs by no whole number."""
    balance: dict[int, int] = {}
    for arc in read_arcs(flow):
        balance[arc.tail] = balance.get(arc.tail, 0) - arc.value
        balance[arc.head] = balance.get(arc.head, 0) + arc.value
    denominator = int(flow.get("denominator", 1))
    return sorted(node for node, value in balance.items() if value % denominator)


def draw_again(part: Record, name: Sequence[str | int]) -> tuple[int, list[int], list[str]]:
    """Draw a part again.

    Returns
    -------
    tuple
        The plan, the public numbers used, and the applicants served, sorted.
    """
    numbers: list[int] = []
    plans = part["plans"]
    chosen = 0
    if len(plans) > 1:
        weights = [fraction(plan["weight"]) for plan in plans]
        total = lcm(*(weight.denominator for weight in weights))
        numbers.append(number_below([*name, 0], total))
        left = Fraction(numbers[0], total)
        while left >= weights[chosen]:
            left -= weights[chosen]
            chosen += 1
    plan = plans[chosen]
    served = {str(each) for each in plan.get("served", ())}
    arcs = read_arcs(plan.get("flow", {}))
    if arcs:
        numbers += _round(arcs, int(plan["flow"]["denominator"]), name)
    served |= {arc.applicant for arc in arcs if arc.applicant and arc.gained}
    return chosen, numbers, sorted(served)


def number_below(text: Sequence[str | int], below: int) -> int:
    """Return the public number of a text: uniform from 0 to ``below`` - 1.

    As many 256-bit blocks as ``below`` fills; attempts whose number lies in the last,
    incomplete multiple of ``below`` do not count.
    """
    blocks = max(1, (below.bit_length() + 255) // 256)
    space = 2 ** (256 * blocks)
    for attempt in range(10_000):
        number = 0
        for block in range(blocks):
            words = "\n".join(map(str, [*text, attempt, block]))
            number = number << 256 | int(sha256(words.encode()).hexdigest(), 16)
        if number < space - space % below:
            return number % below
    raise ArithmeticError("no public number")


def _round(arcs: list[Arc], whole: int, name: Sequence[str | int]) -> list[int]:
    """Turn circuits until every fraction is gone; return the public numbers used."""
    at: dict[int, list[int]] = {}
    # The lowest number last: an arc once closed stays so and is taken off for good.
    for number, arc in reversed(list(enumerate(arcs))):
        for node in {arc.tail, arc.head}:
            at.setdefault(node, []).append(number)
    numbers: list[int] = []
    nodes: list[int] = []
    walked: list[int] = []
    first = 0
    while True:
        if not nodes:
            while first < len(arcs) and not arcs[first].is_open:
                first += 1
            if first == len(arcs):
                return numbers
            nodes.append(arcs[first].tail)
        step = _next_step(arcs, at, nodes[-1], walked[-1] if walked else None)
        if step is None:
            nodes.pop()
            if walked:
                arcs[walked.pop()].aside = True
            continue
        walked.append(step)
        end = arcs[step].other_end(nodes[-1])
        if end not in nodes:
            nodes.append(end)
            continue
        begin = nodes.index(end)
        circuit = list(zip(walked[begin:], nodes[begin:], strict=True))
        _turn(arcs, circuit, whole, numbers, name)
        del walked[begin:], nodes[begin + 1 :]


def _next_step(
    arcs: Sequence[Arc], at: Mapping[int, list[int]], node: int, come_by: int | None
) -> int | None:
    """Return the lowest open arc of a node but the one it was come by."""
    waiting = at[node]
    kept = []
    step = _lowest_open(arcs, waiting)
    if step is not None and step == come_by:
        kept.append(waiting.pop())
        step = _lowest_open(arcs, waiting)
    waiting += kept
    return step


def _lowest_open(arcs: Sequence[Arc], waiting: list[int]) -> int | None:
    while waiting and not arcs[waiting[-1]].is_open:
        waiting.pop()
    return waiting[-1] if waiting else None


def _turn(
    arcs: Sequence[Arc],
    circuit: Sequence[tuple[int, int]],
    whole: int,
    numbers: list[int],
    name: Sequence[str | int],
) -> None:
    """Turn one circuit by the next public number."""
    rises = [(arcs[number], arcs[number].tail == node) for number, node in circuit]
    up = min(whole - arc.value if along else arc.value for arc, along in rises)
    down = min(arc.value if along else whole - arc.value for arc, along in rises)
    numbers.append(number_below([*name, len(numbers) + 1], up + down))
    amount = up if numbers[-1] < down else -down
    for arc, along in rises:
        moved = arc.value + (amount if along else -amount)
        arc.gained = moved == whole
        arc.value = moved % whole
