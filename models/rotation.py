"""Every sealed column and its digest, and how rows sealed under another key than today's are found and replaced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Table, bindparam, func, select, update

from models.base import Base, Session
from models.sealed import KEY_ID_BYTES


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A sealed column. `bound`: the name it is sealed under; `digest`, `digest_text`: what is kept beside it for
    search, and over which text. Braces stand for columns of the row; {text} for the value itself.
    """

    table: str
    column: str
    bound: str
    digest: str = ""
    digest_bound: str = ""
    digest_text: str = "{text}"


def _of_veteran(field: str) -> SealedColumn:
    return SealedColumn("veteran", f"{field}_sealed", f"veteran.{field}", f"{field}_digest", f"veteran.{field}")


SEALED: Final = (
    *(_of_veteran(field) for field in ("name", "phone", "id_number", "household")),
    SealedColumn("inbound_message", "inbound_sealed", "inbound_message.inbound"),
    SealedColumn("contact_moment", "note_sealed", "contact_moment.note"),
    SealedColumn("case", "words_sealed", "case.words"),
    SealedColumn("ledger_change", "old_sealed", "ledger_change.{field}"),
    SealedColumn("ledger_change", "new_sealed", "ledger_change.{field}"),
    SealedColumn("ledger_words", "words_sealed", "ledger_words.words"),
    SealedColumn("ledger_conflict", "kept_sealed", "ledger_conflict.{field}"),
    SealedColumn(
        "ledger_conflict",
        "offered_sealed",
        "ledger_conflict.{field}",
        "digest",
        "ledger_conflict",
        "{veteran_id}|{field}|{text}",
    ),
    SealedColumn("unread_word", "word_sealed", "unread_word.word", "word_digest", "unread_word.word"),
    SealedColumn("upload", "data_sealed", "upload.data"),
    SealedColumn("upload", "found_sealed", "upload.found"),
    SealedColumn("upload", "marked_sealed", "upload.marked"),
    SealedColumn("reality_check", "words_sealed", "reality.words"),
    SealedColumn("channel_token", "value", "channel_token.value"),
    SealedColumn("staff_account", "totp_sealed", "staff_account.totp"),
    SealedColumn("staff_session", "pending_sealed", "staff_account.totp"),
)


def _table(column: SealedColumn) -> Table:
    return Base.metadata.tables[column.table]


def stale_rows(
    session: Session, column: SealedColumn, current: bytes, after: Any, limit: int
) -> list[Row[tuple[Any, ...]]]:
    """Whole rows whose value was not sealed under the key of that id, in the order of their key, beyond `after`."""
    table = _table(column)
    value, number = table.c[column.column], next(iter(table.primary_key))
    # An emptied value is of no key.
    found = select(table).where(func.length(value) > 0, func.substr(value, 1, KEY_ID_BYTES) != current)
    found = found.where(number > after) if after is not None else found
    return list(session.execute(found.order_by(number).limit(limit)).all())


def replace_sealed(session: Session, column: SealedColumn, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes new values (`this`, `old`, `new`, and `digest` where there is one) unless somebody wrote meanwhile."""
    if not rows:
        return
    table = _table(column)
    value, number = table.c[column.column], next(iter(table.primary_key))
    values: dict[str, Any] = {column.column: bindparam("new")} | (
        {column.digest: bindparam("digest")} if column.digest else {}
    )
    changed = update(table).where(number == bindparam("this"), value == bindparam("old")).values(values)
    session.connection().execute(changed, list(rows))


def key_of(column: SealedColumn, row: Row[tuple[Any, ...]]) -> Any:
    """The primary key of such a row."""
    return row._mapping[next(iter(_table(column).primary_key)).name]
