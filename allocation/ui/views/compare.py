"""Page: compare."""

import streamlit as st

from allocation.ui import frame

st.write(frame.say("app_page_compare"))
