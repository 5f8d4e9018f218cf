"""Two acts at the same moment on two processes: the second ends as it would have a second later."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.slots import Slots
from bot.types import Inbound, Kind
from models import account as accounts_table
from models import employer as employers_table
from models import placement as placements_table
from models import posting as postings_table
from models import traces
from models.account import Role, StaffAccount, StaffSession
from models.audit import AuditEntry
from models.base import Database, Session
from models.conversation import Conversation, InboundMessage, InboundStatus
from models.delivery import Delivery
from models.followup import FollowUp
from models.heartbeat import Confirmation, SpotCheck
from models.organisation import Level, Node
from models.outreach import Outreach
from models.placement import Placement, Referral
from models.policy import Policy
from models.posting import Employer, How, PostingChange, PostingStatus
from models.prepared import send_unsent
from models.recommendation import Recommendation
from models.scope import Scope
from models.setting import SettingChange
from models.veteran import Consent, Preference, Veteran
from services import (
    accounts,
    conversations,
    employers,
    foresight,
    licence_checks,
    outreach,
    own_pages,
    people,
    placements,
    policy_edits,
    posting_edits,
    postings,
    push_rule_edits,
    push_rules,
    reality,
    referral_answers,
    referrals,
    rendering,
    runtime,
    settings,
    sign_ins,
    spot_checks,
    stations,
    taught_words,
    text_edits,
    texts,
    urgent,
    veterans,
)
from services.actors import Actor
from services.placements import PlacementRefused
from services.policy_edits import Draft, PolicyRefused
from services.postings import Verification
from services.runtime import Runtime
from services.sign_ins import SignInRefused, Visitor
from services.spot_checks import SpotCheckRefused
from tests.builders import (
    FRIDAY,
    KEYRING,
    Clock,
    create_draft,
    create_posting,
    create_runtime,
    create_veteran,
    write_to,
)

TODAY = FRIDAY.date()
#: A second that waits for what the first holds does not end while the first waits for it.
PATIENCE = 0.3
OFFICE = Actor(1, "li", "李工", Role.BUREAU, 1, Scope(frozenset({1}), is_whole=True))
BY_PHONE = Verification("李工", How.PHONE)

Act = Callable[[], Any]
Meanwhile = Callable[..., list[Any]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rt(database: Database, clock: Clock) -> Runtime:
    return create_runtime(database, clock)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """What both answered, or raised: the second (None: the same again) comes when the first is about to commit, or, if
    it `has_written` by then, has nothing left to do but that.
    """
    commit = runtime._commit

    def run(first: Act, second: Act | None = None, *, has_written: bool = False) -> list[Any]:
        answers: list[Any] = [None, None]

        def one(place: int, act: Act) -> None:
            try:
                answers[place] = act()
            except Exception as error:
                answers[place] = error

        other = threading.Thread(target=one, args=(1, second or first))

        def held(session: Session) -> None:
            monkeypatch.setattr(runtime, "_commit", commit)
            if has_written:
                session.flush()
                send_unsent(session.line)
            other.start()
            other.join(PATIENCE)
            commit(session)

        monkeypatch.setattr(runtime, "_commit", held)
        one(0, first)
        other.join()
        return answers

    return run


def person(rt: Runtime, openid: str = "o-zhang", **said: Any) -> int:
    with rt.transaction() as session:
        veteran = create_veteran(session, openid, **said)
        session.add(Conversation(openid=openid, veteran_id=veteran.id, state={}, updated_at=FRIDAY))
        return veteran.id


def posting(rt: Runtime, status: str = PostingStatus.OPEN, **facts: Any) -> None:
    with rt.transaction() as session:
        create_posting(session, **facts).status = status


def offered(rt: Runtime, *openids: str) -> list[int]:
    """Each was introduced to the posting, and the employer wants them."""
    numbers = []
    for openid in openids:
        veteran_id = person(rt, openid)
        with rt.transaction() as session:
            numbers.append(referrals.refer(session, veteran_id, "P-1", FRIDAY)[0].id or 0)
        referral_answers.note_offer(rt, numbers[-1], TODAY, note="", who="李工")
    return numbers


def count(rt: Runtime, table: Any, *where: Any) -> int:
    with rt.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def status(rt: Runtime) -> str:
    with rt.reading() as session:
        found = postings_table.posting_by_code(session, "P-1")
        assert found is not None
        return found.status


def health(rt: Runtime) -> str:
    with rt.reading() as session:
        return session.get_one(Employer, 1).health


def say(rt: Runtime, text: str) -> str:
    inbound = Inbound(f"o-zhang:{text}", "o-zhang", Kind.TEXT, rt.now(), text=text)
    return conversations.receive(rt, inbound).text or ""


def own_page(rt: Runtime) -> str:
    """The signed part of the person's own page, which they have opened."""
    with rt.transaction() as session:
        signed = own_pages.address(rt, session, session.get_one(Veteran, 1)).partition("/p/")[2]
    own_pages.show(rt, signed)
    return signed


