"""One applicant: every wish with its outcome, every rule as it was applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allocation.build.frames import sort_frames
from allocation.certificates import Certificate, certificates_of, reason_sentence
from allocation.dossier.words import Words
from allocation.draw.methods import Entrants, method_in_use, number_entrants
from allocation.messages import Lang, text
from allocation.messages.rules import localise
from allocation.read.sealed import make_tables
from allocation.rules.hearing import Check, Outcome, judge_all
from allocation.rules.suitability import CIVIL_CAPACITY
from allocation.summary import kind_names

if TYPE_CHECKING:
    import pandas as pd

    from allocation.runs import Run

_COMPETED = ("outranked", "place_taken", "hard_reserve", "hard_quota", "gave_way")
"""Reasons to tell who holds the place."""

SHOWN_RECEIPTS = 6
"""Receipt numbers named in a row; of more only the number is told."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule as it was applied to one wish.

    Attributes
    ----------
    rule, basis
        What it looks at, and its document and article (empty where the filing itself
        is the basis).
    sentence
        Why it is broken, or what overruled it; empty otherwise.
    """

    rule: str
    outcome: Outcome
    sentence: str
    basis: str


@dataclass(frozen=True, slots=True)
class Wish:
    """One application with its outcome.

    Attributes
    ----------
    place
        Name of the place with its id.
    code, sentence, basis
        The reason, its sentence without the basis, and the basis (of a rule of
        eligibility; empty for other reasons).
    rules
        Every rule in force, in published order.
    holders, n_holders
        Receipt numbers of those who hold the place, where that is why it was refused;
        the first of them and how many there are.
    waiting_rank, ahead
        Rank on the waitlist of the place, 0 for none, and who stands before.
    overruled
        Sentence about the overruled finding, empty for none.
    may_be_overruled
        Refused as not suitable for a reason that a named person can overrule.
    """

    preference_rank: int
    place_id: str
    place: str
    kind: str
    awarded: bool
    code: str
    sentence: str
    basis: str
    rules: tuple[RuleLine, ...]
    holders: tuple[str, ...]
    n_holders: int
    waiting_rank: int
    ahead: tuple[str, ...]
    overruled: str
    may_be_overruled: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything an applicant may know about the own applications.

    Attributes
    ----------
    name
        As registered, empty where it is not known.
    draw
        Sentence that says which draw number and how it came about.
    next_wish
        The wish whose place the applicant is nearest to be called up for; None where
        the applicant waits for none.
    """

    applicant_id: str
    receipt_no: str
    name: str
    draw: str
    wishes: tuple[Wish, ...]
    next_wish: Wish | None

    @property
    def n_awarded(self) -> int:
        """Number of wishes granted."""
        return sum(wish.awarded for wish in self.wishes)


def open_dossier(run: Run, applicant_id: str, lang: Lang) -> Dossier:
    """Put together what one applicant may know.

    Raises
    ------
    RunError
        ``applicant_unknown``, without repeating the id.
    """
    found = certificates_of(run, applicant_id, lang)
    people = run.tables.applicants
    person = people[people["applicant_id"] == applicant_id].iloc[0]
    rules = _rule_lines(run, applicant_id, lang)
    words = Words(run, lang)
    receipts = people.set_index("applicant_id")["receipt_no"]
    waitlist = run.waitlist[run.waitlist["place_id"].isin({item.place_id for item in found})]
    wishes = []
    for item in found:
        queue = waitlist[waitlist["place_id"] == item.place_id]
        key = (item.place_id, item.preference_rank)
        wishes.append(_wish(run, item, words, rules.get(key, ()), queue, receipts, applicant_id))
    waiting = [wish for wish in wishes if wish.waiting_rank]
    return Dossier(
        applicant_id=applicant_id,
        receipt_no=str(person["receipt_no"]),
        name=person["name"] if isinstance(person["name"], str) else "",
        draw=_draw_sentence(run, str(person["receipt_no"]), lang),
        wishes=tuple(wishes),
        next_wish=min(waiting, key=lambda w: (w.waiting_rank, w.preference_rank), default=None),
    )


