"""The entry point of time: a ticker that runs the use cases that are due."""
