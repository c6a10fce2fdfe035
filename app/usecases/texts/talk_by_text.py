"""Talk: greetings, thanks, questions, and who wants a person. Nothing is ordered by it."""

from datetime import timedelta

from app.conversation.reading import Intent
from app.core.actor import RoleName
from app.core.attention import Attention
from app.help_requests.models import HelpRequest
from app.usecases.texts.drafts import conversation_with, remember
from app.usecases.texts.heard import Heard
from app.usecases.texts.note_by_text import keep_words, newest_order
from app.usecases.texts.order_by_text import store_raw
from app.usecases.texts.text_sender import Handled

# Words that asked for nothing are answered at most once in this time.
CHAT_AGAIN = timedelta(hours=1)
WORDS = {
    Intent.THANKS: "thanks_back",
    Intent.PRAISE: "thanks_back",
    Intent.ACKNOWLEDGE: "thanks_back",
    Intent.CAME: "thanks_back",
    Intent.WRONG_NUMBER: "wrong_number",
    Intent.ABUSE: "words_noted",
    Intent.COMPLAINT: "words_noted",
    Intent.NOBODY_CAME: "words_noted",
    Intent.NOT_YET: "words_noted",
}


def help_with(heard: Heard) -> Handled:
    """What can be texted: volunteers with something open get their words, others theirs."""
    volunteers = RoleName.VOLUNTEER in heard.known.roles
    busy = heard.known.asks or heard.known.tasks or heard.known.shifts
    template = "help_volunteer" if volunteers and busy else "ask_whole"
    return heard.answered("help", template)


def chat(heard: Heard) -> Handled:
    """A kind word, at most once an hour; what was said of a live order is kept with it."""
    intent = heard.reading.intent
    request = _order(heard)
    if request is not None and intent == Intent.ABUSE:
        keep_words(heard.as_resident, request, heard.body, inbound_id=heard.sender.inbound_id)
    known = conversation_with(heard.session, heard.sender.lookup)
    last = known.chatted_at if known is not None else None
    if last is not None and heard.now - last < CHAT_AGAIN:
        return Handled(f"{intent}_unanswered")
    remember(heard.session, heard.sender.lookup, heard.sender.phone, chatted_at=heard.now)
    return heard.answered(str(intent), WORDS.get(intent, "ask_whole"))


def offers_help(heard: Heard) -> Handled:
    """Says where to sign up as a volunteer."""
    return heard.answered("offers_help", "sign_up")


def nothing_open(heard: Heard) -> Handled:
    """An answer or a number where nothing was asked."""
    return heard.answered("nothing_open", "nothing_open")


def question(heard: Heard) -> Handled:
    """A question about the service is answered; about a live order a person sees it too."""
    request = _order(heard)
    if request is None:
        return heard.answered("question", "question_noted")
    keep_words(
        heard.as_resident,
        request,
        heard.body,
        inbound_id=heard.sender.inbound_id,
        attention=Attention.NOT_UNDERSTOOD,
    )
    return heard.answered("question", "words_noted", request_id=request.id)


def call_back(heard: Heard) -> Handled:
    """A coordinator calls back: about the live order, else about a new case."""
    request = _order(heard)
    if request is None:
        return store_raw(
            heard,
            attention=Attention.CALL_BACK,
            template="person_calls",
        )
    keep_words(
        heard.as_resident,
        request,
        heard.body,
        inbound_id=heard.sender.inbound_id,
        attention=Attention.CALL_BACK,
    )
    return heard.answered("call_back", "person_calls", request_id=request.id)


def machine(heard: Heard) -> Handled:
    """Machines are never answered: two of them would talk for ever."""
    return Handled(str(heard.reading.intent))


def _order(heard: Heard) -> HelpRequest | None:
    codes = [one.code for one in heard.known.orders]
    return newest_order(heard.session, codes, heard.sender.lookup)
