"""Own ids of an audit pack, and reasons told with them.

Every person, place, household, outlet and area bears an id of this pack alone: its place
in an order that only the run's secret gives.  Parameters of reasons pass by an
allow-list; a date that tells a birthday or a certificate, a name or a remark stays out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.packs.secret import own_ids

if TYPE_CHECKING:
    from allocation.instance import Instance

PLAIN = frozenset(
    {
        "age",
        "basis",
        "capacity",
        "criterion",
        "decision_date",
        "delta",
        "denominator",
        "distance_m",
        "exceeds",
        "group",
        "how",
        "kept_rank",
        "kind",
        "lacking",
        "level",
        "level_params",
        "limit",
        "limited",
        "maximum",
        "missing",
        "months",
        "n",
        "numerator",
        "own",
        "pool",
        "preference_rank",
        "quota",
        "rank",
        "required",
        "required_m",
        "requirement",
        "stage",
        "status",
        "used",
    }
)
"""Parameters of reasons that go into an audit pack as they are."""


@dataclass(frozen=True)
class Aliases:
    """Ids of one audit pack."""

    instance: Instance
    secret: bytes

    @cached_property
    def person(self) -> Mapping[str, str]:
        """Applicant id -> own id."""
        return self._of("person", self.instance.applicants.id.tolist(), "A")

    @cached_property
    def receipt(self) -> Mapping[str, str]:
        """Receipt number -> own id of the person."""
        people = self.instance.applicants
        return {
            str(receipt): self.person[name]
            for receipt, name in zip(people.receipt_no, people.id, strict=True)
        }

    @cached_property
    def place(self) -> Mapping[str, str]:
        """Place id -> own id."""
        return self._of("place", self.instance.places.id.tolist(), "P")

    @cached_property
    def household(self) -> Mapping[int, str]:
        """Index of a household -> own id, empty for none."""
        homes = np.unique(self.instance.applicants.household)
        named = self._of("household", [str(home) for home in homes.tolist() if home >= 0], "H")
        return {int(home): alias for home, alias in named.items()} | {-1: ""}

    @cached_property
    def limit(self) -> Mapping[str, str]:
        """``code/kind/label`` of a cap -> own id."""
        return self._of("limit", {limit_name(cap) for cap in self.instance.limits}, "L")

    @cached_property
    def reserve(self) -> Mapping[str, str]:
        """Name of a reserve -> own id."""
        return self._of("reserve", [reserve.name for reserve in self.instance.reserves], "R")

    @cached_property
    def scope(self) -> Mapping[str, str]:
        """Scope of a quota -> own id, empty for the whole city."""
        scopes = {quota.scope_id for quota in self.instance.quotas} - {""}
        return {**self._of("scope", scopes, "Q"), "": ""}

    @cached_property
    def thing(self) -> Mapping[str, str]:
        """Outlet or protected site -> own id."""
        tables = self.instance.tables
        names = {
            *tables.existing_outlets["outlet_id"].astype(str),
            *tables.protected_sites["site_id"].astype(str),
        }
        return self._of("thing", names, "X")

    def told(self, code: str, params: str) -> dict[str, Any]:
        """Return the parameters of a reason as they go into the pack."""
        given: dict[str, Any] = json.loads(params)
        mapped: Mapping[str, Callable[[Any], Any]] = {
            "receipt_no": self.receipt.__getitem__,
            "kept_receipt_no": self.receipt.__getitem__,
            "place": self.place.__getitem__,
            "outlet": self.thing.__getitem__,
            "site": self.thing.__getitem__,
            "reserve": self.reserve.__getitem__,
            "scope": self.scope.__getitem__,
            "label": lambda label: self.limit[f"{code}/{given['kind']}/{label}"],
            "chain": lambda chain: [self._move(move) for move in chain],
        }
        return {
            key: mapped[key](value) if key in mapped else value
            for key, value in given.items()
            if key in PLAIN or key in mapped
        }

    def _move(self, move: Mapping[str, Any]) -> dict[str, Any]:
        left = [self.place[name] for name in (move["from_place"] or "").split(", ") if name]
        taken = move["to_place"]
        return {
            "person": self.receipt[move["receipt_no"]],
            "from": left,
            "to": self.place[taken] if taken else "",
        }

    def _of(self, purpose: str, names: Collection[str], prefix: str) -> dict[str, str]:
        return own_ids(self.secret, f"audit-{purpose}", set(names), prefix)


def limit_name(limit: Any) -> str:
    """Name a cap on opened sites as a reason names it."""
    return f"{limit.code}/{limit.kind}/{limit.label}"
