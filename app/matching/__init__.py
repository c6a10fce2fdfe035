"""Who is able, in what order, how many at once. Values in, values out."""
