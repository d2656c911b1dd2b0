"""Charts of the page Compare: where awards changed, and in which tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd
import streamlit as st

from allocation.compare import about_name, run_label, signed
from allocation.ui import address, frame, palette
from allocation.ui.chart import draw_chart, ink
from allocation.ui.markdown import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from allocation.compare import Comparison, Measure
    from allocation.messages import Lang

NUMBERS = ("awards", "disabled")
"""What the chart of districts can count."""

_ROW_HEIGHT = 34
_BAR = 20
_AROUND = 120
"""Height that title, legend and axis take."""


def area_chart(comparison: Comparison, index: int, kinds: Collection[str]) -> None:
    """Draw the change of awards per kind and district against one run.

    Parameters
    ----------
    index
        Which of the runs, 1 for the first after the base.
    kinds
        Kinds to draw.
    """
    lang = address.lang()
    cells = {of: area_cells(comparison, index, of, kinds, lang) for of in NUMBERS}
    of = _number_choice(cells)
    title = area_title(cells[of], of, lang)
    if cells[of]["change"].any():
        _draw_areas(cells[of], title, run_label(comparison, index, lang))
    else:
        st.write(plain(title))


def _number_choice(cells: Mapping[str, pd.DataFrame]) -> str:
    """Choose what is counted; the first number that changes, unless somebody chose."""
    changing = [of for of in NUMBERS if cells[of]["change"].any()]
    chosen: str = st.segmented_control(
        frame.say("app_compare_of"),
        NUMBERS,
        default=(changing or NUMBERS)[0],
        format_func=lambda of: frame.say(f"app_compare_of_{of}"),
        key=f"compare.of.{'.'.join(changing)}",
        label_visibility="collapsed",
        required=True,
    )
    return chosen


def _draw_areas(cells: pd.DataFrame, title: str, label: str) -> None:
    names, districts = (list(dict.fromkeys(cells[column])) for column in ("kind", "district"))
    cells = cells.assign(told=cells["kind"] + " " + cells["district"] + " " + cells["words"])
    base = alt.Chart(cells).encode(
        x=alt.X("district:N", sort=districts, title=None, axis=_district_axis()),
        y=alt.Y("kind:N", sort=names, title=None, axis=alt.Axis(labelLimit=180)),
        tooltip=[
            alt.Tooltip("kind:N", title=frame.say("compare_col_kind")),
            alt.Tooltip("district:N", title=frame.say("compare_col_district")),
            alt.Tooltip("before:Q", title=frame.say("compare_base"), format=","),
            alt.Tooltip("after:Q", title=label, format=","),
            alt.Tooltip("words:N", title=frame.say("app_compare_change")),
        ],
    )
    largest = int(cells["change"].abs().max())
    cell = base.mark_rect(stroke="#8A8F98", strokeOpacity=0.3).encode(
        description=alt.Description("told:N"),
        color=alt.Color(
            "direction:N",
            scale=alt.Scale(
                domain=["gain", "loss", "same"],
                range=[palette.GAIN, palette.LOSS, palette.CANDIDATE],
            ),
            legend=None,
        ),
        opacity=alt.Opacity(
            "size:Q", scale=alt.Scale(domain=[0, largest], range=[0, 0.55]), legend=None
        ),
    )
    number = base.mark_text(fontSize=13, color=ink().text, aria=False).encode(
        text="words:N",
        opacity=alt.condition(alt.datum.change == 0, alt.value(0.75), alt.value(1)),
    )
    chart = (cell + number).properties(height=_ROW_HEIGHT * len(names) + _AROUND // 3)
    draw_chart(chart, title)


def _district_axis() -> alt.Axis:
    """Write long names of districts in two lines."""
    half = "ceil(length(datum.label) / 2)"
    split = f"[slice(datum.label, 0, {half}), slice(datum.label, {half})]"
    return alt.Axis(
        orient="top",
        labelAngle=0,
        labelLimit=110,
        labelExpr=f"length(datum.label) > 6 ? {split} : datum.label",
    )


def area_cells(
    comparison: Comparison, index: int, of: str, kinds: Collection[str], lang: Lang
) -> pd.DataFrame:
    """Build kind and district with one of :data:`NUMBERS` before and after, and totals."""
    total = frame.say("app_compare_all_districts")
    rows = []
    for measure in comparison.areas:
        if measure.about[0] not in kinds or not measure.code.startswith(of):
            continue
        names = about_name(measure, comparison, lang)
        before, after = measure.values[0] or 0, measure.values[index] or 0
        rows.append(
            {
                "kind": names["kind"],
                "district": names.get("district", total),
                "is_total": len(measure.about) == 1,
                "before": before,
                "after": after,
                "change": int(after - before),
            }
        )
    columns = ["kind", "district", "is_total", "before", "after", "change"]
    cells = pd.DataFrame(rows, columns=columns).sort_values("is_total", kind="stable")
    return cells.assign(
        words=[signed(change, "count", lang) for change in cells["change"]],
        size=cells["change"].abs(),
        direction=[_direction(change) for change in cells["change"]],
    )


def _direction(change: int) -> str:
    return "gain" if change > 0 else ("loss" if change < 0 else "same")


def area_title(cells: pd.DataFrame, of: str, lang: Lang) -> str:
    """Say where awards changed most."""
    districts = cells[~cells["is_total"]]
    words = frame.say(f"app_compare_of_{of}")
    if not districts["change"].any():
        return frame.say("app_compare_area_same", of=words)
    most = districts.iloc[int(districts["change"].abs().argmax())]
    return frame.say(
        "app_compare_area_most",
        of=words,
        kind=most["kind"],
        district=most["district"],
        change=signed(int(most["change"]), "count", lang),
    )


def tier_chart(comparison: Comparison, index: int) -> None:
    """Draw awards per priority tier in the base and in one other run."""
    lang = address.lang()
    tiers = [measure for measure in comparison.price if measure.code == "awards_tier"]
    if not tiers:
        return
    changes = [int((tier.values[index] or 0) - (tier.values[0] or 0)) for tier in tiers]
    title = tier_title(tiers, changes, lang)
    labels = [run_label(comparison, 0, lang), run_label(comparison, index, lang)]
    rows = [
        {
            "tier": frame.say("app_compare_tier", tier=tier.about[0]),
            "run": label,
            "n": tier.values[which] or 0,
            "words": f"{tier.values[which] or 0:,}"
            + (f" ({signed(change, 'count', lang)})" if which and change else ""),
        }
        for tier, change in zip(tiers, changes, strict=True)
        for label, which in zip(labels, (0, index), strict=True)
    ]
    data = pd.DataFrame(rows)
    data["told"] = data["tier"] + " " + data["run"] + " " + data["words"]
    base = alt.Chart(data).encode(
        y=alt.Y("tier:N", sort=None, title=None),
        yOffset=alt.YOffset("run:N", sort=labels),
        x=alt.X(
            "n:Q",
            title=frame.say("app_compare_awards"),
            axis=alt.Axis(format=",.0f", tickCount=4),
            scale=alt.Scale(domain=[0, float(data["n"].max()) * 1.25 + 1]),
        ),
        tooltip=[
            alt.Tooltip("tier:N", title=" "),
            alt.Tooltip("run:N", title=" "),
            alt.Tooltip("n:Q", title=frame.say("app_compare_awards"), format=","),
        ],
    )
    bars = base.mark_bar().encode(
        description=alt.Description("told:N"),
        color=alt.Color(
            "run:N",
            sort=labels,
            scale=alt.Scale(domain=labels, range=[palette.CANDIDATE, ink().accent]),
            legend=alt.Legend(title=None, orient="top"),
        ),
    )
    words = base.mark_text(align="left", dx=4, color=ink().text, aria=False).encode(text="words:N")
    chart = (bars + words).properties(height=2 * _BAR * len(tiers) + _AROUND)
    draw_chart(chart, title)


def tier_title(tiers: list[Measure], changes: list[int], lang: Lang) -> str:
    """Say which tier changed most."""
    if not any(changes):
        return frame.say("app_compare_tier_same")
    most = max(range(len(changes)), key=lambda i: abs(changes[i]))
    return frame.say(
        "app_compare_tier_most",
        tier=tiers[most].about[0],
        change=signed(changes[most], "count", lang),
    )
