"""The map page: what tells where one is, the card, the tables, and nothing found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from allocation.messages import text
from allocation.runs import Run, load_run
from allocation.ui.map import choropleth, context, memory, table
from tests.ui.conftest import OpenPage


def run_of(home: Path) -> Run:
    (path,) = [path for path in (home / "runs").iterdir() if path.name != ".work"]
    return load_run(path)


def layers_of(page: AppTest) -> Mapping[str, Any]:
    """Layers of the map by their ids."""
    deck = json.loads(page.get("deck_gl_json_chart")[0].proto.json)
    return {layer["id"]: layer for layer in deck["layers"]}


def said(page: AppTest) -> str:
    return "\n".join(str(part.value) for part in (*page.markdown, *page.caption, *page.warning))


class TestContext:
    """A scale bar, and round the chosen place a ring and its neighbours' names."""

    @pytest.mark.parametrize(
        ("metres", "round_metres"), [(0, 1), (3, 2), (99, 50), (100, 100), (12_600, 10_000)]
    )
    def test_a_bar_has_a_round_length(self, metres: float, round_metres: int) -> None:
        assert context.round_length(metres) == round_metres

    def test_names_that_would_cover_each_other_give_way_to_the_nearest(self) -> None:
        named = pd.DataFrame(
            {"name": ["甲点", "乙点", "丙点"], "lon": [119.0, 119.0001, 119.1], "lat": [35.0] * 3}
        )
        assert [name for _, _, name in context.apart(named, 13.5)] == ["甲点", "丙点"]
        # Closer up there is room for all.
        assert len(context.apart(named, 20)) == 3

    def test_a_place_is_shown_among_its_neighbours(self, open_page: OpenPage, home: Path) -> None:
        places = run_of(home).tables.places
        place = str(places.loc[places["lon"].notna(), "place_id"].iloc[0])
        layers = layers_of(open_page("map", place=place))
        (ring,) = layers["distance-length"]["data"]
        assert ring["s"] in ("50 米", "1 公里")
        assert layers["near-names"]["data"]

    def test_without_a_place_there_is_a_bar_and_no_ring(self, open_page: OpenPage) -> None:
        layers = layers_of(open_page("map"))
        assert {"land", "township-lines", "borders", "scale-bar"} <= set(layers)
        assert "distance" not in layers


class TestTables:
    """Numbers stay numbers, so that they are aligned; few people have no number."""

    def test_places(self, open_page: OpenPage) -> None:
        rows = open_page("map").dataframe[0].value
        assert list(rows) == list(table._WIDTHS)
        assert all(pd.api.types.is_numeric_dtype(rows[name]) for name in table._NUMBERS)

    def test_townships_with_few_people_have_no_number(self) -> None:
        facts = pd.DataFrame(
            {
                "district": ["甲区", "甲区"],
                "township": ["多人镇", "少人镇"],
                "n_eligible": [100, 3],
                "n_served": [44, 3],
                "n_unserved": [56, 0],
                "coverage": [0.44, 1.0],
                "is_shown": [True, False],
            }
        )
        shown = choropleth.township_table(facts, "coverage").set_index("township")
        many = shown.loc[["多人镇"], ["n_eligible", "n_served", "coverage"]]
        assert many.to_numpy().tolist() == [[100, 44, 44]]
        assert shown.loc["少人镇"].drop("district").isna().all()
        assert pd.api.types.is_numeric_dtype(shown["coverage"])


class TestStates:
    """Every state says what to do next."""

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_nothing_found_has_a_way_back(self, open_page: OpenPage, lang: str) -> None:
        page = open_page("map", lang=lang)
        page.text_input(key=memory.SEARCH).set_value("没有这个点").run()
        assert text("app_map_none_shown", "en" if lang == "en" else "zh") in said(page)
        page.button(key="map.none_shown").click().run()
        assert not page.exception
        assert len(page.dataframe)

    def test_a_place_of_another_run_is_told_and_can_be_taken_off(self, open_page: OpenPage) -> None:
        page = open_page("map", place="nowhere")
        assert text("app_map_unknown_place") in said(page)
        page.button(key="map.unknown").click().run()
        assert not page.warning

    def test_one_holder_is_no_list(self, open_page: OpenPage, home: Path) -> None:
        awards = run_of(home).awards
        single = awards["place_id"].value_counts()
        place = str(single[single == 1].index[0])
        page = open_page("map", place=place)
        (holders,) = [part.value for part in page.markdown if text("app_map_holders") in part.value]
        assert "- " not in holders


def test_facts_keep_their_names_in_one_line() -> None:
    def script() -> None:
        from allocation.ui import frame

        frame.facts_table({"位置": "莒县 陵阳街道"}, "facts")

    page = AppTest.from_function(script).run()
    assert page.table[0].value.iloc[0].tolist() == ["位置", "莒县 陵阳街道"]
