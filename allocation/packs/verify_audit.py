#!/usr/bin/env python3
"""审计复核包的核验程序 / Verifier of an audit pack.

    python3 verify.py                 重新评判全部结果 judge everything beside this file again
    python3 verify.py --digest 摘要   另与登记的摘要比对 compare with the registered digest

Needs Python 3.11 and nothing else.  Exit code 0: everything passes; 1: something does
not.  Every line is judged by code of this file alone: feasibility, labels of reserve
units, levels and counts, one true reason for every refused application, and for every
stage what its mechanism promises (``PROMISES``).  A program cannot vouch for itself:
compare the digest it prints with the one in the office's register.

How it thinks: ``Case`` holds the facts, ``Standing`` counts an award list at the end of
one stage, and nearly every question is an exchange: if these awards went and those
came, which rule would break, and which level would change first?
"""

from __future__ import annotations

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    # A file put beside this program must not pass for a part of the standard library.
    del sys.path[0]

import argparse
import csv
import hashlib
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from itertools import combinations
from math import lcm
from pathlib import Path
from typing import Any

FORMAT = "allocation-audit-pack-1"
HEAD = "pack.json"
_RAW = argparse.RawDescriptionHelpFormatter

Node = tuple[str, int]
"""A place and a class of holder: 0 anybody, 1 and 2 disabled."""
Labelled = dict[int, int]
"""Tier -> awards that use a reserve unit."""


class Fault(Exception):
    """Something is not as it must be; the argument says what."""


class Skip(Exception):
    """A check has nothing to check here; the argument says why, in both languages."""


def need(holds: object, what: str) -> None:
    """Fail unless something holds."""
    if not holds:
        raise Fault(what)


def sha256(data: bytes) -> str:
    """Hash bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def as_file(content: object) -> bytes:
    """Write JSON in its one form."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=2)
    return (text + "\n").encode()


# ---------------------------------------------------------------- facts


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """An applicant: facts the rules count with."""

    id: str
    draw: int
    tier: int
    group: str
    household: str
    hard: bool
    holds: frozenset[int]
    classes: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A place; a candidate opens when it holds an award."""

    id: str
    kind: str
    capacity: int
    candidate: bool


@dataclass(frozen=True, slots=True, eq=False)
class Application:
    """One person's wish for one place."""

    number: int
    person: Person
    place: Place
    rank: int
    priority_rank: int
    band: int
    holder: int
    accepted: int
    distance: int
    eligible: bool
    counted: frozenset[int]
    base: frozenset[int]
    usable: tuple[int, ...]

    @property
    def kind(self) -> str:
        """Kind of the place."""
        return self.place.kind

    @property
    def node(self) -> Node:
        """Place and class of holder."""
        return self.place.id, self.holder


