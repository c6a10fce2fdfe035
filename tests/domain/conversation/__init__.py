"""What texts mean."""
