"""Page: awards, waitlist, refused, unfilled; and why, for one applicant."""

from __future__ import annotations

import streamlit as st

from allocation.ui import address, frame
from allocation.ui.awards import why
from allocation.ui.awards.files import draw_downloads
from allocation.ui.awards.table import (
    choose_list,
    draw_filters,
    draw_found,
    draw_table,
    listings_of,
)

run = frame.current_run()
frame.chips(frame.run_chips(run))

if address.get("applicant"):
    why.show(run, address.get("applicant"))
    st.stop()

listings = listings_of(run.run_id)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    name = choose_list(listings)
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        internal = st.toggle(
            frame.say("app_awards_internal"), key="awards.internal", persist_state="page"
        )
        draw_downloads(run, name)
filters = draw_filters(listings, name)
draw_found(listings, filters)
draw_table(listings, name, filters, internal=internal)
if internal:
    st.caption(f":material/lock: {frame.say('app_awards_internal_help')}")
