"""Every code of the system with its Chinese and English text.

Codes are data: rules, the checker, the reasons and errors carry a code and
parameters, and only the edge (command line, app, exports) turns them into
sentences with :func:`text`.  Each module of this package holds the codes of one
area in a ``TEXTS`` table ``code -> (Chinese, English)`` of :meth:`str.format`
templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from allocation.messages import (
    app,
    app_awards,
    app_compare,
    app_data,
    app_handout,
    app_map,
    app_run,
    app_scenario,
    basis,
    batch,
    build,
    checks,
    command,
    compare,
    draw,
    draw_notice,
    levels,
    mechanisms,
    packs,
    public,
    reading,
    reasons,
    recounts,
    rules,
    scenario,
    serving,
    workbooks,
)
from allocation.messages.errors import (
    AllocationError,
    ClusterError,
    DrawError,
    InputError,
    RunError,
    ScenarioError,
    internal_error,
)

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)

_AREAS = (
    app,
    app_awards,
    app_compare,
    app_data,
    app_handout,
    app_map,
    app_run,
    app_scenario,
    basis,
    batch,
    build,
    checks,
    command,
    compare,
    draw,
    draw_notice,
    levels,
    mechanisms,
    packs,
    public,
    reading,
    reasons,
    recounts,
    rules,
    scenario,
    serving,
    workbooks,
)

CATALOGUE: Mapping[str, tuple[str, str]] = {
    code: texts for area in _AREAS for code, texts in area.TEXTS.items()
}
"""Every code; a code stands in one area only (a test sees to it)."""

__all__ = [
    "CATALOGUE",
    "LANGS",
    "AllocationError",
    "ClusterError",
    "DrawError",
    "InputError",
    "Lang",
    "RunError",
    "ScenarioError",
    "describe",
    "internal_error",
    "text",
]


def text(code: str, lang: Lang = "zh", /, **params: object) -> str:
    """Render the text of a code.

    Parameters
    ----------
    code
        A key of :data:`CATALOGUE`.
    lang
        ``"zh"`` or ``"en"``.
    **params
        Values for the template's fields.

    Raises
    ------
    KeyError
        When the code is unknown or a field of the template has no value.
    """
    return CATALOGUE[code][LANGS.index(lang)].format(**params)


def describe(error: AllocationError, lang: Lang = "zh") -> str:
    """Render an error in one sentence."""
    return text(error.code, lang, **error.params)
