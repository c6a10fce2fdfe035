"""Entry point for the command line."""
