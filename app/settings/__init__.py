"""What an administrator may set while the service runs."""
