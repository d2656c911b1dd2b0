"""The outcome of every application: awarded, or the certificate it was refused with."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from allocation.instance import Instance, Ints

AWARDED = "awarded"

Outcome = tuple[str, str]
"""``awarded`` and the name of the reserve whose unit is used, or a code and its JSON."""


def application_outcomes(
    instance: Instance, awards: pd.DataFrame, refusals: pd.DataFrame
) -> list[list[Outcome]]:
    """Return what a run says of each application, in the order of the instance.

    One outcome each in a run that is whole.  Where a person filed for a place twice, an
    award is that of the eligible application, and refusals stand in the order in which
    they were filed.
    """
    app = instance.applications
    names = list(_pairs(instance))
    found: list[list[Outcome]] = [[] for _ in names]
    rows: dict[tuple[str, str], deque[int]] = defaultdict(deque)
    given = {}
    used = awards["reserve_used"].fillna("")
    for person, place, reserve in zip(
        awards["applicant_id"], awards["place_id"], used, strict=True
    ):
        given[person, place] = str(reserve)
    for row, (pair, eligible) in enumerate(zip(names, app.eligible.tolist(), strict=True)):
        if eligible and pair in given:
            found[row].append((AWARDED, given.pop(pair)))
        else:
            rows[pair].append(row)
    columns = ("applicant_id", "place_id", "reason_code", "params")
    for person, place, code, params in zip(*(refusals[name] for name in columns), strict=True):
        left = rows.get((person, place))
        if left:
            # The last one takes what is too much, so that a verifier sees it.
            found[left.popleft() if len(left) > 1 else left[0]].append((str(code), str(params)))
    return found


def _pairs(instance: Instance) -> zip[tuple[str, str]]:
    app: Ints = instance.applications.applicant
    return zip(
        instance.applicants.id[app].tolist(),
        instance.places.id[instance.applications.place].tolist(),
        strict=True,
    )
