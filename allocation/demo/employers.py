"""Employers, for the measures about placement by quota (later)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from allocation.demo.chance import pick, stream
from allocation.demo.ids import serial_ids
from allocation.demo.territory import Territory, township_names

if TYPE_CHECKING:
    from allocation.demo.sizes import Sizes

TYPES = {"机关": 0.12, "事业单位": 0.28, "国有企业": 0.12, "民营企业": 0.42, "社会组织": 0.06}
TYPICAL_STAFF = {"机关": 60, "事业单位": 75, "国有企业": 160, "民营企业": 70, "社会组织": 20}


def make_employers(seed: int, sizes: Sizes, territory: Territory) -> pd.DataFrame:
    """Return the employers with their staff, disabled staff and established posts."""
    rng = stream(seed, "employers")
    count = sizes.employers
    people = territory.townships["population"].to_numpy(dtype=np.float64)
    row = rng.choice(len(people), size=count, p=people / people.sum())
    district, _ = township_names(territory, row)
    types = pick(rng, list(TYPES), list(TYPES.values()), count)
    typical = np.array([TYPICAL_STAFF[name] for name in types], dtype=np.float64)
    staff = np.maximum(3, np.round(typical * rng.lognormal(0.0, 0.8, count))).astype(np.int64)
    disabled = rng.binomial(staff, rng.choice([0.0, 0.008, 0.02], size=count, p=[0.45, 0.3, 0.25]))
    public = np.isin(types, ["机关", "事业单位"])
    established = np.where(public, np.round(staff * rng.uniform(0.8, 1.1, count)), np.nan)
    number = pd.Series(np.arange(1, count + 1)).astype(str)
    return pd.DataFrame(
        {
            "employer_id": serial_ids("N", count, 4),
            "name": "模拟" + pd.Series(types) + number + "号",
            "unit_type": types,
            "district": district,
            "staff": staff,
            "disabled_staff": disabled,
            "established_posts": pd.Series(established).astype("Int64"),
        }
    )
