"""Drawing the lists: filters, search, table, pages."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import streamlit as st

from allocation.dossier import Words
from allocation.export.masking import mask_name
from allocation.messages import Lang
from allocation.ui import address, frame, store
from allocation.ui.awards.listing import LISTS, Filters, Listings, ListName
from allocation.ui.awards.rows import columns_of, rows_in_words
from allocation.ui.markdown import plain
from allocation.ui.pages import draw_pages, open_page
from allocation.ui.search import search_field, search_notice

if TYPE_CHECKING:
    import pandas as pd
    from streamlit.elements.lib.column_types import ButtonColumnResult, ColumnConfig

    from allocation.runs import Run

PAGE_SIZE = 100
_SEARCH = "awards.search"
_ROW = 35
_HEIGHT = 16 * _ROW + 2
_WIDTHS = {
    "number": 60,
    "waitlist_rank": 80,
    "receipt_no": 135,
    "person": 70,
    "place": 290,
    "kind": 112,
    "district": 142,
    "preference_rank": 60,
    "draw_number": 75,
    "reserve": 80,
    "priority_tier": 80,
    "distance_m": 90,
    "reason": 210,
    "sentence": 640,
    "state": 80,
    "capacity": 65,
    "used": 65,
    "free": 60,
    "n_applications": 65,
    "reasons": 250,
    "why": 85,
}
# Names of kinds are longer in English.
_ENGLISH_WIDTHS = {"kind": 160, "place": 244}
_TEXTS = ("receipt_no", "person", "place", "kind", "district", "reason", "sentence", "state")


@store.remembered()
def listings_of(run: Run) -> Listings:
    """Return the lists of a run; they are never changed."""
    return Listings(run)


@store.remembered()
def words_of(run: Run, lang: Lang) -> Words:
    """Return the names of a run's places."""
    return Words(run, lang)


def choose_list(listings: Listings) -> ListName:
    """Draw the choice of the list, each with its length."""
    counts = listings.run.result["counts"]
    sizes = {
        "awards": counts["n_awards"],
        "waitlist": counts["n_waitlist"],
        "refusals": counts["n_refusals"],
        "vacant": len(listings.vacant),
    }
    labels = {name: f"{frame.say(f'app_awards_{name}')}  {sizes[name]:,}" for name in LISTS}
    chosen: ListName | None = st.segmented_control(
        frame.say("app_awards_list"),
        LISTS,
        default=LISTS[0],
        required=True,
        format_func=labels.__getitem__,
        key="awards.list",
        label_visibility="collapsed",
        persist_state="session",
    )
    return chosen or LISTS[0]


def draw_filters(listings: Listings, name: ListName) -> Filters:
    """Draw search and filters of a list and return what they ask for."""
    words = words_of(listings.run.run_id, address.lang())
    rows = listings.of(name)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        term = search_field(
            _SEARCH, "app_awards_search", "app_awards_search_hint", width=300, persist_state="page"
        )
        kind = _choice("kind", [k for k in words.kinds if (rows["kind"] == k).any()], words.kinds)
        districts = sorted(rows["district"].dropna().unique())
        district = _choice("district", districts, {d: d for d in districts})
        reason = ""
        if name == "refusals":
            classes = {code: frame.say(code) for code in rows["reason"].value_counts().index}
            reason = _choice("reason", list(classes), classes, width=260)
    people = listings.find(term) if term else None
    place = _place_chip(listings, words)
    return Filters(kind=kind, district=district, place=place, reason=reason, people=people)


def draw_found(listings: Listings, filters: Filters) -> None:
    """Say who the search found; one person gets a way to the reasons at once."""
    search_notice(_SEARCH)
    found = filters.people
    if found is None:
        return
    if not found:
        st.info(frame.say("app_awards_nobody"), icon=":material/search_off:")
    elif len(found) == 1:
        _draw_person(listings, found[0])
    else:
        st.caption(frame.say("app_awards_several", n=frame.count(len(found))))


def draw_table(listings: Listings, name: ListName, filters: Filters, *, internal: bool) -> None:
    """Draw one page of a list with its place in the whole."""
    whole = listings.of(name)
    found = filters.narrow(whole)
    if not len(found):
        _draw_nothing(name, filters, is_whole=not len(whole))
        return
    # A page number belongs to one choice of filters; another choice starts on page 1.
    key = f"awards.page.{name}.{zlib.crc32(repr((listings.run.run_id, filters)).encode()):08x}"
    page = open_page(key, len(found), PAGE_SIZE)
    rows = found.iloc[page.rows]
    words = words_of(listings.run.run_id, address.lang())
    shown = rows_in_words(listings, name, rows, words, page.first, internal=internal)
    _draw_rows(shown, rows, name, internal=internal)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        is_filtered = len(found) < len(whole)
        of_all = frame.say("app_awards_filtered", all=frame.count(len(whole)))
        st.caption(page.place() + (of_all if is_filtered else ""))
        draw_pages(page, persist_state="page")


