"""Page: bring in the year's tables and check every cell."""

from allocation.ui import intake_page

intake_page.page()
