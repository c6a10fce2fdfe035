"""A help request from its order to its rating, and what its readers see."""
