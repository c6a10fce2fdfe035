"""What a rota plans: layers, then overrides, swaps and pauses. Pure: values in, values out."""
