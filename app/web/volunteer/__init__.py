"""Pages for volunteers: asks, tasks, offers and duty."""
