"""A ledger written as a stranger would, in GB18030, with headings and cells never seen before."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.intake.people import Person, iter_people
from services.intake.sheets import read_sheets

FOLDER = Path(__file__).parent / "strangers" / "people"
DAY = date(2026, 11, 20)


def value_of(person: Person, name: str) -> Any:
    if name == "birth_year":
        return person.born and person.born.year
    return getattr(person, name) if hasattr(person, name) else person.profile.to_json().get(name)


def same(wanted: Any, got: Any) -> bool:
    return set(wanted) == set(got or ()) if isinstance(wanted, list) else wanted == got


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.csv")), ids=lambda path: path.stem)
def test_a_ledger_of_a_stranger_is_read_as_meant(path: Path) -> None:
    (sheet,) = read_sheets(path.read_bytes())
    rows = list(iter_people(sheet, DAY))
    expected = [json.loads(line) for line in path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()]
    wrong: list[object] = []
    for wanted, row in zip(expected, rows, strict=True):
        outcome = (row.kind, row.status, row.error, row.duplicate_of)
        if outcome != tuple(wanted.get(name) for name in ("kind", "status", "error", "duplicate_of")):
            wrong.append((row.record, outcome))
        elif row.status == "ok":
            person: Person = row.extra["person"]
            stated = {name: value_of(person, name) for name in wanted["fields"]}
            wrong += [(row.record, name, got) for name, got in stated.items() if not same(wanted["fields"][name], got)]
            wrong += [(row.record, code) for code in wanted["warnings"] if code not in row.warnings]
    assert not wrong
