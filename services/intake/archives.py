"""A workbook is a zip of XML: its size is measured here, before anything opens it."""

import re
import zipfile
import zlib
from io import BytesIO
from typing import Final

from services.intake.errors import IntakeError

MAX_FILE_BYTES: Final = 30 * 2**20
MAX_UNPACKED_BYTES: Final = 400 * 2**20
MAX_PARTS: Final = 2000
MAX_ROWS: Final = 100_000
MAX_COLUMNS: Final = 400
MAX_CELLS: Final = 3_000_000
MAX_TEXT_BYTES: Final = 300 * 2**20
_CHUNK: Final = 1 << 20
_CELL: Final = re.compile(rb'<(?:\w+:)?(?:c|row)\b[^>]*?\br="([A-Z]{0,7})(\d{1,9})"')
_ITEM: Final = re.compile(rb"<(?:\w+:)?si[\s>]")
_SPLIT_MEND: Final = "请删去多余的空行空列，或拆成几个文件再导入。"


def check_workbook(data: bytes) -> None:
    """Refuses a zip that would grow too large, or a sheet with a cell far outside; raises IntakeError."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_directory(archive)
            _check_sheets(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise IntakeError("文件损坏，打不开。", "请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。") from error


def _check_directory(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise IntakeError("文件解开后太大。", _SPLIT_MEND)
    if any(part.flag_bits & 1 for part in parts):
        raise IntakeError("文件有密码。", "请去掉密码后再导入。")
    names = {part.filename for part in parts}
    if not any(name.startswith("xl/") for name in names):
        raise IntakeError("这不是 Excel 表格。", "请导入 .xlsx、.xls 或 .csv 文件。")


def _check_sheets(archive: zipfile.ZipFile) -> None:
    """The sizes in a zip's directory may lie, and a far cell makes a full grid: both are measured on the real bytes."""
    left = MAX_UNPACKED_BYTES
    cells = longest = shared = 0
    for part in archive.infolist():
        if not part.filename.endswith((".xml", ".rels")):
            continue
        body = _unpacked(archive, part, left)
        left -= len(body)
        if part.filename.endswith("sharedStrings.xml"):
            longest, shared = _longest_text(body), len(body)
        elif "/worksheets/" in part.filename:
            cells += _check_grid(body)
    # Every cell gets its own copy of a shared text: few long texts in many cells are a bomb too.
    if cells > MAX_CELLS or (longest > 2000 and cells * longest > MAX_TEXT_BYTES and shared < cells * 200):
        raise IntakeError("表格太大。", _SPLIT_MEND)


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> bytes:
    pieces, size = [], 0
    with archive.open(part) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > left:
                raise IntakeError("文件解开后太大。", _SPLIT_MEND)
            pieces.append(piece)
    return b"".join(pieces)


def _check_grid(body: bytes) -> int:
    """How many cells a sheet names; refuses one whose grid would be too large."""
    count = rows = columns = 0
    for found in _CELL.finditer(body):
        count += 1
        row = int(found[2])
        if row > rows:
            rows = row
        if len(found[1]) > 1 and (column := _column(found[1])) > columns:
            columns = column
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS * 4:
        raise IntakeError(f"表格太大（{rows} 行 {columns} 列）。", _SPLIT_MEND)
    return count


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _longest_text(body: bytes) -> int:
    starts = [found.start() for found in _ITEM.finditer(body)]
    return max((after - here for here, after in zip(starts, [*starts[1:], len(body)], strict=True)), default=0)
