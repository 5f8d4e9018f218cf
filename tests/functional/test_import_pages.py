"""A messy sheet in the console: its errors shown as in the file, mended with consent, taken in, the postings open."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import posting as postings_table
from models.account import Role
from models.posting import PostingStatus
from services.intake.sheets import read_sheets
from tests.console import Browser, County, open_county

SHEET = (
    "示例县岗位,,,,,,,\n单位,岗位,人数,工资,地点,联系人,电话,截止日期\n"
    "示例物业公司,保洁,３,2600-2800,三台县,王,130 0000 0301,2026-12-31\n"
    "示例物业公司,水电工,0,4200,三台县,王,13000000301,2026-12-31\n"
).encode("gb18030")
PAGE = "/staff/imports/postings"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        yield made


def send(browser: Browser, page: str, data: bytes) -> str:
    sent = {"sheet": (io.BytesIO(data), "岗位.csv"), "csrf_token": browser.token(page)}
    return browser.client.post(page, data=sent, content_type="multipart/form-data").text


def carried(page: str) -> dict[str, str]:
    found = re.search(r'name="carried" value="([^"]+)"', page)
    assert found
    return {"carried": found.group(1), "name": "岗位.csv"}


def test_a_messy_sheet_is_shown_mended_and_taken_in(county: County) -> None:
    browser = county.browser(Role.BUREAU)
    page = send(browser, PAGE, SHEET)
    assert "可以录入 1 行" in page
    assert "招聘人数“0”不是能用的人数" in page
    assert "1 个人数是全角字符" in page
    mended = browser.post(PAGE, {**carried(page), "step": "look", "mends": "yes"}, page=PAGE).text
    assert "全角字符" not in mended
    done = browser.post(PAGE, {**carried(page), "step": "take", "mends": "yes", "publish": "yes"}, page=PAGE).text
    assert "新增 1 个岗位，发布 1 个" in done
    with county.rt.reading() as session:
        assert "保洁" in [one.title for one in postings_table.open_postings(session)]
        assert all(one.status == PostingStatus.OPEN for one in postings_table.open_postings(session))
    again = browser.post(PAGE, {**carried(page), "step": "take", "publish": "yes"}, page=PAGE).text
    assert "以前导入过" in again


def test_the_corrected_workbook_and_the_template_come_down(county: County) -> None:
    browser = county.browser(Role.BUREAU)
    page = send(browser, PAGE, SHEET)
    book = browser.post(PAGE, {**carried(page), "step": "corrected"}, page=PAGE).data
    assert any("水电工" in row.cells for row in read_sheets(book)[0].rows)
    assert read_sheets(browser.get(f"{PAGE}/template").data)


def test_what_is_no_sheet_is_refused_in_words(county: County) -> None:
    browser = county.browser(Role.BUREAU)
    assert "PDF" in send(browser, PAGE, b"%PDF-1.7 something")
    assert "还没有选表格" in browser.post(PAGE, {"step": "take"}, page=PAGE).text


def test_a_clerk_takes_in_people_of_the_own_station_only(county: County) -> None:
    clerk = county.browser(Role.CLERK)
    text = "台账,,,\n姓名,身份证号,联系电话,乡镇\n王示例,,13000000401,示例镇\n赵示例,,13000000402,邻镇\n".encode()
    page = send(clerk, "/staff/imports/people", text)
    assert "可以录入 1 行" in page
    assert "不归您的服务站" in page


def test_a_clerk_takes_out_the_own_station_and_the_sheet_says_who(county: County) -> None:
    clerk = county.browser(Role.CLERK)
    text = " ".join(cell for row in read_sheets(clerk.post("/staff/people/export").data)[0].rows for cell in row.cells)
    assert "张三" in text
    assert "李四" not in text
    assert "测试clerk（clerk） 于" in text
    assert read_sheets(county.browser(Role.BUREAU).post("/staff/postings/export").data)
