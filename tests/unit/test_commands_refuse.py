"""Commands that cannot start say so in one line."""

from pathlib import Path

import pytest

from app import cli
from app.commands.demo import _only_one


def test_a_second_demo_of_one_folder_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    first = _only_one(tmp_path)
    assert first is not None
    assert _only_one(tmp_path) is None
    first.close()
    again = _only_one(tmp_path)
    assert again is not None
    again.close()


def test_migrate_refuses_a_bad_address_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAOBING_DATABASE_URL", "nonsense")
    assert cli.main(["migrate"]) == 1
    assert "LAOBING_DATABASE_URL" in capsys.readouterr().err
