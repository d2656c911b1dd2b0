"""Public-welfare posts of the eight kinds that measure 13 of the city's plan names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.demo.chance import Ints, apportion, spread, stream
from allocation.demo.ids import serial_ids
from allocation.demo.profiles import REQUIREMENTS
from allocation.demo.territory import Territory, scatter, township_names

if TYPE_CHECKING:
    from allocation.demo.sizes import Sizes


@dataclass(frozen=True, slots=True)
class PostKind:
    """One kind of post: where it is found, what it needs and who manages it.

    Attributes
    ----------
    shares
        Relative frequency in rural, town and urban places.
    needs
        Functional requirements, each with the share of posts that has it.
    """

    name: str
    duty: str
    shares: tuple[float, float, float]
    needs: dict[str, float]
    manager: str


KINDS = (
    PostKind(
        "农家书屋管理员", "social_undertaking", (2.0, 1.0, 0.0), {"requires_sight": 0.8}, "村委会",
    ),
    PostKind("乡村保洁员", "public_service", (3.2, 1.5, 0.0), {"requires_standing": 0.6}, "村委会"),
    PostKind(
        "护路员", "facility_maintenance", (1.6, 0.6, 0.2),
        {"requires_standing": 0.5, "requires_travel": 0.7}, "公路站",
    ),
    PostKind(
        "生态护林员", "public_management", (1.2, 0.2, 0.0),
        {"requires_climbing": 0.9, "requires_travel": 0.8}, "林业站",
    ),
    PostKind(
        "保安", "social_governance", (0.5, 1.4, 2.4),
        {"requires_standing": 0.4, "requires_sight": 0.6, "requires_hearing": 0.6}, "综治中心",
    ),
    PostKind(
        "社会救助协理员", "social_undertaking", (1.0, 1.5, 1.6),
        {"requires_sight": 0.5, "requires_hearing": 0.5, "requires_travel": 0.4}, "民政办",
    ),
    PostKind(
        "社区服务人员", "public_service", (0.4, 1.4, 3.6), {"requires_hearing": 0.4}, "社区居委会",
    ),
    PostKind(
        "“如康家园”服务人员", "social_undertaking", (0.3, 1.2, 1.0),
        {"requires_civil_capacity": 0.8, "requires_hearing": 0.3}, "残联",
    ),
)  # fmt: skip


def make_posts(seed: int, sizes: Sizes, territory: Territory, demand: Ints) -> pd.DataFrame:
    """Return the posts, one row each, spread like the disabled applicants.

    Parameters
    ----------
    demand
        Disabled applicants per township row; a township without any gets no post.
    """
    rng = stream(seed, "posts")
    per_township = apportion(sizes.posts, demand.astype(np.float64), least=1)
    township = spread(per_township)
    village = _choose_villages(rng, territory, township)
    villages = territory.villages
    zone = villages["zone"].to_numpy(dtype=object)[village]
    kind = _choose_kinds(rng, zone)
    x, y = scatter(
        rng,
        territory.land,
        villages["x"].to_numpy()[village],
        villages["y"].to_numpy()[village],
        180.0,
    )
    district, town = township_names(territory, township)
    name = np.array([item.name for item in KINDS], dtype=object)[kind]
    short = villages["name"].to_numpy(dtype=object)[village]
    rural = zone == "rural"
    frame = pd.DataFrame(
        {
            "place_id": serial_ids("P", sizes.posts, 4),
            "kind": "public_welfare_post",
            "capacity": _capacities(rng, sizes, per_township, demand),
            "name": short + name,
            "district": district,
            "township": town,
            "village": short,
            "zone": zone,
            "post_kind": name,
            "duty_category": np.array([item.duty for item in KINDS], dtype=object)[kind],
            "disabled_only": True,
            "monthly_pay": np.where(rural, 800, 1820),
            "daily_hours": np.where(rural, 4, 6),
            "term_months": 12,
            "manager_org": town + np.array([item.manager for item in KINDS], dtype=object)[kind],
            "township_row": township,
            "x": x,
            "y": y,
        }
    )
    for need in REQUIREMENTS:
        share = np.array([item.needs.get(need, 0.0) for item in KINDS])[kind]
        frame[need] = rng.random(sizes.posts) < share
    return frame


def _choose_villages(rng: np.random.Generator, territory: Territory, township: Ints) -> Ints:
    members = territory.villages.groupby("township").indices
    share = territory.villages["share"].to_numpy()
    village = np.empty(len(township), dtype=np.int64)
    for row in np.unique(township):
        own = members[row]
        weight = np.sqrt(share[own])
        here = township == row
        village[here] = rng.choice(own, size=int(here.sum()), p=weight / weight.sum())
    return village


def _choose_kinds(rng: np.random.Generator, zone: np.ndarray) -> Ints:
    column = np.select([zone == "rural", zone == "town"], [0, 1], 2)
    shares = np.array([item.shares for item in KINDS]).T[column]
    cumulative = np.cumsum(shares, axis=1)
    draw = rng.random(len(zone)) * cumulative[:, -1]
    return np.asarray((draw[:, None] > cumulative).sum(axis=1), dtype=np.int64)


def _capacities(rng: np.random.Generator, sizes: Sizes, per_township: Ints, demand: Ints) -> Ints:
    """Share the vacancies of every township out over its posts, at least one each."""
    weight = np.where(per_township > 0, demand, 0).astype(np.float64)
    total = per_township + apportion(sizes.vacancies - sizes.posts, weight)
    parts = [
        1 + rng.multinomial(int(units - posts), rng.dirichlet(np.full(int(posts), 1.6)))
        for units, posts in zip(total, per_township, strict=True)
        if posts > 0
    ]
    return np.concatenate(parts).astype(np.int64)
