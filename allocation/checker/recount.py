"""What a finished run says about itself beside its levels, counted again (V12).

:mod:`allocation.checker.reported` judges a record while the run is made; here the whole
record is there, with its lists, so that a number left out is as wrong as a false one.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.canonical import dump_json
from allocation.checker.listing import read_listing
from allocation.checker.obligations import check_obligations
from allocation.checker.report import Violation
from allocation.scenario.vocabulary import IN_TURN

if TYPE_CHECKING:
    import pandas as pd

    from allocation.checker.report import CheckReport
    from allocation.instance import Instance, Stage

Record = Mapping[str, Any]

_STATUSES: Mapping[str, tuple[str, ...]] = {
    "queue": ("complete",),
    "stable": ("complete", "feasible", "stopped", "infeasible"),
    "optimal": ("optimal", "feasible", "stopped", "infeasible"),
    "egalitarian": ("optimal", "feasible", "undrawn", "infeasible"),
}
"""How a stage of each mechanism may end."""

_WORST_FIRST = ("infeasible", "stopped", "feasible", "undrawn", "optimal", "complete")
_PROVEN = ("optimal", "complete")
_WITHOUT_AWARDS = ("infeasible", "undrawn")


def check_record(
    instance: Instance,
    awards: pd.DataFrame,
    result: Record,
    report: CheckReport,
    lengths: Mapping[str, int],
) -> list[Violation]:
    """Count again what ``result.json`` says of the problem, its stages and its lists.

    Parameters
    ----------
    awards
        As the run folder keeps them.
    result
        The parsed ``result.json``.
    report
        What :func:`allocation.checker.check_awards` found, whose envy is summed up.
    lengths
        Rows of ``waitlist``, ``refusals`` and ``violations``.
    """
    rows = read_listing(instance, awards)[0].rows
    app, places = instance.applications, instance.places
    told = result.get("counts", {})
    counted = {
        "n_applicants": len(instance.applicants.id),
        "n_places": len(places.id),
        "n_units": int(places.capacity[~places.is_candidate].sum()),
        "n_candidate_sites": int(places.is_candidate.sum()),
        "n_applications": len(app.place),
        "n_eligible": int(app.eligible.sum()),
        "n_awards": len(rows),
        "n_waitlist": lengths["waitlist"],
        "n_refusals": lengths["refusals"],
    }
    violations = [*_differing(told, counted), *_overall(result)]
    violations += _differing(result, {"n_violations": lengths["violations"]})
    violations += check_obligations(instance, rows, awards, result)
    violations += _districts(instance, result.get("awards", ()))
    records = {record["name"]: record for record in result.get("stages", ())}
    envy = envy_by_kind(instance, report)
    waits = False
    for stage in instance.stages:
        record = records.get(stage.name)
        if record is None:
            continue  # is a violation of its own, or the run ended before
        mine = rows[np.isin(rows, stage.applications)]
        numbers = _stage_counts(instance, stage, mine.tolist(), result) | {
            "n_envy_pairs": sum(envy[kind] for kind in stage.kinds)
        }
        violations += _differing(record.get("counts", {}), numbers, stage.name)
        if not _may_end_so(stage, record, len(mine), waits):
            params = {"stage": stage.name, "status": str(record.get("status"))}
            violations.append(Violation("check_stage_status", params))
        waits |= record.get("status") == "undrawn"
        violations += _levels_told(stage, record, report)
        violations += _maximum(instance, stage, record, len(mine))
    return violations


def check_chances_told(result: Record, chances: pd.DataFrame, lottery: Record) -> list[Violation]:
    """Sum up the chances of every lottery again and compare what the record says.

    Parameters
    ----------
    chances, lottery
        The content of ``chances.csv`` and ``lottery.json``.
    """
    drawn = {record["stage"]: record for record in lottery.get("stages", ())}
    violations: list[Violation] = []
    for record in result.get("stages", ()):
        of_stage = drawn.get(record["name"])
        if of_stage is None:
            continue  # whether it should be there, the lottery's own check says
        rows = chances[chances["stage"] == record["name"]]
        pairs = zip(rows["numerator"], rows["denominator"], strict=True)
        try:
            counted = _lottery_sums([Fraction(int(a), int(b)) for a, b in pairs], of_stage)
        except (ArithmeticError, KeyError, TypeError, ValueError):
            continue  # a lottery that cannot be read is a violation of its own
        violations += _differing(record.get("chances", {}), counted, record["name"])
    return violations


def check_manifest(manifest: Record, result: Record) -> list[Violation]:
    """Hold the manifest against the scenario and the record it seals."""
    sealed = dump_json(manifest["scenario"]).encode()
    expected = {
        "scenario": ("scenario_sha256", hashlib.sha256(sealed).hexdigest()),
        "awards": ("awards_sha256", manifest["files"].get("awards.csv")),
        "name": ("name", result.get("name")),
        "run_id": ("run_id", result.get("run_id")),
        "official": ("official", result.get("official")),
        "not_reproducible": ("not_reproducible", result.get("not_reproducible")),
    }
    return [
        Violation("check_manifest_differs", {"what": what})
        for what, (key, value) in expected.items()
        if manifest.get(key) != value
    ]


def _differing(told: Record, counted: Record, about: str = "") -> Iterator[Violation]:
    """Compare numbers; one that is not told differs."""
    for name, number in counted.items():
        if told.get(name) != number:
            params = {"reported": _shown(told.get(name)), "counted": _shown(number)}
            yield Violation("check_count", {"name": name, "about": about, **params})


def _shown(value: Any) -> Any:
    """Return a number as it is, a fraction as a text."""
    if isinstance(value, list) and len(value) == 2:
        return f"{value[0]}/{value[1]}"
    return value if isinstance(value, int) else str(value)


def _overall(result: Record) -> Iterator[Violation]:
    found = {str(record.get("status")) for record in result.get("stages", ())}
    worst = next((status for status in _WORST_FIRST if status in found), "complete")
    if result.get("status") != worst:
        yield Violation("check_run_status", {"status": str(result.get("status"))})
    unproven = not found <= {*_PROVEN, "undrawn"}
    if result.get("not_reproducible") != unproven:
        yield Violation("check_run_reproducible", {})


def _may_end_so(stage: Stage, record: Record, n_awards: int, waits: bool) -> bool:
    """Tell whether a stage's status goes with its mechanism, its levels and its awards."""
    status = record.get("status")
    if waits:
        return status == "undrawn" and not n_awards
    if record.get("mechanism") != stage.mechanism or status not in _STATUSES[stage.mechanism]:
        return False
    if status in _WITHOUT_AWARDS:
        return not n_awards
    levels = [*record.get("levels", ()), *(record.get("plan") or {}).get("levels", ())]
    told = record.get("chances", {})
    proven = all(level.get("proven") for level in levels)
    proven &= told.get("n_proven") == told.get("n_tight_sets")
    return proven or status not in _PROVEN


