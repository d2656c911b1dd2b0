"""Identity and certificate numbers: form, check digit, and whether they fit the rest.

GB 11643-1999 builds the identity number, 残联发〔2017〕34号 the certificate number: the
identity number, one digit for the type and one for the level, then ``B`` and a count
on reissued cards.  The first six digits, the place of first registration, are never
judged: tables of places reject real numbers of this city.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from stdnum.iso7064 import mod_11_2

from allocation import tables
from allocation.read.typed import Draft, cell_findings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allocation.read.findings import Finding
    from allocation.read.raw import Bools

_LENGTH = 18
_CERTIFICATE = r"^\d{17}[\dX][1-7][1-4](?:B\d+)?$"
_TYPES = tuple(tables.column_of("applicants", "disability_type").values)
_EARLIEST, _LATEST = np.datetime64("1900-01-01"), np.datetime64("2100-01-01")


@dataclass(frozen=True, slots=True, eq=False)
class _Numbers:
    """Identity numbers of all applicants, null where there is none to rely on."""

    number: pd.Series
    birth: pd.Series
    sex: pd.Series


def check_identities(draft: Draft) -> tuple[Draft, list[Finding]]:
    """Check the official numbers of applicants.

    Returns
    -------
    The draft with the numbers' letters in capitals, and the findings.
    """
    frame = draft.frame.assign(
        identity_no=draft.frame["identity_no"].str.upper(),
        certificate_no=draft.frame["certificate_no"].str.upper(),
    )
    draft = draft.with_frame(frame)
    findings, sound = _check_identity(draft)
    more, certified = _check_certificate(draft, sound)
    findings += more
    # Without an identity number on file the certificate's own first 18 speak.
    numbers = _numbers(frame["identity_no"].where(sound).fillna(certified))
    findings += _differs(draft, "birth_date", numbers.birth, "birth_date_differs")
    findings += _differs(draft, "sex", numbers.sex, "sex_differs")
    return draft, findings


def _check_identity(draft: Draft) -> tuple[list[Finding], Bools]:
    """Check the identity numbers; tell which of them are sound."""
    number = draft.frame["identity_no"]
    given = number.notna().to_numpy() & ~draft.is_bad("identity_no")
    failed = ~given
    findings: list[Finding] = []
    for code, passes in (
        ("identity_length", number.str.len() == _LENGTH),
        ("identity_characters", number.str.fullmatch(r"\d{17}[\dX]")),
        ("identity_date", _birth(number).notna()),
        ("identity_check_digit", None),
    ):
        # The check digit comes last: it is computed only for what passed the rest.
        good = _check_digits(number, ~failed) if passes is None else _bools(passes)
        wrong = ~good & ~failed
        findings += cell_findings(draft, "identity_no", wrong, code)
        failed |= wrong
    return findings, ~failed


def _check_certificate(draft: Draft, identity_sound: Bools) -> tuple[list[Finding], pd.Series]:
    """Check the certificate numbers; return the sound identity numbers inside them."""
    frame = draft.frame
    number = frame["certificate_no"]
    given = number.notna().to_numpy() & ~draft.is_bad("certificate_no")
    formed = given & _bools(number.str.fullmatch(_CERTIFICATE))
    findings = cell_findings(draft, "certificate_no", given & ~formed, "certificate_form")
    inside = number.str.slice(0, _LENGTH).where(formed)
    on_file = formed & identity_sound
    differs = on_file & _bools(inside != frame["identity_no"])
    findings += cell_findings(draft, "certificate_no", differs, "certificate_identity_differs")
    alone = formed & frame["identity_no"].isna().to_numpy()
    dated = _bools(_birth(inside).notna())
    sound = alone & dated & _check_digits(inside, alone & dated)
    findings += cell_findings(draft, "certificate_no", alone & ~dated, "certificate_date")
    findings += cell_findings(
        draft, "certificate_no", alone & dated & ~sound, "certificate_check_digit"
    )
    number = number.where(formed)
    kind = number.str.slice(_LENGTH, _LENGTH + 1).map(_type_of)
    level = pd.to_numeric(number.str.slice(_LENGTH + 1, _LENGTH + 2))
    for code, column, written in (
        ("certificate_type_differs", "disability_type", kind),
        ("certificate_level_differs", "disability_level", level),
    ):
        known = formed & frame[column].notna().to_numpy() & ~draft.is_bad(column)
        wrong = known & _bools(frame[column] != written)
        findings += cell_findings(draft, "certificate_no", wrong, code)
    return findings, inside.where(sound)


def _type_of(digit: object) -> str | None:
    return _TYPES[int(digit) - 1] if isinstance(digit, str) else None


def _check_digits(number: pd.Series, where: Bools) -> Bools:
    """Tell which of the numbers end in the check digit ISO 7064 mod 11-2 asks for."""
    good = np.zeros(len(number), dtype=bool)
    texts: Iterable[str] = number.to_numpy(dtype=object)[where]
    good[where] = [mod_11_2.is_valid(text) for text in texts]
    return good


def _numbers(number: pd.Series) -> _Numbers:
    order = pd.to_numeric(number.str.slice(16, 17))
    sex = (order % 2).map({1.0: "male", 0.0: "female"})
    return _Numbers(number, _birth(number), sex)


def _birth(number: pd.Series) -> pd.Series:
    """Return the dates of birth in identity numbers, null where there is none."""
    dates = pd.to_datetime(number.str.slice(6, 14), format="%Y%m%d", errors="coerce")
    return dates.where((dates >= _EARLIEST) & (dates < _LATEST)).astype("datetime64[ns]")


def _differs(draft: Draft, column: str, expected: pd.Series, code: str) -> list[Finding]:
    declared = draft.frame[column]
    wrong = declared.notna() & expected.notna() & (declared != expected)
    return cell_findings(draft, column, _bools(wrong), code)


def _bools(values: pd.Series) -> Bools:
    """Turn a mask that may hold null into plain flags; null is false."""
    return values.fillna(False).to_numpy(dtype=bool)
