"""Hard rules of a whole list: people, units, spacing, numbers, reserves, quotas (V2-V4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from allocation.checker.capped import CapCounts
from allocation.checker.fields import ids_of
from allocation.checker.levels import quota_gap
from allocation.checker.report import Violation
from allocation.checker.space import Space, pair_text
from allocation.checker.standing import Standing, group_members

if TYPE_CHECKING:
    from allocation.instance import Instance, Ints, NumberLimit, Stage


def check_people(instance: Instance, rows: Ints) -> Iterator[Violation]:
    """V2: one award per applicant and exclusive group, held ones included; households."""
    app, people = instance.applications, instance.applicants
    for g, of_group in enumerate(group_members(instance)):
        awarded = rows[of_group[rows]]
        who = app.applicant[awarded]
        number = np.bincount(who, minlength=len(people.id))
        total = number + people.holds[:, g]
        for i in np.flatnonzero((number > 0) & (total > 1)):
            code = "check_held_award" if people.holds[i, g] else "check_several_awards"
            yield Violation(
                code,
                {
                    "applicant_id": people.id[i],
                    "n": int(number[i]),
                    "place_ids": sorted(instance.places.id[app.place[awarded]][who == i]),
                },
            )
        if instance.household_max:
            yield from _households(instance, number, total)


def check_capacity(instance: Instance, rows: Ints) -> Iterator[Violation]:
    """V3: no more awards at a place than it has units."""
    places = instance.places
    number = np.bincount(instance.applications.place[rows], minlength=len(places.id))
    for p in np.flatnonzero(number > places.capacity):
        yield Violation(
            "check_capacity",
            {
                "place_id": places.id[p],
                "n": int(number[p]),
                "capacity": int(places.capacity[p]),
            },
        )


def check_spacing(space: Space, rows: Ints) -> Iterator[Violation]:
    """V4: awarded sites keep their distance from each other, by class of holder."""
    app = space.instance.applications
    used = np.zeros((len(space.places.id), 3), dtype=np.bool_)
    used[app.place[rows], app.holder_class[rows]] = True
    pairs = space.conflicts
    hit = used[pairs.place_a, pairs.class_a] & used[pairs.place_b, pairs.class_b]
    seen = set()
    for c in np.flatnonzero(hit):
        pair = (int(pairs.place_a[c]), int(pairs.place_b[c]))
        if pair not in seen:
            seen.add(pair)
            yield Violation(
                "check_spacing",
                {
                    "place_id": space.places.id[pair[0]],
                    "other_id": space.places.id[pair[1]],
                    **pair_text(
                        int(pairs.distance_mm[c]),
                        int(pairs.required_mm[c]),
                        bool(pairs.measured[c]),
                    ),
                },
            )


def check_outlets(space: Space, rows: Ints) -> Iterator[Violation]:
    """V4: awarded sites keep the holder's own distance from outlets that stand already."""
    app, instance = space.instance.applications, space.instance
    outlet_kind = instance.tables.existing_outlets["kind"].to_numpy(dtype=object).astype(str)
    for kinds, asked, _ in space.spacing_groups():
        of_kinds = np.isin(instance.places.kind[app.place[rows]].astype(str), kinds)
        mine = rows[of_kinds & space.is_site[app.place[rows]]]
        others = space.outlets.take(np.flatnonzero(np.isin(outlet_kind, kinds)))
        near = space.near(space.places.take(app.place[mine]), others, int(asked.max(initial=0)))
        required = asked[app.place[mine], app.holder_class[mine]][near.left]
        for hit in np.flatnonzero(near.mm < required):
            yield Violation(
                "check_outlet",
                {
                    **ids_of(instance, int(mine[near.left[hit]])),
                    "other_id": others.id[near.right[hit]],
                    **pair_text(int(near.mm[hit]), int(required[hit]), bool(near.measured[hit])),
                },
            )


def check_schools(space: Space, rows: Ints) -> Iterator[Violation]:
    """V4: the distance from protected sites, which nobody's class relaxes."""
    app, instance = space.instance.applications, space.instance
    for kind, rule in instance.scenario.spacing.items():
        buffer_mm = round(1000 * (rule.school_buffer_m or 0))
        mine = rows[(instance.places.kind[app.place[rows]] == kind).astype(np.bool_)]
        if not buffer_mm or not len(mine):
            continue
        near = space.near(space.places.take(app.place[mine]), space.protected, buffer_mm)
        for hit in np.flatnonzero(near.mm < buffer_mm):
            yield Violation(
                "check_school",
                {
                    **ids_of(instance, int(mine[near.left[hit]])),
                    "other_id": space.protected.id[near.right[hit]],
                    **pair_text(int(near.mm[hit]), buffer_mm, bool(near.measured[hit])),
                },
            )


def check_numbers(standing: Standing, caps: Sequence[NumberLimit]) -> Iterator[Violation]:
    """V4: every window, area, opening and cell within its cap."""
    counts = CapCounts(standing, caps)
    for c in counts.broken_now():
        cap = caps[int(c)]
        yield Violation(
            f"check_{cap.code}",
            {
                "kind": cap.kind,
                "label": cap.label,
                "existing": cap.existing,
                "n": int((standing.at_place[cap.members] > 0).sum()),
                "maximum": cap.maximum,
            },
        )


def check_hard_reserves(
    instance: Instance, rows: Ints, units: Sequence[int]
) -> Iterator[Violation]:
    """Units of a hard reserve go to beneficiaries only; ``units`` are those each keeps."""
    app = instance.applications
    for g, reserve in enumerate(instance.reserves):
        inside = rows[np.isin(app.place[rows], reserve.places)]
        others = int((~reserve.beneficiaries[app.applicant[inside]]).sum())
        room = max(0, int(instance.places.capacity[reserve.places].sum()) - units[g])
        if reserve.hard and others > room:
            yield Violation(
                "check_hard_reserve", {"reserve": reserve.name, "n": others, "room": room}
            )


def check_hard_quotas(
    instance: Instance, rows: Ints, undrawn: Sequence[Stage] = ()
) -> Iterator[Violation]:
    """Hard rows of quotas hold; a least number that a draw is yet to bring is waited for."""
    waiting = np.concatenate([np.empty(0, np.int64), *(each.applications for each in undrawn)])
    for quota in instance.quotas:
        if quota.sense == "min" and np.isin(quota.counted, waiting).any():
            continue
        number = int(np.isin(rows, quota.counted).sum())
        gap = quota_gap(quota, number, int(np.isin(rows, quota.denominator).sum()))
        if quota.hard and gap:
            yield Violation(
                "check_hard_quota",
                {
                    "quota": quota.name,
                    "scope": quota.scope_id,
                    "sense": quota.sense,
                    "n": number,
                    "gap": gap,
                },
            )


def _households(instance: Instance, number: Ints, total: Ints) -> Iterator[Violation]:
    home = instance.applicants.household
    n_homes = int(home.max(initial=-1)) + 1
    inside = home >= 0
    new, all_of = (
        np.bincount(home[inside], weights=each[inside], minlength=n_homes).astype(np.int64)
        for each in (number, total)
    )
    for h in np.flatnonzero((new > 0) & (all_of > instance.household_max)):
        yield Violation(
            "check_household",
            {
                "applicant_ids": sorted(instance.applicants.id[(home == h) & (number > 0)]),
                "n": int(all_of[h]),
                "maximum": instance.household_max,
            },
        )
