"""The page Awards."""
