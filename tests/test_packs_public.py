"""The public pack: anybody repeats it, applicants open their line, nothing else is told."""

from __future__ import annotations

import ast
import csv
import io
import json
import random
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation import pipeline
from allocation.draw.methods import Entrants, number_entrants
from allocation.draw.rfc3797 import key_string
from allocation.draw.sources import announce
from allocation.messages import RunError
from allocation.official import commit_draw, reveal_draw
from allocation.packs import verify_audit, verify_public, write_public_pack
from allocation.packs.cells import SMALLEST, Cell, shown_counts
from allocation.packs.lines import CODES_FILE
from allocation.packs.public import public_contents
from allocation.packs.secret import FILE, run_secret
from allocation.runs import Run, load_run
from tests.draw_helper import DRAWN_AT, SEALED_AT, approved, hold_draw
from tests.packs_helper import (
    assert_every_byte_counts,
    edited,
    official_run,
    public_verdicts,
    run_alone,
    trial_run,
    unpack,
    write_town_with_receipts,
)
from tests.test_draw_beacon import QUICKNET
from tests.town import SCENARIO

OFFICIAL_PASSES = {
    "files are unaltered",
    "the list hashes to its published value",
    "the commitment seals this draw",
    "the seed came after it, as announced",
    "the whole draw, repeated",
    "awards name listed people, once each",
    "awards per place and kind, recounted",
    "reserves, recounted",
    "everybody has a commitment",
}
OF_A_DRAW = {"the commitment seals this draw", "the seed came after it, as announced"}


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return official_run(tmp_path_factory.mktemp("official"))


