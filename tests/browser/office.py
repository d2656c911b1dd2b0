"""The office the browser's tests work in: a town whose people have something to lose.

On its shelf lie ``town`` and ``town-30`` with a smaller reserve of stalls, both of which
have been run, ``year``, the city's own document for looking at the form, and ``knot``,
which no solver unties soon, for what happens while a run is under way.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from stdnum.cn import ric

import allocation
from tests.assessed_town import write_assessed_town
from tests.browser.gossip import ID_PREFIX, TELL_TALE, receipt
from tests.builders import make_frame, site

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = "rizhao-2023-18"

_SMALLER = """
extends = "town.toml"
name = "town-30"
title = "预留三成"
title_en = "Three of ten reserved"

[reserve.stall]
share = 0.3
"""

N_KNOT = 200
"""Sites of the knot."""

_KNOT = """
name = "knot"
title = "难解方案"
title_en = "Knot"
decision_date = 2023-12-01

[data]
folder = "../data/knot"

[[stage]]
name = "joint"
kinds = ["welfare_lottery"]
mechanism = "optimal"

[spacing.welfare_lottery]
urban_m = 300
town_m = 300
rural_m = 300

[draw]
seed = "2023-12-01"
"""


@dataclass(frozen=True, slots=True)
class Office:
    """A workspace of the app.

    Attributes
    ----------
    run, other
        Ids of the finished runs of ``town`` and ``town-30``.
    """

    home: Path
    run: str
    other: str

    @property
    def scenarios(self) -> Path:
        """Folder of scenarios."""
        return self.home / "scenarios"

    def runs(self) -> set[str]:
        """Ids of all finished runs."""
        return {run.name for run in (self.home / "runs").glob("2*")}

    def tables(self) -> dict[str, pd.DataFrame]:
        """Read the town's tables as an official would: cells as they are typed."""
        return {
            path.stem: pd.read_csv(path, dtype="str", keep_default_na=False)
            for path in sorted((self.home / "data" / "town").iterdir())
        }


def furnish(home: Path) -> Office:
    """Write the office's data and scenarios and run those of the town."""
    (home / "scenarios").mkdir(parents=True)
    _write_town(home)
    _write_knot(home)
    document = ROOT / "scenarios" / f"{DOCUMENT}.toml"
    shutil.copy(document, home / "scenarios" / "year.toml")
    shutil.copytree(document.parent / "policies", home / "scenarios" / "policies")
    run, other = (
        allocation.run(home / "scenarios" / f"{name}.toml", home / "runs").name
        for name in ("town", "town-30")
    )
    return Office(home, run, other)


def _write_town(home: Path) -> None:
    fresh = home / "town"
    scenario = write_assessed_town(fresh)
    text = scenario.read_text(encoding="utf-8")
    text = text.replace('folder = "data"', 'folder = "../data/town"')
    (home / "scenarios" / "town.toml").write_text(text, encoding="utf-8")
    (home / "scenarios" / "town-30.toml").write_text(_SMALLER, encoding="utf-8")
    (home / "data").mkdir()
    (fresh / "data").rename(home / "data" / "town")
    shutil.rmtree(fresh)
    name_everybody(home / "data" / "town" / "applicants.csv")


def name_everybody(applicants: Path) -> None:
    """Give all applicants of a file what may not get about: see :mod:`tests.browser.gossip`."""
    frame = pd.read_csv(applicants, dtype="str", keep_default_na=False)
    disabled = frame["group"] == "disabled"
    numbers = pd.Series([identity_number(i) for i in range(len(frame))])
    frame = frame.assign(
        receipt_no=frame["applicant_id"].map(receipt),
        name=[TELL_TALE + "甲乙丙丁戊己庚辛壬癸"[i] for i in range(len(frame))],
        identity_no=numbers,
        # The last two digits of a certificate tell type and level.
        certificate_no=(numbers + "43").where(disabled, ""),
        disability_type=pd.Series("physical", frame.index).where(disabled, ""),
        disability_level=pd.Series("3", frame.index).where(disabled, ""),
        village=f"{TELL_TALE}村",
    )
    frame.to_csv(applicants, index=False, lineterminator="\n")


def identity_number(serial: int) -> str:
    """Return a synthetic identity number with a valid check digit."""
    body = f"{ID_PREFIX}700101{serial:03}"
    return body + ric.calc_check_digit(f"{body}-")


def _write_knot(home: Path) -> None:
    """Write sites that exclude each other without any order.

    Maximal cliques describe distances in a plane so well that a city of sites is solved
    in a second.  Measured distances may exclude any pair: here one of twenty, by chance,
    and finding the most sites that can open together takes branch and bound hours.
    """
    ids = [f"K{i:03}" for i in range(N_KNOT)]
    places = {place: site(1000 * (i % 15), 1000 * (i // 15)) for i, place in enumerate(ids)}
    wishes = [
        {"applicant_id": f"B{i:03}", "place_id": ids[(i + more) % N_KNOT], "preference_rank": rank}
        for i in range(N_KNOT)
        for rank, more in enumerate((0, 1), 1)
    ]
    first, second = np.triu_indices(N_KNOT, 1)
    near = np.random.default_rng(1).random(len(first)) < 0.05
    pairs = [
        {"place_id_a": ids[a], "place_id_b": ids[b], "distance_m": 100}
        for a, b in zip(first[near], second[near], strict=True)
    ]
    frames = {
        "applicants": make_frame(
            "applicants", {f"B{i:03}": {"group": "general"} for i in range(N_KNOT)}
        ),
        "places": make_frame("places", places),
        "applications": make_frame("applications", wishes),
        "measured_distances": make_frame("measured_distances", pairs),
    }
    folder = home / "data" / "knot"
    folder.mkdir()
    for name, frame in frames.items():
        frame.dropna(axis="columns", how="all").to_csv(folder / f"{name}.csv", index=False)
    (home / "scenarios" / "knot.toml").write_text(_KNOT, encoding="utf-8")
