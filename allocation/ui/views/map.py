"""Page: every place of the city on one map."""

from allocation.ui.map import page

page.draw()
