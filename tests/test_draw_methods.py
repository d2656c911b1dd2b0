"""The methods of the draw: published vectors, permutations, and what each refuses."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.draw.methods import METHODS, Entrants, method_in_use, number_entrants
from allocation.draw.rfc3797 import LARGEST_POOL, key_string, selection, selection_numbers
from allocation.messages import DrawError, ScenarioError
from tests.builders import city
from tests.scenario_helper import codes, make

if TYPE_CHECKING:
    from pathlib import Path

RFC_SOURCES = "9319 / 2 5 12 8 10 / 9 18 26 34 41 45"
RFC_KEY = "9319./2.5.8.10.12./9.18.26.34.41.45./"
RFC_SELECTED = [17, 7, 2, 16, 25, 23, 8, 24, 19, 13, 22, 5, 18, 9, 1, 4]
"""RFC 3797, section 6: a pool of 25, ten members and six more should somebody decline."""

NOMCOM_2012 = "11 17 21 48 50 9 10"
NOMCOM_2012_SELECTED = [90, 25, 92, 126, 24, 31, 122, 96, 81, 132, 2, 41]
"""Pool of 134; output-2012.txt of the reference program, https://github.com/mcr/rfc3797."""

receipts = st.lists(
    st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=8),
    unique=True,
    max_size=40,
)


def entrants(receipt_nos: list[str]) -> Entrants:
    """Give each a second of acceptance of its own, by a hash so that rows say nothing."""
    seconds = [int(sha256(each.encode()).hexdigest()[:12], 16) for each in receipt_nos]
    return Entrants(
        receipt_nos,
        np.array(seconds, dtype="datetime64[s]"),
        np.zeros(len(receipt_nos), dtype=np.bool_),
        np.full(len(receipt_nos), np.nan),
    )


class TestRfc3797:
    """The published selection and the limits of its reference program."""

    def test_key_of_section_6(self) -> None:
        assert key_string(RFC_SOURCES) == RFC_KEY

    def test_selection_of_section_6(self) -> None:
        assert (selection(RFC_KEY, 25)[:16] + 1).tolist() == RFC_SELECTED

    def test_selection_of_the_nomcom_of_2012(self) -> None:
        key = key_string(f"17 20 22 35 38 48 36 / 90193202 / 55598744 / {NOMCOM_2012}")
        assert key == "17.20.22.35.36.38.48./90193202./55598744./9.10.11.17.21.48.50./"
        assert (selection(key, 134)[:12] + 1).tolist() == NOMCOM_2012_SELECTED

    def test_numbers_follow_the_list_in_ascending_order(self) -> None:
        listed = [f"R{i:02d}" for i in range(1, 26)]
        numbers = dict(zip(listed, selection_numbers(listed, RFC_KEY).tolist(), strict=True))
        assert [numbers[f"R{i:02d}"] for i in RFC_SELECTED] == list(range(1, 17))

    @pytest.mark.parametrize(
        "written",
        [
            RFC_KEY,
            "9319/2,5,8,10,12/9,18,26,34,41,45",
            "９３１９／２、５、１２、８、１０／９　１８　２６　３４　４１　４５",
            " 09319 / 12 10 8 5 2 / 45 41 34 26 18 9 / ",
        ],
    )
    def test_one_key_however_the_numbers_are_written(self, written: str) -> None:
        assert key_string(written) == RFC_KEY

    @pytest.mark.parametrize(
        "written",
        [
            "",
            "/",
            "1 2 // 3",
            "1.25",
            "-3",
            "twelve",
            "1 2 x",
            "1" * 19,
            " ".join(["1"] * 17),
            "/".join(["1"] * 17),
        ],
    )
    def test_anything_but_whole_numbers_is_refused(self, written: str) -> None:
        with pytest.raises(DrawError) as error:
            key_string(written)
        assert error.value.code == "draw_value_numbers"

    def test_a_pool_the_counter_cannot_number_is_refused(self) -> None:
        with pytest.raises(DrawError) as error:
            selection(RFC_KEY, LARGEST_POOL + 1)
        assert error.value.code == "draw_pool_too_big"

    @given(st.integers(0, 60))
    def test_everybody_is_selected_once(self, pool: int) -> None:
        assert sorted(selection(RFC_KEY, pool).tolist()) == list(range(pool))


class TestInterface:
    """All methods alike."""

    @pytest.mark.parametrize("method", METHODS)
    @given(receipt_nos=receipts)
    def test_numbers_are_a_permutation(self, method: str, receipt_nos: list[str]) -> None:
        numbers = number_entrants(method, entrants(receipt_nos), RFC_KEY, "1")
        assert sorted(numbers.tolist()) == list(range(1, len(receipt_nos) + 1))

    @pytest.mark.parametrize("method", METHODS)
    @given(receipt_nos=receipts, data=st.data())
    def test_row_order_does_not_matter(
        self, method: str, receipt_nos: list[str], data: Any
    ) -> None:
        shuffled = data.draw(st.permutations(receipt_nos))
        one, other = (
            dict(zip(each, number_entrants(method, entrants(each), RFC_KEY, "1"), strict=True))
            for each in (receipt_nos, shuffled)
        )
        assert one == other

    def test_before_there_is_a_seed_ids_stand_in(self) -> None:
        people = entrants([f"R{i}" for i in range(30)])
        fixed = number_entrants("ids", people, None, "").tolist()
        for method in ("seed", "rfc3797"):
            assert method_in_use(method, None) == "ids"
            assert number_entrants(method, people, None, "2").tolist() == fixed
        assert number_entrants("seed", people, "", "2").tolist() != fixed
        assert method_in_use("acceptance", None) == "acceptance"


