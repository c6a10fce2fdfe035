"""Procedures for emergencies: calling, filling and standing down."""
