"""Reasons in sentences: one certificate for every place an applicant listed."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from allocation.messages import Lang, RunError
from allocation.messages.labels import phrase
from allocation.summary import kind_names
from allocation.tables.naming import place_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from allocation.runs import Run


@dataclass(frozen=True, slots=True)
class Certificate:
    """Outcome of one application.

    Attributes
    ----------
    place
        Name of the place with its venue's, empty where it has none.
    sentence
        The outcome and, for a refusal, its reason.
    code, params
        The same as a code with its parameters.
    """

    preference_rank: int
    place_id: str
    place: str
    kind: str
    awarded: bool
    sentence: str
    code: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


def certificates_of(run: Run, applicant_id: str, lang: Lang) -> tuple[Certificate, ...]:
    """Explain every listed place of one applicant, in order of preference.

    Raises
    ------
    RunError
        ``applicant_unknown``, without repeating the id: people also type numbers of
        documents.
    """
    if not (run.tables.applicants["applicant_id"] == applicant_id).any():
        raise RunError("applicant_unknown")
    applications = _of(run.tables.applications, applicant_id).sort_values(
        ["preference_rank", "place_id"], kind="stable"
    )
    awards = {
        (row.place_id, row.preference_rank): row.reserve_used
        for row in _of(run.awards, applicant_id).itertuples()
    }
    # A place listed twice has two refusals, in the order of preference.
    refusals: dict[str, deque[tuple[str, str]]] = defaultdict(deque)
    for row in _of(run.refusals, applicant_id).itertuples():
        refusals[str(row.place_id)].append((str(row.reason_code), str(row.params)))
    kinds = kind_names(run.scenario, lang)
    places = run.tables.places.set_index("place_id")
    names = place_names(run.tables.places, run.tables.venues)
    found = []
    ranks = applications["preference_rank"].astype("int64").tolist()
    for place_id, rank in zip(applications["place_id"], ranks, strict=True):
        kind = str(places.at[place_id, "kind"])
        reserve = awards.get((place_id, rank))
        params: dict[str, Any] = {}
        if reserve is not None:
            code = "explain_reserved" if reserve else "explain_awarded"
        elif refusals[place_id]:
            code, told = refusals[place_id].popleft()
            params = json.loads(told)
        else:
            code = "explain_merged"
        found.append(
            Certificate(
                preference_rank=rank,
                place_id=place_id,
                place=names[place_id],
                kind=kinds.get(kind, kind),
                awarded=reserve is not None,
                sentence=reason_sentence(code, params, kinds, lang),
                code=code,
                params=params,
            )
        )
    return tuple(found)


def reason_sentence(
    code: str, params: Mapping[str, Any], kinds: Mapping[str, str], lang: Lang
) -> str:
    """Put a reason into a sentence, kinds of place by their names."""
    words = dict(params)
    if isinstance(words.get("kind"), str):
        words["kind"] = kinds.get(words["kind"], words["kind"])
    return phrase(code, lang, **words)


def _of(frame: pd.DataFrame, applicant_id: str) -> pd.DataFrame:
    return frame[frame["applicant_id"] == applicant_id]
