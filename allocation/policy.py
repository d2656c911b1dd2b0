"""The policy profile: every number of a policy with its legal basis and status.

A profile is a TOML file with the policy document on top and one ``[[parameter]]``
per value.  A parameter is named by the scenario key it fills, so that
``reserve.stall.share`` in a profile, in a scenario file and on the command line are
the same thing.  Almost no number in this domain is a constant: a parameter says who
set it, where, from when until when, and how well that is known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from allocation.messages import ScenarioError
from allocation.messages.problems import Problem, error_of, raise_problems, unknown_key
from allocation.toml import read_toml

Status = Literal["law", "seen", "placeholder", "scenario"]
"""``law``: read in the text of the law or document itself; ``seen``: seen on a
government page or quoted elsewhere; ``placeholder``: an example to be confirmed;
``scenario``: set by the scenario or on the command line."""

STATUSES: tuple[Status, ...] = get_args(Status)


def _plain(value: Any) -> Any:
    """Write decimals and dates as text, so that a parameter is ready for JSON."""
    if isinstance(value, Decimal | Fraction):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _no_blank(value: Any) -> Any:
    return None if value == "" else value


_Basis = Annotated[str, Field(min_length=1)]
_Plain = Annotated[Any, BeforeValidator(_plain)]
_Day = Annotated[dt.date | None, BeforeValidator(_no_blank)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parameter(_Record):
    """One value of a policy with its basis.

    In :attr:`Scenario.sources` a value that the scenario itself sets keeps the basis
    of the parameter it replaces, has status ``scenario`` and its own ``origin``.
    """

    name: _Basis
    """Dotted key of the scenario."""
    title: str = ""
    """Chinese name, as an office says it."""
    value: _Plain
    """Ready for JSON; a number with decimals is its text."""
    unit: str = ""
    legal_basis: str = ""
    """Document number, or the name of a statute."""
    document: str = ""
    """Full title of the document."""
    article: str = ""
    issuing_body: str = ""
    effective_from: _Day = None
    effective_to: _Day = None
    """None where the text names no end."""
    jurisdiction: str = ""
    status: Status
    note: str = ""
    minimum: _Plain = None
    """Least value the law allows; a scenario below it is refused."""
    locked: bool = False
    """The law leaves no choice; a scenario with another value is refused."""
    origin: str = ""
    """File name, or ``--set``."""

    def in_force(self, day: dt.date) -> bool:
        """Tell whether the parameter applies on a day."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )


class ProfileParameter(Parameter):
    """A parameter as a profile must state it: with basis, article and jurisdiction."""

    title: _Basis
    legal_basis: _Basis
    article: _Basis
    issuing_body: _Basis
    jurisdiction: _Basis
    status: Literal["law", "seen", "placeholder"]


class Instrument(_Record):
    """A document that sets parameters: a statute, a notice, a plan.

    A parameter that names its instrument takes document, basis, body, jurisdiction
    and dates from it, unless it states its own.
    """

    title: _Basis
    doc_no: str = ""
    issuing_body: _Basis
    jurisdiction: _Basis
    issued_on: _Day = None
    effective_from: _Day = None
    effective_to: _Day = None
    supersedes: str = ""
    note: str = ""

    def basis(self) -> dict[str, Any]:
        """Return the fields a parameter takes from its instrument."""
        return {
            "legal_basis": self.doc_no or f"《{self.title}》",
            "document": self.title,
            "issuing_body": self.issuing_body,
            "jurisdiction": self.jurisdiction,
            "effective_from": self.effective_from,
            "effective_to": self.effective_to,
        }


class Profile(_Record):
    """A policy as a whole: its instruments and its parameters.

    Attributes
    ----------
    loaded
        False for a slot that is declared but whose values nobody has entered yet.
    """

    name: _Basis
    title: _Basis
    title_en: str = ""
    loaded: bool = True
    note: str = ""
    instruments: Mapping[str, Instrument] = Field(default={}, alias="instrument")
    parameters: tuple[ProfileParameter, ...] = Field(default=(), alias="parameter")


_TOP = tuple(info.alias or name for name, info in Profile.model_fields.items())
_INSTRUMENT = tuple(Instrument.model_fields)
_ROW = (*(name for name in Parameter.model_fields if name != "origin"), "instrument")


