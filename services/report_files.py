"""The report as the office files it: a Word document and an Excel workbook, each saying who took it out and when."""

import io
from collections.abc import Sequence
from typing import Final

import xlsxwriter
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.table import Table

from services import audit, figures
from services.actors import Actor
from services.figures import BY_NAME, Report, Value
from services.intake.corrected import SAFE
from services.periods import Period
from services.runtime import Runtime

#: What is shown for each station, in this order.
BY_STATION: Final = ("ledger", "fresh", "willing", "matched", "referred", "placed", "settled")
WORD: Final = "docx"
EXCEL: Final = "xlsx"
MIMETYPES: Final = {
    WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FONT: Final = "仿宋"


def file(rt: Runtime, actor: Actor, kind: str, period: Period, node_id: int | None = None) -> bytes:
    """The report of a period as a file of that kind, on the record; raises ServiceError."""
    found = figures.report(rt, actor, period, node_id)
    mark = f"{actor.who} {rt.now():%Y-%m-%d %H:%M} 从老兵上岗导出"
    with rt.transaction() as session:
        details: dict[str, audit.Detail] = {"kind": kind, "period": period.name, "node": node_id or 0}
        audit.note(rt, session, actor.who, "report.export", f"report:{period.name}", details)
    return word(found, mark) if kind == WORD else excel(found, mark)


def title_of(found: Report) -> str:
    """The heading of the paper."""
    return f"{found.place}就业服务情况（{found.period.label}）"


def state_of(found: Report) -> str:
    """Whether the figures still move."""
    if found.closed_at is None:
        return f"未封账，{found.period.closes_on.month}月{found.period.closes_on.day}日起不再变。"
    return "已封账，数字不再变。"


def amount(value: Value) -> str:
    """The figure with its unit; a part with both numbers and the share."""
    if value.whole is None:
        return f"{value.now} {value.figure.unit}"
    # Of who stayed it is not known of everybody: a share of all of them would say otherwise.
    share = f"，{value.now / value.whole:.0%}" if value.whole and not value.figure.step else ""
    return f"{value.now} / {value.whole} {value.figure.unit}{share}"


def _summary(found: Report) -> list[list[str]]:
    rows = [["指标", found.period.label, found.before.label, "怎么算的"]]
    rows += [[one.figure.title, amount(one), str(one.before), one.figure.meaning] for one in found.values]
    if found.median_days is not None:
        rows.append(
            ["诉求答复用时", f"{found.median_days:.1f} 天", "", "从受理到告诉本人结果，一半的诉求不超过这么久。"]
        )
    return rows


def _stations(found: Report) -> list[list[str]]:
    rows = [["服务站", *(BY_NAME[name].title for name in BY_STATION)]]
    return rows + [[one.name, *(str(one.counts[name]) for name in BY_STATION)] for one in found.stations]


def word(found: Report, mark: str) -> bytes:
    """The document on A4, the mark in head and foot of every page."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Pt(595), Pt(842)
    for part in (section.header, section.footer):
        line = part.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = line.add_run(mark)
        run.font.size, run.font.color.rgb = Pt(9), RGBColor(0x80, 0x80, 0x80)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(title_of(found))
    run.bold, run.font.size = True, Pt(18)
    document.add_paragraph(state_of(found))
    _fill(document.add_table(0, 4, "Table Grid"), _summary(found))
    document.add_paragraph()
    document.add_paragraph("各服务站（单位：人，报名是人次，诉求是件）")
    _fill(document.add_table(0, 1 + len(BY_STATION), "Table Grid"), _stations(found))
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _fill(table: Table, rows: Sequence[Sequence[str]]) -> None:
    for number, row in enumerate(rows):
        cells = table.add_row().cells  # type: ignore[no-untyped-call]  # the package forgot this one
        for cell, text in zip(cells, row, strict=True):
            run = cell.paragraphs[0].add_run(text)
            run.bold, run.font.size = number == 0, Pt(10)


def excel(found: Report, mark: str) -> bytes:
    """Two sheets; numbers stay numbers, so that the office can add them up where that makes sense."""
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, SAFE)
    head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1, "text_wrap": True})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    faint = book.add_format({"font_color": "#808080", "italic": True})
    bold = book.add_format({"bold": True, "font_size": 16})
    for name, rows, widths in (
        ("汇总", _numbers(found), (22, 12, 12, 10, 12, 46)),
        ("各服务站", _stations(found), (30, *(11 for _ in BY_STATION))),
    ):
        page = book.add_worksheet(name)
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_landscape()
        page.set_header(f"&C&9{mark}")
        page.set_footer(f"&C&9{mark}　第 &P 页")
        page.write_string(0, 0, title_of(found), bold)
        page.write_string(1, 0, f"{mark}。{state_of(found)}", faint)
        for number, width in enumerate(widths):
            page.set_column(number, number, width)
        for index, row in enumerate(rows, start=2):
            for number, value in enumerate(row):
                _put(page, (index, number), value, head if index == 2 else cell)
        page.freeze_panes(3, 1)
    book.close()
    return kept.getvalue()


def _put(page: xlsxwriter.worksheet.Worksheet, at: tuple[int, int], value: str, form: xlsxwriter.format.Format) -> None:
    if value.isdecimal():
        page.write_number(*at, int(value), form)
    else:
        page.write_string(*at, value, form)


def _numbers(found: Report) -> list[list[str]]:
    rows = [["指标", found.period.label, "其中总数", "单位", found.before.label, "怎么算的"]]
    for value in found.values:
        whole = "" if value.whole is None else str(value.whole)
        one = value.figure
        rows.append([one.title, str(value.now), whole, one.unit, str(value.before), one.meaning])
    if found.median_days is not None:
        rows.append(
            ["诉求答复用时", f"{found.median_days:.1f}", "", "天", "", "从受理到告诉本人结果，一半的诉求不超过这么久。"]
        )
    return rows
