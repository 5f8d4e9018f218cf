"""Two members of staff, an employer who sends twice, a person who writes meanwhile: each sees the moment before."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import ColumnElement, func, select

from bot.types import Inbound, Kind
from models import followup as followups_table
from models import helping as helping_table
from models import intake as intake_table
from models.account import Role, StaffAccount
from models.base import Base, Database, Session
from models.contact import ContactMoment
from models.delivery import Delivery, DeliveryStatus
from models.employer import EmployerChange
from models.followup import Case, FollowUp
from models.intake import Import, LedgerChange, LedgerConflict
from models.organisation import Level, Node
from models.placement import Referral
from models.posting import Employer, Posting
from models.scope import Scope
from models.upload import UploadState
from models.veteran import PreferenceChange, Veteran
from services import (
    accounts,
    answers,
    broadcasts,
    cadences,
    canned_replies,
    cases,
    claims,
    conflicts,
    contacts,
    conversations,
    digests,
    effects_offer,
    employer_links,
    employers,
    erasure,
    followups,
    helping,
    placements,
    referral_answers,
    referrals,
    settings,
    sign_ins,
    veterans,
)
from services.accounts import NewAccount
from services.actors import Actor
from services.answers import LEFT, Answer
from services.cadences import Pace
from services.contacts import Contact
from services.helping import Next
from services.intake import upload_work, uploads
from services.intake.importing import import_postings
from services.intake.ledger_words import open_words
from services.intake.source import Source
from services.runtime import Runtime
from tests.builders import FRIDAY, KEYRING, Clock, create_posting, create_runtime, create_veteran
from tests.integration.intake.test_ledger import ZHANG, ledger
from tests.same_moment import SameMoment

BUREAU = Actor(1, "bureau", "李工", Role.BUREAU, 1, Scope(frozenset({1}), is_whole=True))
GAP = Answer("工资少了", employment_status="在岗", gaps=("工资",))
POSTINGS = Source("岗位.csv", "单位,岗位,人数,工资,地点,电话\n示例厂,保安,2,3000,绵阳市,13000000001\n".encode())
REPLIES = [("问好", "您好，{name}")]
STEP = Next("上门看看", date(2026, 12, 4))

Both = Callable[..., list[Any]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rt(database: Database, clock: Clock) -> Runtime:
    """A posting on offer and somebody who has agreed to everything."""
    made = create_runtime(database, clock)
    with made.transaction() as session:
        session.add(Node(level=Level.COUNTY, name="示例县局", region="510722"))
        create_posting(session, headcount=1)
        create_veteran(session)
    return made


@pytest.fixture
def at_once() -> Iterator[Both]:
    """What two calls at the same moment, or one made twice, answered or raised."""
    with SameMoment(patience=0.5) as moment:

        def run(one: Callable[[], Any], other: Callable[[], Any] | None = None) -> list[Any]:
            calls = [other or one, one]
            return moment.twice(lambda: calls.pop()())

        yield run


def kinds(answered: list[Any]) -> list[str]:
    return sorted(type(one).__name__ for one in answered)


def count(rt: Runtime, table: type[Base], *which: ColumnElement[bool]) -> int:
    with rt.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*which)) or 0


def say(rt: Runtime, text: str) -> str:
    key = f"o-zhang:{text}:{rt.now():%Y%m%d%H%M}"
    return conversations.receive(rt, Inbound(key, "o-zhang", Kind.TEXT, rt.now(), text=text)).text or ""


def profile(rt: Runtime) -> Any:
    with rt.reading() as session:
        return veterans.profile_of(session, session.get_one(Veteran, 1), FRIDAY.date())


def test_a_sign_in_name_is_given_to_one(rt: Runtime, at_once: Both) -> None:
    new = NewAccount("wangfang", "王芳", Role.CLERK, 1)
    assert kinds(at_once(lambda: accounts.create(rt, new, "admin"))) == ["AccountRefused", "str"]


def test_two_admins_who_disable_each_other_leave_one(rt: Runtime, at_once: Both) -> None:
    for name in ("first", "second"):
        accounts.create(rt, NewAccount(name, "管理员", Role.ADMIN, 1), "cli")
    both = at_once(lambda: accounts.disable(rt, "first", "second"), lambda: accounts.disable(rt, "second", "first"))
    assert kinds(both) == ["AccountRefused", "NoneType"]


def test_a_password_is_reset_however_it_is_changed_meanwhile(
    rt: Runtime, at_once: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (accounts, sign_ins):
        monkeypatch.setattr(module, "HASHER", PasswordHasher(1, 8, 1))
    given = accounts.create(rt, NewAccount("wangfang", "王芳", Role.CLERK, 1), "admin")
    visitor = sign_ins.visitor(rt, sign_ins.sign_in(rt, "wangfang", given, ""))
    assert visitor is not None
    sign_ins.change_password(rt, visitor, "a sentence of mine", "a sentence of mine")

    def change() -> None:
        time.sleep(0.2)  # the other has begun
        sign_ins.change_password(rt, visitor, "another sentence", "another sentence")

    (reset,) = (one for one in at_once(lambda: accounts.reset(rt, "wangfang", "admin"), change) if isinstance(one, str))
    with rt.reading() as session:
        kept = session.scalars(select(StaffAccount)).one()
    assert kept.must_change and accounts.HASHER.verify(kept.password_hash, reset)


def conflict(session: Session, field: str, offered: str) -> int:
    brought = Import(kind="veteran", file_name="a.xlsx", digest="d", at=FRIDAY, who="t", counts={})
    session.add(brought)
    session.flush()
    sealed = KEYRING.seal(f"ledger_conflict.{field}", offered)
    named = {"veteran_id": 1, "import_id": brought.id, "record": 7, "field": field}
    row = LedgerConflict(**named, digest=field, offered_sealed=sealed, at=FRIDAY)
    session.add(row)
    session.flush()
    return row.id


@pytest.mark.parametrize("field", ["village", "remark_words"])
def test_a_conflict_is_settled_by_one_of_two(rt: Runtime, at_once: Both, field: str) -> None:
    with rt.transaction() as session:
        number = conflict(session, field, "李家村")
    assert kinds(at_once(lambda: conflicts.settle(rt, BUREAU, number, take=True))) == ["NoneType", "ServiceError"]
    assert count(rt, LedgerChange) == 1


@pytest.mark.parametrize("fields", [("remark_words", "discharge_type_words"), ("education", "willingness")])
def test_two_conflicts_of_one_person_are_both_taken(rt: Runtime, at_once: Both, fields: tuple[str, str]) -> None:
    with rt.transaction() as session:
        one, other = conflict(session, fields[0], "大专"), conflict(session, fields[1], "待业")
    settled = at_once(lambda: _take(rt, one), lambda: _take(rt, other))
    with rt.reading() as session:
        words = open_words(KEYRING, intake_table.words_of(session, 1))
    kept = set(words.values()) or {profile(rt).education, profile(rt).willingness}
    assert (settled, kept) == ([None, None], {"大专", "待业"})


def _take(rt: Runtime, number: int) -> None:
    conflicts.settle(rt, BUREAU, number, take=True)


def test_what_a_clerk_writes_down_and_what_the_person_says_are_both_kept(rt: Runtime, at_once: Both) -> None:
    say(rt, "我想登记找工作")
    at_once(lambda: contacts.record(rt, BUREAU, 1, Contact("phone", willingness="待业")), lambda: say(rt, "我今年46岁"))
    assert (profile(rt).age, profile(rt).willingness) == (46, "待业")


def test_what_two_clerks_write_down_is_kept(rt: Runtime, at_once: Both) -> None:
    at_once(
        lambda: contacts.record(rt, BUREAU, 1, Contact("note", "问过了", willingness="待业")),
        lambda: contacts.record(rt, BUREAU, 1, Contact("mend", work=("保安",))),
    )
    assert (profile(rt).willingness, profile(rt).job_categories) == ("待业", ("保安",))


def test_a_contact_is_taken_back_once(rt: Runtime, at_once: Both) -> None:
    contacts.record(rt, BUREAU, 1, Contact("phone", willingness="待业"))
    assert kinds(at_once(lambda: contacts.undo(rt, BUREAU, 1, 1))) == ["ServiceError", "tuple"]
    assert count(rt, PreferenceChange, PreferenceChange.source == "undo") == 1


def test_a_person_is_erased_once(rt: Runtime, at_once: Both) -> None:
    assert kinds(at_once(lambda: erasure.erase_person(rt, 1, "王岗"))) == ["Erased", "ServiceError"]


def test_nothing_written_down_outlives_the_erasure_of_that_moment(rt: Runtime, at_once: Both) -> None:
    note = Contact("note", "要去外地")
    at_once(lambda: erasure.erase_person(rt, 1, "王岗"), lambda: contacts.record(rt, BUREAU, 1, note))
    assert count(rt, ContactMoment) == 0


def begin_help(rt: Runtime, helper: str = "王岗") -> int:
    return helping.begin(rt, 1, helper, "family", STEP, who="李局")


def open_plans(rt: Runtime) -> list[helping_table.HelpPlan]:
    with rt.reading() as session:
        return helping_table.open_plans(session)


@pytest.mark.parametrize("is_helped", [False, True])
def test_a_person_has_one_helper(rt: Runtime, at_once: Both, is_helped: bool) -> None:
    if is_helped:
        begin_help(rt, "李岗")
    at_once(lambda: begin_help(rt))
    assert [one.helper for one in open_plans(rt)] == ["王岗"]


def test_a_step_is_done_once_and_followed_by_one(rt: Runtime, at_once: Both) -> None:
    number = begin_help(rt)
    assert kinds(at_once(lambda: helping.finish_step(rt, 1, "王岗", STEP))) == ["NoneType", "ServiceError"]
    with rt.reading() as session:
        assert len(helping_table.open_steps(session, [number])) == 1


def test_of_the_last_two_steps_one_is_left(rt: Runtime, at_once: Both) -> None:
    helping.add_step(rt, begin_help(rt), STEP)
    both = at_once(lambda: helping.finish_step(rt, 1, "王岗"), lambda: helping.finish_step(rt, 2, "李岗"))
    assert kinds(both) == ["HelpRefused", "NoneType"]


@pytest.mark.parametrize("end", [helping.end, lambda *told: helping.end_by_step(*told, "王岗")], ids=["plan", "step"])
def test_help_ends_in_one_way(rt: Runtime, at_once: Both, end: Callable[..., None]) -> None:
    begin_help(rt)
    assert kinds(at_once(lambda: end(rt, 1, "placed"), lambda: end(rt, 1, "moved"))) == ["NoneType", "ServiceError"]


@pytest.mark.parametrize(
    "change",
    [
        lambda rt: employers.set_kind(rt, 1, "workshop", "王岗"),
        lambda rt: employers.set_licence(rt, 1, "91350100M000100Y43", "王岗"),
        lambda rt: employers.sign_agreement(rt, 1, employers.Agreement(FRIDAY.date()), "王岗"),
        lambda rt: employer_links.filing_address(rt, 1, "王岗"),
    ],
    ids=["kind", "licence", "agreement", "filing"],
)
def test_a_change_stands_in_the_booklet_once(rt: Runtime, at_once: Both, change: Callable[[Runtime], Any]) -> None:
    one, other = at_once(lambda: change(rt))
    assert one == other and count(rt, EmployerChange) == 1


def test_one_phone_is_one_contact(rt: Runtime, at_once: Both) -> None:
    at_once(lambda: employers.add_contact(rt, 1, employers.Person("李经理", "13000000801", ""), "王岗"))
    assert len(employers.booklet(rt, 1).contacts) == 1


def hire(rt: Runtime, clock: Clock, *others: str) -> str:
    """Everybody begins at the firm and is asked a week later; the firm's address to answer about the first."""
    with rt.transaction() as session:
        numbers = [1, *(create_veteran(session, name).id for name in others)]
    for number in numbers:
        placements.begin(rt, number, "P-1", FRIDAY.date())
    clock.moment = FRIDAY + timedelta(days=7)
    with rt.transaction() as session:
        found = session.scalars(select(FollowUp).order_by(FollowUp.id)).all()
        first = next(one.id for one in found if one.side == "employer")
        signed = employer_links.address(session, rt, employer_links.FOLLOW_UP, first, "王岗")
    employer_links.hired(rt, signed)
    return signed


