"""The lottery of one component by flows: tight sets, their rules, and what is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from allocation.instance import Ints
from allocation.lottery import Part, Plan, Rule, TightSet
from allocation.mechanisms.egalitarian.links import Chances, Link
from allocation.mechanisms.egalitarian.spread import bordered, spread
from allocation.mechanisms.network.bihierarchy import Network
from allocation.mechanisms.network.sets import Component, LaneSet
from allocation.mechanisms.optimise.meaning import RULES, Formulation
from allocation.mechanisms.optimise.program import Program


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Where the places of a component are chosen once it is known who is served.

    Attributes
    ----------
    columns
        The component's awards, as columns of the program.
    face
        The program, drawn in to the lists that give the chances.
    pieces
        What falls apart on that face; columns in none of them are fixed by its bounds.
    """

    columns: Ints
    face: Program
    pieces: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """Chances of some people, what proves them and how they are drawn.

    Attributes
    ----------
    chance
        By applicant; whoever is not in it is served for certain.
    grounds
        Empty where only a piece of a component was settled.
    """

    chance: Mapping[int, Fraction] = field(default_factory=dict)
    sets: tuple[TightSet, ...] = ()
    parts: tuple[Part, ...] = ()
    grounds: tuple[Ground, ...] = ()


def make_ground(
    formulation: Formulation, face: Program, component: Component, pieces: Sequence[Component]
) -> Ground:
    """Say where a component's places are chosen."""
    own = component.columns
    return Ground(own[own < len(formulation.applications)], face, tuple(pieces))


def settle_by_flow(
    formulation: Formulation, component: Component, network: Network, chances: Chances
) -> Settled:
    """Write down the lottery of a component whose network holds all its sets."""
    parts = []
    for region in chances.regions:
        open_people = [i for i in region.people.tolist() if 0 < chances.chance[i] < 1]
        if open_people:
            parts.append(_part(component, network, chances, region.nodes, region.people.tolist()))
    return replace(limit_by_flow(formulation, component, network, chances), parts=tuple(parts))


def limit_by_flow(
    formulation: Formulation, component: Component, network: Network, chances: Chances
) -> Settled:
    """Write down what a network allows at most: chances and tight sets, nothing to draw."""
    people = component.people
    sets = tuple(
        TightSet(
            chance=link.chance,
            bound=link.chance,
            applicants=tuple(people[link.people].tolist()),
            route="flow",
            rules=_rules(formulation, component, network, link),
            others=tuple((int(people[i]), sign) for i, sign in link.others),
        )
        for link in chances.links
    )
    chance = {int(i): c for i, c in zip(people, chances.chance, strict=True) if c < 1}
    return Settled(chance, sets)


def _part(
    component: Component,
    network: Network,
    chances: Chances,
    nodes: Ints,
    people: Sequence[int],
) -> Part:
    arcs, numbers = bordered(chances.arcs, nodes)
    position = {int(arc): k for k, arc in enumerate(numbers.tolist())}
    flow = spread(
        arcs,
        [position[int(network.person_arc[i])] for i in people],
        [int(component.people[i]) for i in people],
        [chances.chance[i] for i in people],
    )
    if flow is None:
        raise ArithmeticError("proven chances that no flow gives")
    drawn = tuple(sorted(int(component.people[i]) for i in people if 0 < chances.chance[i] < 1))
    return Part(drawn, (Plan(Fraction(1), (), flow),), "flow")


def _rules(
    formulation: Formulation, component: Component, network: Network, link: Link
) -> tuple[Rule, ...]:
    found = []
    columns = zip(link.arc.tolist(), link.sign.tolist(), link.units.tolist(), strict=True)
    for arc, sign, units in columns:
        if arc < len(network.sets):
            chosen = _binding(network.sets[arc], sign)
            word = RULES[chosen.rule] if chosen.rule >= 0 else "level"
            found.append(Rule(word, chosen.item, sign, units + chosen.offset // chosen.unit))
        else:
            column = int(component.column[arc - len(network.sets)])
            is_award = column < len(formulation.applications)
            item = int(formulation.applications[column]) if is_award else -1
            found.append(Rule("wish" if is_award else "level", item, sign, units))
    return tuple(found)


def _binding(equal_sets: Sequence[LaneSet], sign: int) -> LaneSet:
    """Return which of several bounds on the same lanes is the tightest."""
    if sign > 0:
        return min(equal_sets, key=lambda each: each.upper)
    return max(equal_sets, key=lambda each: each.lower)
