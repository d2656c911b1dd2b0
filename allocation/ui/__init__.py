"""The planners' app: seven Streamlit pages over run folders.

The app keeps nothing of its own: what is done with it are scenario files, uploaded
tables and run folders, the same that the command line reads and writes.  What is
looked at stands in the address (:mod:`allocation.ui.address`), so that a reload, a
bookmark or a colleague finds it again.
"""
