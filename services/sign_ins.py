"""Signing in to the console: password, second factor, the session behind a cookie, and its end.

The dear part (argon2) is done outside every transaction. A wrong name takes as long as a wrong password.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import pyotp
from argon2.exceptions import VerifyMismatchError

from models import account as accounts_table
from models.account import Outcome, Role, SignedIn, SignInTry, StaffAccount, StaffSession
from models.base import Session
from models.scope import scope_of
from services.accounts import HASHER, AccountRefused
from services.actors import Actor
from services.runtime import Runtime

IDLE: Final = timedelta(hours=2)
LONGEST: Final = timedelta(hours=12)
SEEN_EVERY: Final = timedelta(minutes=1)
MOST_FAILURES: Final = 10
LOCKED_FOR: Final = timedelta(minutes=15)
SHOWN_TRIES: Final = 200
TRIED: Final = {
    Outcome.OK: "登录成功",
    Outcome.WRONG: "密码不对",
    Outcome.UNKNOWN: "登录名不对",
    Outcome.LOCKED: "锁着，没让进",
    Outcome.DISABLED: "已停用，没让进",
    Outcome.WRONG_CODE: "验证码不对",
}
KEPT_TRIES: Final = timedelta(days=366)
LEAST_PASSWORD: Final = 10
MOST_PASSWORD: Final = 128
TOTP_SECONDS: Final = 30
_COLUMN: Final = "staff_account.totp"
_NOBODY: Final = HASHER.hash(secrets.token_urlsafe())
WRONG: Final = "登录名或密码不对。请看清大小写再试；忘了就找管理员重置。"


class SignInRefused(AccountRefused):
    """Not let in; the message says what to do."""


class Step(StrEnum):
    """What a signed-in browser has still to do before it may open a page."""

    SECOND = "second"
    ENROL = "enrol"
    PASSWORD = "password"  # noqa: S105 - a step, not a secret


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in browser: who it is, and what comes before any page (None: nothing)."""

    session_id: int
    actor: Actor
    step: Step | None
    has_second: bool


def sign_in(rt: Runtime, name: str, password: str, address: str) -> str:
    """A new session's token for whoever knows the password; raises SignInRefused. Every try is on the record."""
    now = rt.now()
    with rt.reading() as session:
        account = accounts_table.account_named(session, name.strip().lower())
    hashed = account.password_hash if account else _NOBODY
    matches = _matches(hashed, password) and account is not None
    token = secrets.token_urlsafe(32)
    with rt.transaction() as session:
        account = session.get(StaffAccount, account.id) if account else None
        matches = matches and account is not None and account.password_hash == hashed  # not reset meanwhile
        outcome = _outcome(account, matches=matches, now=now)
        _note(session, account, outcome, now, address)
        if account is not None and outcome == Outcome.OK:
            account.failed, account.locked_until = 0, None
            session.add(StaffSession(account_id=account.id, token_digest=digest(token), created_at=now, seen_at=now))
        elif account is not None and outcome == Outcome.WRONG:
            _count(session, account, now)
    if outcome != Outcome.OK:
        raise SignInRefused(_words(outcome), 401)
    return token


def _matches(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password[:MOST_PASSWORD])
    except VerifyMismatchError:
        return False


def _outcome(account: StaffAccount | None, *, matches: bool, now: datetime) -> Outcome:
    if account is None:
        return Outcome.UNKNOWN
    if account.locked_until is not None and account.locked_until > now:
        return Outcome.LOCKED
    if not matches:
        return Outcome.WRONG
    return Outcome.DISABLED if account.disabled_at is not None else Outcome.OK


