"""Page: hand out the award list, each file previewed before it is downloaded."""

import streamlit as st

from allocation.ui import frame
from allocation.ui.handout.gis import gis_section
from allocation.ui.handout.internal import internal_section
from allocation.ui.handout.manifest import manifest_section
from allocation.ui.handout.notices import notices_section
from allocation.ui.handout.packs import audit_section
from allocation.ui.handout.public import public_section

SECTIONS = {
    "public": public_section,
    "internal": internal_section,
    "audit": audit_section,
    "gis": gis_section,
    "manifest": manifest_section,
    "notices": notices_section,
}

run = frame.current_run()
frame.chips(frame.run_chips(run))
if not run.result["official"]:
    st.warning(frame.say("app_handout_trial"))
else:
    st.info(frame.say("app_handout_official"))
    placeholders = sum(row["status"] == "placeholder" for row in run.manifest["basis"].values())
    if placeholders:
        st.warning(frame.say("app_handout_placeholders", n=placeholders))
section = st.segmented_control(
    frame.say("app_handout_sections"),
    list(SECTIONS),
    default="public",
    format_func=lambda name: frame.say(f"app_handout_{name}"),
    required=True,
    key="handout.section",
    label_visibility="collapsed",
    persist_state="session",
)
SECTIONS[str(section)](run)
