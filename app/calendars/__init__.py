"""Duty as iCalendar (日历, RFC 5545)."""
