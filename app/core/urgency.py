"""How urgent a help request is."""

from enum import StrEnum


class Urgency(StrEnum):
    """Urgent asks the people on duty at once; planned is for a later day."""

    URGENT = "urgent"
    ORDINARY = "ordinary"
    PLANNED = "planned"
