"""The draw of a run: sealed before the seed, the seed as revealed, the order from it (V9).

Records are read as plain data and judged by code of this package; of the code that made
them only the canonical form of the tables (:mod:`allocation.read.digest`) and the keys of
the drand networks are shared.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from allocation.checker.draw_approval import check_approval
from allocation.checker.draw_numbers import check_numbers
from allocation.checker.draw_signature import holds
from allocation.checker.report import Violation
from allocation.draw.beacon import CHAINS
from allocation.read.digest import rows_digest, table_digests

if TYPE_CHECKING:
    import pandas as pd

    from allocation.instance import Instance

Record = Mapping[str, Any]

_LEAST_WITNESSES = 2
"""Who saw digits drawn; other values anybody can look up."""

_KEY = re.compile(r"(?:(?:[0-9]+\.)+/)+")


def check_draw(
    instance: Instance,
    manifest: Record,
    listed: Sequence[pd.DataFrame] = (),
    beside: Sequence[Record] = (),
) -> list[Violation]:
    """Judge the draw of a run.

    Parameters
    ----------
    manifest
        ``draw`` and, for an official run, ``official`` and ``approval``.
    listed
        Tables of the run with ``applicant_id`` and ``draw_number``.
    beside
        Manifests of the other official runs in the folder of runs.

    Returns
    -------
    list[Violation]
        For an official run also what its commitment, its reveal and its approval lack.
    """
    draw = manifest["draw"]
    violations = check_numbers(instance, draw, listed)
    if manifest.get("official") or draw.get("commitment"):
        violations += check_approval(manifest, beside)
    if draw.get("commitment") and not (
        manifest.get("official") or manifest.get("official_refused")
    ):
        # Only an official run has one; if it was refused in the end, it says why.
        violations.append(Violation("check_official_hidden", {}))
    if draw.get("commitment"):
        violations += _protocol(instance, draw)
    return violations


def _protocol(instance: Instance, draw: Record) -> list[Violation]:
    sealed, reveal = draw["commitment"], draw.get("reveal")
    public = sealed["public"]
    line = [*sealed["earlier"], public]
    violations = [*_links(line, sealed["commitment"]), *_sealed(instance, sealed, draw)]
    bases = [each for each in line if "announcement" in each]
    if not bases:
        return violations
    base = bases[-1]
    if any(_decides(each) != _decides(base) for each in line[line.index(base) :]):
        violations.append(Violation("check_commitment_redrawn", {}))
    if reveal is None:
        return [*violations, Violation("check_reveal_missing", {})]
    if draw.get("reveal_sha256") != _file_hash(reveal):
        violations.append(Violation("check_reveal_hash", {}))
    return [*violations, *_seen(reveal, base), *_revealed(reveal, base, draw["seed"])]


def _links(line: Sequence[Record], named: str) -> Iterator[Violation]:
    """Follow the line of commitments by their hashes."""
    names = [each.get("corrects", {}).get("commitment", "") for each in line]
    hashes = [_file_hash(each) for each in line]
    if names != ["", *hashes[:-1]] or named != hashes[-1]:
        yield Violation("check_commitment_hash", {})


def _sealed(instance: Instance, sealed: Record, draw: Record) -> Iterator[Violation]:
    """Compare what was run with what was sealed."""
    public = sealed["public"]
    settings = instance.scenario.canonical()
    sources = settings.pop("sources")
    settings.pop("overruling", None)
    settings.pop("profile", None)
    settings["data"] = {
        key: value for key, value in settings["data"].items() if key not in ("folder", "workbook")
    }
    settings["draw"] = {
        key: value for key, value in settings.get("draw", {}).items() if key != "seed"
    }
    policy = {key: row for key, row in sources.items() if row["status"] != "scenario"}
    found = {
        "inputs": _inputs_hash(instance, sealed["private"]["salt"]),
        "scenario": _hash(_json(settings)),
        "policy": _hash(_json(policy)),
    }
    for what, digest in found.items():
        if public["sealed"][what] != digest:
            yield Violation("check_commitment_differs", {"what": what})
    listed = {
        "n": draw["n"],
        "sha256": draw["list_sha256"],
        "holders": _holders_hash(instance, sealed["private"]["salt"]),
    }
    if public["list"] != listed:
        yield Violation("check_commitment_differs", {"what": "list"})
    for what in ("method", "round"):
        if public[what] != draw[what]:
            yield Violation("check_commitment_differs", {"what": what})


def _inputs_hash(instance: Instance, salt: str) -> str:
    rules = [rule.model_dump(mode="json") for rule in instance.scenario.overrulings]
    names = rules[0] if rules else ()
    digests = {
        **table_digests(instance.tables),
        "overruling": rows_digest({name: [rule[name] for rule in rules] for name in names}),
    }
    listed = {name: [digest.rows, digest.sha256] for name, digest in digests.items()}
    return _hash(f"{salt}\n{_json(listed)}\n")


def _holders_hash(instance: Instance, salt: str) -> str:
    people = instance.applicants
    pairs = zip(people.id.tolist(), people.receipt_no.tolist(), strict=True)
    return _hash(f"{salt}\n{_json(sorted(map(list, pairs)))}\n")


def _seen(reveal: Record, base: Record) -> Iterator[Violation]:
    """Judge who saw the value, and that it was recorded no earlier than it came."""
    witnesses = [str(name).strip() for name in reveal.get("witnesses") or ()]
    least = _LEAST_WITNESSES if base["announcement"]["source"] == "digits" else 0
    if len(witnesses) < least or len(set(witnesses) - {""}) < len(witnesses):
        yield Violation("check_reveal_unseen", {})
    drawn, recorded = (datetime.fromisoformat(reveal[key]) for key in ("drawn_at", "recorded_at"))
    if recorded < drawn:
        yield Violation("check_reveal_recorded", {})


def _revealed(reveal: Record, base: Record, seed: str | None) -> Iterator[Violation]:
    """Judge the value: drawn for this commitment, after it, and the seed of the run."""
    announced = base["announcement"]
    if reveal["committed"] != base or reveal["commitment"] != _file_hash(base):
        yield Violation("check_reveal_other", {})
    drawn = datetime.fromisoformat(reveal["drawn_at"])
    sealed = datetime.fromisoformat(base["committed_at"])
    due = datetime.fromisoformat(announced["at"])
    if drawn <= sealed or due <= sealed:
        yield Violation("check_reveal_early", {})
    elif drawn < due:
        yield Violation("check_reveal_before_announced", {})
    if not reveal["seed"] == _seed(announced, reveal["value"]) == seed:
        yield Violation("check_reveal_seed", {})
    if announced["source"] == "drand" and not _is_signed(announced, reveal["value"]):
        yield Violation("check_reveal_signature", {"round": announced["round"]})


def _seed(announced: Record, value: str) -> str | None:
    """Derive the seed; None for a value of another form than was announced."""
    source = announced["source"]
    if source == "digits":
        is_digits = value.isascii() and value.isdigit() and len(value) == announced["digits"]
        return value if is_digits else None
    if source == "numbers":
        return value if _KEY.fullmatch(value) and _is_ascending(value) else None
    if source == "drand":
        signature = str(_answer(value).get("signature", ""))
        return _hash_bytes(signature)
    return value


def _is_ascending(key: str) -> bool:
    sources = [[int(number) for number in part.split(".")[:-1]] for part in key.split("/")[:-1]]
    written = "".join("".join(f"{number}." for number in sorted(part)) + "/" for part in sources)
    return written == key


def _is_signed(announced: Record, value: str) -> bool:
    chain = next((each for each in CHAINS.values() if each.hash == announced["chain"]), None)
    answer = _answer(value)
    if chain is None or answer.get("round") != announced["round"]:
        return False
    due = int(datetime.fromisoformat(announced["at"]).timestamp())
    if due != chain.genesis_time + (announced["round"] - 1) * chain.period_s:
        return False
    signature, before = (str(answer.get(name, "")) for name in ("signature", "previous_signature"))
    try:
        return holds(chain, announced["round"], signature, before)
    except ValueError:
        return False


def _answer(value: str) -> Record:
    try:
        found = json.loads(value)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _decides(public: Record) -> tuple[object, ...]:
    """Return all that says, with the seed, who stands where and who wins.

    A lottery that the seed shapes before it is applied is not sealed; all that is sealed
    shapes it.
    """
    lots = public.get("lots")
    is_open = isinstance(lots, Mapping) and lots.get("unpinned")
    shaping = public["sealed"] if is_open else None
    return public["list"], public["method"], public["round"], lots, shaping


def _file_hash(public: Record) -> str:
    """Hash a public part as the file it is published as."""
    text = json.dumps(public, ensure_ascii=False, sort_keys=True, indent=2)
    return _hash(f"{text}\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _hash_bytes(signature: str) -> str | None:
    try:
        return hashlib.sha256(bytes.fromhex(signature)).hexdigest()
    except ValueError:
        return None
