"""Page: follow a run, see its result, start a new one."""

from allocation.ui.run import page

page.draw()
