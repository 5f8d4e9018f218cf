"""Imports: a sheet chosen, looked through row by row, mended with consent, taken in; empty templates to download."""

import base64
import binascii
from typing import Final

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from handlers.current import runtime
from handlers.staff.exports import workbook
from handlers.staff.guard import BUREAU, PEOPLE, actor, page
from services.intake import looks
from services.intake.errors import IntakeError
from services.intake.headers import BookName
from services.intake.importing import import_postings
from services.intake.ledger import import_people
from services.intake.source import Source
from services.intake.templates import posting_template, veteran_template

BOTH: Final = ("GET", "POST")
#: The sheet rides along in the page between looking and taking in: nothing is kept before the clerk says so.
MOST_BYTES: Final = 3 * 2**20
STATUSES: Final = {"ok": "可以录入", "duplicate": "重复", "error": "有错"}


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
    request.max_form_memory_size = 2 * MOST_BYTES
    if request.method == "GET":
        return render_template("staff/import.html", kind=kind)
    consent = request.form.get("mends") == "yes"
    try:
        source = _source()
        if request.form.get("step") == "take":
            return _taken(kind, source, consent=consent)
        if request.form.get("step") == "corrected":
            return workbook(looks.corrected(runtime(), kind, source, actor().scope), "corrected.xlsx")
        found = looks.look(runtime(), kind, source, actor().scope, accept_mends=consent)
    except IntakeError as refused:
        flash(f"{refused.message}{refused.mend}", "danger")
        return render_template("staff/import.html", kind=kind), 400
    return render_template(
        "staff/import.html",
        kind=kind,
        found=found,
        statuses=STATUSES,
        consent=consent,
        name=source.short_name,
        carried=base64.b64encode(source.data).decode(),
    )


def _source() -> Source:
    sent = request.files.get("sheet")
    if sent is not None and sent.filename:
        data = sent.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise IntakeError("表格超过 3 MB。", "请拆成几个文件，或请管理员用命令行导入。")
        return Source(sent.filename, data)
    try:
        data = base64.b64decode(request.form.get("carried", ""), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data:
        raise IntakeError("还没有选表格。", "请先选一个 .xlsx、.xls 或 .csv 文件。")
    return Source(request.form.get("name", "")[:200] or "表格", data)


def _taken(kind: BookName, source: Source, *, consent: bool) -> ResponseReturnValue:
    rt, who = runtime(), actor().who[:64]
    if kind == "posting":
        publish = request.form.get("publish") == "yes"
        done = import_postings(rt, source, who, publish=publish, accept_mends=consent)
        words = f"新增 {done.added} 个岗位，发布 {done.opened} 个，原来就有 {done.known} 个。"
        again = done.again
    else:
        entered = import_people(rt, source, who, accept_mends=consent, scope=actor().scope)
        words = f"新增 {entered.added} 人，补全 {entered.filled} 人，没有变化 {entered.unchanged} 人，"
        words += f"{entered.conflicts} 处等核对。"
        again = entered.again
    flash("这个文件以前导入过，这次没有变化。" if again else f"导入好了：{words}", "info" if again else "success")
    return render_template("staff/import.html", kind=kind)
