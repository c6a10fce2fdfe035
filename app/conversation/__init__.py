"""What a text message means. Values in, values out."""
