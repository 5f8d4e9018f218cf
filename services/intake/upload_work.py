"""The work on sheets handed in: looked through, marked, taken in; one worker a sheet, its progress noted.

A worker that dies leaves nothing half-imported (services/intake/importing.py); the next one begins anew.
"""

import base64
import json
import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final, cast

from models import upload as uploads_table
from models.scope import Scope, scope_of
from models.upload import Upload, UploadState
from services.failures import described
from services.intake import importing, ledger
from services.intake.errors import IntakeError
from services.intake.headers import BookName
from services.intake.looks import Reader
from services.intake.results import RowResult
from services.intake.rows import Sheet
from services.intake.sheets import read_sheets
from services.intake.source import Source
from services.runtime import Runtime

log = logging.getLogger(__name__)

#: A worker writes its progress more often than that; one that does not is dead.
LEASE: Final = timedelta(minutes=3)
EVERY_ROWS: Final = 1000


def work_due(rt: Runtime) -> int:
    """Works on every sheet that waits for it; how many."""
    with rt.reading() as session:
        waiting = uploads_table.waiting_uploads(session, rt.now())
    return sum(work(rt, upload_id) for upload_id in waiting)


def work(rt: Runtime, upload_id: int) -> bool:
    """Does what is to be done with one sheet; False when another worker has it, or there is nothing to do.

    1. It is taken in hand for a while. 2. It is read, its progress noted. 3. What came of it is written down.
    """
    now = rt.now()
    with rt.transaction() as session:
        if not uploads_table.lease_upload(session, upload_id, now, now + LEASE):
            return False
    with rt.reading() as session:
        upload = session.get_one(Upload, upload_id)
        scope = scope_of(session, upload.node_id)
    try:
        came = _Work(rt, upload, scope).done()
    except ledger.LedgerBusy:
        came = {"state": upload.state}  # it waits for its turn
    except IntakeError as refused:
        came = {"state": UploadState.REFUSED, "words": f"{refused.message}{refused.mend}"}
    except Exception as broke:
        # Whatever it is, the clerk must learn that nothing was written, and the next sheet must get its turn.
        log.error("upload %d broke: %s", upload_id, described(broke))
        came = {
            "state": UploadState.REFUSED,
            "words": "处理时出了故障，什么都没有录入。请再导入一次；还不行，请告诉管理员。",
        }
    if came["state"] == UploadState.REFUSED and upload.state == UploadState.MARK:
        came = {"state": upload.back}  # what was looked through or taken in before stays so
    with rt.transaction() as session:
        kept = uploads_table.upload_by_id(session, upload_id)
        if kept is not None:
            for name, value in came.items():
                setattr(kept, name, value)
            kept.leased_until = None
    return True


class _Work:
    """One sheet in a worker's hands."""

    def __init__(self, rt: Runtime, upload: Upload, scope: Scope) -> None:
        self._rt = rt
        self._upload = upload
        self._scope = scope
        self._kind = cast("BookName", upload.kind)
        data = base64.b64decode(rt.keyring.open("upload.data", upload.data_sealed))
        self._source = Source(upload.file_name, data)
        self._reader = Reader(rt, self._kind, scope, accept_mends=upload.mends)
        self._rows, self._all_rows = 0, 0

    def done(self) -> dict[str, Any]:
        """What came of it, by column. Raises IntakeError."""
        acts: dict[str, Callable[[], dict[str, Any]]] = {
            UploadState.LOOK: self._looked,
            UploadState.MARK: self._marked,
            UploadState.TAKE: self._taken_postings if self._kind == "posting" else self._taken_people,
        }
        return acts[self._upload.state]()

    def _sheets(self) -> list[Sheet]:
        sheets = read_sheets(self._source.data)
        self._all_rows = sum(len(sheet.rows) for sheet in sheets)
        self._tell()
        return sheets

    def _looked(self) -> dict[str, Any]:
        found = self._reader.look(self._sheets(), self._seen)
        text = json.dumps(asdict(found), ensure_ascii=False)
        return {"state": UploadState.LOOKED, "found_sealed": self._rt.keyring.seal("upload.found", text)}

    def _marked(self) -> dict[str, Any]:
        book = base64.b64encode(self._reader.marked(self._sheets(), self._seen)).decode()
        return {"state": self._upload.back, "marked_sealed": self._rt.keyring.seal("upload.marked", book)}

    def _taken_postings(self) -> dict[str, Any]:
        self._sheets()
        upload = self._upload
        done = importing.import_postings(
            self._rt, self._source, upload.who, publish=upload.publish, accept_mends=upload.mends, on_row=self._seen
        )
        words = f"新增 {done.added} 个岗位，发布 {done.opened} 个，原来就有 {done.known} 个。"
        return _taken(words, done.again)

    def _taken_people(self) -> dict[str, Any]:
        rows = []
        for row in self._reader.rows(self._sheets()):
            self._seen(row)
            rows.append(row)
        done, _ = ledger.enter_people(self._rt, self._source, self._upload.who, rows, self._scope)
        words = (
            f"新增 {done.added} 人，补全 {done.filled} 人，没有变化 {done.unchanged} 人，{done.conflicts} 处等核对。"
        )
        return _taken(words, done.again)

    def _seen(self, _row: RowResult) -> None:
        self._rows += 1
        if self._rows % EVERY_ROWS == 0:
            self._tell()

    def _tell(self) -> None:
        rt = self._rt
        with rt.transaction() as session:
            until = rt.now() + LEASE
            uploads_table.note_progress(session, self._upload.id, self._rows, self._all_rows, until)


def _taken(words: str, again: datetime | None) -> dict[str, Any]:
    told = "这个文件以前导入过，这次没有变化。" if again else f"导入好了：{words}（数字从数据库读回）"
    return {"state": UploadState.TAKEN, "words": told}
