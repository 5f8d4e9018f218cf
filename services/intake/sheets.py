"""Reads a file (.xlsx .xls .csv, told by its bytes, not its name) into sheets of cell texts with record numbers."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from services.intake import workbooks
from services.intake.archives import MAX_CELLS, MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, check_workbook
from services.intake.errors import IntakeError
from services.intake.rows import MAX_CELL_CHARS, Row, Sheet, trimmed

_SAVE_AS: Final = "请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_sheets(data: bytes) -> list[Sheet]:
    """All visible sheets that hold anything; raises IntakeError with what to do, and nothing else, on any bytes."""
    if len(data) > MAX_FILE_BYTES:
        raise IntakeError(f"文件超过 {MAX_FILE_BYTES // 2**20} MB。", "请拆成几个文件再导入。")
    if not data.strip():
        raise IntakeError("文件是空的。", "请检查后重新选择文件。")
    _refuse_other_kinds(data)
    if data.startswith(b"PK"):
        check_workbook(data)
        sheets = workbooks.read(data)
    elif data.startswith(_OLE):
        sheets = workbooks.read_apart(data)
    else:
        sheets = [Sheet("", list(_numbered(_csv_rows(_decoded(data)))))]
    filled = [sheet for sheet in sheets if any(any(row.cells) for row in sheet.rows)]
    if not filled:
        raise IntakeError("表里没有内容。", "请检查后重新选择文件。")
    return filled


def _refuse_other_kinds(data: bytes) -> None:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith(b"%pdf"):
        raise IntakeError("这是 PDF 文件。", "请导入 .xlsx、.xls 或 .csv 表格。")
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise IntakeError("这是网页格式的表格（只是名字叫 .xls）。", _SAVE_AS)
    if head.startswith((b"\x89png", b"\xff\xd8\xff", b"gif8", b"{\\rtf", b"7z\xbc\xaf", b"rar!")):
        raise IntakeError("这不是表格文件。", "请导入 .xlsx、.xls 或 .csv 文件。")


def _decoded(data: bytes) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if wide else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise IntakeError("认不出文件的编码。", _SAVE_AS)


def _csv_rows(text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    csv.field_size_limit(max(csv.field_size_limit(), 10 * MAX_CELL_CHARS))
    try:
        yield from reader
    except csv.Error as error:
        raise IntakeError(f"第 {reader.line_num} 行附近的引号或换行不成对。", _SAVE_AS) from error


def _delimiter(text: str) -> str:
    """Comma, unless the first lines plainly use tabs or semicolons."""
    head = re.sub(r'"[^"]*"', "", text[:20000])
    counts = {mark: head.count(mark) for mark in (",", "\t", ";")}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] > 3 * counts[","] else ","


def _numbered(rows: Iterator[list[str]]) -> Iterator[Row]:
    cells = 0
    for record, values in enumerate(rows, start=1):
        cells += len(values)
        if record > MAX_ROWS or len(values) > MAX_COLUMNS * 4 or cells > MAX_CELLS * 4:
            raise IntakeError("表格太大。", "请拆成几个文件再导入。")
        yield Row(record, trimmed([value[:MAX_CELL_CHARS].replace("\r\n", "\n") for value in values]))
