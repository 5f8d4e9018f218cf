"""The canary: sealed wherever it is kept, in no log, and after erasure in no byte of the files; figures stay."""

import json
import logging
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from models import traces
from models.audit import AuditEntry
from models.base import Base, Database
from models.conversation import Conversation, InboundMessage
from models.delivery import Delivery
from models.followup import Case, FollowUp
from models.intake import LedgerConflict
from models.placement import Placement, Referral
from models.veteran import Veteran
from services import audit_check, cases, erasure, person_export, retention
from services.errors import ServiceError
from services.runtime import Runtime
from tests import canary
from tests.builders import Clock, create_runtime, create_veteran

#: Tables that say what was done in past months, and the columns a report counts them by.
COUNTED = (
    (Referral, Referral.status),
    (Placement, Placement.starts_on),
    (FollowUp, FollowUp.status),
    (Case, Case.kind),
    (Delivery, Delivery.topic),
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rt(database: Database, clock: Clock) -> Runtime:
    return create_runtime(database, clock)


def figures(rt: Runtime) -> list[object]:
    with rt.reading() as session:
        return [
            sorted((str(row[0]), row[1]) for row in session.execute(select(by, func.count()).group_by(by)))
            for _, by in COUNTED
        ]


def files(rt: Runtime) -> bytes:
    """Every byte of the database on the disk; of a PostgreSQL on another machine, of the rows that are left."""
    if rt.database.is_sqlite:
        return canary.bytes_of(rt.database)
    asked = text(
        "SELECT setting || '/base/' || oid FROM pg_settings, pg_database"
        " WHERE name = 'data_directory' AND datname = current_database()"
    )
    with rt.reading() as session:
        folder = Path(session.scalars(asked).first() or "nowhere")
    written = [path.read_bytes() for path in folder.iterdir()] if folder.is_dir() else []
    return b"".join([*written, canary.bytes_of(rt.database)])


def cells(rt: Runtime) -> dict[str, str]:
    """Every column of every row as text: table.column -> all of it. For a database without a file of its own."""
    with rt.reading() as session:
        return {
            f"{table.name}.{column.name}": json.dumps(
                [str(one) for one in session.scalars(select(column))], ensure_ascii=False
            )
            for table in Base.metadata.tables.values()
            for column in table.columns
        }


def test_the_canary_is_sealed_wherever_it_is_kept_and_in_no_log(
    rt: Runtime, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    canary.walk(rt, clock)
    assert not [secret for secret in (*canary.SECRETS, canary.OPENID) if secret in caplog.text]
    found = {(column, secret) for column, text in cells(rt).items() for secret in canary.SECRETS if secret in text}
    # Words of staff to the person, and what the person reads, hold the name in the clear; phone and number are nowhere.
    assert {secret for _, secret in found} <= {canary.NAME}, sorted(found)
    assert {column for column, _ in found} <= {
        "inbound_message.reply",
        "delivery.text",
        "case.resolution",
        "case_note.text",
    }
    kept = files(rt)
    assert not [secret for secret in (canary.PHONE, canary.ID_NUMBER) if secret.encode() in kept]


def test_nothing_is_left_after_a_day_and_the_figures_stand(rt: Runtime, clock: Clock) -> None:
    number = canary.walk(rt, clock)
    with rt.transaction() as session:
        for case in session.query(Case):
            cases.accept(session, case, rt.now())
    before = figures(rt)
    if not rt.database.is_sqlite:
        with rt.database.engine.connect() as line:
            line.execute(text("ANALYZE"))  # PostgreSQL keeps samples of what stands in each column
            line.execute(text("CHECKPOINT"))
            line.commit()
    assert canary.NAME.encode() in files(rt)
    done = erasure.erase_person(rt, number, "王岗", ledger=True)
    assert (done.ledger, done.cases_open) == (True, 0)
    clock.advance(hours=23)
    retention.expire_due(rt)
    clock.advance(hours=2)
    retention.expire_due(rt)
    retention.erase_due(rt)
    rt.database.scrub()
    after = figures(rt)
    assert after == before
    # What the platform counts for an identity stays two months, under the identity alone.
    left = {name: text for name, text in cells(rt).items() if not name.startswith(("allowance.", "counter."))}
    for secret in (*canary.SECRETS, canary.OPENID):
        assert not [name for name, text in left.items() if secret in text]
    with rt.reading() as session:
        row = session.get_one(Veteran, number)
        filled = {column.name for column in Veteran.__table__.columns if getattr(row, column.name) not in (None, False)}
        assert filled == {"id", "kind", "node_id", "created_at", "erased_at", "followed_at", "fresh_at"} & filled
        assert session.query(LedgerConflict).count() == 0
        assert session.query(AuditEntry).filter(AuditEntry.subject == f"veteran:{number}").count() >= 2
    assert audit_check.verify(rt).fault is None
    rt.database.rewrite()
    kept = files(rt)
    assert not [secret for secret in canary.SECRETS if secret.encode() in kept]
    with pytest.raises(ServiceError):
        erasure.erase_person(rt, number, "王岗")


def test_the_ledger_row_stays_unless_it_is_to_go(rt: Runtime, clock: Clock) -> None:
    number = canary.walk(rt, clock)
    done = erasure.erase_person(rt, number, "王岗")
    assert not done.ledger and done.cases_open >= 1
    with rt.reading() as session:
        row = session.get_one(Veteran, number)
        assert row.openid is None and row.name_sealed is not None and row.erased_at is None
        assert session.query(Delivery).filter(Delivery.veteran_id == number, Delivery.text != "").count() == 0


def test_an_answer_on_its_way_is_emptied_once_it_went(rt: Runtime, clock: Clock) -> None:
    from services import outbox

    with rt.transaction() as session:
        number = create_veteran(session, canary.OPENID, name=canary.NAME).id
        outbox.enqueue_reply(session, canary.OPENID, outbox.Message("k1", f"{canary.NAME}同志好"), rt.now())
        outbox.enqueue_reply(session, canary.OPENID, outbox.Message("k2", "再见"), rt.now())
        session.query(Delivery).filter(Delivery.key == "k1").update({"status": "sent"})
        conversation = Conversation(openid=canary.OPENID, veteran_id=number, state={}, updated_at=rt.now())
        session.add(conversation)
    erasure.erase_person(rt, number, "王岗")
    with rt.reading() as session:
        assert {one.key: one.text for one in session.query(Delivery)} == {"k1": "", "k2": "再见"}
    clock.advance(days=2)
    retention.expire_due(rt)
    with rt.reading() as session:
        assert {one.key: (one.text, one.openid) for one in session.query(Delivery)} == {
            "k1": ("", None),
            "k2": ("", None),
        }
        assert session.get(Conversation, canary.OPENID) is None


def test_words_of_people_who_stay_expire(rt: Runtime, clock: Clock) -> None:
    canary.walk(rt, clock)
    clock.advance(days=170)
    retention.expire_due(rt)
    with rt.reading() as session:
        assert b"" not in {one.inbound_sealed for one in session.query(InboundMessage)}
    clock.advance(days=19)
    assert retention.expire_due(rt) > 0
    with rt.reading() as session:
        assert {one.inbound_sealed for one in session.query(InboundMessage)} == {b""}
        assert {one.text for one in session.query(Delivery) if one.status != "pending"} <= {""}


def test_every_table_that_points_at_a_person_has_a_fate() -> None:
    pointing = {"veteran"}
    while True:
        more = {
            table.name
            for table in Base.metadata.tables.values()
            for key in table.foreign_keys
            if key.column.table.name in pointing - {"posting"}
        } | pointing
        if more == pointing:
            break
        pointing = more
    named = {table.name for table in Base.metadata.tables.values() if {"openid", "sender"} & set(table.columns.keys())}
    assert pointing | named == set(traces.TRACES) | {"veteran"}


def test_the_copy_holds_everything_and_its_making_is_on_record(rt: Runtime, clock: Clock) -> None:
    number = canary.walk(rt, clock)
    kept = person_export.collect(rt, number, "李局")
    copy = json.loads(person_export.to_json(kept))
    assert set(copy["tables"]) == set(traces.TRACES) | {"veteran", "audit_entry"}
    person = copy["tables"]["veteran"][0]
    assert (person["name"], person["phone"], person["id_number"]) == canary.SECRETS
    assert any(canary.PHONE in row["inbound"] for row in copy["tables"]["inbound_message"])
    assert any(row["words"] for row in copy["tables"]["case"])
    names = {name for rows in copy["tables"].values() for row in rows for name in row}
    assert not [name for name in names if name.endswith(("digest", "sealed"))]
    page = person_export.to_html(rt, kept)
    for secret in canary.SECRETS:
        assert secret in page
    assert "<script" not in page and "您反映的事" in page
    with rt.reading() as session:
        last = session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
        assert last is not None and (last.who, last.action) == ("李局", "person.export")


def test_the_copy_names_every_table_and_column_in_chinese() -> None:
    words = person_export._words()
    shown = {
        column.name.removesuffix("_sealed")
        for name in (*traces.TRACES, "veteran")
        for column in Base.metadata.tables[name].columns
        if not column.name.endswith(person_export._LEFT_OUT)
    }
    assert not {one for one in shown if person_export._label(one) == one}
    assert set(words["tables"]) == {*traces.TRACES, "veteran", "audit_entry"}
