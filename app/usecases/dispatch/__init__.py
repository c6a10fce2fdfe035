"""Whom to ask about a help request, and what their answers do."""
