"""Use cases, one a file. Only here are tables written."""
