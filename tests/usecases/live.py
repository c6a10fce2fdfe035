"""What the jobs do with help requests, minute by minute."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.context import Context
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from tests.usecases.asking import HOUSE, MINUTE


def live(session: Session, begin: datetime, end: datetime) -> None:
    """Checks what is due at each minute, both ends included; committed."""
    while begin <= end:
        for one in due_deadlines(session, now=begin):
            process_deadline(Context(session, HOUSE, begin), request_id=one)
            session.commit()
        begin += MINUTE
    session.expire_all()
