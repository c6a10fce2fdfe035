"""Email against a fake mail server that accepts, refuses and hangs up."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.channels.email import EmailChannel
from app.channels.ports import Outgoing
from app.notifications.outcomes import OutcomeKind as Kind
from tests.fakes.smtp import Smtp


@pytest.fixture
def mail_server() -> Iterator[Smtp]:
    with Smtp() as server:
        yield server


def channel_to(
    server: Smtp | None, *, port: int = 0, starttls: bool = False, user: str = ""
) -> EmailChannel:
    return EmailChannel(
        host="127.0.0.1",
        port=server.port if server else port,
        sender="diandan@house.example",
        user=user,
        password="secret",
        starttls=starttls,
        timeout_s=0.5,
    )


def outgoing(to: str = "li@volunteer.example", key: str = "key-1") -> Outgoing:
    return Outgoing(to, "【点单】编号 ABCD2345 已取消。", "点单通知", key)


def test_mail_arrives_word_for_word(mail_server: Smtp) -> None:
    outcome = channel_to(mail_server).send(outgoing())
    (mail,) = mail_server.mails
    assert outcome.kind == Kind.ACCEPTED
    assert (mail.sender, mail.recipients) == ("diandan@house.example", ("li@volunteer.example",))
    assert mail.text.strip() == "【点单】编号 ABCD2345 已取消。"
    assert mail.message["Subject"] == "点单通知"
    assert mail.message["Message-ID"] == outcome.provider_id


def test_second_try_has_the_same_id_and_never_the_key(mail_server: Smtp) -> None:
    for key in ("key-1", "key-1", "key-2"):
        channel_to(mail_server).send(outgoing(key=key))
    first, again, other = (mail.message["Message-ID"] for mail in mail_server.mails)
    assert first == again != other
    assert "key-1" not in mail_server.mails[0].message.as_string()


@pytest.mark.parametrize(
    ("command", "answer", "kind"),
    [
        ("GREET", "554 no", Kind.RETRY),
        ("GREET", "", Kind.RETRY),
        ("MAIL", "550 who are you", Kind.RETRY),
        ("RCPT", "550 nobody here", Kind.REFUSED),
        ("RCPT", "450 greylisted", Kind.RETRY),
        ("DATA", "451 later", Kind.RETRY),
        ("END", "554 spam", Kind.REFUSED),
        ("END", "451 later", Kind.RETRY),
        ("END", "", Kind.UNKNOWN),
    ],
)
def test_refusals(mail_server: Smtp, command: str, answer: str, kind: Kind) -> None:
    mail_server.answer(command, answer)
    channel = channel_to(mail_server)
    assert channel.send(outgoing()).kind == kind
    assert mail_server.mails == []
    assert channel.ask(outgoing(), None).kind == Kind.RETRY


def test_answer_lost_after_it_was_kept_is_unknown(mail_server: Smtp) -> None:
    mail_server.script.keeps_all_the_same = True
    mail_server.answer("END", "")
    assert channel_to(mail_server).send(outgoing()).kind == Kind.UNKNOWN
    assert len(mail_server.mails) == 1


@pytest.mark.parametrize("goodbye", ["", "500 stay"])
def test_rude_goodbye_does_not_send_twice(mail_server: Smtp, goodbye: str) -> None:
    mail_server.answer("QUIT", goodbye)
    assert channel_to(mail_server).send(outgoing()).kind == Kind.ACCEPTED


def test_nothing_goes_out_in_the_clear_where_starttls_is_wanted(mail_server: Smtp) -> None:
    assert channel_to(mail_server, starttls=True).send(outgoing()).kind == Kind.RETRY
    assert mail_server.mails == []


def test_wrong_password_waits_until_it_is_mended(mail_server: Smtp) -> None:
    mail_server.answer("EHLO", "250-stand-in\r\n250 AUTH PLAIN")
    mail_server.answer("AUTH", "535 wrong")
    outcome = channel_to(mail_server, user="diandan").send(outgoing())
    assert (outcome.kind, outcome.code) == (Kind.RETRY, "535")


@pytest.mark.parametrize("address", ["a@b.example\nBcc: all@b.example", "李@村.example"])
def test_address_that_is_none_is_refused_for_good(mail_server: Smtp, address: str) -> None:
    assert channel_to(mail_server).send(outgoing(address)).kind == Kind.GONE
    assert mail_server.mails == []


def test_server_that_is_away_got_nothing() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        channel = channel_to(None, port=probe.getsockname()[1])
        assert channel.send(outgoing()).kind == Kind.RETRY


def test_server_that_says_nothing_got_nothing() -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        channel = channel_to(None, port=mute.getsockname()[1])
        assert channel.send(outgoing()).kind == Kind.RETRY


def test_calendar_goes_along_as_its_own_part(mail_server: Smtp) -> None:
    shift = "BEGIN:VCALENDAR\r\nSUMMARY:值班\r\nEND:VCALENDAR\r\n"
    channel_to(mail_server).send(replace(outgoing(), calendar=shift))
    (mail,) = mail_server.mails
    assert mail.text.strip() == "【点单】编号 ABCD2345 已取消。"
    (part,) = mail.message.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert (part.get_param("method"), part.get_filename()) == ("PUBLISH", "duty.ics")
    assert part.get_content().splitlines() == shift.splitlines()
