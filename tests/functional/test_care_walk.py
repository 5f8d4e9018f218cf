"""The care after an offer in browsers: the stand-in's phone, the employer's link and the console."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from models import placement as placements_table
from models.account import Role
from models.followup import Case, FollowUp
from models.placement import Referral
from models.posting import Posting
from services import accounts, employer_links, followups, outbox, placements, sign_ins, stations, workdays
from services.accounts import NewAccount
from services.runtime import CHINA
from tests.console import PASSWORD
from tests.functional.phone import Phone
from tests.functional.walking import Installation, installed

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation whose clock stands on a workday at ten."""
    with installed(tmp_path) as running:
        day = workdays.workday_on_or_after(running.rt.today() + timedelta(days=1))
        running.jump_to(datetime.combine(day, time(10), CHINA))
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def phone(browser: Browser, installation: Installation) -> Iterator[Phone]:
    """A follower who has agreed."""
    page = browser.new_page(viewport={"width": 375, "height": 800})
    made = Phone(page, lambda: outbox.drain_due(installation.rt))
    made.follow(installation.address)
    made.say("1")
    yield made
    made.obeys_the_platform()
    page.close()


def console(browser: Browser, installation: Installation) -> Page:
    """A clerk of the bureau, signed in on a phone."""
    rt = installation.rt
    given = accounts.create(rt, NewAccount("wang", "王岗", Role.BUREAU, stations.find(rt, "")), "test")
    found = sign_ins.visitor(rt, sign_ins.sign_in(rt, "wang", given, ""))
    assert found
    sign_ins.change_password(rt, found, PASSWORD, PASSWORD)
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{installation.address}/staff/sign-in")
    page.locator("input[name=name]").fill("wang")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    expect(page.locator("h1")).to_contain_text("今日")
    return page


def hear(installation: Installation, phone: Phone, count: int = 1) -> str:
    """What the outbox brings to the phone."""
    before = phone.heard.count()
    outbox.drain_due(installation.rt)
    expect(phone.heard).to_have_count(before + count)
    return phone.heard.last.inner_text()


def test_a_complaint_is_settled_told_back_and_reopened(
    installation: Installation, browser: Browser, phone: Phone
) -> None:
    told = phone.say("单位拖欠工资两个月没发")
    number = re.search(r"\d{8}", told)
    assert number, told
    desk = console(browser, installation)
    desk.goto(f"{installation.address}/staff/care")
    desk.get_by_role("link", name=number[0]).click()
    expect(desk.locator("main")).to_contain_text("拖欠工资")
    desk.get_by_role("button", name="我来办").click()
    desk.get_by_label("处理结果（会发给本人）").fill("单位今天补发了两个月工资")
    desk.get_by_role("button", name="答复本人，办结").click()
    expect(desk.locator(".alert-success").first).to_contain_text("答复已发给本人")
    assert desk.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert "补发了两个月工资" in hear(installation, phone)
    assert number[0] in phone.say("没解决")
    desk.goto(f"{installation.address}/staff/care")
    row = desk.get_by_role("row").filter(has_text=number[0])
    expect(row).to_contain_text("第 2 次办")
    desk.close()
    with installation.rt.reading() as session:
        (case,) = session.query(Case).all()
        assert (case.status, case.reopened, case.owner) == ("open", 1, "王岗（wang）")


def test_a_follow_up_is_answered_and_leaving_the_job_is_heard(installation: Installation, phone: Phone) -> None:
    rt = installation.rt
    placements.begin(rt, 1, "P-1", rt.today() - timedelta(days=7))
    assert followups.send_due(rt) == 2
    assert "一周回访" in hear(installation, phone)
    assert "满意" in phone.say("1")
    assert "社保" in phone.say("4")
    assert "去问单位" in phone.say("2")
    with rt.reading() as session:
        row = session.get_one(FollowUp, 1)
        assert row.answer == {"employment_status": "在岗", "satisfaction": 4, "gaps": ["工资"]}
    installation.jump_to(
        datetime.combine(workdays.workday_on_or_after(rt.today() + timedelta(days=25)), time(10), CHINA)
    )
    phone.say("帮助")
    assert followups.send_due(rt) == 2
    assert "一个月回访" in hear(installation, phone)
    assert "因为什么" in phone.say("走了")
    phone.say("2")
    with rt.reading() as session:
        (placement,) = placements_table.placements_of(session, 1)
        assert (placement.ended_on, placement.end_reason) == (rt.today(), "太累")


def test_the_employers_answer_reaches_the_phone_and_the_phones_answer_the_employer(
    installation: Installation, browser: Browser, phone: Phone
) -> None:
    rt = installation.rt
    with rt.transaction() as session:
        now = rt.now()
        posting = session.query(Posting).first()
        assert posting is not None
        session.add(Referral(veteran_id=1, posting=posting, created_at=now, updated_at=now, respond_by=now.date()))
        session.flush()
        signed = employer_links.address(session, rt, "referral", 1, "王岗")
    page = browser.new_page(viewport={"width": 375, "height": 800})
    page.goto(f"{installation.address}/e/{signed}")
    meets_the_elders_numbers(page)
    form = page.locator("form.choice").first
    day = rt.today() + timedelta(days=5)
    form.get_by_label("日期").fill(f"{day}")
    form.get_by_label("钟点").fill("14:00")
    form.get_by_label("地点").fill("示例路1号")
    form.get_by_role("button").click()
    expect(page.locator("h1")).to_contain_text("收到了")
    assert "示例路1号" in hear(installation, phone)
    assert "记下了" in phone.say("1")
    page.goto(f"{installation.address}/e/{signed}")
    expect(page.locator("dl")).to_contain_text("本人说来")
    page.close()


def meets_the_elders_numbers(page: Page) -> None:
    """18 px text, 1.3 lines, 60×60 targets, nothing wider than the screen."""
    found = page.evaluate(
        """() => {
          const troubles = [];
          for (const one of document.querySelectorAll('main *')) {
            const style = getComputedStyle(one);
            const has = [...one.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
            if (has && parseFloat(style.fontSize) < 18) troubles.push('text ' + one.tagName);
            const least = 1.3 * parseFloat(style.fontSize);
            if (has && parseFloat(style.lineHeight) < least) troubles.push('line ' + one.tagName);
          }
          const targets = 'main button, main a, main select, main input:not([type=hidden])';
          for (const one of document.querySelectorAll(targets)) {
            const box = one.getBoundingClientRect();
            if (box.height < 60 || box.width < 60) troubles.push('target ' + one.tagName + ' ' + box.height);
          }
          if (document.documentElement.scrollWidth > document.documentElement.clientWidth) troubles.push('too wide');
          return troubles;
        }"""
    )
    assert found == []
