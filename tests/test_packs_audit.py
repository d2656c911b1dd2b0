"""The audit pack: every line judged again by code of its own, nobody named."""

from __future__ import annotations

import json
import random
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from allocation.checker import check_awards, check_lottery, confirm_reasons
from allocation.draw.moments import BEIJING
from allocation.instance import Instance, PoolPriority
from allocation.measures import result_record
from allocation.mechanisms import solve
from allocation.messages import RunError
from allocation.packs import Handing, verify_audit, write_audit_pack
from allocation.packs.aliases import PLAIN
from allocation.packs.audit import audit_contents, audit_pack
from allocation.packs.register import entries, register_of
from allocation.packs.secret import own_ids
from allocation.publishing import chance_table, lottery_record
from allocation.reasons import explain_awards
from allocation.records import award_table
from allocation.runs import Run
from tests.instances_helper import award_frame
from tests.lottery_helper import ABOVE, by_lot
from tests.packs_helper import (
    ABOUT,
    SECRET,
    assert_every_byte_counts,
    audit_verdicts,
    edited,
    official_run,
    pack_of,
    run_alone,
    solved_sample,
    trial_run,
    unpack,
)
from tests.random_instances import random_instance
from tests.solved import Record
from tests.stable_markets import as_stable, instance_of, random_lists, random_places
from tests.town import SCENARIO

HANDING = Handing("town", "赵六（市审计局）", "鲁审通〔2023〕5号")
NOW = datetime(2024, 1, 5, 9, tzinfo=BEIJING)
SEEDS = [seed for seed in range(40) if solved_sample(seed) is not None]
HARD = (
    "one award a person, households (V2)",
    "capacity (V3)",
    "spacing, density and number (V4)",
    "hard reserves and quotas",
)
WASTE = "stage joint: no waste"
QUEUE = "stage queue: in order of acceptance"
REASONS = "every reason of a refusal is true"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return official_run(tmp_path_factory.mktemp("official"))


