"""Who is on duty when in an area (轮值)."""
