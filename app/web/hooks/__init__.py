"""Doors for providers: texts that come in, receipts for texts that went out."""
