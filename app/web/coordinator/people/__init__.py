"""Volunteers and their accounts."""
