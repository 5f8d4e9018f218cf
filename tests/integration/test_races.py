"""Messages that arrive in the same moment, on both engines: nobody's words get lost, nobody hears of trouble."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.nlu import understanding
from bot.types import Inbound, Kind
from models import veteran as veterans_table
from models.base import Database
from models.conversation import Conversation, InboundMessage, InboundStatus
from models.veteran import Consent, KeptProfile, Veteran
from services import conversations, dialogues, foresight, veterans
from services.runtime import Runtime
from tests.builders import FRIDAY, create_posting, create_runtime, create_veteran

ROUNDS = 4


@pytest.fixture
def rt(database: Database) -> Runtime:
    understanding.prepare()  # as every web process does before its first message
    made = create_runtime(database)
    with made.transaction() as session:
        create_posting(session)
    return made


def words(openid: str, text: str, number: int) -> Inbound:
    return Inbound(f"{openid}:{number}", openid, Kind.TEXT, FRIDAY, text=text)


def at_once(calls: Sequence[Callable[[], Any]]) -> None:
    """Runs the calls in threads that start together, and waits for all."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> None:
        gate.wait()
        call()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def send_at_once(rt: Runtime, messages: Sequence[Inbound]) -> None:
    at_once([lambda one=one: conversations.receive(rt, one) for one in messages])  # type: ignore[misc]  # bound now


def failed(rt: Runtime) -> int:
    with rt.reading() as session:
        found = select(func.count()).where(InboundMessage.status != InboundStatus.ANSWERED)
        return session.scalar(found) or 0


def test_two_first_messages_of_a_newcomer_are_both_answered(rt: Runtime) -> None:
    for number in range(ROUNDS):
        openid = f"o-new-{number}"
        send_at_once(rt, [words(openid, "你好", 1), words(openid, "有什么工作", 2)])
    assert failed(rt) == 0
    with rt.reading() as session:
        assert session.scalar(select(func.count()).select_from(Veteran)) == ROUNDS


def test_two_facts_sent_in_one_moment_are_both_kept(rt: Runtime) -> None:
    for number in range(ROUNDS):
        openid = f"o-known-{number}"
        with rt.transaction() as session:
            create_veteran(session, openid)
        conversations.receive(rt, words(openid, "我想登记找工作", 0))
        send_at_once(rt, [words(openid, "我今年46岁", 1), words(openid, "我是高中毕业的", 2)])
        with rt.reading() as session:
            veteran = session.scalars(select(Veteran).where(Veteran.openid == openid)).one()
            known = veterans.profile_of(session, veteran, FRIDAY.date())
        assert (known.age, known.education) == (46, "高中"), openid
    assert failed(rt) == 0


def test_a_late_failure_does_not_undo_the_answer_of_another_delivery(rt: Runtime) -> None:
    message = words("o-twice", "你好", 1)
    answered = conversations.receive(rt, message).text
    assert conversations._trouble(rt, message).text == answered
    assert conversations.receive(rt, message).text == answered


def test_a_repeat_is_answered_while_somebody_else_writes(rt: Runtime) -> None:
    message = words("o-again", "你好", 1)
    answered = conversations.receive(rt, message).text
    with rt.transaction() as session:
        create_veteran(session, "o-slow")
        assert conversations.receive(rt, message).text == answered


@pytest.mark.parametrize("holds", [False, True])
def test_a_repeat_is_looked_up_without_its_person(rt: Runtime, holds: bool) -> None:
    """Two deliveries of three are repeats when the platform is pressed: they need the answer and nothing else."""
    message = words("o-again", "你好", 1)
    answered = conversations.receive(rt, message).text
    with rt.transaction() as session:
        known = dialogues.standing(session, "o-again", FRIDAY, holds=holds, message=message.key)
        assert (known is not None) is holds  # held for its turn, which only a message that is new has
        assert session.as_read((InboundMessage, message.key)) == answered
    with rt.transaction() as session:
        assert dialogues.standing(session, "o-again", FRIDAY, holds=holds, message="new") is not None
        assert session.as_read((InboundMessage, "new")) is None


def test_strangers_who_leave_or_look_get_no_row(rt: Runtime) -> None:
    for number, kind in enumerate((Kind.UNSUBSCRIBE, Kind.VIEW, Kind.POSITION)):
        assert conversations.receive(rt, Inbound(f"o-no:{number}", "o-no", kind, FRIDAY)).text is None
    with rt.reading() as session:
        assert session.scalar(select(func.count()).select_from(Veteran)) == 0


def test_what_is_read_after_writing_began_is_what_stands_then(rt: Runtime) -> None:
    count = select(func.count()).select_from(Veteran)
    with rt.looking_first() as slow:
        assert slow.scalar(count) == 0
        rt.database.begin_writing(slow)
        with rt.transaction() as fast:
            create_veteran(fast, "o-fast")
        assert slow.scalar(count) == 1


