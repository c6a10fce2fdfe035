"""What pages of several audiences share: guards, errors, languages, forms, formatting."""
