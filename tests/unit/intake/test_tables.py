"""Tables as bureaus of other places send them, with what each row means; written before the reader was tuned."""

from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from services.intake.cells.text import plain
from services.intake.postings import parse_postings
from services.intake.results import RowResult
from services.intake.sheets import read_sheets

FOLDER = Path(__file__).parent / "tables"
DAY = date(2026, 11, 20)
NAMES = sorted(path.stem for path in FOLDER.glob("*.csv"))


def rows_of(data: bytes) -> dict[int, RowResult]:
    return {row.record: row for sheet in read_sheets(data) for row in parse_postings(sheet, DAY)}


def faults(expected: dict[int, tuple[Any, ...]], rows: dict[int, RowResult]) -> list[str]:
    found = []
    for record, (outcome, *rest) in expected.items():
        row = rows[record]
        if outcome not in ("ok", "error", "duplicate"):
            found += [] if row.kind == outcome else [f"{record}: {row.kind}, not {outcome}"]
        elif outcome != row.status:
            found.append(f"{record}: {row.kind} {row.status} {row.error}, not {outcome} {rest}")
        elif outcome == "error" and row.error != rest[0]:
            found.append(f"{record}: {row.error}, not {rest[0]}")
        elif outcome == "duplicate" and row.duplicate_of != rest[0]:
            found.append(f"{record}: repeats {row.duplicate_of}, not {rest[0]}")
        elif outcome == "ok":
            found += [
                f"{record} {row.fields['title']} {name}: {row.fields[name]!r}, not {value!r}"
                for name, value in rest[0].items()
                if not same(name, value, row.fields[name])
            ]
            found += [f"{record}: no warning {code}" for code in rest[1] if code not in row.warnings]
    return found


def same(name: str, wanted: Any, got: Any) -> bool:
    if name == "location":
        return wanted == (got and got["adcode"])
    if name in ("licences_any", "certificates_all", "certificates_other"):
        return set(wanted) == set(got)
    if isinstance(wanted, list | tuple):
        return got in wanted
    if isinstance(wanted, str) and isinstance(got, str):
        return plain(wanted) == plain(got)
    return bool(wanted == got)


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_read_as_meant(name: str) -> None:
    expected = import_module(f"tests.unit.intake.tables.{name}").ROWS
    assert not faults(expected, rows_of((FOLDER / f"{name}.csv").read_bytes()))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_the_encoding_makes_no_difference(name: str, encoding: str) -> None:
    text = (FOLDER / f"{name}.csv").read_text(encoding="utf-8-sig")
    plain_rows = rows_of(text.encode())
    assert {k: v.to_json() for k, v in rows_of(text.encode(encoding)).items()} == {
        k: v.to_json() for k, v in plain_rows.items()
    }


def test_a_lower_header_may_end_before_the_upper_one() -> None:
    lines = (
        "岗位名称,招聘单位,人数,联系方式,,工资,工作地点",
        ",,,联系人,电话",
        "保安,示例物业公司,2,张三,13000000001,3000,城关镇",
    )
    (row,) = (one for one in rows_of("\n".join(lines).encode()).values() if one.kind == "job")
    assert row.status == "ok"
    assert (row.fields["contact"], row.fields["phone"], row.fields["salary_min"]) == ("张三", "13000000001", 3000)
