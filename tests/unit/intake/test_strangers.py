"""Tables written as a stranger would, with the whole parse expected by the rules, in the form of the contract."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.intake.cells.text import plain
from services.intake.postings import parse_postings
from services.intake.results import RowResult
from services.intake.sheets import read_sheets

FOLDER = Path(__file__).parent / "strangers"
DAY = date(2026, 11, 20)
TABLES = sorted(path for path in FOLDER.iterdir() if path.suffix in (".csv", ".xlsx"))
LISTS = ("licences_any", "certificates_all", "certificates_other")


def faults(expected: dict[str, Any], row: RowResult) -> list[str]:
    """What is wrong with one row, in words; empty when it came out as meant."""
    outcome = (row.kind, row.status, row.error, row.duplicate_of)
    if outcome != tuple(expected.get(name) for name in ("kind", "status", "error", "duplicate_of")):
        return [f"{row.record}: {outcome}, not {expected}"]
    found = [
        f"{row.record} {row.fields['title']} {name}: {row.fields.get(name)!r}, not {wanted!r}"
        for name, wanted in expected.get("fields", {}).items()
        if not is_right(name, wanted, row.fields)
    ]
    return found + [
        f"{row.record}: no {code}" for code in expected.get("warnings_include", ()) if code not in row.warnings
    ]


def is_right(name: str, wanted: Any, fields: Any) -> bool:
    if name == "category_any":
        return fields["category"] in wanted
    if name == "salary_note_contains":
        return plain(wanted) in plain(fields["salary_note"] or "")
    forms = wanted["any_of"] if isinstance(wanted, dict) and "any_of" in wanted else [wanted]
    return any(same(name, form, fields[name]) for form in forms)


def same(name: str, wanted: Any, got: Any) -> bool:
    if wanted is None or got is None:
        return wanted is got
    if name == "location":
        return {one["adcode"] for one in (wanted if isinstance(wanted, list) else [wanted])} == {got["adcode"]}
    if name in LISTS:
        return {plain(word) for word in wanted} == {plain(word) for word in got}
    return bool(plain(wanted) == plain(got) if isinstance(wanted, str) else wanted == got)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_table_of_a_stranger_is_read_as_meant(path: Path) -> None:
    rows = [row for sheet in read_sheets(path.read_bytes()) for row in parse_postings(sheet, DAY)]
    expected = [json.loads(line) for line in path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == len(expected)
    assert not [fault for one, row in zip(expected, rows, strict=True) for fault in faults(one, row)]
