"""Households: where they live and what the civil-affairs register says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.demo.chance import Ints, Strings, flag, stream
from allocation.demo.territory import Territory, scatter

if TYPE_CHECKING:
    from allocation.demo.sizes import Sizes

SHARE_MEMBERS = 0.15
"""Share of the applicants without a certificate who live with a disabled person."""
UNKNOWN_FACT = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Households:
    """All households and who belongs to which.

    Attributes
    ----------
    frame
        One row per household: village (row), township (row), zone, x, y and the
        ternary facts ``min_livelihood`` to ``elderly_supporting_disabled``.
    of_disabled, of_general
        Household row of every disabled and of every other applicant.
    n_disabled
        Households 0..n_disabled-1 have a disabled applicant.
    """

    frame: pd.DataFrame
    of_disabled: Ints
    of_general: Ints
    n_disabled: int


def make_households(seed: int, sizes: Sizes, territory: Territory) -> Households:
    """Form the households and settle them in the villages."""
    rng = stream(seed, "households")
    of_disabled = _grouped(rng, sizes.disabled, 0.11)
    n_disabled = int(of_disabled.max()) + 1
    of_general = n_disabled + _grouped(rng, sizes.general, 0.08)
    member = flag(rng, SHARE_MEMBERS, sizes.general)
    of_general[member] = rng.integers(0, n_disabled, size=int(member.sum()))
    n_all = int(max(of_general.max(), n_disabled - 1)) + 1
    weights = (territory.weights(1.15, 1.0, 0.8), territory.weights(0.75, 1.2, 1.4))
    village = np.r_[
        _settle(rng, weights[0], n_disabled), _settle(rng, weights[1], n_all - n_disabled)
    ]
    villages = territory.villages
    zone = villages["zone"].to_numpy(dtype=object)[village]
    x, y = scatter(
        rng,
        territory.land,
        villages["x"].to_numpy()[village],
        villages["y"].to_numpy()[village],
        np.where(zone == "rural", 260.0, 420.0),
    )
    frame = pd.DataFrame(
        {
            "village": village,
            "township": villages["township"].to_numpy()[village],
            "zone": zone,
            "x": x,
            "y": y,
        }
    )
    facts = _register(rng, zone, n_disabled)
    return Households(frame.assign(**facts), of_disabled, of_general, n_disabled)


def _grouped(rng: np.random.Generator, count: int, share: float) -> Ints:
    """Return people's household numbers; a share of them live with the person before."""
    alone = ~flag(rng, share, count)
    alone[0] = True
    return np.cumsum(alone).astype(np.int64) - 1


def _settle(rng: np.random.Generator, weight: np.ndarray, count: int) -> Ints:
    return rng.choice(len(weight), size=count, p=weight / weight.sum()).astype(np.int64)


def _register(rng: np.random.Generator, zone: Strings, n_disabled: int) -> dict[str, Strings]:
    """Draw the facts; of households without a disabled person only a "yes" is on file."""
    count = len(zone)
    has_disabled = np.arange(count) < n_disabled
    rural = zone == "rural"
    aid = rng.random(count)
    scale = np.where(has_disabled, 1.0, 0.35)
    facts = {
        "min_livelihood": aid < 0.13 * scale,
        "extreme_hardship": (aid >= 0.13 * scale) & (aid < 0.145 * scale),
        "near_min_livelihood": (aid >= 0.145 * scale) & (aid < 0.23 * scale),
        "antipoverty_monitored": rural & flag(rng, 0.055 * scale, count),
        "zero_employment_household": flag(rng, np.where(rural, 0.02, 0.06) * scale, count),
        "elderly_supporting_disabled": has_disabled & flag(rng, 0.07, count),
    }
    columns: dict[str, Strings] = {}
    for name, holds in facts.items():
        known = has_disabled & ~flag(rng, UNKNOWN_FACT, count)
        column = np.full(count, None, dtype=object)
        column[known] = "no"
        column[holds & (known | ~has_disabled)] = "yes"
        # Some offices write "not known", most leave the cell empty.
        column[has_disabled & ~known & flag(rng, 0.3, count)] = "unknown"
        columns[name] = column
    return columns
