"""Staff accounts of the console, their signed-in sessions, and the log of who tried to sign in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, bindparam, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Session
from models.prepared import prepared


class Role(StrEnum):
    """What somebody may do; whose people they see is their node's matter (models/scope.py)."""

    CLERK = "clerk"
    BUREAU = "bureau"
    ADMIN = "admin"
    LEADER = "leader"


class Outcome(StrEnum):
    """How a try to sign in ended."""

    OK = "ok"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    LOCKED = "locked"
    DISABLED = "disabled"
    WRONG_CODE = "wrong_code"


class StaffAccount(Base):
    """Somebody who works in the console.

    `must_change`: the password is the one-time one they were given. `totp_sealed`: the secret of the second factor,
    sealed under "staff_account.totp", set once a code of it was shown; `totp_step`: the last step used, so that no
    code counts twice.
    """

    __tablename__ = "staff_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    sign_in: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(24))
    role: Mapped[str] = mapped_column(String(8))
    node_id: Mapped[int] = mapped_column(ForeignKey("node.id"))
    password_hash: Mapped[str] = mapped_column(String(160))
    must_change: Mapped[bool] = mapped_column(default=True)
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_step: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class StaffSession(Base):
    """One signed-in browser. The token itself is only in its cookie; here is its digest.

    `second_at`: when the second factor was shown; `pending_sealed`: a secret on its way to being enrolled.
    """

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"), index=True)
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    second_at: Mapped[datetime | None]
    pending_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class SignInTry(Base):
    """One try to sign in. An unknown name is not kept: people type their password there by mistake."""

    __tablename__ = "sign_in_try"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("staff_account.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(String(12))
    address: Mapped[str] = mapped_column(String(45), default="")


def account_named(session: Session, sign_in: str) -> StaffAccount | None:
    """The account of that sign-in name."""
    return session.scalars(select(StaffAccount).where(StaffAccount.sign_in == sign_in)).first()


def account_by_id(session: Session, account_id: int) -> StaffAccount | None:
    """One account by its number."""
    return session.get(StaffAccount, account_id)


def accounts(session: Session) -> list[StaffAccount]:
    """Everybody, those still at work first."""
    at_work_first = (StaffAccount.disabled_at.is_not(None), StaffAccount.id)
    return list(session.scalars(select(StaffAccount).order_by(*at_work_first)))


def count_accounts(session: Session) -> int:
    """How many accounts there are, disabled ones too."""
    return session.scalar(select(func.count()).select_from(StaffAccount)) or 0


def count_failure(session: Session, account_id: int) -> int:
    """One more failed try; how many in a row. Two at once both count."""
    raised = update(StaffAccount).where(StaffAccount.id == account_id).values(failed=StaffAccount.failed + 1)
    return session.scalar(raised.returning(StaffAccount.failed)) or 0


def use_step(session: Session, account_id: int, step: int) -> bool:
    """Takes a step of the second factor; False = it, or a later one, was used before."""
    used = update(StaffAccount).where(StaffAccount.id == account_id, StaffAccount.totp_step < step)
    return session.execute(used.values(totp_step=step).returning(StaffAccount.id)).first() is not None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A signed-in browser and whose it is. `has_second`: the account has a second factor; `second_at`: it was shown."""

    session_id: int
    created_at: datetime
    seen_at: datetime
    second_at: datetime | None
    account_id: int
    sign_in: str
    name: str
    role: str
    node_id: int
    must_change: bool
    has_second: bool


@prepared
def _signed_in(_insert: Any) -> Any:
    columns = (StaffSession.id, StaffSession.created_at, StaffSession.seen_at, StaffSession.second_at)
    whose = (StaffAccount.id, StaffAccount.sign_in, StaffAccount.name, StaffAccount.role, StaffAccount.node_id)
    has_second = StaffAccount.totp_sealed.is_not(None).label("has_second")
    return (
        select(*columns, *whose, StaffAccount.must_change, has_second)
        .join(StaffAccount, StaffAccount.id == StaffSession.account_id)
        .where(StaffSession.token_digest == bindparam("token"), StaffAccount.disabled_at.is_(None))
    )


def signed_in(session: Session, token_digest: str) -> SignedIn | None:
    """The browser with that token, unless its account is disabled. Every page of the console begins with it."""
    row = _signed_in.first(session, token=token_digest)
    return SignedIn(*row) if row is not None else None


def end_sessions(session: Session, account_id: int, *, but: int | None = None) -> int:
    """Signs an account out everywhere (but in one session); how many ended."""
    gone = delete(StaffSession).where(StaffSession.account_id == account_id)
    gone = gone if but is None else gone.where(StaffSession.id != but)
    return len(session.execute(gone.returning(StaffSession.id)).all())


def end_session(session: Session, token_digest: str) -> None:
    """Signs one browser out."""
    session.execute(delete(StaffSession).where(StaffSession.token_digest == token_digest))


def touch_session(session: Session, session_id: int, now: datetime) -> None:
    """The session is in use."""
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))


def forget_sessions(session: Session, seen_before: datetime) -> int:
    """Deletes sessions not used since; how many."""
    gone = delete(StaffSession).where(StaffSession.seen_at < seen_before)
    return len(session.execute(gone.returning(StaffSession.id)).all())


def forget_tries(session: Session, before: datetime) -> int:
    """Deletes the log of tries older than that; how many."""
    gone = delete(SignInTry).where(SignInTry.at < before)
    return len(session.execute(gone.returning(SignInTry.id)).all())


def tries(session: Session, limit: int) -> list[tuple[SignInTry, StaffAccount | None]]:
    """The latest tries to sign in, the newest first."""
    found = select(SignInTry, StaffAccount).outerjoin(StaffAccount, StaffAccount.id == SignInTry.account_id)
    return [(row[0], row[1]) for row in session.execute(found.order_by(SignInTry.id.desc()).limit(limit))]
