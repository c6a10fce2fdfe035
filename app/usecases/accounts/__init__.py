"""Logging in, roles, and looking at accounts and the trail."""