@pytest.fixture(scope="module")
def files(official: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of the official run's pack."""
    path = tmp_path_factory.mktemp("pack") / "pack.zip"
    write_public_pack(official, path)
    return read_zip(path)


@pytest.fixture
def folder(files: dict[str, bytes], tmp_path: Path) -> Path:
    """Return a folder with the pack, unpacked."""
    return unpack(files, tmp_path / "pack")


def read_zip(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def handed_out(run: Run) -> dict[str, tuple[str, str]]:
    """Receipt number -> code and line, from the office's file."""
    rows = rows_of((run.path / CODES_FILE).read_bytes())
    return {row["receipt_no"]: (row["code"], row["line"]) for row in rows}


class TestVerifier:
    """``verify.py`` alone in a folder with the pack."""

    @pytest.mark.parametrize("module", [verify_public, verify_audit])
    def test_needs_the_standard_library_alone(self, module: object) -> None:
        source = Path(str(module.__file__)).read_text(encoding="utf-8")  # type: ignore[attr-defined]
        named = set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                named |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                named.add(str(node.module).split(".")[0])
        assert named <= sys.stdlib_module_names

    @pytest.mark.parametrize("module", [verify_public, verify_audit])
    def test_reads_no_program_put_beside_it(self, module: object, tmp_path: Path) -> None:
        """Without ``-I``, as people start it, ``json.py`` would run before any check."""
        program = tmp_path / "verify.py"
        program.write_bytes(Path(str(module.__file__)).read_bytes())  # type: ignore[attr-defined]
        (tmp_path / "json.py").write_text("raise SystemExit(0)\n")
        done = subprocess.run([sys.executable, program], env={}, capture_output=True, check=False)
        assert done.returncode == 1

    def test_passes_an_official_pack(self, files: dict[str, bytes], folder: Path) -> None:
        done = run_alone(folder)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count("[通过 PASS]") == len(OFFICIAL_PASSES)
        assert "SKIP" not in done.stdout
        digest = verify_public.sha256(files["pack.json"])
        assert digest in done.stdout
        assert run_alone(folder, "--digest", digest).returncode == 0
        assert run_alone(folder, "--digest", digest.replace(digest[0], "x")).returncode == 1

    def test_says_that_a_trial_seals_nothing(self, tmp_path: Path) -> None:
        run = trial_run(tmp_path)
        write_public_pack(run, tmp_path / "pack.zip")
        folder = unpack(read_zip(tmp_path / "pack.zip"), tmp_path / "pack")
        verdicts = public_verdicts(folder)
        assert {name for name, mark in verdicts.items() if mark == "SKIP"} == OF_A_DRAW
        assert set(verdicts.values()) == {"PASS", "SKIP"}
        assert "trial" in run_alone(folder).stdout
        assert (folder / "README.txt").read_text(encoding="utf-8").startswith("这是试算的复核包")

    def test_catches_any_changed_byte(self, files: dict[str, bytes]) -> None:
        """Every byte of every file, and every eleventh of ``verify.py``."""

        def intact(read: Callable[[str], bytes]) -> None:
            pack = verify_public.Pack(Path())
            pack.bytes_of = read  # type: ignore[method-assign, assignment]
            verify_public.check_files(pack)

        assert_every_byte_counts(files, 11, intact)

    @pytest.mark.parametrize("name", ["verify.py", "README.txt", "awards.csv", "pack.json"])
    def test_ends_with_1_when_a_file_was_changed(self, folder: Path, name: str) -> None:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data.replace(b"a", b"A", 1) + b"\n")
        done = run_alone(folder)
        assert done.returncode == 1
        assert name == "pack.json" or name in done.stdout

    def test_a_missing_file_is_missed(self, folder: Path) -> None:
        (folder / "draw.csv").unlink()
        assert public_verdicts(folder)["files are unaltered"] == "FAIL"

    @pytest.mark.parametrize(
        ("name", "change", "check"),
        [
            ("draw.csv", "swap", "the whole draw, repeated"),
            ("receipts.txt", "reverse", "the list hashes to its published value"),
            ("awards.csv", "stranger", "awards name listed people, once each"),
            ("awards.csv", "twice", "awards name listed people, once each"),
            ("awards.csv", "drop", "awards per place and kind, recounted"),
            ("places.csv", "count", "awards per place and kind, recounted"),
            ("reserves.csv", "used", "reserves, recounted"),
            ("commitments.csv", "drop", "everybody has a commitment"),
            ("reveal.json", "early", "the seed came after it, as announced"),
            ("reveal.json", "seed", "the seed came after it, as announced"),
            ("commitment-1.json", "list", "the commitment seals this draw"),
        ],
    )
    def test_each_check_fails_alone(
        self, files: dict[str, bytes], folder: Path, name: str, change: str, check: str
    ) -> None:
        """Whoever also mends the hashes still fails the check that is about it."""
        (folder / name).write_bytes(CHANGES[change](files[name]))
        assert public_verdicts(folder)[check] == "FAIL"


def _reverse(data: bytes) -> bytes:
    return b"\n".join(data.split(b"\n")[-2::-1]) + b"\n"


def _swap(rows: list[dict[str, str]]) -> None:
    one, two = rows[0], rows[1]
    one["receipt_no"], two["receipt_no"] = two["receipt_no"], one["receipt_no"]


def _twice(rows: list[dict[str, str]]) -> None:
    joint = [row for row in rows if row["receipt_no"] and row["kind"] != "tobacco"]
    joint[0]["receipt_no"] = joint[1]["receipt_no"]


def _drop(rows: list[dict[str, str]]) -> None:
    rows.pop()


def _count(rows: list[dict[str, str]]) -> None:
    rows[0]["awards"] = str(int(rows[0]["awards"]) + 1)


def _json(data: bytes, **changes: object) -> bytes:
    return verify_public.as_file({**json.loads(data), **changes})


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "swap": lambda data: edited(data, _swap),
    "reverse": _reverse,
    "stranger": lambda data: edited(data, lambda rows: rows[-1].update(receipt_no="H99999")),
    "twice": lambda data: edited(data, _twice),
    "drop": lambda data: edited(data, _drop),
    "count": lambda data: edited(data, _count),
    "used": lambda data: edited(data, lambda rows: rows[0].update(used="99")),
    "early": lambda data: _json(data, drawn_at="2023-11-30T10:00:00+08:00"),
    "seed": lambda data: _json(data, seed="386713"),
    "list": lambda data: _json(data, list={"n": 7, "sha256": "0" * 64}),
}


