"""Entry points for providers: incoming texts, and receipts for texts that we sent."""
