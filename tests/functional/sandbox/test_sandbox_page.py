"""The phone page in a real browser against a small product: what a newcomer taps, and what they then see."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.functional.sandbox.conftest import Stage
from tests.functional.sandbox.serving import served

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong

BUTTONS = [
    {"name": "找工作", "sub_button": [{"type": "click", "name": "给我推荐", "key": "matches"}]},
    {"type": "click", "name": "找人工", "key": "person"},
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield opened
        opened.close()


def answers(message: dict[str, Any]) -> str:
    if message["MsgType"] == "event":
        return {"subscribe": "欢迎！回复 1 同意", "CLICK": f"菜单 {message.get('EventKey')}"}.get(
            message["Event"], "success"
        )
    if message["MsgType"] == "text":
        return {
            "1": "好的。\n1. 甲\n2. 乙\nhttps://example.invalid/p",
            "标签": '<img src=x onerror="alert(1)"><a href="javascript:alert(1)">点</a>'
            '<a href="weixin://bizmsgmenu?msgmenucontent=选了甲&amp;msgmenuid=7">甲</a>',
        }.get(message["Content"], f"收到：{message['Content']}")
    return f"收到一条{message['MsgType']} {message.get('Recognition') or message.get('Label') or ''}"


@pytest.fixture
def page(make_stage: Callable[..., Stage], browser: Browser) -> Iterator[tuple[Page, Stage]]:
    stage = make_stage(answer_seconds=5.0)
    stage.product.answer = answers
    stage.api("menu/create", {"button": BUTTONS})
    troubles: list[str] = []
    with served(stage.app) as address:
        opened = browser.new_page(viewport={"width": 375, "height": 740})
        opened.on("pageerror", lambda error: troubles.append(str(error)))
        opened.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
        opened.goto(address)
        yield opened, stage
        opened.close()
    assert troubles == []


def follow(page: Page) -> None:
    """Follows, and waits for the greeting: a later message could overtake it."""
    page.get_by_role("button", name="关注公众号").click()
    expect(page.locator(".account .bubble")).to_have_count(1)


def write(page: Page, text: str) -> None:
    page.get_by_label("写一句话").fill(text)
    page.keyboard.press("Enter")


def test_a_newcomer_follows_talks_and_taps(page: tuple[Page, Stage]) -> None:
    phone, stage = page
    expect(phone.get_by_text("这是模拟的微信，不是真的")).to_be_visible()
    follow(phone)
    heard = phone.locator(".account .bubble")
    expect(heard.last).to_have_text("欢迎！回复 1 同意")
    write(phone, "1")
    expect(heard.nth(1)).to_contain_text("1. 甲")
    assert heard.nth(1).inner_text().splitlines()[:3] == ["好的。", "1. 甲", "2. 乙"]
    expect(heard.nth(1).locator("a")).to_have_attribute("href", "https://example.invalid/p")
    phone.get_by_role("navigation").get_by_role("button", name="找工作").click()
    phone.get_by_role("button", name="给我推荐", exact=True).click()
    expect(heard.nth(2)).to_have_text("菜单 matches")
    phone.get_by_role("button", name="同一条消息送三遍").click()
    expect(phone.get_by_role("button", name="同一条消息送三遍")).to_have_attribute("aria-pressed", "true")
    write(phone, "在吗")
    expect(heard.nth(3)).to_have_text("收到：在吗")
    phone.wait_for_function("document.querySelectorAll('#traffic li').length >= 6")
    expect(heard).to_have_count(4)
    assert [one.get("Content") for one in stage.product.messages].count("在吗") == 3
    expect(phone.locator("#violations")).to_have_text("没有违反平台规则")


def test_markup_in_a_reply_stays_text_and_only_menu_anchors_can_be_tapped(page: tuple[Page, Stage]) -> None:
    phone, stage = page
    follow(phone)
    write(phone, "标签")
    bubble = phone.locator(".account .bubble").nth(1)
    expect(bubble).to_contain_text('<img src=x onerror="alert(1)"><a href="javascript:alert(1)">点</a>')
    expect(bubble.locator("img, a")).to_have_count(0)
    bubble.get_by_role("button", name="甲").click()
    expect(phone.locator(".account .bubble").nth(2)).to_have_text("收到：选了甲")
    assert stage.product.messages[-1]["bizmsgmenuid"] == "7"


def test_voice_place_scan_and_notices_from_the_tray(page: tuple[Page, Stage]) -> None:
    phone, stage = page
    follow(phone)
    heard = phone.locator(".account .bubble")
    phone.get_by_role("button", name="更多").click()
    phone.get_by_role("button", name="发语音").click()
    phone.get_by_label("微信听成了这些字").fill("开车的活")
    phone.locator("#voice").get_by_role("button", name="发送").click()
    expect(heard.nth(1)).to_have_text("收到一条voice 开车的活")
    phone.get_by_role("button", name="发位置").click()
    phone.get_by_label("选一个地方").select_option(label="绵阳市江油市")
    phone.locator("#location").get_by_role("button", name="发送").click()
    expect(heard.nth(2)).to_contain_text("江油市")
    phone.get_by_role("button", name="扫码", exact=True).click()
    phone.get_by_label("二维码里的场景值").fill("station-03")
    phone.get_by_role("button", name="扫一扫").click()
    expect(phone.get_by_text("你扫了公众号的二维码")).to_be_visible()
    phone.get_by_role("button", name="订阅通知").click()
    phone.locator("#subscriptions").get_by_role("button", name="同意").first.click()
    expect(phone.locator("#subscriptions").get_by_text("已同意，长期有效")).to_be_visible()
    phone.keyboard.press("Escape")
    assert [one.get("EventKey") for one in stage.product.events("SCAN")] == ["station-03"]
    phone.get_by_role("button", name="发图片").click()
    expect(phone.get_by_alt_text("一张照片")).to_be_visible()


def test_people_clock_and_saved_talk(page: tuple[Page, Stage]) -> None:
    phone, stage = page
    follow(phone)
    phone.get_by_role("button", name="+7 天").click()
    expect(phone.get_by_text("时间跳到 2026-11-27 09:00")).to_be_visible()
    with phone.expect_download() as download:
        phone.get_by_role("link", name="把这段对话存成测试").click()
    assert '"advance": "P7D"' in download.value.path().read_text("utf-8")
    phone.get_by_role("button", name="李建国").click()
    expect(phone.get_by_role("button", name="关注公众号")).to_be_visible()
    expect(phone.locator(".bubble")).to_have_count(0)
    stage.act("text", text="在吗")
    phone.get_by_role("button", name="赵铁军有新消息").click()
    expect(phone.locator(".account .bubble")).to_have_count(2)
    expect(phone.get_by_text("有新消息")).to_have_count(0)


@pytest.mark.parametrize("width", [375, 1366])
def test_nothing_sticks_out_and_every_control_has_a_name(page: tuple[Page, Stage], width: int) -> None:
    phone, _ = page
    phone.set_viewport_size({"width": width, "height": 760})
    follow(phone)
    write(phone, "很" * 300)
    expect(phone.locator(".account .bubble")).to_have_count(2)
    assert phone.evaluate("document.documentElement.scrollWidth") == width
    nameless = phone.evaluate(
        "[...document.querySelectorAll('button, a, input, textarea, select')].filter(one => "
        "!(one.textContent.trim() || one.getAttribute('aria-label') || one.labels?.length)).map(one => one.outerHTML)"
    )
    assert nameless == []
    small = phone.evaluate(
        "[...document.querySelectorAll('#dock button, .panel button')].filter(one => one.offsetHeight && "
        "one.offsetHeight < 36).map(one => one.outerHTML)"
    )
    assert small == []


# WCAG's contrast of every piece of visible text against the nearest painted ground.
CONTRAST = """() => {
  const bend = (v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = (c) => { const [r, g, b] = c.map((v) => bend(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (node) => { for (; node; node = node.parentElement) {
    const c = parts(getComputedStyle(node).backgroundColor); if (c.length < 4 || c[3] > 0) return c.slice(0, 3); }
    return [255, 255, 255]; };
  return [...document.querySelectorAll('body *')].filter((node) => node.offsetHeight &&
      [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim())).map((node) => {
    const pair = [light(parts(getComputedStyle(node).color).slice(0, 3)), light(ground(node))].sort((a, b) => b - a);
    return [(pair[0] + 0.05) / (pair[1] + 0.05), node.textContent.trim().slice(0, 20)];
  }).filter(([ratio]) => ratio < 4.5);
}"""


def test_text_stands_out_from_its_ground(page: tuple[Page, Stage]) -> None:
    phone, _ = page
    assert phone.evaluate(CONTRAST) == []
    follow(phone)
    write(phone, "1")
    expect(phone.locator(".account .bubble")).to_have_count(2)
    phone.get_by_role("button", name="更多").click()
    assert phone.evaluate(CONTRAST) == []
