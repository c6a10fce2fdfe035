"""Keys: compared with the database, noted, rotated, and stored values written anew."""
