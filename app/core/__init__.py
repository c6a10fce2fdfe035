"""Foundations of every layer: database, clock, errors, languages, encryption."""
