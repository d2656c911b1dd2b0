"""The audit pack: facts without identities, enough to judge every line again.

For an auditor or a court.  What the rules counted with is in it (group, tier, condition
band, class of holder, distances in metres, figures of eligibility), under ids of its own;
names, numbers of documents, receipt numbers, addresses, dates of birth, coordinates and
ids of the office are not.  That is pseudonymous, not anonymous: order and awards are
those of the published list, so whoever holds both can put them side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from allocation.canonical import dump_json
from allocation.checker.place_rules import rules_of_places
from allocation.checker.plans import Plan, read_plans
from allocation.draw.moments import BEIJING
from allocation.messages import LANGS, text
from allocation.packs.aliases import Aliases, limit_name
from allocation.packs.container import (
    README,
    VERIFIER,
    Pack,
    csv_bytes,
    json_bytes,
    sealed_pack,
    verifier_source,
)
from allocation.packs.lots import CHANCES, chance_rows, renamed_lottery
from allocation.packs.outcomes import AWARDED, application_outcomes
from allocation.packs.register import Handing, enter, entry_of
from allocation.packs.secret import run_secret

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from allocation.instance import Instance, Ints, Stage
    from allocation.runs import Run

FORMAT = "allocation-audit-pack-1"

PEOPLE = ("person", "draw_number", "tier", "group", "household", "hard", "holds", "classes")
PLACES = ("place", "kind", "capacity", "candidate")
APPLICATIONS = (
    "application",
    "person",
    "place",
    "preference_rank",
    "priority_rank",
    "band",
    "holder_class",
    "accepted_order",
    "distance_m",
    "eligible",
    "counted",
    "base",
)
CONFLICTS = ("place_a", "class_a", "place_b", "class_b", "distance_mm", "required_mm", "measured")

Table = tuple[tuple[str, ...], Iterable[tuple[object, ...]]]


def write_audit_pack(run: Run, path: Path, handing: Handing, now: datetime | None = None) -> str:
    """Write the pack of a run and enter it in the register; return its digest.

    Nothing is written unless the entry is.

    Raises
    ------
    RunError
        What is wrong with the confirmation, the register or the file.
    """
    handing.refuse_unless_right(run.scenario.name)
    secret = run_secret(run.path)
    drawn = None
    if run.chances is not None and run.lottery is not None:
        drawn = (run.chances, run.lottery)
    about = _about(run.manifest)
    pack = audit_pack(run.instance, run.awards, run.refusals, run.result, secret, about, drawn)
    moment = now or datetime.now(BEIJING)
    enter(run.path.parent, entry_of(handing, run.run_id, pack.digest, moment))
    pack.write(path, mode=0o600)
    return pack.digest


def audit_pack(
    instance: Instance,
    awards: pd.DataFrame,
    refusals: pd.DataFrame,
    result: Mapping[str, Any],
    secret: bytes,
    about: Mapping[str, Any],
    drawn: tuple[pd.DataFrame, Mapping[str, Any]] | None = None,
) -> Pack:
    """Build a pack from a problem and what a run says of it.

    Parameters
    ----------
    awards, refusals, result
        Tables and ``result.json`` of the run.
    secret
        Of the run; the same one gives the same bytes.
    about
        What ``pack.json`` says of the run itself.
    drawn
        Chances and lotteries, where anything is drawn by lot.
    """
    aliases = Aliases(instance, secret)
    numbers = _numbers(instance, aliases)
    outcomes = application_outcomes(instance, awards, refusals)
    tables: Mapping[str, Table] = {
        "people.csv": (PEOPLE, _people(instance, aliases)),
        "places.csv": (PLACES, _places(instance, aliases)),
        "applications.csv": (APPLICATIONS, _applications(instance, aliases, numbers)),
        "conflicts.csv": (CONFLICTS, _conflicts(instance, aliases)),
        "awards.csv": (
            ("application", "reserve"),
            sorted(
                (int(number), aliases.reserve.get(detail, ""))
                for number, each in zip(numbers.tolist(), outcomes, strict=True)
                for code, detail in each
                if code == AWARDED
            ),
        ),
        "refusals.csv": (
            ("application", "code", "params"),
            sorted(
                (int(number), code, dump_json(aliases.told(code, detail)))
                for number, each in zip(numbers.tolist(), outcomes, strict=True)
                for code, detail in each
                if code != AWARDED
            ),
        ),
    }
    files = {name: csv_bytes(*table) for name, table in tables.items()}
    if drawn is not None:
        files["chances.csv"] = csv_bytes(CHANCES, chance_rows(drawn[0], aliases))
        files["lottery.json"] = json_bytes(renamed_lottery(drawn[1], aliases))
    files["rules.json"] = json_bytes(_rules(instance, aliases, read_plans(instance, result)[0]))
    files["reported.json"] = json_bytes(_reported(result, aliases))
    files[VERIFIER] = verifier_source("verify_audit")
    files[README] = "\n\n".join(text("pack_audit_readme", lang) for lang in LANGS).encode()
    return sealed_pack({"format": FORMAT, **about}, files)


def _about(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Say which run it is: enough for the office's manifest to be held against it."""
    commitment = manifest["draw"].get("commitment") or {}
    return {
        "run_id": manifest["run_id"],
        "official": manifest["official"],
        "scenario_sha256": manifest["scenario_sha256"],
        "commitment": commitment.get("commitment", ""),
    }


