"""Veterans: consent, the kept profile and its history, erasure, and tying a chat to a ledger row."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.slots import Slots
from bot.types import Inbound, Kind
from models import conversation as conversations_table
from models import delivery as deliveries
from models import veteran as veterans_table
from models.base import Database, Session
from models.veteran import PreferenceChange, Veteran
from services import cases, conversations, erasure, referrals, veterans
from services.runtime import Runtime
from tests.builders import FRIDAY, KEYRING, create_posting, create_runtime, create_veteran, write_to

TODAY = FRIDAY.date()


@pytest.fixture
def rt(database: Database) -> Runtime:
    return create_runtime(database)


def ledger_row(session: Session, name: str = "王测试", phone: str = "13000000701") -> Veteran:
    row = Veteran(in_ledger=True, created_at=FRIDAY)
    session.add(row)
    session.flush()  # it is known by its number
    veterans.save_contact(session, KEYRING, row.id, name=name, phone=phone)
    veterans.save_preference(session, row.id, Slots(education="高中", skills=("驾驶",)), "import", FRIDAY)
    session.flush()
    return row


def test_a_profile_is_kept_with_its_history(rt: Runtime) -> None:
    with rt.transaction() as session:
        veteran = create_veteran(session)
        first = Slots(age=48, salary_min=5000)
        assert set(veterans.save_preference(session, veteran.id, first, "talk", FRIDAY)) == {"age", "salary_min"}
        assert veterans.save_preference(session, veteran.id, first, "talk", FRIDAY) == ()
        second = replace(first, salary_min=4500)
        assert veterans.save_preference(session, veteran.id, second, "talk", FRIDAY) == ("salary_min",)
        session.flush()
        changes = session.query(PreferenceChange).order_by(PreferenceChange.id).all()
        assert [(change.slot, change.old, change.new) for change in changes][-1] == ("salary_min", 5000, 4500)
        assert veterans.profile_of(session, veteran, TODAY) == second


def test_a_stated_age_grows_with_the_calendar(rt: Runtime) -> None:
    with rt.transaction() as session:
        veteran = create_veteran(session)
        veterans.save_preference(session, veteran.id, Slots(age=48), "talk", FRIDAY)
        session.flush()
        assert veterans.profile_of(session, veteran, TODAY + timedelta(days=364)).age == 48
        assert veterans.profile_of(session, veteran, date(2028, 11, 20)).age == 50


def test_an_age_saved_again_later_is_no_change(rt: Runtime) -> None:
    with rt.transaction() as session:
        veteran = create_veteran(session)
        veterans.save_preference(session, veteran.id, Slots(age=48), "talk", FRIDAY)
        later = FRIDAY + timedelta(days=800)
        same = veterans.profile_of(session, veteran, later.date())
        assert veterans.save_preference(session, veteran.id, same, "talk", later) == ()
        assert veterans.profile_of(session, veteran, later.date()).age == 50


def test_real_names_are_sealed(rt: Runtime) -> None:
    with rt.transaction() as session:
        veteran = create_veteran(session, name="张测试", phone="13000000702")
        assert "张测试".encode() not in (veteran.name_sealed or b"")
        assert veterans.contact_of(KEYRING, veteran) == veterans.Contact("张测试", "13000000702")


def test_erasing_leaves_no_name_and_keeps_the_figures(rt: Runtime) -> None:
    with rt.transaction() as session:
        veteran = create_veteran(session, name="张测试", phone="13000000702")
        veterans.save_preference(session, veteran.id, Slots(age=48), "talk", FRIDAY)
        create_posting(session)
        referrals.refer(session, veteran.id, "P-1", FRIDAY)
        veteran_id = veteran.id
    write_to(rt, veteran_id, "给张测试的话")
    with rt.transaction() as session:
        erasure.erase(session, session.get_one(Veteran, veteran_id), FRIDAY)
    with rt.reading() as session:
        gone = session.get_one(Veteran, veteran_id)
        assert gone.name_sealed is gone.phone_sealed is gone.openid is None
        assert veterans_table.preference_of(session, veteran_id) is None
        assert len(referrals.placements_table.referrals_of(session, veteran_id)) == 1
        assert veterans_table.veteran_of(session, "o-zhang") is None


def test_whoever_comes_back_after_leaving_starts_clean(rt: Runtime) -> None:
    with rt.transaction() as session:
        veteran = create_veteran(session)
        veterans.save_preference(session, veteran.id, Slots(age=48), "talk", FRIDAY)
        veterans.unfollow(session, veteran, FRIDAY)
    with rt.transaction() as session:
        again = session.get_one(Veteran, veterans.follow(session, "o-zhang", FRIDAY))
        assert veterans.profile_of(session, again, TODAY) == Slots()
        assert not veterans.has_consent(session, again)


def test_a_printed_code_ties_the_chat_to_its_row(rt: Runtime) -> None:
    with rt.transaction() as session:
        row, chat = ledger_row(session), create_veteran(session)
        veterans.save_preference(session, chat.id, Slots(age=48, skills=("焊接",)), "talk", FRIDAY)
        scene = veterans.person_scene(KEYRING, row, TODAY)
        tied = veterans.bind_person(session, KEYRING, chat, scene, TODAY + timedelta(days=3))
        assert tied is row
        assert row.openid == "o-zhang"
        profile = veterans.profile_of(session, row, TODAY)
        assert (profile.education, profile.age, profile.skills) == ("高中", 48, ("焊接",))
        assert veterans.has_consent(session, row)


@pytest.mark.parametrize(
    "scene", ["person:1:261120:0000000000000000", "person:x", "person:99:261120:00", "", "station:1"]
)
def test_a_code_that_is_not_ours_ties_nothing(rt: Runtime, scene: str) -> None:
    with rt.transaction() as session:
        row, chat = ledger_row(session), create_veteran(session)
        assert veterans.bind_person(session, KEYRING, chat, scene, TODAY) is None
        assert row.openid is None


def test_an_old_code_ties_nothing(rt: Runtime) -> None:
    with rt.transaction() as session:
        row, chat = ledger_row(session), create_veteran(session)
        scene = veterans.person_scene(KEYRING, row, TODAY)
        assert veterans.bind_person(session, KEYRING, chat, scene, TODAY + timedelta(days=9)) is None


def test_name_and_phone_tie_only_when_one_row_bears_them(rt: Runtime) -> None:
    with rt.transaction() as session:
        ledger_row(session)
        chat = create_veteran(session, name="王测试", phone="13000000701")
        assert veterans.bind_by_contact(session, KEYRING, chat.id) is not None
    with rt.transaction() as session:
        ledger_row(session, "李测试", "13000000703")
        ledger_row(session, "李测试", "13000000703")
        other = create_veteran(session, "o-li", name="李测试", phone="13000000703")
        assert veterans.bind_by_contact(session, KEYRING, other.id) is None


def test_a_birthday_does_not_move_when_something_else_is_saved(rt: Runtime) -> None:
    with rt.transaction() as session:
        veteran = create_veteran(session)
        veterans.save_preference(session, veteran.id, Slots(age=48), "talk", FRIDAY)
        for months in range(1, 6):
            later = FRIDAY + timedelta(days=300 * months)
            known = veterans.profile_of(session, veteran, later.date())
            veterans.save_preference(session, veteran.id, replace(known, salary_min=3000 + months), "talk", later)
        assert veterans.profile_of(session, veteran, date(2031, 11, 20)).age == 53


def test_tying_leaves_no_name_in_the_former_row(rt: Runtime) -> None:
    with rt.transaction() as session:
        row = ledger_row(session)
        chat = create_veteran(session, name="王测试", phone="13000000701")
        assert veterans.bind_by_contact(session, KEYRING, chat.id) is row
        assert chat.name_sealed is chat.phone_sealed is chat.name_digest is chat.phone_digest is None
        assert not chat.following and chat.erased_at is not None and row.following


def test_stopping_pushes_does_not_take_back_news_of_an_application(rt: Runtime) -> None:
    with rt.transaction() as session:
        veteran = create_veteran(session)
        veteran_id = veteran.id
    write_to(rt, veteran_id, "请去面试", topic="application", key="k-a")
    write_to(rt, veteran_id, "新岗位", topic="matches", key="k-m")
    with rt.transaction() as session:
        veterans.stop_push(session, session.get_one(Veteran, veteran_id), None, None, FRIDAY)
        statuses = {row.key: row.status for row in deliveries.deliveries_of(session, veteran_id)}
    assert statuses == {"k-a": "pending", "k-m": "cancelled"}


def test_erasing_empties_settled_cases_and_leaves_open_ones_their_words(rt: Runtime) -> None:
    with rt.transaction() as session:
        veteran = create_veteran(session)
        settled = cases.open_case(session, KEYRING, veteran, "wage", words="欠我三个月工资", now=FRIDAY)
        cases.accept(session, settled, FRIDAY)
        running = cases.open_case(session, KEYRING, veteran, "fee", words="收我押金", now=FRIDAY)
        erasure.erase(session, veteran, FRIDAY)
    with rt.reading() as session:
        assert session.get_one(type(settled), settled.id).words_sealed is None
        assert session.get_one(type(running), running.id).words_sealed is not None


def follow_event(kind: Kind, at: datetime, key: str) -> Inbound:
    created = {"created_at": str(int(at.timestamp()))}
    return Inbound(key, "o-zhang", kind, FRIDAY, event=kind.value, data=created)


def is_following(rt: Runtime) -> bool:
    with rt.reading() as session:
        veteran = veterans_table.veteran_of(session, "o-zhang")
        return veteran is not None and veteran.following


def test_leaving_told_of_after_the_person_is_back_changes_nothing(rt: Runtime) -> None:
    back = FRIDAY + timedelta(minutes=5)
    conversations.receive(rt, follow_event(Kind.SUBSCRIBE, FRIDAY, "e1"))
    conversations.receive(rt, follow_event(Kind.SUBSCRIBE, back, "e3"))
    conversations.receive(rt, Inbound("m1", "o-zhang", Kind.TEXT, FRIDAY, "同意"))
    conversations.receive(rt, follow_event(Kind.UNSUBSCRIBE, back - timedelta(minutes=1), "e2"))
    assert is_following(rt)
    with rt.reading() as session:
        assert veterans.has_consent(session, veterans_table.veteran_of(session, "o-zhang"))
        row = conversations_table.locked_conversation(session, "o-zhang")
        assert row is not None
        assert row.state["asked"] == "location" or row.state["state"] == "profile"
    conversations.receive(rt, follow_event(Kind.UNSUBSCRIBE, back + timedelta(minutes=1), "e4"))
    assert not is_following(rt)


def test_following_told_of_after_the_person_has_left_makes_no_follower(rt: Runtime) -> None:
    conversations.receive(rt, follow_event(Kind.SUBSCRIBE, FRIDAY, "e1"))
    conversations.receive(rt, follow_event(Kind.UNSUBSCRIBE, FRIDAY + timedelta(minutes=9), "e2"))
    conversations.receive(rt, follow_event(Kind.SUBSCRIBE, FRIDAY + timedelta(minutes=1), "e3"))
    assert not is_following(rt)
    conversations.receive(rt, follow_event(Kind.SUBSCRIBE, FRIDAY + timedelta(minutes=10), "e4"))
    assert is_following(rt)


def test_a_pause_does_not_end_a_stop_for_good(rt: Runtime) -> None:
    with rt.transaction() as session:
        veteran = create_veteran(session)
        veterans.stop_push(session, veteran, "policy", None, FRIDAY)
        veterans.stop_push(session, veteran, "policy", FRIDAY + timedelta(days=7), FRIDAY)
        assert veterans_table.stopped_topics(session, veteran.id, FRIDAY + timedelta(days=30)) == {"policy"}
        veterans.resume_push(session, veteran.id, "policy")
        veterans.stop_push(session, veteran, "policy", FRIDAY + timedelta(days=7), FRIDAY)
        assert veterans_table.stopped_topics(session, veteran.id, FRIDAY + timedelta(days=6)) == {"policy"}
        assert veterans_table.stopped_topics(session, veteran.id, FRIDAY + timedelta(days=30)) == set()
