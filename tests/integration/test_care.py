"""Referrals, placements, follow-ups and cases: from 报名 to the answer told back."""

from datetime import date

import pytest

from models import followup as followups_table
from models import placement as placements_table
from models.base import Database
from models.conversation import Conversation
from models.followup import FollowUpStatus
from models.placement import ReferralStatus
from models.posting import PostingStatus
from models.veteran import Veteran
from services import cases, followups, outbox, placements, postings, referrals, veterans, workdays
from services.runtime import CHINA, Runtime
from tests.builders import FRIDAY, KEYRING, Clock, FakeChannel, create_posting, create_runtime, create_veteran


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def rt(database: Database, clock: Clock, channel: FakeChannel) -> Runtime:
    made = create_runtime(database, clock, channel)
    with made.transaction() as session:
        veteran = create_veteran(session)
        session.add(Conversation(openid="o-zhang", veteran_id=veteran.id, state={}, updated_at=FRIDAY))
        create_posting(session, headcount=1)
    return made


def texts(rt: Runtime, channel: FakeChannel) -> list[str]:
    outbox.deliver_due(rt)
    return [sent.text for sent in channel.sent]


def test_picking_twice_is_one_referral(rt: Runtime) -> None:
    with rt.transaction() as session:
        veteran = session.get_one(Veteran, 1)
        first, is_new = referrals.refer(session, veteran.id, "P-1", FRIDAY)
        again, is_new_again = referrals.refer(session, veteran.id, "P-1", FRIDAY)
        assert (is_new, is_new_again, again.id) == (True, False, first.id)
        assert first.respond_by == date(2026, 11, 25)


def test_a_withdrawn_referral_can_be_taken_up_again(rt: Runtime) -> None:
    with rt.transaction() as session:
        veteran = session.get_one(Veteran, 1)
        referrals.refer(session, veteran.id, "P-1", FRIDAY)
        assert referrals.withdraw(session, veteran, None, FRIDAY) is not None
        assert referrals.withdraw(session, veteran, None, FRIDAY) is None
        _, is_new = referrals.refer(session, veteran.id, "P-1", FRIDAY)
        assert is_new
        assert len(placements_table.referrals_of(session, 1)) == 1


def test_a_closed_posting_takes_nobody_and_tells_those_on_their_way(rt: Runtime, channel: FakeChannel) -> None:
    with rt.transaction() as session:
        referrals.refer(session, 1, "P-1", FRIDAY)
    postings.close(rt, "P-1", "tester")
    assert any("停止招聘" in text for text in texts(rt, channel))
    with rt.transaction() as session:
        assert placements_table.referrals_of(session, 1)[0].status == ReferralStatus.CLOSED
        with pytest.raises(referrals.PostingClosed):
            referrals.refer(session, create_veteran(session, "o-li").id, "P-1", FRIDAY)


def test_hired_makes_a_placement_with_its_follow_ups(rt: Runtime, channel: FakeChannel) -> None:
    with rt.transaction() as session:
        referrals.refer(session, 1, "P-1", FRIDAY)
    referrals.set_status(rt, 1, "P-1", "hired", note="周一报到")
    assert any("恭喜" in text and "周一报到" in text for text in texts(rt, channel))
    with rt.reading() as session:
        (placement,) = placements_table.placements_of(session, 1)
        planned = followups_table.follow_ups_of(session, placement.id)
    assert [(one.step, one.side) for one in planned] == [
        (step, side) for step in (7, 30, 90) for side in ("veteran", "employer")
    ]
    assert all(workdays.is_workday(follow_up.due_at.astimezone(CHINA).date()) for follow_up in planned)


def test_a_follow_up_is_asked_repeated_once_and_then_a_person_calls(
    rt: Runtime, clock: Clock, channel: FakeChannel
) -> None:
    placements.begin(rt, 1, "P-1", FRIDAY.date())
    assert followups.send_due(rt) == 0
    clock.advance(days=7)
    assert followups.send_due(rt) == 2, "the veteran is asked, the employer is on the phone list"
    assert followups.send_due(rt) == 0
    assert "一周" in texts(rt, channel)[-1]
    with rt.reading() as session:
        assert session.get_one(Conversation, "o-zhang").awaiting == "followup:1"
    clock.advance(days=4)
    assert followups.expire_due(rt) == 1
    assert len(texts(rt, channel)) == 2
    clock.advance(days=4)
    assert followups.expire_due(rt) == 0, "a Saturday"
    clock.advance(days=2)
    assert followups.expire_due(rt) == 1
    assert len(texts(rt, channel)) == 2
    with rt.reading() as session:
        assert session.get_one(followups_table.FollowUp, 1).status == FollowUpStatus.PHONE