def _words(outcome: Outcome) -> str:
    if outcome == Outcome.LOCKED:
        minutes = int(LOCKED_FOR.total_seconds() // 60)
        return f"连续输错 {MOST_FAILURES} 次，账号锁 {minutes} 分钟。请过一会儿再试，或找管理员重置密码。"
    return "这个账号已停用。要用请找管理员。" if outcome == Outcome.DISABLED else WRONG


def _note(session: Session, account: StaffAccount | None, outcome: Outcome, now: datetime, address: str) -> None:
    session.add(SignInTry(account_id=account.id if account else None, at=now, outcome=outcome, address=address[:45]))


def _count(session: Session, account: StaffAccount, now: datetime) -> None:
    if accounts_table.count_failure(session, account.id) >= MOST_FAILURES:
        account.locked_until = now + LOCKED_FOR


def digest(token: str) -> str:
    """What is kept of a token: nobody who reads the table can use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def visitor(rt: Runtime, token: str) -> Visitor | None:
    """Whose browser this is; None when the token is unknown, idle too long, too old, or its account disabled."""
    now = rt.now()
    with rt.reading() as session:
        held = accounts_table.signed_in(session, digest(token))
        if held is None or now - held.seen_at > IDLE or now - held.created_at > LONGEST:
            return None
        scope = scope_of(session, held.node_id)
    if now - held.seen_at >= SEEN_EVERY:
        with rt.transaction() as session:
            accounts_table.touch_session(session, held.session_id, now)
    actor = Actor(held.account_id, held.sign_in, held.name, Role(held.role), held.node_id, scope)
    return Visitor(held.session_id, actor, _step(held), held.has_second)


def _step(held: SignedIn) -> Step | None:
    if held.has_second and held.second_at is None:
        return Step.SECOND
    if held.must_change:
        return Step.PASSWORD
    return Step.ENROL if held.role == Role.ADMIN and not held.has_second else None


def sign_out(rt: Runtime, token: str) -> None:
    """This browser's session ends."""
    with rt.transaction() as session:
        accounts_table.end_session(session, digest(token))


def show_code(rt: Runtime, visitor: Visitor, code: str, address: str) -> None:
    """The second factor at sign-in; raises SignInRefused. A code counts once; failures count towards the lock."""
    now = rt.now()
    with rt.transaction() as session:
        account, held = _rows(session, visitor)
        secret = rt.keyring.open(_COLUMN, account.totp_sealed or b"")
        step = step_of(secret, code, now)
        is_good = step is not None and accounts_table.use_step(session, account.id, step)
        if is_good:
            held.second_at, account.failed = now, 0
        else:
            _note(session, account, Outcome.WRONG_CODE, now, address)
            _count(session, account, now)
            if account.locked_until is not None and account.locked_until > now:
                accounts_table.end_sessions(session, account.id)
    if not is_good:
        raise SignInRefused("验证码不对或已经用过。请等手机上换了新的 6 位数字再填。", 401)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step a code belongs to, one step early or late allowed; None = wrong."""
    current = int(now.timestamp()) // TOTP_SECONDS
    totp = pyotp.TOTP(secret)
    digits = code.replace(" ", "").strip().encode()
    near = (current, current - 1, current + 1)
    return next((step for step in near if secrets.compare_digest(totp.generate_otp(step).encode(), digits)), None)


def begin_enrolment(rt: Runtime, visitor: Visitor) -> str:
    """The secret to put into the phone's authenticator; the same until it is confirmed or the session ends."""
    with rt.transaction() as session:
        _, held = _rows(session, visitor)
        if held.pending_sealed is None:
            held.pending_sealed = rt.keyring.seal(_COLUMN, pyotp.random_base32())
        return rt.keyring.open(_COLUMN, held.pending_sealed)


def provisioning_address(rt: Runtime, visitor: Visitor, secret: str) -> str:
    """What the authenticator's QR says."""
    issuer = f"老兵上岗·{rt.office.name}"
    return pyotp.TOTP(secret).provisioning_uri(name=visitor.actor.sign_in, issuer_name=issuer)


def confirm_enrolment(rt: Runtime, visitor: Visitor, code: str) -> None:
    """The first code proves that the phone has the secret: it counts from now on. Raises SignInRefused."""
    now = rt.now()
    with rt.transaction() as session:
        account, held = _rows(session, visitor)
        secret = rt.keyring.open(_COLUMN, held.pending_sealed) if held.pending_sealed else ""
        step = step_of(secret, code, now) if secret else None
        if step is None:
            raise SignInRefused("验证码不对。请核对手机时间是否准确，填手机上现在的 6 位数字。")
        account.totp_sealed, account.totp_step = held.pending_sealed, step
        held.pending_sealed, held.second_at = None, now


def change_password(rt: Runtime, visitor: Visitor, new: str, again: str) -> None:
    """Their own new password; other browsers of the account are signed out. Raises SignInRefused."""
    with rt.reading() as session:
        account = session.get_one(StaffAccount, visitor.actor.account_id)
    _check_new(account, new, again)
    hashed = HASHER.hash(new)
    with rt.transaction() as session:
        account, held = _rows(session, visitor)
        account.password_hash, account.must_change = hashed, False
        accounts_table.end_sessions(session, account.id, but=held.id)


def _check_new(account: StaffAccount, new: str, again: str) -> None:
    if new != again:
        raise SignInRefused("两次填的密码不一样，请再填一遍。")
    if not LEAST_PASSWORD <= len(new) <= MOST_PASSWORD:
        raise SignInRefused(f"密码要 {LEAST_PASSWORD} 到 {MOST_PASSWORD} 个字符。用一句自己记得住的话最好。")
    if account.sign_in in new.lower() or len(set(new)) < 5:
        raise SignInRefused("这个密码太容易猜：不要用登录名，也不要重复同几个字符。")
    if _matches(account.password_hash, new):
        raise SignInRefused("新密码不能和现在的一样。")


def _rows(session: Session, visitor: Visitor) -> tuple[StaffAccount, StaffSession]:
    account = session.get(StaffAccount, visitor.actor.account_id)
    held = session.get(StaffSession, visitor.session_id)
    if account is None or held is None:
        raise SignInRefused("登录已经失效，请重新登录。", 401)
    return account, held


def forget_due(rt: Runtime) -> int:
    """Deletes sessions that can no longer be used and the log of tries older than a year; how many rows."""
    now = rt.now()
    with rt.transaction() as session:
        gone = accounts_table.forget_sessions(session, now - LONGEST)
        return gone + accounts_table.forget_tries(session, now - KEPT_TRIES)


@dataclass(frozen=True, slots=True)
class Tried:
    """One try to sign in, in words. `who`: empty for a name nobody has."""

    at: datetime
    who: str
    outcome: str
    address: str
    is_bad: bool


def tried(rt: Runtime) -> list[Tried]:
    """The latest tries, the newest first."""
    with rt.reading() as session:
        found = accounts_table.tries(session, SHOWN_TRIES)
    return [
        Tried(
            one.at,
            f"{account.name}（{account.sign_in}）" if account else "没有这个登录名",
            TRIED[Outcome(one.outcome)],
            one.address,
            one.outcome != Outcome.OK,
        )
        for one, account in found
    ]
