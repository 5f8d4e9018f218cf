"""回访与诉求 in the console: cases settled and handed over, calls typed in one line, the board, silence, figures."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from models import followup as followups_table
from models.account import Role
from models.audit import AuditEntry
from models.followup import FollowUp
from models.placement import Referral
from models.veteran import Veteran
from services import employer_links
from tests.console import Care, County, care_of, open_county

#: Somebody else's numbers, as they are written into a note.
OTHERS = "王示例13000000099，519900197001010016"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        yield made


@pytest.fixture
def care(county: County) -> Care:
    return care_of(county, county.own)


def case_of(county: County, number: str) -> followups_table.Case:
    with county.rt.reading() as session:
        case = followups_table.case_numbered(session, number)
        assert case is not None
        return case


def test_a_clerk_takes_a_case_notes_it_and_answers(county: County, care: Care) -> None:
    clerk = county.browser(Role.CLERK)
    page = f"/staff/care/cases/{care.case_number}"
    assert care.case_number in clerk.get("/staff/care").text
    assert "工资没发" in clerk.get(page).text
    for step, text in (("take", ""), ("note", "已联系单位"), ("department", "人社局劳动监察"), ("resolve", "已补发")):
        clerk.post(page, {"step": step, "text": text}, page=page)
    case = case_of(county, care.case_number)
    assert (case.status, case.resolution, case.department) == ("resolved", "已补发", "人社局劳动监察")
    assert case.owner == "测试clerk（clerk）"
    assert care.case_number not in clerk.get("/staff/care").text


def test_handing_over_waits_for_the_colleague(county: County, care: Care) -> None:
    clerk, bureau = county.browser(Role.CLERK), county.browser(Role.BUREAU)
    page = f"/staff/care/cases/{care.case_number}"
    clerk.post(page, {"step": "take"}, page=page)
    clerk.post(page, {"step": "hand_over", "to": "测试bureau（bureau）", "text": "要局里办"}, page=page)
    assert "请您接办" in bureau.get(page).text
    assert "请您接办" not in clerk.get(page).text
    bureau.post(page, {"step": "accept"}, page=page)
    assert case_of(county, care.case_number).owner == "测试bureau（bureau）"


def test_numbers_in_the_words_of_staff_on_a_case_are_covered(county: County, care: Care) -> None:
    """The person's own and every identity number where they are kept, a phone where the answer is shown."""
    clerk, bureau = county.browser(Role.CLERK), county.browser(Role.BUREAU)
    page = f"/staff/care/cases/{care.case_number}"
    words = f"本人13000000001，{OTHERS}"
    clerk.post(page, {"step": "take"}, page=page)
    clerk.post(page, {"step": "note", "text": words}, page=page)
    clerk.post(page, {"step": "hand_over", "to": "测试bureau（bureau）", "text": words}, page=page)
    bureau.post(page, {"step": "return", "text": words}, page=page)
    clerk.post(page, {"step": "resolve", "text": words}, page=page)
    with county.rt.reading() as session:
        case = followups_table.case_numbered(session, care.case_number)
        assert case is not None
        kept = [one.text for one in followups_table.notes_of(session, case.id)] + [case.resolution]
    assert sum("130****0001，王示例13000000099，519900********0016" in one for one in kept) == 5
    assert not [one for one in kept if "13000000001" in one or "519900197001010016" in one]
    shown = clerk.get(page).text
    assert "已答复：本人130****0001，王示例130****0099，519900********0016" in shown
    assert "519900197001010016" not in shown


def test_a_refused_step_says_what_to_do(county: County, care: Care) -> None:
    clerk = county.browser(Role.CLERK)
    page = f"/staff/care/cases/{care.case_number}"
    clerk.post(page, {"step": "hand_over", "to": "测试bureau（bureau）", "text": "x"}, page=page)
    assert "请先接办" in clerk.get(page).text


