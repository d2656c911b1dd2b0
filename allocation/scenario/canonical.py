"""The scenario as plain data that gives equal text for equal settings, and back.

A run folder keeps this form.  It holds every setting with its default filled in, and
under ``sources`` the basis of each value, so that a run freezes the policy it used.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from allocation.canonical import dump_json, text_sha256
from allocation.scenario.values import Range, decimal_text

if TYPE_CHECKING:
    from allocation.scenario.models import Scenario


def canonical_form(scenario: Scenario) -> dict[str, Any]:
    """Return the settings ready for JSON, keys sorted, unset ones left out.

    Numbers with decimals are text (``"0.1"``, ``"1/3"``); paths are relative to the
    scenario file, so that the form does not depend on the machine.
    """
    sources = {
        key: row.model_dump(mode="json", exclude_defaults=True)
        for key, row in sorted(scenario.sources.items())
    }
    return {**_model(scenario, scenario.base_dir), "sources": sources}


def canonical_hash(settings: Mapping[str, Any]) -> str:
    """Hash canonical settings with SHA-256."""
    return text_sha256(dump_json(settings))


def _plain(value: Any, base: Path | None) -> Any:
    if isinstance(value, BaseModel):
        return _model(value, base)
    if isinstance(value, Range):
        return _table({"min": value.min, "max": value.max}, base)
    if isinstance(value, Mapping):
        return _table(value, base)
    if isinstance(value, tuple):
        return [_plain(item, base) for item in value]
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Fraction):
        return decimal_text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return _relative(value, base) if isinstance(value, Path) else value


def _model(value: BaseModel, base: Path | None) -> dict[str, Any]:
    items = {
        info.alias or name: getattr(value, name)
        for name, info in type(value).model_fields.items()
        if not info.exclude
    }
    return _table(items, base)


def _table(items: Mapping[str, Any], base: Path | None) -> dict[str, Any]:
    return {key: _plain(items[key], base) for key in sorted(items) if items[key] is not None}


def _relative(path: Path, base: Path | None) -> str:
    if base is None or not path.is_absolute():
        return path.as_posix()
    try:
        return Path(os.path.relpath(path, base)).as_posix()
    except ValueError:  # another drive
        return path.name
