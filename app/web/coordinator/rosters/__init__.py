"""Building a roster for a month."""
