"""A generated problem as an instance of `allocation`: by way of its files, or at once."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from allocation import build_instance, load_scenario, read_tables
from allocation.draw.order import draw_numbers
from allocation.instance import (
    DISTANCE_SOURCES,
    Applicants,
    Applications,
    Conflicts,
    Instance,
    Places,
    Stage,
    freeze,
)
from allocation.rules.priority import pools
from allocation.scenario import Scenario
from benchmarks.field import plain
from benchmarks.field.plain import KINDS, SPACING_M, TIER_SHARES, Ints, Kind, Plain

FACTS = (
    "extreme_hardship",
    "min_livelihood",
    "near_min_livelihood",
    "zero_employment_household",
    "antipoverty_monitored",
)
"""What puts an applicant in tier 1, 2, ...; the last tier needs nothing."""

_LARGEST_FILES = 10.0
"""Above this scale the arrays go straight into an instance: pandas would need more memory
for the texts of the tables than any of the solvers does for the problem."""


def instance_of(scale: float, kind: Kind, cache: Path) -> tuple[Instance, str]:
    """Return the instance of a size, and how it was made: by ``files`` or ``arrays``.

    Parameters
    ----------
    cache
        Folder in which the files of each problem are kept for the next time.
    """
    made_by = sha256(Path(plain.__file__).read_bytes() + Path(__file__).read_bytes())
    folder = cache / f"{kind}-{scale:g}-{made_by.hexdigest()[:12]}"
    if scale > _LARGEST_FILES:
        folder.mkdir(parents=True, exist_ok=True)
        return from_arrays(plain.generate(scale, kind), _scenario(folder, kind)), "arrays"
    scenario = _scenario(folder, kind) if (folder / "scenario.toml").exists() else None
    if scenario is None:
        folder.mkdir(parents=True, exist_ok=True)
        write_tables(plain.generate(scale, kind), folder)
        scenario = _scenario(folder, kind)
    return build_instance(read_tables(scenario), scenario), "files"


def _scenario(folder: Path, kind: Kind) -> Scenario:
    path = folder / "scenario.toml"
    path.write_text(scenario_text(kind), encoding="utf-8")
    return load_scenario(path)


def scenario_text(kind: Kind, spacing_m: int = SPACING_M) -> str:
    """Return the scenario file of a problem, its sites at least so many metres apart."""
    used = {"sites": KINDS[2:], "spacing": KINDS}.get(kind, KINDS[:2])
    mechanism = "stable" if kind == "stable" else "optimal"
    levels = ["number", "tier"]
    if kind != "sites":
        levels = ["tier", "number", "draw", "preference_by_tier", "distance"]
    lines = [
        f'name = "{kind}"',
        'data = { folder = ".", crs = { default = "EPSG:4549" } }',
        'space = { crs = "EPSG:4549" }',
        'draw = { seed = "benchmark" }',
        "[[stage]]",
        f"kinds = {_quoted(used)}",
        f'mechanism = "{mechanism}"',
        *([] if kind == "stable" else [f"levels = {_quoted(levels)}"]),
        "[priority]",
        f"tiers = [{', '.join(_quoted([fact]) for fact in FACTS)}, []]",
        *(f'pool.{name} = {{ open = ["tier", "draw"] }}' for name in used),
    ]
    if KINDS[2] in used:
        metres = ", ".join(f"{zone}_m = {spacing_m}" for zone in ("urban", "town", "rural"))
        lines += [f"[spacing]\n{KINDS[2]} = {{ {metres} }}"]
    return "\n".join(lines) + "\n"


def _quoted(words: Any) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


def write_tables(problem: Plain, folder: Path) -> None:
    """Write the three tables of a problem as CSV."""
    people = pd.DataFrame({"applicant_id": _ids("A", len(problem.tier))})
    people["lon"], people["lat"] = problem.home.T
    for tier, fact in enumerate(FACTS, 1):
        people[fact] = np.where(problem.tier == tier, "yes", "no")
    places = pd.DataFrame(
        {
            "place_id": _ids("P", len(problem.capacity)),
            "kind": np.array(KINDS)[problem.kind],
            "capacity": problem.capacity,
            "is_candidate": np.where(problem.kind == 2, "yes", "no"),
        }
    )
    places["lon"], places["lat"] = problem.at.T
    applications = pd.DataFrame(
        {
            "applicant_id": people["applicant_id"].to_numpy()[problem.applicant],
            "place_id": places["place_id"].to_numpy()[problem.place],
            "preference_rank": problem.rank,
        }
    )
    tables = {"applicants": people, "places": places, "applications": applications}
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False)


def _ids(letter: str, n: int) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return ids from 1, padded so that their order as texts is that of their numbers."""
    return np.array([f"{letter}{number:07d}" for number in range(1, n + 1)], dtype=object)


