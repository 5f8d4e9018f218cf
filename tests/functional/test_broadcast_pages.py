"""推送 in a browser: what the planner's page promises is what becomes of it; phone list, slips and digests."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from channels.base import Means
from models.account import Role
from models.veteran import Veteran
from services import broadcasts, mass_sends, outbox, veterans
from services.runtime import Reach
from tests.builders import FakeChannel, create_posting, create_veteran, note_action
from tests.console import PASSWORD, County, open_county
from tests.functional.sandbox.serving import served

expect.set_options(timeout=20_000)
TEXT = "周六上午九点，县体育馆有退役军人专场招聘会。"
BECOMES = {"customer_message": "sent", "mass": "mass_sent"}


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    """Two with an open window, three a mass send reaches, one who stopped, one of the ledger with a village only."""
    with open_county(tmp_path) as made:
        reach = Reach(means=frozenset({Means.CUSTOMER_MESSAGE, Means.MASS}))
        made.rt = made.app.extensions["laobing"] = replace(made.rt, channel=FakeChannel(), reach=reach)
        with made.rt.transaction() as session:
            for number in range(6):
                veteran = create_veteran(session, f"o-{number}")
                name, phone = f"关注{number}", f"1300000001{number}"
                veterans.save_contact(session, made.rt.keyring, veteran.id, name=name, phone=phone)
                if number < 2:
                    note_action(session, f"o-{number}", "message", made.rt.now())
                if number == 5:
                    veterans.stop_push(session, veteran, None, None, made.rt.now())
            session.add(Veteran(in_ledger=True, village="示例村", created_at=made.rt.now()))
        yield made


def run(county: County) -> None:
    for _ in range(3):
        broadcasts.expand_due(county.rt)
        outbox.drain_due(county.rt)
        mass_sends.send_due(county.rt)
    broadcasts.expand_due(county.rt)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        opened.close()


def signed_in(browser: Browser, address: str, width: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{address}staff/sign-in")
    page.get_by_label("登录名").fill("bureau")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button").first.click()
    return page


def rows(page: Page, table: str, name: str) -> dict[str, int]:
    """The counts of a table of the page, by the names in its rows."""
    found = {}
    for row in page.locator(f"#{table} tr[{name}]").all():
        said = row.locator("td.text-end").inner_text()
        found[row.get_attribute(name) or ""] = int(said.removesuffix(" 人"))
    return found


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1366])
def test_what_the_planner_s_page_says_is_what_becomes_of_it(county: County, browser: Browser, width: int) -> None:
    with served(county.app) as address:
        page = signed_in(browser, address, width)
        page.get_by_role("link", name="推送").click()
        page.get_by_role("link", name="写一条推送").click()
        page.get_by_label("发给谁").fill("全部")
        page.get_by_role("button", name="数一数有多少人").click()
        expect(page.locator("#counted")).to_have_text("这条规则现在有 9 人。")
        page.get_by_label("内容（最多 600 字）").fill(TEXT)
        page.get_by_role("button", name="下一步").click()
        expect(page.locator("#ways")).to_be_visible()
        planned = rows(page, "ways", "data-way")
        assert planned == {"customer_message": 2, "mass": 3, "to_phone": 2, "to_slip": 1, "stopped": 1}
        assert "张三" in page.locator("#ways").text_content()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.get_by_role("button", name="确认，发给 5 人").click()
        expect(page.locator("#progress")).to_contain_text("等时间到")
        run(county)
        page.reload()
        expect(page.locator("#progress")).to_contain_text("发完了")
        became = rows(page, "outcomes", "data-outcome")
        assert became == {BECOMES.get(way, way): count for way, count in planned.items()}
        page.close()


def test_the_phone_list_is_worked_off_line_by_line(county: County) -> None:
    number = broadcasts.compose(county.rt, broadcasts.Wish("broadcast", "全部", TEXT), "test")
    broadcasts.confirm(county.rt, number, "test")
    run(county)
    clerk = county.browser(Role.CLERK)
    listed = clerk.get("/staff/broadcasts/calls").text
    assert "张三" in listed and "李四" not in listed and TEXT in listed
    delivery = next(row["person"] for row in broadcasts.outcomes(county.rt, number) if row["person"] == county.own)
    assert delivery == county.own
    with county.rt.reading() as session:
        mine = session.query(outbox.deliveries.Delivery).filter_by(veteran_id=county.own).one().id
    refused = clerk.post(f"/staff/broadcasts/results/{mine}", {"typed": "想去"})
    assert "1 接通" in clerk.get(refused.location).text
    clerk.post(f"/staff/broadcasts/results/{mine}", {"typed": "1 想去"})
    assert "张三" not in clerk.get("/staff/broadcasts/calls").text
    assert broadcasts.progress(county.rt, number).outcomes["phoned"] == 1
    slips = county.browser(Role.BUREAU).get("/staff/broadcasts/slips").text
    assert "示例村（1 人）" in slips and TEXT in slips


def test_whom_it_did_not_reach_is_one_button_away_from_the_phone_list(county: County) -> None:
    number = broadcasts.compose(county.rt, broadcasts.Wish("broadcast", "群体=已关注", TEXT), "test")
    broadcasts.confirm(county.rt, number, "test")
    run(county)
    with county.rt.transaction() as session:
        session.query(outbox.deliveries.Delivery).filter_by(openid="o-3").one().outcome = "blocked"
    bureau = county.browser(Role.BUREAU)
    answer = bureau.post(f"/staff/broadcasts/{number}/hand-over", {"outcome": "blocked"})
    assert "1 人进了电话名单" in bureau.get(answer.location).text
    assert "关注3" in bureau.get("/staff/broadcasts/calls").text


def test_a_digest_is_made_of_the_postings_ticked(county: County) -> None:
    with county.rt.transaction() as session:
        create_posting(session, "P-1", headcount=2, published=county.rt.today())
    bureau = county.browser(Role.BUREAU)
    assert "保安P-1" in bureau.get("/staff/broadcasts/digests").text
    bureau.post("/staff/broadcasts/digests/new", {"code": "P-1"})
    assert "1. 保安P-1·示例保安公司" in bureau.get("/staff/broadcasts/digests").text


def test_a_rule_that_is_not_understood_says_what_to_write(county: County) -> None:
    bureau = county.browser(Role.BUREAU)
    answer = bureau.post("/staff/broadcasts/new", {"topic": "broadcast", "audience": "身高=180", "text": TEXT})
    assert "看不懂" in answer.text