def _levels_told(stage: Stage, record: Record, report: CheckReport) -> Iterator[Violation]:
    """Find a list that is called the best and not the only one, and proofs told wrongly."""
    levels = record.get("levels", ())
    last = "unique_people" if IN_TURN in stage.levels else "unique"
    is_best = stage.mechanism == "optimal" and record.get("status") == "optimal"
    # Among lists as good as each other it is the key that chooses, not the office.
    if is_best and not any(level["code"] == last and level.get("proven") for level in levels):
        about = {"stage": stage.name, "level": last, "level_params": {}}
        yield Violation("check_level_missing", about)
    assurance = report.assurance.get(stage.name)
    if assurance is None:
        return
    planned = (record.get("plan") or {}).get("levels", ())
    # A run made before plans had proofs says nothing of theirs.
    told = [
        (level, level.get("assurance", state), state)
        for level, state in zip(planned, assurance.plan, strict=False)
    ]
    told += [
        (level, level.get("assurance"), state)
        for level, state in zip(levels, assurance.levels, strict=False)
    ]
    for level, said, state in told:
        if said != state:
            about = {"stage": stage.name, "level": level["code"]}
            params = {"level_params": level.get("params", {})}
            yield Violation("check_level_assurance", about | params)


def _stage_counts(
    instance: Instance, stage: Stage, awards: Sequence[int], result: Record
) -> dict[str, int]:
    app, mine = instance.applications, stage.applications
    group = instance.applicants.group[app.applicant[list(awards)]]
    short = (
        int(reserve.get("short", 0))
        for reserve in result.get("reserves", ())
        if reserve.get("kind") in stage.kinds
    )
    return {
        "n_applications": len(mine),
        "n_eligible": int(app.eligible[mine].sum()),
        "n_awards": len(awards),
        "n_awards_disabled": int((group == "disabled").sum()),
        # Each reserve's own shortfall is counted where the list is judged.
        "n_reserve_units_short": sum(short),
    }


