"""How often a phone, an address range or the whole house may do something in a day."""