def firsts(rt: Runtime, side: str = "veteran") -> list[int]:
    with rt.reading() as session:
        which = select(FollowUp.id).where(FollowUp.side == side, FollowUp.step == 7)
        return list(session.scalars(which.order_by(FollowUp.id)))


def test_two_gaps_put_a_firm_under_watch_once(rt: Runtime, clock: Clock, at_once: Both) -> None:
    hire(rt, clock, "o-2")
    one, other = firsts(rt)
    at_once(
        lambda: answers.record_phone_answer(rt, one, GAP, "王岗"),
        lambda: answers.record_phone_answer(rt, other, GAP, "李岗"),
    )
    assert count(rt, EmployerChange, EmployerChange.field == "health") == 1


def test_a_gap_does_not_take_a_stop_back(rt: Runtime, clock: Clock, at_once: Both) -> None:
    hire(rt, clock)
    (one,) = firsts(rt)
    at_once(
        lambda: answers.record_phone_answer(rt, one, GAP, "王岗"),
        lambda: employers.set_health(rt, 1, "stop", "李局", "乱收费"),
    )
    assert count(rt, Employer, Employer.health == "stop") == 1


def test_an_employer_who_sends_twice_is_thanked_twice_and_asked_about_once(
    rt: Runtime, clock: Clock, at_once: Both
) -> None:
    signed = hire(rt, clock)
    left = Answer("走了", employment_status=LEFT)
    assert at_once(lambda: employer_links.answer(rt, signed, left)) == [None, None]
    assert count(rt, Case) == 1


