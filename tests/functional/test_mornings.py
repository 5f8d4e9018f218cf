"""Each role's morning in a real browser: the pages they open, the things they do, on the screen they do it on."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from python_calamine import CalamineWorkbook

from models.veteran import Veteran
from services import employer_links, own_pages, veterans
from tests.console import PASSWORD, County, care_of, open_county
from tests.functional.sandbox.serving import served

pytestmark = pytest.mark.browser
PHONE, OFFICE, A4 = 375, 1366, 720
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """Two people with everything that can wait for somebody; one of them follows the account."""
    with open_county(tmp_path_factory.mktemp("county")) as made:
        for number in (made.own, made.other):
            care_of(made, number)
        with made.rt.transaction() as session:
            person = session.get_one(Veteran, made.own)
            person.openid, person.following = "o-own", True
            veterans.give_consent(session, person.id, made.rt.now())
        yield made


@pytest.fixture(scope="module")
def site(county: County) -> Iterator[str]:
    with served(county.app) as address:
        yield address.rstrip("/")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        opened.close()


class Walk:
    """A page that is looked at after every step: nothing sticks out sideways, nothing complains."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site, self.troubles = page, site, []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda line: self.troubles.append(line.text) if line.type == "error" else None)

    def open(self, path: str) -> None:
        answer = self.page.goto(self.site + path)
        assert answer and answer.status == 200, path
        self.look()

    def look(self) -> None:
        spare = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert self.page.evaluate(spare) <= 0, f"{self.page.url} is too wide"
        assert self.troubles == [], self.page.url

    def press(self, name: str | re.Pattern[str]) -> None:
        self.go(self.page.get_by_role("button", name=name, exact=isinstance(name, str)).first.click)

    def follow(self, name: str | re.Pattern[str]) -> None:
        self.go(self.page.get_by_role("link", name=name).first.click)

    def enter(self) -> None:
        self.go(lambda: self.page.keyboard.press("Enter"))

    def go(self, act: Callable[[], None]) -> None:
        """Does what leads to another page, and looks at that."""
        with self.page.expect_navigation():
            act()
        self.look()

    def sees(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)

    def prints(self) -> None:
        """On A4 nothing is cut off and the buttons are gone."""
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": A4, "height": 1018})
        self.page.emulate_media(media="print")
        self.look()
        assert not self.page.locator("nav.pages").is_visible()
        self.page.emulate_media(media="screen")
        self.page.set_viewport_size(size or {"width": OFFICE, "height": 800})


def walker(browser: Browser, site: str, width: int) -> Walk:
    return Walk(browser.new_context(viewport={"width": width, "height": 800}).new_page(), site)


def signed_in(browser: Browser, site: str, name: str, width: int) -> Walk:
    walk = walker(browser, site, width)
    walk.open("/staff/sign-in")
    walk.page.get_by_label("登录名").fill(name)
    walk.page.get_by_label("密码").fill(PASSWORD)
    walk.enter()
    return walk


def test_a_clerk_on_a_phone(browser: Browser, site: str, county: County) -> None:
    walk = signed_in(browser, site, "clerk", PHONE)
    walk.sees("没办完的诉求")
    walk.follow(re.compile("张三.*工资"))
    walk.press("我来办")
    walk.page.get_by_label("处理结果（会发给本人）").fill("单位今天补发了。")
    walk.press("答复本人，办结")
    walk.sees("已答复：单位今天补发了。")
    walk.follow("台账")
    walk.page.get_by_role("searchbox").fill("0001")
    walk.press("查找")
    walk.follow("张三")
    walk.follow("记一次联系")
    walk.page.get_by_text("走访", exact=True).click()
    assert not walk.page.get_by_text("安检员", exact=True).is_visible()
    walk.page.get_by_text("更多工种").click()
    walk.page.get_by_text("安检员", exact=True).click()
    walk.page.get_by_role("textbox", name="备注").fill("想在家门口干")
    walk.press("记下")
    walk.sees("想在家门口干")
    walk.page.get_by_text("撤销", exact=True).click()
    walk.press("撤销这一条")
    walk.sees("已撤销")
    for path in ("talks", "care/calls", "care/referrals", "care/silence", "care/help", "care/spot-check", "conflicts"):
        walk.open(f"/staff/{path}")
    for path in (
        "policies",
        "broadcasts/calls",
        "broadcasts/slips",
        "broadcasts",
        "reports",
        "settings/stations",
        "imports/people",
    ):
        walk.open(f"/staff/{path}")
    walk.prints()