def yes(rt: Runtime, number: int) -> Act:
    return lambda: referral_answers.note_veteran(rt, number, says_yes=True)


STEPS: dict[str, tuple[str, Callable[[Runtime], Any]]] = {
    "publish": (PostingStatus.CHECKED, lambda rt: postings.publish(rt, "P-1", "李工")),
    "close": (PostingStatus.OPEN, lambda rt: postings.close(rt, "P-1", "李工")),
    "reopen": (PostingStatus.FULL, lambda rt: postings.reopen(rt, "P-1", "李工", "又招了")),
    "urgent": (PostingStatus.OPEN, lambda rt: postings.set_urgent(rt, "P-1", "李工", urgent=True)),
    "edit": (PostingStatus.OPEN, lambda rt: posting_edits.edit(rt, "P-1", {"联系人": "钱测试"}, "李工")),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_of_a_posting_taken_twice_is_dated_once(rt: Runtime, meanwhile: Meanwhile, step: str) -> None:
    create_draft(rt)
    before, act = STEPS[step]
    with rt.transaction() as session:
        session.execute(update(postings_table.Posting).values(status=before))
    meanwhile(lambda: act(rt))
    assert count(rt, PostingChange) == 2  # with the one it was kept by


def test_a_posting_that_is_rewritten_while_it_is_verified_is_a_draft_again(rt: Runtime, meanwhile: Meanwhile) -> None:
    create_draft(rt)
    meanwhile(
        lambda: postings.check(rt, "P-1", BY_PHONE), lambda: posting_edits.edit(rt, "P-1", {"招聘人数": "9"}, "乙")
    )
    assert status(rt) == PostingStatus.DRAFT


@pytest.mark.parametrize("is_stopped_first", [True, False])
def test_nothing_of_a_stopped_employer_goes_on_offer_again(
    rt: Runtime, meanwhile: Meanwhile, is_stopped_first: bool
) -> None:
    posting(rt, PostingStatus.EXPIRED)
    acts = [
        lambda: employers.set_health(rt, 1, "stop", "李工", "欠薪"),
        lambda: postings.reconfirm(rt, "P-1", BY_PHONE),
    ]
    meanwhile(*(acts if is_stopped_first else reversed(acts)))
    assert status(rt) != PostingStatus.OPEN


def test_who_says_yes_while_the_posting_is_closed_stays_hired(rt: Runtime, meanwhile: Meanwhile) -> None:
    posting(rt)
    (number,) = offered(rt, "o-1")
    meanwhile(yes(rt, number), lambda: postings.close(rt, "P-1", "李工"))
    with rt.reading() as session:
        assert session.get_one(Referral, number).status == "hired"


@pytest.mark.parametrize("is_referred", [True, False])
def test_a_start_recorded_twice_is_one(rt: Runtime, meanwhile: Meanwhile, is_referred: bool) -> None:
    posting(rt)
    _ = offered(rt, "o-1") if is_referred else person(rt)
    answers = meanwhile(lambda: placements.begin(rt, 1, "P-1", TODAY))
    assert [type(one) for one in answers] == [type(None), PlacementRefused]
    assert count(rt, Placement) == 1
    assert count(rt, FollowUp) == 6


def test_a_start_recorded_while_the_person_says_yes_is_one(rt: Runtime, meanwhile: Meanwhile) -> None:
    posting(rt)
    (number,) = offered(rt, "o-1")
    answers = meanwhile(yes(rt, number), lambda: placements.begin(rt, 1, "P-1", TODAY))
    assert [type(one) for one in answers] == [type(None), PlacementRefused]
    assert count(rt, Placement) == 1


@pytest.mark.parametrize("places", [1, 2])
def test_the_last_places_taken_at_once_fill_the_posting_once(rt: Runtime, meanwhile: Meanwhile, places: int) -> None:
    posting(rt, headcount=places)
    first, second = offered(rt, "o-1", "o-2")
    meanwhile(yes(rt, first), yes(rt, second))
    assert status(rt) == PostingStatus.FULL
    assert count(rt, PostingChange, PostingChange.reason.startswith("招 ")) == 1


def test_two_places_that_become_free_at_once_are_seen_together(rt: Runtime, meanwhile: Meanwhile) -> None:
    posting(rt, headcount=1)
    first, second, third = offered(rt, "o-1", "o-2", "o-3")
    with rt.transaction() as session:
        session.get_one(Referral, third).status = "submitted"
    yes(rt, first)()
    meanwhile(
        lambda: referrals.set_status(rt, 1, "P-1", "not_hired"),
        lambda: referral_answers.note_veteran(rt, second, says_yes=False),
    )
    with rt.reading() as session:
        assert session.get_one(Referral, third).place_offered_at is not None


@pytest.mark.parametrize("is_freed_first", [True, False])
def test_a_posting_closed_while_a_place_becomes_free_stays_closed(
    rt: Runtime, meanwhile: Meanwhile, is_freed_first: bool
) -> None:
    posting(rt, headcount=1)
    (number,) = offered(rt, "o-1")
    yes(rt, number)()
    acts = [
        lambda: referrals.set_status(rt, 1, "P-1", "not_hired"),
        lambda: postings.close(rt, "P-1", "李工"),
    ]
    meanwhile(*(acts if is_freed_first else reversed(acts)))
    assert status(rt) == PostingStatus.WITHDRAWN


@pytest.mark.parametrize(("typed", "before", "outcome"), [("接通", 0, "phoned"), ("没接", 1, "no_answer")])
def test_calls_written_down_at_once_are_counted(
    rt: Runtime, meanwhile: Meanwhile, typed: str, before: int, outcome: str
) -> None:
    write_to(rt, person(rt), "周六有招聘会。", "broadcast")
    with rt.transaction() as session:
        session.execute(update(Delivery).values(outcome="to_phone", status="skipped"))
    for _ in range(before):
        outreach.record(rt, OFFICE, 1, typed)
    meanwhile(lambda: outreach.record(rt, OFFICE, 1, typed))
    assert count(rt, Delivery, Delivery.outcome == outcome) == 1
    assert count(rt, Outreach) == (outreach.TRIES if before else 1)


def test_a_consent_given_twice_is_one(rt: Runtime, meanwhile: Meanwhile) -> None:
    person(rt)
    signed = own_page(rt)
    own_pages.set_consent(rt, signed, "pushes", gives=False)
    meanwhile(lambda: own_pages.set_consent(rt, signed, "pushes", gives=True), has_written=True)
    assert count(rt, Consent, Consent.purpose == "pushes", Consent.withdrawn_at.is_(None)) == 1


def test_a_consent_taken_back_on_the_page_holds_for_the_message_under_way(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("我想登记找工作", "同意"):
        say(rt, text)
    signed, thinks = own_page(rt), foresight.look

    def look(*seen: Any) -> Any:
        monkeypatch.setattr(foresight, "look", thinks)
        own_pages.set_consent(rt, signed, "storing", gives=False)
        return thinks(*seen)

    monkeypatch.setattr(foresight, "look", look)
    say(rt, "我今年46岁")
    with rt.reading() as session:
        assert not any("age" in profile for profile in session.scalars(select(Preference.profile)))


def test_a_message_that_comes_while_its_person_deletes_all_is_answered_and_leaves_nothing(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    posting(rt, job_categories=("保安",), month_min=4000)
    for text in ("我想登记找工作", "同意", "46岁，想干保安"):
        say(rt, text)
    signed, empties = own_page(rt), traces.empty_words
    message = threading.Thread(target=say, args=(rt, "有什么工作"))

    def comes(*given: Any) -> None:
        message.start()
        message.join(PATIENCE)
        empties(*given)

    monkeypatch.setattr(traces, "empty_words", comes)
    own_pages.delete(rt, signed)
    message.join()
    assert count(rt, InboundMessage, InboundMessage.status == InboundStatus.FAILED) == 0
    assert count(rt, Recommendation) == 0


def test_what_is_deleted_twice_is_on_record_once(rt: Runtime, meanwhile: Meanwhile) -> None:
    person(rt)
    signed = own_page(rt)
    meanwhile(lambda: own_pages.delete(rt, signed))
    assert count(rt, AuditEntry, AuditEntry.action == "person.erase") == 1


def written(title: str = "优待证怎么办") -> Draft:
    return Draft(title, "可以办。", "退役军人", "身份证", "1 号窗口", "川发 1 号", TODAY, TODAY, ["优待证"])


def test_a_policy_sent_twice_is_one(rt: Runtime, meanwhile: Meanwhile) -> None:
    answers = meanwhile(lambda: policy_edits.add(rt, written(), "李工"))
    assert sorted(type(one).__name__ for one in answers) == [PolicyRefused.__name__, "int"]
    assert count(rt, Policy) == 1


def test_two_policies_do_not_get_one_title(rt: Runtime, meanwhile: Meanwhile) -> None:
    number = policy_edits.add(rt, written("公交卡怎么办"), "李工")
    meanwhile(lambda: policy_edits.edit(rt, number, written(), "李工"), lambda: policy_edits.add(rt, written(), "李工"))
    assert count(rt, Policy, Policy.title == written().title) == 1


def test_a_policy_is_retired_once(rt: Runtime, meanwhile: Meanwhile) -> None:
    number = policy_edits.add(rt, written(), "李工")
    meanwhile(lambda: policy_edits.retire(rt, number, "李工"))
    assert count(rt, AuditEntry, AuditEntry.action == "policy.retire") == 1


def tell_gap(rt: Runtime, veteran_id: int) -> None:
    """The veteran, at work, found another pay than was posted; the employer has had its say."""
    with rt.transaction() as session:
        (placement,) = placements_table.placements_of(session, veteran_id)
        asked = session.scalars(select(FollowUp).where(FollowUp.placement_id == placement.id)).first()
        assert asked is not None
        check = reality.note(session, KEYRING, asked, ["工资"], words="少了", now=FRIDAY)
        reality.employer_says(session, check, "试用期八折", FRIDAY)


def at_work(rt: Runtime) -> None:
    posting(rt)
    for openid in ("o-1", "o-2"):
        placements.begin(rt, person(rt, openid), "P-1", TODAY)


def dismiss(rt: Runtime, check_id: int) -> Act:
    return lambda: reality.decide(rt, check_id, holds=False, words="核对属误会", who="李工")


def test_the_last_two_gaps_dismissed_at_once_give_the_health_back(rt: Runtime, meanwhile: Meanwhile) -> None:
    at_work(rt)
    tell_gap(rt, 1)
    tell_gap(rt, 2)
    meanwhile(dismiss(rt, 1), dismiss(rt, 2))
    assert health(rt) == "normal"


@pytest.mark.parametrize("is_told_first", [True, False])
def test_a_gap_told_while_the_last_one_is_dismissed_keeps_the_watch(
    rt: Runtime, meanwhile: Meanwhile, is_told_first: bool
) -> None:
    at_work(rt)
    tell_gap(rt, 1)
    acts = [lambda: tell_gap(rt, 2), dismiss(rt, 1)]
    meanwhile(*(acts if is_told_first else reversed(acts)))
    assert health(rt) == "watch"


def in_ledger(rt: Runtime) -> None:
    with rt.transaction() as session:
        for number in range(7):
            create_veteran(session, f"o-{number}").in_ledger = True


def test_a_month_is_drawn_once(rt: Runtime, meanwhile: Meanwhile) -> None:
    in_ledger(rt)
    salts = iter("ab")
    assert sorted(meanwhile(lambda: spot_checks.draw(rt, "2026-11", next(salts)))) == [0, 5]
    assert count(rt, SpotCheck) == 5


def test_a_row_is_checked_by_one(rt: Runtime, meanwhile: Meanwhile) -> None:
    in_ledger(rt)
    spot_checks.draw(rt, "2026-11", "a")
    answers = meanwhile(
        lambda: spot_checks.record(rt, 1, "right", [], "", "李工"),
        lambda: spot_checks.record(rt, 1, "wrong", ["phone"], "", "王岗"),
    )
    assert [type(one) for one in answers] == [type(None), SpotCheckRefused]
    assert count(rt, Confirmation) == 1


def teach(rt: Runtime, name: str) -> Act:
    return lambda: taught_words.teach(rt, name, "保安（岗位）", "李工")


def test_two_words_taught_at_once_are_both_kept(rt: Runtime, meanwhile: Meanwhile) -> None:
    meanwhile(teach(rt, "贴膜工"), teach(rt, "盘库员"))
    assert len(taught_words.read(rt)) == 2
    meanwhile(lambda: taught_words.remove(rt, "贴膜工", "李工"), lambda: taught_words.remove(rt, "盘库员", "李工"))
    assert not taught_words.read(rt)
    meanwhile(lambda: taught_words.set_aside(rt, "甲乙", "李工"), lambda: taught_words.set_aside(rt, "丙丁", "李工"))
    with rt.reading() as session:
        assert taught_words.settled(session) == {"甲乙", "丙丁"}


def test_a_word_that_another_process_taught_lately_is_kept(rt: Runtime) -> None:
    other = create_runtime(Database(rt.database.engine.url.render_as_string(hide_password=False)))
    taught_words.read(other)
    teach(rt, "贴膜工")()
    teach(other, "盘库员")()
    other.database.dispose()
    assert len(taught_words.read(rt)) == 2


def test_two_texts_changed_at_once_are_both_kept(rt: Runtime, meanwhile: Meanwhile) -> None:
    keys = ("support/help", "arrivals/scan_failed")
    answers = meanwhile(
        *[lambda key=key: text_edits.keep(rt, key, "老战友！" + rendering.source(key), "李工") for key in keys]
    )
    assert answers == [None, None]
    with rt.reading() as session:
        assert set(texts.own(session)) == set(keys)


def test_what_is_set_or_taken_back_twice_is_one_change(rt: Runtime, meanwhile: Meanwhile) -> None:
    meanwhile(lambda: push_rule_edits.keep(rt, push_rules.PushRules(cap=1), "李工"))
    meanwhile(teach(rt, "贴膜工"))
    assert count(rt, SettingChange) == 2
    meanwhile(lambda: taught_words.take_back(rt, 2, "李工"))
    assert count(rt, SettingChange) == 3


def test_what_is_set_while_the_last_change_is_taken_back_stays(rt: Runtime, meanwhile: Meanwhile) -> None:
    teach(rt, "贴膜工")()
    meanwhile(teach(rt, "盘库员"), lambda: taught_words.take_back(rt, 1, "李工"))
    assert [word.name for word in taught_words.read(rt)] == ["贴膜工", "盘库员"]
    change = settings.history(rt, taught_words.NAME)[0].change_id
    meanwhile(lambda: taught_words.take_back(rt, change, "李工"), teach(rt, "修脚师"))
    assert [word.name for word in taught_words.read(rt)] == ["贴膜工", "修脚师"]


def late_papers(rt: Runtime, clock: Clock) -> None:
    posting(rt)
    licence_checks.look_at(rt, 1, How.LICENCE, "李工")
    clock.advance(days=190)


def entries(rt: Runtime) -> list[str]:
    with rt.reading() as session:
        return [one.field for one in employers_table.changes_of(session, 1)]


def test_an_employer_with_late_papers_is_watched_once(rt: Runtime, clock: Clock, meanwhile: Meanwhile) -> None:
    late_papers(rt, clock)
    assert sorted(meanwhile(lambda: licence_checks.watch_due(rt))) == [0, 1]
    assert entries(rt) == ["papers", "health"]


@pytest.mark.parametrize("is_seen_first", [True, False])
def test_an_employer_whose_papers_are_seen_just_then_is_not_watched(
    rt: Runtime, clock: Clock, meanwhile: Meanwhile, is_seen_first: bool
) -> None:
    late_papers(rt, clock)
    acts = [lambda: licence_checks.look_at(rt, 1, How.LICENCE, "李工"), lambda: licence_checks.watch_due(rt)]
    meanwhile(*(acts if is_seen_first else reversed(acts)))
    assert health(rt) == "normal"


def signed_in(rt: Runtime) -> Visitor:
    with rt.transaction() as session:
        session.add(Node(id=1, level=Level.COUNTY, name="示例县"))
        session.flush()
        account = {"role": Role.ADMIN, "node_id": 1, "password_hash": "", "created_at": FRIDAY}
        session.add(StaffAccount(id=1, sign_in="li", name="李工", **account))
        session.flush()
        session.add(StaffSession(id=1, account_id=1, token_digest="", created_at=FRIDAY, seen_at=FRIDAY))
    return Visitor(1, OFFICE, None, has_second=False)


def test_the_secret_shown_twice_is_the_same(rt: Runtime, meanwhile: Meanwhile) -> None:
    visitor = signed_in(rt)
    first, second = meanwhile(lambda: sign_ins.begin_enrolment(rt, visitor))
    assert first == second


def test_a_password_that_is_reset_just_then_lets_nobody_in(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(rt)
    known, matches = accounts.reset(rt, "li", "赵科"), sign_ins._matches

    def reset_then(*given: str) -> bool:
        monkeypatch.setattr(sign_ins, "_matches", matches)
        accounts.reset(rt, "li", "赵科")
        return matches(*given)

    monkeypatch.setattr(sign_ins, "_matches", reset_then)
    with pytest.raises(SignInRefused):
        sign_ins.sign_in(rt, "li", known, "")


def test_a_password_that_is_reset_ends_what_it_let_in_just_then(rt: Runtime, meanwhile: Meanwhile) -> None:
    signed_in(rt)
    known = accounts.reset(rt, "li", "赵科")

    def reset() -> None:  # as `accounts.reset` does, without the time a hash takes
        with rt.transaction() as session:
            session.get_one(StaffAccount, 1).password_hash = "another"
            accounts_table.end_sessions(session, 1)

    token, _ = meanwhile(lambda: sign_ins.sign_in(rt, "li", known, ""), reset)
    assert sign_ins.visitor(rt, token) is None


def test_a_phone_changed_while_tails_are_indexed_is_found_by_its_own(rt: Runtime, meanwhile: Meanwhile) -> None:
    number = person(rt, phone="13000000700")
    with rt.transaction() as session:
        session.get_one(Veteran, number).phone_tail_digest = None

    def change() -> None:
        with rt.transaction() as session:
            veterans.save_contact(session, KEYRING, number, phone="13000000999")

    meanwhile(lambda: people.index_tails_due(rt), change)
    with rt.reading() as session:
        assert session.get_one(Veteran, number).phone_tail_digest == KEYRING.digest(veterans.PHONE_TAIL, "0999")


def test_an_urgent_posting_pushed_twice_is_told_to_each_once(rt: Runtime, meanwhile: Meanwhile) -> None:
    posting(rt, job_categories=("保安",), headcount=1)
    for number in range(12):
        veteran_id = person(rt, f"o-{number}")
        with rt.transaction() as session:
            veterans.save_preference(session, veteran_id, Slots(job_categories=("保安",)), "talk", FRIDAY)
    told = meanwhile(lambda: urgent.push(rt, OFFICE, "P-1"))
    assert sum(told) == count(rt, Delivery) == count(rt, Recommendation)


def test_the_bureau_is_made_once(rt: Runtime, meanwhile: Meanwhile) -> None:
    assert sorted(meanwhile(lambda: stations.set_up(rt, ("示例县", ""), [("示例镇", "")]))) == [0, 2]
