"""The main job over real signed callbacks in all three modes: from following to a referral that stands."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.functional.walking import QUESTIONS, WISH, Installation, installed


def ask(running: Installation, path: str, wish: dict[str, Any] | None = None) -> dict[str, Any]:
    """One call of the stand-in's own endpoints."""
    body = None if wish is None else json.dumps(wish).encode()
    request = urllib.request.Request(f"{running.address}/sandbox/{path}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def act(running: Installation, kind: str, **wish: Any) -> str:
    """What the person reads after doing this."""
    return "\n".join(one["text"] for one in ask(running, "person/zhao/send", {"type": kind, **wish})["replies"])


@pytest.mark.parametrize("mode", ["plain", "compatible", "secure"])
def test_the_main_job(tmp_path: Path, mode: str) -> None:
    with installed(tmp_path, mode) as running:
        assert ask(running, "verify", {}) == {"ok": True, "error": ""}
        assert "同意" in act(running, "follow")
        act(running, "text", text="1")
        answer = act(running, "text", text=WISH)
        for _ in range(QUESTIONS):
            if "报名1" in answer:
                break
            answer = act(running, "text", text="跳过")
        answer = act(running, "text", text="报名2")
        if "姓名" in answer:
            answer = act(running, "text", text="测试老兵，13000000700")
        assert "已报名" in answer
        assert [status for _, status in running.referrals()] == ["submitted"]
        assert ask(running, "violations")["total"] == 0
