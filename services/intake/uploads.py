"""Sheets handed in through the console: kept, looked through, taken in when the clerk says so, forgotten after days.

A small sheet is worked on at once, a long one by the scheduler (services/intake/upload_work.py): its page shows how
far it is and can be left and returned to.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from models import intake as intake_table
from models import upload as uploads_table
from models.account import Role
from models.base import Session
from models.intake import HeadingMeaning
from models.upload import Upload, UploadState
from services import audit
from services.actors import Actor, OutOfScope
from services.errors import ServiceError
from services.intake import upload_work
from services.intake.headers import BookName, book, heading_key
from services.intake.looks import Look
from services.intake.sheets import read_sheets
from services.intake.source import Source
from services.runtime import Runtime

KEPT: Final = timedelta(days=3)
#: Up to that many bytes (some 1,500 rows) nobody has to wait for the scheduler.
SMALL_BYTES: Final = 100 * 2**10
RECENT: Final = 5
MOST_HEADINGS: Final = 60


@dataclass(frozen=True, slots=True)
class View:
    """A sheet as its page shows it."""

    id: int
    kind: BookName
    name: str
    at: datetime
    who: str
    state: UploadState
    mends: bool
    rows: int
    rows_done: int
    words: str
    found: Look | None
    is_marked: bool

    @property
    def is_working(self) -> bool:
        """Whether something is still to be done without the clerk."""
        return self.state in uploads_table.WORK


def receive(rt: Runtime, actor: Actor, kind: BookName, source: Source) -> int:
    """Keeps a sheet to be looked through; its number. Raises IntakeError for what is no sheet at all."""
    sheets = read_sheets(source.data) if len(source.data) <= SMALL_BYTES else []
    with rt.transaction() as session:
        kept = Upload(
            kind=kind,
            file_name=source.short_name,
            data_sealed=rt.keyring.seal("upload.data", base64.b64encode(source.data).decode()),
            at=rt.now(),
            who=actor.who[:64],
            node_id=actor.node_id,
            state=UploadState.LOOK,
            rows=sum(len(sheet.rows) for sheet in sheets),
        )
        session.add(kept)
        session.flush()  # its page has its number
        number = kept.id
    _at_once(rt, number, len(source.data))
    return number


def view(rt: Runtime, actor: Actor, upload_id: int) -> View:
    """One sheet and what was found in it; raises OutOfScope."""
    with rt.reading() as session:
        return _view(rt, _mine(session, actor, upload_id))


def recent(rt: Runtime, actor: Actor, kind: BookName) -> list[View]:
    """The latest sheets of the actor's node, to return to."""
    with rt.reading() as session:
        return [_view(rt, one, brief=True) for one in uploads_table.uploads_of(session, kind, actor.node_id, RECENT)]


def look_again(rt: Runtime, actor: Actor, upload_id: int, *, mends: bool) -> None:
    """Reads it once more, with the clerk's consent to the mends or without. Raises OutOfScope, ServiceError."""
    _ask(rt, actor, upload_id, UploadState.LOOK, {"mends": mends, "marked_sealed": None})


def take(rt: Runtime, actor: Actor, upload_id: int, *, publish: bool) -> None:
    """The clerk agrees: it is taken in. Raises OutOfScope, ServiceError."""
    _ask(rt, actor, upload_id, UploadState.TAKE, {"publish": publish})


def explain(rt: Runtime, actor: Actor, upload_id: int, meanings: Mapping[str, str]) -> None:
    """What headings mean (heading -> field, or "ignored"): kept, used from now on, and the sheet is read again."""
    with rt.transaction() as session:
        upload = _mine(session, actor, upload_id)
        fields = book(cast("BookName", upload.kind)).fields
        for heading, field in list(meanings.items())[:MOST_HEADINGS]:
            if field in fields and heading_key(heading):
                meaning = HeadingMeaning(
                    kind=upload.kind, heading=heading[:64], field=field, at=rt.now(), who=actor.who[:64]
                )
                intake_table.learn(session, meaning)
        mends = upload.mends
    look_again(rt, actor, upload_id, mends=mends)


def marked(rt: Runtime, actor: Actor, upload_id: int) -> bytes | None:
    """The workbook with the bad rows marked; None while a worker still makes it. Raises OutOfScope, ServiceError."""
    with rt.reading() as session:
        upload = _mine(session, actor, upload_id)
        state, is_made = upload.state, upload.marked_sealed is not None
    if not is_made and state not in uploads_table.WORK:
        _ask(rt, actor, upload_id, UploadState.MARK, {"back": state})
    with rt.reading() as session:
        sealed = _mine(session, actor, upload_id).marked_sealed
    if sealed is None:
        return None
    with rt.transaction() as session:
        audit.note(rt, session, actor.who, "upload.export", f"upload:{upload_id}")
    return base64.b64decode(rt.keyring.open("upload.marked", sealed))


def forget_due(rt: Runtime) -> int:
    """Deletes sheets handed in days ago; how many."""
    with rt.transaction() as session:
        return uploads_table.forget_uploads(session, rt.now() - KEPT)


def _ask(rt: Runtime, actor: Actor, upload_id: int, state: UploadState, values: Mapping[str, Any]) -> None:
    with rt.transaction() as session:
        upload = _mine(session, actor, upload_id)
        if upload.state in uploads_table.WORK:
            raise ServiceError("uploads.busy", 409, "这个表还在处理，请等它做完。")
        if state in (UploadState.LOOK, UploadState.TAKE) and upload.state == UploadState.TAKEN:
            raise ServiceError("uploads.taken", 409, "这个表已经录入了。改过的表请重新选文件导入。")
        upload.state, upload.rows_done = state, 0
        for name, value in values.items():
            setattr(upload, name, value)
        size = len(upload.data_sealed) * 3 // 4
    _at_once(rt, upload_id, size)


def _at_once(rt: Runtime, upload_id: int, size: int) -> None:
    if size <= SMALL_BYTES:
        upload_work.work(rt, upload_id)


def _mine(session: Session, actor: Actor, upload_id: int) -> Upload:
    upload = uploads_table.upload_by_id(session, upload_id)
    if upload is None or not actor.scope.covers(upload.node_id):
        raise OutOfScope
    if upload.kind == "posting" and actor.role != Role.BUREAU:
        raise OutOfScope
    return upload


def _view(rt: Runtime, upload: Upload, *, brief: bool = False) -> View:
    found = None
    if upload.found_sealed is not None and not brief:
        found = Look.from_json(json.loads(rt.keyring.open("upload.found", upload.found_sealed)))
    return View(
        id=upload.id,
        kind=cast("BookName", upload.kind),
        name=upload.file_name,
        at=upload.at,
        who=upload.who,
        state=UploadState(upload.state),
        mends=upload.mends,
        rows=upload.rows,
        rows_done=upload.rows_done,
        words=upload.words,
        found=found,
        is_marked=upload.marked_sealed is not None,
    )
