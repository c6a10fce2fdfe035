"""The ground: database, clock, errors, languages, encryption."""
