"""Building a month of duty from what people offer (排班)."""
