"""What an administrator may set while the house runs."""
