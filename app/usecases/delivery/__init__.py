"""Sending what waits in the outbox, and recording the outcome."""