def test_who_cannot_be_reached_goes_to_the_phone_list_at_once(rt: Runtime, clock: Clock) -> None:
    placements.begin(rt, 1, "P-1", FRIDAY.date())
    with rt.transaction() as session:
        veterans.unfollow(session, session.get_one(Veteran, 1), FRIDAY)
    clock.advance(days=7)
    followups.send_due(rt)
    with rt.reading() as session:
        assert session.get_one(followups_table.FollowUp, 1).status == FollowUpStatus.PHONE


def test_who_left_is_not_asked_again(rt: Runtime, clock: Clock) -> None:
    placements.begin(rt, 1, "P-1", FRIDAY.date())
    with rt.transaction() as session:
        placements.end(session, placements_table.placements_of(session, 1)[0], FRIDAY.date(), "太远", FRIDAY)
    clock.advance(days=100)
    assert followups.send_due(rt) == 0


def test_a_case_has_a_number_a_due_workday_and_its_answer_is_told_back(rt: Runtime, channel: FakeChannel) -> None:
    with rt.transaction() as session:
        veteran = session.get_one(Veteran, 1)
        case = cases.open_case(session, KEYRING, veteran, "wage", words="加班费没给", now=FRIDAY)
        number, due = case.number, case.due_on
        assert b"\xe5\x8a\xa0" not in (case.words_sealed or b"")
    assert (number, due) == ("11200001", date(2026, 11, 27))
    cases.update(rt, number, "resolved", "企业补发加班费", "clerk")
    assert any("补发" in text and number in text for text in texts(rt, channel))
    with rt.transaction() as session:
        case = cases.latest_of(session, 1)
        assert case is not None
        cases.reopen(session, KEYRING, case, words="还没到账", now=FRIDAY)
        assert (case.number, case.status, case.reopened) == (number, "open", 1)
        assert KEYRING.open("case.words", case.words_sealed or b"") == "加班费没给\n还没到账"


def test_an_overdue_case_is_raised_once(rt: Runtime, clock: Clock) -> None:
    with rt.transaction() as session:
        cases.open_case(session, KEYRING, session.get_one(Veteran, 1), "wage", words="x", now=FRIDAY)
    assert cases.escalate_due(rt) == 0
    clock.advance(days=8)
    assert cases.escalate_due(rt) == 1
    assert cases.escalate_due(rt) == 0


def test_an_unknown_case_is_refused(rt: Runtime) -> None:
    with pytest.raises(cases.UnknownCase):
        cases.update(rt, "nothing", "resolved", "", "clerk")


def test_a_posting_past_its_last_day_expires_and_raises_the_revision(rt: Runtime, clock: Clock) -> None:
    with rt.transaction() as session:
        create_posting(session, "P-2", deadline=date(2026, 11, 21))
        before = postings.postings_table.catalog_revision(session)
    assert postings.expire_due(rt) == 0
    clock.advance(days=2)
    assert postings.expire_due(rt) == 1
    with rt.reading() as session:
        posting = postings.postings_table.posting_by_code(session, "P-2")
        assert posting is not None
        assert posting.status == PostingStatus.EXPIRED
        assert [p.code for p in postings.postings_table.postings_changed_since(session, before)] == ["P-2"]


def test_the_same_job_from_two_sources_is_one_posting(rt: Runtime) -> None:
    with rt.transaction() as session:
        first = create_posting(session, "A", age_max=50)
        offer = postings.Offer(
            employer="示例 保安公司", title="保安 A", facts=postings.PostingFacts(id="B", age_max=50), phone=None
        )
        again, is_new = postings.keep(session, offer, "tester", FRIDAY, publish=True)
        assert (again.id, is_new) == (first.id, False)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # the October holiday
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2031, 1, 3), 1, date(2031, 1, 6)),  # beyond the published calendar: weekends
    ],
)
def test_workdays_follow_the_chinese_calendar(day: date, count: int, expected: date) -> None:
    assert workdays.add_workdays(day, count) == expected
