"""What came in by file: each import, the headings a clerk explained, every change of a ledger row, open conflicts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Session, upsert
from models.posting import Employer, Posting
from models.scope import Scope
from models.veteran import Preference, Veteran

CHUNK = 500


class Import(Base):
    """One file taken in: which (by the digest of its bytes), of what kind, when, by whom, and what came of it."""

    __tablename__ = "import"
    __table_args__ = (Index("ix_import_digest", "digest", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    file_name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    published: Mapped[bool] = mapped_column(default=False)
    counts: Mapped[dict[str, Any]] = mapped_column(Json)


class ImportedPosting(Base):
    """A posting an import brought or found again, and the row of the file it stood in."""

    __tablename__ = "imported_posting"
    __table_args__ = (UniqueConstraint("import_id", "posting_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    record: Mapped[int]
    sheet: Mapped[str] = mapped_column(String(64), default="")
    is_new: Mapped[bool]


class HeadingMeaning(Base):
    """A heading of a column that a clerk explained once, offered from then on."""

    __tablename__ = "heading_meaning"
    __table_args__ = (UniqueConstraint("kind", "heading"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    heading: Mapped[str] = mapped_column(String(64))
    field: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))


class LedgerChange(Base):
    """One field of a ledger row that was filled or changed: when, by whom, from which file. Values are sealed.

    `old_sealed` is empty where nothing stood before. Sealed under "ledger_change.<field>".
    """

    __tablename__ = "ledger_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"), index=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import.id"), index=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    field: Mapped[str] = mapped_column(String(32))
    old_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    new_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class LedgerWords(Base):
    """What a ledger says of a person in words of its own (remarks, way of discharge), sealed: name -> text as JSON."""

    __tablename__ = "ledger_words"

    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"), primary_key=True)
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerConflict(Base):
    """A file says something else than the ledger: for a clerk to decide, nothing is overwritten.

    `field` "identity" = the row could be several people. Values are sealed under "ledger_conflict.<field>";
    `digest` keeps one conflict from being raised twice.
    """

    __tablename__ = "ledger_conflict"
    __table_args__ = (UniqueConstraint("digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_id: Mapped[int | None] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"), index=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("import.id"), index=True)
    record: Mapped[int]
    field: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))
    kept_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    offered_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")


def import_of(session: Session, digest: str, kind: str) -> Import | None:
    """The latest import of these very bytes."""
    found = select(Import).where(Import.digest == digest, Import.kind == kind).order_by(Import.id.desc())
    return session.scalars(found).first()


def meanings(session: Session, kind: str) -> dict[str, str]:
    """Heading -> field, as clerks explained them."""
    found = select(HeadingMeaning.heading, HeadingMeaning.field).where(HeadingMeaning.kind == kind)
    return {row.heading: row.field for row in session.execute(found)}


def learn(session: Session, meaning: HeadingMeaning) -> None:
    """Keeps the meaning of a heading; a later one replaces it."""
    values = {name: getattr(meaning, name) for name in ("kind", "heading", "field", "at", "who")}
    written = upsert(session)(HeadingMeaning).values(**values)
    session.execute(written.on_conflict_do_update(index_elements=["kind", "heading"], set_=values))


def postings_with_terms(session: Session, keys: Sequence[str]) -> dict[str, Posting]:
    """Known postings by the digest of their terms."""
    found: dict[str, Posting] = {}
    for start in range(0, len(keys), CHUNK):
        part = select(Posting).where(Posting.terms_key.in_(tuple(keys[start : start + CHUNK])))
        found.update({posting.terms_key: posting for posting in session.scalars(part)})
    return found


def employers_by_key(session: Session, keys: Sequence[str]) -> dict[str, int]:
    """Numbers of known employers by their normalised names."""
    found: dict[str, int] = {}
    for start in range(0, len(keys), CHUNK):
        part = select(Employer.name_key, Employer.id).where(Employer.name_key.in_(tuple(keys[start : start + CHUNK])))
        found.update({row.name_key: row.id for row in session.execute(part)})
    return found


def add_employers(session: Session, values: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Adds employers in one statement; their numbers by normalised name."""
    add_rows(session, Employer, values)
    return employers_by_key(session, [value["name_key"] for value in values])


