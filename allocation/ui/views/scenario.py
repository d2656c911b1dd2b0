"""Page: a scenario as a form grouped as the city's document is, saved as a new file."""

import streamlit as st

from allocation.ui import address, frame
from allocation.ui.scenario import grouping, rows, save
from allocation.ui.scenario.base import base_chips, chosen_base

draft = chosen_base()
lang = address.lang()
frame.chips(base_chips(draft))
with st.container():
    save.draw_saved(draft)
groups = grouping.groups(draft.current, draft.settings.values())
group = rows.chosen_group(draft, groups)

main, side = st.columns([11, 5], gap="medium")
with main:
    rows.draw_group(draft, group, lang)
    save.draw_files(draft, lang)
with side, st.container(border=True):
    with st.container():
        save.draw_changes(draft, groups, lang)
    save.draw_saving(draft, lang)
    save.draw_official(draft, lang)
