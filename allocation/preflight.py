"""Numbers of a problem before it is solved."""
