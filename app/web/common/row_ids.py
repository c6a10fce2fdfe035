"""Reads ids of rows from forms."""

import re

# At most nine digits, so that the number fits into a database's integer column.
ROW_ID = re.compile(r"[0-9]{1,9}", re.ASCII)


def row_id(text: str | None) -> int | None:
    """The id that a form names, or None if it cannot be one."""
    return int(text) if text and ROW_ID.fullmatch(text) else None
