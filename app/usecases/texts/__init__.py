"""What an inbound text or a key of the telephone does."""
