"""The append-only, chained record of what happened (留痕)."""
