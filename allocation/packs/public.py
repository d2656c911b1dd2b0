"""The public pack: the draw and the counts for anybody, one's own line for an applicant.

What is in it is what a published list and a published draw already say, and commitments.
An award of a kind whose holders the rules choose by a protected fact
(:mod:`allocation.export.disclosure`) is listed without its receipt number; counts of
reserves follow :mod:`allocation.packs.cells`; premises that applicants bring are listed
only where something was awarded, because an empty line would tell of a refusal.  Every
file stands in the order of published text, so that no order tells anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allocation.draw.seal import list_text
from allocation.export.disclosure import reveals_disability
from allocation.export.files import whole_file
from allocation.messages import LANGS, RunError, text
from allocation.packs.cells import SMALLEST, Cell, shown_counts
from allocation.packs.container import (
    HEAD,
    README,
    VERIFIER,
    Pack,
    csv_bytes,
    json_bytes,
    sealed_pack,
    verifier_source,
)
from allocation.packs.lines import CODES_FILE, applicant_lines, write_codes
from allocation.packs.secret import code_of, commitment, run_secret

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from allocation.runs import Run

FORMAT = "allocation-public-pack-1"
DIGEST_FILE = "pack-digest.txt"
"""In the run folder: the digest of the public pack written last."""

RESERVES = ("reserve", "rule", "kind", "scope", "scope_id", "required", "awards", "used")
_ALL = "all"

_NOT_DRAWN = "acceptance"
"""Method whose order comes from files of the office alone: nothing of it is published."""


@dataclass(frozen=True, slots=True)
class Written:
    """A pack as it was written.

    Attributes
    ----------
    path, digest
        The zip, and the SHA-256 of its ``pack.json``.
    codes
        The office's file of codes and lines.
    """

    path: Path
    digest: str
    codes: Path


def write_public_pack(run: Run, path: Path, withheld: Collection[str] = ()) -> Written:
    """Write the pack of a run; its codes and its digest go into the run folder.

    Parameters
    ----------
    withheld
        Kinds whose awards are listed without receipt numbers, besides those whose rules
        tell something about every holder.

    Raises
    ------
    RunError
        ``pack_kind_unknown``, ``export_failed`` or ``pack_secret_damaged``.
    """
    if unknown := sorted(set(withheld) - set(run.scenario.kinds)):
        raise RunError("pack_kind_unknown", kinds=", ".join(unknown))
    secret = run_secret(run.path)
    lines = applicant_lines(run)
    pack = public_pack(run, secret, lines, withheld)
    codes = run.path / CODES_FILE
    write_codes(codes, secret, lines)
    pack.write(path)
    with whole_file(run.path / DIGEST_FILE) as fresh:
        fresh.write_text(f"{pack.digest}\n", encoding="ascii")
    return Written(path, pack.digest, codes)


def public_pack(
    run: Run, secret: bytes, lines: Mapping[str, str], also_withheld: Collection[str] = ()
) -> Pack:
    """Build the pack of a run; the same run and secret give the same bytes."""
    draw = run.manifest["draw"]
    receipts = run.instance.applicants.receipt_no.tolist()
    telling = {*reveals_disability(run), *also_withheld}
    withheld = tuple(kind for kind in run.scenario.kinds if kind in telling)
    files = {
        "receipts.txt": list_text(receipts).encode(),
        "places.csv": csv_bytes(*_places(run)),
        "awards.csv": csv_bytes(("kind", "place_id", "receipt_no"), _awards(run, withheld)),
        "reserves.csv": csv_bytes(RESERVES, _reserves(run)),
        "commitments.csv": csv_bytes(
            ("receipt_no", "commitment"),
            (
                (receipt, commitment(code_of(secret, receipt), line))
                for receipt, line in lines.items()
            ),
        ),
        VERIFIER: verifier_source("verify_public"),
        README: _readme(run).encode(),
        **_protocol(draw),
    }
    if draw_method(draw) != _NOT_DRAWN:
        files["draw.csv"] = csv_bytes(("draw_number", "receipt_no"), _order(run))
    return sealed_pack(_head(run, withheld), files)


def _readme(run: Run) -> str:
    parts = [text("pack_public_readme", lang) for lang in LANGS]
    if not run.result["official"]:
        parts.insert(0, "\n".join(text("pack_trial", lang) for lang in LANGS))
    return "\n\n".join(parts)


def draw_method(draw: Mapping[str, Any]) -> str:
    """Name the method that really ordered: before there is a seed, ``ids`` stands in."""
    method = str(draw.get("method", "seed"))
    return "ids" if draw["seed"] is None and method in ("seed", "rfc3797") else method


def _head(run: Run, withheld: tuple[str, ...]) -> dict[str, Any]:
    draw, scenario = run.manifest["draw"], run.scenario
    return {
        "format": FORMAT,
        "run_id": run.run_id,
        "scenario": scenario.name,
        "title": scenario.title,
        "decision_date": str(scenario.decision_date or ""),
        "official": bool(run.result["official"]),
        "draw": {
            "method": draw_method(draw),
            "round": draw["round"],
            "seed": draw["seed"],
            "n": draw["n"],
            "list_sha256": draw["list_sha256"],
        },
        "awards": {
            str(kind): int(n) for kind, n in sorted(run.awards["kind"].value_counts().items())
        },
        "withheld_kinds": list(withheld),
        "exclusive": [list(group) for group in run.instance.exclusive_groups],
        "smallest_cell": SMALLEST,
    }


def _protocol(draw: Mapping[str, Any]) -> dict[str, bytes]:
    """Return commitments, the first one first, and the reveal: of an official run only."""
    sealed = draw.get("commitment")
    if not sealed:
        return {}
    line = [*sealed["earlier"], sealed["public"]]
    files = {f"commitment-{number}.json": json_bytes(each) for number, each in enumerate(line, 1)}
    if draw.get("reveal"):
        files["reveal.json"] = json_bytes(draw["reveal"])
    return files


def _order(run: Run) -> list[tuple[int, str]]:
    people = run.instance.applicants
    return sorted(zip(people.draw_number.tolist(), people.receipt_no.tolist(), strict=True))


def _places(run: Run) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """List the places of the run, by kind and id, with their numbers of awards."""
    places, stages = run.instance.places, run.instance.stages
    numbers = run.awards["place_id"].value_counts().to_dict()
    brought = {
        kind: stage.mechanism == "queue" or stage.premises == "brought"
        for stage in stages
        for kind in stage.kinds
    }
    columns = ("kind", "place_id", "venue_id", "district", "township", "capacity", "awards")
    rows = [
        (kind, place, venue, district, township, capacity, numbers.get(place, 0))
        for kind, place, venue, district, township, capacity in zip(
            places.kind,
            places.id,
            places.venue,
            places.district,
            places.township,
            places.capacity.tolist(),
            strict=True,
        )
        if kind in brought and (not brought[kind] or place in numbers)
    ]
    return columns, sorted(rows, key=lambda row: (str(row[0]), str(row[1])))


def _awards(run: Run, withheld: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """List the awards by kind, place and receipt number; some without the last."""
    people = run.instance.applicants
    receipt = dict(zip(people.id, people.receipt_no, strict=True))
    return sorted(
        (str(kind), str(place), "" if kind in withheld else str(receipt[applicant]))
        for applicant, place, kind in zip(
            run.awards["applicant_id"], run.awards["place_id"], run.awards["kind"], strict=True
        )
    )


def _reserves(run: Run) -> Iterator[tuple[object, ...]]:
    """List the reserves with what may be shown of each, and a line for each rule."""
    records = {record["name"]: record for record in run.result["reserves"]}
    numbers = run.awards["place_id"].value_counts().to_dict()
    rules: dict[tuple[str, str], list[tuple[dict[str, Any], Cell]]] = {}
    for reserve in run.instance.reserves:
        record = records[reserve.name]
        here = sum(numbers.get(place, 0) for place in run.instance.places.id[reserve.places])
        cell = Cell(int(record["required"]), here, int(record["used"]))
        rules.setdefault((reserve.rule, reserve.kind), []).append((record, cell))
    for (rule, kind), members in sorted(rules.items()):
        cells = [cell for _, cell in members]
        shown, total = shown_counts(cells)
        for (record, cell), used in zip(members, shown, strict=True):
            where = (record["scope"], record["scope_id"])
            yield record["name"], rule, kind, *where, cell.required, cell.awards, used
        yield (
            "",
            rule,
            kind,
            _ALL,
            "",
            sum(cell.required for cell in cells),
            sum(cell.awards for cell in cells),
            total,
        )


def public_contents(run: Run) -> list[tuple[str, int | None]]:
    """List the files a pack of the run will hold, with their numbers of rows.

    None for a file that is no table.  Nothing is built for it.
    """
    draw, n_reserves = run.manifest["draw"], len(run.result["reserves"])
    n = int(draw["n"])
    rules = {(record["rule"], record["kind"]) for record in run.result["reserves"]}
    found: list[tuple[str, int | None]] = [
        ("awards.csv", len(run.awards)),
        ("commitments.csv", n),
        ("receipts.txt", n),
        ("reserves.csv", n_reserves + len(rules)),
    ]
    if draw_method(draw) != _NOT_DRAWN:
        found.append(("draw.csv", n))
    names = (HEAD, "places.csv", README, VERIFIER, *_protocol(draw))
    return sorted([*found, *((name, None) for name in names)])


def written_digest(run: Run) -> str:
    """Return the digest of the public pack that was written last, empty for none."""
    file = run.path / DIGEST_FILE
    return file.read_text(encoding="ascii").strip() if file.is_file() else ""
