"""Page: compare."""

import streamlit as st

from allocation.ui import frame
from allocation.ui.compare import changed_places, charts, people
from allocation.ui.compare.choice import chosen_comparison, findings, focus
from allocation.ui.compare.tables import measure_table, setting_table

run = frame.current_run()
frame.chips(frame.run_chips(run))
whole, shown = chosen_comparison(run)
findings(whole)

st.subheader(frame.say("app_compare_settings"), anchor=False)
setting_table(whole)

# Two runs stand beside each other; the columns of more need the whole width.
is_pair = len(whole.runs) == 2
left, right = st.columns([11, 9], gap="large") if is_pair else (st.container(), st.container())
with left:
    st.subheader(frame.say("app_compare_measures"), anchor=False)
    overall = [measure for measure in shown.measures if not measure.about]
    measure_table(shown, overall, "app_compare_measures_alt")
    if by_rule := [measure for measure in shown.measures if measure.about]:
        with st.expander(frame.say("app_compare_rules")):
            measure_table(shown, by_rule, "app_compare_rules")
with right:
    st.subheader(frame.say("app_compare_price"), anchor=False)
    measure_table(shown, shown.price, "app_compare_price_alt")
    index = focus(whole)
    charts.tier_chart(whole, index)

st.subheader(frame.say("app_compare_areas"), anchor=False)
charts.area_chart(whole, index, {measure.about[0] for measure in shown.areas})

st.subheader(frame.say("app_compare_people"), anchor=False)
people.people_section(whole, index)

st.subheader(frame.say("app_compare_places"), anchor=False)
changed_places.place_section(whole, index, run.tables.districts)