def test_an_employers_answer_stays_when_the_veteran_leaves(rt: Runtime, clock: Clock, at_once: Both) -> None:
    signed = hire(rt, clock)
    (one,) = firsts(rt)
    both = at_once(
        lambda: answers.record_phone_answer(rt, one, Answer(employment_status=LEFT), "王岗"),
        lambda: employer_links.answer(rt, signed, Answer("好", employment_status="在岗")),
    )
    is_refused = "ServiceError" in kinds(both)
    assert count(rt, FollowUp, FollowUp.side == "employer", FollowUp.status == "answered") == 1 - is_refused


def test_a_place_is_free_once_by_whichever_road_it_is_told(rt: Runtime, clock: Clock, at_once: Both) -> None:
    with rt.transaction() as session:
        for number in (1, create_veteran(session, "o-2").id, create_veteran(session, "o-3").id):
            referrals.refer(session, number, "P-1", FRIDAY)
    say(rt, "帮助")
    referrals.set_status(rt, 1, "P-1", "hired")
    clock.advance(days=10)
    followups.send_due(rt)
    (one,) = firsts(rt)
    both = at_once(
        lambda: answers.record_phone_answer(rt, one, Answer(employment_status=LEFT), "王岗"), lambda: say(rt, "2")
    )
    assert not any("出了点毛病" in str(told) for told in both)
    assert count(rt, Referral, Referral.place_offered_at.is_not(None)) == 1


