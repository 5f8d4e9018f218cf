"""Employers and their postings, every change of a posting, and the revision of the whole catalog."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Json, Session, upsert
from models.prepared import prepared
from models.session import UNREAD


class PostingStatus(StrEnum):
    """The life of a posting: draft -> checked -> open -> full, expired or withdrawn."""

    DRAFT = "draft"
    CHECKED = "checked"
    OPEN = "open"
    FULL = "full"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


CLOSED = (PostingStatus.FULL, PostingStatus.EXPIRED, PostingStatus.WITHDRAWN)


class How(StrEnum):
    """How a posting was verified; `import`: read over with the file it came in, nobody was asked; `link`: the
    employer said so themselves.
    """

    PHONE = "phone"
    LICENCE = "licence"
    VISIT = "visit"
    IMPORT = "import"
    LINK = "link"


class Employer(Base):
    """A firm or office that hires (一企一册).

    `kind`: firm, veteran_owned, agency, workshop, public; `health`: normal, watch or stop. `licence_*_on`: when
    somebody looked at its papers, and when they are due again (None: never seen). Contacts, visits and every change
    of these fields are in models/employer.py.
    """

    __tablename__ = "employer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    name_key: Mapped[str] = mapped_column(String(128), unique=True)
    kind: Mapped[str] = mapped_column(String(16), default="firm")
    licence_number: Mapped[str | None] = mapped_column(String(32))
    agreed_priority: Mapped[bool] = mapped_column(default=False)
    health: Mapped[str] = mapped_column(String(8), default="normal")
    agreed_on: Mapped[date | None]
    agreed_until: Mapped[date | None]
    licence_seen_on: Mapped[date | None]
    licence_due_on: Mapped[date | None] = mapped_column(index=True)
    created_at: Mapped[datetime]


class Posting(Base):
    """A job on offer. `facts` is `matching.facts.PostingFacts` as JSON: what matching and texts go by.

    `code` is what people and files call it (the id of an imported file, or P + number). `terms_key` is the digest
    of employer, title and terms after normalising: the same job from two sources has one. `revision` is the
    catalog's revision at the last change. `checked_*`: the latest verification, which holds to the end of
    `valid_until` (None: kept before validity was recorded). `urgent`: wanted at once; staff say so.
    """

    __tablename__ = "posting"
    __table_args__ = (
        Index("ix_posting_revision", "revision"),
        Index("ix_posting_status_deadline", "status", "deadline"),
        Index("ix_posting_status_valid_until", "status", "valid_until"),
        UniqueConstraint("code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), index=True)
    title: Mapped[str] = mapped_column(String(128))
    terms_key: Mapped[str] = mapped_column(String(64), unique=True)
    status: Mapped[str] = mapped_column(String(12), default=PostingStatus.DRAFT)
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    headcount: Mapped[int | None]
    published: Mapped[date | None]
    deadline: Mapped[date | None]
    address: Mapped[str] = mapped_column(Text, default="")
    salary_note: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str | None] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(128), default="")
    checked_by: Mapped[str | None] = mapped_column(String(64))
    checked_at: Mapped[datetime | None]
    checked_how: Mapped[str | None] = mapped_column(String(8))
    valid_until: Mapped[date | None]
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    employer: Mapped[Employer] = relationship(lazy="joined")


class PostingChange(Base):
    """One dated step of a posting, by whom and why: from which status to which (the same = verified again)."""

    __tablename__ = "posting_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    old: Mapped[Any | None] = mapped_column(Json)
    new: Mapped[Any | None] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")


class CatalogRevision(Base):
    """One row: counts every change of any posting, so that a snapshot knows whether it is outdated."""

    __tablename__ = "catalog_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]


@prepared
def _revision(_insert: Any) -> Any:
    return select(CatalogRevision.revision).where(CatalogRevision.id == 1)


def catalog_revision(session: Session) -> int:
    """The revision postings stand at now."""
    known = session.as_read(CatalogRevision)
    if known is UNREAD:
        row = _revision.first(session)
        known = row[0] if row is not None else 0
    return int(known)


def next_revision(session: Session) -> int:
    """Raises the catalog's revision; concurrent changes queue on the one row."""
    first = upsert(session)(CatalogRevision).values(id=1, revision=1)
    raised = first.on_conflict_do_update(index_elements=["id"], set_={"revision": CatalogRevision.revision + 1})
    return int(session.execute(raised.returning(CatalogRevision.revision)).scalar_one())


class PostingRow(NamedTuple):
    """A posting as matching reads it, with what counts of its employer: thousands at a time, past the ORM."""

    code: str
    title: str
    facts: dict[str, Any]
    status: str
    checked_at: datetime | None
    employer: str
    employer_health: str


