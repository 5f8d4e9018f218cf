"""Recorded dialogues (recorded.jsonl), played through the whole product: conversation, database, outbox, clock."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.stage import Stage
from services.runtime import CHINA
from tests.conversations.checks import wrong_with

HERE = Path(__file__).parent
Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    yield Stage(folder, rows("postings.jsonl"), datetime(2026, 11, 20, 9, tzinfo=CHINA))


@pytest.mark.parametrize(
    ("number", "dialogue"), [pytest.param(n, row, id=row["id"]) for n, row in enumerate(rows("recorded.jsonl"))]
)
def test_recorded(stage: Stage, number: int, dialogue: Row) -> None:
    before: Row = {"slots": (dialogue.get("fixtures") or {}).get("user", {}).get("profile", {})}
    for turn, line in zip(dialogue["turns"], stage.play(dialogue, number), strict=True):
        wrong = wrong_with(line, before, turn.get("expect", {}))
        assert not wrong, f"turn {line['turn']} {turn.get('msg') or turn}: {wrong}"
        before = line
