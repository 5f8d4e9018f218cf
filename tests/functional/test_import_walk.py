"""An import in a real browser, on a phone and on a desktop; a long one left and returned to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from models.account import Role
from services.intake import upload_work, uploads
from tests.console import PASSWORD, County, open_county
from tests.functional.sandbox.serving import served
from tests.functional.test_import_pages import PAGE, SHEET

pytestmark = pytest.mark.browser

PHONE, DESKTOP = 375, 1366


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("walk")) as made:
        yield made


@pytest.fixture(scope="module")
def page(county: County) -> Iterator[Page]:
    with served(county.app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        opened = browser.new_context(base_url=address).new_page()
        opened.set_default_timeout(20_000)
        opened.goto("/staff/sign-in")
        opened.fill("[name=name]", Role.BUREAU.value)
        opened.fill("[name=password]", PASSWORD)
        opened.click("main button")
        yield opened
        browser.close()


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def hand_in(page: Page, data: bytes, name: str) -> None:
    page.goto(PAGE)
    assert fits(page)
    page.set_input_files("[name=sheet]", {"name": name, "mimeType": "text/csv", "buffer": data})
    page.click("text=先检查，不录入")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_sheet_is_handed_in_mended_and_taken_in(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    hand_in(page, SHEET.replace(b"2600-2800", b"%d-2800" % (2000 + width % 700)), "岗位.csv")
    assert page.locator("text=不是能用的人数").is_visible() and fits(page)
    page.click("text=同意，都这样改")
    page.check("[name=publish]")
    page.click("text=录入这 1 行")
    assert page.locator("text=新增 1 个岗位，发布 1 个").is_visible() and fits(page)


def test_a_long_sheet_says_how_far_it_is_and_goes_on_without_the_page(county: County, page: Page) -> None:
    page.set_viewport_size({"width": PHONE, "height": 740})
    row = SHEET.splitlines()[2] + b"," + "说明".encode("gb18030") * 500 + b"\n"
    hand_in(page, SHEET + row.replace(b"2600", b"2601") * (uploads.SMALL_BYTES // len(row) + 1), "很长的表.csv")
    assert page.locator("progress").is_visible() and fits(page)
    page.goto("/staff/")
    assert upload_work.work_due(county.rt) == 1
    page.goto(PAGE)
    page.click("text=很长的表.csv")
    page.click("text=录入这")
    assert page.locator("text=可以离开这一页").is_visible()
    upload_work.work_due(county.rt)
    page.locator("text=导入好了").wait_for()  # the page asks again by itself


def test_the_files_are_there(tmp_path: Path, page: Page) -> None:
    page.goto(PAGE)
    with page.expect_download() as down:
        page.click("text=下载空表")
    down.value.save_as(tmp_path / "empty.xlsx")
    assert (tmp_path / "empty.xlsx").read_bytes().startswith(b"PK")