def test_late_and_departments_work_are_on_the_meetings_list(county: County, care: Care) -> None:
    leader = county.browser(Role.LEADER)
    assert "没有卡在部门" in leader.get("/staff/care/meeting").text
    county.clock.advance(days=9)
    text = county.browser(Role.LEADER).get("/staff/care/meeting").text
    assert care.case_number in text and "已过期" in text
    assert "张三" not in text, "leaders see what is stuck, not whose"


def test_a_call_is_shown_as_read_and_kept_when_confirmed(county: County, care: Care) -> None:
    clerk = county.browser(Role.CLERK)
    page = f"/staff/care/calls/{care.follow_up_id}"
    assert "张三" in clerk.get("/staff/care/calls").text
    opened = clerk.get(page).text
    assert "13000000001" in opened and "照着问" in opened
    line = "在岗，4分，工资少给500，别的都好"
    read = clerk.post(page, {"line": line}, page=page)
    assert "满意度 4 分" in read.text and "工资" in read.text
    with county.rt.reading() as session:
        assert session.get_one(FollowUp, care.follow_up_id).answered_at is None
    clerk.post(page, {"line": line, "sure": "1"}, page=page)
    with county.rt.reading() as session:
        row = session.get_one(FollowUp, care.follow_up_id)
        assert row.answer == {"employment_status": "在岗", "satisfaction": 4, "gaps": ["工资"]}
        assert row.answered_by == "测试clerk（clerk）"
        kinds = [one.kind for one in followups_table.cases_of(session, county.own)]
        assert kinds == ["wage", "posting"]
        read_entries = [one for one in session.query(AuditEntry) if one.action == "call.read"]
    assert {(one.who, one.subject) for one in read_entries} == {("测试clerk（clerk）", f"veteran:{county.own}")}
    assert "张三" not in clerk.get("/staff/care/calls").text


def test_a_line_that_does_not_say_whether_is_asked_again(county: County, care: Care) -> None:
    clerk = county.browser(Role.CLERK)
    page = f"/staff/care/calls/{care.follow_up_id}"
    answer = clerk.post(page, {"line": "他说想想"}, page=page)
    assert answer.status_code == 400 and "在不在岗" in answer.text


def test_the_board_shows_the_clock_and_the_link_to_pass_on(county: County, care: Care) -> None:
    clerk = county.browser(Role.CLERK)
    page = f"/staff/care/referrals/{care.referral_id}"
    assert "该催了" not in clerk.get("/staff/care/referrals").text
    signed = clerk.get(page).text.partition("/e/")[2].split("<")[0].strip()
    assert "单位" not in clerk.get(page).text.partition("打开过")[0][-20:] or "打开过" not in clerk.get(page).text
    assert "报名" in county.app.test_client().get(f"/e/{signed}").text
    assert "打开过" in clerk.get(page).text
    clerk.post(page, page=page)
    with county.rt.reading() as session:
        assert session.get_one(Referral, care.referral_id).sent_at is not None
    county.clock.advance(days=7)
    assert "该催了" in county.browser(Role.CLERK).get("/staff/care/referrals").text


def test_silence_is_ended_one_contact_at_a_time(county: County) -> None:
    clerk = county.browser(Role.CLERK)
    listed = clerk.get("/staff/care/silence").text
    assert "张三" in listed and "李四" not in listed and "0 / 1 人" in listed
    page = f"/staff/people/{county.own}/contact"
    assert page in listed
    clerk.post(page, {"occasion": "phone", "note": "在家待业"}, page=page)
    text = clerk.get("/staff/care/silence").text
    assert "张三" not in text and "1 / 1 人" in text
    county.clock.advance(days=32)
    assert "张三" in county.browser(Role.CLERK).get("/staff/care/silence").text