class TestOtherDraws:
    """Corrections, a beacon, and rounds that are not drawn."""

    def test_a_correction_is_followed_to_its_draw(self, tmp_path: Path) -> None:
        """Two commitments, linked; the seed is that of the first."""
        town = write_town_with_receipts(tmp_path)
        order = hold_draw(town, tmp_path)
        override, reason = "reserve.stall.share=0.4", "预留比例录入有误"
        second = commit_draw(
            town,
            None,
            DRAWN_AT,
            tmp_path / "second.json",
            overrides=[override],
            corrects=order.commit,
            reason=reason,
        )
        corrected = replace(order, commit=second.file)
        path = pipeline.run(town, tmp_path / "runs", (override,), official=corrected)
        write_public_pack(load_run(path), tmp_path / "a.zip")
        files = read_zip(tmp_path / "a.zip")
        folder = unpack(files, tmp_path / "pack")
        assert set(public_verdicts(folder).values()) == {"PASS"}
        swapped = {
            "commitment-1.json": "commitment-2.json",
            "commitment-2.json": "commitment-1.json",
        }
        for name, other in swapped.items():
            (folder / name).write_bytes(files[other])
        assert public_verdicts(folder)["the commitment seals this draw"] == "FAIL"

    def test_a_beacon_is_held_to_its_round(self, tmp_path: Path) -> None:
        """Its signature is not checked without a library, and the program says so."""
        town = write_town_with_receipts(tmp_path)
        announced = announce("drand", None, round_no=QUICKNET.round_no)
        sealed_at = announced.at - (DRAWN_AT - SEALED_AT)
        committed = commit_draw(town, announced, sealed_at, tmp_path / "draw.json")
        revealed = reveal_draw(committed.file, QUICKNET.signature, announced.at)
        order = approved(committed.file, revealed.file)
        run = load_run(pipeline.run(town, tmp_path / "runs", official=order))
        write_public_pack(run, tmp_path / "a.zip")
        folder = unpack(read_zip(tmp_path / "a.zip"), tmp_path / "pack")
        done = run_alone(folder)
        assert done.returncode == 0, done.stdout
        assert "drand" in done.stdout

    def test_an_order_of_acceptance_is_not_told(self, tmp_path: Path) -> None:
        """It rests on files of the office, and on who came before whom."""
        scenario = SCENARIO.replace('seed = "2023-12-01"', 'method = "acceptance"')
        town = write_town_with_receipts(tmp_path, scenario)
        file = tmp_path / "data" / "applications.csv"
        filed = pd.read_csv(file, dtype=str, keep_default_na=False)
        days = [f"2023-10-{day:02} 09:00:00" for day in range(1, len(filed) + 1)]
        filed["accepted_at"] = [
            kept or day for kept, day in zip(filed["accepted_at"], days, strict=True)
        ]
        filed.to_csv(file, index=False)
        run = load_run(pipeline.run(town, tmp_path / "runs"))
        write_public_pack(run, tmp_path / "a.zip")
        files = read_zip(tmp_path / "a.zip")
        assert "draw.csv" not in files
        assert set(dict(public_contents(run))) == set(files)
        folder = unpack(files, tmp_path / "pack")
        verdicts = public_verdicts(folder)
        assert verdicts["the whole draw, repeated"] == "SKIP"
        assert "FAIL" not in verdicts.values()
        for code, line in handed_out(run).values():
            verify_public.open_line(verify_public.Pack(folder), code, line)


class TestReplay:
    """The draw of the verifier is its own, and the same."""

    @given(st.integers(0, 40), st.integers(0, 10**6), st.sampled_from(["seed", "ids", "rfc3797"]))
    def test_agrees_with_the_program(self, n: int, chance: int, method: str) -> None:
        rng = random.Random(chance)  # noqa: S311 - names for a test
        names = rng.sample([f"H{k:04}" for k in range(9999)], n)
        seed = key_string("9319 / 2 5 12 8 10") if method == "rfc3797" else f"{chance:06}"
        numbers = number_entrants(method, Entrants(names), seed, "2023-1")
        ranked = [names[row] for row in np.argsort(numbers)]
        assert verify_public.replay(method, sorted(names), seed, "2023-1") == ranked

    def test_published_vector_of_rfc_3797(self) -> None:
        """Section 6 of the RFC: 25 names, the first 16 selected."""
        key = b"9319./2.5.8.10.12./9.18.26.34.41.45./"
        chosen = verify_public.selected([str(number) for number in range(1, 26)], key)
        expected = [17, 7, 2, 16, 25, 23, 8, 24, 19, 13, 22, 5, 18, 9, 1, 4]
        assert [int(name) for name in chosen[:16]] == expected

    def test_numbers_have_one_form(self) -> None:
        assert verify_public.key_of("33.7.2./5./") == "2.7.33./5./"

    def test_a_beacon_gives_the_hash_of_its_signature(self) -> None:
        announced = {"source": "drand", "round": 7}
        value = json.dumps({"round": 7, "signature": "00ff"})
        expected = verify_public.sha256(bytes.fromhex("00ff"))
        assert verify_public.seed_of(announced, value) == expected
        with pytest.raises(verify_public.Fault):
            verify_public.seed_of({"source": "drand", "round": 8}, value)


