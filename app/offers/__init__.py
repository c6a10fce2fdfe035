"""A volunteer's offer (服务供给): categories, hours, radius, languages, load."""
