"""Order of acceptance for licences."""

from __future__ import annotations

from typing import Any

import pytest

from allocation.messages import InputError, ScenarioError, describe
from allocation.rules.queue import accepted_order
from tests.rules_helper import people, scenario_of, spots, wishes

QUEUE = [
    {"name": "queue", "kinds": ["tobacco"], "mechanism": "queue"},
    {"name": "joint", "kinds": ["stall"], "mechanism": "optimal"},
]
NINE = "2023-06-01 09:00:00"
LATER = "2023-06-01 09:00:01"


def order(
    applicants: list[dict[str, Any]], *rows: tuple[int, int, str | None, int | None]
) -> list[int]:
    """Order applications (applicant, place, accepted_at, accepted_seq) to two premises.

    Place 2 is a stall.
    """
    applications = wishes(
        *(
            {
                "applicant": applicant,
                "place": place,
                "preference_rank": 1,
                "accepted_at": at,
                "accepted_seq": seq,
            }
            for applicant, place, at, seq in rows
        )
    )
    where = spots({"kind": "tobacco"}, {"kind": "tobacco"}, {"kind": "stall"})
    who = people(*applicants)
    found: list[int] = accepted_order(who, applications, where, scenario_of(stage=QUEUE)).tolist()
    return found


GENERAL: dict[str, Any] = {"group": "general"}


def test_kind_nobody_applies_for_has_no_order() -> None:
    """An empty queue needs no acceptance time."""
    assert order([GENERAL], (0, 2, None, None)) == [-1]


def test_earlier_acceptance_goes_first() -> None:
    """行政许可法 第五十七条, to the second; the premises do not matter."""
    assert order([GENERAL, GENERAL], (0, 0, LATER, None), (1, 1, NINE, None)) == [1, 0]


def test_other_kinds_have_no_order() -> None:
    """A stall needs no acceptance time."""
    assert order([GENERAL], (0, 0, NINE, None), (0, 2, None, None)) == [0, -1]


def test_disabled_goes_first_at_the_same_time() -> None:
    """日政办字〔2023〕18号 第7条, on equal conditions only, before the sequence number."""
    assert order([GENERAL, {}], (0, 0, NINE, 1), (1, 0, NINE, 2)) == [1, 0]
    assert order([GENERAL, {}], (0, 0, NINE, 1), (1, 0, LATER, 2)) == [0, 1]


def test_sequence_number_decides_last() -> None:
    """The office's own number."""
    assert order([GENERAL, GENERAL], (0, 0, NINE, 2), (1, 0, NINE, 1)) == [1, 0]


@pytest.mark.parametrize("seqs", [(1, 1), (None, None), (1, None)])
def test_tie_that_remains_is_bad_input(seqs: tuple[int | None, int | None]) -> None:
    """Nothing may decide silently; the error names no person."""
    with pytest.raises(InputError) as caught:
        order([GENERAL, GENERAL], (0, 0, NINE, seqs[0]), (1, 0, NINE, seqs[1]))
    assert caught.value.code == "queue_tie"
    assert caught.value.params == {
        "kind": "tobacco",
        "count": 1,
        "accepted_at": NINE.replace(" ", "T"),
    }
    assert "2023-06-01T09:00:00" in describe(caught.value)


def test_own_applications_of_one_person_tie_with_nobody() -> None:
    """Between them the better rank goes first."""
    assert order([GENERAL], (0, 0, NINE, None), (0, 1, NINE, None)) == [0, 1]


def test_missing_time_is_bad_input() -> None:
    """A queue without a time is none."""
    with pytest.raises(InputError) as caught:
        order([GENERAL, GENERAL], (0, 0, NINE, None), (1, 0, None, None))
    assert caught.value.code == "accepted_at_missing"
    with pytest.raises(ScenarioError) as missing:
        order([GENERAL], (0, 0, None, None))
    assert missing.value.code == "rule_needs_column"
