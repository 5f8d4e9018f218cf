"""Changing the key or the algorithm: all is found and opened meanwhile and after; it goes on where it stopped."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import LargeBinary, update

from bot.types import Inbound, Kind
from models.audit import AuditEntry
from models.base import Base, Database
from models.conversation import InboundMessage
from models.followup import Case
from models.identity import ledger_rows_of
from models.intake import LedgerChange, LedgerConflict, LedgerWords
from models.operation import keep_token, lease_token
from models.rotation import SEALED
from models.sealed import Keyring, SealError, Suite
from models.veteran import Veteran
from services import audit, audit_check, audit_rounds, cases, conversations, links, rotation, veterans
from services.intake.ledger import import_people
from services.intake.source import Source
from services.runtime import Runtime
from tests.builders import FRIDAY, KEYRING, create_runtime, create_veteran, read_person

OLD, NEW = bytes(range(32)), bytes(range(100, 132))
HEADINGS = "姓名,性别,身份证号,联系电话,家庭编号,备注\n"
ROW = "李示例,男,519900197001010016,13000000702,H-7,喜欢种树\n"


def ledger(phone: str, remark: str = "") -> Source:
    return Source("台账.csv", (HEADINGS + ROW.replace("13000000702", phone) + remark).encode())


@pytest.fixture
def rt(database: Database) -> Runtime:
    """A row in every sealed column, under the old key."""
    made = create_runtime(database)
    with made.transaction() as session:
        chat = create_veteran(session, name="张测试", phone="13000000701")
        cases.open_case(session, KEYRING, chat, "wage", words="工资没发", now=FRIDAY)
        lease_token(session, "wx", None, FRIDAY)
        keep_token(session, "wx", KEYRING.seal("channel_token.value", "token-1"), FRIDAY)
    conversations.receive(made, Inbound("o-zhang:1", "o-zhang", Kind.TEXT, made.now(), text="想干保安"))
    for phone in ("13000000702", "13000000703"):
        import_people(made, ledger(phone), "王岗")
    read_person(made, "王岗", 1, "card")
    audit.link_due(made)
    audit_rounds.check_due(made)
    return made


def under(rt: Runtime, *keys: bytes, suite: Suite = Suite.AES) -> Runtime:
    return replace(rt, keyring=Keyring(keys, suite))


def check(rt: Runtime) -> None:
    """Everything opens and is found."""
    keyring = rt.keyring
    with rt.reading() as session:
        row = session.query(Veteran).filter(Veteran.in_ledger).one()
        assert keyring.open("veteran.id_number", row.id_number_sealed or b"") == "519900197001010016"
        assert keyring.open("veteran.household", row.household_sealed or b"") == "户号h-7"
        names, phones = keyring.digests("veteran.name", "李示例"), keyring.digests("veteran.phone", "13000000702")
        assert [one.id for one in ledger_rows_of(session, names, phones)] == [row.id]
        assert keyring.open("case.words", session.query(Case).one().words_sealed or b"") == "工资没发"
        assert "保安" in keyring.open("inbound_message.inbound", session.query(InboundMessage).one().inbound_sealed)
        assert "种树" in keyring.open("ledger_words.words", session.query(LedgerWords).one().words_sealed)
        for change in session.query(LedgerChange):
            assert change.new_sealed is None or keyring.open(f"ledger_change.{change.field}", change.new_sealed)
        conflict = session.query(LedgerConflict).one()
        assert keyring.open("ledger_conflict.phone", conflict.offered_sealed or b"") == "13000000703"
    assert audit_check.verify(rt).fault is None
    assert audit_rounds.outcome(rt).fault is None and audit_rounds.check_since(rt, 99).fault is None


def test_every_sealed_column_is_known_to_the_rotation() -> None:
    binary = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert binary == {(one.table, one.column) for one in SEALED}


@pytest.mark.parametrize(("keys", "suite"), [((NEW, OLD), Suite.AES), ((OLD,), Suite.SM), ((NEW, OLD), Suite.SM)])
def test_all_opens_before_meanwhile_and_after(rt: Runtime, keys: tuple[bytes, ...], suite: Suite) -> None:
    check(rt)
    both = under(rt, *keys, suite=suite)
    check(both)
    done = rotation.rotate(both, "王岗")
    assert done.sealed > 10 and done.is_done and done.entries >= 1
    only = under(rt, keys[0], suite=suite)
    check(only)
    # The very same conflict is known under the new key too.
    assert import_people(only, ledger("13000000703", "四次"), "王岗").conflicts == 0
    check(only)
    assert rotation.rotate(only, "王岗").sealed == 0


def test_a_stopped_rotation_goes_on_with_what_is_left(rt: Runtime) -> None:
    both = under(rt, NEW, OLD)

    def stop(column: str, _done: int) -> None:
        if column.startswith("case"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(both, "王岗", stop)
    check(both)
    rest = rotation.rotate(both, "王岗")
    assert rest.sealed > 0 and rest.is_done
    check(under(rt, NEW))


def test_a_value_no_key_opens_is_counted_and_the_rest_is_done(rt: Runtime) -> None:
    lost = Keyring([bytes(range(50, 82))])
    with rt.transaction() as session:
        session.execute(update(Case).values(words_sealed=lost.seal("case.words", "旧话")))
    done = rotation.rotate(under(rt, NEW, OLD), "王岗")
    assert (done.unopened, done.is_done) == (1, False)
    with rt.reading() as session, pytest.raises(SealError):
        KEYRING.open(
            "veteran.id_number", session.query(Veteran).filter(Veteran.in_ledger).one().id_number_sealed or b""
        )


def test_a_broken_trail_is_not_signed_anew(rt: Runtime) -> None:
    with rt.transaction() as session:
        session.execute(update(AuditEntry).where(AuditEntry.position == 1).values(who="别人"))
    done = rotation.rotate(under(rt, NEW, OLD), "王岗")
    assert done.fault is not None and done.entries == 0 and not done.is_done
    assert audit_check.verify(under(rt, NEW, OLD)).fault == done.fault


def test_a_link_in_somebodys_hands_opens_while_its_key_is_there(rt: Runtime) -> None:
    with rt.transaction() as session:
        row = session.query(Veteran).filter(Veteran.in_ledger).one()
        address = links.issue(session, KEYRING, ("posting", 1), timedelta(days=7), who="王岗", now=FRIDAY)
        scene = veterans.person_scene(KEYRING, row, FRIDAY.date())
    both = under(rt, NEW, OLD)
    with both.transaction() as session:
        assert links.opened(session, both.keyring, address, {"posting"}, FRIDAY).subject_id == 1
        chat = session.query(Veteran).filter(Veteran.openid == "o-zhang").one()
        assert veterans.bind_person(session, both.keyring, chat, scene, FRIDAY.date()) is not None
