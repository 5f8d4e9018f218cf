"""Exports: the ledger of one's own stations and the postings as workbooks; each says who took it out and when."""

from typing import Final

from flask import Response

from handlers.current import runtime
from handlers.staff.guard import BUREAU, PEOPLE, actor, page
from services.intake.exports import export_postings, export_veterans

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("/people/export", roles=PEOPLE, methods=("POST",))
def export_people() -> Response:
    """Everybody of the own stations, in the clear."""
    return workbook(export_veterans(runtime(), actor().who, actor().scope), "ledger.xlsx")


@page("/postings/export", roles=BUREAU, methods=("POST",))
def export_posting_list() -> Response:
    """Every posting."""
    return workbook(export_postings(runtime(), actor().who), "postings.xlsx")


def workbook(data: bytes, name: str) -> Response:
    """A workbook to keep, never to be cached by anything on the way."""
    headers = {"Content-Disposition": f"attachment; filename={name}", "Cache-Control": "no-store"}
    return Response(data, mimetype=XLSX, headers=headers)
