"""The door of time: a metronome that asks the desk what is due."""