def _numbers(instance: Instance, aliases: Aliases) -> Ints:
    """Give applications their numbers in the pack: by own ids of person and place."""
    app = instance.applications
    people = [aliases.person[name] for name in instance.applicants.id[app.applicant]]
    places = [aliases.place[name] for name in instance.places.id[app.place]]
    keys = (app.eligible, np.array(places), app.preference_rank, np.array(people))
    numbers = np.empty(len(people), dtype=np.int64)
    numbers[np.lexsort(keys)] = np.arange(1, len(people) + 1)
    return numbers


def _people(instance: Instance, aliases: Aliases) -> list[tuple[object, ...]]:
    people = instance.applicants
    columns = (people.draw_number, people.tier, people.group, people.household)
    classes = _classes(instance)[1]
    return sorted(
        (
            aliases.person[name],
            draw,
            tier,
            group,
            aliases.household[home],
            int(hard),
            _listed(np.flatnonzero(holds).tolist()),
            _listed(member),
        )
        for name, draw, tier, group, home, hard, holds, member in zip(
            people.id,
            *(column.tolist() for column in columns),
            people.hard_to_employ.tolist(),
            people.holds,
            classes,
            strict=True,
        )
    )


def _classes(instance: Instance) -> tuple[list[int], list[list[int]]]:
    """Tell apart the sets of beneficiaries: which a reserve has, and which a person is in."""
    known: dict[bytes, int] = {}
    of_reserve = [
        known.setdefault(reserve.beneficiaries.tobytes(), len(known))
        for reserve in instance.reserves
    ]
    member: list[list[int]] = [[] for _ in instance.applicants.id]
    for mask, number in known.items():
        for person in np.flatnonzero(np.frombuffer(mask, dtype=np.bool_)).tolist():
            member[person].append(number)
    return of_reserve, member


def _places(instance: Instance, aliases: Aliases) -> list[tuple[object, ...]]:
    places = instance.places
    return sorted(
        (aliases.place[name], kind, capacity, int(candidate))
        for name, kind, capacity, candidate in zip(
            places.id,
            places.kind,
            places.capacity.tolist(),
            places.is_candidate.tolist(),
            strict=True,
        )
    )


def _applications(instance: Instance, aliases: Aliases, numbers: Ints) -> list[tuple[object, ...]]:
    app = instance.applications
    memberships = [_memberships(instance, each) for each in ("counted", "denominator")]
    columns = (
        app.preference_rank,
        app.priority_rank,
        app.band,
        app.holder_class,
        app.accepted_order,
        app.distance_m,
        app.eligible.astype(np.int64),
    )
    return sorted(
        (number, aliases.person[person], aliases.place[place], *values, *(map(_listed, of_quotas)))
        for number, person, place, values, of_quotas in zip(
            numbers.tolist(),
            instance.applicants.id[app.applicant],
            instance.places.id[app.place],
            zip(*(column.tolist() for column in columns), strict=True),
            zip(*memberships, strict=True),
            strict=True,
        )
    )


def _memberships(instance: Instance, name: str) -> list[list[int]]:
    """List for each application the rows of quotas that count it, or count it as a base."""
    found: list[list[int]] = [[] for _ in instance.applications.place]
    for number, quota in enumerate(instance.quotas):
        for row in getattr(quota, name).tolist():
            found[row].append(number)
    return found


def _conflicts(instance: Instance, aliases: Aliases) -> list[tuple[object, ...]]:
    near, names = instance.conflicts, instance.places.id
    return sorted(
        (aliases.place[names[a]], h, aliases.place[names[b]], k, mm, required, int(measured))
        for a, h, b, k, mm, required, measured in zip(
            near.place_a.tolist(),
            near.class_a.tolist(),
            near.place_b.tolist(),
            near.class_b.tolist(),
            near.distance_mm.tolist(),
            near.required_mm.tolist(),
            near.measured.tolist(),
            strict=True,
        )
    )


