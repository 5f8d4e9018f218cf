"""Workbooks (.xlsx, .xls) into sheets of texts; the old binary form in a process of its own, with limits.

An .xls file cannot be measured before it is opened: one damaged cell address makes the reader lay out a grid of
billions of cells. So a child process reads it, which may take only so much memory and time.
"""

import io
import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import python_calamine

from services.intake.archives import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from services.intake.errors import IntakeError
from services.intake.rows import MAX_CELL_CHARS, Row, Sheet, trimmed

# From here on a spreadsheet's number has lost digits: an 18-digit ID number typed into a plain cell.
LOSSY: Final = 1e15
CHILD_BYTES: Final = 1 << 30
CHILD_SECONDS: Final = 20
MAX_MERGED: Final = 1_000_000
_SAVE_AS: Final = "请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"
_BROKEN: Final = "文件损坏或格式不对，打不开。"
_ROOT: Final = Path(__file__).resolve().parents[2]
_CHILD: Final = (
    f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from services.intake import workbooks; workbooks.child()"
)


def read_apart(data: bytes) -> list[Sheet]:
    """The same in a child process with limits; raises IntakeError."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter on our own module
            [sys.executable, "-c", _CHILD], input=data, capture_output=True, timeout=2 * CHILD_SECONDS, check=False
        )
        answer: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise IntakeError(_BROKEN, _SAVE_AS) from error
    if "error" in answer:
        raise IntakeError(*answer["error"])
    if "sheets" not in answer:
        raise IntakeError(_BROKEN, _SAVE_AS)
    return [
        Sheet(
            sheet["name"],
            [Row(number, tuple(cells)) for number, cells in enumerate(sheet["rows"], start=1)],
            frozenset((record, column) for record, column in sheet["lossy"]),
        )
        for sheet in answer["sheets"]
    ]


def child() -> None:
    """What the child does: a workbook on standard input, its sheets or the reason for refusing as JSON on output."""
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_BYTES, CHILD_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_SECONDS, CHILD_SECONDS))
    answer: dict[str, Any]
    try:
        sheets = read(sys.stdin.buffer.read())
        answer = {
            "sheets": [
                {"name": sheet.name, "rows": [row.cells for row in sheet.rows], "lossy": sorted(sheet.lossy)}
                for sheet in sheets
            ]
        }
    except IntakeError as error:
        answer = {"error": [error.message, error.mend]}
    except MemoryError:
        answer = {"error": ["表格太大。", "请删去多余的空行空列，或拆成几个文件再导入。"]}
    sys.stdout.write(json.dumps(answer))


def read(data: bytes) -> list[Sheet]:
    """Every visible sheet of a workbook whose size was checked; raises IntakeError."""
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible = [
            meta.name for meta in book.sheets_metadata if meta.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        return [_sheet(book.get_sheet_by_name(name)) for name in visible]
    except IntakeError:
        raise
    except python_calamine.PasswordError as error:
        raise IntakeError("文件有密码。", "请去掉密码后再导入。") from error
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise IntakeError(_BROKEN, _SAVE_AS) from error
    except BaseException as error:
        # A panic inside the reader's compiled part is no Exception; anything else of that kind is not ours to hold.
        if type(error).__name__ != "PanicException":
            raise
        raise IntakeError(_BROKEN, _SAVE_AS) from error


def _sheet(sheet: Any) -> Sheet:
    height, width = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
    if height > MAX_ROWS or width > MAX_COLUMNS or height * width > MAX_CELLS * 4:
        raise IntakeError(f"表格太大（{height} 行 {width} 列）。", "请删去多余的空行空列，或拆成几个文件再导入。")
    lossy: set[tuple[int, int]] = set()
    rows: list[Row] = []
    merged = _vertical_merges(sheet.merged_cell_ranges or ())
    above: list[Any] = []
    # Rows come as the file has them: leading empty rows and columns are counted, not skipped.
    for index, values in enumerate(sheet.to_python(skip_empty_area=False)):
        values = _filled(values, above, merged.get(index, ()))
        above = values
        lossy.update(
            (index + 1, column)
            for column, value in enumerate(values)
            if type(value) is float and (value >= LOSSY or value <= -LOSSY)
        )
        rows.append(Row(index + 1, trimmed([_text(value) for value in values])))
    return Sheet(sheet.name, _without_tail(rows), frozenset(lossy))


def _vertical_merges(ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> dict[int, list[int]]:
    """Row -> columns whose cell belongs to the merged cell that began above it."""
    filled: dict[int, list[int]] = {}
    count = 0
    for (top, left), (bottom, _) in ranges:
        count += bottom - top
        if count > MAX_MERGED:
            break
        for row in range(top + 1, bottom + 1):
            filled.setdefault(row, []).append(left)
    return filled


def _filled(values: list[Any], above: list[Any], columns: Sequence[int]) -> list[Any]:
    if not columns:
        return values
    values = list(values)
    for column in columns:
        if column < len(values) and column < len(above) and values[column] == "":
            values[column] = above[column]
    return values


def _text(value: Any) -> str:
    """A cell as the person sees it, near enough: 3.0 → 3, a day as ISO, True → 是."""
    if type(value) is str:
        return value if len(value) <= MAX_CELL_CHARS else value[:MAX_CELL_CHARS]
    if type(value) is float:
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else f"{value:.10g}"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    return "" if isinstance(value, timedelta) else str(value)


def _without_tail(rows: list[Row]) -> list[Row]:
    while rows and not rows[-1].cells:
        rows.pop()
    return rows
