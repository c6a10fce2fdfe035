"""Repeating help."""
