"""Postings from draft to their end: verified, guarded, confirmed again, filled, expired; every step dated."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from matching.facts import PostingFacts
from models import placement as placements_table
from models import posting as postings_table
from models.base import Database
from models.placement import ReferralStatus
from models.posting import How, Posting, PostingStatus
from models.posting_list import PostingFilter, postings_page
from models.veteran import Veteran
from services import placements, postings, referrals
from services.errors import ServiceError
from services.posting_states import VALID_DAYS, PostingRefused
from services.postings import Verification
from services.runtime import Runtime
from tests.builders import FRIDAY, Clock, create_draft, create_posting, create_runtime, create_veteran

TODAY = FRIDAY.date()
CALLED = Verification("王岗", How.PHONE, "人事李经理")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rt(database: Database, clock: Clock) -> Runtime:
    return create_runtime(database, clock)


def posting(rt: Runtime, code: str = "P-1") -> Posting:
    with rt.reading() as session:
        found = postings_table.posting_by_code(session, code)
        assert found is not None
        return found


def steps(rt: Runtime, code: str = "P-1") -> list[tuple[str | None, str, str, str]]:
    with rt.reading() as session:
        rows = postings_table.changes_of(session, posting(rt, code).id)
        return [(row.old, row.new or "", row.who, row.reason) for row in rows]


def test_a_draft_is_verified_and_then_published_each_step_dated(rt: Runtime) -> None:
    create_draft(rt)
    postings.check(rt, "P-1", CALLED)
    kept = posting(rt)
    assert (kept.status, kept.checked_by, kept.checked_how) == ("checked", "王岗", "phone")
    assert kept.valid_until == TODAY + timedelta(days=VALID_DAYS)
    assert postings.facts_of(kept).closed
    postings.publish(rt, "P-1", "李局")
    assert posting(rt).status == PostingStatus.OPEN
    assert steps(rt) == [
        (None, "draft", "tester", "tester"),
        ("draft", "checked", "王岗", "电话核实：人事李经理"),
        ("checked", "open", "李局", "发布"),
    ]


def test_what_nobody_verified_is_not_published(rt: Runtime) -> None:
    create_draft(rt)
    with pytest.raises(PostingRefused, match=r"postings\.unchecked") as refused:
        postings.publish(rt, "P-1", "李局")
    assert "先核验" in refused.value.message
    assert posting(rt).status == PostingStatus.DRAFT


@pytest.mark.parametrize(
    ("note", "word"),
    [
        ("入职须交押金500元，离职退还", "押金"),
        ("先交培训费2000元再上岗", "培训费"),
        ("限未婚女性", "未婚"),
        ("无需经验，轻松月入过万", "夸大"),
    ],
)
def test_unlawful_words_are_refused_with_what_to_mend(rt: Runtime, note: str, word: str) -> None:
    create_draft(rt, note=note)
    postings.check(rt, "P-1", CALLED)
    with pytest.raises(PostingRefused) as refused:
        postings.publish(rt, "P-1", "李局")
    assert refused.value.status == 409
    assert word in refused.value.message
    assert posting(rt).status == PostingStatus.CHECKED


def test_words_that_take_a_fee_back_are_published(rt: Runtime) -> None:
    create_draft(rt, note="不收取任何押金和培训费，免费培训")
    postings.check(rt, "P-1", CALLED)
    postings.publish(rt, "P-1", "李局")
    assert posting(rt).status == PostingStatus.OPEN


def test_a_fee_is_a_draft_even_when_kept_as_open(rt: Runtime) -> None:
    with rt.transaction() as session:
        offer = postings.Offer(
            employer="示例公司", title="保安", facts=PostingFacts(id="P-9"), note="报名费200元，入职收押金500元"
        )
        kept, _ = postings.keep(session, offer, "tester", FRIDAY, publish=True)
        assert (kept.status, kept.checked_by) == (PostingStatus.DRAFT, None)


def test_steps_out_of_order_are_refused_in_words(rt: Runtime) -> None:
    create_draft(rt)
    postings.close(rt, "P-1", "王岗", reason="单位不招了")
    with pytest.raises(PostingRefused) as refused:
        postings.check(rt, "P-1", CALLED)
    assert "已撤下" in refused.value.message
    postings.reopen(rt, "P-1", "王岗", "又招了")
    assert [step[1] for step in steps(rt)] == ["draft", "withdrawn", "draft"]
    with pytest.raises(ServiceError, match=r"postings\.unknown"):
        postings.check(rt, "P-0", CALLED)


def test_a_validity_in_the_past_and_a_deadline_gone_are_refused(rt: Runtime) -> None:
    create_draft(rt)
    with pytest.raises(PostingRefused, match=r"postings\.validity"):
        postings.check(rt, "P-1", replace(CALLED, valid_until=TODAY - timedelta(days=1)))
    create_draft(rt, "P-2", deadline=date(2026, 11, 1))
    with pytest.raises(PostingRefused, match=r"postings\.late"):
        postings.check(rt, "P-2", CALLED)


def test_what_ends_soon_is_asked_about_and_stands_again(rt: Runtime, clock: Clock) -> None:
    for code in ("P-1", "P-2"):
        create_draft(rt, code)
        postings.check(rt, code, replace(CALLED, valid_until=TODAY + timedelta(days=30)))
        postings.publish(rt, code, "李局")
    assert postings.confirm_due(rt) == []
    clock.advance(days=20)
    assert [one.code for one in postings.confirm_due(rt)] == ["P-1", "P-2"]
    postings.reconfirm(rt, "P-1", Verification("王岗", How.VISIT))
    assert [one.code for one in postings.confirm_due(rt)] == ["P-2"]
    assert steps(rt)[-1] == ("open", "open", "王岗", "上门走访")
    clock.advance(days=11)
    assert postings.expire_due(rt) == 1
    assert steps(rt, "P-2")[-1] == ("open", "expired", "scheduler", "核验有效期已过，没有再次确认")
    postings.reconfirm(rt, "P-2", CALLED)
    assert posting(rt, "P-2").status == PostingStatus.OPEN
    assert postings.expire_due(rt) == 0


def test_an_expired_posting_needs_a_new_deadline(rt: Runtime, clock: Clock) -> None:
    with rt.transaction() as session:
        create_posting(session, deadline=TODAY)
    clock.advance(days=1)
    assert postings.expire_due(rt) == 1
    with pytest.raises(PostingRefused, match=r"postings\.late"):
        postings.reconfirm(rt, "P-1", CALLED)
    postings.reconfirm(rt, "P-1", CALLED, deadline=TODAY + timedelta(days=40))
    assert postings.facts_of(posting(rt)).deadline == TODAY + timedelta(days=40)
    assert not postings.facts_of(posting(rt)).closed


def test_what_was_opened_without_asking_anybody_is_on_the_list(rt: Runtime) -> None:
    with rt.transaction() as session:
        create_posting(session)
    due = postings.confirm_due(rt)
    assert [(one.code, one.valid_until, one.phone) for one in due] == [("P-1", None, "13000000901")]


def test_the_last_place_taken_fills_the_posting_and_tells_those_on_their_way(rt: Runtime) -> None:
    with rt.transaction() as session:
        create_posting(session, headcount=2)
        for name in ("o-1", "o-2", "o-3"):
            referrals.refer(session, create_veteran(session, name).id, "P-1", FRIDAY)
    referrals.set_status(rt, 1, "P-1", "hired")
    assert posting(rt).status == PostingStatus.OPEN
    referrals.set_status(rt, 2, "P-1", "hired")
    assert steps(rt)[-1] == ("open", "full", "system", "招 2 人，已上岗 2 人")
    with rt.transaction() as session:
        assert placements_table.referrals_of(session, 3)[0].status == ReferralStatus.CLOSED
        placements.end(session, placements_table.placements_of(session, 1)[0], TODAY, "太远", rt.now())
    postings.reopen(rt, "P-1", "王岗", "有人离职")
    placements.begin(rt, 3, "P-1", TODAY)
    assert posting(rt).status == PostingStatus.FULL


def test_without_a_headcount_nothing_fills(rt: Runtime) -> None:
    with rt.transaction() as session:
        create_posting(session)
        create_veteran(session)
    placements.begin(rt, 1, "P-1", TODAY)
    with rt.reading() as session:
        assert session.get_one(Veteran, 1) is not None
    assert posting(rt).status == PostingStatus.OPEN


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (PostingFacts(id="1"), ()),
        (PostingFacts(id="1", job_categories=("公益性岗位", "保洁")), ("公益性岗位",)),
        (PostingFacts(id="1", work_type="公益性岗位"), ("公益性岗位",)),
        (PostingFacts(id="1", work_type="灵活"), ("灵活就业",)),
        (PostingFacts(id="1", work_type="季节性", veteran_only=True), ("灵活就业", "退役军人专岗")),
        (PostingFacts(id="1", work_type="全职", veteran_priority=True), ()),
    ],
)
def test_tags_come_from_the_facts(facts: PostingFacts, expected: tuple[str, ...]) -> None:
    assert postings.tags(facts) == expected


def test_the_list_is_narrowed_to_a_trade(database: Database) -> None:
    rt = create_runtime(database)
    with rt.transaction() as session:
        create_posting(session, "P-1", job_categories=("保安",))
        create_posting(session, "P-2", job_categories=("保洁", "服务员"))
    with rt.reading() as session:
        assert [one.code for one in postings_page(session, PostingFilter(trade="保洁"), 0)] == ["P-2"]
