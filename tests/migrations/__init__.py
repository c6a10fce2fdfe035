"""Migrations: their order, what they do to data, and who may run them when."""
