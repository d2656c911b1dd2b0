"""The letter to one applicant: outcome and reason of every wish, as a PDF.

The person's name and receipt number, and nothing of what is for the office alone: see
:mod:`allocation.dossier`.  The template gets all words as data, so that a name such as
``#panic()`` stays a name.  Equal runs give equal bytes: the letter bears the day of the
decision and no clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from allocation.canonical import dump_json
from allocation.dossier import Dossier, Wish, open_dossier
from allocation.export.files import whole_file
from allocation.export.periods import PERIODS, period_of
from allocation.messages import Lang, RunError, text
from allocation.summary import scenario_title

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from allocation.runs import Run

FONTS = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Serif SC",
    "SimSun",
    "FangSong",
    "Songti SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
)
"""Families with Chinese characters, the first that is installed is used."""

_LATIN: Mapping[Lang, tuple[str, ...]] = {"zh": (), "en": ("Libertinus Serif",)}
"""Families that come with typst, before the Chinese ones."""

_TEMPLATE = "letter.typ"
_NO_DAY = dt.date(2000, 1, 1)
_SIGNS = {"kept": "√", "broken": "×", "unknown": "△", "overruled": "○", "idle": "–"}


def write_letter(run: Run, applicant_id: str, path: Path, lang: Lang = "zh") -> None:
    """Write the letter to one applicant.

    Raises
    ------
    RunError
        ``applicant_unknown``; ``letter_needs_typst`` and ``letter_needs_font`` where the
        machine cannot set it; ``export_failed`` where the file cannot be written.
    """
    content = letter_pdf(run, applicant_id, lang)
    with whole_file(path) as fresh:
        fresh.write_bytes(content)


def letter_pdf(run: Run, applicant_id: str, lang: Lang = "zh") -> bytes:
    """Set the letter; see :func:`write_letter`."""
    dossier = open_dossier(run, applicant_id, lang)
    if (fault := letter_fault()) is not None:
        raise fault
    import typst

    fonts, families = _fonts()
    day = run.scenario.decision_date or _NO_DAY
    midnight = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
    content = typst.compile(
        resources.files("allocation.export").joinpath("templates", _TEMPLATE).read_bytes(),
        font_paths=fonts,
        format="pdf",
        sys_inputs={
            "data": dump_json(letter_data(run, dossier, lang)),
            "fonts": dump_json([*_LATIN[lang], *families]),
        },
        timestamp=int(midnight.timestamp()),
    )
    if not isinstance(content, bytes):
        raise TypeError(type(content).__name__)
    return content


def letter_fault() -> RunError | None:
    """Return why this machine can set no letter at all, if it cannot."""
    try:
        _, families = _fonts()
    except ImportError:
        return RunError("letter_needs_typst")
    return None if families else RunError("letter_needs_font", fonts="、".join(FONTS[:4]))


@lru_cache(maxsize=1)
def _fonts() -> tuple[Any, tuple[str, ...]]:
    """Look once which of the families are installed."""
    import typst

    fonts = typst.Fonts()
    installed = set(fonts.families())
    return fonts, tuple(family for family in FONTS if family in installed)


def letter_data(run: Run, dossier: Dossier, lang: Lang) -> dict[str, Any]:
    """Collect every word of the letter."""
    is_trial = not run.result["official"]
    ranks = [str(wish.preference_rank) for wish in dossier.wishes]
    rules = _rule_rows(dossier)
    return {
        "lang": lang,
        "region": "CN" if lang == "zh" else "GB",
        "indent": 2 if lang == "zh" else 0,
        "justify": lang == "zh",
        "title": _say("title", lang),
        "mark": _say("trial", lang) if is_trial else "",
        "watermark": _say("watermark", lang) if is_trial else "",
        "addressee": _addressee(dossier, lang),
        "opening": _opening(run, dossier, lang),
        "wish_header": [_say(f"col_{name}", lang) for name in ("rank", "place", "result", "told")],
        "wishes": [_wish_row(wish, lang) for wish in dossier.wishes],
        "closing": [] if dossier.next_wish is None else [next_sentence(dossier.next_wish, lang)],
        "sections": _sections(run, dossier, lang),
        "office": _say("office", lang),
        "date": _date(run.scenario.decision_date, lang),
        "rules_title": _say("rules", lang),
        "rules_header": [_say("col_rule", lang), *ranks],
        "rules": rules,
        "rules_legend": _say("legend", lang),
        "footer": _say(
            "footer", lang, run=run.run_id, hash=run.manifest["awards_sha256"][:16].upper()
        ),
        "page": _say("page", lang, page="{page}", pages="{pages}"),
    }


def next_sentence(wish: Wish, lang: Lang) -> str:
    """Say for which place the applicant would be called up first."""
    return text(
        "app_awards_next",
        lang,
        place=wish.place,
        wish=wish.preference_rank,
        rank=wish.waiting_rank,
    )


def _say(name: str, lang: Lang, /, **params: object) -> str:
    return text(f"app_awards_letter_{name}", lang, **params)


def _addressee(dossier: Dossier, lang: Lang) -> str:
    if not dossier.name:
        return _say("addressee_receipt", lang, receipt_no=dossier.receipt_no)
    return _say("addressee", lang, name=dossier.name, receipt_no=dossier.receipt_no)


def _opening(run: Run, dossier: Dossier, lang: Lang) -> list[str]:
    title = scenario_title(run.scenario, lang)
    if not dossier.wishes:
        return [_say("opening_nothing", lang, title=title)]
    awarded = [wish for wish in dossier.wishes if wish.awarded]
    outcome = [
        _say("granted", lang, wish=wish.preference_rank, place=wish.place, kind=wish.kind)
        for wish in awarded
    ] or [_say("none_granted", lang)]
    first = _say("opening", lang, title=title, n=len(dossier.wishes))
    return [("" if lang == "zh" else " ").join([first, *outcome])]


def _wish_row(wish: Wish, lang: Lang) -> dict[str, Any]:
    sentences = [wish.sentence]
    if wish.basis:
        sentences.append(_say("basis", lang, basis=wish.basis))
    if wish.overruled:
        sentences.append(wish.overruled)
    if wish.waiting_rank:
        sentences.append(text("app_awards_waiting", lang, rank=wish.waiting_rank))
    return {
        "rank": str(wish.preference_rank),
        "place": wish.place,
        "kind": wish.kind,
        "awarded": wish.awarded,
        "outcome": text("app_awards_granted" if wish.awarded else "app_awards_refused", lang),
        "sentences": sentences,
    }


def _rule_rows(dossier: Dossier) -> list[list[str]]:
    """Set rules against wishes; a rule that no wish is subject to has no row."""
    names = dict.fromkeys(line.rule for wish in dossier.wishes for line in wish.rules)
    rows = []
    for name in names:
        outcomes = [
            next((line.outcome for line in wish.rules if line.rule == name), "idle")
            for wish in dossier.wishes
        ]
        if set(outcomes) != {"idle"}:
            rows.append([name, *(_SIGNS[outcome] for outcome in outcomes)])
    return rows


def _sections(run: Run, dossier: Dossier, lang: Lang) -> list[dict[str, Any]]:
    bases = dict.fromkeys(
        line.basis
        for wish in dossier.wishes
        for line in wish.rules
        if line.basis and line.outcome != "idle"
    )
    objection = list(_objection(run, lang))
    found = [
        ("draw_title", [dossier.draw] if dossier.wishes else []),
        ("bases_title", [_join(bases, lang)] if bases else []),
        ("objection_title", [("" if lang == "zh" else " ").join(objection)] if objection else []),
    ]
    return [
        {"title": _say(title, lang), "paragraphs": paragraphs}
        for title, paragraphs in found
        if paragraphs
    ]


def _join(bases: Iterable[str], lang: Lang) -> str:
    return ("；" if lang == "zh" else "; ").join(bases) + ("。" if lang == "zh" else ".")


def _objection(run: Run, lang: Lang) -> Iterable[str]:
    """Say how to object, as far as the scenario states the periods."""
    for name in PERIODS:
        period = period_of(run, name, lang)
        if period is not None:
            yield _say(name, lang, period=period.said, basis=period.basis)


def _date(day: dt.date | None, lang: Lang) -> str:
    if day is None:
        return ""
    return f"{day.year}年{day.month}月{day.day}日" if lang == "zh" else day.isoformat()
