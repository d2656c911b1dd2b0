"""Page: bring in the year's tables and check every cell."""

from allocation.ui.data import page

page.draw()
