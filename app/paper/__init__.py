"""Sheets to be printed (PDF). A child process draws them, because fonts take many megabytes."""
