"""Every encrypted value and every look-up hash is found and rewritten."""

from collections.abc import Iterator

import pytest
from sqlalchemy import String, event, select
from sqlalchemy.orm import ORMExecuteState, Session

from app.areas.models import GeocodeAnswer
from app.core.base import Base
from app.core.crypto import (
    CannotOpen,
    EncryptedText,
    Keyring,
    install_keyring,
    keyring,
    lookup_hash,
)
from app.help_requests.models import HelpRequest, OrderDraft
from app.limits.models import LimitCount
from app.people.models import BlockedPair, LoginCode, LoginSession, Person
from app.rotation.models import CalendarLink
from app.usecases.keys.check_keys import number_faults, sample_faults
from app.usecases.keys.lookup_columns import (
    carry_blocked_pairs,
    lookup_columns,
)
from app.usecases.keys.rewrite_values import lookup_batch, rows_to_seal, seal_batch
from app.usecases.keys.sealed_columns import sealed_tables
from tests.databases import use_test_keys
from tests.factories import NOW, community, coordinator, request

NEW = b"\x21" * 32
# Hashes that are not under the lookup key: of lines of the trail, and of bodies of requests.
# Found under an older key as long as that is configured.
TOKENS = (LoginSession.token_hash, OrderDraft.token_hash, CalendarLink.token_hash)
# Live for minutes or a day, or are only a cache of answers.
SHORT_LIVED = (LoginCode.code_hash, LimitCount.subject, GeocodeAnswer.address_hash)
UNKEYED = {
    "event.note_digest",
    "event.prev_hash",
    "event.hash",
    "trail_head.hash",
    "trail_head.seal",
    "idempotent_answer.body_hash",
}


@pytest.fixture(autouse=True)
def usual_keys() -> Iterator[None]:
    yield
    use_test_keys()


def add_data_key() -> Keyring:
    """The process knows a second data key."""
    old = keyring()
    install_keyring(Keyring({**old.data, 2: NEW}, old.lookup, old.trail))
    return old


def test_every_column_of_a_keyed_hash_is_accounted_for() -> None:
    known = {one.title for one in lookup_columns("CN")} | {"blocked_pair.phone_lookup"}
    known |= {f"{one.class_.__tablename__}.{one.key}" for one in (*TOKENS, *SHORT_LIVED)}
    hashes = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String)
        and not isinstance(column.type, EncryptedText)
        and column.type.length == 64
    }
    other = {name for name in hashes if name.endswith(".provider_id")}
    assert hashes - other - UNKEYED == known - {"notification.recipient"}


def test_labels_are_the_columns_names() -> None:
    for one in sealed_tables():
        for name in one.columns:
            kind = Base.metadata.tables[one.name].columns[name].type
            assert isinstance(kind, EncryptedText) and kind.label == one.label(name)


def people(session: Session) -> None:
    place = community(session)
    for _ in range(3):
        coordinator(session, place.here)
        request(session, place)
    session.commit()


def seal_all(session: Session) -> int:
    written = 0
    for one in sealed_tables():
        last = None
        while (batch := seal_batch(session, one=one, after=last)).last is not None:
            written, last = written + batch.written, batch.last
    session.commit()
    return written


def test_values_are_sealed_with_the_newest_key(session: Session) -> None:
    people(session)
    phones = session.scalars(select(Person.phone).order_by(Person.id)).all()
    add_data_key()
    assert sum(rows_to_seal(session, one) for one in sealed_tables()) == 6
    assert seal_all(session) == 6 and seal_all(session) == 0
    session.expire_all()
    install_keyring(Keyring({2: NEW}, keyring().lookup, keyring().trail))
    assert session.scalars(select(Person.phone).order_by(Person.id)).all() == phones
    assert list(sample_faults(session, region="CN")) == [] and list(number_faults(session)) == []


def test_value_that_changes_meanwhile_is_left_as_it_was_changed(session: Session) -> None:
    people(session)
    add_data_key()
    one = next(each for each in sealed_tables() if each.name == "person")

    changes = iter(["新名字"])

    def change_between(state: ORMExecuteState) -> None:
        """Makes a concurrent change between the read of the rows and the first update."""
        name = next(changes, None) if state.is_update else None
        if name is not None:
            person = session.scalars(select(Person).order_by(Person.id)).first()
            assert person is not None
            person.name = name
            session.flush()

    event.listen(session, "do_orm_execute", change_between)
    seal_batch(session, one=one, after=None)
    session.commit()
    session.expire_all()
    assert session.scalars(select(Person.name).order_by(Person.id)).first() == "新名字"
    assert rows_to_seal(session, one) == 0


def test_value_that_no_key_opens_stops_it(session: Session) -> None:
    people(session)
    old = keyring()
    install_keyring(Keyring({2: NEW}, old.lookup, old.trail))
    one = next(each for each in sealed_tables() if each.name == "person")
    with pytest.raises(CannotOpen):
        seal_batch(session, one=one, after=None)
    faults = [(fault.purpose, fault.where) for fault in number_faults(session)]
    assert ("number", "person.phone") in faults


def test_lookups_and_blocked_pairs_are_found_under_the_new_key(session: Session) -> None:
    people(session)
    order = session.scalars(select(HelpRequest)).first()
    person = session.scalars(select(Person)).first()
    assert order is not None and person is not None
    for lookup in (order.phone_lookup, "f" * 64):
        session.add(BlockedPair(person_id=person.id, phone_lookup=lookup, made_at=NOW))
    session.commit()
    old = keyring()
    install_keyring(Keyring(old.data, (NEW, *old.lookup), old.trail))
    assert {fault.where for fault in sample_faults(session, region="CN")} == {
        "person.phone_lookup",
        "help_request.phone_lookup",
    }
    assert carry_blocked_pairs(session) == 1
    written = [lookup_batch(session, one=one, after=None).written for one in lookup_columns("CN")]
    again = [lookup_batch(session, one=one, after=None).written for one in lookup_columns("CN")]
    session.commit()
    session.expire_all()
    assert written == [3, 3, 0, 0, 0, 0, 0] and again == [0] * 7
    assert list(sample_faults(session, region="CN")) == []
    assert order.phone_lookup == lookup_hash("phone", order.phone)
    pairs = set(session.scalars(select(BlockedPair.phone_lookup)))
    assert pairs == {order.phone_lookup, "f" * 64}
