"""Who is on duty: plan, swaps, shifts and views."""
