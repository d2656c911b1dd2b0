"""V9: the checker finds every way a draw can be wrong, by code of its own."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation import pipeline
from allocation.canonical import text_sha256
from allocation.checker import check_draw
from allocation.checker.draw_numbers import expected_numbers
from allocation.checker.draw_signature import holds
from allocation.draw.beacon import CHAINS
from allocation.draw.records import file_text
from allocation.draw.sources import announce
from allocation.messages.labels import phrase
from allocation.official import commit_draw, reveal_draw
from allocation.read import make_tables
from allocation.runs import Run, load_run
from tests.builders import city
from tests.draw_helper import DRAWN_AT, SEALED_AT, approved, hold_draw
from tests.test_draw_beacon import MAINNET, MAINNET_ROUND_1, QUICKNET, UNCHAINED_TESTNET
from tests.town import write_town

Mutation = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the town officially, by digits drawn in public."""
    folder = tmp_path_factory.mktemp("drawn")
    scenario = write_town(folder)
    order = hold_draw(scenario, folder)
    return load_run(pipeline.run(scenario, folder / "runs", official=order))


@pytest.fixture(scope="module")
def beacon(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the town officially, by a round of drand, after a correction."""
    folder = tmp_path_factory.mktemp("beacon")
    scenario = write_town(folder)
    value = announce("drand", None, round_no=QUICKNET.round_no)
    sealed_at = value.at - (DRAWN_AT - SEALED_AT)
    first = commit_draw(scenario, value, sealed_at, folder / "a.json")
    second = commit_draw(
        scenario, None, value.at, folder / "b.json", corrects=first.file, reason="更正"
    )
    revealed = reveal_draw(second.file, QUICKNET.signature, value.at)
    order = approved(second.file, revealed.file)
    return load_run(pipeline.run(scenario, folder / "runs", official=order))


def found(run: Run, manifest: dict[str, Any] | None = None) -> set[str]:
    """Return the codes of all violations; each must read in both languages."""
    violations = check_draw(run.instance, manifest or run.manifest, (run.awards, run.waitlist))
    for violation in violations:
        said = {phrase(violation.code, lang, **violation.params) for lang in ("zh", "en")}
        assert len(said) == 2
        assert violation.code not in said
    return {violation.code for violation in violations}


def mutated(run: Run, mutation: Mutation) -> dict[str, Any]:
    """Change a copy of the manifest."""
    manifest = copy.deepcopy(run.manifest)
    mutation(manifest)
    draw = manifest["draw"]
    if draw["reveal"] is not None:
        # A forger would see to this, too.
        draw["reveal_sha256"] = text_sha256(file_text(draw["reveal"]))
    return manifest


def resealed(mutation: Mutation) -> Mutation:
    """Change what was sealed and name it anew everywhere, as a careful forger would."""

    def forged(manifest: dict[str, Any]) -> None:
        sealed, reveal = manifest["draw"]["commitment"], manifest["draw"]["reveal"]
        mutation(sealed["public"])
        sealed["commitment"] = text_sha256(file_text(sealed["public"]))
        reveal["committed"] = sealed["public"]
        reveal["commitment"] = sealed["commitment"]

    return forged


class TestMutations:
    """One wrong thing, one violation."""

    def test_true_records_pass(self, drawn: Run, beacon: Run) -> None:
        assert found(drawn) == found(beacon) == set()
        assert drawn.manifest["official"] is beacon.manifest["official"] is True

    @pytest.mark.parametrize("table", ["awards", "waitlist"])
    def test_a_draw_number(self, drawn: Run, table: str) -> None:
        frame = getattr(drawn, table).copy()
        frame.loc[0, "draw_number"] += 1
        (violation,) = check_draw(drawn.instance, drawn.manifest, (frame,))
        assert violation.code == "check_draw_number"
        assert violation.params == {"n": 1, "applicant_id": frame.loc[0, "applicant_id"]}

    def test_two_people_change_places(self, drawn: Run) -> None:
        people = drawn.instance.applicants
        swapped = people.draw_number.copy()
        swapped[[0, 1]] = swapped[[1, 0]]
        instance = replace(drawn.instance, applicants=replace(people, draw_number=swapped))
        (violation,) = check_draw(instance, drawn.manifest)
        assert (violation.code, violation.params["n"]) == ("check_draw_number", 2)

    @pytest.mark.parametrize(
        ("mutation", "expected"),
        [
            (lambda m: m["draw"].update(list_sha256="0" * 64), {"check_draw_list"}),
            (lambda m: m["draw"].update(n=7), {"check_draw_list"}),
            (lambda m: m["draw"].update(commitment=None), {"check_official_unsealed"}),
            (lambda m: m.pop("approval"), {"check_official_unapproved"}),
            (lambda m: m["approval"].update(approver=" "), {"check_official_unapproved"}),
            (lambda m: m["approval"].update(reason=""), {"check_official_unapproved"}),
            (
                lambda m: m["draw"]["commitment"].update(commitment="0" * 64),
                {"check_commitment_hash"},
            ),
            (lambda m: m["draw"].update(reveal=None), {"check_reveal_missing"}),
            (lambda m: m["draw"]["reveal"].update(commitment="0" * 64), {"check_reveal_other"}),
            (lambda m: m["draw"]["reveal"].update(seed="000000"), {"check_reveal_seed"}),
            (lambda m: m["draw"]["reveal"].update(value="386713"), {"check_reveal_seed"}),
            (lambda m: m["draw"]["reveal"].update(value="３８６７１２"), {"check_reveal_seed"}),
            (
                lambda m: m["draw"]["reveal"].update(drawn_at="2023-12-01T09:00:00+08:00"),
                {"check_reveal_early"},
            ),
            (
                lambda m: m["draw"]["reveal"].update(drawn_at="2023-12-08T01:59:59+00:00"),
                {"check_reveal_before_announced"},
            ),
        ],
    )
    def test_records(self, drawn: Run, mutation: Mutation, expected: set[str]) -> None:
        manifest = mutated(drawn, mutation)
        if expected == {"check_draw_list"}:
            # What was sealed then differs from what was run, too.
            expected = {*expected, "check_commitment_differs"}
        assert found(drawn, manifest) == expected

    @pytest.mark.parametrize(
        ("mutation", "expected"),
        [
            (lambda m: m["draw"]["reveal"].update(witnesses=[]), "check_reveal_unseen"),
            (lambda m: m["draw"]["reveal"].update(witnesses=["张三"]), "check_reveal_unseen"),
            (lambda m: m["draw"]["reveal"].update(witnesses=["张三"] * 2), "check_reveal_unseen"),
            (lambda m: m["draw"]["reveal"].pop("witnesses"), "check_reveal_unseen"),
            (
                lambda m: m["draw"]["reveal"].update(recorded_at="2023-12-08T10:04:59+08:00"),
                "check_reveal_recorded",
            ),
            (lambda m: m.update(redraw={"reason": " ", "earlier": ["x"]}), "check_redraw_reason"),
            (lambda m: m.update(redraw={"reason": "补办"}), "check_redraw_reason"),
            (
                lambda m: m["approval"].update(at="2023-12-08T10:04:59+08:00"),
                "check_approval_early",
            ),
            (lambda m: m["approval"].pop("at"), "check_approval_early"),
            (lambda m: m["approval"].update(approver="系统"), "check_official_unapproved"),
            (lambda m: m.update(official=False), "check_official_hidden"),
        ],
    )
    def test_circumstances(self, drawn: Run, mutation: Mutation, expected: str) -> None:
        assert found(drawn, mutated(drawn, mutation)) == {expected}

    def test_the_record_number_is_that_of_the_record(self, drawn: Run) -> None:
        """Its hash is that of the published file, which anybody has."""
        manifest = copy.deepcopy(drawn.manifest)
        published = text_sha256(file_text(manifest["draw"]["reveal"]))
        assert manifest["draw"]["reveal_sha256"] == published
        manifest["draw"]["reveal"]["record_no"] = ""
        assert found(drawn, manifest) == {"check_reveal_hash"}

    def test_an_earlier_run_is_named(self, drawn: Run) -> None:
        def later(manifest: dict[str, Any]) -> None:
            manifest["run_id"] = "later"
            manifest["approval"]["at"] = "2999-01-01T00:00:00+00:00"

        again = mutated(drawn, later)
        (violation,) = check_draw(drawn.instance, again, (), (drawn.manifest,))
        assert violation.code == "check_redraw_unnamed"
        assert violation.params == {"run": drawn.run_id}
        assert check_draw(drawn.instance, drawn.manifest, (), (again,)) == []
        again["redraw"] = {"reason": "补办", "earlier": [drawn.run_id]}
        assert check_draw(drawn.instance, again, (), (drawn.manifest,)) == []

    def test_of_two_runs_approved_in_one_second_the_later_names_the_earlier(
        self, drawn: Run
    ) -> None:
        """Ids tell the part of the second; letters of the name do not count."""
        first, second = "20231208-101500-z-0001", "20231208-101500-a-0f00"
        runs = [{**drawn.manifest, "run_id": run_id} for run_id in (first, second)]
        (violation,) = check_draw(drawn.instance, runs[1], (), runs[:1])
        assert violation.params == {"run": first}
        assert check_draw(drawn.instance, runs[0], (), runs[1:]) == []

    @pytest.mark.parametrize(
        ("mutation", "what"),
        [
            (lambda p: p["sealed"].update(inputs="0" * 64), "inputs"),
            (lambda p: p["sealed"].update(scenario="0" * 64), "scenario"),
            (lambda p: p["sealed"].update(policy="0" * 64), "policy"),
            (lambda p: p["list"].update(sha256="0" * 64), "list"),
            (lambda p: p["list"].update(holders="0" * 64), "list"),
            (lambda p: p.update(method="rfc3797"), "method"),
            (lambda p: p.update(round="2"), "round"),
        ],
    )
    def test_what_was_sealed(self, drawn: Run, mutation: Mutation, what: str) -> None:
        manifest = mutated(drawn, resealed(mutation))
        (violation,) = check_draw(drawn.instance, manifest)
        assert (violation.code, violation.params) == ("check_commitment_differs", {"what": what})

    @pytest.mark.parametrize(
        ("mutation", "code"),
        [
            (lambda p: p.update(committed_at="2023-12-08T10:05:00+08:00"), "check_reveal_early"),
            (
                lambda p: p["announcement"].update(at="2023-12-01T09:00:00+08:00"),
                "check_reveal_early",
            ),
            (lambda p: p["announcement"].update(digits=7), "check_reveal_seed"),
        ],
    )
    def test_what_was_announced(self, drawn: Run, mutation: Mutation, code: str) -> None:
        assert found(drawn, mutated(drawn, resealed(mutation))) == {code}

    def test_a_table_changed_in_the_run_folder(self, drawn: Run) -> None:
        """Even where the hashes of the files were mended."""
        tables = drawn.tables
        places = tables.places.assign(capacity=9)
        instance = replace(
            drawn.instance, tables=make_tables({**tables.frames, "places": places}, (), ())
        )
        (violation,) = check_draw(instance, drawn.manifest)
        assert violation.params == {"what": "inputs"}

    def test_a_seed_put_in_afterwards(self, drawn: Run) -> None:
        scenario = drawn.scenario.model_copy(
            update={"draw": drawn.scenario.draw.model_copy(update={"seed": "000000"})}  # type: ignore[union-attr]
        )
        instance = replace(drawn.instance, scenario=scenario)
        codes = {violation.code for violation in check_draw(instance, drawn.manifest)}
        assert codes == {"check_draw_record", "check_draw_number"}

    @pytest.mark.parametrize(
        ("mutation", "expected"),
        [
            (lambda answer: answer.replace("b713", "b714"), {"check_reveal_seed"}),
            (lambda answer: answer.replace("657413", "657414"), set()),
            (lambda answer: "{", {"check_reveal_seed"}),
        ],
    )
    def test_a_signature(
        self, beacon: Run, mutation: Callable[[str], str], expected: set[str]
    ) -> None:
        def forged(manifest: dict[str, Any]) -> None:
            reveal = manifest["draw"]["reveal"]
            reveal["value"] = mutation(reveal["value"])

        manifest = mutated(beacon, forged)
        assert found(beacon, manifest) == {*expected, "check_reveal_signature"}

    def test_a_round_at_another_time(self, beacon: Run) -> None:
        """A beacon known already could be announced with a time that is yet to come."""

        def forged(manifest: dict[str, Any]) -> None:
            sealed, reveal = manifest["draw"]["commitment"], manifest["draw"]["reveal"]
            base = sealed["earlier"][0]
            base["announcement"]["round"] -= 1
            reveal["value"] = reveal["value"].replace("657413", "657412")
            sealed["public"]["corrects"]["commitment"] = text_sha256(file_text(base))
            sealed["commitment"] = text_sha256(file_text(sealed["public"]))
            reveal["committed"] = base
            reveal["commitment"] = text_sha256(file_text(base))

        assert found(beacon, mutated(beacon, forged)) == {"check_reveal_signature"}

    @pytest.mark.parametrize(
        "mutation",
        [
            lambda base: base.update(round="0"),
            lambda base: base["list"].update(holders="0" * 64),
            lambda base: base.update(lots={"pinned": [], "unpinned": []}),
        ],
    )
    def test_a_correction_that_draws_again(self, beacon: Run, mutation: Mutation) -> None:
        def forged(manifest: dict[str, Any]) -> None:
            sealed, reveal = manifest["draw"]["commitment"], manifest["draw"]["reveal"]
            base = sealed["earlier"][0]
            mutation(base)
            sealed["public"]["corrects"]["commitment"] = text_sha256(file_text(base))
            sealed["commitment"] = text_sha256(file_text(sealed["public"]))
            reveal["committed"] = base
            reveal["commitment"] = text_sha256(file_text(base))

        assert found(beacon, mutated(beacon, forged)) == {"check_commitment_redrawn"}

    def test_a_correction_without_what_it_corrects(self, beacon: Run) -> None:
        manifest = mutated(beacon, lambda m: m["draw"]["commitment"].update(earlier=[]))
        assert "check_commitment_hash" in found(beacon, manifest)


class TestNumbers:
    """The checker's own ranks are those of the draw, for every method."""

    @pytest.mark.parametrize(
        "draw",
        [
            None,
            {},
            {"seed": "386712", "round": "2023-1"},
            {"method": "rfc3797", "seed": "9319./2.5.8.10.12./9.18.26.34.41.45./"},
            {"method": "ids"},
        ],
    )
    @settings(max_examples=20, deadline=None)
    @given(
        st.lists(
            st.text("ABZabz019甲乙-", min_size=1, max_size=5), min_size=1, max_size=30, unique=True
        )
    )
    def test_ranks(self, draw: dict[str, str] | None, receipts: list[str]) -> None:
        people = {f"A{n}": {"receipt_no": receipt} for n, receipt in enumerate(receipts)}
        made = city(people, 1, scenario={} if draw is None else {"draw": draw}).instance
        own = expected_numbers(made)
        assert [own[person] for person in made.applicants.id] == (
            made.applicants.draw_number.tolist()
        )

    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20, unique=True), st.data())
    def test_acceptance(self, seconds: list[int], data: Any) -> None:
        times = np.datetime64("2023-01-01") + np.array(seconds, dtype="timedelta64[s]")
        groups = data.draw(
            st.lists(st.sampled_from(["disabled", "general"]), min_size=len(times),
                     max_size=len(times))
        )  # fmt: skip
        people = {f"A{n}": {"group": group} for n, group in enumerate(groups)}
        wishes = [
            {
                "applicant_id": f"A{n}",
                "place_id": place,
                "preference_rank": rank,
                "accepted_at": str(moment + np.timedelta64(rank - 1, "D")),
            }
            for n, moment in enumerate(times)
            for rank, place in ((1, "P1"), (2, "P2"))
        ]
        made = city(people, 2, wishes, {"draw": {"method": "acceptance"}}).instance
        own = expected_numbers(made)
        assert [own[person] for person in made.applicants.id] == (
            made.applicants.draw_number.tolist()
        )


class TestSignature:
    """The checker's own equation, by what others published."""

    @pytest.mark.parametrize("vector", [QUICKNET, MAINNET, UNCHAINED_TESTNET])
    def test_published_rounds(self, vector: Any) -> None:
        chain = replace(CHAINS["quicknet"], scheme=vector.scheme, public_key=vector.public_key)
        assert holds(chain, vector.round_no, vector.signature, vector.previous)

    @pytest.mark.parametrize(
        ("name", "vector"),
        [
            ("quicknet", QUICKNET._replace(round_no=1)),
            ("quicknet", QUICKNET._replace(signature=f"{QUICKNET.signature[:-1]}a")),
            ("default", MAINNET._replace(signature=MAINNET_ROUND_1)),
        ],
    )
    def test_anything_else(self, name: str, vector: Any) -> None:
        assert not holds(CHAINS[name], vector.round_no, vector.signature, vector.previous)
