"""Ids of rows as they come in forms."""

import re

# No table here has more rows than fit into a database's whole numbers.
ROW_ID = re.compile(r"[0-9]{1,9}", re.ASCII)


def row_id(text: str | None) -> int | None:
    """The id that a form names, or None for what cannot be one."""
    return int(text) if text and ROW_ID.fullmatch(text) else None
