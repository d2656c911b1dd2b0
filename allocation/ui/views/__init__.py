"""The pages: one script each, run from top to bottom at every interaction."""
