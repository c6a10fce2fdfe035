"""People, organisations, and what volunteers stand ready to do."""
