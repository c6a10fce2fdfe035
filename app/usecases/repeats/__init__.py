"""Help that is ordered once and comes again."""
