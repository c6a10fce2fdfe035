"""Channels that carry messages out: console, SMS, calls, email and push."""