class Case:
    """The facts of a pack, parsed when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def bytes_of(self, name: str) -> bytes:
        """Read a file of the pack."""
        return (self.folder / name).read_bytes()

    def rows(self, name: str) -> list[dict[str, str]]:
        """Read a table; every row has a cell for every column."""
        header, *rows = csv.reader(io.StringIO(self.bytes_of(name).decode(), newline=""))
        return [dict(zip(header, row, strict=True)) for row in rows]

    @cached_property
    def head(self) -> dict[str, Any]:
        """What ``pack.json`` says."""
        return dict(json.loads(self.bytes_of(HEAD)))

    @cached_property
    def rules(self) -> dict[str, Any]:
        """Stages, priorities, reserves, quotas and limits."""
        return dict(json.loads(self.bytes_of("rules.json")))

    @cached_property
    def reported(self) -> dict[str, Any]:
        """What the run says of itself."""
        return dict(json.loads(self.bytes_of("reported.json")))

    @cached_property
    def people(self) -> dict[str, Person]:
        """Applicants by id."""
        return {
            row["person"]: Person(
                row["person"],
                int(row["draw_number"]),
                int(row["tier"]),
                row["group"],
                row["household"],
                row["hard"] == "1",
                numbers(row["holds"]),
                numbers(row["classes"]),
            )
            for row in self.rows("people.csv")
        }

    @cached_property
    def places(self) -> dict[str, Place]:
        """Places by id."""
        return {
            row["place"]: Place(
                row["place"], row["kind"], int(row["capacity"]), row["candidate"] == "1"
            )
            for row in self.rows("places.csv")
        }

    @cached_property
    def applications(self) -> dict[int, Application]:
        """Applications by number."""
        at: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for g, reserve in enumerate(self.rules["reserves"]):
            for place in reserve["places"]:
                at[place].append((g, reserve["class"]))
        found = {}
        for row in self.rows("applications.csv"):
            person, place = self.people[row["person"]], self.places[row["place"]]
            found[int(row["application"])] = Application(
                int(row["application"]),
                person,
                place,
                int(row["preference_rank"]),
                int(row["priority_rank"]),
                int(row["band"]),
                int(row["holder_class"]),
                int(row["accepted_order"]),
                int(row["distance_m"]),
                row["eligible"] == "1",
                numbers(row["counted"]),
                numbers(row["base"]),
                tuple(g for g, each in at[place.id] if each in person.classes),
            )
        return found

    @cached_property
    def awards(self) -> list[Application]:
        """Awarded applications."""
        return [self.applications[number] for number in self.labels]

    @cached_property
    def labels(self) -> dict[int, int]:
        """Awarded application -> reserve whose unit it uses, -1 for none."""
        names = {reserve["name"]: g for g, reserve in enumerate(self.rules["reserves"])} | {"": -1}
        return {int(row["application"]): names[row["reserve"]] for row in self.rows("awards.csv")}

    @cached_property
    def refusals(self) -> list[tuple[Application, str, dict[str, Any]]]:
        """Refused applications with code and parameters of the reason."""
        return [
            (self.applications[int(row["application"])], row["code"], json.loads(row["params"]))
            for row in self.rows("refusals.csv")
        ]

    @cached_property
    def chances(self) -> dict[str, dict[str, Fraction]]:
        """Stage -> person -> chance as published before the draw."""
        found: dict[str, dict[str, Fraction]] = defaultdict(dict)
        if "chances.csv" in self.head["files"]:
            for row in self.rows("chances.csv"):
                chance = Fraction(int(row["numerator"]), int(row["denominator"]))
                found[row["stage"]][row["person"]] = chance
        return found

    @cached_property
    def lottery(self) -> dict[str, Any]:
        """The lotteries, with seed and round."""
        return dict(json.loads(self.bytes_of("lottery.json")))

    @cached_property
    def near(self) -> dict[Node, dict[Node, tuple[int, int, bool]]]:
        """Conflicting nodes, both ways: distance and required distance in mm, measured."""
        found: dict[Node, dict[Node, tuple[int, int, bool]]] = defaultdict(dict)
        for row in self.rows("conflicts.csv"):
            a = (row["place_a"], int(row["class_a"]))
            b = (row["place_b"], int(row["class_b"]))
            facts = (int(row["distance_mm"]), int(row["required_mm"]), row["measured"] == "1")
            found[a][b] = found[b][a] = facts
        return found

    @cached_property
    def groups_of(self) -> dict[str, tuple[int, ...]]:
        """Kind -> exclusive groups it belongs to."""
        groups = self.rules["exclusive_groups"]
        kinds = {place.kind for place in self.places.values()}
        return {kind: tuple(g for g, group in enumerate(groups) if kind in group) for kind in kinds}

    @cached_property
    def standings(self) -> list[Standing]:
        """The award list at the end of every stage."""
        return [Standing(self, stage) for stage in range(len(self.rules["stages"]))]

    @cached_property
    def caps_at(self) -> dict[str, list[int]]:
        """Place -> caps on opened sites it is a member or the centre of."""
        found = defaultdict(list)
        for c, cap in enumerate(self.rules["limits"]):
            for place in {*cap["members"], cap["centre"]} - {""}:
                found[place].append(c)
        return found

    @cached_property
    def parts(self) -> dict[int, int]:
        """Reserves between which an application could choose, joined: reserve -> part."""
        parent = list(range(len(self.rules["reserves"])))

        def root(g: int) -> int:
            while parent[g] != g:
                g = parent[g]
            return g

        for usable in {application.usable for application in self.applications.values()}:
            for g in usable[1:]:
                parent[root(g)] = root(usable[0])
        return {g: root(g) for g in range(len(parent))}

    @cached_property
    def planned(self) -> frozenset[str]:
        """Sites that a plan opened before the match, whether or not they found a holder."""
        choices = [stage["choice"] or () for stage in self.rules["stages"]]
        return frozenset(each["place"] for rules in choices for each in rules if each["planned"])

    def stage_of(self, kind: str) -> int:
        """Find the stage a kind belongs to, -1 for none."""
        stages = self.rules["stages"]
        return next((n for n, stage in enumerate(stages) if kind in stage["kinds"]), -1)


def numbers(text: str) -> frozenset[int]:
    """Read a cell that lists numbers."""
    return frozenset(map(int, text.split()))


# ---------------------------------------------------------------- reserves and quotas


def rounded(exact: Fraction, rounding: str) -> int:
    """Round a share to whole units by the published rule."""
    if rounding == "ceil":
        return -(-exact.numerator // exact.denominator)
    if rounding == "half_up":
        return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    whole = exact.numerator // exact.denominator
    return max(1, whole) if rounding == "floor_min1" and exact > 0 else whole


def units_of(reserve: dict[str, Any], n_opened: int) -> int:
    """Count the units of a reserve with so many of its candidate sites open."""
    if not reserve["linear"]:
        return int(reserve["count"])
    share = Fraction(reserve["share"]) * (reserve["base_existing"] + n_opened)
    return rounded(share, reserve["rounding"])


def gap_of(quota: dict[str, Any], number: int, base: int) -> int:
    """By how much a row of a quota is missed with ``number`` of ``base`` awards."""
    exact = Fraction(quota["share"]) * base
    if quota["sense"] == "min":
        return int(max(0, rounded(exact, "ceil") + quota["floor"] - number))
    return int(max(0, number - rounded(exact, "floor") - quota["floor"]))


def put_in_units(items: Iterable[Application], units: dict[int, int]) -> dict[int, int]:
    """Label applications in their order, each when it fits beside those before.

    Sets that can be labelled together form a matroid, so this labels as many as can be,
    and the earliest of them.  Returns application -> reserve.
    """
    label: dict[int, int] = {}
    users: dict[int, dict[int, Application]] = {g: {} for g in units}
    exhausted: set[int] = set()
    for item in items:
        came: dict[int, tuple[int, Application | None]] = {
            g: (-1, None) for g in item.usable if g in units and g not in exhausted
        }
        queue = list(came)
        free = next((g for g in walk(queue, came, users) if len(users[g]) < units[g]), None)
        if free is None:
            exhausted |= set(came)
            continue
        target: int = free
        while target >= 0:
            source, moved = came[target]
            entering = item if moved is None else moved
            if moved is not None:
                del users[source][moved.number]
            users[target][entering.number] = entering
            label[entering.number] = target
            target = source
    return label


def walk(
    queue: list[int],
    came: dict[int, tuple[int, Application | None]],
    users: dict[int, dict[int, Application]],
) -> Iterator[int]:
    """Go through reserves that can be reached by moving users to others they can use."""
    for g in queue:
        yield g
        for user in list(users[g].values()):
            for other in user.usable:
                if other in users and other not in came:
                    came[other] = (g, user)
                    queue.append(other)


# ---------------------------------------------------------------- the order at a place


def value_of(case: Case, application: Application, criterion: str) -> int:
    """Return what a criterion looks at, smaller first."""
    person = application.person
    if criterion == "priority_rank":
        return application.priority_rank or 1 << 60  # whom the place did not rank comes last
    if criterion == "disabled_first":
        return int(person.group != "disabled")
    if criterion == "hard_to_employ_first":
        return int(not person.hard)
    return {"band": application.band, "tier": person.tier, "draw": person.draw}[criterion]


def order_at(case: Case, application: Application, pool: str) -> tuple[int, ...]:
    """Return where an application stands in the reserved or the open order of its kind."""
    criteria = (*case.rules["priorities"][application.kind][pool], "draw")
    return tuple(value_of(case, application, criterion) for criterion in criteria)


# ---------------------------------------------------------------- a list, and exchanges


class Standing:
    """An award list at the end of a stage; later stages are left out."""

    def __init__(self, case: Case, stage: int) -> None:
        self.case, self.number = case, stage
        self.stage = case.rules["stages"][stage]
        self.own = [a for a in case.awards if case.stage_of(a.kind) == stage]
        self.earlier = [a for a in case.awards if 0 <= case.stage_of(a.kind) < stage]
        awards = [*self.earlier, *self.own]
        self.at_place = Counter(a.place.id for a in awards)
        self.at_node = Counter(a.node for a in awards)
        self.disabled_at = Counter(a.place.id for a in awards if a.holder)
        self.in_group: Counter[tuple[str, int]] = Counter()
        self.at_home: Counter[tuple[str, int]] = Counter()
        for person in case.people.values():
            self.in_group.update((person.id, g) for g in person.holds)
            self.at_home.update((person.household, g) for g in person.holds if person.household)
        self.add_people(awards, 1)
        self.quota_counts = self._quota_counts()

    def add_people(self, awards: Iterable[Application], sign: int) -> None:
        """Count awards of people and households."""
        for award in awards:
            for g in self.case.groups_of[award.kind]:
                self.in_group[award.person.id, g] += sign
                if award.person.household:
                    self.at_home[award.person.household, g] += sign

    def _quota_counts(self) -> list[list[int]]:
        counts = [[0, 0] for _ in self.case.rules["quotas"]]
        for award in self.own:
            for side, members in enumerate((award.counted, award.base)):
                for q in members:
                    counts[q][side] += 1
        return counts

    @cached_property
    def of_person(self) -> dict[str, list[Application]]:
        """Awards of the stage by person."""
        found = defaultdict(list)
        for award in self.own:
            found[award.person.id].append(award)
        return found

    @cached_property
    def holders(self) -> dict[str, list[Application]]:
        """Awards of the stage by place."""
        found = defaultdict(list)
        for award in self.own:
            found[award.place.id].append(award)
        return found

    @cached_property
    def mine(self) -> list[Application]:
        """Every application of the stage."""
        kinds = self.stage["kinds"]
        return [a for a in self.case.applications.values() if a.kind in kinds]

    @cached_property
    def asking(self) -> dict[str, list[Application]]:
        """Every application of the stage by place."""
        found = defaultdict(list)
        for a in self.mine:
            found[a.place.id].append(a)
        return found

    @property
    def is_known(self) -> bool:
        """Whether this program knows what the mechanism promises."""
        return self.stage["mechanism"] in PROMISES

    @property
    def has_turns(self) -> bool:
        """Whether applications are granted one by one, in an order known beforehand."""
        return bool(self.stage["mechanism"] == "queue" or self.stage["premises"] == "brought")

    @cached_property
    def choice(self) -> dict[str, ChoiceRule] | None:
        """Rule of every place that can be given out; None where places do not choose."""
        if self.stage["choice"] is None:
            return None
        index = {reserve["name"]: g for g, reserve in enumerate(self.case.rules["reserves"])}
        return {
            each["place"]: ChoiceRule(
                each["mode"],
                self.case.places[each["place"]].capacity,
                {index[name]: n for name, n in each["units"].items()},
                each["disabled_only"],
            )
            for each in self.stage["choice"]
        }

    def admits(self, application: Application) -> bool:
        """Tell whether a plan of sites, where there is one, leaves the place open to it."""
        if self.choice is None:
            return True
        rule = self.choice.get(application.place.id)
        return rule is not None and (not rule.disabled_only or application.holder > 0)

    @cached_property
    def given(self) -> dict[tuple[str, str], Application]:
        """Awards of the stage by person and place."""
        return {(a.person.id, a.place.id): a for a in self.own}

    @cached_property
    def wishes(self) -> dict[tuple[str, str], Application]:
        """Eligible applications of the stage by person and place."""
        return {(a.person.id, a.place.id): a for a in self.mine if a.eligible}

    @cached_property
    def label(self) -> dict[int, int]:
        """Awards of the stage that use a unit, labelled by this program."""
        label: dict[int, int] = {}
        if self.choice is not None:
            for place, holders in self.holders.items():
                if place in self.choice:
                    label |= chosen(self.case, self.choice[place], holders)
            return {number: g for number, g in label.items() if g >= 0}
        for kind in self.stage["kinds"]:
            awards = [a for a in self.own if a.kind == kind]
            label |= put_in_units(by_tier(awards), self.units(kind))
        return label

    @cached_property
    def levels(self) -> Levels:
        """Levels of the stage around its list."""
        return Levels(self)

    @cached_property
    def claims(self) -> dict[int, Application]:
        """Refused applications that their people prefer to what they got, by number."""
        return {a.number: a for a in claims_of(self)}

    @cached_property
    def queued(self) -> dict[int, tuple[str, Any] | None]:
        """Eligible application -> why the order of acceptance refuses it, None if not."""
        return dict(acceptance(self))

    def units(self, kind: str) -> dict[int, int]:
        """Units of the reserves of a kind."""
        reserves = enumerate(self.case.rules["reserves"])
        return {g: self.units_with(g, {}) for g, each in reserves if each["kind"] == kind}

    def units_with(self, g: int, opened: dict[str, int]) -> int:
        """Units of a reserve after some of its sites opened (1) or closed (-1)."""
        reserve = self.case.rules["reserves"][g]
        if not reserve["linear"]:
            return int(reserve["count"])
        return units_of(
            reserve,
            sum(
                1 if p in self.case.planned else (self.at_place[p] > 0) + opened.get(p, 0)
                for p in reserve["places"]
                if self.case.places[p].candidate
            ),
        )

    def left_by(self, application: Application) -> list[Application]:
        """Awards of this stage that the person would leave for an application."""
        groups = set(self.case.groups_of[application.kind])
        return [
            award
            for award in self.of_person.get(application.person.id, ())
            if groups & set(self.case.groups_of[award.kind])
        ]

    def is_barred(self, application: Application) -> bool:
        """Whether the person had something of the group before this stage."""
        mine = self.of_person.get(application.person.id, ())
        own = Counter(g for award in mine for g in self.case.groups_of[award.kind])
        groups = self.case.groups_of[application.kind]
        return any(self.in_group[application.person.id, g] > own[g] for g in groups)

    def taking(self, application: Application) -> Exchange:
        """Let the person take the place and leave what they have."""
        return Exchange(self, self.left_by(application), [application])


@dataclass(frozen=True, slots=True)
class ChoiceRule:
    """The rule by which a place chooses: units of each reserve, and what becomes of them."""

    mode: str
    capacity: int
    units: dict[int, int]
    disabled_only: bool

    @property
    def n_open(self) -> int:
        """Units that no reserve keeps."""
        return self.capacity - sum(self.units.values())


def chosen(case: Case, rule: ChoiceRule, asking: Iterable[Application]) -> dict[int, int]:
    """Return whom a place takes: application -> reserve, -1 for an open or reverted unit.

    Minimum guarantee: whoever raises the use of reserve units, in the reserved order; then
    the rest in the open order.  Over and above: open units first.  Hard: no reversion.
    """
    by_open = sorted(asking, key=lambda a: order_at(case, a, "open"))
    n_first = rule.n_open if rule.mode == "over_and_above" else 0
    taken = {a.number: -1 for a in by_open[:n_first]}
    rest = sorted(by_open[n_first:], key=lambda a: order_at(case, a, "reserved"))
    taken |= put_in_units(rest, rule.units)
    left = [a for a in by_open if a.number not in taken]
    free = rule.n_open if rule.mode == "hard" else rule.capacity - len(taken)
    return taken | {a.number: -1 for a in left[:free]}


def by_tier(awards: Iterable[Application]) -> list[Application]:
    """Put awards into the order in which they are labelled."""
    return sorted(awards, key=lambda a: (a.person.tier, a.person.draw, a.place.id))


class Exchange:
    """A change to a list: some awards go, others come."""

    def __init__(
        self, list_: Standing, removed: Sequence[Application], added: Sequence[Application]
    ) -> None:
        self.list, self.removed, self.added = list_, removed, added
        self.places = self._net(lambda a: [a.place.id])
        self.nodes = self._net(lambda a: [a.node])
        self.disabled = self._net(lambda a: [a.place.id] if a.holder else [])

    def _net(self, keys: Callable[[Application], Sequence[Any]]) -> Counter[Any]:
        moved: Counter[Any] = Counter()
        for sign, awards in ((-1, self.removed), (1, self.added)):
            for award in awards:
                for key in keys(award):
                    moved[key] += sign
        return moved

    @property
    def changes_people(self) -> bool:
        """Whether other people would be served."""
        return {a.person for a in self.removed} != {a.person for a in self.added}

    @cached_property
    def opened(self) -> dict[str, int]:
        """Place -> 1 where it gets its first award, -1 where it loses its last."""
        return switched(self.list.at_place, self.places)

    def broken(self, *, in_turn: bool = False) -> tuple[str, str] | None:
        """Return the first hard rule the change breaks, and what of it.

        Stages with turns have no reserves and no quotas.
        """
        rules = [self.exclusive, self.household, self.capacity, self.spacing, self.number]
        for rule in rules if in_turn else [*rules, self.hard_reserve, self.hard_quota]:
            item = rule()
            if item is not None:
                return rule.__name__, item
        return None

    def exclusive(self) -> str | None:
        """One award per person and exclusive group."""
        groups = self.list.case.groups_of
        moved = self._net(lambda a: [(a.person.id, g) for g in groups[a.kind]])
        over = [key for key, n in moved.items() if n > 0 and self.list.in_group[key] + n > 1]
        return over[0][0] if over else None

    def household(self) -> str | None:
        """At most so many awards per household and exclusive group."""
        most, groups = self.list.case.rules["household_max"], self.list.case.groups_of
        if not most:
            return None
        moved = self._net(
            lambda a: [(a.person.household, g) for g in groups[a.kind] if a.person.household]
        )
        over = [key for key, n in moved.items() if n > 0 and self.list.at_home[key] + n > most]
        return over[0][0] if over else None

    def capacity(self) -> str | None:
        """No more awards than units."""
        places, before = self.list.case.places, self.list.at_place
        for place, n in self.places.items():
            if n > 0 and before[place] + n > places[place].capacity:
                return str(place)
        return None

    def spacing(self) -> str | None:
        """No two conflicting nodes in use."""
        before, near = self.list.at_node, self.list.case.near
        for node, change in switched(before, self.nodes).items():
            if change > 0 and node in near:
                for other in near[node]:
                    if before[other] + self.nodes[other] > 0:
                        return str(other[0])
        return None

    def number(self) -> str | None:
        """Every cap on opened sites that the change touches holds."""
        held = switched(self.list.disabled_at, self.disabled)
        caps_at = self.list.case.caps_at
        touched = {c for place in (*self.opened, *held) for c in caps_at.get(place, ())}
        for c in sorted(touched):
            if cap_is_over(self.list, self.list.case.rules["limits"][c], self.opened, held):
                return str(self.list.case.rules["limits"][c]["name"])
        return None

    def hard_reserve(self) -> str | None:
        """Units of a hard reserve are for beneficiaries only."""
        kinds = self.list.stage["kinds"]
        for g, reserve in enumerate(self.list.case.rules["reserves"]):
            if not reserve["hard"] or reserve["kind"] not in kinds:
                continue
            inside = set(reserve["places"])

            def is_other(a: Application, inside: set[str] = inside, g: int = g) -> bool:
                return a.place.id in inside and g not in a.usable

            moved = sum(map(is_other, self.added)) - sum(map(is_other, self.removed))
            sites = [p for p in self.opened if p in inside and self.list.case.places[p].candidate]
            room = sum(self.list.case.places[p].capacity for p in inside)
            room -= self.list.units_with(g, self.opened)
            others = sum(map(is_other, self.list.own)) + moved
            if (moved > 0 or sites) and others > max(0, room):
                return str(reserve["name"])
        return None

    def hard_quota(self) -> str | None:
        """Hard quotas hold."""
        for q, quota in enumerate(self.list.case.rules["quotas"]):
            if quota["hard"]:
                _, after, is_touched = self.gaps(q)
                if is_touched and after:
                    return f"{quota['name']}/{quota['scope']}"
        return None

    def gaps(self, q: int) -> tuple[int, int, bool]:
        """Gap of a row of a quota before and after, and whether the change touches it."""
        quota, (number, base) = self.list.case.rules["quotas"][q], self.list.quota_counts[q]
        moved = [
            sum(q in getattr(a, side) for a in self.added)
            - sum(q in getattr(a, side) for a in self.removed)
            for side in ("counted", "base")
        ]
        after = gap_of(quota, number + moved[0], base + moved[1])
        return gap_of(quota, number, base), after, any(moved)


def switched(before: Counter[Any], moved: Counter[Any]) -> dict[Any, int]:
    """Return 1 where a count starts to be positive, -1 where it ends."""
    change = {key: (before[key] + n > 0) - (before[key] > 0) for key, n in moved.items()}
    return {key: int(n) for key, n in change.items() if n}


def cap_is_over(
    list_: Standing, cap: dict[str, Any], opened: dict[str, int], held: dict[str, int]
) -> bool:
    """Tell whether a cap is passed after sites opened and disabled holders came."""
    at, disabled = list_.at_place, list_.disabled_at
    n_open = sum((at[p] > 0) + opened.get(p, 0) for p in cap["members"])
    n_held = sum((disabled[p] > 0) + held.get(p, 0) for p in cap["members"])
    centre = cap["centre"]
    active = (at[centre] > 0) + opened.get(centre, 0) > 0 if centre else n_open > 0
    count = cap["existing"] + n_open - cap["extra_disabled"] * n_held
    return bool(active and count > cap["maximum"])


# ---------------------------------------------------------------- levels


class Levels:
    """The levels of a stage around its list: values, and what an exchange changes."""

    def __init__(self, list_: Standing) -> None:
        self.list, self.case = list_, list_.case
        mine = list_.mine
        self.longest = max((a.rank for a in mine), default=0)
        self.lowest = max((a.priority_rank for a in mine), default=0)
        self.farthest = max((a.distance for a in mine), default=0)
        self.parts = list_.case.parts
        self.members: dict[int, list[Application]] = defaultdict(list)
        for award in list_.own:
            if award.usable:
                self.members[self.parts[award.usable[0]]].append(award)
        self.cached: dict[Any, tuple[int, Labelled]] = {}
        # A list drawn by lot reaches its levels, and then nobody else can be served besides.
        more = ["number"] if list_.stage["mechanism"] == "egalitarian" else []
        names = [*list_.stage["levels"], *more]
        self.named = [each for name in names for each in self.expand(name)]

    def expand(self, name: str) -> list[tuple[str, dict[str, Any]]]:
        """Write out a level per kind, tier or quota."""
        rules, kinds = self.case.rules, self.list.stage["kinds"]
        if name == "reserve_shortfall":
            reserved = {reserve["kind"] for reserve in rules["reserves"]}
            return [(name, {"kind": kind}) for kind in kinds if kind in reserved]
        if name == "quota_shortfall":
            about = {q for a in self.list.mine for q in (*a.counted, *a.base)}
            names = {rules["quotas"][q]["name"] for q in about}
            soft = [each["name"] for each in rules["quotas"] if not each["hard"]]
            return [(name, {"quota": each}) for each in dict.fromkeys(soft) if each in names]
        if name in ("tier", "preference_by_tier"):
            return [(name, {"tier": tier}) for tier in range(1, rules["n_tiers"] + 1)]
        return [(name, {})]

    def reward(self, code: str, params: dict[str, Any], a: Application) -> int | None:
        """Return what one award adds to a level that is a plain sum; None for others."""
        if code == "number":
            return 1
        if code == "place_priority":
            return self.lowest + 1 - a.priority_rank if a.priority_rank else 0
        if code == "draw":
            return len(self.case.people) + 1 - a.person.draw
        if code in ("preference", IN_TURN) or (
            code == "preference_by_tier" and a.person.tier == params["tier"]
        ):
            return self.longest + 1 - a.rank
        if code == "preference_by_tier":
            return 0
        return self.farthest - a.distance if code == "distance" else None

    def value(self, code: str, params: dict[str, Any]) -> int | None:
        """Value of a level, None for one this program does not know (the key)."""
        if code == "reserve_shortfall":
            units = self.list.units(params["kind"])
            return sum(units.values()) - sum(g in units for g in self.list.label.values())
        if code == "quota_shortfall":
            return sum(
                gap_of(quota, *self.list.quota_counts[q])
                for q, quota in enumerate(self.case.rules["quotas"])
                if quota["name"] == params["quota"] and not quota["hard"]
            )
        if code == "tier":
            of_tier = [a for a in self.list.own if a.person.tier == params["tier"]]
            return sum(self.counts(a, a.number in self.list.label) for a in of_tier)
        values = [self.reward(code, params, award) for award in self.list.own]
        if code not in SUMS:
            return None
        return sum(value for value in values if value is not None)

    def counts(self, a: Application, labelled: bool) -> bool:
        """Tell whether an award counts for its tier: it stands in a pool that goes by tier."""
        pools = self.case.rules["priorities"][a.kind]
        if "tier" in pools["open"]:
            return True
        for criterion in ("disabled_first", "hard_to_employ_first"):
            if criterion in pools["open"]:
                return value_of(self.case, a, criterion) == 0
        return "tier" in pools["reserved"] and labelled

    def first_change(self, exchange: Exchange) -> tuple[int, int] | None:
        """Return the first level an exchange changes and the gain; None for a tie.

        Raises
        ------
        Skip
            Where a level unknown to this program would decide.
        """
        units, labelled = self.relabelled(exchange)
        for number, (code, params) in enumerate(self.named):
            if code == IN_TURN and exchange.changes_people:
                return PEOPLE, 0
            gain = self.gain(code, params, exchange, units, labelled)
            if gain:
                return number, gain
        return None

    def gain(
        self,
        code: str,
        params: dict[str, Any],
        exchange: Exchange,
        units: Counter[str],
        labelled: Counter[tuple[str, int]],
    ) -> int:
        """By how much an exchange betters one level."""
        if code == "reserve_shortfall":
            kind = params["kind"]
            return sum(n for (k, _), n in labelled.items() if k == kind) - units[kind]
        if code == "quota_shortfall":
            rows = [
                exchange.gaps(q)
                for q, quota in enumerate(self.case.rules["quotas"])
                if quota["name"] == params["quota"] and not quota["hard"]
            ]
            return sum(before - after for before, after, _ in rows)
        if code == "tier":
            return self.tier_gain(params["tier"], exchange, labelled)
        if code == IN_TURN:
            return self.turn_gain(exchange)
        if code not in SUMS:
            raise Skip(f"目标 level {code}")
        came = sum(self.reward(code, params, a) or 0 for a in exchange.added)
        return came - sum(self.reward(code, params, a) or 0 for a in exchange.removed)

    def turn_gain(self, exchange: Exchange) -> int:
        """Return what the first in turn gains, of those whose rank an exchange changes."""
        gains: Counter[Person] = Counter()
        for sign, awards in ((-1, exchange.removed), (1, exchange.added)):
            for a in awards:
                gains[a.person] += sign * (self.longest + 1 - a.rank)
        moved = [person for person, gain in gains.items() if gain]
        first = min(moved, key=lambda person: (person.tier, person.draw), default=None)
        return 0 if first is None else gains[first]

    def tier_gain(self, tier: int, exchange: Exchange, labelled: Counter[tuple[str, int]]) -> int:
        """How many more awards count for a tier."""
        gain = 0
        for sign, awards in ((-1, exchange.removed), (1, exchange.added)):
            for a in awards:
                if a.person.tier == tier and not self.goes_by_label(a.kind):
                    gain += sign * self.counts(a, False)
        by_label = [k for k in self.list.stage["kinds"] if self.goes_by_label(k)]
        return gain + sum(labelled[kind, tier] for kind in by_label)

    def goes_by_label(self, kind: str) -> bool:
        """Tell whether labelled awards alone count for a tier."""
        pools = self.case.rules["priorities"][kind]
        others = {"tier", "disabled_first", "hard_to_employ_first"} & set(pools["open"])
        return "tier" in pools["reserved"] and not others

    def relabelled(self, exchange: Exchange) -> tuple[Counter[str], Counter[tuple[str, int]]]:
        """Change of units per kind, and of labelled awards per kind and tier."""
        units: Counter[str] = Counter()
        labelled: Counter[tuple[str, int]] = Counter()
        reserves = self.case.rules["reserves"]
        touched = {
            self.parts[a.usable[0]] for a in (*exchange.removed, *exchange.added) if a.usable
        }
        sites = {p for p in exchange.opened if self.case.places[p].candidate}
        for g, reserve in enumerate(reserves):
            if reserve["linear"] and sites & set(reserve["places"]):
                touched.add(self.parts[g])
        for part in touched:
            before, after = self.profile(part, None), self.profile(part, exchange)
            kind = reserves[part]["kind"]
            if kind not in self.list.stage["kinds"]:
                continue
            units[kind] += after[0] - before[0]
            for tier in {*before[1], *after[1]}:
                labelled[kind, tier] += after[1].get(tier, 0) - before[1].get(tier, 0)
        return units, labelled

    def profile(self, part: int, exchange: Exchange | None) -> tuple[int, Labelled]:
        """Units of a part of the reserves, and labelled awards by tier, after a change."""
        sides: list[list[Application]] = [[], []]
        opened: dict[str, int] = {}
        if exchange is not None:
            opened = exchange.opened
            for side, awards in zip(sides, (exchange.removed, exchange.added), strict=True):
                side += [a for a in awards if a.usable and self.parts[a.usable[0]] == part]
        units = {
            g: self.list.units_with(g, opened) for g, root in self.parts.items() if root == part
        }
        alike = [tuple(sorted((a.person.tier, a.usable) for a in side)) for side in sides]
        key = (part, *alike, tuple(sorted(units.items())))
        if key not in self.cached:
            gone = {a.number for a in sides[0]}
            left = [a for a in self.members[part] if a.number not in gone]
            # Two of one tier and one choice are alike: which of them is labelled is all one.
            awards = sorted([*left, *sides[1]], key=lambda a: (a.person.tier, a.usable))
            label = put_in_units(awards, units)
            tiers = Counter(a.person.tier for a in awards if a.number in label)
            self.cached[key] = (sum(units.values()), dict(tiers))
        return self.cached[key]

    def raises_use(self, exchange: Exchange) -> bool:
        """Tell whether more awards would use a reserve unit."""
        return sum(self.relabelled(exchange)[1].values()) > 0


IN_TURN = "preference_serial"
"""The last level of a stage in which people choose in turn, once who is served is settled."""
PEOPLE = -1
"""Stands for the key that settles who is served: a hash of the office's own ids."""
SUMS = (
    "number",
    "place_priority",
    "draw",
    "preference_by_tier",
    "preference",
    "distance",
    IN_TURN,
)
"""Levels whose value is a sum over awards."""


