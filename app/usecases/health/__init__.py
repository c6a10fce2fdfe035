"""What an operator sees of the service: whether it is well, and why not."""
