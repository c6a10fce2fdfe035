"""One file for each story of the house. Only here are tables written."""