@pytest.fixture(scope="module")
def files(run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of the official run's pack."""
    path = tmp_path_factory.mktemp("pack") / "pack.zip"
    write_audit_pack(run, path, HANDING, NOW)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


class TestVerifier:
    """``verify.py`` alone in a folder with the pack."""

    def test_passes_a_whole_run(self, files: dict[str, bytes], tmp_path: Path) -> None:
        done = run_alone(unpack(files, tmp_path / "pack"))
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count("[通过 PASS]") == len(verify_audit.CHECKS) + 2
        assert "SKIP" not in done.stdout

    def test_knows_the_registered_digest(
        self, run: Run, files: dict[str, bytes], tmp_path: Path
    ) -> None:
        folder = unpack(files, tmp_path / "pack")
        digest = entries(run.path.parent)[0]["pack"]
        assert run_alone(folder, "--digest", digest).returncode == 0
        assert run_alone(folder, "--digest", "0" * 64).returncode == 1

    def test_catches_any_changed_byte(self, files: dict[str, bytes]) -> None:
        """Every byte of every file, and every 31st of ``verify.py``."""

        def intact(read: Callable[[str], bytes]) -> None:
            case = verify_audit.Case(Path())
            case.bytes_of = read  # type: ignore[method-assign, assignment]
            verify_audit.check_files(case)

        assert_every_byte_counts(files, 31, intact)

    def test_a_mechanism_it_does_not_know_is_said(
        self, files: dict[str, bytes], tmp_path: Path
    ) -> None:
        rules = json.loads(files["rules.json"])
        rules["stages"][1]["mechanism"] = "oracle"
        changed = {**files, "rules.json": verify_audit.as_file(rules)}
        done = run_alone(unpack(changed, tmp_path / "pack"))
        assert "[略过 SKIP] joint: oracle" in done.stdout
        assert done.stdout.count("SKIP") == 2  # and the reasons of that stage
        assert done.returncode == 1  # the file was changed


class TestJudgement:
    """It judges as the checker does, by code of its own."""

    @pytest.mark.parametrize("seed", SEEDS)
    def test_the_best_list_passes(self, seed: int, tmp_path: Path) -> None:
        """Every check, every reason, on problems solved by brute force."""
        found = solved_sample(seed)
        assert found is not None
        instance, rows, refusals, record = found
        record["counts"] |= check_awards(instance, award_frame(instance, rows), record).counts
        verdicts = audit_verdicts(pack_of(instance, rows, refusals, record).files, tmp_path)
        assert set(verdicts.values()) == {"PASS"}

    @pytest.mark.parametrize("seed", SEEDS)
    def test_another_list_is_judged_alike(self, seed: int, tmp_path: Path) -> None:
        """Lawful or not, wasteful or not, in turn or not: both say the same."""
        found = solved_sample(seed)
        assert found is not None
        instance, rows, refusals, record = found
        rng = random.Random(seed)  # noqa: S311 - other lists for a test
        for turn in range(3):
            others = {rng.randrange(len(instance.applications.place)) for _ in range(2)}
            rest = {row for row in set(rows) ^ others if instance.applications.eligible[row]}
            report = check_awards(instance, award_frame(instance, sorted(rest)))
            codes = {violation.code for violation in report.violations}
            pack = pack_of(instance, rest, refusals, record)
            verdicts = audit_verdicts(pack.files, tmp_path / str(turn))
            soft = {code for code in codes if code.startswith(("check_waste", "check_queue"))}
            assert (codes == soft) == all(verdicts[name] == "PASS" for name in HARD)
            if codes == soft:
                wasted = any(
                    each.code == "check_waste" and each.params["level"] != "key"
                    for each in report.violations
                )
                assert (verdicts.get(WASTE) == "FAIL") == wasted
                in_turn = not any(code.startswith("check_queue") for code in codes)
                assert (verdicts.get(QUEUE, "PASS") == "PASS") == in_turn

    @pytest.mark.parametrize("seed", SEEDS[:12])
    def test_another_reason_is_judged_alike(self, seed: int, tmp_path: Path) -> None:
        """Every reason in turn takes another's code: true or false, both say the same."""
        found = solved_sample(seed)
        assert found is not None
        instance, rows, refusals, record = found
        for number in range(len(refusals)):
            for code, params in (("not_opened", "{}"), ("outranked", '{"criterion":"draw","n":9}')):
                changed = refusals.copy()
                changed.loc[number, ["reason_code", "params"]] = [code, params]
                is_true = not confirm_reasons(instance, award_frame(instance, rows), changed)
                pack = pack_of(instance, rows, changed, record)
                assert (audit_verdicts(pack.files, tmp_path)[REASONS] == "PASS") == is_true

    def test_each_kind_of_reason_is_met(self) -> None:
        """The problems above turn on most of the reasons there are."""
        told = {code for seed in SEEDS for code in _told(seed)}
        assert {
            "outranked",
            "gave_way",
            "ranked_higher",
            "spacing",
            "openings_max",
            "place_taken",
            "household",
            "held_award",
            "hard_quota",
        } <= told


class TestStable:
    """What places choose, turn by turn or all at once."""

    @pytest.mark.parametrize("seed", range(24))
    def test_lists_are_judged_alike(self, seed: int, tmp_path: Path) -> None:
        """A stable list passes whole; another one blocks where the checker says so."""
        rng = np.random.default_rng(seed)
        n, m = int(rng.integers(1, 9)), int(rng.integers(1, 5))
        categories = ("overlapping", "nested", "apart")[seed % 3]
        places = random_places(rng, n, m, categories=categories)
        instance = instance_of(random_lists(rng, n, m), places)
        rows, refusals, record, verdicts = solved_whole(instance, tmp_path)
        assert set(verdicts.values()) == {"PASS"}
        for turn in range(3 if len(instance.applications.place) else 0):
            others = set(rng.integers(0, len(instance.applications.place), 2).tolist())
            frame = award_frame(instance, sorted(set(rows) ^ others)).drop(columns="reserve_used")
            codes = {each.code for each in check_awards(instance, frame, record).violations}
            pack = audit_pack(
                instance, frame.assign(reserve_used=""), refusals, record, SECRET, ABOUT
            )
            verdicts = audit_verdicts(pack.files, tmp_path / str(turn))
            if not codes & {"check_capacity", "check_several_awards", "check_hard_reserve"}:
                blocks = bool(codes & {"check_not_chosen", "check_blocking_pair"})
                assert (verdicts["stage joint: no blocking pair"] == "FAIL") == blocks

    @pytest.mark.parametrize("seed", range(12))
    def test_premises_that_applicants_bring(self, seed: int, tmp_path: Path) -> None:
        """In turn, by tier, then draw; an award less or more is out of turn."""
        instance = random_instance(np.random.default_rng(seed), queue=False)
        order = PoolPriority(("tier", "draw"), ("tier", "draw"))
        common = dict.fromkeys(instance.priorities, order)
        groups = (tuple(common),)
        plain = replace(
            instance, reserves=(), quotas=(), priorities=common, exclusive_groups=groups
        )
        brought = as_stable(plain, premises="brought")
        rows, refusals, record, verdicts = solved_whole(brought, tmp_path)
        assert set(verdicts.values()) == {"PASS"}
        if rows:
            pack = pack_of(brought, rows[1:], refusals, record)
            verdicts = audit_verdicts(pack.files, tmp_path / "less")
            assert verdicts["stage joint: no blocking pair"] == "FAIL"

    def test_a_plan_of_sites_is_kept(self, tmp_path: Path) -> None:
        """The town by ``stable``: its sites are planned; a closed or a kept one shows."""
        scenario = SCENARIO.replace('mechanism = "optimal"', 'mechanism = "stable"')
        run = trial_run(tmp_path, scenario)
        pack = audit_pack(run.instance, run.awards, run.refusals, run.result, SECRET, ABOUT)
        promise = "stage joint: no blocking pair"
        assert set(audit_verdicts(pack.files, tmp_path / "whole").values()) == {"PASS"}
        for change in ("drop", "keep", "units"):
            rules = json.loads(pack.files["rules.json"])
            choice = rules["stages"][1]["choice"]
            given = [each for each in choice if each["planned"]]
            assert given
            if change == "drop":
                rules["stages"][1]["choice"] = [each for each in choice if each not in given]
            elif change == "keep":
                for each in choice:
                    each["disabled_only"] = True
            else:
                given[0]["units"] = {rules["reserves"][0]["name"]: 9}
            changed = {**pack.files, "rules.json": verify_audit.as_file(rules)}
            assert audit_verdicts(changed, tmp_path / change)[promise] == "FAIL"


class TestInTurn:
    """People who choose in turn once who is served is settled."""

    @pytest.mark.parametrize("seed", range(20))
    def test_lists_are_judged_alike(self, seed: int, tmp_path: Path) -> None:
        plain = random_instance(np.random.default_rng(seed), queue=False)
        stage = plain.stages[-1]
        if gives_several(plain):
            pytest.skip("several awards to one person")
        levels = ("number", "draw", "preference_serial")
        instance = replace(plain, stages=(replace(stage, levels=levels),))
        if solve(instance).stages[0].clash:
            pytest.skip("no lawful list")
        rows, refusals, record, verdicts = solved_whole(instance, tmp_path)
        assert set(verdicts.values()) == {"PASS"}
        rng = np.random.default_rng(seed)
        for turn in range(3):
            others = set(rng.integers(0, len(instance.applications.place), 2).tolist())
            rest = {row for row in set(rows) ^ others if instance.applications.eligible[row]}
            found = check_awards(instance, award_frame(instance, sorted(rest))).violations
            if {each.code for each in found} <= {"check_waste", "check_turn"}:
                by_key = ("key", "people")
                wasted = any(each.params.get("level", "key") not in by_key for each in found)
                pack = pack_of(instance, rest, refusals, record)
                verdicts = audit_verdicts(pack.files, tmp_path / str(turn))
                assert (verdicts[WASTE] == "FAIL") == wasted


class TestEgalitarian:
    """What is drawn by lot: chances, the draw, the proof, the reasons."""

    CHANCES = "stage joint: drawn with its chances"
    LEXIMIN = "stage joint: leximin chances"

    @pytest.mark.parametrize("seed", range(24))
    def test_a_true_lottery_passes(self, seed: int, tmp_path: Path) -> None:
        """Every check; sets that rest on a solver or on levels are said, as the checker does."""
        found = drawn_sample(seed)
        if found is None:
            pytest.skip("a queue alone, or several awards to one person")
        instance, awards, refusals, record, chances, lottery = found
        pack = audit_pack(instance, awards, refusals, record, SECRET, ABOUT, (chances, lottery))
        verdicts = audit_verdicts(pack.files, tmp_path)
        counts = check_lottery(instance, awards, chances, lottery).counts
        proof = "SKIP" if counts.get("n_tight_sets_unconfirmed") else "PASS"
        assert verdicts.pop(self.LEXIMIN) == proof
        assert set(verdicts.values()) == {"PASS"}

    @pytest.mark.parametrize("what", ["chance", "number", "served", "weight", "early"])
    def test_a_changed_lottery_is_found(self, what: str, tmp_path: Path) -> None:
        """In the pack as it is written, whatever else agrees."""
        caught = 0
        for seed in range(12):
            found = drawn_sample(seed)
            if found is None:
                continue
            instance, awards, refusals, record, chances, lottery = found
            changed_chances, changed = _corrupted(what, chances, json.loads(json.dumps(lottery)))
            if changed is None:
                continue
            drawn = (changed_chances, changed)
            pack = audit_pack(instance, awards, refusals, record, SECRET, ABOUT, drawn)
            verdicts = audit_verdicts(pack.files, tmp_path / str(seed))
            assert verdicts[self.CHANCES] == "FAIL"
            caught += 1
        assert caught

    def test_a_solvers_word_counts_where_the_checker_lets_it(self, tmp_path: Path) -> None:
        """Sets proven by rules are said to rest on a solver: both read the rules alike."""
        counts = {"FAIL": 0, "SKIP": 0}
        for seed in range(24):
            found = drawn_sample(seed)
            if found is None:
                continue
            instance, awards, refusals, record, chances, lottery = found
            forged = json.loads(json.dumps(lottery))
            sets = [each for stage in forged["stages"] for each in stage["tight_sets"]]
            proven = [each for each in sets if each["route"] == "flow"]
            if not proven:
                continue
            for each in proven:
                each["route"] = "solver"
            pack = audit_pack(instance, awards, refusals, record, SECRET, ABOUT, (chances, forged))
            verdict = audit_verdicts(pack.files, tmp_path / str(seed))[self.LEXIMIN]
            report = check_lottery(instance, awards, chances, forged)
            refused = {"check_tight_set_word"} & {each.code for each in report.violations}
            assert verdict == ("FAIL" if refused else "SKIP"), f"seed {seed}"
            counts[verdict] += 1
        assert all(counts.values())

    def test_a_set_that_is_not_tight_is_found(self, tmp_path: Path) -> None:
        """A rule left out of the proof."""
        caught = 0
        for seed in range(12):
            found = drawn_sample(seed)
            if found is None:
                continue
            instance, awards, refusals, record, chances, lottery = found
            changed = json.loads(json.dumps(lottery))
            known = {"award", "wish", "capacity"}
            sets = [
                each
                for each in changed["stages"][0]["tight_sets"]
                if each["route"] == "flow"
                and each["rules"]
                and {rule["rule"] for rule in each["rules"]} <= known
            ]
            if sets:
                sets[0]["rules"].pop()
                drawn = (chances, changed)
                pack = audit_pack(instance, awards, refusals, record, SECRET, ABOUT, drawn)
                assert audit_verdicts(pack.files, tmp_path / str(seed))[self.LEXIMIN] == "FAIL"
                caught += 1
        assert caught


def gives_several(instance: Instance) -> bool:
    """Whether the last stage may award a person more than one place: not by lot, not in turn."""
    kinds = set(instance.stages[-1].kinds)
    return sum(bool(kinds & set(group)) for group in instance.exclusive_groups) > 1


def _corrupted(
    what: str, chances: pd.DataFrame, lottery: dict[str, Any]
) -> tuple[pd.DataFrame, dict[str, Any] | None]:
    """Change a lottery in one way; None where it has nothing of the kind."""
    record = lottery["stages"][0]
    plans = [plan for part in record["parts"] for plan in part["plans"]]
    drawn = [part["drawing"] for part in record["parts"]]
    if what == "chance":
        above = chances.index[(chances["numerator"] > 0) & (chances["denominator"] > 1)]
        if not len(above):
            return chances, None
        chances = chances.copy()
        chances.loc[above[0], "denominator"] += 1
    elif what == "number":
        drawn = [each for each in drawn if each["numbers"]]
        if not drawn:
            return chances, None
        drawn[0]["numbers"][0] += 1
    elif what == "served":
        drawn = [each for each in drawn if each["served"]]
        if not drawn:
            return chances, None
        drawn[0]["served"].pop()
    elif what == "weight":
        if not plans:
            return chances, None
        plans[0]["weight"] = [1, 3] if plans[0]["weight"] != [1, 3] else [1, 2]
    else:
        record["drawn"] = False
    return chances, lottery


@cache
def drawn_sample(
    seed: int,
) -> tuple[Instance, pd.DataFrame, pd.DataFrame, Record, pd.DataFrame, dict[str, Any]] | None:
    """Draw a random problem by lot; return awards, reasons, record, chances, lottery."""
    plain = random_instance(np.random.default_rng(seed))
    if plain.stages[-1].mechanism != "optimal" or gives_several(plain):
        return None
    instance = by_lot(plain, ABOVE if seed % 2 else ABOVE[:1])
    result = solve(instance)
    record: Record = json.loads(json.dumps(result_record(instance, result)))
    awards, refusals = award_table(instance, result), explain_awards(instance, result)
    record["counts"] |= check_awards(instance, awards, record).counts
    lottery = json.loads(json.dumps(lottery_record(instance, result.stages)))
    return instance, awards, refusals, record, chance_table(instance, result.stages), lottery


def solved_whole(
    instance: Instance, folder: Path
) -> tuple[list[int], pd.DataFrame, Record, dict[str, str]]:
    """Solve a problem; return the list, its reasons, the record and the verdicts."""
    result = solve(instance)
    record: Record = json.loads(json.dumps(result_record(instance, result)))
    awards, refusals = award_table(instance, result), explain_awards(instance, result)
    record["counts"] |= check_awards(instance, awards, record).counts
    pack = audit_pack(instance, awards, refusals, record, SECRET, ABOUT)
    return result.awards.tolist(), refusals, record, audit_verdicts(pack.files, folder)


@cache
def _told(seed: int) -> frozenset[str]:
    found = solved_sample(seed)
    return frozenset() if found is None else frozenset(found[2]["reason_code"])


def _reported(data: bytes, change: Callable[[Any], None]) -> bytes:
    content = json.loads(data)
    change(content)
    return verify_audit.as_file(content)


def _more(record: dict[str, Any], key: str) -> None:
    record[key] += 1


class TestChecks:
    """Whoever also mends the hashes still fails the check that is about it."""

    @pytest.mark.parametrize(
        ("name", "change", "check"),
        [
            ("people.csv", lambda rows: rows[0].update(draw_number="99"), "facts are whole"),
            ("people.csv", lambda rows: rows[0].update(tier="7"), "facts are whole"),
            (
                "awards.csv",
                lambda rows: rows.pop(),
                "one outcome for every application (V1)",
            ),
            (
                "refusals.csv",
                lambda rows: rows.append(dict(rows[0])),
                "one outcome for every application (V1)",
            ),
            (
                "people.csv",
                lambda rows: [row.update(holds="0") for row in rows],
                "one award a person, households (V2)",
            ),
            (
                "places.csv",
                lambda rows: [row.update(capacity="0") for row in rows],
                "capacity (V3)",
            ),
            (
                "awards.csv",
                lambda rows: [row.update(reserve="") for row in rows],
                "reserve units go to the entitled",
            ),
            (
                "applications.csv",
                lambda rows: [
                    row.update(accepted_order=str(9 - int(row["accepted_order"]))) for row in rows
                ],
                "stage tobacco: in order of acceptance",
            ),
        ],
    )
    def test_tables(
        self,
        files: dict[str, bytes],
        tmp_path: Path,
        name: str,
        change: Callable[[list[dict[str, str]]], None],
        check: str,
    ) -> None:
        changed = {**files, name: edited(files[name], change)}
        assert audit_verdicts(changed, tmp_path)[check] == "FAIL"

    @pytest.mark.parametrize(
        ("change", "check"),
        [
            (
                lambda found: _more(found["stages"][1]["levels"][0], "value"),
                "levels as reported",
            ),
            (
                lambda found: _more(found["stages"][1]["levels"][2], "bound"),
                "levels as reported",
            ),
            (lambda found: found["stages"][1]["levels"].pop(0), "levels as reported"),
            (lambda found: found["stages"][1]["levels"].reverse(), "levels as reported"),
            (
                lambda found: found["stages"][1]["levels"].append(found["stages"][1]["levels"][0]),
                "levels as reported",
            ),
            (lambda found: found["reserves"].clear(), "reserves and quotas as reported"),
            (lambda found: found["quotas"].clear(), "reserves and quotas as reported"),
            (lambda found: _more(found["reserves"][0], "used"), "reserves and quotas as reported"),
            (lambda found: _more(found["quotas"][0], "short"), "reserves and quotas as reported"),
            (
                lambda found: _more(found["counts"], "n_envy_pairs"),
                "counts as reported, justified envy included",
            ),
        ],
    )
    def test_figures(
        self,
        files: dict[str, bytes],
        tmp_path: Path,
        change: Callable[[Any], None],
        check: str,
    ) -> None:
        changed = {**files, "reported.json": _reported(files["reported.json"], change)}
        assert audit_verdicts(changed, tmp_path)[check] == "FAIL"

    def test_sites_too_near(self, files: dict[str, bytes], tmp_path: Path) -> None:
        """A conflict between two awarded sites."""
        rows = files["conflicts.csv"].decode().splitlines()
        rules = json.loads(files["rules.json"])
        assert len(rows) > 1
        assert rules["limits"]
        rules["limits"][0]["maximum"] = 0
        changed = {**files, "rules.json": verify_audit.as_file(rules)}
        assert audit_verdicts(changed, tmp_path)["spacing, density and number (V4)"] == "FAIL"


class TestPrivacy:
    """Ids of its own, and no more facts than the judgement needs."""

    def test_no_identity_is_in_it(self, run: Run, files: dict[str, bytes]) -> None:
        told = b"\n".join(data for name, data in files.items() if name != "verify.py")
        for column in ("receipt_no", "name", "identity_no", "district", "birth_date"):
            for value in run.tables.applicants[column].dropna().astype(str):
                assert value.encode() not in told
        for venue in run.tables.venues["venue_id"]:
            assert f'"{venue}"'.encode() not in told
        assert {"retires_on", "valid_to", "place_id", "accepted_at"} & PLAIN == set()

    def test_ids_tell_nothing_without_the_secret(self) -> None:
        """Another run, another order; the same run, the same ids."""
        names = [f"A{n:03}" for n in range(200)]
        one, same, other = (
            own_ids(secret, "audit-person", names, "A")
            for secret in (b"1" * 32, b"1" * 32, b"2" * 32)
        )
        assert one == same
        assert len(set(one.values())) == 200
        assert sum(one[name] == other[name] for name in names) < 20
        assert own_ids(b"1" * 32, "audit-place", names, "A") != one

    def test_figures_that_tell_a_birthday_stay_out(self) -> None:
        from allocation.packs.aliases import Aliases
        from tests.solved import sample

        aliases = Aliases(sample(0)[0], b"x" * 32)
        told = aliases.told(
            "age_above", '{"age":61,"limit":60,"retires_on":"2023-05-03","name":"x"}'
        )
        assert told == {"age": 61, "limit": 60}


class TestRegister:
    """No pack without an entry, no entry without a person and a reason."""

    @pytest.mark.parametrize(
        ("handing", "code"),
        [
            (Handing("", "赵六", "核查"), "pack_confirm"),
            (Handing("Town", "赵六", "核查"), "pack_confirm"),
            (Handing("town", " ", "核查"), "pack_by_missing"),
            (Handing("town", "赵六", ""), "pack_reason_missing"),
            (Handing("town", "赵六 13906331234", "核查"), "pack_text_personal"),
            (Handing("town", "赵六", "核查\n"), "pack_text_personal"),
            (Handing("", "", ""), "pack_several"),
        ],
    )
    def test_refuses(self, run: Run, tmp_path: Path, handing: Handing, code: str) -> None:
        before = entries(run.path.parent)
        with pytest.raises(RunError) as caught:
            write_audit_pack(run, tmp_path / "pack.zip", handing, NOW)
        assert caught.value.code == code
        assert not (tmp_path / "pack.zip").exists()
        assert entries(run.path.parent) == before

    def test_enters_who_when_why_and_which(self, run: Run, files: dict[str, bytes]) -> None:
        first = entries(run.path.parent)[0]
        assert first == {
            "at": "2024-01-05T09:00:00+08:00",
            "by": HANDING.by,
            "reason": HANDING.reason,
            "run_id": run.run_id,
            "pack": verify_audit.sha256(files["pack.json"]),
            "previous": "",
        }
        register = register_of(run)
        assert stat.S_IMODE(register.stat().st_mode) == 0o600

    def test_is_appended_to_and_a_lost_line_shows(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "pack.zip"
        digest = write_audit_pack(run, path, HANDING, NOW)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert write_audit_pack(run, path, HANDING, NOW) == digest
        register = register_of(run)
        lines = register.read_text(encoding="utf-8").splitlines(keepends=True)
        assert [entry["pack"] for entry in entries(run.path.parent)[-2:]] == [digest, digest]
        for damaged in ("".join(lines[1:]), "".join(lines).replace("审计", "会计", 1), "{"):
            register.write_text(damaged, encoding="utf-8")
            with pytest.raises(RunError) as caught:
                write_audit_pack(run, path, HANDING, NOW)
            assert caught.value.code == "pack_register_broken"
        register.write_text("".join(lines), encoding="utf-8")

    def test_the_preview_counts_its_rows(self, run: Run, files: dict[str, bytes]) -> None:
        for name, number in audit_contents(run):
            assert files[name].count(b"\n") - 1 == number
