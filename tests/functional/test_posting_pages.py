"""企业与岗位 in the console: a draft verified, published, edited, taken off; what is missing named; the booklet."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.slots import Slots
from models import conversation as conversations_table
from models import delivery as deliveries
from models import posting as postings_table
from models.account import Role
from services import veterans
from tests.builders import create_draft, create_veteran
from tests.console import Browser, County, open_county


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        yield made


@pytest.fixture
def bureau(county: County) -> Browser:
    return county.browser(Role.BUREAU)


def status(county: County, code: str = "D-1") -> str:
    with county.rt.reading() as session:
        found = postings_table.posting_by_code(session, code)
        assert found is not None
        return found.status


def test_a_draft_is_verified_published_and_withdrawn(county: County, bureau: Browser) -> None:
    assert "待核实的" in bureau.get("/staff/postings").text
    assert "保安D-1" in bureau.get("/staff/postings?status=draft&q=保安").text
    bureau.post("/staff/postings/D-1/step", {"step": "publish"})
    assert status(county) == "draft"
    bureau.post("/staff/postings/D-1/verify", {"how": "phone", "note": "人事李经理"})
    bureau.post("/staff/postings/D-1/step", {"step": "publish"})
    assert status(county) == "open"
    page = bureau.get("/staff/postings/D-1").text
    assert "电话核实：人事李经理" in page
    assert "测试bureau" in page
    bureau.post("/staff/postings/D-1/step", {"step": "withdraw", "reason": "单位不招了"})
    assert status(county) == "withdrawn"
    assert "单位不招了" in bureau.get("/staff/postings/D-1").text


def test_what_is_missing_is_named_with_the_mend(county: County, bureau: Browser) -> None:
    create_draft(county.rt, "P-2", month_min=None, month_max=None, headcount=None)
    page = bureau.get("/staff/postings/P-2").text
    assert "基本工资" in page
    assert "招聘人数" in page
    bureau.post("/staff/postings/P-2/verify", {"how": "visit"})
    answer = bureau.post("/staff/postings/P-2/step", {"step": "publish"})
    assert "缺“基本工资”" in bureau.get(answer.location).text
    assert status(county, "P-2") == "checked"


def test_an_edit_is_dated_and_asks_for_a_new_check(county: County, bureau: Browser) -> None:
    bureau.post("/staff/postings/D-1/verify", {"how": "phone"})
    bureau.post("/staff/postings/D-1/step", {"step": "publish"})
    assert 'value="3000-3600"' in bureau.get("/staff/postings/D-1/edit").text
    bureau.post("/staff/postings/D-1/edit", {"工资待遇": "4000-4600"})
    assert status(county) == "draft"
    assert "工资待遇：3000-3600 → 4000-4600" in bureau.get("/staff/postings/D-1").text
    wrong = bureau.post("/staff/postings/D-1/edit", {"招聘人数": "0"})
    assert (wrong.status_code, "不是能用的人数" in wrong.text) == (409, True)


def test_the_booklet_takes_papers_visits_and_health(county: County, bureau: Browser) -> None:
    address = f"/staff/employers/{county.employer}"
    assert "还没有看过" in bureau.get(address).text
    bureau.post(f"{address}/change", {"field": "papers", "value": "licence", "note": "执照在有效期内"})
    bureau.post(f"{address}/change", {"field": "visit", "note": "车间整洁"})
    page = bureau.get(address).text
    assert "执照在有效期内" in page
    assert "车间整洁" in page
    answer = bureau.post(f"{address}/change", {"field": "health", "value": "stop", "note": ""})
    assert "请写明" in bureau.get(answer.location).text


def opened(bureau: Browser) -> None:
    bureau.post("/staff/postings/D-1/verify", {"how": "phone"})
    bureau.post("/staff/postings/D-1/step", {"step": "publish"})


def test_an_employer_says_by_its_link_that_a_posting_still_stands(county: County, bureau: Browser) -> None:
    opened(bureau)
    with county.rt.transaction() as session:
        found = postings_table.posting_by_code(session, "D-1")
        assert found is not None
        found.valid_until = county.rt.today() + timedelta(days=2)
    assert "保安D-1" in bureau.get("/staff/postings/calls").text
    page = bureau.post("/staff/postings/D-1/renewal-link").text
    (signed,) = re.findall(r"/e/([\w-]+)</code>", page)
    employer = Browser(county.app.test_client())
    assert "还招人吗" in employer.get(f"/e/{signed}").text
    employer.post(f"/e/{signed}", {"answer": "still"}, page=f"/e/{signed}")
    assert "保安D-1" not in bureau.get("/staff/postings/calls").text
    assert "单位说还招" in bureau.get("/staff/postings/D-1").text
    employer.post(f"/e/{signed}", {"answer": "full"}, page=f"/e/{signed}")
    assert status(county) == "full"


def test_a_posting_wanted_at_once_is_planned_before_anybody_is_told(county: County, bureau: Browser) -> None:
    opened(bureau)
    with county.rt.transaction() as session:
        veteran_id = create_veteran(session, "o-1").id
        conversations_table.open_conversation(session, "o-1", county.rt.now())
        talk = conversations_table.locked_conversation(session, "o-1")
        assert talk is not None
        talk.veteran_id = veteran_id
        veterans.save_preference(session, veteran_id, Slots(age=40, job_any=True), "talk", county.rt.now())
    assert "急招：告诉合适的人" in bureau.get("/staff/postings/D-1").text
    assert "共 <strong>1</strong> 人" in bureau.get("/staff/postings/D-1/urgent").text
    with county.rt.reading() as session:
        assert deliveries.latest_deliveries_of(session, veteran_id, 5) == []
    bureau.post("/staff/postings/D-1/urgent")
    with county.rt.reading() as session:
        (told,) = deliveries.latest_deliveries_of(session, veteran_id, 5)
    assert told.key == f"urgent:D-1:{veteran_id}"