def _wish(
    run: Run,
    item: Certificate,
    words: Words,
    rules: tuple[RuleLine, ...],
    queue: pd.DataFrame,
    receipts: pd.Series,
    applicant_id: str,
) -> Wish:
    holders: list[str] = []
    if item.code in _COMPETED:
        held = run.awards.loc[run.awards["place_id"] == item.place_id, "applicant_id"]
        holders = sorted(receipts[held].tolist())
    rank = queue.loc[queue["applicant_id"] == applicant_id, "waitlist_rank"]
    waiting_rank = int(rank.iloc[0]) if len(rank) else 0
    before = queue.loc[queue["waitlist_rank"] < waiting_rank, "applicant_id"]
    return Wish(
        preference_rank=item.preference_rank,
        place_id=item.place_id,
        place=words.place(item.place_id),
        kind=item.kind,
        awarded=item.awarded,
        code=item.code,
        sentence=words.sentence(item.code, item.params),
        basis=str(item.params.get("basis", "")),
        rules=rules,
        holders=tuple(holders[:SHOWN_RECEIPTS]),
        n_holders=len(holders),
        waiting_rank=waiting_rank,
        ahead=tuple(receipts[before.head(SHOWN_RECEIPTS)]),
        overruled=_overruled(run, applicant_id, item.place_id, words.lang),
        may_be_overruled=item.code == "not_suitable"
        and item.params.get("requirement") != CIVIL_CAPACITY,
    )


def _rule_lines(
    run: Run, applicant_id: str, lang: Lang
) -> Mapping[tuple[str, int], tuple[RuleLine, ...]]:
    """Apply every rule to the wishes of one applicant: (place, preference rank) -> lines."""
    filed = run.tables.applications
    own = filed[filed["applicant_id"] == applicant_id]
    tables = make_tables({**run.tables.frames, "applications": own}, (), ())
    frames = sort_frames(tables)
    kinds = kind_names(run.scenario, lang)
    judged = judge_all(
        frames.applicants, frames.places, frames.applications, frames.held_awards, run.scenario
    )
    places = frames.applications["place_id"].tolist()
    ranks = frames.applications["preference_rank"].astype("int64").tolist()
    lines = {}
    for place, rank, checks in zip(places, ranks, judged, strict=True):
        overruled = _overruled(run, applicant_id, place, lang)
        lines[str(place), int(rank)] = tuple(
            _rule_line(check, kinds, overruled, lang) for check in checks
        )
    return lines


def _rule_line(check: Check, kinds: Mapping[str, str], overruled: str, lang: Lang) -> RuleLine:
    sentence = overruled if check.outcome == "overruled" else ""
    if check.outcome == "broken":
        sentence = reason_sentence(check.rule, {**check.params, "basis": ""}, kinds, lang)
    return RuleLine(
        rule=str(localise({"rule": check.rule}, lang)["rule"]),
        outcome=check.outcome,
        sentence=sentence,
        basis=str(check.params.get("basis", "")),
    )


def _overruled(run: Run, applicant_id: str, place_id: str, lang: Lang) -> str:
    for notice in run.result["notices"]:
        params = notice["params"]
        if notice["code"] == "overruled" and (params["applicant_id"], params["place_id"]) == (
            applicant_id,
            place_id,
        ):
            return text("app_awards_overruled", lang, **params)
    return ""


def _draw_sentence(run: Run, receipt_no: str, lang: Lang) -> str:
    """Say which number was drawn and how anybody can compute it again."""
    draw = run.scenario.draw
    seed, round_ = (draw.seed, draw.round) if draw else (None, "")
    method = method_in_use(draw.method, seed) if draw else "ids"
    if method == "acceptance":
        # When applications were accepted is known to the whole problem only.
        people = run.instance.applicants
        receipts, numbers = people.receipt_no.tolist(), people.draw_number
    else:
        receipts = run.tables.applicants["receipt_no"].tolist()
        numbers = number_entrants(method, Entrants(receipts), seed, round_)
    return text(
        f"app_awards_draw_{method}",
        lang,
        number=int(numbers[receipts.index(receipt_no)]),
        n=len(receipts),
        seed=seed,
        round=round_,
        receipt_no=receipt_no,
    )
