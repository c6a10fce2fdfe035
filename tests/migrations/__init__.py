"""Migrations: their order, their effect on data, and that only one process runs them."""
