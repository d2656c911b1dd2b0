#!/usr/bin/env python3
"""公开复核包的核验程序 / Verifier of a public replication pack.

    python3 verify.py                    核验全部文件 check every file beside this one
    python3 verify.py --open 核验码 '本人记录'   打开本人记录 open one's own line
    python3 verify.py --digest 摘要      另与公布的摘要比对 compare with the published digest

Needs Python 3.11 and nothing else.  Exit code 0: everything passes; 1: something does
not.  A program cannot vouch for itself: compare the digest it prints with the one the
office published, or read these lines; they are few.
"""

from __future__ import annotations

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    # A file put beside this program must not pass for a part of the standard library.
    del sys.path[0]

import argparse
import base64
import csv
import hashlib
import hmac
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

FORMAT = "allocation-public-pack-1"
HEAD = "pack.json"
_RAW = argparse.RawDescriptionHelpFormatter
RESERVE_ROW = ("reserve", "rule", "kind", "scope", "scope_id", "required", "awards", "used")


class Fault(Exception):
    """Something is not as it must be; the argument says what, without quoting people."""


class Skip(Exception):
    """A check has nothing to check here; the argument says why, in both languages."""


def need(holds: object, what: str) -> None:
    """Fail unless something holds."""
    if not holds:
        raise Fault(what)


def sha256(data: bytes) -> str:
    """Hash bytes, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def as_file(content: object) -> bytes:
    """Write JSON in its one form."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=2)
    return (text + "\n").encode()


