"""Pages for coordinators: the board, cases, people, duty."""
