"""Programs as networks: components of lanes, two nested families of sets, flows."""
