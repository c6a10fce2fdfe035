"""Help that is ordered once and repeats."""
