"""Pages for administrators: areas, the catalogue, settings, accounts."""
