"""A small town on disk: input files and a scenario, for tests of whole runs.

Posts, stalls with a reserve, two lottery sites too close to both open, a quota, a
tobacco queue, and a few people whom a rule refuses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders import make_frame

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

SCENARIO = """
name = "town"
title = "小镇方案"
title_en = "Small town"
decision_date = 2023-12-01

[data]
folder = "data"

[[stage]]
name = "tobacco"
kinds = ["tobacco"]
mechanism = "queue"

[[stage]]
name = "joint"
kinds = ["public_welfare_post", "stall", "welfare_lottery"]
mechanism = "optimal"

[reserve.stall]
beneficiaries = { group = "disabled" }
share = 0.5
scope = "venue"

[[quota]]
name = "posts"
applicant = { group = "disabled" }
place = { kind = "public_welfare_post" }
min = 3

[priority]
tiers = [["min_livelihood"], []]

[spacing.welfare_lottery]
urban_m = 300
town_m = 300
rural_m = 300

[openings.welfare_lottery]
max = 2

[draw]
seed = "2023-12-01"
"""

APPLICANTS: Mapping[str, Mapping[str, Any]] = {
    "A01": {"group": "disabled", "min_livelihood": "yes", "district": "东港区", "at": (0, 0)},
    "A02": {"group": "disabled", "min_livelihood": "no", "district": "东港区", "at": (50, 0)},
    "A03": {"group": "disabled", "min_livelihood": "no", "district": "莒县", "at": (90, 10)},
    "A04": {"group": "general", "min_livelihood": "no", "district": "莒县", "at": (10, 70)},
    "A05": {"group": "general", "min_livelihood": "yes", "district": "莒县"},
    "A06": {"group": "household_member", "min_livelihood": "no", "district": "东港区"},
    "A07": {"group": "general", "min_livelihood": "no", "district": "莒县", "at": (1000, 9)},
    "NA": {"group": "disabled", "min_livelihood": "no", "district": "东港区", "at": (5, 5)},
}

PLACES: Mapping[str, Mapping[str, Any]] = {
    "P1": {"kind": "public_welfare_post", "capacity": 2, "district": "东港区", "at": (0, 99)},
    "S1": {
        "kind": "stall",
        "capacity": 2,
        "district": "莒县",
        "venue_id": "M1",
        "name": "东市甲区",
        "at": (300, 0),
    },
    "S2": {"kind": "stall", "capacity": 1, "district": "莒县", "venue_id": "M1", "at": (310, 0)},
    "L1": {"kind": "welfare_lottery", "is_candidate": True, "district": "莒县", "zone": "urban",
           "name": "福彩一号", "at": (1000, 0)},
    "L2": {"kind": "welfare_lottery", "is_candidate": True, "district": "莒县", "zone": "urban",
           "at": (1200, 0)},
    "T1": {"kind": "tobacco", "district": "东港区", "venue_id": "C1", "zone": "urban",
           "at": (0, 500)},
    "T2": {"kind": "tobacco", "district": "东港区", "venue_id": "C1", "zone": "urban",
           "at": (0, 900)},
}  # fmt: skip

WISHES: Mapping[str, str] = {
    "A01": "P1 S1",
    "A02": "L1 P1",
    "A03": "L2 S1 S2",
    "A04": "S1 S2",
    "A05": "S1",
    "A06": "P1 S2",
    "A07": "L1 L2",
    "NA": "P1",
}

ACCEPTED: Mapping[tuple[str, str], str] = {
    ("A04", "T1"): "2023-11-02 09:00:00",
    ("A05", "T2"): "2023-11-01 09:00:00",
}


def write_town(
    folder: Path, *, shuffle: int | None = None, scenario: str = SCENARIO, extra: str = ""
) -> Path:
    """Write the town and return its scenario file.

    Parameters
    ----------
    shuffle
        Seed to put the rows of every file in another order.
    extra
        Lines added to the applicants file.
    """
    rows = [
        {"applicant_id": applicant, "place_id": place, "preference_rank": rank}
        for applicant, listed in WISHES.items()
        for rank, place in enumerate(listed.split(), 1)
    ]
    rows += [
        {"applicant_id": applicant, "place_id": place, "preference_rank": 9, "accepted_at": time}
        for (applicant, place), time in ACCEPTED.items()
    ]
    frames = {
        "applicants": make_frame("applicants", APPLICANTS),
        "places": make_frame("places", PLACES),
        "applications": make_frame("applications", rows),
        "venues": make_frame(
            "venues", {"M1": {"venue_type": "farm_market"}, "C1": {"remaining_number": 1}}
        ),
    }
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        filled = frame.dropna(axis="columns", how="all")
        if shuffle is not None:
            filled = filled.sample(frac=1, random_state=shuffle)
        text = filled.to_csv(index=False, lineterminator="\n")
        (data / f"{name}.csv").write_text(
            text + (extra if name == "applicants" else ""), encoding="utf-8"
        )
    path = folder / "town.toml"
    path.write_text(scenario, encoding="utf-8")
    return path
