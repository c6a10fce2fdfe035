"""Giving a turn away, taking one, finding cover."""
