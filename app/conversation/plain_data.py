"""A reading as plain data, to be stored and shown: only what is not empty."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from app.conversation.reading import Reading


def as_json(reading: Reading) -> str:
    """The reading as JSON; times are ISO 8601 with their offset."""
    plain = asdict(reading)
    said = {**plain.pop("slots"), **plain}
    kept = {name: value for name, value in said.items() if value not in (None, "", (), False)}
    return json.dumps(kept, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
