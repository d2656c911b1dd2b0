"""Page: every place of the city on one map."""

from allocation.ui import maps

maps.draw()
