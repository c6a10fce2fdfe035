"""Email by SMTP."""

import hashlib
import smtplib
import ssl
from email.message import EmailMessage

from app.channels.ports import Outcome, Outgoing
from app.notifications.outcomes import OutcomeKind as Kind

TIMEOUT_S = 10.0


class EmailChannel:
    """Opens one connection for each message: few are sent, and none is left half open."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        user: str,
        password: str,
        starttls: bool,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.host, self.port, self.sender = host, port, sender
        self.user, self.password, self.starttls = user, password, starttls
        self.timeout_s = timeout_s

    def send(self, outgoing: Outgoing) -> Outcome:
        """Submits one message. Before the server's greeting nothing can have been sent."""
        try:
            message = self._written(outgoing)
        except ValueError:
            # For example an address with a line break.
            return Outcome(Kind.GONE, code="bad_address")
        try:
            server = self._greeted()
        except (OSError, smtplib.SMTPException) as error:
            # The operator must correct a wrong password or certificate; the message stays valid.
            return Outcome(Kind.RETRY, code=_code(error))
        try:
            return self._handed_over(server, message)
        finally:
            _take_leave(server)

    def ask(self, outgoing: Outgoing, provider_id: str | None) -> Outcome:
        """A mail server cannot be queried, so a message with an unknown outcome is sent again.

        The Message-ID stays the same, so that many mailboxes show it once.
        """
        return Outcome(Kind.RETRY, code="not_askable")

    def _written(self, outgoing: Outgoing) -> EmailMessage:
        # Not the key itself: a reader of the email could forge receipts with it.
        name = hashlib.sha256(outgoing.key.encode()).hexdigest()[:32]
        message = EmailMessage()
        message["From"], message["To"] = self.sender, outgoing.to
        message["Subject"] = outgoing.subject
        message["Message-ID"] = f"<{name}@{self.sender.partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(outgoing.body)
        if outgoing.calendar:
            message.add_attachment(
                outgoing.calendar,
                subtype="calendar",
                params={"method": "PUBLISH"},
                filename="duty.ics",
            )
        return message

    def _greeted(self) -> smtplib.SMTP:
        server = smtplib.SMTP(self.host, self.port, timeout=self.timeout_s)
        try:
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
        except (OSError, smtplib.SMTPException):
            server.close()
            raise
        return server

    def _handed_over(self, server: smtplib.SMTP, message: EmailMessage) -> Outcome:
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            # 450 is greylisting: the server accepts the message later.
            codes = [code for code, _ in error.recipients.values()]
            return Outcome(_judged(min(codes, default=550)), code="refused")
        except smtplib.SMTPSenderRefused as error:
            return Outcome(Kind.RETRY, code=str(error.smtp_code))
        except smtplib.SMTPResponseException as error:
            return Outcome(_judged(error.smtp_code), code=str(error.smtp_code))
        except smtplib.SMTPNotSupportedError:
            return Outcome(Kind.GONE, code="bad_address")
        except (OSError, smtplib.SMTPException) as error:
            return Outcome(Kind.UNKNOWN, code=_code(error))
        return Outcome(Kind.ACCEPTED, provider_id=message["Message-ID"])


def _judged(smtp_code: int) -> Kind:
    return Kind.REFUSED if 500 <= smtp_code < 600 else Kind.RETRY


def _code(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    return "timeout" if isinstance(error, TimeoutError) else "connection"


def _take_leave(server: smtplib.SMTP) -> None:
    """Says goodbye. The server's answer does not matter any more."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
