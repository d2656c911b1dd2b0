"""What a seed is drawn for: the inputs, the rules and the program, each as a hash.

The rules are the settings of the scenario without what the draw is to decide (the
seed), without paths, and without what is about people (overrulings, which are sealed
with the inputs).  The policy is what its profile set, with basis and status.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allocation.canonical import dump_json, text_sha256
from allocation.read.digest import Digest, rows_digest, table_digests
from allocation.version import __version__

if TYPE_CHECKING:
    from allocation.read import Tables
    from allocation.scenario import Scenario

_OVERRULING = "overruling"
_NOT_RULES = (
    ("draw", "seed"),
    ("data", "folder"),
    ("data", "workbook"),
    ("profile",),
    (_OVERRULING,),
    ("sources",),
)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a run, sealed.

    Attributes
    ----------
    sections
        SHA-256 of each table of the scenario, to say which one differs.
    scenario, policy
        SHA-256 of the settings as a whole, and of what the policy profile set.
    """

    sections: Mapping[str, str]
    scenario: str
    policy: str


@dataclass(frozen=True, slots=True)
class Program:
    """The program: its version, and the SHA-256 of its source."""

    version: str
    sha256: str


def seal_rules(scenario: Scenario) -> Rules:
    """Hash the rules of a scenario."""
    settings = scenario.canonical()
    sources = settings["sources"]
    for parts in _NOT_RULES:
        settings = _without(settings, parts)
    policy = {key: row for key, row in sources.items() if row["status"] != "scenario"}
    return Rules(
        sections={key: text_sha256(dump_json(value)) for key, value in settings.items()},
        scenario=text_sha256(dump_json(settings)),
        policy=text_sha256(dump_json(policy)),
    )


def seal_inputs(tables: Tables, scenario: Scenario) -> Mapping[str, Digest]:
    """Hash every input table, and the overrulings, which are facts about people too."""
    overrulings = [rule.model_dump(mode="json") for rule in scenario.overrulings]
    names = overrulings[0] if overrulings else ()
    columns = {name: [rule[name] for rule in overrulings] for name in names}
    return {**table_digests(tables), _OVERRULING: rows_digest(columns)}


def inputs_sha256(inputs: Mapping[str, Digest], salt: str) -> str:
    """Hash the hashes of all inputs with a salt.

    The bare hash of a table would tell who knows all of it but one cell what stands in
    that cell; with the salt, which stays in the office, it tells nothing.
    """
    listed = {name: [digest.rows, digest.sha256] for name, digest in inputs.items()}
    return text_sha256(f"{salt}\n{dump_json(listed)}\n")


def holders_sha256(tables: Tables, salt: str) -> str:
    """Hash whose receipt number is which, with the salt of the draw.

    The list alone would not show that two people changed their numbers.
    """
    people = tables.applicants
    pairs = zip(people["applicant_id"].tolist(), people["receipt_no"].tolist(), strict=True)
    return text_sha256(f"{salt}\n{dump_json(sorted(map(list, pairs)))}\n")


def list_text(receipt_nos: Iterable[str]) -> str:
    """Write the list of receipt numbers as it is sealed: sorted, one a line."""
    return "".join(f"{receipt}\n" for receipt in sorted(receipt_nos))


@cache
def program() -> Program:
    """Seal the program that runs: version, and every line of its Python source."""
    folder = Path(__file__).parents[1]
    digest = sha256()
    for file in sorted(folder.rglob("*.py")):
        # Line ends differ between systems, the program does not.
        source = file.read_text(encoding="utf-8")
        digest.update(f"{file.relative_to(folder).as_posix()}\n{text_sha256(source)}\n".encode())
    return Program(__version__, digest.hexdigest())


def _without(settings: Mapping[str, Any], parts: tuple[str, ...]) -> dict[str, Any]:
    first, *rest = parts
    if first not in settings:
        return dict(settings)
    if not rest:
        return {key: value for key, value in settings.items() if key != first}
    return {**settings, first: _without(settings[first], tuple(rest))}
