"""The board: what waits, what is overdue, where."""
