"""The pages of text to publish: what is sealed, and which seed was drawn."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from allocation.draw.moments import in_words
from allocation.messages import Lang, text

if TYPE_CHECKING:
    from pathlib import Path

    from allocation.draw.records import Commitment, Reveal, Sealed

_SHORT = 16


def commit_notice(sealed: Sealed, public: Path, receipts: Path, lang: Lang) -> str:
    """Write the notice of a commitment; nothing in it is about a person."""
    commitment = sealed.commitment
    correction = ""
    if commitment.corrects:
        earlier = commitment.corrects[:_SHORT]
        correction = text("notice_correction", lang, earlier=earlier, reason=commitment.reason)
    return text(
        "notice_commit",
        lang,
        title=commitment.title or commitment.scenario,
        round=commitment.round,
        committed_at=in_words(commitment.committed_at, lang),
        n=f"{commitment.n:,}",
        receipts_file=receipts.name,
        public_file=public.name,
        list_sha256=commitment.list_sha256,
        commitment=commitment.sha256,
        version=commitment.program.version,
        lots=_lots(commitment, lang),
        correction=correction,
        source=_source(commitment, lang),
        method=_method(commitment, lang),
        by_lot=_by_lot(commitment, lang),
    )


def reveal_notice(reveal: Reveal, lang: Lang) -> str:
    """Write the notice of a seed, with its witnesses and the number of the record."""
    none = text("notice_no_names", lang)
    return text(
        "notice_reveal",
        lang,
        title=reveal.commitment.title or reveal.commitment.scenario,
        round=reveal.commitment.round,
        commitment=reveal.commitment.sha256,
        drawn_at=in_words(reveal.drawn_at, lang),
        value=reveal.value,
        seed=reveal.seed,
        witnesses=text("notice_names", lang).join(reveal.witnesses) or none,
        record_no=reveal.record_no or none,
        method=_method(reveal.commitment, lang),
        by_lot=_by_lot(reveal.commitment, lang),
    )


def _lots(commitment: Commitment, lang: Lang) -> str:
    """Say which lotteries are sealed, and which cannot be and why."""
    if commitment.lots is None:
        return ""
    pinned = (text("notice_lots_pinned", lang, **pin.record()) for pin in commitment.lots.pinned)
    unpinned = (
        text("notice_lots_unpinned", lang, stage=each.stage, after=each.after)
        for each in commitment.lots.unpinned
    )
    return "".join([*pinned, *unpinned])


def _by_lot(commitment: Commitment, lang: Lang) -> str:
    """Say how a lottery over award lists is drawn, where there is one."""
    if commitment.lots is None:
        return ""
    lots = commitment.lots
    stages = [*(pin.stage for pin in lots.pinned), *(each.stage for each in lots.unpinned)]
    return text("notice_by_lot", lang, stages=text("notice_names", lang).join(stages))


def _source(commitment: Commitment, lang: Lang) -> str:
    announced = commitment.announced
    if announced is None:
        return text("notice_source_kept" if commitment.corrects else "notice_source_none", lang)
    about = announced.about
    if announced.source == "digits" and about:
        about = f" ({about})" if lang == "en" else f"在{about}"
    return text(
        f"notice_source_{announced.source}",
        lang,
        at=in_words(announced.at, lang),
        about=about,
        digits=announced.digits,
        chain=announced.chain,
        drand_round=announced.round_no,
    ).strip()


def _method(commitment: Commitment, lang: Lang) -> str:
    return text(
        f"notice_method_{commitment.method}",
        lang,
        round=commitment.round,
        shell_round=shlex.quote(commitment.round),
    )
