"""适老化, measured in a real browser on every page that a veteran or an employer opens by a link.

Text 18 px and more, lines 1.3, contrast 4.5:1 (7:1 on a veteran's own pages), what is tapped 44 px and main buttons
60, no sideways scrolling on a small phone, nor when it is enlarged to 200 %.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from handlers.own import SIZES
from services import links
from tests.console import County, open_county, signed_links
from tests.functional.sandbox.serving import served

pytestmark = pytest.mark.browser

PHONE = 375
#: What is wrong on a page, in words. Contrast as WCAG counts it, against the nearest background that is painted.
LOOK = """least_contrast => {
  const wrong = [];
  const channel = v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 };
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const parts = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const ground = node => {
    for (; node; node = node.parentElement) {
      const c = parts(getComputedStyle(node).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const shown = node => { const box = node.getBoundingClientRect(); return box.width > 1 && box.height > 1 };
  const name = node => node.tagName + ' ' + (node.innerText || node.value || node.name || '').trim().slice(0, 20);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const written = 'input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea';
  const owners = new Set(document.querySelectorAll(written));
  while (texts.nextNode()) if (texts.currentNode.data.trim()) owners.add(texts.currentNode.parentElement);
  let seen = 0;
  for (const node of owners) {
    if (!shown(node) || node.tagName === 'OPTION') continue;
    seen += 1;
    const style = getComputedStyle(node);
    const size = parseFloat(style.fontSize);
    if (size < 18) wrong.push(name(node) + ': text of ' + size + ' px');
    if (style.lineHeight !== 'normal' && parseFloat(style.lineHeight) / size < 1.3)
      wrong.push(name(node) + ': lines of ' + parseFloat(style.lineHeight) / size);
    const [a, b] = [light(parts(style.color)), light(ground(node))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < least_contrast) wrong.push(name(node) + ': contrast ' + contrast.toFixed(2));
  }
  for (const node of document.querySelectorAll('a, button, summary, input:not([type=hidden]), select, textarea')) {
    const isPick = node.type === 'radio' || node.type === 'checkbox';
    const box = (isPick && node.closest('label') || node).getBoundingClientRect();
    const least = node.tagName === 'BUTTON' || node.classList.contains('button') ? 60 : 44;
    if (shown(node) && (box.height < least - 0.5 || box.width < 44 - 0.5))
      wrong.push(name(node) + ': ' + Math.round(box.width) + ' x ' + Math.round(box.height) + ' px to tap');
  }
  return { wrong, seen };
}"""


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("elders")) as made:
        yield made


@pytest.fixture(scope="module")
def page(county: County) -> Iterator[Page]:
    with served(county.app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = browser.new_context(base_url=address, viewport={"width": PHONE, "height": 740})
        opened = context.new_page()
        opened.set_default_timeout(20_000)
        yield opened
        browser.close()


def look(page: Page, path: str) -> None:
    """Opens a page and holds it to the numbers."""
    page.set_viewport_size({"width": PHONE, "height": 740})
    page.goto(path)
    check(page, path)


def check(page: Page, path: str) -> None:
    page.wait_for_load_state()  # its style sheet, too, on a busy machine
    # Veterans' own pages promise 7:1 (static/own.css); everything else the standard's 4.5:1.
    found: dict[str, Any] = page.evaluate(LOOK, 7.0 if "/p/" in page.url else 4.5)
    assert found["seen"] >= 2, path
    assert not found["wrong"], (path, found["wrong"])
    # Half as wide in its own pixels is what a page enlarged to 200 % has.
    for width in (PHONE, PHONE // 2):
        page.set_viewport_size({"width": width, "height": 740})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} px wide on {width}"
    page.set_viewport_size({"width": PHONE, "height": 740})


def test_every_page_behind_a_link_is_fit_for_older_people(county: County, page: Page) -> None:
    signed = signed_links(county, county.own)
    for size in SIZES:
        look(page, f"{signed['own']}?size={size}")
    for path in (*signed.values(), f"{signed['own']}/delete"):
        look(page, path)


def test_what_comes_after_a_button_is_too(county: County, page: Page) -> None:
    signed = signed_links(county, county.other)
    page.goto(signed["own"])
    page.get_by_role("button", name="同意").first.click()
    check(page, "after a consent")
    page.goto(signed["referral"])
    page.get_by_role("combobox").select_option(index=1)
    page.get_by_role("button", name="没录用").click()
    page.get_by_text("收到了").wait_for()
    check(page, "the answer was taken")
    look(page, signed["referral"])  # over now
    page.goto(f"{signed['own']}/delete")
    page.get_by_role("button").click()
    check(page, "deleted")


def test_what_is_refused_is_too(county: County, page: Page) -> None:
    signed = signed_links(county, county.own)
    with county.rt.transaction() as session:
        links.revoke(session, ("filing", county.employer), county.rt.now())
    for path in ("/p/1-0", "/e/1-0", signed["filing"], "/nowhere", "/"):
        look(page, path)
