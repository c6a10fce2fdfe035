"""A shift as it is lived: reminders, check-in, hand-over, going off duty."""
