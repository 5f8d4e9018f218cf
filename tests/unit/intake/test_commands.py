"""The two verbs: the contract's JSON lines, a plain account in Chinese, a clear refusal."""

import json
from pathlib import Path

import pytest

from app.cli import main
from services.intake.sheets import read_sheets

TABLES = Path(__file__).parent / "tables"
KEYS = {"record", "kind", "status", "fields", "warnings", "error", "duplicate_of", "details"}


def test_a_dry_run_writes_one_json_line_a_record(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["import-postings", str(TABLES / "errors.csv"), "--dry-run", "--json", "--as-of", "2026-11-20"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert status == 0
    assert [line["record"] for line in lines] == list(range(1, 18))
    assert all(set(line) == KEYS for line in lines)
    assert lines[14]["duplicate_of"] == 10
    assert set(lines[2]["details"][0]) == {"code", "column", "message", "mend"}


def test_without_json_people_read_what_is_wrong_and_what_to_do(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    back = tmp_path / "改.xlsx"
    arguments = ["import-postings", str(TABLES / "errors.csv"), "--dry-run", "--as-of", "2026-11-20"]
    assert main([*arguments, "--corrected", str(back)]) == 0
    told = capsys.readouterr().out
    assert "第 3 行 有错：某市三和劳务公司 · 包装" in told
    assert "人数不定写“若干”" in told
    assert "只做了检查，没有写入" in told
    assert len(read_sheets(back.read_bytes())[0].rows) == 17


def test_a_ledger_is_shown_masked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "台账.csv"
    file.write_text("姓名,身份证号,联系电话,乡镇\n张示例,519900198001010019,13000000001,潼川镇\n", encoding="gb18030")
    assert main(["import-veterans", str(file), "--dry-run", "--json", "--as-of", "2026-11-20"]) == 0
    told = capsys.readouterr().out
    assert "张示例" not in told
    assert "13000000001" not in told
    assert json.loads(told.splitlines()[1])["kind"] == "person"


def test_a_file_that_is_none_is_refused_in_words(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["import-postings", str(tmp_path / "没有.xlsx"), "--dry-run"]) == 2
    assert "打不开文件" in capsys.readouterr().err
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04broken")
    assert main(["import-postings", str(broken), "--dry-run"]) == 2
    assert "另存为 .xlsx" in capsys.readouterr().err