def from_arrays(problem: Plain, scenario: Scenario) -> Instance:
    """Build the instance that the files of a problem without sites would give.

    The instance has no tables, so it can be solved and not checked.
    """
    if np.any(problem.kind == 2):
        raise ValueError("spacing conflicts are found from the files")
    (rule,) = scenario.stages
    n, m, k = len(problem.tier), len(problem.capacity), len(problem.place)
    ids = _ids("A", n)
    seed, turn = (scenario.seed, scenario.draw.round) if scenario.draw else (None, "")
    none, blank = np.empty(0, dtype=np.int64), np.full(m, "", dtype=object)
    at, home = problem.at.astype(float), problem.home.astype(float)
    way = at[problem.place] - home[problem.applicant]
    tables: Any = SimpleNamespace()
    return Instance(
        scenario=scenario,
        tables=tables,
        applicants=freeze(
            Applicants(
                id=ids,
                receipt_no=ids,
                group=np.full(n, "general", dtype=object),
                draw_number=draw_numbers(ids.tolist(), seed, turn),
                tier=problem.tier,
                household=np.full(n, -1),
                hard_to_employ=np.zeros(n, dtype=np.bool_),
                holds=np.zeros((n, len(scenario.exclusive.groups)), dtype=np.bool_),
            )
        ),
        places=freeze(
            Places(
                id=_ids("P", m),
                kind=np.array(KINDS, dtype=object)[problem.kind],
                venue=blank,
                township=blank,
                district=blank,
                zone=blank,
                capacity=problem.capacity,
                is_candidate=np.zeros(m, dtype=np.bool_),
                x=at[:, 0],
                y=at[:, 1],
            )
        ),
        applications=freeze(
            Applications(
                applicant=problem.applicant,
                place=problem.place,
                preference_rank=problem.rank,
                priority_rank=np.zeros(k, dtype=np.int64),
                band=np.ones(k, dtype=np.int64),
                holder_class=np.zeros(k, dtype=np.int64),
                accepted_order=np.full(k, -1),
                distance_m=_rounded(np.hypot(way[:, 0], way[:, 1])),
                distance_source=np.full(k, DISTANCE_SOURCES.index("home")),
                eligible=np.ones(k, dtype=np.bool_),
                needs_accommodation=np.zeros(k, dtype=np.bool_),
            )
        ),
        conflicts=Conflicts(none, none, none, none, none, none, none.astype(np.bool_)),
        limits=(),
        reserves=(),
        quotas=(),
        priorities=pools(scenario, rule.kinds),
        stages=(
            Stage(rule.name, rule.kinds, rule.mechanism, scenario.levels_of(rule), np.arange(k)),
        ),
        exclusive_groups=scenario.exclusive.groups,
        household_max=0,
        barred=np.zeros((m, 3), dtype=np.bool_),
        exclusions={},
        n_tiers=len(TIER_SHARES),
        notices=(),
    )


def _rounded(metres: np.ndarray[Any, np.dtype[np.float64]]) -> Ints:
    whole: Ints = np.rint(metres).astype(np.int64)
    return whole
