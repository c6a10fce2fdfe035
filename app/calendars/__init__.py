"""Duty as other calendars read it (日历): RFC 5545, written with one library and in one place."""
