"""Consent per purpose: what needs its own is not stored without it, and taking back is one sentence or one tap."""

import pytest

from bot.types import Inbound, Kind
from models import veteran as veterans_table
from models.base import Database
from models.veteran import Preference, PreferenceChange, Veteran
from services import conversations, veterans
from services.runtime import Runtime
from tests.builders import Clock, create_runtime, create_veteran


@pytest.fixture
def rt(database: Database) -> Runtime:
    made = create_runtime(database, Clock())
    with made.transaction() as session:
        create_veteran(session)
    return made


def say(rt: Runtime, text: str) -> str:
    key = f"o-zhang:{text}"
    answer = conversations.receive(rt, Inbound(key, "o-zhang", Kind.TEXT, rt.now(), text=text))
    return "\n".join(answer.texts)


def stored(rt: Runtime) -> tuple[str | None, int]:
    """The grade in the profile, and how many rows of its history name it."""
    with rt.reading() as session:
        kept = session.get(Preference, 1)
        history = session.query(PreferenceChange).filter(PreferenceChange.slot == "disability").count()
        return (kept.profile.get("disability") if kept else None), history


def in_force(rt: Runtime, purpose: str) -> bool:
    with rt.reading() as session:
        return veterans.has_consent(session, session.get_one(Veteran, 1), purpose)


def test_a_disability_is_stored_only_with_a_consent_of_its_own(rt: Runtime) -> None:
    assert "同意存残疾情况" in say(rt, "我46岁，三级残疾")
    assert stored(rt) == (None, 0)
    assert "三级" in say(rt, "同意存残疾情况")
    assert stored(rt) == ("三级", 1)
    assert in_force(rt, veterans.SENSITIVE)
    with rt.reading() as session:
        given = veterans_table.consents_of(session, 1)[-1]
        assert (given.purpose, given.channel, given.text_version) == ("sensitive", "wechat", "2026-11-3")


def test_taking_it_back_deletes_it_and_its_history(rt: Runtime) -> None:
    say(rt, "我46岁，三级残疾")
    say(rt, "同意存残疾情况")
    say(rt, "撤回残疾情况")
    assert stored(rt) == (None, 0)
    assert not in_force(rt, veterans.SENSITIVE) and in_force(rt, veterans.STORING)
    with rt.reading() as session:
        kept = session.get_one(Preference, 1)
        assert kept.profile["age"] == 46


def test_saying_there_is_none_needs_no_extra_consent(rt: Runtime) -> None:
    say(rt, "没有残疾")
    assert stored(rt)[0] == "无"


def test_without_consent_to_storing_no_other_is_left(rt: Runtime) -> None:
    say(rt, "我46岁，三级残疾")
    say(rt, "同意存残疾情况")
    say(rt, "撤回同意")
    assert not any(in_force(rt, one) for one in (veterans.STORING, veterans.PUSHES, veterans.SENSITIVE))
    assert stored(rt) == (None, 0)


def test_what_the_ledger_knows_stays_when_the_chat_has_no_consent(rt: Runtime) -> None:
    with rt.transaction() as session:
        row = session.get_one(Veteran, 1)
        row.in_ledger = True
        kept = {"disability": "五级"}
        session.add(Preference(veteran_id=1, profile=kept, updated_at=rt.now(), revision=0))
    say(rt, "我46岁，三级残疾")
    assert stored(rt)[0] == "五级"
