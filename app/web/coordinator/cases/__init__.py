"""One help request before its coordinator."""
