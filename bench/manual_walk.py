"""Follows the script of docs/console.md literally, as somebody on their first day: a fresh demo, a real browser.

Every quoted word of the steps is looked for in the manual first, so that the two cannot drift apart.
"""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Page, expect, sync_playwright

MANUAL: Final = Path(__file__).resolve().parent.parent / "docs" / "console.md"
SHEET: Final = "county/练习用岗位表.xlsx"
NEW_PASSWORD: Final = "lianxi-yong-de-mima-2026"
STARTS_WITHIN: Final = 300.0
WIDTHS: Final = (375, 1366)
PATIENCE: Final = 60_000.0
"""Milliseconds a step may take: a busy machine is slow, not wrong."""


@contextmanager
def demo(folder: Path, port: int) -> Iterator[tuple[str, str]]:
    """The console's address and the password of `bureau`, as a fresh demo prints them."""
    command = [sys.executable, "-m", "app.cli", "demo", "--port", str(port), "--folder", str(folder)]
    with (folder / "printed.txt").open("w+", encoding="utf-8") as printed:
        running = subprocess.Popen(command, stdout=printed, stderr=subprocess.STDOUT)
        try:
            yield f"http://127.0.0.1:{port}/staff/", _password(folder / "printed.txt", running)
        finally:
            running.terminate()
            running.wait(30)


def _password(printed: Path, running: "subprocess.Popen[bytes]") -> str:
    gives_up = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < gives_up and running.poll() is None:
        found = re.search(r"登录名 bureau（.*?） 一次性密码 (\S+)", printed.read_text(encoding="utf-8"))
        if found:
            return found[1]
        time.sleep(0.5)
    raise SystemExit(f"演示没有启动：\n{printed.read_text(encoding='utf-8')[-2000:]}")


class Reader:
    """Somebody who reads the manual and does what it says; `word` insists that it says so."""

    def __init__(self, page: Page) -> None:
        self.page, self.manual = page, MANUAL.read_text(encoding="utf-8").rpartition("## 走一遍")[2]

    def word(self, words: str) -> str:
        assert words in self.manual, f"the manual does not say {words}"
        return words

    def press(self, words: str, seen: str = "") -> None:
        """Presses what the manual calls so; `seen`: the beginning on the page where a number follows."""
        name = re.compile(re.escape(seen or self.word(words)))
        self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name)).first.click()

    def sees(self, words: str) -> None:
        expect(self.page.locator("main")).to_contain_text(words)


def walk(page: Page, site: str, password: str, sheet: Path) -> None:
    """The steps, in the manual's order."""
    one = Reader(page)
    page.goto(site)
    page.get_by_label("登录名").fill(one.word("bureau"))
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    for name in ("new", "again"):
        page.fill(f"[name={name}]", NEW_PASSWORD)
    page.get_by_role("button", name="换好了").click()
    one.press("企业与岗位")
    one.press("导入岗位表")
    page.set_input_files("input[type=file]", sheet)
    one.press("先检查，不录入")
    one.sees(one.word("可以录入 20 行"))
    page.get_by_label(one.word("我核对过了，直接发布")).check()
    one.press("录入这 20 行")
    one.sees("新增 20 个岗位，发布 20 个")
    one.press("推送")
    one.press("写一条推送")
    page.get_by_label("发给谁").fill(one.word("站点=潼川 且 岗位=驾驶员"))
    one.press("数一数有多少人")
    page.get_by_role("textbox", name="内容").fill(one.word("新到一批驾驶员岗位，想看的同志回复“找工作”。"))
    one.press("下一步：看能到多少人（还不会发）")
    one.press("确认", "确认，发给")
    page.get_by_role("link", name="去打电话").wait_for()
    one.press("去打电话")
    before = page.get_by_role("button", name="记下").count()
    page.get_by_label(re.compile("的结果")).first.fill(one.word("1 想去"))
    page.get_by_role("button", name="记下").first.click()
    assert page.get_by_role("button", name="记下").count() < before


def main(argv: Sequence[str] | None = None) -> int:
    """Walks on a phone and on a desk, each on a demo of its own."""
    parser = argparse.ArgumentParser(prog="bench.manual_walk", description=__doc__)
    parser.add_argument("--port", type=int, default=8790)
    args = parser.parse_args(argv)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for width in WIDTHS:
            with TemporaryDirectory() as folder, demo(Path(folder), args.port) as (site, password):
                page = browser.new_page(viewport={"width": width, "height": 800})
                page.set_default_timeout(PATIENCE)
                walk(page, site, password, Path(folder) / SHEET)
                print(f"{width} px：照手册走完了")
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