def load_profile(path: Path) -> Profile:
    """Read a policy profile.

    Raises
    ------
    ScenarioError
        ``profile_not_loaded`` for a declared but empty profile; otherwise what is
        wrong with the file, all problems at once.
    """
    raw = read_toml(path, "profile_missing")
    raise_problems(list(_unknown_keys(raw, path.name)))
    try:
        profile = Profile.model_validate({**raw, "parameter": _rows(raw, path.name)})
    except ValidationError as error:
        problems = [_wrong(item["loc"], raw, path.name) for item in error.errors()]
        raise error_of(problems) from None
    if not profile.loaded:
        raise ScenarioError("profile_not_loaded", title=profile.title, file=path.name)
    raise_problems(_overlaps(profile, path.name))
    return profile


def parameters_on(profile: Profile, day: dt.date) -> tuple[dict[str, Parameter], set[str]]:
    """Choose the parameters in force on a day.

    Returns
    -------
    tuple
        Name -> parameter in force, and the names that have none in force.
    """
    chosen = {
        row.name: Parameter(**row.model_dump()) for row in profile.parameters if row.in_force(day)
    }
    return chosen, {row.name for row in profile.parameters} - set(chosen)


def _tables(raw: Mapping[str, Any], key: str) -> list[tuple[str, dict[str, Any]]]:
    """List the tables under a key with what to call them."""
    value = raw.get(key)
    if isinstance(value, Mapping):
        named = [(f"{key}.{name}", item) for name, item in value.items()]
    else:
        named = [(key, item) for item in value] if isinstance(value, list) else []
    return [(name, item) for name, item in named if isinstance(item, dict)]


def _unknown_keys(raw: Mapping[str, Any], file: str) -> Iterator[Problem]:
    instruments = raw.get("instrument")
    known = tuple(instruments) if isinstance(instruments, Mapping) else ()
    levels = [("", raw, _TOP)]
    levels += [(f"{name}.", item, _INSTRUMENT) for name, item in _tables(raw, "instrument")]
    levels += [(f"{name}.", item, _ROW) for name, item in _tables(raw, "parameter")]
    for above, table, keys in levels:
        for key in table:
            if key not in keys:
                yield unknown_key(above, key, keys, file)
    for _, row in _tables(raw, "parameter"):
        name = row.get("instrument")
        if name is not None and name not in known:
            yield unknown_key("instrument.", str(name), known, file)


def _rows(raw: Mapping[str, Any], file: str) -> Any:
    """Complete the rows with what their instruments say."""
    rows = raw.get("parameter", [])
    if not isinstance(rows, list):
        return rows
    basis: dict[str, dict[str, Any]] = {}
    for name, table in _tables(raw, "instrument"):
        # A faulty instrument is named by the validation of the whole profile.
        with suppress(ValidationError):
            basis[name.partition(".")[2]] = Instrument.model_validate(table).basis()
    return [
        {
            **basis.get(str(row.get("instrument")), {}),
            **{key: value for key, value in row.items() if key != "instrument"},
            "origin": file,
        }
        if isinstance(row, dict)
        else row
        for row in rows
    ]


def _wrong(loc: tuple[int | str, ...], raw: Mapping[str, Any], file: str) -> Problem:
    """Say which field of which row of a profile is missing or wrong."""
    if loc[0] == "parameter" and len(loc) > 1 and isinstance(loc[1], int):
        row = raw["parameter"][loc[1]]
        name = str(row.get("name", "")) if isinstance(row, dict) else ""
        params = {"field": str(loc[-1]), "row": loc[1] + 1, "name": name, "file": file}
        return Problem("profile_row_wrong", params)
    return Problem("profile_field_wrong", {"field": ".".join(map(str, loc)), "file": file})


def _overlaps(profile: Profile, file: str) -> list[Problem]:
    """Find names that have two values on the same day."""
    problems, seen = [], dict[str, list[ProfileParameter]]()
    for row in profile.parameters:
        start, end = row.effective_from or dt.date.min, row.effective_to or dt.date.max
        for other in seen.setdefault(row.name, []):
            if start <= (other.effective_to or dt.date.max) and end >= (
                other.effective_from or dt.date.min
            ):
                problems.append(Problem("profile_overlap", {"name": row.name, "file": file}))
        seen[row.name].append(row)
    return problems
