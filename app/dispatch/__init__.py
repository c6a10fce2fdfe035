"""A help request paired with a volunteer (派单), in waves (轮次)."""