def _maximum(
    instance: Instance, stage: Stage, record: Record, n_awards: int
) -> Iterator[Violation]:
    """Awards given, at most the maximum, at most its bound; no more than units asked for."""
    most, bound = record.get("max_awards"), record.get("max_awards_bound")
    if most is None and bound is None:
        return
    app, mine = instance.applications, stage.applications
    asked = app.place[mine[app.eligible[mine]]]
    demand = np.bincount(asked, minlength=len(instance.places.id))
    units = int(np.minimum(demand, instance.places.capacity).sum())
    if most is None or bound is None or not n_awards <= most <= min(bound, units):
        params = {"stage": stage.name, "n": n_awards, "units": units}
        yield Violation("check_maximum", {**params, "most": str(most), "bound": str(bound)})


def _districts(instance: Instance, records: Sequence[Record]) -> Iterator[Violation]:
    """Compare the units of each kind in each district, and find districts left out."""
    places = instance.places
    kinds = {kind for stage in instance.stages for kind in stage.kinds}
    counted: dict[tuple[str, str], dict[str, int]] = {}
    for kind, district, capacity, is_site in zip(
        places.kind.tolist(),
        places.district.tolist(),
        places.capacity.tolist(),
        places.is_candidate.tolist(),
        strict=True,
    ):
        if kind in kinds:
            here = counted.setdefault((kind, district), {"capacity": 0, "candidates": 0})
            here["candidates" if is_site else "capacity"] += 1 if is_site else capacity
    told = {(str(each["kind"]), str(each["district"])): each for each in records}
    for (kind, district), numbers in sorted(counted.items()):
        yield from _differing(told.get((kind, district), {}), numbers, f"{kind} {district}".strip())


def envy_by_kind(instance: Instance, report: CheckReport) -> Counter[str]:
    """Count the justified-envy pairs the checker listed, per kind of place."""
    kind_of = dict(zip(instance.places.id, instance.places.kind, strict=True))
    pairs: Counter[str] = Counter()
    for finding in report.findings:
        if finding.code == "finding_envy":
            pairs[kind_of[finding.params["place_id"]]] += int(finding.params["n"])
    return pairs


def _lottery_sums(chances: Sequence[Fraction], record: Record) -> dict[str, Any]:
    above = [chance for chance in chances if chance > 0]
    bounds = [
        (Fraction(*each["chance"]), Fraction(*each["bound"])) for each in record["tight_sets"]
    ]
    routes = Counter(part["route"] for part in record["parts"])
    return {
        "n_applicants": len(chances),
        "n_certain": sum(chance == 1 for chance in chances),
        "n_without": sum(chance == 0 for chance in chances),
        "smallest": _pair(min(chances, default=Fraction(0))),
        "smallest_positive": _pair(min(above)) if above else None,
        "expected_awards": _pair(sum(chances, Fraction(0))),
        "n_tight_sets": len(bounds),
        "n_proven": sum(chance == bound for chance, bound in bounds),
        "largest_gap": _pair(max((b - a for a, b in bounds), default=Fraction(0))),
        "parts": dict(routes),
        "is_drawn": record["drawn"],
    }


def _pair(value: Fraction) -> list[int]:
    return [value.numerator, value.denominator]