@pytest.fixture
def meet(monkeypatch: pytest.MonkeyPatch) -> Callable[[ModuleType, str, ModuleType, str], None]:
    """Has who comes out of the one function wait until somebody is about to enter the other."""
    gate = threading.Barrier(2)

    def wait() -> None:
        try:
            gate.wait(0.5)
        except threading.BrokenBarrierError:
            return

    def put(out_of: ModuleType, left: str, into: ModuleType, entered: str) -> None:
        real, following = getattr(out_of, left), getattr(into, entered)
        monkeypatch.setattr(out_of, left, lambda *told, **more: (real(*told, **more), wait())[0])
        monkeypatch.setattr(into, entered, lambda *told, **more: (wait(), following(*told, **more))[1])

    return put


@pytest.mark.parametrize(("words", "effect"), [("解决了", "accept"), ("没解决，还没发", "reopen")])
def test_who_answers_while_staff_answer_again_hears_of_no_trouble(
    rt: Runtime, at_once: Both, meet: Any, words: str, effect: str
) -> None:
    say(rt, "帮助")
    with rt.transaction() as session:
        veteran = session.get_one(Veteran, 1)
        number = cases.open_case(session, KEYRING, veteran, "wage", words="工资没发", now=FRIDAY).number
    cases.update(rt, number, "resolved", "已补发", "王岗")
    meet(followups_table, "locked_case", cases, effect)
    both = at_once(lambda: cases.update(rt, number, "resolved", "今天到账", "王岗"), lambda: say(rt, words))
    assert not any("出了点毛病" in str(told) for told in both)


