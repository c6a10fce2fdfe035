"""Shifts in practice: reminders, check-in, hand-over, going off duty."""
