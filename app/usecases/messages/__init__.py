"""Putting messages to people and devices into the outbox."""
