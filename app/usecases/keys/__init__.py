"""Keys: checked against the database, registered, rotated; stored values rewritten."""
