"""What several use cases need: locks, limits, the state of a request."""
