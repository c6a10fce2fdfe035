"""How help of a category is dispatched."""

from enum import StrEnum


class DispatchMode(StrEnum):
    """Auto asks volunteers at once; manual waits until a coordinator approves."""

    AUTO = "auto"
    MANUAL = "manual"
