"""The numbers of the runs side by side, each with what is better: more or less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocation import canonical
from allocation.compare.records import Better, Measure
from allocation.messages import RunError
from allocation.runs import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from allocation.runs import Run

CHANCES = "chances.csv"

_COUNTS: Mapping[str, Better] = {
    "n_applicants": "neither",
    "n_eligible": "neither",
    "n_awards": "more",
    "n_awards_disabled": "more",
}
_FAIRNESS: Mapping[str, Better] = {
    "n_envy_pairs": "less",
    "n_envious_applicants": "less",
    "n_waitlist": "neither",
}
_RESERVE: Mapping[str, Better] = {"required": "neither", "used": "more", "short": "less"}
_QUOTA: Mapping[str, Better] = {"required": "neither", "reached": "neither", "short": "less"}


def overall_measures(runs: Sequence[Run], places: Sequence[pd.DataFrame]) -> tuple[Measure, ...]:
    """List the measures of the runs, what is given first.

    Parameters
    ----------
    places
        Table of places of each run.
    """
    found = [
        *(_count(runs, code, better) for code, better in _COUNTS.items()),
        *_most_awards(runs),
        _opened(runs, places),
        *_reserve_totals(runs),
        *_reserves_by_rule(runs),
        *_quotas(runs),
        *(_count(runs, code, better) for code, better in _FAIRNESS.items()),
        *_wishes(runs),
        *_chances(runs),
        _violations(runs),
        *_levels_certified(runs),
    ]
    return tuple(measure for measure in found if any(value is not None for value in measure.values))


def price_of_fairness(runs: Sequence[Run]) -> tuple[Measure, ...]:
    """List what one mechanism or setting costs against another."""
    return (
        _count(runs, "n_awards", "more"),
        *tier_measures(runs),
        _count(runs, "n_envy_pairs", "less"),
        *_wishes(runs)[:1],
        *_chances(runs),
        *(
            Measure(f"{about}_short", tuple(_short(run, about) for run in runs), better="less")
            for about in ("reserve", "quota")
        ),
    )


def tier_measures(runs: Sequence[Run]) -> tuple[Measure, ...]:
    """Count awards per priority tier; a queue gives out by time and is left out."""
    counts = [_by_wishes(run)["priority_tier"].value_counts() for run in runs]
    tiers = sorted({int(tier) for count in counts for tier in count.index})
    return tuple(
        Measure(
            "awards_tier",
            tuple(int(count.get(tier, 0)) for count in counts),
            about=(str(tier),),
            better="more",
        )
        for tier in tiers
    )


def area_measures(runs: Sequence[Run]) -> tuple[Measure, ...]:
    """Count awards, and those to disabled applicants, per kind and per kind and district."""
    return (*_areas(runs, "n", "awards"), *_areas(runs, "n_disabled", "disabled"))


def _areas(runs: Sequence[Run], column: str, code: str) -> list[Measure]:
    by_area = [
        {(row["kind"], row["district"]): row[column] for row in run.result["awards"]}
        for run in runs
    ]
    areas = list(dict.fromkeys(area for counts in by_area for area in counts))
    kinds = list(dict.fromkeys(kind for kind, _ in areas))
    by_kind = [_sums(counts) for counts in by_area]
    return [
        *(
            Measure(f"{code}_kind", tuple(counts.get(kind) for counts in by_kind), about=(kind,))
            for kind in kinds
        ),
        *(
            Measure(f"{code}_area", tuple(counts.get(area) for counts in by_area), about=area)
            for area in sorted(areas, key=lambda area: (kinds.index(area[0]), area[1]))
        ),
    ]


def _sums(counts: Mapping[tuple[str, str], int]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for (kind, _), n in counts.items():
        sums[kind] = sums.get(kind, 0) + n
    return sums


def _count(runs: Sequence[Run], code: str, better: Better) -> Measure:
    return Measure(code, tuple(run.result["counts"].get(code) for run in runs), better=better)


def _violations(runs: Sequence[Run]) -> Measure:
    return Measure("n_violations", tuple(run.result["n_violations"] for run in runs), better="less")


def _levels_certified(runs: Sequence[Run]) -> list[Measure]:
    """Count the levels that arithmetic confirms, beside those there are."""
    levels = [
        [level for stage in run.result["stages"] for level in stage["levels"]] for run in runs
    ]
    certified = tuple(
        sum(level.get("assurance") == "certified" for level in found) if found else None
        for found in levels
    )
    return [
        Measure("levels", tuple(len(found) or None for found in levels)),
        Measure("levels_certified", certified, better="more"),
    ]


def _most_awards(runs: Sequence[Run]) -> list[Measure]:
    """Set side by side the most awards each stage could give."""
    most = [{stage["name"]: stage["max_awards"] for stage in run.result["stages"]} for run in runs]
    return [
        Measure("max_awards", tuple(stages.get(name) for stages in most), about=(name,))
        for name in dict.fromkeys(name for stages in most for name in stages)
    ]


def _opened(runs: Sequence[Run], places: Sequence[pd.DataFrame]) -> Measure:
    """Count the candidate sites that hold an award; None where there are no such sites."""
    values = []
    for run, frame in zip(runs, places, strict=True):
        is_candidate = frame["is_candidate"].fillna(False).astype(bool)
        candidates = set(frame.loc[is_candidate, "place_id"])
        values.append(len(candidates & set(run.awards["place_id"])) if candidates else None)
    return Measure("n_opened", tuple(values))


def _reserve_totals(runs: Sequence[Run]) -> list[Measure]:
    return [
        Measure(
            f"reserve_{column}",
            tuple(_total(run.result["reserves"], column) or 0 for run in runs),
            better=better,
        )
        for column, better in _RESERVE.items()
    ]


def _total(records: Sequence[Mapping[str, int]], column: str) -> int | None:
    return sum(record[column] for record in records) if records else None


def _reserves_by_rule(runs: Sequence[Run]) -> list[Measure]:
    rules = dict.fromkeys(row["rule"] for run in runs for row in run.result["reserves"])
    found = []
    for rule in rules:
        records = [[row for row in run.result["reserves"] if row["rule"] == rule] for run in runs]
        found += [
            Measure(
                f"reserve_{column}_of",
                tuple(_total(rows, column) for rows in records),
                about=(rule,),
                better=better,
            )
            for column, better in _RESERVE.items()
        ]
    return found


def _quotas(runs: Sequence[Run]) -> list[Measure]:
    """Sum each quota over its scopes, lower and upper bounds apart."""
    bounds = dict.fromkeys(_bound(row) for run in runs for row in run.result["quotas"])
    found = []
    for name, sense in bounds:
        records = [
            [row for row in run.result["quotas"] if _bound(row) == (name, sense)] for run in runs
        ]
        found += [
            Measure(
                f"quota_{column}_{sense}",
                tuple(_total(rows, column) for rows in records),
                about=(name,),
                better=better,
            )
            for column, better in _QUOTA.items()
        ]
    return found


def _bound(record: Mapping[str, str]) -> tuple[str, str]:
    return record["name"], record["sense"]


def _short(run: Run, about: str) -> int:
    return sum(row["short"] for row in run.result["shortfalls"] if row["about"] == about)


def _wishes(runs: Sequence[Run]) -> list[Measure]:
    """Say how well wishes were met and how far people have to go."""
    wished = [_by_wishes(run)["preference_rank"] for run in runs]
    distances = [run.awards["distance_m"].dropna() for run in runs]
    return [
        Measure("mean_preference", tuple(_mean(ranks) for ranks in wished), (), "rank", "less"),
        Measure("first_share", tuple(_mean(ranks == 1) for ranks in wished), (), "share", "more"),
        Measure("mean_distance", tuple(_mean(found) for found in distances), (), "metres", "less"),
        Measure(
            "max_distance",
            tuple(int(found.max()) if len(found) else None for found in distances),
            (),
            "metres",
            "less",
        ),
    ]


def _by_wishes(run: Run) -> pd.DataFrame:
    """Return the awards of all stages but queues, where neither wish nor tier decides."""
    queues = [stage["name"] for stage in run.result["stages"] if stage["mechanism"] == "queue"]
    return run.awards[~run.awards["stage"].isin(queues)]


def _mean(values: pd.Series) -> float | None:
    return float(values.mean()) if len(values) else None


def _chances(runs: Sequence[Run]) -> list[Measure]:
    """Give the smallest chance of anybody, where a mechanism published chances."""
    values = tuple(_smallest_chance(run) for run in runs)
    if all(value is None for value in values):
        return []
    return [Measure("smallest_chance", values, (), "share", "more")]


def _smallest_chance(run: Run) -> float | None:
    path = run.path / CHANCES
    if not path.is_file():
        return None
    try:
        chances = canonical.read_csv(path, COLUMNS["chances"])["chance"]
    except (OSError, ValueError, KeyError) as error:
        raise RunError("run_damaged", folder=str(run.path), file=CHANCES) from error
    return float(chances.min()) if len(chances) else None
