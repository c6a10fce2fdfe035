"""Building a month of duty."""
