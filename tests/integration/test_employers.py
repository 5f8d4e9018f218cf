"""Employers' booklets: what is written into one, what it shows, and what a stop does to its postings."""

from datetime import date

import pytest

from models import placement as placements_table
from models import posting as postings_table
from models.base import Database
from models.placement import ReferralStatus
from models.posting import How
from services import employer_words, employers, placements, postings, referrals
from services.employers import Agreement, EmployerRefused, Person
from services.errors import ServiceError
from services.intake.importing import import_postings
from services.intake.source import Source
from services.posting_states import PostingRefused
from services.runtime import Runtime
from tests.builders import FRIDAY, Clock, create_draft, create_posting, create_runtime, create_veteran

TODAY = FRIDAY.date()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rt(database: Database, clock: Clock) -> Runtime:
    made = create_runtime(database, clock)
    with made.transaction() as session:
        create_posting(session, headcount=2, work_type="灵活")
    return made


def test_a_booklet_holds_who_they_are_and_every_change_dated(rt: Runtime) -> None:
    employers.set_kind(rt, 1, "veteran_owned", "王岗")
    employers.set_kind(rt, 1, "veteran_owned", "王岗")
    employers.add_contact(rt, 1, Person("李经理", "13000000801", "人事"), "王岗")
    employers.add_contact(rt, 1, Person("李主任", "13000000801", "人事主任"), "王岗")
    employers.sign_agreement(rt, 1, Agreement(date(2026, 3, 1), date(2027, 2, 28)), "李局")
    employers.record_visit(rt, 1, "王岗", "宿舍四人一间，食堂干净")
    kept = employers.booklet(rt, 1)
    assert (kept.kind, kept.health, kept.is_priority) == ("veteran_owned", "normal", True)
    assert kept.contacts == (Person("李主任", "13000000801", "人事主任"),)
    assert [entry.field for entry in kept.entries] == ["kind", "contact", "contact", "agreement", "visit"]
    assert (kept.entries[0].old, kept.entries[0].new) == ("企业", "军创企业")
    assert kept.entries[3].new == "2026-03-01 签订，至 2027-02-28，优先招用"
    assert [(visit.who, visit.reason) for visit in kept.visits] == [("王岗", "宿舍四人一间，食堂干净")]


def test_priority_ends_with_the_agreement(rt: Runtime, clock: Clock) -> None:
    employers.sign_agreement(rt, 1, Agreement(TODAY, date(2026, 12, 1)), "李局")
    assert employers.booklet(rt, 1).is_priority
    clock.advance(days=12)
    assert not employers.booklet(rt, 1).is_priority


def test_a_booklet_shows_what_came_of_the_postings(rt: Runtime) -> None:
    with rt.transaction() as session:
        create_posting(session, "P-2")
        for name in ("o-1", "o-2"):
            referrals.refer(session, create_veteran(session, name).id, "P-1", FRIDAY)
    referrals.set_status(rt, 1, "P-1", "hired")
    with rt.transaction() as session:
        placements.end(session, placements_table.placements_of(session, 1)[0], TODAY, "太远", FRIDAY)
    placements.begin(rt, 2, "P-1", TODAY)
    kept = employers.booklet(rt, 1)
    first, second = kept.postings
    assert (first.code, first.tags, first.headcount, first.at_work, first.referred) == ("P-1", ("灵活就业",), 2, 1, 2)
    assert (second.code, second.at_work, second.referred) == ("P-2", 0, 0)
    assert kept.referrals == {"已录用": 2}, "a start entered for who had picked the posting answers their referral"
    assert [(one.veteran_id, one.ended_on, one.end_reason) for one in kept.hires] == [(1, TODAY, "太远"), (2, None, "")]


def test_a_stop_takes_the_postings_off_and_lets_none_on(rt: Runtime) -> None:
    create_draft(rt, "P-3")
    postings.check(rt, "P-3", postings.Verification("王岗", How.VISIT))
    with rt.transaction() as session:
        referrals.refer(session, create_veteran(session).id, "P-1", FRIDAY)
    employers.set_health(rt, 1, "stop", "李局", "拖欠工资三个月")
    kept = employers.booklet(rt, 1)
    assert {one.status for one in kept.postings} == {"withdrawn"}
    assert (kept.entries[-1].old, kept.entries[-1].new, kept.entries[-1].reason) == (
        "正常",
        "停止合作",
        "拖欠工资三个月",
    )
    with rt.reading() as session:
        assert placements_table.referrals_of(session, 1)[0].status == ReferralStatus.CLOSED
    create_draft(rt, "P-4", "新岗位", headcount=7)
    postings.check(rt, "P-4", postings.Verification("王岗", How.PHONE))
    with pytest.raises(PostingRefused, match=r"postings\.stopped"):
        postings.publish(rt, "P-4", "李局")
    employers.set_health(rt, 1, "normal", "李局", "工资已补发")
    postings.publish(rt, "P-4", "李局")