# ---------------------------------------------------------------- order of acceptance


def turns_of(list_: Standing) -> list[Application]:
    """Put the eligible applications of a stage into the order of their turns.

    In a queue, of acceptance; where applicants bring their premises, tier, then draw,
    then each person's own list.
    """
    kinds, waiting = list_.stage["kinds"], [a for a in list_.mine if a.eligible]
    if list_.stage["mechanism"] == "queue":
        return sorted(waiting, key=lambda a: (kinds.index(a.kind), a.accepted))
    return sorted(waiting, key=lambda a: (a.person.tier, a.person.draw, a.rank, a.place.id))


def acceptance(list_: Standing) -> Iterator[tuple[int, tuple[str, Any] | None]]:
    """Grant a stage again turn by turn; say of each application why it is refused."""
    case = list_.case
    at_place = Counter(a.place.id for a in list_.earlier)
    at_node = Counter(a.node for a in list_.earlier)
    disabled_at = Counter(a.place.id for a in list_.earlier if a.holder)
    before = Standing(case, list_.number)
    before.add_people(list_.own, -1)
    before.own, before.at_place, before.at_node = [], at_place, at_node
    before.disabled_at = disabled_at
    for a in turns_of(list_):
        refusal = Exchange(before, [], [a]).broken(in_turn=True)
        yield a.number, refusal
        if refusal is None:
            at_place[a.place.id] += 1
            at_node[a.node] += 1
            disabled_at[a.place.id] += a.holder > 0
            before.add_people([a], 1)


