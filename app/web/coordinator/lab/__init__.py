"""Trying dispatch policies."""