def add_postings(session: Session, values: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Adds postings in one statement and makes their codes of their numbers; the numbers by terms."""
    add_rows(session, Posting, values)
    found: dict[str, int] = {}
    keys = [value["terms_key"] for value in values]
    for start in range(0, len(keys), CHUNK):
        these = Posting.terms_key.in_(tuple(keys[start : start + CHUNK]))
        code = literal("P").concat(cast(Posting.id, String(12)))
        session.execute(update(Posting).where(these).values(code=code).execution_options(synchronize_session=False))
        found.update(
            {row.terms_key: row.id for row in session.execute(select(Posting.terms_key, Posting.id).where(these))}
        )
    return found


def add_rows(session: Session, table: type[Base], values: Sequence[dict[str, Any]]) -> None:
    """Many rows in one statement, without reading anything back."""
    if values:
        # Core, not the ORM: nothing is read back and nothing is kept in the session.
        session.execute(insert(Base.metadata.tables[table.__tablename__]), list(values))


def count_brought(session: Session, import_id: int) -> int:
    """Postings of an import that stand in the database now and were new with it."""
    brought = select(func.count()).select_from(ImportedPosting).join(Posting, Posting.id == ImportedPosting.posting_id)
    return session.scalar(brought.where(ImportedPosting.import_id == import_id, ImportedPosting.is_new)) or 0


def count_conflicts(session: Session, import_id: int | None = None) -> int:
    """Conflicts a clerk has yet to settle."""
    open_ones = select(func.count()).select_from(LedgerConflict).where(LedgerConflict.settled_at.is_(None))
    if import_id is not None:
        open_ones = open_ones.where(LedgerConflict.import_id == import_id)
    return session.scalar(open_ones) or 0


def count_conflicts_of(session: Session, veteran_id: int) -> int:
    """Conflicts about one person that a clerk has yet to settle."""
    theirs = (LedgerConflict.veteran_id == veteran_id, LedgerConflict.settled_at.is_(None))
    return session.scalar(select(func.count()).select_from(LedgerConflict).where(*theirs)) or 0


def erase_ledger(session: Session, veteran_id: int) -> None:
    """Deletes what files said of a person: every change, the ledger's own words, every conflict."""
    for table in (LedgerChange, LedgerWords, LedgerConflict):
        session.execute(delete(table).where(table.veteran_id == veteran_id))


def unclear_people(session: Session) -> list[LedgerConflict]:
    """Rows of files that could be several people, with what they said."""
    found = select(LedgerConflict).where(
        LedgerConflict.veteran_id.is_(None), LedgerConflict.offered_sealed.is_not(None)
    )
    return list(session.scalars(found.order_by(LedgerConflict.id)))


def expire_conflicts(session: Session, before: datetime) -> int:
    """Empties what stood in conflicts that were settled before that moment; how many. The digest stays."""
    old = (LedgerConflict.settled_at < before) & LedgerConflict.offered_sealed.is_not(None)
    gone = update(LedgerConflict).where(old).values(kept_sealed=None, offered_sealed=None)
    return len(session.scalars(gone.returning(LedgerConflict.id)).all())


def ledger_changes_of(session: Session, veteran_id: int, limit: int) -> list[LedgerChange]:
    """The latest changes files made to a person's row, the newest first."""
    found = select(LedgerChange).where(LedgerChange.veteran_id == veteran_id)
    return list(session.scalars(found.order_by(LedgerChange.id.desc()).limit(limit)))


def count_entered(session: Session, import_id: int) -> int:
    """People an import brought into the ledger, as they stand there now."""
    entered = select(func.count()).select_from(LedgerChange).join(Veteran, Veteran.id == LedgerChange.veteran_id)
    return session.scalar(entered.where(LedgerChange.import_id == import_id, LedgerChange.field == "row")) or 0


def words_of(session: Session, veteran_id: int) -> LedgerWords | None:
    """A person's row in the ledger's own words."""
    return session.get(LedgerWords, veteran_id)


def all_words(session: Session) -> dict[int, LedgerWords]:
    """Every ledger row's own words, by person."""
    return {words.veteran_id: words for words in session.scalars(select(LedgerWords))}


def every_posting(session: Session) -> list[Posting]:
    """All postings in the order they came."""
    return list(session.scalars(select(Posting).order_by(Posting.id)))


def conflict_known(session: Session, digests: Sequence[str]) -> bool:
    """Whether this very conflict was raised before, settled or not."""
    return session.scalar(select(LedgerConflict.id).where(LedgerConflict.digest.in_(digests))) is not None


def ledger(session: Session, scope: Scope) -> list[tuple[Veteran, Preference | None]]:
    """Everybody of a scope in the ledger with what is known of their wishes, in the order of entry."""
    found = select(Veteran, Preference).outerjoin(Preference, Preference.veteran_id == Veteran.id)
    rows = session.execute(found.where(Veteran.in_ledger, scope.limits(Veteran.node_id)).order_by(Veteran.id))
    return [(veteran, preference) for veteran, preference in rows]


def veterans_by_digest(session: Session, column: str, digests: Iterable[str]) -> dict[str, list[Veteran]]:
    """Ledger rows by one of their digests (`id_number_digest`, `name_digest`)."""
    wanted = list(dict.fromkeys(digests))
    attribute = getattr(Veteran, column)
    found: dict[str, list[Veteran]] = {}
    for start in range(0, len(wanted), CHUNK):
        part = select(Veteran).where(Veteran.in_ledger, attribute.in_(tuple(wanted[start : start + CHUNK])))
        for veteran in session.scalars(part):
            found.setdefault(getattr(veteran, column), []).append(veteran)
    return found
