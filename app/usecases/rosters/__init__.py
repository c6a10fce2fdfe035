"""Building a month of duty in a process of its own."""