def _draw_nothing(name: ListName, filters: Filters, *, is_whole: bool) -> None:
    """Say why there is no row, and what to do about it."""
    if filters.people == ():
        return  # What the search did not find stands above.
    if is_whole:
        st.info(frame.say(f"app_awards_empty_{name}"))
    elif filters.people is not None and len(filters.people) == 1:
        st.info(frame.say("app_awards_empty_person", list=frame.say(f"app_awards_{name}")))
    else:
        frame.empty("app_awards_empty", "app_awards_empty_clear", _clear)


def _clear() -> None:
    st.session_state[_SEARCH] = ""
    for name in ("kind", "district", "reason"):
        st.session_state[f"awards.{name}"] = None
    address.put(place=None)


def open_applicant(applicant_id: str | None) -> None:
    """Go to the reasons of an applicant, or back to the list."""
    address.put(applicant=applicant_id)


def _draw_rows(shown: pd.DataFrame, rows: pd.DataFrame, name: ListName, *, internal: bool) -> None:
    columns = columns_of(name, internal=internal)
    config: dict[str, ColumnConfig | ButtonColumnResult | str | None] = {
        column: _column(column) for column in columns
    }
    if name != "vacant":
        shown = shown.assign(why=frame.say("app_awards_why"))
        config["why"] = st.column_config.ButtonColumn(
            frame.say("app_awards_col_why"),
            key=f"awards.why.{name}",
            on_click=_clicked,
            args=(f"awards.why.{name}", tuple(rows["applicant_id"])),
            type="secondary",
            width=_WIDTHS["why"],
        )
    # The button stands before the internal columns, which a narrow screen scrolls to.
    order = [*columns_of(name, internal=False), "why", *columns]
    st.dataframe(
        shown,
        hide_index=True,
        column_order=list(dict.fromkeys(order)),
        column_config=config,
        row_height=_ROW,
        height=min(_ROW * (len(shown) + 1) + 2, _HEIGHT),
        key=f"awards.table.{name}",
        alt=frame.say("app_awards_alt", list=frame.say(f"app_awards_{name}")),
    )


def _column(name: str) -> ColumnConfig:
    widths = _WIDTHS | (_ENGLISH_WIDTHS if address.lang() == "en" else {})
    label, width = frame.say(f"app_awards_col_{name}"), widths[name]
    if name == "reserve":
        badge = frame.say("app_awards_reserved")
        return st.column_config.MultiselectColumn(
            label, options=[badge], color=["orange"], width=width
        )
    if name in _TEXTS or name == "reasons":
        return st.column_config.TextColumn(label, width=width)
    return st.column_config.NumberColumn(label, width=width, format="localized")


def _clicked(key: str, applicants: tuple[str, ...]) -> None:
    click = st.session_state.get(key)
    if click is not None:
        open_applicant(applicants[click["row"]])


def _choice(name: str, options: list[str], words: dict[str, str], width: int = 170) -> str:
    key = f"awards.{name}"
    if st.session_state.get(key) not in options:
        st.session_state[key] = None
    chosen = st.selectbox(
        frame.say(f"app_awards_col_{name}"),
        options,
        index=None,
        key=key,
        format_func=lambda code: words.get(code, code),
        placeholder=frame.say("app_awards_any"),
        width=width,
        persist_state="page",
    )
    return chosen or ""


def _place_chip(listings: Listings, words: Words) -> str:
    """Draw the place the address names as a filter that can be taken off."""
    place_id = address.get("place")
    if not place_id:
        return ""
    if place_id not in listings.places.index:
        st.info(frame.say("app_awards_place_unknown"), icon=":material/location_off:")
        st.button(frame.say("app_awards_place_off"), key="awards.place.off", on_click=_take_off)
        return ""
    label = frame.say("app_awards_place_chip", place=plain(words.place(place_id)))
    st.button(
        label,
        key="awards.place.off",
        icon=":material/close:",
        icon_position="right",
        on_click=_take_off,
        help=frame.say("app_awards_place_off"),
    )
    return place_id


def _take_off() -> None:
    address.put(place=None)


def _draw_person(listings: Listings, applicant_id: str) -> None:
    run: Run = listings.run
    receipt, name = list(listings.people.loc[applicant_id])
    masked = mask_name(name)
    n_awards = int((run.awards["applicant_id"] == applicant_id).sum())
    n_refusals = int((run.refusals["applicant_id"] == applicant_id).sum())
    with st.container(
        border=True,
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
    ):
        st.markdown(
            frame.say(
                "app_awards_person",
                receipt_no=plain(str(receipt)),
                name=plain(masked),
                granted=n_awards,
                refused=n_refusals,
            )
        )
        st.button(
            frame.say("app_awards_why"),
            key="awards.found.why",
            type="primary",
            on_click=open_applicant,
            args=(applicant_id,),
        )
