"""Sheets to be printed (PDF). Drawing needs fonts of many megabytes, so a child process does it."""
