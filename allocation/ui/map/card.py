"""The side card of the map: one place in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from allocation import atlas, tables
from allocation.atlas.places import OF_THE_PLACE
from allocation.certificates import reason_sentence
from allocation.export.masking import mask_name
from allocation.summary import kind_names
from allocation.ui import address
from allocation.ui.frame import count, facts_table, listed, say
from allocation.ui.map import frames, memory
from allocation.ui.map.icons import sign
from allocation.ui.markdown import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from allocation.runs import Run

HOLDERS_SHOWN = 5
LISTED = 300
_RANKS_SHOWN = 4
_TOLD = (*OF_THE_PLACE, "openings_max", "not_opened", "site_not_planned")
"""Reasons about the place itself; the others speak to one applicant."""


def chooser(facts: pd.DataFrame, shown: pd.DataFrame, chosen: str) -> None:
    """Draw the choice of a place without a mouse: the shown ones, as many as a list bears."""
    listed = shown["place_id"].head(LISTED).tolist()
    if chosen and chosen not in listed:
        listed.insert(0, chosen)
    labels = facts.set_index("place_id")["label"]
    key = "map.chooser"
    st.session_state[key] = chosen or None

    def picked() -> None:
        memory.choose(st.session_state[key])

    st.selectbox(
        say("app_map_choose"),
        listed,
        key=key,
        index=None,
        format_func=lambda place_id: f"{place_id}　{labels.get(place_id, '')}",
        on_change=picked,
        placeholder=say("app_map_choose_hint"),
        help=say("app_map_choose_more", n=LISTED) if len(shown) > LISTED else None,
    )


def overview(facts: pd.DataFrame) -> None:
    """Draw what became of each kind, while no place is chosen."""
    groups = facts.groupby("kind_name", sort=False)
    rows = {
        name: f"{count(int((group['n_awards'] > 0).sum()))} / {count(len(group))}"
        for name, group in groups
    }
    st.table(
        pd.DataFrame(
            {say("app_map_col_kind"): list(rows), say("app_map_col_given"): list(rows.values())}
        ),
        border="horizontal",
        hide_index=True,
        alt=say("app_map_by_kind"),
    )
    for status in frames.STATUSES:
        st.markdown(
            f"![]({sign(status, 16)}) :small[**{say(f'app_map_status_{status}')}**　"
            + say(f"app_map_about_{status}")
            + "]"
        )


def place_card(run: Run, place: pd.Series) -> None:
    """Draw everything about the chosen place."""
    found = atlas.place_record(run, str(place["place_id"]))
    status = str(place["status"])
    st.markdown(f"**{plain(place['label'])}**")
    st.caption(plain(f"{place['place_id']}　{place['kind_name']}"))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"![]({sign(status, 18)}) {say(f'app_map_status_{status}')}", width="stretch")
        if st.button(say("app_map_show_awards"), key="map.awards"):
            st.switch_page("views/awards.py")
    _why_shut(run, found)
    _holders(run, found)
    facts = _facts(run, place, found) | _near(run, place)
    facts_table(facts, say("app_map_facts_alt", place=place["label"]))


def _why_shut(run: Run, found: atlas.PlaceRecord) -> None:
    if found.reason is None or found.reason[0] not in _TOLD:
        return
    code, params = found.reason
    kinds = kind_names(run.scenario, address.lang())
    st.markdown(
        f"**{say('app_map_why_shut')}**　"
        + plain(reason_sentence(code, params, kinds, address.lang()))
    )


def _holders(run: Run, found: atlas.PlaceRecord) -> None:
    """List the holders with masked names; the list beyond a handful is the awards page's."""
    if not found.holders:
        return
    applicants = run.tables.applicants
    few = found.holders[:HOLDERS_SHOWN]
    of_few = applicants[applicants["applicant_id"].isin([holder.applicant_id for holder in few])]
    names = dict(zip(of_few["applicant_id"], of_few["name"], strict=True))
    lines = [
        plain(
            say(
                "app_map_holder_line",
                name=mask_name(_text(names.get(holder.applicant_id))),
                receipt=holder.receipt_no,
                rank=holder.preference_rank,
                distance=distance(holder.distance_m),
                pool=say("app_map_pool_reserved" if holder.reserve_used else "app_map_pool_open"),
            )
        )
        for holder in few
    ]
    if rest := len(found.holders) - len(few):
        lines.append(say("app_map_holders_more", n=count(rest)))
    # One holder is no list.
    listed = lines if len(lines) == 1 else [f"- {line}" for line in lines]
    st.markdown(f"**{say('app_map_holders')}**\n\n" + "\n".join(listed))


def _facts(run: Run, place: pd.Series, found: atlas.PlaceRecord) -> dict[str, str]:
    lang = address.lang()
    row = run.tables.places.loc[run.tables.places["place_id"] == place["place_id"]].iloc[0]
    trade = [
        _text(row["trade_type"]),
        tables.label("places", "time_slot", row["time_slot"], lang),
        _text(row["post_kind"]),
    ]
    facts = {
        "where": _joined((place["district"], place["township"], _text(row["village"]))),
        "zone": tables.label("places", "zone", place["zone"] or None, lang),
        "trade": _joined(trade),
        "units": say(
            "app_map_units", n=count(int(place["n_awards"])), capacity=count(int(place["capacity"]))
        ),
        "wishes": _wishes(found),
        "refused": _refused(found),
        "waiting": _waiting(found),
    }
    return {say(f"app_map_fact_{name}"): value for name, value in facts.items() if value}


def _wishes(found: atlas.PlaceRecord) -> str:
    if not found.wishes:
        return say("app_map_wishes_none")
    first = found.wishes[:_RANKS_SHOWN]
    rest = found.wishes[_RANKS_SHOWN:]
    parts = [say("app_map_wishes_rank", rank=rank, n=n) for rank, n in first]
    if rest:
        parts.append(say("app_map_wishes_later", rank=rest[0][0], n=sum(n for _, n in rest)))
    total = sum(n for _, n in found.wishes)
    return say("app_map_wishes", n=count(total), ranks=listed(parts))


def _refused(found: atlas.PlaceRecord) -> str:
    parts = [f"{say(name)} {count(n)}" for name, n in found.refusals]
    return listed(parts) or say("app_map_refused_none")


def _waiting(found: atlas.PlaceRecord) -> str:
    if not found.waiting:
        return say("app_map_waiting_none")
    receipts = listed([receipt for _, receipt in found.waiting])
    return say("app_map_waiting", n=count(found.n_waiting), receipts=receipts)


def _near(run: Run, place: pd.Series) -> dict[str, str]:
    """Say what stands nearest, for kinds that keep a distance."""
    if place["kind"] not in run.scenario.spacing or not place["is_site"]:
        return {}
    found = atlas.neighbours(frames.around(run.run_id), str(place["place_id"]))
    return {
        say(f"app_map_fact_near_{near.what}"): say(
            f"app_map_near_{near.what}",
            id=near.id,
            metres=f"{near.distance_m:,.1f}",
            required=near.required_m or 0,
            how=say("app_map_how_measured" if near.is_measured else "app_map_how_computed"),
        )
        for near in found
    }


def distance(metres: int | None) -> str:
    """Write a distance from home: metres below a kilometre, else kilometres."""
    if metres is None:
        return say("app_map_no_distance")
    if metres < 1000:
        return say("app_map_metres", n=metres)
    return say("app_map_kilometres", n=metres / 1000)


def _joined(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
