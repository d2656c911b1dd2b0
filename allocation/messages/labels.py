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
