"""Pages for volunteers: what is asked, what to do, when they stand ready."""
