"""The file handed back: the clerk's own rows, bad cells coloured, and what to do beside them."""

import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

import xlsxwriter

from services.intake.results import RowResult
from services.intake.rows import Sheet

#: Text stays text: nothing that begins with = is ever written as a formula, nothing with http as a link.
SAFE: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_STATUS: Final = {"ok": "可以录入", "duplicate": "重复", "error": "有错"}
_CELL_CHARS: Final = 32000


def write_corrected(sheets: Sequence[Sheet], results: Iterable[RowResult]) -> bytes:
    """The same rows at the same numbers; red = error, yellow = warning; the mends in two columns more."""
    by_row = {(result.sheet, result.record): result for result in results}
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, SAFE)
    colours = {
        "error": book.add_format({"bg_color": "#F8CBAD", "text_wrap": True, "valign": "top"}),
        "warning": book.add_format({"bg_color": "#FFF2CC", "text_wrap": True, "valign": "top"}),
        "plain": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format({"bold": True, "text_wrap": True, "bg_color": "#DDEBF7"}),
    }
    for number, sheet in enumerate(sheets, start=1):
        page = book.add_worksheet(_sheet_name(sheet.name, number))
        _fill(page, sheet, by_row, colours)
    book.close()
    return buffer.getvalue()


def _fill(page: Any, sheet: Sheet, by_row: dict[tuple[str, int], RowResult], colours: dict[str, Any]) -> None:
    width = max((len(row.cells) for row in sheet.rows), default=0)
    page.set_column(0, max(width - 1, 0), 14)
    page.set_column(width, width, 10)
    page.set_column(width + 1, width + 1, 60)
    headings: dict[str, int] = {}
    for row in sheet.rows:
        result = by_row.get((sheet.name, row.record))
        if result is not None and result.kind == "header":
            headings = {cell.strip(): column for column, cell in enumerate(row.cells) if cell.strip()}
            page.write_string(row.record - 1, width, "检查结果", colours["head"])
            page.write_string(row.record - 1, width + 1, "问题和改法", colours["head"])
        marks = _marks(result, headings)
        for column, cell in enumerate(row.cells):
            colour = colours[marks.get(column, "plain")]
            page.write_string(row.record - 1, column, cell[:_CELL_CHARS], colour)
        if result is not None and result.status:
            _note(page, width, result, colours)


def _note(page: Any, width: int, result: RowResult, colours: dict[str, Any]) -> None:
    grave = "error" if result.status == "error" else "warning" if result.findings else "plain"
    page.write_string(result.record - 1, width, _STATUS[result.status or "ok"], colours[grave])
    notes = [
        f"{found.column}：{found.message}{found.mend}" if found.column else f"{found.message}{found.mend}"
        for found in result.findings
    ]
    page.write_string(result.record - 1, width + 1, "\n".join(notes)[:_CELL_CHARS], colours[grave])


def _marks(result: RowResult | None, headings: dict[str, int]) -> dict[int, str]:
    marks: dict[int, str] = {}
    for found in result.findings if result else ():
        for heading in found.column.split("、"):
            if (column := headings.get(heading)) is not None and marks.get(column) != "error":
                marks[column] = "error" if found.is_error else "warning"
    return marks


def _sheet_name(name: str, number: int) -> str:
    cleaned = "".join(char for char in name if char not in "[]:*?/\\'")[:28].strip()
    return f"{cleaned}{number}" if cleaned and number > 1 else cleaned or f"表{number}"
