"""Why: one applicant, wish by wish and rule by rule."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from allocation.dossier import Dossier, Wish, open_dossier
from allocation.export.letter import letter_fault, next_sentence, write_letter
from allocation.export.masking import mask_name
from allocation.messages import Lang, RunError
from allocation.tables.patterns import is_personal_number
from allocation.ui import address, frame, store
from allocation.ui.awards.overrule import draw_overruling
from allocation.ui.downloads import download_button
from allocation.ui.frame import Chip
from allocation.ui.markdown import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.runs import Run

_ICONS = {
    "kept": ":green[:material/check:]",
    "broken": ":red[:material/close:]",
    "unknown": ":orange[:material/help:]",
    "overruled": ":blue[:material/gavel:]",
}


@store.remembered(kept=16)
def _dossier(run: Run, applicant_id: str, lang: Lang) -> Dossier:
    return open_dossier(run, applicant_id, lang)


def show(run: Run, named: str) -> None:
    """Draw the reasons of the applicant the address names, by id or by receipt number."""
    try:
        applicant_id = _find(run, named)
        dossier = _dossier(run.run_id, applicant_id, address.lang())
    except RunError as error:
        frame.problem(error, "app_awards_back", _back)
        return
    _draw_head(run, dossier)
    if not dossier.wishes:
        st.info(frame.say("app_awards_no_wishes"))
    for wish in dossier.wishes:
        _draw_wish(run, dossier, wish)
    st.caption(plain(dossier.draw))


def _find(run: Run, named: str) -> str:
    """Find whom the address means; a number of a document leaves it at once, unsaid."""
    if is_personal_number(named):
        address.put(applicant=None)
        raise RunError("app_personal")
    people = run.tables.applicants
    known = people["applicant_id"] == named
    if not known.any():
        known = people["receipt_no"] == named
    if not known.any():
        raise RunError("app_awards_unknown")
    return str(people.loc[known, "applicant_id"].iloc[0])


def _back() -> None:
    address.put(applicant=None)


def _draw_head(run: Run, dossier: Dossier) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.button(
            frame.say("app_awards_back"),
            icon=":material/arrow_back:",
            key="why.back",
            on_click=_back,
        )
        download_button(
            frame.say("app_awards_letter"),
            f"{run.run_id}-letter.pdf",
            partial(write_letter, run, dossier.applicant_id, lang=address.lang()),
            key="why.letter",
            main=True,
            unable=letter_fault(),
            explained=frame.say("app_awards_letter_help"),
            icon=":material/picture_as_pdf:",
        )
    who = frame.say("app_awards_who", receipt_no=plain(dossier.receipt_no))
    st.subheader(f"{who}　{plain(mask_name(dossier.name))}", anchor=False)
    refused = len(dossier.wishes) - dossier.n_awarded
    frame.chips(
        (
            Chip(
                frame.say("app_awards_n_granted", n=dossier.n_awarded),
                "green" if dossier.n_awarded else "gray",
            ),
            Chip(frame.say("app_awards_n_refused", n=refused)),
        )
    )
    if dossier.next_wish is not None:
        st.markdown(
            f":material/schedule: {plain(next_sentence(dossier.next_wish, address.lang()))}"
        )


def _draw_wish(run: Run, dossier: Dossier, wish: Wish) -> None:
    with st.container(border=True, gap="small"):
        _draw_title(wish)
        told = plain(wish.sentence)
        if wish.basis:
            basis = frame.say("app_awards_basis", basis=plain(wish.basis))
            told += f"  \n:small[:gray[{basis}]]"
        st.markdown(told)
        if wish.overruled:
            st.markdown(f":blue[:material/gavel:] {plain(wish.overruled)}")
        _draw_details(wish)
        if wish.may_be_overruled:
            draw_overruling(run, dossier, wish)


def _draw_title(wish: Wish) -> None:
    """Draw which wish for what, its outcome, and the way to the map."""
    with st.container(horizontal=True, vertical_alignment="center"):
        number = frame.say("app_awards_wish", n=wish.preference_rank)
        title = f"**{number}**　**{plain(wish.place)}**　:gray[{plain(wish.kind)}]"
        st.markdown(title, width="stretch")
        if wish.waiting_rank:
            st.badge(frame.say("app_awards_waits", rank=wish.waiting_rank), color="blue")
        if wish.awarded:
            st.badge(frame.say("app_awards_granted"), icon=":material/check_circle:", color="green")
        else:
            st.badge(frame.say("app_awards_refused"), icon=":material/cancel:", color="gray")
        if st.button(
            frame.say("app_awards_on_map"),
            key=f"why.map.{wish.preference_rank}",
            icon=":material/map:",
            type="tertiary",
        ):
            address.put(place=wish.place_id)
            st.switch_page("views/map.py")


def _draw_details(wish: Wish) -> None:
    """Fold away the rules one by one, who holds the place and who stands before."""
    lines = [line for line in wish.rules if line.outcome != "idle"]
    broken = sum(line.outcome == "broken" for line in lines)
    unknown = sum(line.outcome == "unknown" for line in lines)
    word = "broken" if broken else "unknown" if unknown else "kept"
    label = frame.say(f"app_awards_rules_{word}", n=len(lines), broken=broken, unknown=unknown)
    others = _others(wish)
    if others:
        label = frame.say("app_awards_rules_others", rules=label)
    with st.expander(label, key=f"why.rules.{wish.preference_rank}"):
        if others:
            st.markdown("  \n".join(others))
        _draw_rules(wish)


def _others(wish: Wish) -> list[str]:
    """Say who holds the place and who stands before, by receipt number alone."""
    found = []
    if wish.n_holders:
        found.append(
            frame.say(
                "app_awards_holders",
                receipts=_receipts(wish.holders),
                more=_more(wish.n_holders, len(wish.holders)),
            )
        )
    if wish.waiting_rank == 1:
        found.append(frame.say("app_awards_waiting_first"))
    elif wish.waiting_rank:
        found.append(
            frame.say(
                "app_awards_waiting_after",
                rank=wish.waiting_rank,
                receipts=_receipts(wish.ahead),
                more=_more(wish.waiting_rank - 1, len(wish.ahead)),
            )
        )
    return found


def _receipts(numbers: Sequence[str]) -> str:
    return frame.listed(plain(number) for number in numbers)


def _more(n: int, shown: int) -> str:
    return frame.say("app_awards_more", n=n) if n > shown else ""


def _draw_rules(wish: Wish) -> None:
    columns = [frame.say(f"app_awards_col_{name}") for name in ("rule", "outcome", "told")]
    cells = [
        (
            plain(line.rule),
            f"{_ICONS[line.outcome]} {frame.say(f'app_awards_rule_{line.outcome}')}",
            plain(line.sentence)
            or (frame.say("app_awards_basis", basis=plain(line.basis)) if line.basis else ""),
        )
        for line in wish.rules
        if line.outcome != "idle"
    ]
    st.table(
        {name: [row[i] for row in cells] for i, name in enumerate(columns)},
        border="horizontal",
        hide_index=True,
        alt=frame.say("app_awards_rules_alt", n=wish.preference_rank),
    )
    idle = [plain(line.rule) for line in wish.rules if line.outcome == "idle"]
    if idle:
        rules = frame.listed(idle)
        st.caption(frame.say("app_awards_rules_idle", rules=rules))
