"""Twilio: texts and calls out, texts, receipts and keys in."""