def test_who_answers_while_the_employer_invites_again_hears_of_no_trouble(
    rt: Runtime, at_once: Both, meet: Any
) -> None:
    say(rt, "帮助")
    with rt.transaction() as session:
        referrals.refer(session, 1, "P-1", FRIDAY)
        signed = employer_links.address(session, rt, employer_links.REFERRAL, 1, "王岗")
    employer_links.invite(rt, signed, FRIDAY + timedelta(days=3), "二楼", "")
    meet(referral_answers, "answered", effects_offer, "_mine")
    again = FRIDAY + timedelta(days=4)
    both = at_once(lambda: employer_links.invite(rt, signed, again, "三楼", ""), lambda: say(rt, "1"))
    assert not any("出了点毛病" in str(told) for told in both)


@pytest.mark.parametrize("decide", [broadcasts.resume, broadcasts.cancel])
def test_nothing_stays_held_of_a_broadcast_that_is_decided_about(
    rt: Runtime, at_once: Both, decide: Callable[..., int]
) -> None:
    number = broadcasts.compose(rt, broadcasts.Wish("broadcast", "全部", "县体育馆有招聘会"), "王岗")
    broadcasts.confirm(rt, number, "李岗")
    broadcasts.expand_due(rt)
    broadcasts.pause(rt, number, "王岗")
    with rt.transaction() as session:
        session.scalars(select(Delivery)).one().status = DeliveryStatus.PENDING  # tried in vain before, and due again
    at_once(lambda: claims.claim(rt, 10, hands=1), lambda: decide(rt, number, "王岗"))
    assert count(rt, Delivery, Delivery.status == DeliveryStatus.HELD) == 0


def test_the_first_pace_is_set_by_both(rt: Runtime, at_once: Both) -> None:
    assert at_once(lambda: cadences.set_pace(rt, Pace(ask_hour=10), "王岗")) == [None, None]


def test_the_same_replies_are_kept_once(rt: Runtime, at_once: Both) -> None:
    assert kinds(at_once(lambda: canned_replies.keep(rt, REPLIES, "王岗"))) == ["NoneType", "ReplyRefused"]


def test_a_setting_is_taken_back_once(rt: Runtime, at_once: Both) -> None:
    canned_replies.keep(rt, REPLIES, "王岗")
    (kept,) = settings.history(rt, canned_replies.NAME)
    both = at_once(lambda: canned_replies.take_back(rt, kept.change_id, "李岗"))
    assert kinds(both) == ["NoneType", "ServiceError"]


def test_two_digests_share_no_number(rt: Runtime, at_once: Both) -> None:
    one, other = at_once(lambda: digests.make(rt, ["P-1"], "王岗"))
    assert not set(one.numbers) & set(other.numbers)


@pytest.mark.parametrize("row", [ZHANG, ZHANG.replace(ZHANG.split(",")[3], "")], ids=["numbered", "unnumbered"])
def test_who_stands_in_two_ledgers_is_entered_once(rt: Runtime, at_once: Both, row: str) -> None:
    before = count(rt, Veteran)
    one, other = (uploads.receive(rt, BUREAU, "veteran", ledger(row, *more)) for more in ([], [""]))
    at_once(
        lambda: uploads.take(rt, BUREAU, one, publish=False), lambda: uploads.take(rt, BUREAU, other, publish=False)
    )
    upload_work.work_due(rt)
    assert {uploads.view(rt, BUREAU, number).state for number in (one, other)} == {UploadState.TAKEN}
    assert count(rt, Veteran) == before + 1


def test_the_first_postings_of_all_come_in_two_files(database: Database, at_once: Both) -> None:
    rt = create_runtime(database)
    assert kinds(at_once(lambda: import_postings(rt, POSTINGS, "王岗"))) == ["Imported", "Imported"]
    assert count(rt, Posting) == 1


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_sheet_is_taken_in_or_looked_at_by_one_of_two(rt: Runtime, at_once: Both, is_taken: bool) -> None:
    number = uploads.receive(rt, BUREAU, "posting", POSTINGS)
    take = lambda: uploads.take(rt, BUREAU, number, publish=False)  # noqa: E731 - done by one or by both
    look = lambda: uploads.look_again(rt, BUREAU, number, mends=True)  # noqa: E731
    assert kinds(at_once(take, take if is_taken else look)) == ["NoneType", "ServiceError"]
