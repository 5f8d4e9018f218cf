"""The whole product walked in a browser: follow, agree, say what is wanted, list, detail, 报名, and the row of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.functional.phone import Phone
from tests.functional.walking import QUESTIONS, WISH, Installation, installed

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(params=[375, 1366])
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Phone]:
    troubles: list[str] = []
    page = browser.new_page(viewport={"width": request.param, "height": 800})
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    yield Phone(page)
    page.close()
    assert troubles == []


def walk_to_the_list(phone: Phone) -> str:
    """Says the wish and skips what is still asked, at most the eight questions, until postings are listed."""
    answer = phone.say(WISH)
    for _ in range(QUESTIONS):
        if "报名1" in answer:
            return answer
        answer = phone.say("跳过")
    raise AssertionError(f"no list after {QUESTIONS} questions: {answer}")


def test_from_following_to_a_referral(installation: Installation, phone: Phone) -> None:
    assert "同意" in phone.follow(installation.address)
    phone.say("1")
    listed = walk_to_the_list(phone)
    assert "1. " in listed and "司机" in listed and "三台" in listed
    assert "130000009" in phone.say("1")
    answer = phone.say("报名1")
    if "姓名" in answer:
        assert installation.referrals() == []
        answer = phone.say("测试老兵，13000000700")
    assert "已报名" in answer
    ((code, status),) = installation.referrals()
    assert code in {"P-1", "P-2", "P-3"} and status == "submitted"
    phone.say("报名1")
    assert len(installation.referrals()) == 1
    phone.obeys_the_platform()


def test_one_answer_to_a_message_delivered_three_times(installation: Installation, phone: Phone) -> None:
    phone.follow(installation.address)
    triple = phone.page.get_by_role("button", name="同一条消息送三遍")
    triple.click()
    expect(triple).to_have_attribute("aria-pressed", "true")
    phone.say("1")
    phone.say(WISH)
    phone.page.wait_for_function("document.querySelectorAll('#traffic li').length >= 7")
    expect(phone.heard).to_have_count(3)
    phone.obeys_the_platform()
