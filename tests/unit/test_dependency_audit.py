"""The dependency audit: a known hole fails; no index, no answer and no end are skipped aloud and never block."""

import json
import sys
from typing import Any

import pytest

from scripts import audit_dependencies
from scripts.audit_dependencies import Verdict, asked, judged

SOUND: dict[str, Any] = {"name": "flask", "version": "3.1.3", "vulns": []}
HOLED: dict[str, Any] = {
    "name": "jinja2",
    "version": "2.0",
    "vulns": [{"id": "PYSEC-2019-217", "fix_versions": ["2.10.1"], "aliases": ["CVE-2019-10906"]}],
}
UNKNOWN: dict[str, Any] = {"name": "x", "skip_reason": "Dependency not found on PyPI"}


def command(*found: dict[str, Any], status: int = 0) -> list[str]:
    """A stand-in of pip-audit that found these."""
    program = f"import sys; print({json.dumps(json.dumps({'dependencies': found}))}); sys.exit({status})"
    return [sys.executable, "-c", program]


def test_a_known_hole_is_named_with_its_mend() -> None:
    verdict = asked(command(SOUND, HOLED, status=1))
    assert verdict.checked == 2 and not verdict.skipped
    assert verdict.holes == ("jinja2 2.0：PYSEC-2019-217，修好的版本 2.10.1",)


def test_sound_packages_pass_and_those_the_index_does_not_know_are_counted() -> None:
    assert asked(command(SOUND, UNKNOWN)) == Verdict(checked=1, unknown=1)


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import sys; print('ConnectionError: no route', file=sys.stderr); sys.exit(1)", "no route"),
        ("print('{}')", "没有输出"),
        ("print('[]')", "没有输出"),
    ],
)
def test_what_cannot_be_asked_is_skipped(program: str, why: str) -> None:
    assert why in asked([sys.executable, "-c", program]).skipped


def test_what_does_not_end_is_ended_and_skipped() -> None:
    assert "没有查完" in asked([sys.executable, "-c", "import time; time.sleep(600)"], 0.2).skipped


def test_an_index_without_advisories_is_no_proof() -> None:
    assert judged(json.dumps({"dependencies": [UNKNOWN, UNKNOWN]})).skipped
    assert "没有装好" in asked(["/nowhere/pip-audit"]).skipped


@pytest.mark.parametrize(
    ("verdict", "status", "words"),
    [
        (Verdict(checked=3), 0, "查了 3 个包，0 个漏洞"),
        (Verdict(checked=3, holes=("jinja2 2.0",)), 1, "有已知漏洞：jinja2 2.0"),
        (Verdict(skipped="没有网"), 0, "!!! 跳过依赖漏洞检查：没有网"),
    ],
)
def test_only_a_hole_fails_and_a_skip_is_loud(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, verdict: Verdict, status: int, words: str
) -> None:
    monkeypatch.setattr(audit_dependencies, "asked", lambda: verdict)
    assert audit_dependencies.main() == status
    said = capsys.readouterr()
    assert words in said.out + said.err