def test_the_bureau_at_a_desk_by_keyboard(browser: Browser, site: str, county: County) -> None:
    walk = signed_in(browser, site, "bureau", OFFICE)
    walk.page.keyboard.press("Tab")
    assert walk.page.evaluate("document.activeElement.textContent") == "跳到正文"
    walk.follow("台账")
    walk.page.locator("body").press("/")
    walk.page.keyboard.type("张三")
    walk.enter()
    walk.follow("张三")
    walk.prints()
    walk.open("/staff/postings/D-1")
    walk.page.locator("[name=how]").first.check()
    walk.press("记下核实")
    walk.press("发布")
    walk.sees("招聘中")
    walk.follow("推送")
    walk.follow("写一条推送")
    walk.page.get_by_label("发给谁").fill("全部")
    walk.page.get_by_role("textbox", name="内容").fill("县里新到一批岗位，想看的同志回复“找工作”。")
    walk.press("下一步：看能到多少人（还不会发）")
    walk.sees("张三")
    walk.press(re.compile("确认，发给"))
    walk.follow("设置")
    walk.page.get_by_label("几点问").fill("10")
    walk.press("就这样改")
    walk.sees("10 点问")
    for path in (
        "settings/replies",
        "care",
        "care/reality",
        "care/meeting",
        "care/report",
        "talks",
        "broadcasts/digests",
    ):
        walk.open(f"/staff/{path}")


def test_a_leader_opens_a_figure_to_its_rows(browser: Browser, site: str, county: County) -> None:
    walk = signed_in(browser, site, "leader", OFFICE)
    walk.follow("报表")
    walk.prints()
    walk.follow(re.compile("^2 人$"))
    walk.sees("李四")
    pictures = walk.page.locator("img.chart")
    assert pictures.evaluate_all("all => all.every(one => one.complete && one.naturalWidth > 0)")
    walk.follow("回到报表")
    with walk.page.expect_download() as taken:
        walk.page.get_by_role("link", name="下载 Excel").click()
    book = CalamineWorkbook.from_filelike(io.BytesIO(taken.value.path().read_bytes()))
    assert "测试leader（leader）" in book.get_sheet_by_name("汇总").to_python()[1][0]


def test_an_administrator_lets_somebody_in(browser: Browser, site: str, county: County) -> None:
    walk = signed_in(browser, site, "admin", OFFICE)
    county.clock.advance(seconds=60)
    walk.page.get_by_role("textbox").fill(pyotp.TOTP(county.secret).at(county.clock()))
    walk.enter()
    walk.follow("设置")
    walk.page.get_by_label("登录名").fill("wangfang")
    walk.page.get_by_label("姓名").fill("王芳")
    walk.press("建账号")
    walk.sees("一次性密码")
    walk.follow("推送节奏")
    walk.page.get_by_label("晚上几点起不发").select_option("21:00")
    walk.press("就这样改")
    walk.sees("21:00 到第二天 08:30 不发")
    walk.follow("教机器人认词")
    walk.page.get_by_label("老兵怎么说").fill("扒拉子")
    walk.page.get_by_label("就是什么").first.fill("保安（岗位）")
    walk.press("教")
    walk.sees("扒拉子 就是 保安（岗位）")
    walk.follow("机器人的话")
    walk.page.get_by_text(re.compile("^推荐岗位")).click()
    walk.follow(re.compile("后面没有了"))
    walk.press("先看看")
    for width in (PHONE, OFFICE):
        walk.page.set_viewport_size({"width": width, "height": 800})
        for path in ("menu", "texts/followups/ask", "words"):
            walk.open(f"/staff/settings/{path}")
            walk.prints()
    walk.follow("登录记录")
    walk.sees("登录成功")
    assert walk.page.get_by_role("link", name="台账").count() == 0


def test_an_employer_answers_by_link(browser: Browser, site: str, county: County) -> None:
    number = care_of(county, county.other).referral_id
    with county.rt.transaction() as session:
        path = "/e/" + employer_links.address(session, county.rt, "referral", number, "clerk")
    walk = walker(browser, site, PHONE)
    walk.open(path)
    large_enough(walk)
    walk.page.locator("[name=starts_on]").fill(f"{county.rt.today() + timedelta(days=9)}")
    walk.go(walk.page.locator("form:has([name=starts_on]) button").click)
    walk.sees("收到了")


def test_a_veteran_looks_after_their_own_page(browser: Browser, site: str, county: County) -> None:
    with county.rt.transaction() as session:
        path = own_pages.address(county.rt, session, session.get_one(Veteran, county.own))
    walk = walker(browser, site, PHONE)
    walk.open("/p/" + path.partition("/p/")[2])
    walk.sees("130****0001")
    large_enough(walk)


def large_enough(walk: Walk) -> None:
    """The 适老化 numbers: text of 18 pixels, targets of 48."""
    small = """all => all.filter(one => one.offsetParent && one.getClientRects().length
        && one.getBoundingClientRect().height < 48 && !one.closest('label, p, footer')).map(one => one.outerHTML)"""
    assert walk.page.locator("button, select, textarea, a.button, a.call").evaluate_all(small) == []
    assert walk.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 18
