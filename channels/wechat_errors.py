"""What the platform's errcodes mean for us: one table (channels/data/errcodes.toml) from code to ChannelError."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from channels.base import Action, ChannelError

_TABLE: Final = Path(__file__).parent / "data" / "errcodes.toml"
_TEMPORARY: Final = frozenset({Action.RETRY, Action.REFRESH, Action.QUOTA})
# The parts of an errmsg worth telling: the number to ask the platform about, the refused address, the refused field.
_DETAILS: Final = (
    re.compile(r"(rid: ?[0-9a-f-]{8,60})"),
    re.compile(r"invalid ip:? ?([0-9a-fA-F.:]{3,45})"),
    re.compile(r"data\.(\w{1,40})\.value"),
)
NO_ANSWER_WAIT: Final = 5.0


@dataclass(frozen=True, slots=True)
class Meaning:
    """One line of the table: plain Chinese, the action, and the least wait in seconds where waiting helps."""

    text: str
    action: Action
    retry_after: float


UNKNOWN: Final = Meaning("微信返回了不认识的错误码", Action.ALERT, 0.0)


@lru_cache(maxsize=1)
def table() -> Mapping[int, Meaning]:
    """The whole table, read once."""
    meanings: dict[int, Meaning] = {}
    for entry in tomllib.loads(_TABLE.read_text(encoding="utf-8"))["errcode"]:
        meaning = Meaning(entry["meaning"], Action(entry["action"]), float(entry.get("retry_after", 0)))
        for code in entry["codes"]:
            if code in meanings:
                raise ValueError(f"errcode {code} stands twice in {_TABLE.name}")
            meanings[code] = meaning
    return meanings


def error_of(code: int, errmsg: str = "") -> ChannelError:
    """The error for an errcode other than 0; `errmsg` gives its number, address or field, never more."""
    meaning = table().get(code, UNKNOWN)
    details = [found.group(1) for pattern in _DETAILS if (found := pattern.search(errmsg))]
    return ChannelError(
        code,
        meaning.text + (f"（{'，'.join(details)}）" if details else ""),
        permanent=meaning.action not in _TEMPORARY,
        retry_after=meaning.retry_after,
        action=meaning.action,
    )


def token_error_of(code: int, errmsg: str = "") -> ChannelError:
    """The same for the token endpoint, where a refused credential is the operator's to mend."""
    error = error_of(code, errmsg)
    if error.action is not Action.REFRESH:
        return error
    meaning = "AppID 与 AppSecret 不配对，取不到 access_token"
    return ChannelError(code, meaning, permanent=True, action=Action.ALERT)


def no_answer(*, uncertain: bool) -> ChannelError:
    """The platform could not be reached, or broke off. `uncertain`: it may have taken the message all the same."""
    meaning = "微信平台没有回应"
    return ChannelError(
        0, meaning, permanent=False, retry_after=NO_ANSWER_WAIT, action=Action.RETRY, uncertain=uncertain
    )
