"""What a volunteer stands ready to do (服务供给): categories, hours, radius, languages, load."""