class TestOwnLine:
    """What an applicant opens with a code."""

    def test_everybody_opens_their_own(self, official: Run, folder: Path) -> None:
        pack = verify_public.Pack(folder)
        for code, line in handed_out(official).values():
            verify_public.open_line(pack, code, line)

    def test_a_losing_applicant_at_the_command_line(self, official: Run, folder: Path) -> None:
        """Spaces, small letters and a missing hyphen do not matter."""
        code, line = next(
            each for each in handed_out(official).values() if "=awarded" not in each[1]
        )
        done = run_alone(folder, "--open", code.lower().replace("-", " "), line.replace("; ", ";"))
        assert done.returncode == 0, done.stdout
        assert "your line opens its commitment" in done.stdout

    def test_nothing_else_opens_it(self, official: Run, folder: Path) -> None:
        """Another's code, another outcome, another tier."""
        pack, lines = verify_public.Pack(folder), list(handed_out(official).values())
        (code, line), (other, _) = lines[:2]
        for wrong in (
            (other, line),
            (code, line.replace("tier=1", "tier=3").replace("tier=2", "tier=1")),
            (code, line + "; wish 9 P1=awarded"),
            (code[:-1] + ("A" if code[-1] != "A" else "B"), line),
        ):
            with pytest.raises(verify_public.Fault):
                verify_public.open_line(pack, *wrong)

    def test_a_line_must_agree_with_draw_and_list(self, official: Run, folder: Path) -> None:
        """An office that commits to something else than it publishes is caught."""
        from allocation.packs.secret import commitment

        codes = handed_out(official)
        receipt, (code, line) = next(
            (name, each) for name, each in codes.items() if "=awarded" in each[1]
        )
        for changed in (
            line.replace("=awarded", "=outranked"),
            line.replace("draw=", "draw=1"),
            line + "; wish 9 S9=awarded",
        ):
            pack = verify_public.Pack(folder)
            pack.commitments[receipt] = commitment(code, changed)
            with pytest.raises((verify_public.Fault, KeyError)):
                verify_public.open_line(pack, code, changed)

    def test_a_code_is_of_no_other_round(self, official: Run, tmp_path: Path) -> None:
        """Codes come from the run's own secret, 120 bits each."""
        secret = run_secret(official.path)
        other = run_secret(tmp_path)
        assert secret != other
        codes = {code for code, _ in handed_out(official).values()}
        assert len(codes) == 8
        assert all(len(code.replace("-", "")) == 24 for code in codes)


