"""`/e/<signed>`: employers answer and file without an account, by one link for one thing, in large type."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from bot.slots import Slots
from models import followup as followups_table
from models import placement as placements_table
from models import posting as postings_table
from models.base import Session
from models.placement import Referral
from models.posting import Posting
from services import employer_links, links, veterans
from tests.console import Care, County, care_of, open_county


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        yield made


@pytest.fixture
def care(county: County) -> Care:
    return care_of(county, county.own)


def link(county: County, purpose: str, number: int) -> str:
    with county.rt.transaction() as session:
        return "/e/" + employer_links.address(session, county.rt, purpose, number, "clerk")


def send(county: County, path: str, **fields: str) -> TestResponse:
    """A form sent from the page, as a browser does."""
    client = county.app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert token
    return client.post(path, data={**fields, "csrf_token": token.group(1)})


def referral(county: County, number: int) -> Referral:
    with county.rt.reading() as session:
        return session.get_one(Referral, number)


def test_an_interview_an_offer_and_a_refusal(county: County, care: Care) -> None:
    path = link(county, "referral", care.referral_id)
    page = county.app.test_client().get(path).text
    assert "张三" in page and "13000000001" in page
    answer = send(county, path, answer="interview", day="2026-12-01", time="14:00", place="示例路1号")
    assert answer.status_code == 200 and "收到了" in answer.text
    assert referral(county, care.referral_id).status == "interview"
    assert "12月1日（周二）14:00" in county.app.test_client().get(path).text
    send(county, path, answer="hired", starts_on="2026-12-07")
    assert referral(county, care.referral_id).starts_on == date(2026, 12, 7)
    send(county, path, answer="no", reason="已招到别人")
    found = referral(county, care.referral_id)
    assert (found.status, found.reason) == ("not_hired", "已招到别人")
    over = county.app.test_client().get(path).text
    assert "不用再答复" in over and "张三" not in over and "13000000001" not in over


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"answer": "interview", "day": "2026-12-01", "time": "14:00", "place": ""}, "面试地点"),
        ({"answer": "interview", "day": "明天", "time": "14:00", "place": "x"}, "日期没有填对"),
        ({"answer": "interview", "day": "2026-12-01", "time": "下午", "place": "x"}, "钟点没有填对"),
        ({"answer": "interview", "day": "2026-11-01", "time": "14:00", "place": "x"}, "已经过了"),
        ({"answer": "hired", "starts_on": "2026-11-01"}, "不能早于今天"),
        ({"answer": "no", "reason": "看他不顺眼"}, "请选一个"),
        ({"answer": ""}, "请选一种答复"),
    ],
)
def test_a_wrong_answer_changes_nothing_and_says_what_to_do(
    county: County, care: Care, fields: dict[str, str], words: str
) -> None:
    answer = send(county, link(county, "referral", care.referral_id), **fields)
    assert answer.status_code == 400 and words in answer.text
    assert referral(county, care.referral_id).status == "submitted"


def test_a_follow_up_is_answered_and_the_gap_explained(county: County, care: Care) -> None:
    with county.rt.reading() as session:
        (placement,) = placements_table.placements_of(session, county.own)
        row = next(one for one in followups_table.follow_ups_of(session, placement.id) if one.side == "employer")
    path = link(county, "follow_up", row.id)
    page = county.app.test_client().get(path).text
    assert "工资" in page and "少了五百" not in page, "the veteran's words are not shown to the employer"
    assert send(county, path, words="x").status_code == 400
    answer = send(county, path, status="在岗", satisfaction="4", words="转正后按 4500 发")
    assert answer.status_code == 200
    with county.rt.reading() as session:
        kept = session.get_one(followups_table.FollowUp, row.id)
    assert (kept.status, kept.way) == ("answered", "link")
    assert kept.answer == {"employment_status": "在岗", "satisfaction": 4, "words": "转正后按 4500 发"}


FILED = {
    "岗位名称": "园区保安",
    "招聘人数": "2",
    "工作内容": "园区门岗，登记车辆",
    "工资": "3500-4000元/月",
    "工作地点": "三台县工业园区",
    "截止日期": "2026-12-31",
    "联系人": "李经理",
    "联系电话": "13000000801",
}


def filed(session: Session) -> list[Posting]:
    return [one for one in postings_table.postings_of(session, 1) if one.title == "园区保安"]


def test_a_filed_posting_is_a_draft_once(county: County, care: Care) -> None:
    path = link(county, "filing", 1)
    assert send(county, path, **FILED).status_code == 200
    assert send(county, path, **FILED).status_code == 200
    with county.rt.reading() as session:
        (posting,) = filed(session)
        assert (posting.status, posting.headcount, posting.facts["salary"]["min"]) == ("draft", 2, 3500)
        assert posting.employer.name == "示例保安公司"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"工作地点": ""}, "请填工作地点"), ({"工作内容": "入职先交保证金 500 元"}, ""), ({"截止日期": "2026-11-01"}, "")],
)
def test_what_may_not_be_filed_is_said_beside_the_form(
    county: County, care: Care, wrong: dict[str, str], words: str
) -> None:
    answer = send(county, link(county, "filing", 1), **FILED | wrong)
    with county.rt.reading() as session:
        assert all(one.status == "draft" for one in filed(session))
        if answer.status_code == 400:
            assert words in answer.text and "园区保安" in answer.text
            assert filed(session) == []


def test_a_link_opens_one_thing_for_a_while(county: County, care: Care) -> None:
    path = link(county, "referral", care.referral_id)
    client = county.app.test_client()
    assert client.get("/e/1-0000").status_code == 404
    assert client.get(path[:-1] + ("0" if path[-1] != "0" else "1")).status_code == 404
    with county.rt.transaction() as session:
        links.revoke(session, ("referral", care.referral_id), county.rt.now())
    assert client.get(path).status_code == 410
    again = link(county, "referral", care.referral_id)
    county.clock.advance(days=31)
    expired = client.get(again)
    assert expired.status_code == 410 and "再发一个新的" in expired.text


def test_a_form_from_elsewhere_is_refused(county: County, care: Care) -> None:
    path = link(county, "referral", care.referral_id)
    assert county.app.test_client().post(path, data={"answer": "no", "reason": "其他"}).status_code == 400


def test_an_employer_is_told_what_the_work_needs_and_nothing_else(county: County, care: Care) -> None:
    with county.rt.transaction() as session:
        said = Slots(age=48, licences=("A2",), disability="三级", hardship_certified=True, salary_min=6000)
        veterans.save_preference(session, county.own, said, "talk", county.rt.now())
    page = county.app.test_client().get(link(county, "referral", care.referral_id)).text
    assert "48岁" in page and "A2" in page
    assert not re.search("残|困难|6000", page)


def test_a_late_employer_is_told_so(county: County, care: Care) -> None:
    path = link(county, "referral", care.referral_id)
    county.clock.moment += timedelta(days=7)
    assert "已经过了答复的日子" in county.app.test_client().get(path).text
