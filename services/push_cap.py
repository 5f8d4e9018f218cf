"""How many pushes one person gets a week at most: the bureau may set fewer than we do, never more."""

from typing import Final

from services import allowances, settings
from services.errors import ServiceError
from services.runtime import Runtime

NAME: Final = allowances.PUSH_WEEK


def most(rt: Runtime) -> int:
    """The most the bureau may set."""
    return allowances.number(NAME, rt.today()).value


def now(rt: Runtime) -> int:
    """The number in force."""
    with rt.reading() as session:
        return allowances.weekly_cap(session, rt.now())


def keep(rt: Runtime, value: int, who: str) -> None:
    """Sets another number from now on. Raises ServiceError."""
    if not 1 <= value <= most(rt):
        raise ServiceError("push_cap.refused", 400, f"请填 1 到 {most(rt)}。再多，老兵会嫌烦，不看了。")
    with rt.transaction() as session:
        settings.keep(rt, session, who, NAME, value, f"一人一周最多收 {value} 条推送")


def take_back(rt: Runtime, change_id: int, who: str) -> None:
    """Puts back the number before the one in force. Raises ServiceError."""
    with rt.transaction() as session:
        settings.take_back(rt, session, who, NAME, change_id)
