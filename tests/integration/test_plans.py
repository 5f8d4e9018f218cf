"""What a turn asks is found by an index, however many people a county has: the plans of both databases tell."""

from typing import Any

import pytest
from sqlalchemy import event, insert

from bench.webhook.load import walk
from bot.types import Inbound, Kind
from matching.taxonomy.place import Place
from models import outreach as outreach_table
from models import placement as placements_table
from models import queue as queue_table
from models import veteran as veterans_table
from models.base import Base, Database
from models.identity import ledger_rows_of
from models.scope import Scope
from services import conversations
from services.runtime import Runtime
from tests.builders import FRIDAY, KEYRING, create_posting, create_runtime
from tests.plans import analyse, heard, plans, read_whole

SANTAI = Place("510722", ("四川省", "绵阳市", "三台县"))
#: PostgreSQL plans by what the tables hold, SQLite (never analysed) without looking.
PEOPLE = {"sqlite": 10, "postgresql": 1_000}


def crowd(number: int) -> dict[str, list[dict[str, Any]]]:
    """One of the others, in the order of their numbers: of the ledger, with a dialogue, and all of one name."""
    openid, theirs = f"o-other-{number}", {"veteran_id": number}
    veteran = {
        "openid": openid,
        "kind": "veteran",
        "in_ledger": True,
        "following": True,
        "created_at": FRIDAY,
        "name_digest": KEYRING.digest("veteran.name", "王建国"),
        "phone_digest": KEYRING.digest("veteran.phone", f"1300001{number:04}"),
    }
    message = {"key": f"k{number}", "sender": openid, "kind": "text", "inbound_sealed": b"x", "received_at": FRIDAY}
    change = {"at": FRIDAY, "slot": "age", "old": None, "new": 40, "source": "talk", "who": ""}
    consent = {"purpose": "storing", "text_version": "1", "channel": "wechat", "given_at": FRIDAY}
    shown = {"posting_code": f"P-{number % 9}", "position": 1, "reason": "", "way": "talk", "at": FRIDAY}
    waiting = {"key": f"d{number}", "openid": openid, "topic": "policy", "lane": "c", "text": "x", "data": {}}
    return {
        "veteran": [veteran],
        "conversation": [{"openid": openid, "state": {}, "version": 1, "updated_at": FRIDAY, **theirs}],
        "inbound_message": [{**message, "status": "answered", "attempts": 1}],
        "preference": [{"profile": {"age": 40}, "revision": 1, "updated_at": FRIDAY, **theirs}],
        "preference_change": [{**change, **theirs}],
        "consent": [{**consent, **theirs}],
        "topic_stop": [{"topic": "all", "at": FRIDAY, **theirs}],
        "allowance": [{"openid": openid, "window_until": FRIDAY, "window_left": 3}],
        "recommendation": [{**shown, **theirs}],
        "confirmation": [{"at": FRIDAY, "way": "talk", "who": "veteran", "note": "", **theirs}],
        "delivery": [{**waiting, "status": "pending", "created_at": FRIDAY, "due_at": FRIDAY, **theirs}],
    }


#: The tables that have rows of everybody; the others are small, or read once in a while and kept.
GROWING = frozenset({*crowd(1), "referral", "referral_change"})


@pytest.fixture
def rt(database: Database) -> Runtime:
    made = create_runtime(database)
    with made.transaction() as session:
        create_posting(session, job_categories=("驾驶员",), month_min=5000, month_max=7000, location=SANTAI)
    return made


@pytest.fixture
def crowded(rt: Runtime, database_kind: str) -> Runtime:
    people = range(1, PEOPLE[database_kind] + 1)
    with rt.transaction() as session:
        others = [crowd(number) for number in people]
        for table in others[0]:
            rows = [row for other in others for row in other[table]]
            session.execute(insert(Base.metadata.tables[table]), rows)
        posting = {"posting_id": 1, "status": "submitted", "created_at": FRIDAY, "updated_at": FRIDAY}
        referrals = [{"veteran_id": number, **posting} for number in people]
        session.execute(insert(Base.metadata.tables["referral"]), referrals)
    analyse(rt.database)
    return rt


def go(rt: Runtime, openid: str) -> None:
    for number, line in enumerate(("", *walk(1))):
        kind = Kind.TEXT if line else Kind.SUBSCRIBE
        conversations.receive(rt, Inbound(f"{openid}:{number}", openid, kind, FRIDAY, text=line))
    with rt.reading() as session:
        person = veterans_table.veteran_of(session, openid)
        assert person is not None and placements_table.referrals_of(session, person.id), "the walk came to its end"


def test_a_walk_asks_nothing_through_the_orm(rt: Runtime) -> None:
    """Each such statement costs ten times what the database needs for it."""
    go(rt, "o-first")  # what is read once and kept: the postings, what the bureau has set
    asked: list[str] = []
    event.listen(rt.database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    go(rt, "o-new")
    asked = [said for said in asked if "setting_change" not in said]  # read anew after a while
    assert len(asked) == 2, "those of the test itself, at the end"


def test_a_walk_from_following_to_a_referral_reads_no_table_whole(crowded: Runtime) -> None:
    with heard(crowded.database) as statements:
        go(crowded, "o-new")
    found = plans(crowded.database, statements)
    assert len(found) > 15, "the statements were heard"
    assert any("phone_digest" in said for said in found), "the walk gave name and telephone"
    read = {said: tables for said, plan in found.items() if (tables := read_whole(plan) & GROWING)}
    assert read == {}


def test_whom_staff_must_answer_or_call_is_found_without_reading_everybody(crowded: Runtime) -> None:
    with heard(crowded.database) as statements, crowded.reading() as session:
        queue_table.open_talks(session, Scope(frozenset(), is_whole=True), 20)
        queue_table.waiting_talks(session, Scope(frozenset(), is_whole=True), FRIDAY, 20)
        outreach_table.waiting(session, Scope(frozenset(), is_whole=True), "to_phone", 20)
    found = plans(crowded.database, statements)
    assert len(found) == 3, "the statements were heard"
    assert {said: tables for said, plan in found.items() if (tables := read_whole(plan) & GROWING)} == {}


def test_a_name_and_a_telephone_are_looked_for_by_the_telephone(crowded: Runtime) -> None:
    names, phones = KEYRING.digests("veteran.name", "王建国"), KEYRING.digests("veteran.phone", "13000010007")
    with heard(crowded.database) as statements, crowded.reading() as session:
        assert [one.openid for one in ledger_rows_of(session, names, phones)] == ["o-other-7"]
        assert ledger_rows_of(session, KEYRING.digests("veteran.name", "李测试"), phones) == []
    looks = [plan for said, plan in plans(crowded.database, statements).items() if "phone_digest" in said]
    assert looks and all("ix_veteran_phone_digest" in plan for plan in looks)
