"""The page Hand out."""
