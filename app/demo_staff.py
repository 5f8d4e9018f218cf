"""The demo's console accounts: one of each role, with one-time passwords made at the first start."""

from pathlib import Path
from typing import Final

from models.account import Role
from sandbox import county
from services import accounts, stations
from services.accounts import NewAccount
from services.runtime import Runtime

FILE: Final = "staff.txt"
WHO: Final = "演示"


def _people() -> list[tuple[str, str, Role, str]]:
    """Sign-in name, name, role and station; the first is the one to start with."""
    first = county.profile().stations[0].name
    return [
        ("bureau", "王局办", Role.BUREAU, ""),
        ("clerk", "李站长", Role.CLERK, first),
        ("leader", "张督查", Role.LEADER, ""),
        ("admin", "赵管理", Role.ADMIN, ""),
    ]


def open_accounts(rt: Runtime, folder: Path, *, renew: bool) -> list[str]:
    """Lines to print: the accounts with their one-time passwords where they are new, else where those were kept."""
    known = {one.sign_in for one in accounts.listed(rt)}
    kept = folder / FILE
    made = []
    for sign_in, name, role, station in _people():
        if sign_in not in known:
            new = NewAccount(sign_in, name, role, stations.find(rt, station))
            made.append((sign_in, role, accounts.create(rt, new, WHO)))
        elif renew:
            made.append((sign_in, role, accounts.reset(rt, sign_in, WHO)))
    if not made:
        return [
            f"登录名 bureau（局工作人员），密码是您换过的那个；没换过就用 {kept} 里的一次性密码",
            "忘了密码：laobing demo --new-passwords",
        ]
    main, *others = [f"{sign_in}（{accounts.ROLES[role]}） 一次性密码 {password}" for sign_in, role, password in made]
    lines = [f"登录名 {main}", *(f"　也可以 {line}" for line in others), f"都记在 {kept}，登录后换成自己的。"]
    kept.touch(mode=0o600)
    kept.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return lines
