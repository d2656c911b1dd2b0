"""Page: a scenario as a form grouped as the city's document is, saved as a new file."""

import streamlit as st

from allocation.ui import address, form, form_rows, form_save, frame
from allocation.ui.form_base import base_chips, chosen_base

draft = chosen_base()
lang = address.lang()
frame.chips(base_chips(draft))
with st.container():
    form_save.draw_saved(draft)
groups = form.groups(draft.current, draft.settings.values())
group = form_rows.chosen_group(draft, groups)

main, side = st.columns([11, 5], gap="medium")
with main:
    form_rows.draw_group(draft, group, lang)
    form_save.draw_files(draft, lang)
with side, st.container(border=True):
    with st.container():
        form_save.draw_changes(draft, groups, lang)
    form_save.draw_saving(draft, lang)
    form_save.draw_official(draft, lang)
