"""Twilio: outgoing texts and calls, incoming texts, receipts and pressed keys."""