class TestAcceptance:
    """Order of acceptance: first application, then disabled people, then the office."""

    def test_order(self) -> None:
        people = Entrants(
            ["late", "general", "disabled", "second", "first"],
            np.array([9, 5, 5, 5, 5], dtype="datetime64[s]"),
            np.array([False, True, False, True, True]),
            np.array([np.nan, np.nan, np.nan, 2, 1]),
        )
        assert number_entrants("acceptance", people, None, "").tolist() == [5, 4, 1, 3, 2]

    @pytest.mark.parametrize("sequence", [np.nan, 7.0])
    def test_a_tie_is_for_the_office_to_settle(self, sequence: float) -> None:
        people = Entrants(
            ["a", "b", "c"],
            np.array([1, 2, 2], dtype="datetime64[s]"),
            np.zeros(3, dtype=np.bool_),
            np.full(3, sequence),
        )
        with pytest.raises(DrawError) as error:
            number_entrants("acceptance", people, None, "")
        assert (error.value.code, error.value.params) == ("draw_acceptance_tie", {"n": 2})

    def test_an_unknown_time_is_refused(self) -> None:
        people = Entrants(
            ["a", "b"],
            np.array(["NaT", "2023-01-01"], dtype="datetime64[s]"),
            np.zeros(2, dtype=np.bool_),
            np.full(2, np.nan),
        )
        with pytest.raises(DrawError) as error:
            number_entrants("acceptance", people, None, "")
        assert error.value.params == {"n": 1}
        with pytest.raises(DrawError):
            number_entrants("acceptance", Entrants(["a"]), None, "")


class TestScenario:
    """Which method a scenario may name, and for what."""

    @pytest.mark.parametrize(
        ("draw", "wrong"),
        [
            ({"method": "lots"}, "wrong_value"),
            ({"method": "ids", "seed": "1"}, "draw_seed_unused"),
            ({"method": "acceptance", "seed": "1"}, "draw_seed_unused"),
            ({"method": "rfc3797", "seed": "386150"}, "draw_seed_not_numbers"),
            ({"method": "rfc3797", "seed": "07./"}, "draw_seed_not_numbers"),
        ],
    )
    def test_wrong_draws_are_refused(
        self, tmp_path: Path, draw: dict[str, str], wrong: str
    ) -> None:
        with pytest.raises(ScenarioError) as error:
            make(tmp_path, draw=draw)
        assert codes(error) == {wrong}

    @pytest.mark.parametrize(
        ("method", "mechanism", "refused"),
        [
            ("seed", "optimal", False),
            ("rfc3797", "optimal", False),
            ("acceptance", "optimal", True),
            ("acceptance", "queue", False),
            ("ids", "optimal", True),
            ("ids", "queue", True),
        ],
    )
    def test_official_use(self, tmp_path: Path, method: str, mechanism: str, refused: bool) -> None:
        stage = {"name": "only", "kinds": ["stall"], "mechanism": mechanism}
        scenario = make(tmp_path, draw={"method": method}, stage=[stage])
        found = {problem.code for problem in scenario.official_problems()}
        assert ("official_draw_method" in found) is refused
        assert "official_draw" not in found

    def test_without_a_draw_nothing_is_official(self, tmp_path: Path) -> None:
        found = {problem.code for problem in make(tmp_path).official_problems()}
        assert "official_draw" in found

    def test_the_build_numbers_by_the_method(self) -> None:
        """A3 filed first; of the two that filed at once the disabled one goes first."""
        rows = [
            ("A1", "2023-01-05"),
            ("A2", "2023-01-05"),
            ("A2", "2023-01-09"),
            ("A3", "2023-01-02"),
        ]
        wishes = [
            {
                "applicant_id": applicant,
                "place_id": f"P{n}",
                "preference_rank": n,
                "accepted_at": day,
            }
            for n, (applicant, day) in enumerate(rows, start=1)
        ]
        people = {"A1": {"group": "general"}, "A2": {}, "A3": {"group": "general"}}
        made = city(people, 4, wishes, {"draw": {"method": "acceptance"}})
        assert made.instance.applicants.draw_number.tolist() == [3, 2, 1]
        seeded = city(25, scenario={"draw": {"method": "rfc3797", "seed": RFC_KEY}}).instance
        assert (
            seeded.applicants.draw_number.tolist()
            == selection_numbers(seeded.applicants.receipt_no.tolist(), RFC_KEY).tolist()
        )
