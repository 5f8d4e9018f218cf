"""House rules that import contracts cannot see: who commits, who sends, who looks at the clock, who prints."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "bot", "channels", "handlers", "matching", "models", "services")


def calls(name: str) -> Iterator[str]:
    """`room/file.py` of every call of an attribute or function of that name."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called == name:
                    yield str(path.relative_to(ROOT))


def test_only_the_runtime_commits() -> None:
    # The access token is the platform's, not a use case's: its row is renewed while a request waits.
    assert set(calls("commit")) <= {"services/runtime.py", "app/tokens.py"}


def test_only_the_outbox_sends() -> None:
    senders = {path for path in calls("send") if path.startswith("services/")}
    assert senders == {"services/outbox.py"}


def test_only_app_reads_the_clock() -> None:
    readers = {path for name in ("now", "today", "utcnow") for path in calls(name) if not path.startswith("app/")}
    allowed = re.compile(r"services/|handlers/")  # through rt.now(), which the next test makes sure of
    assert all(allowed.match(path) for path in readers), readers


def test_services_and_handlers_ask_the_runtime_for_the_time() -> None:
    for room in ("services", "handlers"):
        for path in (ROOT / room).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            assert not re.search(r"\b(datetime|date)\.(now|today|utcnow)\(", source), path


def test_only_commands_print() -> None:
    printers = {path for path in calls("print") if not path.startswith(("app/commands/", "app/cli.py"))}
    assert not printers


def test_pages_carry_no_style_or_script_of_their_own() -> None:
    # The content policy of every page refuses both; what stood there would silently not happen.
    inline = re.compile(r"<[^>{]*\s(?:style|on[a-z]+)=|<style|<script(?![^>]*\bsrc=)")
    pages = [*ROOT.glob("templates/web/**/*.html"), *ROOT.glob("sandbox/templates/**/*.html")]
    found = {page.name for page in pages if inline.search(page.read_text(encoding="utf-8"))}
    # Files that are handed out and printed carry their style with them.
    assert found == {"card.html", "person_export.html"}
