"""`laobing audit`: whole, broken, and a bad anchor, each with its exit status and a sentence that says what to do."""

import base64
import sqlite3
from pathlib import Path

import pytest

from app import bootstrap, cli, migration, settings
from services import audit
from tests.builders import read_person

ENVIRONMENT = {"LAOBING_SECRET_KEY": "s" * 40, "LAOBING_DATA_KEY": base64.b64encode(bytes(range(32))).decode()}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in {**ENVIRONMENT, "LAOBING_DATABASE_URL": f"sqlite:///{tmp_path}/laobing.db"}.items():
        monkeypatch.setenv(name, value)
    rt = bootstrap.build(settings.load())
    migration.upgrade(rt.database)
    read_person(rt, "王岗", 1, "card", ("phone",))
    read_person(rt, "李局", 2, "card")
    audit.link_due(rt)
    rt.database.dispose()
    return tmp_path / "laobing.db"


def test_a_whole_trail_is_said_to_be_whole_with_a_line_to_keep(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["audit", "verify"]) == 0
    said = capsys.readouterr().out
    assert "操作记录完整：2 条" in said
    anchor = said.strip().splitlines()[-1].rpartition("：")[2]
    assert cli.main(["audit", "verify", "--since", anchor]) == 0
    assert cli.main(["audit", "verify", "--since", f"2:{'0' * 64}"]) == 1
    assert cli.main(["audit", "verify", "--since", "昨天"]) == 2


def test_a_change_is_named(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE audit_entry SET who = '别人' WHERE id = 1")
    connection.close()
    assert cli.main(["audit", "verify"]) == 1
    assert "第 1 号位置，内容被改过。请看编号 1 的记录" in capsys.readouterr().out


def test_who_read_a_person_is_listed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["audit", "list", "--subject", "veteran:1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 and "王岗\tcard.read\tveteran:1\trevealed=['phone']" in lines[0]