def _rules(instance: Instance, aliases: Aliases, plans: Mapping[str, Plan]) -> dict[str, Any]:
    """Write the rules as the problem has them."""

    def named(rows: Ints) -> list[str]:
        return sorted(aliases.place[name] for name in instance.places.id[rows])

    return {
        "n_tiers": instance.n_tiers,
        "household_max": instance.household_max,
        "exclusive_groups": [list(group) for group in instance.exclusive_groups],
        "stages": [
            {
                "name": stage.name,
                "mechanism": stage.mechanism,
                "kinds": list(stage.kinds),
                "levels": list(stage.levels),
                "premises": stage.premises,
                "choice": _choice_rules(instance, aliases, stage, plans.get(stage.name)),
            }
            for stage in instance.stages
        ],
        "priorities": {
            kind: {"reserved": list(pools.reserved), "open": list(pools.open)}
            for kind, pools in instance.priorities.items()
        },
        "reserves": [
            {
                "name": aliases.reserve[reserve.name],
                "kind": reserve.kind,
                "class": number,
                "places": named(reserve.places),
                "count": reserve.count,
                "linear": reserve.linear,
                "share": str(reserve.share),
                "rounding": reserve.rounding,
                "base_existing": reserve.base_existing,
                "hard": reserve.hard,
            }
            for reserve, number in zip(instance.reserves, _classes(instance)[0], strict=True)
        ],
        "quotas": [
            {
                "name": quota.name,
                "scope": aliases.scope[quota.scope_id],
                "sense": quota.sense,
                "share": str(quota.share),
                "floor": quota.floor_count,
                "hard": quota.hard,
            }
            for quota in instance.quotas
        ],
        "limits": [
            {
                "name": aliases.limit[limit_name(limit)],
                "code": limit.code,
                "kind": limit.kind,
                "centre": aliases.place[instance.places.id[limit.centre]]
                if limit.centre >= 0
                else "",
                "members": named(limit.members),
                "existing": limit.existing,
                "maximum": limit.maximum,
                "extra_disabled": limit.extra_disabled,
            }
            for limit in instance.limits
        ],
    }


def _choice_rules(
    instance: Instance, aliases: Aliases, stage: Stage, plan: Plan | None
) -> list[dict[str, Any]] | None:
    """Write by which rule each place chooses, for the places that are given out.

    None where places do not choose.  Where reserve units stand is a published number; it
    cannot be split again without the ids that break ties.
    """
    if plan is None:
        return None
    names = instance.places.id
    found = [
        {
            "place": aliases.place[names[p]],
            "mode": rule.mode,
            "planned": bool(plan.sites[p]),
            "disabled_only": bool(plan.disabled_only[p]),
            "units": {
                aliases.reserve[instance.reserves[g].name]: n for g, n in rule.reserves.items()
            },
        }
        for p, rule in rules_of_places(instance, stage, plan).items()
    ]
    return sorted(found, key=lambda each: str(each["place"]))


def _reported(result: Mapping[str, Any], aliases: Aliases) -> dict[str, Any]:
    """Write what the run reports and a verifier counts again."""
    return {
        "stages": [
            {
                "name": stage["name"],
                "status": stage["status"],
                "n_awards": stage["n_awards"],
                "levels": [
                    {
                        key: level[key]
                        for key in ("code", "params", "sense", "value", "bound", "proven")
                    }
                    for level in stage.get("levels", ())
                ],
            }
            for stage in result["stages"]
        ],
        "reserves": [
            {"name": aliases.reserve[record["name"]]}
            | {key: record[key] for key in ("required", "used", "short")}
            for record in result.get("reserves", ())
        ],
        "quotas": [
            {"scope": aliases.scope[record["scope_id"]]}
            | {key: record[key] for key in ("name", "sense", "reached", "short")}
            for record in result.get("quotas", ())
        ],
        "counts": {
            key: result["counts"][key]
            for key in (
                "n_awards",
                "n_awardees",
                "n_awards_disabled",
                "n_envy_pairs",
                "n_envious_applicants",
            )
            if key in result["counts"]
        },
    }


def _listed(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))


def audit_contents(run: Run) -> list[tuple[str, int]]:
    """List the tables a pack of the run will hold, with their numbers of rows."""
    counts = run.result["counts"]
    numbers = {
        "people.csv": counts["n_applicants"],
        "places.csv": counts["n_places"],
        "applications.csv": counts["n_applications"],
        "awards.csv": len(run.awards),
        "refusals.csv": counts["n_refusals"],
    }
    return [(name, int(n)) for name, n in numbers.items()]