# ---------------------------------------------------------------- envy and claims


def envies(case: Case, claim: Application, holder: Application, label: int) -> bool:
    """Whether a claim stands before a holder in the order of the unit the holder has."""
    if label < 0:
        return order_at(case, claim, "open") < order_at(case, holder, "open")
    if label not in claim.usable:
        return False
    return order_at(case, claim, "reserved") < order_at(case, holder, "reserved")


def blocks(list_: Standing, claim: Application) -> bool:
    """Whether the place of a claim would take it beside those it has (V6)."""
    rule = (list_.choice or {})[claim.place.id]
    asking = [*list_.holders.get(claim.place.id, ()), claim]
    return claim.number in chosen(list_.case, rule, asking)


def claims_of(list_: Standing) -> Iterator[Application]:
    """Refused eligible applications that their people prefer to what they got."""
    given = {a.number for a in list_.own}
    for a in list_.mine:
        is_open = a.eligible and a.number not in given and list_.admits(a)
        is_open = is_open and not list_.is_barred(a)
        if is_open and all(a.rank < own.rank for own in list_.left_by(a)):
            yield a


# ---------------------------------------------------------------- reasons


Told = dict[str, Any]


def is_near_enough(params: Told) -> bool:
    """Tell whether a distance is below what is required."""
    return bool(params["distance_m"] < params["required_m"])


FIGURES: dict[str, Callable[[Told], bool]] = {
    "spacing_outlet": is_near_enough,
    "school_buffer": is_near_enough,
    "age_below": lambda params: params["age"] < params["limit"],
    "terms_used": lambda params: params["used"] >= params["limit"],
}
"""What the figures of a rule must show; the other rules name a fact without a figure."""


