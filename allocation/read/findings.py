"""What reading has to say: findings about bad cells, notices about the rest.

A finding names the cell and never repeats what is personal: neither the value of a
personal column nor anything that could be an identity, certificate or phone number.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from allocation import tables
from allocation.messages import InputError, Lang, text
from allocation.messages.reading import FAMILIES
from allocation.tables import patterns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HIDDEN: Mapping[Lang, str] = {"zh": "（不显示）", "en": "(not shown)"}
"""Stands for a value that is not to be repeated."""

_LONGEST_SHOWN = 40
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_COMMA: Mapping[Lang, str] = {"zh": "、", "en": ", "}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know that is no error: a message code and its parameters."""

    code: str
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def sentence(self, lang: Lang = "zh") -> str:
        """Say it in one sentence."""
        params = dict(self.params)
        if "table" in params:
            params["table"] = table_word(params["table"], lang)
        if "columns" in params:
            params["columns"] = _COMMA[lang].join(params["columns"])
        return text(self.code, lang, **params)


@dataclass(frozen=True, slots=True)
class Finding:
    """One bad cell, or one thing wrong with a row, a column or a file.

    Attributes
    ----------
    code
        A key of the message catalogue; how to mend it is under ``<code>_mend``.
    table
        Name of the table; empty where a whole workbook cannot be read.
    file, sheet
        Where it was read; empty where nothing was found to read.
    row
        As in the file, the header being row 1; ``None`` for a whole column or file.
    column
        Header as in the file.
    field
        Canonical name of the column.
    value
        The cell as in the file, empty where there is none or it is not to be shown.
    hidden
        The cell holds something that is not to be repeated.
    params
        Fields of the message.
    """

    code: str
    table: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    field: str = ""
    value: str = ""
    hidden: bool = False
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def problem(self, lang: Lang = "zh") -> str:
        """Say in one sentence what is wrong."""
        return text(self.code, lang, **self._words(lang))

    def mend(self, lang: Lang = "zh") -> str:
        """Say in one sentence how to mend it."""
        return text(f"{self.code}_mend", lang, **self._words(lang))

    @property
    def family(self) -> str:
        """Kind of error: ``files``, ``cells``, ``identity``, ``links`` or ``positions``."""
        return next(name for name, codes in FAMILIES.items() if self.code in codes)

    def shown(self, lang: Lang = "zh") -> str:
        """Return the cell as it may be shown."""
        return HIDDEN[lang] if self.hidden else self.value

    def record(self) -> dict[str, Any]:
        """Return it as a plain dictionary."""
        return dataclasses.asdict(self)

    def _words(self, lang: Lang) -> dict[str, Any]:
        words = {name: self._word(name, value, lang) for name, value in self.params.items()}
        words["table"] = table_word(self.table, lang)
        words["field"] = self._header(self.field, lang) if self.field else ""
        return words

    def _header(self, field: str, lang: Lang) -> str:
        # A column that a scenario added is called as in the file.
        known = field in tables.table_of(self.table).by_name
        return tables.header(self.table, field, lang) if known else self.column

    def _word(self, name: str, value: Any, lang: Lang) -> str:
        if name == "other_tables":
            return _COMMA[lang].join(table_word(item, lang) for item in value)
        if name == "other_field":
            return self._header(value, lang)
        if name == "allowed":
            words = [tables.label(self.table, self.field, item, lang) for item in value]
            return _COMMA[lang].join(words)
        if isinstance(value, (list, tuple)):
            return _COMMA[lang].join(map(str, value))
        return f"{value:g}" if isinstance(value, float) else str(value)


class BadInput(InputError):
    """The input holds bad cells; carries every finding and survives pickling."""

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> BadInput:
        """Make the error of some findings."""
        records = [finding.record() for finding in findings]
        return cls("bad_input", n=len(records), findings=records)

    @property
    def findings(self) -> list[Finding]:
        """Everything that was found."""
        return [Finding(**record) for record in self.params["findings"]]

    def __str__(self) -> str:
        """Say how many; the findings themselves are for a table, not for a traceback."""
        return f"{self.code}(n={self.params['n']})"


def table_word(name: str, lang: Lang) -> str:
    """Return the name of a table for people; empty where a finding is about none."""
    return tables.table_of(name).zh if name and lang == "zh" else name


def displayed(value: str, *, personal: bool) -> tuple[str, bool]:
    """Return a cell as it may be shown, and whether it is hidden.

    Parameters
    ----------
    value
        The cell as in the file.
    personal
        Whether its column is personal.
    """
    if not value:
        return "", False
    if personal or patterns.holds_personal_number(value):
        return "", True
    plain = "".join(sign if sign.isprintable() else "·" for sign in value)
    if plain[0] in "=+-@" and not _NUMBER.fullmatch(plain):
        # Lists of findings are opened with spreadsheets, which must not run the cell.
        plain = f"'{plain}"
    short = plain if len(plain) <= _LONGEST_SHOWN else plain[: _LONGEST_SHOWN - 1] + "…"
    return short, False


def findings_table(findings: Iterable[Finding], lang: Lang = "zh") -> pd.DataFrame:
    """Lay findings out as a table of text for people, one row each, in their order."""
    headers = {
        "zh": ("文件", "工作表", "表", "行", "列", "单元格", "问题", "修改办法", "代码"),
        "en": ("file", "sheet", "table", "row", "column", "value", "problem", "mend", "code"),
    }[lang]
    rows = [
        (
            finding.file,
            finding.sheet,
            table_word(finding.table, lang),
            "" if finding.row is None else str(finding.row),
            finding.column,
            finding.shown(lang),
            finding.problem(lang),
            finding.mend(lang),
            finding.code,
        )
        for finding in findings
    ]
    return pd.DataFrame(rows, columns=list(headers), dtype="str")


def _position(finding: Finding) -> int:
    """Return the place of a column in its table, after all others where a scenario added it."""
    if not finding.field:
        return -1
    fields = list(tables.table_of(finding.table).by_name)
    return fields.index(finding.field) if finding.field in fields else len(fields)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings as a person goes through the files, one finding for each cell.

    Of several findings about one cell the first made stays: the checks go from the
    writing of a cell to what it means, and a wrong writing explains the rest.
    """
    order = {name: position for position, name in enumerate(tables.INPUT_TABLES)}
    first: dict[tuple[Any, ...], Finding] = {}
    for finding in findings:
        place: tuple[Any, ...] = (finding.table, finding.file, finding.sheet, finding.row)
        # What concerns a whole row, column or file never hides anything else.
        whole = finding.row is None or not finding.column
        key = (*place, finding.column, finding.field, finding.code if whole else "")
        first.setdefault(key, finding)

    def rank(finding: Finding) -> tuple[Any, ...]:
        return (
            order.get(finding.table, -1),
            finding.file,
            finding.sheet,
            finding.row or 0,
            _position(finding),
            finding.column,
            finding.code,
        )

    return sorted(first.values(), key=rank)
