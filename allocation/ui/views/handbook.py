"""Page: the handbook."""

import streamlit as st

from allocation.ui import address, frame
from allocation.ui.handbook import handbook_file, parts

file = handbook_file(address.lang())
if file.is_file():
    with st.container(width=860):
        for part in parts(file.read_text(encoding="utf-8"), file.parent):
            if part.picture is None:
                st.markdown(part.text)
            else:
                st.image(str(part.picture), alt=part.text, width="stretch")
else:
    frame.empty("app_handbook_missing", "app_handbook_back", "views/run.py")
