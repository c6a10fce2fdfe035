"""What every use case that writes receives: its transaction, the actor, and the time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Context:
    """One transaction of one actor at one moment: `now` is aware and in UTC."""

    session: Session
    actor: Actor
    now: datetime
