"""Rendering for people who must get a line whatever happens.

:func:`allocation.messages.text` is strict, as code wants it.  A terminal line or a
cell of a sheet rather shows a bare code than nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from allocation.messages import Lang, build, reasons, rules, text

_AREAS = (rules, build, reasons)

Localise = Callable[[Mapping[str, Any], Lang], Mapping[str, Any]]


def phrase(code: str, lang: Lang, /, **params: Any) -> str:
    """Render a code with its parameters put into words; an unknown code stands for itself."""
    for area in _AREAS:
        localise: Localise | None = getattr(area, "localise", None)
        if localise is not None:
            params = dict(localise(params, lang))
    try:
        return text(code, lang, **params)
    except (KeyError, IndexError, ValueError):
        return code
