"""Files of every kind: workbooks with merged cells, dates, numbers; broken, huge, locked and foreign files."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake.errors import IntakeError
from services.intake.postings import parse_postings
from services.intake.results import RowResult
from services.intake.sheets import read_sheets

DAY = date(2026, 11, 20)
FOLDER = Path(__file__).parent / "tables"


def workbook(fill: Any, *names: str) -> bytes:
    """A workbook; `fill(book, sheets)` writes into it."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    fill(book, [book.add_worksheet(name) for name in names or ("岗位",)])
    book.close()
    return buffer.getvalue()


def results(data: bytes) -> list[RowResult]:
    return [row for sheet in read_sheets(data) for row in parse_postings(sheet, DAY)]


def test_a_workbook_with_merged_cells_dates_and_numeric_phones() -> None:
    def fill(book: Any, sheets: Any) -> None:
        sheet = sheets[0]
        day = book.add_format({"num_format": "yyyy年m月d日"})
        sheet.merge_range("A1:I1", "怀化市鹤城区退役军人岗位表")
        sheet.write_row("A2", ["序号", "用人单位", "岗位", "人数", "学历", "月薪", "工作地点", "联系电话", "截止日期"])
        sheet.merge_range("A3:A4", 1)
        sheet.merge_range("B3:B4", "怀化示例食品公司")
        sheet.merge_range("E3:E4", "初中")
        sheet.merge_range("G3:G4", "鹤城区")
        for row, title, count, pay in ((2, "包装工", 12, 4200), (3, "叉车工", 2.0, "5千-6千")):
            sheet.write(row, 2, title)
            sheet.write(row, 3, count)
            sheet.write(row, 5, pay)
            sheet.write_number(row, 7, 13200000901)
            sheet.write_datetime(row, 8, date(2026, 12, 31), day)
        sheet.write_row("A5", ["合计", "", "", 14])

    rows = results(workbook(fill))
    assert [row.kind for row in rows] == ["title", "header", "job", "job", "total"]
    first, second = rows[2].fields, rows[3].fields
    assert first["employer"] == second["employer"] == "怀化示例食品公司"
    assert (first["headcount"], second["headcount"]) == (12, 2)
    assert first["phone"] == second["phone"] == "13200000901"
    assert first["deadline"] == "2026-12-31"
    # 学历 is merged in the file itself: no guess, the cell does span both rows.
    assert first["education_min"] == second["education_min"] == "初中"
    assert (second["salary_min"], second["salary_max"]) == (5000, 6000)
    assert second["location"]["adcode"] == "431202"


def test_an_old_xls_file() -> None:
    rows = results((FOLDER / "yiling.xls").read_bytes())
    assert [row.status for row in rows] == [None, None, "ok", "ok"]
    fields = rows[3].fields
    assert fields["employer"] == "宜昌三峡示例物流公司"
    assert (fields["headcount"], fields["age_max"], fields["salary_min"]) == (5, 50, 4500)
    assert (fields["phone"], fields["deadline"]) == ("13300000901", "2026-12-31")
    assert fields["location"]["adcode"] == "420506"


def test_several_sheets_keep_their_own_row_numbers() -> None:
    def fill(_: Any, sheets: Any) -> None:
        for sheet, firm in zip(sheets, ("示例一厂", "示例二厂", "示例三厂"), strict=True):
            sheet.write_row("A1", ["单位", "岗位", "人数", "工资"])
            sheet.write_row("A2", [firm, "保安", 2, 3000])
        sheets[2].hide()

    rows = results(workbook(fill, "一月", "二月", "停用"))
    assert [(row.sheet, row.record) for row in rows if row.status] == [("一月", 2), ("二月", 2)]


def test_a_number_that_lost_its_digits_is_reported() -> None:
    def fill(_: Any, sheets: Any) -> None:
        sheets[0].write_row("A1", ["单位", "岗位", "人数", "备注"])
        sheets[0].write_row("A2", ["示例厂", "保安", 2, 620802199001011234])

    (sheet,) = read_sheets(workbook(fill))
    assert sheet.lossy == {(2, 3)}
    assert "serial_lossy" in parse_postings(sheet, DAY)[1].warnings


def test_a_formula_is_not_computed_and_its_stored_value_is_read() -> None:
    def fill(_: Any, sheets: Any) -> None:
        sheets[0].write_row("A1", ["单位", "岗位", "人数", "工资"])
        sheets[0].write_row("A2", ["示例厂", "保安"])
        sheets[0].write_formula("C2", "=1+1", None, 7)
        sheets[0].write_string("D2", "=3000+500")

    row = results(workbook(fill))[1]
    assert row.fields["headcount"] == 7


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空"),
        (b" \r\n ", "空"),
        (b"%PDF-1.7 ....", "PDF"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "网页"),
        (b"PK\x03\x04 not a zip", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "打不开"),
        (b"\x89PNG\r\n\x1a\n....", "不是表格"),
        (b"\xff\xfe\x00", "编码"),
        (b",,,\r\n,,\r\n", "没有内容"),
        ('单位,岗位\n"没有收尾的引号,保安\n'.encode(), ""),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(data: bytes, words: str) -> None:
    try:
        rows = results(data)
    except IntakeError as error:
        assert words in error.message
        assert error.mend
    else:
        assert words == ""
        assert not any(row.status == "ok" for row in rows)


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_opened() -> None:
    with pytest.raises(IntakeError, match="太大"):
        read_sheets(zipped({"xl/worksheets/sheet1.xml": b" " * (450 * 2**20)}))


def test_a_cell_at_the_far_end_of_the_grid_is_refused() -> None:
    def fill(_: Any, sheets: Any) -> None:
        sheets[0].write(0, 0, "单位")
        sheets[0].write(1_000_000, 16_000, "x")

    with pytest.raises(IntakeError, match="太大"):
        read_sheets(workbook(fill))


def test_a_document_in_a_zip_is_no_table() -> None:
    with pytest.raises(IntakeError, match="不是 Excel"):
        read_sheets(zipped({"word/document.xml": b"<w/>"}))


def _good() -> list[bytes]:
    def fill(book: Any, sheets: Any) -> None:
        sheets[0].write_row("A1", ["单位", "岗位", "人数", "工资", "年龄", "电话"])
        for row in range(1, 12):
            sheets[0].write_row(row, 0, [f"示例{row}厂", "保安", row, "3000-4000", "18-50", "13000000001"])
        sheets[0].merge_range("H1:H5", "合并", book.add_format())

    return [workbook(fill), (FOLDER / "yiling.xls").read_bytes(), (FOLDER / "zunyi.csv").read_bytes()]


GOOD = _good()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from((0, 0, 0, 1, 2, 2, 2)),
    st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=0, max_size=6), st.integers(0, 40)), max_size=6),
)
def test_damaged_files_are_refused_or_read_never_a_traceback(which: int, edits: list[tuple[int, bytes, int]]) -> None:
    data = bytearray(GOOD[which])
    for position, replacement, width in edits:
        at = position % (len(data) + 1)
        data[at : at + width] = replacement
    try:
        rows = results(bytes(data))
    except IntakeError as error:
        assert error.message
    else:
        assert all(row.to_json() for row in rows)