def test_help_goes_from_step_to_step_to_its_end(county: County) -> None:
    clerk = county.browser(Role.CLERK)
    due = f"{county.rt.today() + timedelta(days=3)}"
    page = f"/staff/care/help/people/{county.own}"
    plan = {"helper": "测试clerk（clerk）", "reason": "no_skill", "text": "带他报叉车班", "due_on": due}
    clerk.post(page, plan | {"reason": ""}, page=page)
    assert "没有工作的原因" in clerk.get("/staff/care/help").text
    clerk.post(page, plan, page=page)
    assert "带他报叉车班" in clerk.get("/staff/care/help").text
    clerk.post("/staff/care/help/steps/1", {"text": "问问培训怎么样", "due_on": due}, page=page)
    text = clerk.get("/staff/care/help").text
    assert "问问培训怎么样" in text and "带他报叉车班" not in text
    clerk.post("/staff/care/help/steps/2", {"outcome": "placed"}, page=page)
    assert "没有要办的帮扶" in clerk.get("/staff/care/help").text


def test_a_spot_check_is_drawn_called_and_rated(county: County) -> None:
    bureau = county.browser(Role.BUREAU)
    bureau.post("/staff/care/spot-check", page="/staff/care/spot-check")
    text = bureau.get("/staff/care/spot-check").text
    assert "13000000001" in text and "还没有核" in text
    bureau.post("/staff/care/spot-check/1", {"result": "wrong", "wrong": ["phone"], "note": "换号了"})
    text = bureau.get("/staff/care/spot-check").text
    assert "100%（21%–100%）" in text and "电话" in text
    leader = county.browser(Role.LEADER).get("/staff/care/spot-check").text
    assert "100%（21%–100%）" in leader and "张三" not in leader


def test_a_gap_is_decided_only_when_both_sides_were_heard(county: County, care: Care) -> None:
    bureau = county.browser(Role.BUREAU)
    page = "/staff/care/reality"
    assert "少了五百" in bureau.get(page).text and "两边都听过" in bureau.get(page).text
    bureau.post(f"{page}/{care.reality_id}", {"holds": "1", "words": "x"})
    assert "还没有听单位说明" in bureau.get(page).text
    with county.rt.transaction() as session:
        placement = session.get_one(FollowUp, care.follow_up_id).placement
        row = next(one for one in followups_table.follow_ups_of(session, placement.id) if one.side == "employer")
        signed = employer_links.address(session, county.rt, employer_links.FOLLOW_UP, row.id, "clerk")
    employer_links.answer(
        county.rt, signed, employer_links.Answer(words="试用期八折", employment_status="在岗", satisfaction=4)
    )
    assert "试用期八折" in bureau.get(page).text
    bureau.post(f"{page}/{care.reality_id}", {"holds": "0", "words": "合同写明"})
    assert "没有等核定的" in bureau.get(page).text


def test_every_figure_of_the_report_opens_to_as_many_rows(county: County, care: Care) -> None:
    county.clock.advance(days=30)
    bureau = county.browser(Role.BUREAU)
    text = bureau.get("/staff/care/report").text
    assert "还不知道" in text
    links = [
        part.split('"')[0].replace("&amp;", "&") for part in text.split('href="')[1:] if "report/rows" in part[:40]
    ]
    assert links
    for link in links:
        count = int(text.partition(link.replace("&", "&amp;") + '">')[2].split("<")[0])
        assert f"{count} 人" in bureau.get(link).text
    assert 'href="/staff/care/report/rows' not in county.browser(Role.LEADER).get("/staff/care/report").text


def test_the_other_stations_people_are_not_there(county: County) -> None:
    other = care_of(county, county.other)
    clerk = county.browser(Role.CLERK)
    for page in ("care", "care/calls", "care/referrals", "care/silence", "care/help?whose=all", "care/spot-check"):
        assert "李四" not in clerk.get(f"/staff/{page}").text, page
    with county.rt.reading() as session:
        assert session.get_one(Veteran, county.other).fresh_at is None
    assert clerk.get(f"/staff/care/cases/{other.case_number}").status_code == 404
