"""The language of an account: of the pages, and of the texts and mails that are sent to it."""

from app.core.context import Context
from app.core.errors import Invalid, NotAllowed
from app.core.i18n import LOCALES, N_
from app.trail.chain import record
from app.usecases.accounts.grant_roles import load_person


def set_language(context: Context, *, person_id: int, language: str) -> None:
    """Sets one of LOCALES; everybody's own choice. Raises Invalid for another."""
    if context.actor.person_id != person_id:
        raise NotAllowed(N_("只能改自己的语言"))
    if language not in LOCALES:
        raise Invalid({"language": N_("请选一种语言")})
    person = load_person(context.session, person_id)
    if person.language == language:
        return
    person.language = language
    context.session.flush()
    record(
        context,
        kind="account.language_set",
        subject=("person", person.id),
        area_path=person.area_path,
        details={"language": language},
    )
