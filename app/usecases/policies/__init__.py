"""Trying dispatch policies on the past, and choosing one."""