def test_a_watched_employer_weighs_less_in_matching_at_once(rt: Runtime) -> None:
    with rt.reading() as session:
        revision = postings_table.catalog_revision(session)
    employers.set_health(rt, 1, "watch", "李局", "两人反映加班不付钱")
    with rt.reading() as session:
        assert postings_table.catalog_revision(session) > revision
        posting = postings_table.posting_by_code(session, "P-1")
        assert posting is not None
        assert postings.facts_of(posting).employer_health == 25
        assert not postings.facts_of(posting).closed


def test_what_a_booklet_does_not_take_is_refused_in_words(rt: Runtime) -> None:
    with pytest.raises(EmployerRefused) as kind:
        employers.set_kind(rt, 1, "shop", "王岗")
    assert "军创企业" in kind.value.message
    with pytest.raises(EmployerRefused):
        employers.set_health(rt, 1, "stop", "王岗", " ")
    with pytest.raises(EmployerRefused):
        employers.sign_agreement(rt, 1, Agreement(date(2026, 12, 1)), "王岗")
    with pytest.raises(EmployerRefused):
        employers.sign_agreement(rt, 1, Agreement(TODAY, date(2026, 1, 1)), "王岗")
    with pytest.raises(EmployerRefused):
        employers.set_licence(rt, 1, "12345", "王岗")
    with pytest.raises(ServiceError, match=r"employers\.unknown"):
        employers.booklet(rt, 99)


def test_a_licence_number_is_checked_and_kept_plain(rt: Runtime) -> None:
    # The code that explanations of GB 32100-2015 use as their example.
    good = "91350100M000100Y43"
    employers.set_licence(rt, 1, f" {good[:8]} {good[8:].lower()} ", "王岗")
    assert employers.booklet(rt, 1).licence_number == good
    assert employer_words.credit_code(good[:-1] + ("0" if good[-1] != "0" else "1")) is None
    assert employer_words.credit_code("91519900IO00000000") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("军创企业", "veteran_owned"),
        ("退役军人创办企业", "veteran_owned"),
        ("劳务派遣公司", "agency"),
        ("人力资源服务机构", "agency"),
        ("就业帮扶车间", "workshop"),
        ("事业单位", "public"),
        ("机关", "public"),
        ("民营企业", "firm"),
        ("国 企", "firm"),
        ("有限责任公司", "firm"),
        ("", None),
        ("其他", None),
    ],
)
def test_the_kind_of_an_employer_in_the_words_of_sheets(text: str, expected: str | None) -> None:
    assert employer_words.kind(text) == expected


def test_a_file_fills_the_booklet_of_a_new_employer(rt: Runtime) -> None:
    head = "用人单位,单位性质,统一社会信用代码,岗位名称,招聘人数,工资,工作地点,联系人,联系电话"
    rows = (
        "示例军创公司,军创企业,91350100M000100Y43,保安,2,4000,三台县,李经理,13000000811",
        "示例军创公司,,,保洁,2,3000,三台县,李经理,13000000811",
        "示例制造公司,民营企业,12345,普工,5,5000,三台县,王经理,13000000812",
        "示例保安公司,事业单位,,队员,5,5000,三台县,王经理,13000000813",
    )
    import_postings(rt, Source("岗位.csv", "\n".join((head, *rows)).encode()), "王岗")
    kept = {one.name: one for one in (employers.booklet(rt, number) for number in (1, 2, 3))}
    assert (kept["示例军创公司"].kind, kept["示例军创公司"].licence_number) == ("veteran_owned", "91350100M000100Y43")
    assert len(kept["示例军创公司"].postings) == 2
    assert (kept["示例制造公司"].kind, kept["示例制造公司"].licence_number) == ("firm", None)
    # What the bureau keeps of a firm it knows is not changed by a file.
    assert kept["示例保安公司"].kind == "firm"
