"""Staff accounts: made with a one-time password, given a new one, disabled. No password is ever chosen for anybody."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from argon2 import PasswordHasher

from models import account as accounts_table
from models import organisation
from models.account import Role, StaffAccount
from models.base import Session
from services import audit
from services.errors import ServiceError
from services.runtime import Runtime

ROLES: Final = {
    Role.CLERK: "服务站工作人员",
    Role.BUREAU: "局工作人员",
    Role.ADMIN: "管理员",
    Role.LEADER: "领导、督查",
}
HASHER: Final = PasswordHasher()
_NAME: Final = re.compile(r"[a-z][a-z0-9._-]{1,31}")
# Without the letters and digits that look alike on paper.
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"


class AccountRefused(ServiceError):
    """The account cannot be made or changed; the message says what to do."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__("accounts.refused", status, message)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Who gets an account: the name they sign in with, their own name, what they may do, where they stand."""

    sign_in: str
    name: str
    role: Role
    node_id: int


def one_time_password() -> str:
    """Twelve letters and digits in three groups: short to copy from paper, too many to guess."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def create(rt: Runtime, new: NewAccount, who: str) -> str:
    """Makes an account; its one-time password, which is shown this once. Raises AccountRefused."""
    sign_in, name = new.sign_in.strip().lower(), new.name.strip()
    if not _NAME.fullmatch(sign_in):
        raise AccountRefused("登录名用 2 到 32 个小写字母、数字，以字母开头，例如 wangfang。")
    if not name or len(name) > 24:
        raise AccountRefused("请填姓名（最多 24 个字）。")
    password = one_time_password()
    hashed = HASHER.hash(password)
    with rt.transaction() as session:
        if accounts_table.account_named(session, sign_in) is not None:
            raise AccountRefused(f"登录名 {sign_in} 已经有人用了，请换一个。")
        if session.get(organisation.Node, new.node_id) is None:
            raise AccountRefused("没有这个单位，请从列表里选。")
        made = StaffAccount(
            sign_in=sign_in,
            name=name,
            role=new.role,
            node_id=new.node_id,
            password_hash=hashed,
            must_change=True,
            created_at=rt.now(),
        )
        session.add(made)
        session.flush()  # the trail names its number
        _audit(rt, session, made, "account.create", who)
    return password


def reset(rt: Runtime, sign_in: str, who: str) -> str:
    """A new one-time password; the old one, second factor, lock and sessions end. Raises AccountRefused."""
    password = one_time_password()
    hashed = HASHER.hash(password)
    with rt.transaction() as session:
        account = named(session, sign_in)
        account.password_hash, account.must_change = hashed, True
        account.totp_sealed, account.failed, account.locked_until = None, 0, None
        accounts_table.end_sessions(session, account.id)
        _audit(rt, session, account, "account.reset", who)
    return password


def disable(rt: Runtime, sign_in: str, who: str) -> None:
    """Nobody signs in with it any more, and who is in is out at once. Raises AccountRefused."""
    with rt.transaction() as session:
        account = named(session, sign_in)
        if account.disabled_at is None and account.role == Role.ADMIN and _last_admin(session):
            raise AccountRefused("这是最后一个管理员，停用以后就没有人能管账号了。请先再建一个管理员。")
        account.disabled_at = account.disabled_at or rt.now()
        accounts_table.end_sessions(session, account.id)
        _audit(rt, session, account, "account.disable", who)


def enable(rt: Runtime, sign_in: str, who: str) -> None:
    """Takes a disabling back. Raises AccountRefused."""
    with rt.transaction() as session:
        account = named(session, sign_in)
        account.disabled_at = None
        _audit(rt, session, account, "account.enable", who)


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as lists show it, in words."""

    sign_in: str
    name: str
    role: str
    station: str
    state: str
    is_disabled: bool


def listed(rt: Runtime) -> list[Listed]:
    """Every account, those at work first."""
    now = rt.now()
    with rt.reading() as session:
        names = {node.id: node.name for node in organisation.nodes(session)}
        found = accounts_table.accounts(session)
    return [
        Listed(
            one.sign_in,
            one.name,
            ROLES[Role(one.role)],
            names.get(one.node_id, ""),
            _state(one, now),
            one.disabled_at is not None,
        )
        for one in found
    ]


def _state(account: StaffAccount, now: datetime) -> str:
    if account.disabled_at is not None:
        return "已停用"
    if account.locked_until is not None and account.locked_until > now:
        return "输错太多次，锁着"
    if account.must_change:
        return "还没有换一次性密码"
    return "在用，有第二道验证" if account.totp_sealed is not None else "在用"


def named(session: Session, sign_in: str) -> StaffAccount:
    """The account of that sign-in name; raises AccountRefused."""
    account = accounts_table.account_named(session, sign_in.strip().lower())
    if account is None:
        raise AccountRefused(f"没有登录名为 {sign_in} 的账号。", 404)
    return account


def _last_admin(session: Session) -> bool:
    admins = [one for one in accounts_table.accounts(session) if one.role == Role.ADMIN and one.disabled_at is None]
    return len(admins) == 1


def _audit(rt: Runtime, session: Session, account: StaffAccount, action: str, who: str) -> None:
    subject = f"staff_account:{account.id}"
    audit.note(rt, session, who, action, subject, {"role": account.role, "node": account.node_id})
