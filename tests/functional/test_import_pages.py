"""A messy sheet in the console: shown as in the file, explained, mended with consent, taken in."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from models import posting as postings_table
from models.account import Role
from models.posting import PostingStatus
from models.upload import Upload
from services.intake import upload_work, uploads
from services.intake.sheets import read_sheets
from tests.console import Browser, County, open_county

SHEET = (
    "示例县岗位,,,,,,,\n单位,岗位,人数,工资,地点,联系人,电话,截止日期\n"
    "示例物业公司,保洁,３,2600-2800,三台县,王,130 0000 0301,2026-12-31\n"
    "示例物业公司,水电工,0,4200,三台县,王,13000000301,2026-12-31\n"
).encode("gb18030")
PAGE, PEOPLE = "/staff/imports/postings", "/staff/imports/people"
ODD = (
    "示例县岗位\n单位,岗位,人数,月钱,地点,联系人,电话,截止日期,喊谁\n"
    "示例物业公司,保洁,3,2600-2800,三台县,王,13000000301,2026-12-31,\n"
).encode()


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        yield made


def send(browser: Browser, page: str, data: bytes) -> TestResponse:
    sent = {"sheet": (io.BytesIO(data), "岗位.csv"), "csrf_token": browser.token(page)}
    return browser.client.post(page, data=sent, content_type="multipart/form-data", follow_redirects=True)


def press(browser: Browser, at: str, **fields: str) -> str:
    """A button of the sheet's page; the page that follows."""
    browser.post(f"{at}/step", fields, page=at)
    return browser.get(at).text


def test_a_messy_sheet_is_shown_mended_and_taken_in(county: County) -> None:
    browser = county.browser(Role.BUREAU)
    sent = send(browser, PAGE, SHEET)
    at = sent.request.path
    assert "可以录入 1 行" in sent.text
    assert "招聘人数“0”不是能用的人数" in sent.text
    assert "1 个人数是全角字符" in sent.text
    assert "全角字符" not in press(browser, at, step="mend")
    assert "新增 1 个岗位，发布 1 个" in press(browser, at, step="take", publish="yes")
    with county.rt.reading() as session:
        assert "保洁" in [one.title for one in postings_table.open_postings(session)]
        assert all(one.status == PostingStatus.OPEN for one in postings_table.open_postings(session))
    refused = browser.post(f"{at}/step", {"step": "take"}, page=at)
    assert "已经录入了" in browser.get(refused.location).text
    again = send(browser, PAGE, SHEET).request.path
    assert "以前导入过" in press(browser, again, step="take", publish="yes")


def test_a_heading_is_explained_once_and_known_from_then_on(county: County) -> None:
    browser = county.browser(Role.BUREAU)
    sent = send(browser, PAGE, ODD)
    assert "月钱" in sent.text and "喊谁" in sent.text and "2600-2800" in sent.text
    told = press(browser, sent.request.path, step="explain", **{"heading-0": "月钱", "field-0": "salary"})
    assert "喊谁" in told
    assert "没有写工资" not in told and "月钱" not in told
    later = send(browser, PAGE, ODD.replace(b"2600", b"2700")).text
    assert "喊谁" in later and "月钱" not in later


def test_a_long_sheet_is_worked_on_by_the_scheduler_and_can_be_returned_to(county: County) -> None:
    browser = county.browser(Role.BUREAU)
    row = SHEET.splitlines(keepends=True)[2].rstrip()
    more = [row.replace(b"2600", b"%d" % (2000 + n)) + b"," + "说明".encode("gb18030") * 500 for n in range(60)]
    long = SHEET + b"\n".join(more)
    assert len(long) > uploads.SMALL_BYTES
    sent = send(browser, PAGE, long)
    at = sent.request.path
    assert "可以离开这一页" in sent.text and 'http-equiv="refresh"' in sent.text
    assert "正在检查" in browser.get(PAGE).text
    assert upload_work.work_due(county.rt) == 1
    assert "录入这" in browser.get(at).text
    press(browser, at, step="take")
    assert "正在录入" in browser.get(at).text
    # A worker died with it in hand: nobody else takes it up at once, and then somebody does.
    with county.rt.transaction() as session:
        session.query(Upload).update({"leased_until": county.rt.now() + upload_work.LEASE, "rows_done": 40})
    assert upload_work.work_due(county.rt) == 0
    assert "已读 40 行，共 64 行" in browser.get(at).text
    county.clock.advance(minutes=4)
    assert upload_work.work_due(county.rt) == 1
    assert "新增 61 个岗位" in browser.get(at).text
    made = browser.post(f"{at}/marked", page=at)
    assert made.status_code == 302 and upload_work.work_due(county.rt) == 1
    assert any("水电工" in one.cells for one in read_sheets(browser.post(f"{at}/marked", page=at).data)[0].rows)


def test_a_sheet_is_forgotten_after_three_days(county: County) -> None:
    browser = county.browser(Role.BUREAU)
    at = send(browser, PAGE, SHEET).request.path
    county.clock.advance(days=4)
    assert uploads.forget_due(county.rt) == 1
    assert county.browser(Role.BUREAU).get(at).status_code == 404


def test_the_marked_workbook_and_the_template_come_down(county: County) -> None:
    browser = county.browser(Role.BUREAU)
    at = send(browser, PAGE, SHEET).request.path
    book = browser.post(f"{at}/marked", page=at).data
    assert any("水电工" in row.cells for row in read_sheets(book)[0].rows)
    assert read_sheets(browser.get(f"{PAGE}/template").data)


def test_what_is_no_sheet_is_refused_in_words(county: County) -> None:
    browser = county.browser(Role.BUREAU)
    assert "PDF" in send(browser, PAGE, b"%PDF-1.7 something").text
    at = send(browser, PAGE, b"%PDF-1.7 " + b"something" * 20_000).request.path
    upload_work.work_due(county.rt)
    assert "PDF" in browser.get(at).text
    assert "还没有选表格" in browser.post(PAGE, page=PAGE).text


def test_a_clerk_takes_in_people_of_the_own_station_only(county: County) -> None:
    clerk = county.browser(Role.CLERK)
    text = "台账,,,\n姓名,身份证号,联系电话,乡镇\n王示例,,13000000401,示例镇\n赵示例,,13000000402,邻镇\n".encode()
    sent = send(clerk, PEOPLE, text)
    assert "可以录入 1 行" in sent.text
    assert "不归您的服务站" in sent.text
    assert "新增 1 人" in press(clerk, sent.request.path, step="take")
    others = send(county.browser(Role.BUREAU), PEOPLE, text).request.path
    assert clerk.get(others).status_code == 404


def test_a_clerk_takes_out_the_own_station_and_the_sheet_says_who(county: County) -> None:
    clerk = county.browser(Role.CLERK)
    text = " ".join(cell for row in read_sheets(clerk.post("/staff/people/export").data)[0].rows for cell in row.cells)
    assert "张三" in text
    assert "李四" not in text
    assert "测试clerk（clerk） 于" in text
    assert read_sheets(county.browser(Role.BUREAU).post("/staff/postings/export").data)
