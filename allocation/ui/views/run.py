"""Page: follow a run, see its result, start a new one."""

from allocation.ui import run_page

run_page.draw()
