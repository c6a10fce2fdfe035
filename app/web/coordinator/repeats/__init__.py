"""Repeating services."""
