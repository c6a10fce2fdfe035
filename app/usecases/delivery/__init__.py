"""Sending what waits in the outbox, and what came of it."""