def is_held(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether something of the group was held from before."""
    groups = list_.case.rules["exclusive_groups"]
    mine = list_.case.groups_of[a.kind]
    return any(g in a.person.holds and params["kind"] in groups[g] for g in mine)


def is_earlier(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether an earlier stage gave something of the group."""
    case, groups = list_.case, set(list_.case.groups_of[a.kind])
    return any(
        award.person is a.person
        and award.place.id == params["place"]
        and groups & set(case.groups_of[award.kind])
        and case.rules["stages"][case.stage_of(award.kind)]["name"] == params["stage"]
        for award in list_.earlier
    )


def is_better_off(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether the person holds a place ranked higher."""
    told = (params["place"], params["rank"])
    return any((o.place.id, o.rank) == told and o.rank < a.rank for o in list_.left_by(a))


def is_full_home(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether the household has as many awards as it may."""
    most = list_.case.rules["household_max"]
    return bool(list_.taking(a).household() is not None and params["maximum"] == most)


def is_too_near(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether the named place is awarded to another, and too near."""
    told = (round(params["distance_m"] * 1000), round(params["required_m"] * 1000))
    gone = Counter(award.node for award in list_.left_by(a))
    return any(
        (*told, params["how"] == "measured") == facts and list_.at_node[node] > gone[node]
        for node, facts in list_.case.near.get(a.node, {}).items()
        if node[0] == params["place"]
    )


def is_over_number(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether the named cap would be passed."""
    exchange = list_.taking(a)
    held = switched(list_.disabled_at, exchange.disabled)
    touched = {c for p in (*exchange.opened, *held) for c in list_.case.caps_at.get(p, ())}
    return any(
        cap["name"] == params["label"]
        and cap["maximum"] == params["maximum"]
        and cap_is_over(list_, cap, exchange.opened, held)
        for cap in (list_.case.rules["limits"][c] for c in touched)
    )


def is_without_unit(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether the place has no unit to give."""
    return a.place.capacity == 0


def is_outranked(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether every holder comes before, by the criterion that is named."""
    case, holders = list_.case, list_.holders.get(a.place.id, [])
    labels = case.labels
    is_full = list_.at_place[a.place.id] >= a.place.capacity
    if not is_full or not holders or params["n"] != len(holders):
        return False
    if any(envies(case, a, holder, labels[holder.number]) for holder in holders):
        return False
    has_open = any(labels[holder.number] < 0 for holder in holders)
    if has_open and a.usable and list_.levels.raises_use(list_.taking(a)):
        return False
    return names_the_last(list_, a, params)


def is_not_taken(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether the place would not take the person, for the criterion that is named."""
    holders = list_.holders.get(a.place.id, [])
    if params["n"] != len(holders) or a.number not in list_.claims:
        return False
    return not blocks(list_, a) and names_the_last(list_, a, params)


def names_the_last(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether the named holder is the one to compare with, and what separates them."""
    case, labels, holders = list_.case, list_.case.labels, list_.holders[a.place.id]
    has_open = any(labels[holder.number] < 0 for holder in holders)
    entitled = [h for h in holders if labels[h.number] < 0 or labels[h.number] in a.usable]
    if params["criterion"] == "reserved":
        return not entitled
    pool = params["pool"]
    if pool == "reserved" and has_open:
        return False
    same = [h for h in entitled if (labels[h.number] < 0) == (pool == "open")]
    named = [h for h in same if h.person.id == params["receipt_no"]]
    return bool(named) and separates(case, a, named[0], same, params)


def separates(
    case: Case, a: Application, holder: Application, same: list[Application], params: Told
) -> bool:
    """Tell whether the holder is the last of those units, and the criterion decides."""
    pool = params["pool"]
    alike = [h for h in same if case.labels[h.number] == case.labels[holder.number]]
    if any(order_at(case, h, pool) > order_at(case, holder, pool) for h in alike):
        return False
    for criterion in (*case.rules["priorities"][a.kind][pool], "draw"):
        mine, theirs = (value_of(case, each, criterion) for each in (a, holder))
        if mine != theirs:
            own = a.priority_rank if criterion == "priority_rank" else mine
            return bool(criterion == params["criterion"] and params.get("own", own) == own)
    return False


def is_not_planned(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether the plan leaves the site closed."""
    return list_.choice is not None and a.place.id not in list_.choice


def is_for_disabled(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether the plan keeps the site for disabled holders, and this is none."""
    rule = (list_.choice or {}).get(a.place.id)
    return rule is not None and rule.disabled_only and a.holder == 0


def is_forbidden(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether the exchange breaks the named hard reserve or quota."""
    exchange = exchange_of(list_, a, params)
    item = params.get("reserve") or f"{params['quota']}/{params['scope']}"
    rule = "hard_reserve" if "reserve" in params else "hard_quota"
    return exchange is not None and exchange.broken() == (rule, item)


def changes_level(list_: Standing, a: Application, params: Told, sign: int = -1) -> bool:
    """Tell whether the exchange is lawful and first changes the named level by so much."""
    exchange = exchange_of(list_, a, params)
    if exchange is None or exchange.broken() is not None:
        return False
    change = list_.levels.first_change(exchange)
    if change is None:
        # Nothing but the key decides, a hash of the office's own ids: not in this pack.
        return bool(params["level"] == "key")
    if change[0] == PEOPLE:
        return bool(params["level"] == "people")
    code, about = list_.levels.named[change[0]]
    told = (params["level"], params["level_params"], sign * params["delta"])
    return (code, about, change[1]) == told


def exchange_of(list_: Standing, a: Application, params: Told) -> Exchange | None:
    """Read a chain of moves; without one, the person takes the place. None: it cannot be."""
    if "chain" not in params:
        return list_.taking(a)
    given, moves = list_.given, params["chain"]
    left = [(move["person"], place) for move in moves for place in move["from"]]
    taken = [(move["person"], move["to"]) for move in moves if move["to"]]
    if not (set(left) <= given.keys() and set(taken) <= list_.wishes.keys()):
        return None
    removed, added = [given[pair] for pair in left], [list_.wishes[pair] for pair in taken]
    fits = a in added and set(list_.left_by(a)) <= set(removed)
    return Exchange(list_, removed, added) if fits else None


def is_not_drawn(list_: Standing, a: Application, params: Told, *, pending: bool = False) -> bool:
    """Tell whether that is the published chance, and the person got nothing by lot."""
    chance = list_.case.chances[list_.stage["name"]].get(a.person.id)
    told = Fraction(params.get("numerator", 0), params.get("denominator", 1))
    return chance == told and a.person.id not in list_.of_person and not (pending and list_.own)


def is_waiting(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether the stage gave nothing, waiting for a draw before it."""
    return not list_.own and params["stage"] == list_.stage["name"]


def is_taken_in_turn(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether every unit is held by somebody who chose before, and who is the last."""
    holders = [award.person for award in list_.holders.get(a.place.id, ())]
    turns = [(person.tier, person.draw) for person in holders]
    mine = (a.person.tier, a.person.draw)
    if list_.stage["mechanism"] != "egalitarian" or not holders or max(turns) >= mine:
        return False
    last = holders[turns.index(max(turns))]
    by_draw = last.tier == a.person.tier
    told = tuple(params[name] for name in ("n", "receipt_no", "criterion", "own"))
    is_full = len(holders) >= a.place.capacity
    return is_full and told == (len(holders), last.id, "draw" if by_draw else "tier", mine[by_draw])


REASONS: dict[str, Callable[[Standing, Application, Told], bool]] = {
    "ranked_higher": is_better_off,
    "household": is_full_home,
    "spacing": is_too_near,
    "density": is_over_number,
    "area_number": is_over_number,
    "openings_max": is_over_number,
    "cell_number": is_over_number,
    "not_opened": is_without_unit,
    "outranked": is_outranked,
    "hard_reserve": is_forbidden,
    "hard_quota": is_forbidden,
    "gave_way": changes_level,
    "not_settled": partial(changes_level, sign=1),
    "not_drawn": is_not_drawn,
    "no_chance": is_not_drawn,
    "draw_pending": partial(is_not_drawn, pending=True),
    "stage_waits": is_waiting,
    "taken_in_turn": is_taken_in_turn,
}
"""What each reason of ``optimal`` and ``egalitarian`` must show."""

MATCH_REASONS: dict[str, Callable[[Standing, Application, Told], bool]] = {
    "ranked_higher": is_better_off,
    "not_opened": is_without_unit,
    "site_not_planned": is_not_planned,
    "site_for_disabled": is_for_disabled,
    "outranked": is_not_taken,
}
"""What each reason of ``stable`` must show where places choose."""

QUEUE_RULES = {
    "ranked_higher": "exclusive",
    "already_granted": "exclusive",
    "household": "household",
    "place_taken": "capacity",
    "outranked": "capacity",
    "not_opened": "capacity",
    "spacing": "spacing",
    "density": "number",
    "area_number": "number",
    "openings_max": "number",
    "cell_number": "number",
}
"""Reason of a stage with turns -> rule that the turn must meet."""


def holds_in_queue(list_: Standing, a: Application, code: str, params: Told) -> bool:
    """Tell whether the order of acceptance refuses for just this reason."""
    refusal = list_.queued.get(a.number)
    if refusal is None or QUEUE_RULES.get(code) != refusal[0]:
        return False
    if refusal[0] == "number":
        caps = {cap["name"]: cap["maximum"] for cap in list_.case.rules["limits"]}
        return bool(refusal[1] == params["label"] and caps[refusal[1]] == params["maximum"])
    if refusal[0] == "exclusive":
        own = [o for o in list_.of_person[a.person.id] if o.place.id == params["place"]]
        return any((o.rank < a.rank) == (code == "ranked_higher") for o in own)
    if code == "place_taken":
        holders = list_.holders.get(a.place.id, [])
        return any(h.person.id == params["receipt_no"] and h.accepted < a.accepted for h in holders)
    if code == "outranked":
        return comes_first(list_, a, params)
    if code == "household":
        return bool(params["maximum"] == list_.case.rules["household_max"])
    judge_it = is_without_unit if code == "not_opened" else is_too_near
    return judge_it(list_, a, params)


def comes_first(list_: Standing, a: Application, params: Told) -> bool:
    """Tell whether the named holder of the premises comes first, by tier, then draw."""
    awards = [*list_.earlier, *list_.own]
    holders = [award.person for award in awards if award.place is a.place]
    named = [person for person in holders if person.id == params["receipt_no"]]
    if not named or params["n"] != len(holders) or params["pool"] != "open":
        return False
    by = "tier" if named[0].tier != a.person.tier else "draw"
    own = value_of(list_.case, a, by)
    theirs = named[0].tier if by == "tier" else named[0].draw
    return bool(theirs < own and (params["criterion"], params["own"]) == (by, own))


def reason_holds(case: Case, a: Application, code: str, params: Told) -> bool:
    """Tell whether the one reason of a refused application is true."""
    if not a.eligible:
        own = {"held_award", "earlier_stage", "stage_infeasible"}
        own |= {*REASONS, *MATCH_REASONS, *QUEUE_RULES}
        return code not in own and (code not in FIGURES or FIGURES[code](params))
    list_ = case.standings[case.stage_of(a.kind)]
    if code in ("held_award", "earlier_stage"):
        return (is_held if code == "held_award" else is_earlier)(list_, a, params)
    if code == "stage_infeasible":
        return not list_.own and status_of(list_) == "infeasible"
    if not list_.is_known:
        raise Skip(f"机制 mechanism {list_.stage['mechanism']}")
    if list_.has_turns:
        return holds_in_queue(list_, a, code, params)
    reasons = REASONS if list_.choice is None else MATCH_REASONS
    return code in reasons and reasons[code](list_, a, params)


def record_of(list_: Standing) -> dict[str, Any]:
    """Return what the run reports of a stage; after a clash, later stages have nothing."""
    stages = {stage["name"]: stage for stage in list_.case.reported["stages"]}
    return dict(stages.get(list_.stage["name"], {"status": "", "n_awards": 0, "levels": []}))


def status_of(list_: Standing) -> str:
    """How a stage ended."""
    return str(record_of(list_)["status"])


# ---------------------------------------------------------------- what is checked


def check_files(case: Case) -> None:
    """Every file is there and hashes to what ``pack.json`` lists; so does that list."""
    raw, head = case.bytes_of(HEAD), case.head
    need(head["format"] == FORMAT, "format")
    need(raw == as_file(head), f"{HEAD}: form")
    content = {key: value for key, value in head.items() if key != "self"}
    need(sha256(as_file(content)) == head["self"], f"{HEAD}: self")
    for name, digest in head["files"].items():
        need(re.fullmatch(r"[\w.-]+", name), f"{HEAD}: file name")
        need(sha256(case.bytes_of(name)) == digest, name)


def check_facts(case: Case) -> None:
    """Ids stand once, the draw numbers everybody, conflicts are below what is required."""
    for name, known in (
        ("people.csv", case.people),
        ("places.csv", case.places),
        ("applications.csv", case.applications),
    ):
        need(len(case.rows(name)) == len(known), f"{name}: id twice")
    draws = sorted(person.draw for person in case.people.values())
    need(draws == list(range(1, len(draws) + 1)), "people.csv: draw numbers")
    tiers = {person.tier for person in case.people.values()}
    need(tiers <= set(range(1, case.rules["n_tiers"] + 1)), "people.csv: tiers")
    pairs = Counter((a.person.id, a.place.id) for a in case.applications.values() if a.eligible)
    need(max(pairs.values(), default=1) == 1, "applications.csv: eligible twice")
    need(all(a.rank >= 1 and a.holder in (0, 1, 2) for a in case.applications.values()), "ranks")
    facts = [each for others in case.near.values() for each in others.values()]
    need(all(mm < required for mm, required, _ in facts), "conflicts.csv: distance")


def check_outcomes(case: Case) -> None:
    """Every application is awarded, or refused with one reason; awards are eligible (V1)."""
    told = Counter([*(row["application"] for row in case.rows("awards.csv")),
                    *(row["application"] for row in case.rows("refusals.csv"))])  # fmt: skip
    need(told == Counter(map(str, case.applications)), "an application without one outcome")
    need(all(award.eligible for award in case.awards), "an award that the rules exclude")


def check_people(case: Case) -> None:
    """One award per person and exclusive group, held ones included; households (V2)."""
    last, most = case.standings[-1], case.rules["household_max"]
    for award in case.awards:
        for g in case.groups_of[award.kind]:
            need(last.in_group[award.person.id, g] == 1, f"{award.person.id}: two awards")
            home = award.person.household
            need(not most or not home or last.at_home[home, g] <= most, f"{home}: household")


def check_capacity(case: Case) -> None:
    """No more awards at a place than it has units (V3)."""
    for place, number in case.standings[-1].at_place.items():
        need(number <= case.places[place].capacity, f"{place}: capacity")


def check_space(case: Case) -> None:
    """Awarded sites keep their distance; windows, areas, openings, cells hold (V4)."""
    last = case.standings[-1]
    for node in last.at_node:
        need(not any(last.at_node[other] for other in case.near.get(node, ())), f"{node}: spacing")
    for cap in case.rules["limits"]:
        need(not cap_is_over(last, cap, {}, {}), f"{cap['name']}: {cap['code']}")


def check_hard(case: Case) -> None:
    """Hard reserves and hard quotas hold."""
    last = case.standings[-1]
    for g, reserve in enumerate(case.rules["reserves"]):
        inside = set(reserve["places"])
        others = sum(a.place.id in inside and g not in a.usable for a in case.awards)
        room = sum(case.places[p].capacity for p in inside) - last.units_with(g, {})
        need(not reserve["hard"] or others <= max(0, room), f"{reserve['name']}: hard reserve")
    # What a draw is yet to bring is waited for.
    waits = any(status_of(list_) == "undrawn" for list_ in case.standings)
    missed = [
        quota["name"]
        for q, quota in enumerate(case.rules["quotas"])
        if quota["hard"] and gap_of(quota, *counts_of(case, q))
        if quota["sense"] == "max" or not waits
    ]
    if missed and any(status_of(list_) == "infeasible" for list_ in case.standings):
        raise Skip("必须执行的规定互相冲突，名额均未分配 hard rules clash, nothing was awarded")
    need(not missed, f"quota {', '.join(missed)}")


def counts_of(case: Case, q: int) -> tuple[int, int]:
    """Awards that a row of a quota counts, and those of its base."""
    return sum(q in a.counted for a in case.awards), sum(q in a.base for a in case.awards)


def check_labels(case: Case) -> None:
    """Units go to the entitled, no more than there are, as many as can be, in order."""
    used = Counter(label for label in case.labels.values() if label >= 0)
    last = case.standings[-1]
    for award in case.awards:
        label = case.labels[award.number]
        need(label < 0 or label in award.usable, f"{award.number}: not entitled")
    for g, number in used.items():
        need(number <= last.units_with(g, {}), f"{case.rules['reserves'][g]['name']}: units")
    for list_ in case.standings:
        theirs = {a.number for a in list_.own if case.labels[a.number] >= 0}
        need(set(list_.label) == theirs, f"{list_.stage['name']}: who uses a unit")


def check_reported(case: Case) -> None:
    """Units, shortfalls and quotas are as reported."""
    used, last = Counter(case.labels.values()), case.standings[-1]
    names = {reserve["name"]: g for g, reserve in enumerate(case.rules["reserves"])}
    for record in case.reported["reserves"]:
        g = names[record["name"]]
        units = last.units_with(g, {})
        told = [record[key] for key in ("required", "used", "short")]
        need(told == [units, used[g], max(0, units - used[g])], f"{record['name']}: reserve")
    rows = {(q["name"], q["scope"], q["sense"]): n for n, q in enumerate(case.rules["quotas"])}
    # Of a stage whose draw is not held nothing is met or missed yet.
    if all(stage["status"] != "undrawn" for stage in case.reported["stages"]):
        told = [len(case.reported[what]) for what in ("reserves", "quotas")]
        need(told == [len(names), len(rows)], "a reserve or quota is not reported")
    for record in case.reported["quotas"]:
        q = rows[record["name"], record["scope"], record["sense"]]
        number, base = counts_of(case, q)
        told = [record["reached"], record["short"]]
        gap = gap_of(case.rules["quotas"][q], number, base)
        need(told == [number, gap], f"{record['name']}: quota")


def check_levels(case: Case) -> None:
    """Every reported level has the value reported, and a proven one its bound."""
    unknown = set()
    for list_ in case.standings:
        record, levels = record_of(list_), list_.levels
        if record["status"] == "undrawn":
            continue
        listed = [each for name in list_.stage["levels"] for each in levels.expand(name)]
        known = {json.dumps(each, sort_keys=True) for each in listed}
        told = [json.dumps([e["code"], e["params"]], sort_keys=True) for e in record["levels"]]
        if record["status"] == "optimal":
            need(known <= set(told), "a level is not reported")
        # A list is best in the levels from the first on: another order, another list.
        order = [json.dumps(each, sort_keys=True) for each in listed]
        own = [level for level in told if level in known]
        need(own == [level for level in order if level in own], "order of the levels")
        keys = [n for n, e in enumerate(record["levels"]) if e["code"] in ("key", "people")]
        above = [level for level in told[keys[0] :] if level in known] if keys else []
        need(all('"preference_serial"' in level for level in above), "the key before a level")
        for level in record["levels"]:
            value = levels.value(level["code"], level["params"])
            if value is None:
                unknown.add(level["code"])
            else:
                need(value == level["value"], f"{level['code']} {level['params']}: {value}")
            need(not level["proven"] or level["bound"] == level["value"], "bound")
    if extra := unknown - {"key", "unique", "people", "unique_people"}:
        raise Skip(f"本程序不认识的目标 levels unknown here: {', '.join(sorted(extra))}")


def check_counts(case: Case) -> None:
    """Awards, people and justified envy, counted again."""
    told = case.reported["counts"]
    pairs, envious = 0, set()
    for list_ in case.standings:
        need(record_of(list_)["n_awards"] == len(list_.own), f"{list_.stage['name']}: awards")
        if list_.has_turns:
            continue
        label = list_.label if list_.choice is None else case.labels
        for claim in list_.claims.values():
            for holder in list_.holders.get(claim.place.id, ()):
                if envies(case, claim, holder, label.get(holder.number, -1)):
                    pairs += 1
                    envious.add((list_.number, claim.person.id))
    counted = {
        "n_awards": len(case.awards),
        "n_awardees": len({award.person.id for award in case.awards}),
        "n_awards_disabled": sum(award.person.group == "disabled" for award in case.awards),
        "n_envy_pairs": pairs,
        "n_envious_applicants": len(envious),
    }
    if not all(list_.is_known for list_ in case.standings):
        told = {name: n for name, n in told.items() if name.startswith("n_award")}
    for name, number in told.items():
        need(counted[name] == number, f"{name}: {counted[name]}")


def check_reasons(case: Case) -> None:
    """Every refused application has one reason, and it is true."""
    unknown = 0
    for a, code, params in case.refusals:
        try:
            holds = reason_holds(case, a, code, params)
        except (KeyError, TypeError, ValueError):
            holds = False
        except Skip:
            unknown, holds = unknown + 1, True
        need(holds, f"{a.number}: {code}")
    if unknown:
        raise Skip(f"{unknown} 项理由涉及本程序不认识的目标或机制 reasons of an unknown kind")


# ---------------------------------------------------------------- what mechanisms promise


def no_waste(list_: Standing) -> None:
    """``optimal``: no single award or move to a free unit would better the list."""
    record, undecided = record_of(list_), False
    proven = [bool(level["proven"]) for level in record["levels"]]
    first_open = proven.index(False) if False in proven else len(list_.levels.named)
    given = {award.number for award in list_.own}
    for a in list_.mine:
        if not a.eligible or a.number in given:
            continue
        if list_.at_place[a.place.id] >= a.place.capacity or status_of(list_) == "infeasible":
            continue
        exchange = list_.taking(a)
        if exchange.broken() is not None:
            continue
        try:
            change = list_.levels.first_change(exchange)
        except Skip:
            undecided = True
            continue
        # Where a key decides, which is not in this pack, the gain is 0.
        is_waste = change is not None and change[1] > 0 and change[0] < first_open
        need(not is_waste, f"{a.number}: {change and list_.levels.named[change[0]]}")
    if undecided:
        raise Skip("其余由本程序不认识的目标决定 the rest turns on a level unknown here")


def in_order(list_: Standing) -> None:
    """``queue``: whoever was accepted first and could be granted was granted."""
    given = {award.number for award in list_.own}
    for number, refusal in list_.queued.items():
        need((refusal is None) == (number in given), f"{number}: {refusal}")


def no_blocking_pair(list_: Standing) -> None:
    """``stable``: nobody prefers a place that would take them; the plan of sites is kept.

    Where applicants bring their premises: whoever's turn came and could be granted was.
    """
    if list_.choice is None:
        in_order(list_)
        return
    plan_is_lawful(list_)
    for award in list_.own:
        need(list_.admits(award), f"{award.number}: not in the plan of sites")
    for place, holders in list_.holders.items():
        kept = chosen(list_.case, list_.choice[place], holders)
        need(len(kept) == len(holders), f"{place}: would not keep its holders")
    for claim in list_.claims.values():
        need(not blocks(list_, claim), f"{claim.number}: blocking pair")


def plan_is_lawful(list_: Standing) -> None:
    """See that places and reserves have the units, and planned sites keep their distance."""
    case, choice, total = list_.case, list_.choice or {}, Counter[int]()
    for place, rule in choice.items():
        need(rule.n_open >= 0, f"{place}: more reserve units than units")
        total.update(rule.units)
    for g, n in total.items():
        need(n <= list_.units_with(g, {}), f"{case.rules['reserves'][g]['name']}: units")
    sites = case.planned & choice.keys()
    classes = {p: (1, 2) if choice[p].disabled_only else (0, 1, 2) for p in sites}
    for place, mine in classes.items():
        for holder in mine:
            for other, theirs in case.near.get((place, holder), ()):
                need(theirs not in classes.get(other, ()), f"{place}, {other}: spacing")


def drawn_fairly(list_: Standing) -> None:
    """``egalitarian``: the published chances are the lottery's, and so is the list.

    Every chance is the marginal of the lottery; the draw is the one the public seed
    gives, step by step; its winners hold the awards; nobody else could be served besides.
    """
    case, name, record = list_.case, list_.stage["name"], lots_of(list_)
    told = case.chances[name]
    need(all(0 <= chance <= 1 for chance in told.values()), "chance outside 0 to 1")
    given = marginals(record)
    for person, chance in told.items():
        certain = int(chance == 1 and person not in given)
        need(given.get(person, certain) == chance, f"{person}: chance is not the lottery's")
    need(given.keys() <= told.keys(), "somebody drawn without a published chance")
    holders = set(list_.of_person)
    if not record["drawn"]:
        need(not holders, "awards before the draw")
        raise Skip("尚未抽签 not drawn yet")
    winners = {person for person, chance in told.items() if chance == 1 and person not in given}
    for number, part in enumerate(record["parts"], start=1):
        text = ("lottery", case.lottery["seed"], case.lottery["round"], name, number)
        drawing = draw_again(part, text)
        said = part["drawing"]
        need(drawing == (said["plan"], said["numbers"], said["served"]), f"part {number}: draw")
        winners |= set(drawing[2])
    need(winners == holders, "the winners are not those who hold awards")
    no_waste(list_)


def chances_are_leximin(list_: Standing) -> None:
    """``egalitarian``: no chance could be larger without a smaller one falling."""
    unconfirmed = TightSets(list_, lots_of(list_)).check()
    if unconfirmed:
        raise Skip(
            f"{unconfirmed} 组的上限依据求解器或上级目标，未重算；其余属实 "
            f"{unconfirmed} sets rest on a solver or on levels above; the others hold"
        )


def lots_of(list_: Standing) -> Told:
    """Return the lottery of a stage.

    Raises
    ------
    Skip
        Where hard rules clash, or the stage waits for another one's draw.
    """
    if status_of(list_) == "infeasible" or not list_.case.chances[list_.stage["name"]]:
        need(not list_.of_person, "awards without a lottery")
        raise Skip("没有公布机会 no chances are published")
    records = {record["stage"]: record for record in list_.case.lottery["stages"]}
    return dict(records[list_.stage["name"]])


# ---------------------------------------------------------------- lots

Arc = list[int]
"""Tail, head, numerator of the fraction, 1 where it was set aside."""


def pair(numbers: Sequence[int]) -> Fraction:
    """Read a fraction written as numerator and denominator."""
    return Fraction(numbers[0], numbers[1])


def marginals(record: Told) -> dict[str, Fraction]:
    """Return what a lottery gives everybody in expectation; see that it is one."""
    given: dict[str, Fraction] = defaultdict(Fraction)
    for part in record["parts"]:
        weights = [pair(plan["weight"]) for plan in part["plans"]]
        need(sum(weights) == 1 and min(weights) > 0, "weights of the plans")
        for plan, weight in zip(part["plans"], weights, strict=True):
            flow, balance = plan["flow"], Counter[int]()
            for tail, head, value in flow["arcs"]:
                need(0 < value < flow["denominator"], "fraction of an arc")
                balance[tail] -= value
                balance[head] += value
            whole = flow["denominator"]
            need(not any(value % whole for value in balance.values()), "a flow leaks")
            for person in plan["served"]:
                given[person] += weight
            for arc, person in flow["people"].items():
                given[person] += weight * Fraction(flow["arcs"][int(arc)][2], whole)
    return dict(given)


def draw_again(part: Told, text: Sequence[object]) -> tuple[int, list[int], list[str]]:
    """Draw a part again: the plan, the public numbers used, the people served."""
    used: list[int] = []
    plans, chosen_plan = part["plans"], 0
    if len(plans) > 1:
        weights = [pair(plan["weight"]) for plan in plans]
        total = lcm(*(weight.denominator for weight in weights))
        used.append(public_number((*text, 0), total))
        left = Fraction(used[0], total)
        while left >= weights[chosen_plan]:
            left -= weights[chosen_plan]
            chosen_plan += 1
    flow = plans[chosen_plan]["flow"]
    arcs = [[*arc, 0] for arc in flow["arcs"]]
    gained, steps = round_flow(arcs, flow["denominator"], text)
    used += steps
    served = {*plans[chosen_plan]["served"]}
    served |= {person for arc, person in flow["people"].items() if int(arc) in gained}
    return chosen_plan, used, sorted(served)


def public_number(text: Sequence[object], below: int) -> int:
    """Return the number from 0 to ``below`` - 1 of a text, all equally likely."""
    blocks = max(1, -(-below.bit_length() // 256))
    attempt = 0
    while True:
        digests = (
            hashlib.sha256("\n".join(map(str, (*text, attempt, block))).encode()).digest()
            for block in range(blocks)
        )
        number = int.from_bytes(b"".join(digests), "big")
        if number < (1 << 256 * blocks) // below * below:
            return number % below
        attempt += 1


def round_flow(arcs: list[Arc], whole: int, text: Sequence[object]) -> tuple[set[int], list[int]]:
    """Turn circuits up or down until no arc is a fraction.

    Returns the arcs that rose to 1, and the public numbers used.  Walk on by the
    lowest-numbered arc that is still a fraction; a circuit is turned by the next public
    number; a dead end is set aside.
    """
    at: dict[int, list[int]] = defaultdict(list)
    for number, (tail, head, *_) in enumerate(arcs):
        for node in sorted({tail, head}):
            at[node].append(number)
    gained: set[int] = set()
    used: list[int] = []
    first = 0
    nodes: list[int] = []
    walked: list[int] = []
    while True:
        if not nodes:
            while first < len(arcs) and not is_fraction(arcs[first]):
                first += 1
            if first == len(arcs):
                return gained, used
            nodes.append(arcs[first][0])
        at[nodes[-1]] = [number for number in at[nodes[-1]] if is_fraction(arcs[number])]
        come_by = walked[-1] if walked else -1
        forward = next((number for number in at[nodes[-1]] if number != come_by), None)
        if forward is None:
            nodes.pop()
            if walked:
                arcs[walked.pop()][3] = 1
            continue
        walked.append(forward)
        tail, head = arcs[forward][:2]
        end = head if tail == nodes[-1] else tail
        if end not in nodes:
            nodes.append(end)
            continue
        begin = nodes.index(end)
        circuit = [
            (number, arcs[number][0] == node)
            for number, node in zip(walked[begin:], nodes[begin:], strict=True)
        ]
        gained |= turn(arcs, circuit, whole, (*text, len(used) + 1), used)
        del walked[begin:], nodes[begin + 1 :]


def is_fraction(arc: Arc) -> bool:
    """Whether an arc still carries a fraction and was not set aside."""
    return arc[2] > 0 and not arc[3]


def turn(
    arcs: list[Arc],
    circuit: Sequence[tuple[int, bool]],
    whole: int,
    text: Sequence[object],
    used: list[int],
) -> set[int]:
    """Turn one circuit by the next public number; return the arcs that rose to 1."""
    up = min(whole - arcs[n][2] if along else arcs[n][2] for n, along in circuit)
    down = min(arcs[n][2] if along else whole - arcs[n][2] for n, along in circuit)
    used.append(public_number(text, up + down))
    amount = up if used[-1] < down else -down
    risen = set()
    for number, along in circuit:
        arcs[number][2] += amount if along else -amount
        if arcs[number][2] == whole:
            risen.add(number)
            arcs[number][2] = 0
    return risen


@dataclass(slots=True)
class Bounds:
    """Applications a rule holds, and how many of them must and may be used."""

    rows: list[Application]
    lower: int
    upper: int


FREE = 1 << 60
"""A bound that is none."""


class TightSets:
    """Proof that nobody's chance is too small, set by set, by arithmetic.

    A set names rules.  For every application still open, the rules that hold it count at
    least as often as its person does; so no list gives these people more than the rules
    allow, and their chances use just that.  What the rules count oftener is then closed
    for the sets that follow, whose chances are larger.
    """

    def __init__(self, list_: Standing, record: Told) -> None:
        self.list, self.record = list_, record
        self.told = list_.case.chances[list_.stage["name"]]
        closed = {tuple(each) for each in record["closed"]}
        fixed = {tuple(each) for each in record["fixed"]}
        mine = [a for a in list_.mine if a.eligible]
        self.always = [a for a in mine if (a.person.id, a.place.id) in fixed]
        self.rows_of: dict[str, list[Application]] = {person: [] for person in self.told}
        self.usable: set[int] = set()
        for a in mine:
            if a.person.id in self.told:
                self.rows_of[a.person.id].append(a)
                if (a.person.id, a.place.id) not in closed:
                    self.usable.add(a.number)
        self.open = [a for a in mine if a.number in self.usable]
        self.seen: set[str] = set()
        self.bounds: dict[tuple[str, str], Bounds | None] = {}

    @cached_property
    def nets(self) -> Nets:
        """The rules over everybody, as they stand before any set is followed."""
        return Nets(self.list, self.open)

    def check(self) -> int:
        """Follow the sets; return how many are not confirmed by arithmetic."""
        unconfirmed, last = 0, Fraction(0)
        for number, each in enumerate(self.record["tight_sets"], start=1):
            chance, bound = pair(each["chance"]), pair(each["bound"])
            need(last <= chance <= bound, f"set {number}: order")
            need(all(self.told[person] == chance for person in each["applicants"]), "a chance")
            last = chance
            if each["route"] == "levels":
                rows = [a for person in each["applicants"] for a in self.rows_of[person]]
                is_shut = chance == 0 and not any(a.number in self.usable for a in rows)
                need(is_shut, f"set {number}: open")
            elif each["route"] == "certain":
                need(chance == 1, f"set {number}: not certain")
            elif each["route"] == "solver" or bound != chance:
                # A network's chances have cuts that prove them; nobody's word is needed.
                need(not self.nets.fit(each["applicants"]), f"set {number}: no proof in a network")
                unconfirmed += 1
            elif not self.follow(each, number):
                need(not self.nets.are_plain(each["applicants"]), f"set {number}: unknown rules")
                unconfirmed += 1
            self.seen.update(each["applicants"])
        return unconfirmed

    def follow(self, record: Told, number: int) -> bool:
        """Judge one set and draw the consequences; False where a rule is not known here."""
        bounds = [self.of(rule["rule"], rule["item"]) for rule in record["rules"]]
        known = [each for each in bounds if each is not None]
        if len(known) < len(bounds):
            return False
        people = [(person, 1) for person in record["applicants"]]
        people += [(person, sign) for person, sign in record["others"]]
        need(all(person in self.seen for person, _ in record["others"]), f"set {number}: others")
        cover, counted, rows = Counter[int](), Counter[int](), {}
        allowed, have = 0, Fraction(0)
        for rule, own in zip(record["rules"], known, strict=True):
            sign, units = rule["sign"], rule["units"]
            # A tighter bound than the rule's own can only come from the levels above.
            is_own = units >= own.upper if sign > 0 else units <= own.lower
            need(is_own or self.list.stage["levels"], f"set {number}: bound of a rule")
            allowed += sign * units
            for a in own.rows:
                cover[a.number] += sign
                rows[a.number] = a
            own.lower = own.upper = units
        for person, sign in people:
            have += sign * self.told[person]
            for a in self.rows_of[person]:
                counted[a.number] += sign
                rows[a.number] = a
        for a in self.always:
            counted[a.number] = cover[a.number]
            have += cover[a.number]
        slack = {n: cover[n] - counted[n] for n in rows if n in self.usable}
        need(have == allowed and min(slack.values(), default=0) >= 0, f"set {number}: not tight")
        self.usable -= {n for n, left in slack.items() if left}
        return True

    def of(self, rule: str, item: str) -> Bounds | None:
        """Return the bounds of a rule, worked out once; None for one not known here."""
        if (rule, item) not in self.bounds:
            makers: dict[str, Callable[[], Bounds | None]] = {
                "award": lambda: Bounds(self.rows_of[item], 0, 1),
                "wish": lambda: self.of_wish(*item.split(" ")),
                "capacity": lambda: self.of_capacity(item),
                "number": lambda: self.of_number(int(item)),
                "hard_reserve": lambda: self.of_hard_reserve(item),
                "quota": lambda: self.of_quota(int(item)),
            }
            self.bounds[rule, item] = makers[rule]() if rule in makers else None
        return self.bounds[rule, item]

    def of_wish(self, person: str, place: str) -> Bounds:
        """Bound one application, used at most once."""
        return Bounds([a for a in self.rows_of[person] if a.place.id == place], 0, 1)

    def of_capacity(self, place: str) -> Bounds:
        """Bound awards by the units of a place."""
        return Bounds(self.list.asking.get(place, []), 0, self.list.case.places[place].capacity)

    def of_number(self, index: int) -> Bounds | None:
        """Bound awards by a cap on opened sites, where each has one unit."""
        cap, places = self.list.case.rules["limits"][index], self.list.case.places
        if cap["centre"] or cap["extra_disabled"]:
            return None
        if any(places[p].capacity != 1 for p in cap["members"]):
            return None
        rows = [a for p in cap["members"] for a in self.list.asking.get(p, ())]
        return Bounds(rows, 0, cap["maximum"] - cap["existing"])

    def of_hard_reserve(self, name: str) -> Bounds | None:
        """Bound awards by the room that a hard reserve leaves to others."""
        reserves = {each["name"]: g for g, each in enumerate(self.list.case.rules["reserves"])}
        g, places = reserves[name], self.list.case.places
        reserve = self.list.case.rules["reserves"][g]
        if reserve["linear"] or not reserve["hard"]:
            return None
        asking = [a for p in reserve["places"] for a in self.list.asking.get(p, ())]
        room = sum(places[p].capacity for p in reserve["places"]) - reserve["count"]
        return Bounds([a for a in asking if g not in a.usable], 0, max(0, room))

    def of_quota(self, q: int) -> Bounds | None:
        """Bound awards by a quota that is a number; an elastic one asks through a level."""
        quota = self.list.case.rules["quotas"][q]
        if Fraction(quota["share"]):
            return None
        rows = [a for a in self.list.mine if q in a.counted]
        if not quota["hard"]:
            return Bounds(rows, 0, FREE)
        if quota["sense"] == "max":
            return Bounds(rows, 0, quota["floor"])
        return Bounds(rows, gap_of(quota, 0, 0), FREE)


PLAIN, UNJUDGED, LEVEL, ODD = range(4)
"""Rules whose bounds are known here; others; levels; what is taken not to fit a network."""


class Nets:
    """Whose rules fit a network: two families of sets, in neither of which two cross.

    There leximin chances come from flows and cuts prove them (Budish, Che, Kojima and
    Milgrom 2013).  The elements are applications without a reserve unit or with one, and
    the gaps of elastic quotas.  Spacing, rules that weigh awards, and two or more levels,
    which may have been joined into one sum, are taken not to fit.
    """

    def __init__(self, list_: Standing, rows: Sequence[Application]) -> None:
        self.list, self.rules = list_, list_.case.rules
        self.kept_at: dict[str, list[int]] = defaultdict(list)
        for n, reserve in enumerate(self.rules["reserves"]):
            for place in reserve["places"] if reserve["hard"] or reserve["linear"] else ():
                self.kept_at[place].append(n)
        self.kinds: dict[object, int] = {}
        self.members: dict[object, list[int]] = defaultdict(list)
        ways = [(a, g) for a in rows for g in (-1, *a.usable)]
        self.parent = list(range(len(ways)))
        first: dict[Node, int] = {}
        self.of_person: dict[str, int] = {}
        for number, (a, g) in enumerate(ways):
            first.setdefault(a.node, number)
            self.of_person.setdefault(a.person.id, number)
            for kind, name in self.rules_over(a, g):
                self.put(kind, name, number)
        self.add_gaps()
        for node, number in first.items():
            for other in list_.case.near.get(node, ()):
                if other in first:
                    self.put(ODD, ("near", *sorted((node, other))), number)
                    self.put(ODD, ("near", *sorted((node, other))), first[other])
        self.parts: dict[int, list[object]] = defaultdict(list)
        for name, members in self.members.items():
            self.parts[self.root(members[0])].append(name)
        self.known: dict[int, bool] = {}

    def put(self, kind: int, name: object, element: int) -> None:
        """Put an element into a set."""
        self.kinds[name] = kind
        members = self.members[name]
        members.append(element)
        self.parent[self.root(element)] = self.root(members[0])

    def root(self, element: int) -> int:
        """Return the element that stands for all those it hangs together with."""
        while self.parent[element] != element:
            self.parent[element] = self.parent[self.parent[element]]
            element = self.parent[element]
        return element

    def rules_over(self, a: Application, g: int) -> Iterator[tuple[int, object]]:
        """List the sets an application belongs to, without a unit or with one."""
        yield PLAIN, ("person", a.person.id)
        yield PLAIN, ("place", a.place.id)
        if self.rules["household_max"] and a.person.household:
            yield UNJUDGED, ("household", a.person.household)
        if g >= 0:
            yield UNJUDGED, ("reserve", g)
        for n in self.kept_at.get(a.place.id, ()):
            if self.rules["reserves"][n]["linear"]:
                yield ODD, ("linear", n)
            if n not in a.usable:
                yield PLAIN, ("others", n)
        for c in self.list.case.caps_at.get(a.place.id, ()):
            yield PLAIN if self.counts_units(self.rules["limits"][c]) else ODD, ("cap", c)
        for q in a.counted | a.base:
            quota = self.rules["quotas"][q]
            is_plain = not Fraction(quota["share"]) and (quota["hard"] or quota["sense"] == "min")
            yield PLAIN if is_plain else ODD, ("quota", q)
        levels = self.list.stage["levels"]
        if "reserve_shortfall" in levels and g >= 0:
            yield LEVEL, ("units", a.kind)
        if "tier" in levels and self.list.levels.counts(a, g >= 0):
            yield LEVEL, ("tier", a.person.tier)

    def counts_units(self, cap: Told) -> bool:
        """Tell whether a cap counts awards one by one."""
        places = self.list.case.places
        is_single = all(places[p].capacity == 1 for p in cap["members"])
        is_simple = not cap["centre"] and not cap["extra_disabled"]
        return is_single and is_simple and bool(cap["maximum"] >= cap["existing"])

    def add_gaps(self) -> None:
        """Give every elastic quota an element for what it falls short by."""
        for q, quota in enumerate(self.rules["quotas"]):
            if not quota["hard"] and ("quota", q) in self.members:
                self.parent.append(len(self.parent))
                self.put(self.kinds["quota", q], ("quota", q), len(self.parent) - 1)
                self.put(LEVEL, ("gaps", quota["name"]), len(self.parent) - 1)

    def fit(self, people: Iterable[str]) -> bool:
        """Tell whether the rules over any of these people fit a network."""
        return any(map(self.fits, self.parts_of(people)))

    def are_plain(self, people: Iterable[str]) -> bool:
        """Tell whether they do for any of them, with every bound known here."""
        return any(
            self.fits(part) and all(self.kinds[name] == PLAIN for name in self.parts[part])
            for part in self.parts_of(people)
        )

    def parts_of(self, people: Iterable[str]) -> set[int]:
        """Return the parts that people belong to."""
        return {self.root(self.of_person[p]) for p in people if p in self.of_person}

    def fits(self, part: int) -> bool:
        """Tell whether the rules of a part fit a network."""
        if part not in self.known:
            kinds = [self.kinds[name] for name in self.parts[part]]
            simple = ODD not in kinds and kinds.count(LEVEL) <= 1
            self.known[part] = simple and self.two_families(self.parts[part])
        return self.known[part]

    def two_families(self, names: Sequence[object]) -> bool:
        """Tell whether sets that cross can be kept apart in two families."""
        sets = [set(self.members[name]) for name in names]
        over: dict[int, list[int]] = defaultdict(list)
        for n, members in enumerate(sets):
            for element in members:
                over[element].append(n)
        shared = Counter(pair for each in over.values() for pair in combinations(each, 2))
        against: dict[int, list[int]] = defaultdict(list)
        for (one, other), n in shared.items():
            if n < min(len(sets[one]), len(sets[other])):
                against[one].append(other)
                against[other].append(one)
        family: dict[int, int] = {}
        for start in against:
            waiting = [] if start in family else [start]
            family.setdefault(start, 0)
            while waiting:
                one = waiting.pop()
                for other in against[one]:
                    if other not in family:
                        family[other] = 1 - family[one]
                        waiting.append(other)
                    elif family[other] == family[one]:
                        return False
        return True


PROMISES: dict[str, tuple[tuple[str, str, Callable[[Standing], None]], ...]] = {
    "optimal": (("没有可改进而未用的名额", "no waste", no_waste),),
    "queue": (("按受理先后办理", "in order of acceptance", in_order),),
    "stable": (("没有可推翻名单的一对", "no blocking pair", no_blocking_pair),),
    "egalitarian": (
        ("公布的机会即抽签的机会，按种子抽出", "drawn with its chances", drawn_fairly),
        ("没有机会可以再高而不降低更小的", "leximin chances", chances_are_leximin),
    ),
}
"""Mechanism -> what it promises, and the functions that hold a stage to it."""

CHECKS: tuple[tuple[str, str, Callable[[Case], None]], ...] = (
    ("文件未被改动", "files are unaltered", check_files),
    ("资料完整", "facts are whole", check_facts),
    ("每项申请有且只有一个结果", "one outcome for every application (V1)", check_outcomes),
    ("一人一项、每户上限", "one award a person, households (V2)", check_people),
    ("不超过名额", "capacity (V3)", check_capacity),
    ("间距、密度和数量", "spacing, density and number (V4)", check_space),
    ("必须预留、必须执行的数量要求", "hard reserves and quotas", check_hard),
    ("预留名额由应得的人占用", "reserve units go to the entitled", check_labels),
    ("预留和数量要求与报告一致", "reserves and quotas as reported", check_reported),
    ("各级目标与报告一致", "levels as reported", check_levels),
    ("计数与报告一致", "counts as reported, justified envy included", check_counts),
    ("每项未获批理由属实", "every reason of a refusal is true", check_reasons),
)


def judge(case: Case) -> Iterator[tuple[str, str, str]]:
    """Yield a verdict, what is wrong and a title for every check."""
    for chinese, english, check in CHECKS:
        yield (*verdict(partial(check, case)), f"{chinese} / {english}")
    try:
        standings = case.standings
    except Exception as error:
        yield "不符 FAIL", type(error).__name__, "各阶段 / stages"
        return
    for list_ in standings:
        name, mechanism = list_.stage["name"], list_.stage["mechanism"]
        if mechanism not in PROMISES:
            yield "略过 SKIP", "本程序不认识 unknown here", f"{name}: {mechanism}"
            continue
        for chinese, english, promise in PROMISES[mechanism]:
            title = f"阶段“{name}”（{mechanism}）{chinese} / stage {name}: {english}"
            yield (*verdict(partial(promise, list_)), title)


def verdict(check: Callable[[], None]) -> tuple[str, str]:
    """Run one check; whatever goes wrong in it is a fault of the pack."""
    try:
        check()
    except Skip as reason:
        return "略过 SKIP", str(reason)
    except Fault as fault:
        return "不符 FAIL", str(fault)
    except Exception as error:
        return "不符 FAIL", type(error).__name__
    return "通过 PASS", ""


def main(arguments: list[str]) -> int:
    """Judge the folder of this program; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_RAW)
    parser.add_argument("--digest", metavar="SHA256")
    asked = parser.parse_args(arguments)
    case, failed = Case(Path(__file__).resolve().parent), False
    for mark, wrong, title in judge(case):
        print(f"[{mark}] {title}" + (f"  ({wrong})" if wrong else ""))
        failed |= "FAIL" in mark
    if asked.digest:
        same = asked.digest.strip().lower() == sha256(case.bytes_of(HEAD))
        print(f"[{'通过 PASS' if same else '不符 FAIL'}] 与登记的摘要一致 / the registered digest")
        failed |= not same
    if not failed:
        print(f"摘要 digest: {sha256(case.bytes_of(HEAD))}")
        print("请与单位登记的摘要比对。 Compare it with the one in the office's register.")
        print(
            "资格认定的事实、距离的测量、求解器的界和按编号散列的末级次序不在包内重算。 Facts of "
            "eligibility, measured distances, solver's bounds and the last key are not redone here."
        )
    print("结论：不通过 / FAILED" if failed else "结论：通过 / PASSED")
    return int(failed)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console may lack some characters
    sys.exit(main(sys.argv[1:]))
