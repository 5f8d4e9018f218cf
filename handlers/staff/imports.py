"""Imports: a sheet handed in, looked through row by row, its headings explained, mended with consent, taken in."""

from collections.abc import Callable
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime
from handlers.staff.exports import workbook
from handlers.staff.guard import BUREAU, PEOPLE, actor, page
from services.errors import ServiceError
from services.intake import uploads
from services.intake.errors import IntakeError
from services.intake.headers import BookName
from services.intake.results import fields_named
from services.intake.source import Source
from services.intake.templates import posting_template, veteran_template

BOTH: Final = ("GET", "POST")
#: The longest request the application takes is a little longer: 100,000 rows without pictures are well below.
MOST_BYTES: Final = 7 * 2**20
STATUSES: Final = {"ok": "可以录入", "duplicate": "重复", "error": "有错"}
STATES: Final = {
    "look": "正在检查",
    "take": "正在录入",
    "mark": "正在标出问题",
    "looked": "检查好了，等您确认",
    "taken": "已录入",
    "refused": "没有录入",
}


@page("/imports/postings", roles=BUREAU, methods=BOTH)
def import_posting_sheet() -> ResponseReturnValue:
    """A sheet of postings."""
    return _import("posting")


@page("/imports/people", roles=PEOPLE, methods=BOTH)
def import_people_sheet() -> ResponseReturnValue:
    """A sheet of the ledger; a clerk's holds people of the own station only."""
    return _import("veteran")


@page("/imports/postings/template", roles=BUREAU)
def posting_sheet_template() -> ResponseReturnValue:
    """An empty table of postings."""
    return workbook(posting_template(), "postings-template.xlsx")


@page("/imports/people/template", roles=PEOPLE)
def people_sheet_template() -> ResponseReturnValue:
    """An empty ledger."""
    return workbook(veteran_template(), "ledger-template.xlsx")


def _import(kind: BookName) -> ResponseReturnValue:
    if request.method == "POST":
        try:
            number = uploads.receive(runtime(), actor(), kind, _source())
        except IntakeError as refused:
            flash(f"{refused.message}{refused.mend}", "danger")
            return _form(kind), 400
        return redirect(url_for("staff.upload", upload_id=number))
    return _form(kind)


def _form(kind: BookName) -> str:
    recent = uploads.recent(runtime(), actor(), kind)
    return render_template("staff/import.html", kind=kind, recent=recent, states=STATES, most=MOST_BYTES >> 20)


def _source() -> Source:
    sent = request.files.get("sheet")
    if sent is None or not sent.filename:
        raise IntakeError("还没有选表格。", "请先选一个 .xlsx、.xls 或 .csv 文件。")
    data = sent.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise IntakeError(f"表格超过 {MOST_BYTES >> 20} MB。", "请删去表里的图片和空行，或拆成几个文件。")
    return Source(sent.filename, data)


@page("/imports/<int:upload_id>", roles=PEOPLE)
def upload(upload_id: int) -> ResponseReturnValue:
    """One sheet: how far the work on it is, then what is in it, then what came of it."""
    found = uploads.view(runtime(), actor(), upload_id)
    return render_template(
        "staff/upload.html", one=found, statuses=STATUSES, states=STATES, fields=fields_named(found.kind)
    )


@page("/imports/<int:upload_id>/step", roles=PEOPLE, methods=("POST",))
def upload_step(upload_id: int) -> ResponseReturnValue:
    """One of the buttons: agree to the mends, explain the headings, take it in."""
    rt, given = runtime(), request.form
    explained = {
        given[f"heading-{n}"]: given[f"field-{n}"] for n in range(uploads.MOST_HEADINGS) if given.get(f"field-{n}")
    }
    acts: dict[str, Callable[[], None]] = {
        "mend": lambda: uploads.look_again(rt, actor(), upload_id, mends=True),
        "explain": lambda: uploads.explain(rt, actor(), upload_id, explained),
        "take": lambda: uploads.take(rt, actor(), upload_id, publish=given.get("publish") == "yes"),
    }
    try:
        acts.get(given.get("step", ""), lambda: None)()
    except ServiceError as refused:
        if refused.status != 409:
            raise
        flash(refused.message, "danger")
    return redirect(url_for("staff.upload", upload_id=upload_id))


@page("/imports/<int:upload_id>/marked", roles=PEOPLE, methods=("POST",))
def upload_marked(upload_id: int) -> ResponseReturnValue:
    """The clerk's own workbook with the bad rows marked; of a long one the page says when it is made."""
    made = uploads.marked(runtime(), actor(), upload_id)
    return workbook(made, "marked.xlsx") if made else redirect(url_for("staff.upload", upload_id=upload_id))