class Pack:
    """The files beside this program, parsed when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def bytes_of(self, name: str) -> bytes:
        """Read a file of the pack."""
        return (self.folder / name).read_bytes()

    def table(self, name: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
        """Read a table and see that its header and every row are whole."""
        rows = list(csv.reader(io.StringIO(self.bytes_of(name).decode(), newline="")))
        need(rows and tuple(rows[0]) == columns, f"{name}: columns")
        need(all(len(row) == len(columns) for row in rows), f"{name}: row")
        return [dict(zip(columns, row, strict=True)) for row in rows[1:]]

    @cached_property
    def head(self) -> dict[str, Any]:
        """What ``pack.json`` says."""
        return dict(json.loads(self.bytes_of(HEAD)))

    @cached_property
    def receipts(self) -> list[str]:
        """The published list."""
        return self.bytes_of("receipts.txt").decode().split("\n")[:-1]

    @cached_property
    def drawn(self) -> dict[str, int]:
        """Receipt number -> draw number, as the office lists it."""
        rows = self.table("draw.csv", ("draw_number", "receipt_no"))
        return {row["receipt_no"]: int(row["draw_number"]) for row in rows}

    @cached_property
    def places(self) -> list[dict[str, str]]:
        """Places with capacity and number of awards."""
        columns = ("kind", "place_id", "venue_id", "district", "township", "capacity", "awards")
        return self.table("places.csv", columns)

    @cached_property
    def awards(self) -> list[dict[str, str]]:
        """Awards, some without receipt number."""
        return self.table("awards.csv", ("kind", "place_id", "receipt_no"))

    @cached_property
    def commitments(self) -> dict[str, str]:
        """Receipt number -> commitment to its line."""
        rows = self.table("commitments.csv", ("receipt_no", "commitment"))
        return {row["receipt_no"]: row["commitment"] for row in rows}

    @cached_property
    def protocol(self) -> list[dict[str, Any]]:
        """Commitments to the draw, the first one first; none of a trial."""
        names = [name for name in self.head["files"] if name.startswith("commitment-")]
        names.sort(key=lambda name: int(name[11:-5]))
        return [dict(json.loads(self.bytes_of(name))) for name in names]


def check_files(pack: Pack) -> None:
    """Every file is there and hashes to what ``pack.json`` lists; so does that list."""
    raw, head = pack.bytes_of(HEAD), pack.head
    need(head["format"] == FORMAT, "format")
    need(raw == as_file(head), f"{HEAD}: form")
    content = {key: value for key, value in head.items() if key != "self"}
    need(sha256(as_file(content)) == head["self"], f"{HEAD}: self")
    for name, digest in head["files"].items():
        need(re.fullmatch(r"[\w.-]+", name), f"{HEAD}: file name")
        need(sha256(pack.bytes_of(name)) == digest, name)


def check_list(pack: Pack) -> None:
    """See that the list is sorted, without repeats, and hashes to its published value."""
    listed, draw = pack.receipts, pack.head["draw"]
    need(listed == sorted(set(listed)) and len(listed) == draw["n"], "receipts.txt: order")
    need(sha256(pack.bytes_of("receipts.txt")) == draw["list_sha256"], "receipts.txt: hash")


def check_commitment(pack: Pack) -> None:
    """See that this list, method and round were sealed, and corrections link up."""
    line, draw = pack.protocol, pack.head["draw"]
    if not line:
        need(not pack.head["official"], "official run without commitment")
        raise Skip("试算没有封存 a trial seals nothing")
    hashes = [sha256(as_file(each)) for each in line]
    linked = [each.get("corrects", {}).get("commitment", "") for each in line]
    need(linked == ["", *hashes[:-1]], "corrections")
    last = line[-1]
    listed = (last["list"]["n"], last["list"]["sha256"])
    need(listed == (draw["n"], draw["list_sha256"]), "list sealed")
    need((last["method"], last["round"]) == (draw["method"], draw["round"]), "method, round")


def check_reveal(pack: Pack) -> None:
    """See that the value came after the commitment, as announced, and gives the seed."""
    announced_in = [each for each in pack.protocol if "announcement" in each]
    if not announced_in:
        raise Skip("没有揭示记录 nothing was revealed")
    drawn_for, reveal = announced_in[-1], json.loads(pack.bytes_of("reveal.json"))
    last = pack.protocol[-1]
    # A lottery that the seed shapes is not sealed itself; all that is sealed shapes it.
    is_open = last.get("lots", {}).get("unpinned")
    kept = ("list", "method", "round", "lots", *(("sealed",) if is_open else ()))
    need(all(last.get(key) == drawn_for.get(key) for key in kept), "a change needs a new draw")
    need(reveal["committed"] == drawn_for, "reveal of another commitment")
    need(reveal["commitment"] == sha256(as_file(drawn_for)), "reveal: commitment")
    announced = drawn_for["announcement"]
    sealed_at, due, drawn_at, noted_at = (
        datetime.fromisoformat(moment)
        for moment in (
            drawn_for["committed_at"],
            announced["at"],
            reveal["drawn_at"],
            reveal["recorded_at"],
        )
    )
    need(sealed_at < due <= drawn_at <= noted_at, "reveal: time")
    need(reveal["seed"] == seed_of(announced, reveal["value"]), "reveal: seed")
    need(reveal["seed"] == pack.head["draw"]["seed"], "seed of the draw")
    if announced["source"] == "digits":
        need(len(set(reveal["witnesses"])) >= 2, "reveal: witnesses")


def seed_of(announced: dict[str, Any], value: str) -> str:
    """Derive the seed from the value, as announced."""
    source = announced["source"]
    if source == "digits":
        need(re.fullmatch(rf"[0-9]{{{announced['digits']}}}", value), "digits")
    if source == "numbers":
        need(value == key_of(value), "numbers")
    if source == "drand":
        # The signature itself needs a pairing on BLS12-381; see the notes at the end.
        beacon = json.loads(value)
        need(beacon["round"] == announced["round"], "drand: round")
        return sha256(bytes.fromhex(beacon["signature"]))
    return value


def key_of(value: str) -> str:
    """Write public numbers as RFC 3797, section 4, does."""
    sources = [part.rstrip(".").split(".") for part in value.removesuffix("/").split("/")]
    return "".join(
        "".join(f"{number}." for number in sorted(map(int, part))) + "/" for part in sources
    )


def check_draw(pack: Pack) -> None:
    """Draw the whole order again."""
    draw = pack.head["draw"]
    if draw["method"] == "acceptance":
        need("draw.csv" not in pack.head["files"], "draw.csv")
        raise Skip("按受理先后办理，不抽签 order of acceptance, nothing is drawn")
    order = replay(draw["method"], pack.receipts, draw["seed"], draw["round"])
    listed = pack.table("draw.csv", ("draw_number", "receipt_no"))
    mine = [{"draw_number": str(n), "receipt_no": name} for n, name in enumerate(order, 1)]
    need(listed == mine, "draw.csv: order")


def replay(method: str, names: list[str], seed: str | None, round_no: str) -> list[str]:
    """Put receipt numbers into the order of a draw."""
    if method == "rfc3797":
        return selected(sorted(names, key=str.encode), str(seed).encode())
    need(method in ("seed", "ids"), "method")
    before = f"{seed}\n{round_no}\n" if method == "seed" and seed is not None else ""
    return sorted(names, key=lambda name: sha256((before + name).encode()))


def selected(pool: list[str], key: bytes) -> list[str]:
    """Select a whole pool as RFC 3797, section 4, does."""
    found, left = [], list(pool)
    for turn in range(len(pool)):
        mark = bytes(divmod(turn, 256))
        digest = hashlib.md5(mark + key + mark, usedforsecurity=False).hexdigest()
        found.append(left.pop(int(digest, 16) % len(left)))
    return found


def check_awards(pack: Pack) -> None:
    """Awards name listed people and places; one award a person; counts are as stated."""
    known = {row["place_id"]: row for row in pack.places}
    listed, withheld = set(pack.receipts), set(pack.head["withheld_kinds"])
    need(len(known) == len(pack.places), "places.csv: place twice")
    for row in pack.awards:
        need(known[row["place_id"]]["kind"] == row["kind"], "awards.csv: kind")
        if row["kind"] in withheld:
            need(not row["receipt_no"], "awards.csv: receipt number to be withheld")
        else:
            need(row["receipt_no"] in listed, "awards.csv: receipt number")
    for group in pack.head["exclusive"]:
        given = [row["receipt_no"] for row in pack.awards if row["kind"] in group]
        named = [name for name in given if name]
        need(len(named) == len(set(named)), "awards.csv: two awards to one person")


def check_counts(pack: Pack) -> None:
    """Awards per place and per kind, counted again; no place gives more than it has."""
    per_place = Counter(row["place_id"] for row in pack.awards)
    for row in pack.places:
        number = per_place[row["place_id"]]
        need(int(row["awards"]) == number, "places.csv: awards")
        need(0 <= number <= int(row["capacity"]), "places.csv: capacity")
    need(dict(Counter(row["kind"] for row in pack.awards)) == pack.head["awards"], "kinds")


def check_reserves(pack: Pack) -> None:
    """Reserves: awards in scope counted again, units within both, sums that agree."""
    rules: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in pack.table("reserves.csv", RESERVE_ROW):
        rules.setdefault((row["rule"], row["kind"]), []).append(row)
        if row["used"]:
            need(int(row["used"]) <= min(int(row["required"]), int(row["awards"])), "used")
        if row["reserve"]:
            need(int(row["awards"]) == awards_in(pack, row), "reserves.csv: awards")
    for rows in rules.values():
        *parts, whole = rows
        need(whole["scope"] == "all" and not whole["reserve"], "reserves.csv: total")
        for column in ("required", "awards"):
            total = sum(int(row[column]) for row in parts)
            need(int(whole[column]) == total, f"reserves.csv: {column}")
        shown = [int(row["used"]) for row in parts if row["used"]]
        if whole["used"] and len(shown) == len(parts):
            need(int(whole["used"]) == sum(shown), "reserves.csv: used")
        elif whole["used"]:
            need(int(whole["used"]) >= sum(shown), "reserves.csv: used")


def awards_in(pack: Pack, reserve: dict[str, str]) -> int:
    """Count the awards in the scope of a reserve."""
    column = {"venue": "venue_id", "place": "place_id"}.get(reserve["scope"], reserve["scope"])
    return sum(
        int(row["awards"])
        for row in pack.places
        if row["kind"] == reserve["kind"]
        and (column == "city" or row[column] == reserve["scope_id"])
    )


def check_commitments(pack: Pack) -> None:
    """Everybody on the list has a commitment of their own."""
    need(list(pack.commitments) == pack.receipts, "commitments.csv: receipt numbers")
    values = set(pack.commitments.values())
    need(len(values) == len(pack.receipts), "commitments.csv: one twice")
    need(all(re.fullmatch("[0-9a-f]{64}", value) for value in values), "commitments.csv: form")


def open_line(pack: Pack, code: str, line: str) -> None:
    """Open a line with its code, and hold it against draw and awards."""
    fields = [part.strip() for part in line.strip().split(";")]
    said = dict(part.split("=", 1) for part in fields if not part.startswith("wish "))
    receipt = said["receipt"]
    need(receipt in pack.commitments, "receipt number not on the list")
    # Letters that look alike on paper are read as the ones the code is made of.
    letters = re.sub(r"[^A-Z0-9]", "", code.upper()).translate(str.maketrans("018", "OIB"))
    need(len(base64.b32decode(letters)) == 15, "code")
    text = f"allocation-line-1\n{'; '.join(fields)}".encode()
    mine = hmac.new(letters.encode(), text, hashlib.sha256).hexdigest()
    need(mine == pack.commitments[receipt], "code and line do not open the commitment")
    if "draw.csv" in pack.head["files"]:
        need(pack.drawn[receipt] == int(said["draw"]), "draw number")
    won = re.findall(r"wish \d+ (\S+)=awarded(?:;|$)", "; ".join(fields))
    rows = [(row["place_id"], row["receipt_no"]) for row in pack.awards]
    for place in won:
        need((place, receipt) in rows or (place, "") in rows, "award not on the list")
    for place, name in rows:
        need(name != receipt or place in won, "award missing in the line")


CHECKS: tuple[tuple[str, str, Callable[[Pack], None]], ...] = (
    ("文件未被改动", "files are unaltered", check_files),
    ("抽签名单与校验值一致", "the list hashes to its published value", check_list),
    ("封存承诺与名单、方法、轮次一致", "the commitment seals this draw", check_commitment),
    ("种子由公开数值得出，且在封存之后", "the seed came after it, as announced", check_reveal),
    ("全部抽签次序重算一致", "the whole draw, repeated", check_draw),
    ("获批名单无重复、无名单外的人", "awards name listed people, once each", check_awards),
    ("各处名额、各类名额重新计数一致", "awards per place and kind, recounted", check_counts),
    ("预留名额计数一致", "reserves, recounted", check_reserves),
    ("每人一份加盐承诺", "everybody has a commitment", check_commitments),
)


def judge(pack: Pack, opened: tuple[str, str] | None = None) -> Iterator[tuple[str, str, str]]:
    """Yield a verdict, what is wrong and a title for every check."""
    for chinese, english, check in CHECKS:
        yield (*verdict(partial(check, pack)), f"{chinese} / {english}")
    if opened is not None:
        title = "本人记录与承诺、抽签、名单一致 / your line opens its commitment"
        yield (*verdict(partial(open_line, pack, *opened)), title)


def verdict(check: Callable[[], None]) -> tuple[str, str]:
    """Run one check; whatever goes wrong in it is a fault of the pack."""
    try:
        check()
    except Skip as reason:
        return "略过 SKIP", str(reason)
    except Fault as fault:
        return "不符 FAIL", str(fault)
    except Exception as error:
        return "不符 FAIL", type(error).__name__
    return "通过 PASS", ""


def notes(pack: Pack) -> Iterator[str]:
    """Say what these checks do not show."""
    if not pack.head.get("official"):
        yield "这是试算，不是正式结果。 This is a trial, not an official result."
    if any(each.get("announcement", {}).get("source") == "drand" for each in pack.protocol):
        yield (
            "drand 签名须用专门程序核对。 The signature of the drand round is not checked here: "
            "compare it with what the network publishes for the round."
        )
    yield f"摘要 digest: {sha256(pack.bytes_of(HEAD))}"
    yield (
        "请与单位公布的摘要比对；核验程序不能证明自身未被改动。 Compare the digest with the one "
        "the office published: no program can vouch for itself."
    )


def main(arguments: list[str]) -> int:
    """Check the folder of this program; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_RAW)
    parser.add_argument("--open", nargs=2, metavar=("CODE", "LINE"))
    parser.add_argument("--digest", metavar="SHA256")
    asked = parser.parse_args(arguments)
    pack = Pack(Path(__file__).resolve().parent)
    failed = False
    for mark, wrong, title in judge(pack, asked.open and tuple(asked.open)):
        print(f"[{mark}] {title}" + (f"  ({wrong})" if wrong else ""))
        failed |= "FAIL" in mark
    if asked.digest:
        same = asked.digest.strip().lower() == sha256(pack.bytes_of(HEAD))
        print(f"[{'通过 PASS' if same else '不符 FAIL'}] 与公布的摘要一致 / the published digest")
        failed |= not same
    if not failed:
        print("\n".join(notes(pack)))
    print("结论：不通过 / FAILED" if failed else "结论：通过 / PASSED")
    return int(failed)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console may lack some characters
    sys.exit(main(sys.argv[1:]))