class PostingText(NamedTuple):
    """A posting as it is told to a person, past the ORM: what matching reads of it, and the employer's own words."""

    row: PostingRow
    employer_id: int
    address: str
    salary_note: str
    contact: str | None
    phone: str | None
    note: str

    @property
    def title(self) -> str:
        """Of the row."""
        return self.row.title

    @property
    def employer(self) -> str:
        """Of the row."""
        return self.row.employer


_ROW: Final = (
    Posting.code,
    Posting.title,
    Posting.facts,
    Posting.status,
    Posting.checked_at,
    Employer.name,
    Employer.health,
)
_WORDS: Final = (
    Posting.employer_id,
    Posting.address,
    Posting.salary_note,
    Posting.contact,
    Posting.phone,
    Posting.note,
)


def _rows(which: ColumnElement[bool]) -> Select[Any]:
    return select(*_ROW).join(Employer).where(which).order_by(Posting.id)


def open_postings(session: Session, published_since: date = date.min) -> list[PostingRow]:
    """Everything on offer, or what of it was published from that day on."""
    which = Posting.status == PostingStatus.OPEN
    if published_since > date.min:
        which = and_(which, Posting.published >= published_since)
    return [PostingRow(*row) for row in session.execute(_rows(which))]


def postings_changed_since(session: Session, revision: int) -> list[PostingRow]:
    """Postings touched after that revision, closed ones too."""
    return [PostingRow(*row) for row in session.execute(_rows(Posting.revision > revision))]


@prepared
def _text(_insert: Any) -> Any:
    return select(*_ROW, *_WORDS).join(Employer).where(Posting.code == bindparam("named"))


def posting_text(session: Session, code: str) -> PostingText | None:
    """One posting by its code, to be told."""
    row = _text.first(session, named=code)
    return None if row is None else PostingText(PostingRow(*row[: len(_ROW)]), *row[len(_ROW) :])


def posting_by_code(session: Session, code: str) -> Posting | None:
    """One posting by its code."""
    return session.scalars(select(Posting).where(Posting.code == code)).first()


def hold_posting(session: Session, posting: Posting) -> None:
    """The posting as it stands by now. Nobody else changes it, or counts and gives away its places, before the
    transaction ends.

    Whoever holds several rows takes the dialogue of the person first, then the posting, then the referral: nobody
    waits for who waits for them.
    """
    session.refresh(posting, ["status", "headcount", "deadline"], with_for_update={"key_share": True})


@prepared
def _held_status(_insert: Any) -> Any:
    return select(Posting.status).where(Posting.id == bindparam("which")).with_for_update(read=True)


def is_still_open(session: Session, posting_id: int) -> bool:
    """Whether it is on offer; until the transaction ends nobody takes it off, while others may ask as well."""
    row = _held_status.first(session, which=posting_id)
    return row is not None and row[0] == PostingStatus.OPEN


def posting_with_terms(session: Session, terms_key: str) -> Posting | None:
    """The posting with these terms, if the same job is known already."""
    return session.scalars(select(Posting).where(Posting.terms_key == terms_key)).first()


def postings_by_code(session: Session, codes: Sequence[str]) -> dict[str, Posting]:
    """Several by their codes, in no order."""
    found = session.scalars(select(Posting).where(Posting.code.in_(tuple(codes))))
    return {posting.code: posting for posting in found}


def expired_postings(session: Session, day: date, limit: int) -> list[Posting]:
    """Open postings whose last day, or whose verification, has passed; held, but for those somebody else holds."""
    late = or_(Posting.deadline < day, Posting.valid_until < day)
    found = select(Posting).where(Posting.status == PostingStatus.OPEN, late)
    return list(session.scalars(found.order_by(Posting.id).limit(limit).with_for_update(of=Posting, skip_locked=True)))


def postings_to_confirm(session: Session, until: date, limit: int) -> list[Posting]:
    """Open postings whose verification ends by that day or never said when it ends, the most urgent first."""
    ending = or_(Posting.valid_until <= until, Posting.valid_until.is_(None))
    found = select(Posting).where(Posting.status == PostingStatus.OPEN, ending)
    return list(session.scalars(found.order_by(Posting.valid_until.nulls_first(), Posting.id).limit(limit)))


def changes_of(session: Session, posting_id: int) -> list[PostingChange]:
    """Every step of a posting, the oldest first."""
    found = select(PostingChange).where(PostingChange.posting_id == posting_id)
    return list(session.scalars(found.order_by(PostingChange.id)))


def postings_of(session: Session, employer_id: int) -> list[Posting]:
    """All postings of an employer, the oldest first."""
    return list(session.scalars(select(Posting).where(Posting.employer_id == employer_id).order_by(Posting.id)))


def employer_by_key(session: Session, name_key: str) -> Employer | None:
    """One employer by its normalised name."""
    return session.scalars(select(Employer).where(Employer.name_key == name_key)).first()


def count_postings(session: Session) -> int:
    """All postings, whatever their state."""
    return session.scalar(select(func.count()).select_from(Posting)) or 0
