"""The language of an account: of the pages, and of the texts and mails that are sent to it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Invalid, NotAllowed
from app.core.i18n import LOCALES, N_
from app.trail.chain import record
from app.usecases.accounts.grant_roles import load_person


def set_language(
    session: Session, *, actor: Actor, person_id: int, language: str, now: datetime
) -> None:
    """Sets one of LOCALES; everybody's own choice. Raises Invalid for another."""
    if actor.person_id != person_id:
        raise NotAllowed(N_("只能改自己的语言"))
    if language not in LOCALES:
        raise Invalid({"language": N_("请选一种语言")})
    person = load_person(session, person_id)
    if person.language == language:
        return
    person.language = language
    session.flush()
    record(
        session,
        actor=actor,
        kind="account.language_set",
        subject=("person", person.id),
        area_path=person.area_path,
        now=now,
        details={"language": language},
    )
