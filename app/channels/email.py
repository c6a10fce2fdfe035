"""Email by SMTP."""

import smtplib
from email.message import EmailMessage
from email.utils import make_msgid

from app.notifications.ports import ACCEPTED, PERMANENT, RETRY, UNKNOWN, Outcome, Outgoing

TIMEOUT_S = 10.0


class EmailChannel:
    """One connection for each message: few are sent, and none is left half open."""

    def __init__(
        self, *, host: str, port: int, sender: str, user: str, password: str, starttls: bool
    ) -> None:
        self.host, self.port, self.sender = host, port, sender
        self.user, self.password, self.starttls = user, password, starttls

    def send(self, outgoing: Outgoing) -> Outcome:
        """Submits one message."""
        message = EmailMessage()
        message["From"], message["To"] = self.sender, outgoing.to
        message["Subject"] = outgoing.subject
        message["Message-ID"] = make_msgid(domain=self.sender.partition("@")[2])
        message.set_content(outgoing.body)
        try:
            with smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S) as server:
                if self.starttls:
                    server.starttls()
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused:
            return Outcome(PERMANENT, code="refused")
        except smtplib.SMTPResponseException as error:
            kind = PERMANENT if 500 <= error.smtp_code < 600 else RETRY
            return Outcome(kind, code=str(error.smtp_code))
        except (smtplib.SMTPServerDisconnected, TimeoutError):
            return Outcome(UNKNOWN, code="timeout")
        except (OSError, smtplib.SMTPException):
            return Outcome(RETRY, code="connection")
        return Outcome(ACCEPTED, provider_id=message["Message-ID"], state="sent")

    def ask(self, outgoing: Outgoing, provider_id: str | None) -> Outcome:
        """A mail server cannot be asked; after an unknown outcome it is sent again."""
        return Outcome(RETRY, code="not_askable")
