"""What an operator sees of the service: whether it is healthy, and why not."""
