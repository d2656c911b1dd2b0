"""Rendering for people who must get a line whatever happens.

:func:`allocation.messages.text` is strict, as code wants it.  A terminal line or a
cell of a sheet rather shows a bare code than nothing.
"""

from __future__ import annotations

from typing import Any

from allocation.messages import Lang, build, checks, reasons, rules, text


def phrase(code: str, lang: Lang, /, **params: Any) -> str:
    """Render a code with its parameters put into words; an unknown code stands for itself."""
    words: dict[str, Any] = params
    for area in (rules, build, reasons, checks):
        words = area.localise(words, lang)
    try:
        return text(code, lang, **words)
    except (KeyError, IndexError, ValueError):
        return code


def spoken(name: str) -> str:
    """Write a name from a scenario file as words; those in Chinese stay as they are."""
    return name.replace("_", " ")


def basis_mark(word: str, lang: Lang) -> str:
    """Set a word about a value apart, to follow the value or its source."""
    return text("basis_mark", lang, word=word)


def founded(source: str, status: str, lang: Lang) -> str:
    """Name what a value rests on, with a mark where that is neither law nor document.

    Parameters
    ----------
    source
        Document and article, empty for none.
    status
        One of :data:`allocation.policy.STATUSES`.
    """
    if status in ("law", "seen"):
        return source
    word = text(f"basis.{status}", lang)
    return source + basis_mark(word, lang) if source else word


def placeholder_mark(status: str | None, lang: Lang) -> str:
    """Mark a placeholder; anything else goes unmarked."""
    return basis_mark(text("basis.placeholder", lang), lang) if status == "placeholder" else ""
