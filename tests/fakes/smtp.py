"""A fake mail server on loopback that stores mails, or refuses them on demand."""

import email
import email.policy
import socketserver
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import TracebackType

# Which command of the client a scripted answer replaces.
COMMANDS = ("GREET", "EHLO", "MAIL", "RCPT", "DATA", "END", "QUIT", "AUTH")


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as it was received."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def text(self) -> str:
        """Its plain text."""
        body = self.message.get_body(("plain",))
        return body.get_content() if body else ""


@dataclass(slots=True)
class Script:
    """Answers by command. "" hangs up without an answer; a mail refused at END is not stored."""

    answers: dict[str, str] = field(default_factory=dict)
    mails: list[Mail] = field(default_factory=list)
    # Whether a mail is stored although its END is refused.
    keeps_all_the_same: bool = False


class HangUp(Exception):
    """The script says to end here."""


class _Handler(socketserver.StreamRequestHandler):
    """The part of SMTP that a client needs."""

    script: Script
    sender = ""

    def handle(self) -> None:
        self.recipients: list[str] = []
        try:
            self._say("GREET", "220 stand-in")
            while line := self.rfile.readline():
                self._obey(line.decode().strip())
        except (HangUp, ConnectionError):
            return

    def _say(self, command: str, usual: str) -> bool:
        """Sends the usual or the scripted answer; True when it was the usual."""
        answer = self.script.answers.get(command, usual)
        if not answer:
            raise HangUp
        self.wfile.write(answer.encode() + b"\r\n")
        return answer == usual

    def _obey(self, line: str) -> None:
        command = line[:4].upper()
        if command in ("EHLO", "HELO"):
            self._say("EHLO", "250 stand-in")
        elif command == "MAIL":
            self.sender = line.partition("<")[2].partition(">")[0]
            self._say(command, "250 OK")
        elif command == "RCPT":
            if self._say(command, "250 OK"):
                self.recipients.append(line.partition("<")[2].partition(">")[0])
        elif command == "DATA":
            if self._say(command, "354 go on"):
                self._take_mail()
        elif command == "QUIT":
            self._say(command, "221 bye")
            raise HangUp
        else:
            self._say(command, "250 OK" if command == "RSET" else "502 unknown")

    def _take_mail(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        mail = Mail(self.sender, tuple(self.recipients), message)
        if "END" not in self.script.answers or self.script.keeps_all_the_same:
            self.script.mails.append(mail)
        self._say("END", "250 kept")


class Smtp:
    """A running fake mail server."""

    def __init__(self) -> None:
        self.script = Script()
        handler = type("Handler", (_Handler,), {"script": self.script})
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def mails(self) -> list[Mail]:
        """The mails it stored."""
        return self.script.mails

    def answer(self, command: str, answer: str) -> None:
        """From now on answers this to a command; "" hangs up instead."""
        assert command in COMMANDS
        self.script.answers[command] = answer

    def __enter__(self) -> "Smtp":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
