"""What residents order (需求单): its life, its tables, its reads."""
