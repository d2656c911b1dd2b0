"""The queue of runs behind the page Run."""
