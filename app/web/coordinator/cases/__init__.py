"""One help request, for its coordinator."""
