"""The page Scenario."""