class TestPrivacy:
    """What the pack must not tell."""

    def test_no_fact_about_a_person_is_in_it(self, official: Run, files: dict[str, bytes]) -> None:
        told = b"\n".join(data for name, data in files.items() if name.endswith((".csv", ".txt")))
        told = told.replace(files["README.txt"], b"")
        for word in (b"disabled", b"household", b"general", b"tier", b"min_livelihood", b"yes"):
            assert word not in told
        assert not any(id_.encode() in told for id_ in official.tables.applicants["applicant_id"])

    def test_codes_and_secret_stay_in_the_office(
        self, official: Run, files: dict[str, bytes]
    ) -> None:
        everything = b"\n".join(files.values())
        assert run_secret(official.path).hex().encode() not in everything
        for code, line in handed_out(official).values():
            assert code.encode() not in everything
            assert line.encode() not in everything
        for name in (FILE, CODES_FILE):
            assert stat.S_IMODE((official.path / name).stat().st_mode) == 0o600
        assert official.altered_files() == ()

    def test_files_are_in_the_order_of_public_text(self, files: dict[str, bytes]) -> None:
        """No order is that of ids, of filing, of tiers or of refusals."""
        receipts = files["receipts.txt"].decode().split()
        assert receipts == sorted(receipts)
        assert [row["receipt_no"] for row in rows_of(files["commitments.csv"])] == receipts
        for name in ("awards.csv", "places.csv"):
            rows = [tuple(row.values())[:3] for row in rows_of(files[name])]
            keys = [row[:2] if name == "places.csv" else row for row in rows]
            assert keys == sorted(keys)

    def test_premises_without_an_award_are_not_listed(
        self, official: Run, files: dict[str, bytes]
    ) -> None:
        """They would tell who was refused: the premises are one applicant's."""
        listed = {row["place_id"] for row in rows_of(files["places.csv"])}
        given = set(official.awards.loc[official.awards["kind"] == "tobacco", "place_id"])
        assert given < {"T1", "T2"}
        assert listed & {"T1", "T2"} == given

    def test_kinds_that_tell_are_listed_without_receipt_numbers(self, tmp_path: Path) -> None:
        rule = '\n[eligibility.public_welfare_post]\ngroups = ["disabled"]\n'
        run = trial_run(tmp_path, SCENARIO + rule)
        write_public_pack(run, tmp_path / "a.zip", ("stall",))
        found = read_zip(tmp_path / "a.zip")
        rows = rows_of(found["awards.csv"])
        assert len(rows) == len(run.awards)
        hidden = {row["kind"] for row in rows if not row["receipt_no"]}
        assert hidden == {"public_welfare_post", "stall"}
        folder = unpack(found, tmp_path / "pack")
        assert "FAIL" not in public_verdicts(folder).values()
        for code, line in handed_out(run).values():
            verify_public.open_line(verify_public.Pack(folder), code, line)

    def test_an_unknown_kind_to_withhold_is_refused(self, official: Run, tmp_path: Path) -> None:
        with pytest.raises(RunError) as caught:
            write_public_pack(official, tmp_path / "a.zip", ("castle",))
        assert caught.value.code == "pack_kind_unknown"

    def test_small_cells_are_left_out(self, files: dict[str, bytes]) -> None:
        """The town's reserve has two units: neither it nor its total is told."""
        assert [row["used"] for row in rows_of(files["reserves.csv"])] == ["", ""]


cells = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 40), st.integers(0, 30)).map(
        lambda drawn: Cell(drawn[0], drawn[1], min(drawn))
    ),
    min_size=1,
    max_size=6,
)


class TestSmallCells:
    """The rule for counts of reserves."""

    @given(cells)
    def test_nothing_small_can_be_worked_out(self, given_cells: list[Cell]) -> None:
        """Neither a shown count nor what shown counts leave of a total is small."""
        shown, total = shown_counts(given_cells)
        for cell, used in zip(given_cells, shown, strict=True):
            assert used in (None, cell.used)
            if used is not None:
                assert min(used, cell.awards - used, cell.required) >= SMALLEST
        hidden = [cell for cell, used in zip(given_cells, shown, strict=True) if used is None]
        if total is None or not hidden:
            assert total in (None, sum(cell.used for cell in given_cells))
            return
        rest = total - sum(used for used in shown if used is not None)
        assert len(hidden) > 1
        assert min(rest, sum(cell.awards for cell in hidden) - rest) >= SMALLEST

    def test_a_single_hidden_cell_hides_the_total(self) -> None:
        assert shown_counts([Cell(10, 90, 10), Cell(12, 90, 0)]) == ([10, None], None)
        assert shown_counts([Cell(10, 90, 10), Cell(12, 90, 9)]) == ([10, 9], 19)

    def test_a_whole_market_of_beneficiaries_is_not_told(self) -> None:
        assert shown_counts([Cell(20, 20, 20)]) == ([None], None)


class TestFile:
    """The zip itself."""

    def test_is_the_same_every_time(self, official: Run, tmp_path: Path) -> None:
        for name in ("a.zip", "b.zip"):
            write_public_pack(official, tmp_path / name)
        assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()

    def test_the_preview_names_its_files(self, official: Run, files: dict[str, bytes]) -> None:
        told = dict(public_contents(official))
        assert set(told) == set(files)
        for name, number in told.items():
            if number is not None:
                assert files[name].count(b"\n") - name.endswith(".csv") == number

    def test_a_damaged_secret_is_said(self, official: Run, tmp_path: Path) -> None:
        (tmp_path / FILE).write_text("{}", encoding="utf-8")
        with pytest.raises(RunError) as caught:
            run_secret(tmp_path)
        assert caught.value.code == "pack_secret_damaged"
