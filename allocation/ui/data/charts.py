"""How the accepted rows are distributed, in charts that say their finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import altair as alt
import pandas as pd
import streamlit as st

from allocation import tables
from allocation.read import Review
from allocation.scenario import Scenario
from allocation.summary import kind_names
from allocation.ui import address
from allocation.ui.chart import draw_spec, ink, spec_of
from allocation.ui.frame import count, percent, say
from allocation.ui.palette import Ink

MOST_TOWNSHIPS = 15
_BAR_PX, _TITLE_PX = 26, 52
_SPECS_KEPT = 64
_AXIS = alt.Axis(labelLimit=180, labelOverlap=False, ticks=False, domain=False)
_ABOUT_PEOPLE = ("group", "disability_type", "disability_level")


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """How many of what, the most first.

    Attributes
    ----------
    name
        ``group``, ``disability_type``, ``disability_level``, ``township`` or ``kind``.
    numbers
        Word -> number, the most first, or in the order of the scale.
    n_groups
        Groups there are, those left out of ``numbers`` included.
    total
        Sum over all groups.
    """

    name: str
    numbers: pd.Series
    n_groups: int
    total: int


def distributions(review: Review, scenario: Scenario, lang: str) -> tuple[Distribution, ...]:
    """Count what the accepted rows hold; what no row states is left out."""
    applicants = review.tables["applicants"].accepted
    places = review.tables["places"].accepted
    names = kind_names(scenario, "zh" if lang == "zh" else "en")
    made = [_labelled(applicants, name, lang) for name in _ABOUT_PEOPLE]
    townships = applicants["township"].value_counts()
    made.append(
        Distribution(
            "township", townships.head(MOST_TOWNSHIPS), len(townships), int(townships.sum())
        )
    )
    units = places.groupby("kind")["capacity"].sum().sort_values(ascending=False)
    made.append(_whole("kind", units[units > 0].rename(index=names)))
    return tuple(one for one in made if one.total)


def _labelled(applicants: pd.DataFrame, name: str, lang: str) -> Distribution:
    """Count a column with fixed values; a scale keeps its order."""
    column = tables.column_of("applicants", name)
    numbers = applicants[name].value_counts()
    if column.type == "integer":
        numbers = numbers.sort_index()
    words: Mapping[object, str] = {
        value: tables.label("applicants", name, value, "zh" if lang == "zh" else "en")
        for value in numbers.index
    }
    return _whole(name, numbers.rename(index=words))


def _whole(name: str, numbers: pd.Series) -> Distribution:
    return Distribution(name, numbers, len(numbers), int(numbers.sum()))


def title_of(one: Distribution) -> str:
    """Say what a distribution shows."""
    top = str(one.numbers.idxmax())
    n = int(one.numbers.max())
    return say(
        f"app_data_chart_{one.name}",
        name=top,
        n=count(n),
        share=percent(n / one.total),
        total=count(one.total),
        shown=len(one.numbers),
        of=one.n_groups,
    )


def draw_charts(review: Review, scenario: Scenario) -> None:
    """Draw the distributions, those of people with a word of caution."""
    found = distributions(review, scenario, address.lang())
    if not found:
        return
    code = "app_data_charts_bad" if review.findings else "app_data_charts"
    st.subheader(say(code), anchor=False)
    st.caption(say("app_data_inside"))
    left, right = st.columns(2, gap="large")
    for one in found:
        with left if one.name in _ABOUT_PEOPLE else right:
            _draw(one)


def _draw(one: Distribution) -> None:
    title = title_of(one)
    unit = say("app_data_axis_units" if one.name == "kind" else "app_data_axis_people")
    bars = tuple((str(word), int(number)) for word, number in one.numbers.items())
    draw_spec(_spec(bars, title, unit, ink()), title, key=f"data.chart.{one.name}")


@lru_cache(maxsize=_SPECS_KEPT)
def _spec(rows: tuple[tuple[str, int], ...], title: str, unit: str, colours: Ink) -> str:
    """Write the bars of a distribution; the numbers alone are kept, and no person's row."""
    data = pd.DataFrame(rows, columns=["name", "n"])
    data["told"] = [f"{name} {n:,}" for name, n in rows]
    base = alt.Chart(data).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=_AXIS),
        x=alt.X(
            "n:Q",
            title=None,
            axis=None,
            scale=alt.Scale(domain=[0, int(data["n"].max() * 1.12) + 1], nice=False),
        ),
        tooltip=[
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("n:Q", title=unit, format=","),
        ],
    )
    bars = base.mark_bar(color=colours.accent, height={"band": 0.7}).encode(
        description=alt.Description("told:N")
    )
    numbers = base.mark_text(align="left", dx=5, color=colours.text, aria=False).encode(
        text=alt.Text("n:Q", format=",")
    )
    # The title takes its part of the height.
    drawn = (bars + numbers).properties(height=len(data) * _BAR_PX + _TITLE_PX)
    return spec_of(drawn, title, colours)
