"""Anybody with an account or a phone number (人员), their roles, log-in and organisations."""
