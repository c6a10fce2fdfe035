"""Logs as JSON, one object a line on standard error, without anything like a phone number."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

# Seven digits or more, in any script, with the usual separators between them.
NUMBER = re.compile(r"\+?\d(?:[\s().·/_-]{0,3}\d){6,}")
# A hash of the trail, logged to be kept elsewhere: no digits in it are a phone number.
HASH = re.compile(r"[0-9a-f]{64}")
SMALLEST_HIDDEN = 10**6
HIDDEN = "[number]"
QUIETER = ("alembic", "apscheduler", "urllib3", "werkzeug")


def without_numbers(value: Any) -> Any:
    """The value with every long run of digits hidden, at any depth."""
    if isinstance(value, str):
        if HASH.fullmatch(value):
            return value
        return NUMBER.sub(HIDDEN, value)
    if isinstance(value, bytes):
        return NUMBER.sub(HIDDEN, value.decode("utf-8", "replace"))
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return HIDDEN if abs(value) >= SMALLEST_HIDDEN else value
    if isinstance(value, dict):
        return {without_numbers(str(key)): without_numbers(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [without_numbers(item) for item in value]
    return NUMBER.sub(HIDDEN, str(value))


def hide_numbers(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor. Runs before the time is added and after errors are rendered."""
    kept = {key: value for key, value in event.items() if key in ("_record", "_from_structlog")}
    shown = {key: value for key, value in event.items() if key not in kept}
    return {**without_numbers(shown), **kept}


def set_up_logs(level: str, stream: TextIO | None = None) -> None:
    """Formats structlog's and the standard library's lines alike. Called once a process."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                hide_numbers,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIETER:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
