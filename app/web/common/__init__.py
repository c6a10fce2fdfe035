"""What pages of several audiences share: who asks, errors, languages, forms, formatting."""
