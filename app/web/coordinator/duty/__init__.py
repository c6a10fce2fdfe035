"""Rotas, shifts, and procedures for emergencies."""
