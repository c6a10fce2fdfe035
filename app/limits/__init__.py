"""How often a phone, an address range or the whole installation may do something in a day."""
