"""Reading TOML files written by people: exact decimals, errors with a line number."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from allocation.messages import ScenarioError

_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_toml(path: Path, missing: str) -> dict[str, Any]:
    """Read a TOML file; numbers with decimals come as :class:`decimal.Decimal`.

    Parameters
    ----------
    path
        The file.  A byte order mark, which Windows editors write, is accepted.
    missing
        Code of the error where there is no such file.

    Raises
    ------
    ScenarioError
        ``missing``, ``toml_not_utf8`` or ``toml_syntax``.
    """
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except OSError:
        raise ScenarioError(missing, file=path.name) from None
    except UnicodeDecodeError:
        raise ScenarioError("toml_not_utf8", file=path.name) from None
    try:
        return parse_toml(content)
    except tomllib.TOMLDecodeError as error:
        at = _POSITION.search(str(error))
        # An error without a position stands at the end of the file.
        line = int(at.group(1)) if at else content.count("\n") + 1
        raise ScenarioError("toml_syntax", file=path.name, line=line) from None


def parse_toml(content: str) -> dict[str, Any]:
    """Parse TOML with exact decimals."""
    return tomllib.loads(content, parse_float=Decimal)