def test_nobody_waits_for_who_has_only_looked_and_sent(rt: Runtime) -> None:
    with rt.transaction() as session:
        person = create_veteran(session, "o-both").id
    with rt.looking_first() as slow:
        assert dialogues.standing(slow, "o-both", FRIDAY, holds=False) is None  # a person without a dialogue
        rt.database.begin_writing(slow)
        veterans_table.keep_profile(slow, person, KeptProfile({"age": 45}, FRIDAY.date(), 1), FRIDAY)
        with rt.transaction() as fast:
            veterans_table.keep_profile(fast, person, KeptProfile({"age": 44}, FRIDAY.date(), 1), FRIDAY)
    with rt.reading() as session:
        assert veterans_table.kept_profile(session, person) == KeptProfile({"age": 45}, FRIDAY.date(), 1)


def test_what_was_sent_and_fails_at_the_end_leaves_nothing(rt: Runtime) -> None:
    with rt.transaction() as session:
        person = create_veteran(session, "o-1").id
    with pytest.raises(IntegrityError) as refused, rt.looking_first() as session:
        rt.database.begin_writing(session)
        veterans_table.keep_profile(session, person, KeptProfile({"age": 45}, FRIDAY.date(), 1), FRIDAY)
        veterans_table.keep_profile(session, person + 998, KeptProfile({"age": 46}, FRIDAY.date(), 1), FRIDAY)
    assert "46" not in str(refused.value)
    with rt.transaction() as session:  # the connection goes on, with nothing left of the one before
        assert veterans_table.kept_profile(session, person) is None


def while_it_thinks(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Any]) -> list[Any]:
    """Lets that happen once, between what the next turn has seen and what it writes; what came of it."""
    thinks, came = foresight.look, list[Any]()

    def look(*seen: Any) -> Any:
        if not came:
            came.append(None)
            came.append(happens())
        return thinks(*seen)

    monkeypatch.setattr(foresight, "look", look)
    return came


def profile(rt: Runtime, openid: str) -> Any:
    with rt.reading() as session:
        veteran = session.scalars(select(Veteran).where(Veteran.openid == openid)).one()
        return veterans.profile_of(session, veteran, FRIDAY.date())


def test_a_turn_that_was_outrun_by_another_message_starts_again(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, text in enumerate(("我想登记找工作", "同意")):
        conversations.receive(rt, words("o-fast", text, number))
    came = while_it_thinks(monkeypatch, lambda: conversations.receive(rt, words("o-fast", "我今年46岁", 8)))
    answer = conversations.receive(rt, words("o-fast", "我是高中毕业的", 9))
    assert came[1].turn is not None
    assert answer.turn is not None
    kept = profile(rt, "o-fast")
    assert kept is not None
    assert (kept.age, kept.education) == (46, "高中")
    with rt.reading() as session:
        assert session.scalar(select(Conversation.version).where(Conversation.openid == "o-fast")) == 4
    assert failed(rt) == 0


def test_a_repeat_that_outruns_the_first_delivery_is_the_one_turn(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    conversations.receive(rt, words("o-known", "你好", 1))
    message = words("o-known", "有什么工作", 2)
    came = while_it_thinks(monkeypatch, lambda: conversations.receive(rt, message))
    answer = conversations.receive(rt, message)
    assert came[1].turn is not None
    assert answer.turn is None
    assert answer.text == came[1].text
    with rt.reading() as session:
        assert session.scalar(select(func.count()).where(InboundMessage.key == message.key)) == 1
    assert failed(rt) == 0


def test_who_is_taken_over_by_staff_meanwhile_is_not_answered_by_the_bot(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversations.receive(rt, words("o-heard", "你好", 1))

    def taken_over() -> None:
        with rt.transaction() as session:
            session.execute(update(Conversation).values(taken_over_at=rt.now()))

    while_it_thinks(monkeypatch, taken_over)
    answer = conversations.receive(rt, words("o-heard", "有什么工作", 2))
    assert answer.turn is not None
    assert answer.turn.conversation.taken_over
    assert not answer.shown
    assert failed(rt) == 0


@pytest.mark.parametrize("database_kind", ["sqlite"])  # PostgreSQL asks after the dialogue's row alone
def test_who_takes_back_a_consent_meanwhile_is_heard(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, text in enumerate(("我想登记找工作", "同意")):
        conversations.receive(rt, words("o-back", text, number))

    def taken_back() -> None:
        with rt.transaction() as session:
            session.execute(update(Consent).values(withdrawn_at=rt.now()))

    while_it_thinks(monkeypatch, taken_back)
    conversations.receive(rt, words("o-back", "我今年46岁", 9))
    known = profile(rt, "o-back")
    assert known is None or known.age is None
    assert failed(rt) == 0


@pytest.mark.parametrize("database_kind", [pytest.param("postgresql", marks=pytest.mark.postgres)])  # it locks rows
def test_a_dialogue_that_has_just_come_to_be_is_held_as_well(rt: Runtime) -> None:
    """Two turns of one person that both went on without it waited for each other: one of them was given up."""
    conversations.receive(rt, words("o-fresh", "你好", 1))
    with rt.transaction() as session, rt.transaction() as other:
        assert dialogues.standing(session, "o-fresh", FRIDAY) is not None
        row = select(Conversation).where(Conversation.openid == "o-fresh")
        with pytest.raises(OperationalError):
            other.scalars(row.with_for_update(nowait=True)).all()
        other.rollback()
