"""The steps of a draw and what each must keep to.

Seal, publish, wait for a value fixed beforehand, reveal it, run.  A corrected run keeps
list, method, round and seed, so that nobody can draw again until they like the order;
only a changed list is drawn anew, and one whose numbers changed hands is a changed list.
The round stays because it is part of the hash: a new number under a known seed would be
a new order anybody could have chosen.  Where award lists are drawn by their chances, the
lottery decides with the seed: one that is no longer the same is drawn anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from allocation.canonical import text_sha256
from allocation.draw.lots import seal_lots
from allocation.draw.methods import METHODS
from allocation.draw.moments import as_text
from allocation.draw.records import Commitment, Reveal, Sealed
from allocation.draw.seal import (
    Program,
    Rules,
    holders_sha256,
    inputs_sha256,
    list_text,
    program,
    seal_inputs,
    seal_rules,
)
from allocation.draw.sources import Announcement, canonical_value, seed_of
from allocation.messages import DrawError
from allocation.messages.problems import Problem, raise_problems
from allocation.read.digest import Digest
from allocation.tables.patterns import holds_personal_number, reference_holds_personal_number

if TYPE_CHECKING:
    from allocation.draw.lots import LotteryDigest
    from allocation.read import Tables
    from allocation.scenario import Scenario

LEAST_WITNESSES = 2
"""People who saw the digits drawn; other values anybody can look up."""

_SEVERAL = "draw_several"


def seal_draw(
    scenario: Scenario,
    tables: Tables,
    receipt_nos: Sequence[str],
    announced: Announcement | None,
    now: datetime,
    salt: str,
    corrects: Sealed | None = None,
    reason: str = "",
    lotteries: Sequence[LotteryDigest] = (),
) -> Sealed:
    """Fix everything a seed is drawn for.

    Parameters
    ----------
    scenario, tables, receipt_nos
        What is to be run; the scenario has a ``[draw]``.
    announced
        The value that will be the seed; None where none is needed.
    salt
        At least 32 random bytes, hexadecimal; they stay in the office.  A correction
        keeps those of what it corrects.
    corrects, reason
        The commitment this one takes the place of, and why.
    lotteries
        Bare hashes of the lotteries that are known before the seed
        (:func:`allocation.draw.lots.pinnable_stages`).

    Raises
    ------
    DrawError
        ``draw_several`` or the one thing that is wrong.
    """
    assert scenario.draw is not None  # noqa: S101 - official_problems() sees to it
    rules, inputs = seal_rules(scenario), seal_inputs(tables, scenario)
    salt = corrects.salt if corrects else salt
    commitment = Commitment(
        scenario=scenario.name,
        title=scenario.title,
        method=scenario.draw.method,
        round=scenario.draw.round,
        committed_at=now,
        n=len(receipt_nos),
        list_sha256=text_sha256(list_text(receipt_nos)),
        holders=holders_sha256(tables, salt),
        inputs=inputs_sha256(inputs, salt),
        scenario_sha256=rules.scenario,
        policy_sha256=rules.policy,
        program=program(),
        announced=announced,
        corrects=corrects.commitment.sha256 if corrects else "",
        reason=reason.strip(),
        lots=seal_lots(scenario, lotteries, salt),
    )
    earlier = (*corrects.earlier, corrects.commitment) if corrects else ()
    found = Sealed(commitment, salt, inputs, rules.sections, tuple(lotteries), earlier)
    problems = [*_wording_problems(commitment), *_commitment_problems(found)]
    raise_problems(problems, DrawError, _SEVERAL)
    return found


def _wording_problems(commitment: Commitment) -> Iterator[Problem]:
    """Judge the words that are published."""
    about = commitment.announced.about if commitment.announced else ""
    texts = (commitment.title, about, commitment.reason)
    if not all(map(str.isprintable, texts)) or any(map(holds_personal_number, texts)):
        yield Problem("draw_commitment_personal")


def _commitment_problems(sealed: Sealed) -> Iterator[Problem]:
    commitment, announced = sealed.commitment, sealed.commitment.announced
    if sealed.earlier:
        kept = commitment.same_draw(sealed.earlier[-1])
        if not commitment.reason:
            yield Problem("draw_correction_reason")
        if kept and announced is not None:
            yield Problem("draw_correction_keeps")
        if kept:
            return
    needs_seed = METHODS[commitment.method].needs_seed
    if needs_seed and announced is None:
        yield Problem("draw_correction_new" if sealed.earlier else "draw_source_missing")
    if announced is None:
        return
    if not needs_seed:
        yield Problem("draw_source_unused", {"method": commitment.method})
    if commitment.method == "rfc3797" and announced.source != "numbers":
        yield Problem("draw_source_numbers")
    if announced.at <= commitment.committed_at:
        yield Problem("draw_at_past", {"at": as_text(announced.at)})


def reveal_value(
    sealed: Sealed,
    value: str,
    drawn_at: datetime,
    now: datetime,
    witnesses: Sequence[str] = (),
    record_no: str = "",
) -> Reveal:
    """Record the value that was drawn for a commitment.

    Raises
    ------
    DrawError
        ``draw_several`` or the one thing that is wrong with the value, its time or its
        witnesses.
    """
    commitment = sealed.drawn_for
    if commitment.announced is None:
        raise DrawError("draw_reveal_needless", method=commitment.method)
    value = canonical_value(commitment.announced, value)
    reveal = Reveal(
        commitment=commitment,
        value=value,
        seed=seed_of(commitment.announced, value),
        drawn_at=drawn_at,
        recorded_at=now,
        witnesses=tuple(name.strip() for name in witnesses),
        record_no=record_no.strip(),
    )
    raise_problems(list(_circumstances(reveal)), DrawError, _SEVERAL)
    return reveal


def reveal_problems(sealed: Sealed, reveal: Reveal | None) -> Iterator[Problem]:
    """Find what is wrong with a reveal record for a commitment, its signature included."""
    commitment = sealed.drawn_for
    if reveal is None:
        if commitment.announced is not None:
            yield Problem("official_reveal_missing")
        return
    if commitment.announced is None:
        yield Problem("draw_reveal_needless", {"method": commitment.method})
        return
    if reveal.commitment.sha256 != commitment.sha256:
        yield Problem("official_reveal_other", {"commitment": commitment.sha256[:16]})
        return
    yield from record_problems(reveal)


def record_problems(reveal: Reveal) -> Iterator[Problem]:
    """Find what is wrong with a reveal record in itself: time, witnesses, seed, signature."""
    announced = reveal.commitment.announced
    if announced is None:
        yield Problem("draw_reveal_needless", {"method": reveal.commitment.method})
        return
    yield from _circumstances(reveal)
    try:
        seed = seed_of(announced, reveal.value)
    except DrawError as error:
        yield Problem(error.code, error.params)
        return
    if seed != reveal.seed:
        yield Problem("official_seed_wrong")


def _circumstances(reveal: Reveal) -> Iterator[Problem]:
    """Judge time, witnesses and record number."""
    announced = reveal.commitment.announced
    if announced is None:
        return
    if reveal.drawn_at <= reveal.commitment.committed_at:
        yield Problem("draw_reveal_early", {"at": as_text(reveal.commitment.committed_at)})
    if reveal.drawn_at < announced.at:
        yield Problem("draw_reveal_before_announced", {"at": as_text(announced.at)})
    if reveal.drawn_at > reveal.recorded_at:
        yield Problem("draw_reveal_future")
    names = {name for name in reveal.witnesses if name}
    if announced.source == "digits" and len(names) < LEAST_WITNESSES:
        yield Problem("draw_witnesses_few", {"least": LEAST_WITNESSES})
    if len(names) < len(reveal.witnesses):
        yield Problem("draw_witnesses_repeated")
    texts = (*reveal.witnesses, reveal.record_no)
    is_personal = reference_holds_personal_number(reveal.record_no) or any(
        map(holds_personal_number, reveal.witnesses)
    )
    if is_personal or not all(map(str.isprintable, texts)):
        yield Problem("draw_reveal_personal")


def rule_problems(sealed: Sealed, rules: Rules, running: Program) -> Iterator[Problem]:
    """Say what of scenario, policy and program is not as it was sealed."""
    commitment = sealed.commitment
    if rules.scenario != commitment.scenario_sha256:
        keys = _different(sealed.sections, rules.sections)
        yield Problem("official_scenario_changed", {"keys": ", ".join(keys)})
    if rules.policy != commitment.policy_sha256:
        yield Problem("official_policy_changed")
    if running != commitment.program:
        params = {"sealed": _named(commitment.program), "running": _named(running)}
        yield Problem("official_program_changed", params)


def input_problems(
    sealed: Sealed, inputs: Mapping[str, Digest], receipt_nos: Sequence[str]
) -> Iterator[Problem]:
    """Say which input is not as it was sealed."""
    commitment = sealed.commitment
    if text_sha256(list_text(receipt_nos)) != commitment.list_sha256:
        yield Problem("official_list_changed", {"n": len(receipt_nos), "sealed": commitment.n})
    if inputs_sha256(inputs, sealed.salt) != commitment.inputs:
        tables = _different(sealed.inputs, inputs)
        yield Problem("official_inputs_changed", {"tables": ", ".join(tables)})


def lottery_problems(sealed: Sealed, known: Sequence[LotteryDigest]) -> Iterator[Problem]:
    """Say which lottery is not as it was sealed.

    Parameters
    ----------
    known
        Bare hashes of the lotteries found by the run; those that were not sealed do not
        count.
    """
    lots = sealed.commitment.lots
    mine = {each.stage: each.salted(sealed.salt) for each in known}
    for pin in lots.pinned if lots is not None else ():
        if (found := mine.get(pin.stage)) is not None and found != pin:
            same = {"chances.csv": found.chances == pin.chances}
            same |= {"lottery.json": found.lottery == pin.lottery}
            files = ", ".join(name for name, is_same in same.items() if not is_same)
            yield Problem("official_lottery_changed", {"stage": pin.stage, "files": files})


def _different(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    return [key for key in sorted({*one, *other}) if one.get(key) != other.get(key)]


def _named(found: Program) -> str:
    return f"{found.version} ({found.sha256[:12]})"
