"""Whether a help request is done together or not at all."""

from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.wishes import Wish
from app.help_requests.models import HelpRequest


def is_together(session: Session, request: HelpRequest) -> bool:
    """Whether the request begins only when all of its places are taken.

    So it is where its resident wishes that nobody comes alone.
    """
    if Wish.COMPANION in request.wishes:
        return True
    return session.get_one(Category, request.category_id).together
