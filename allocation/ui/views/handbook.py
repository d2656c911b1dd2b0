"""Page: the handbook, with its chapters beside it."""

import streamlit as st

from allocation.ui import address, frame
from allocation.ui.handbook import CHAPTER, Part, handbook_file, parts


def draw(part: Part) -> None:
    """Draw a part of the handbook."""
    if part.level:
        head = st.header if part.level == CHAPTER else st.subheader
        head(part.text, anchor=part.anchor)
    elif part.picture is None:
        st.markdown(part.text)
    else:
        with st.container(border=True):
            st.image(str(part.picture), caption=part.text, alt=part.text, width="stretch")


file = handbook_file(address.lang())
if file.is_file():
    found = list(parts(file.read_text(encoding="utf-8"), file.parent))
    with st.sidebar:
        for part in found:
            if part.level == CHAPTER:
                st.markdown(f"[{part.text}](#{part.anchor})")
    with st.container(width=860):
        for part in found:
            draw(part)
else:
    frame.empty("app_handbook_missing", "app_handbook_back", "views/run.py")
