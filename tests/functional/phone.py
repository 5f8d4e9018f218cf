"""The stand-in's phone page as a person uses it."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass
class Phone:
    """The page as a person uses it. `drain`: delivers what a turn that took too long left to the outbox."""

    page: Page
    drain: Callable[[], object] | None = None

    @property
    def heard(self) -> Locator:
        return self.page.locator(".account .bubble")

    def follow(self, address: str) -> str:
        """Opens the page and follows; the greeting."""
        self.page.goto(f"{address}/sandbox/")
        self.page.get_by_role("button", name="关注公众号").click()
        expect(self.heard).to_have_count(1)
        return self.heard.last.inner_text()

    def say(self, text: str) -> str:
        """Writes a line, waits for the answer, gives its text."""
        before = self.heard.count()
        self.page.get_by_label("写一句话").fill(text)
        self.page.keyboard.press("Enter")
        self._wait(before + 1)
        return self.heard.last.inner_text()

    def _wait(self, count: int) -> None:
        if self.drain is not None:
            try:
                expect(self.heard).to_have_count(count, timeout=8_000)
            except AssertionError:
                self.drain()
        expect(self.heard).to_have_count(count)

    def obeys_the_platform(self) -> None:
        expect(self.page.locator("#violations")).to_have_text("没有违反平台规则")
