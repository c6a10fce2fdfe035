"""What Twilio speaks in a call, as TwiML."""

from xml.sax.saxutils import escape, quoteattr

from app.channels.ports import Outgoing

LANGUAGES = {"zh_Hans": "zh-CN", "zh_Hant": "zh-TW", "en": "en-GB"}
# Seconds to wait for a key.
KEY_S = 6


def spoken_twice(outgoing: Outgoing, key_url: str) -> str:
    """The text twice, each time followed by a pause for a key, which is posted to `key_url`."""
    say = _say(outgoing.body, outgoing.language)
    gather = f'<Gather numDigits="1" timeout="{KEY_S}" action={quoteattr(key_url)}>{say}</Gather>'
    return f"<Response>{gather * 2}</Response>"


def spoken_once(words: str, language: str) -> str:
    """The text once, then the call ends."""
    return f"<Response>{_say(words, language)}</Response>"


def _say(words: str, language: str) -> str:
    return f"<Say language={quoteattr(LANGUAGES.get(language, 'zh-CN'))}>{escape(words)}</Say>"
