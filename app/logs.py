"""How every process writes its log: lines for people, or one JSON object a line for a collector; nothing personal.

What may stand in a line is decided by type, for the lines of every package: numbers and codes do; words outside ASCII,
as names and messages are, do not, unless they are `Fixed` words of ours; of an exception stand its kind and place, of
any other object its kind. Numbers and identities that could be somebody's are covered wherever they are.
"""

import json
import logging
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final

from app.settings import LogFormat
from channels.base import ChannelError
from services.failures import Fixed, described
from services.masking import masked_text

LINE: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"
WITHHELD: Final = "…"
_FOREIGN: Final = re.compile(r"[^\x00-\x7f]+")
#: An identity of the platform, a signed address, a secret in a query: (what stays)(what goes).
_COVERED: Final = re.compile(
    r"(?P<openid>(?<![\w-])o[\w-]{27}(?![\w-]))"
    r"|(?P<link>/[pe]/)[^\s\"'?]+"
    r"|(?P<secret>\b(?:access_token|appsecret|secret|signature|openid|ticket|password)=)[^&\s\"']+",
    re.ASCII,
)


class Redaction(logging.Filter):
    """Takes out of a record what could be personal, before any form is given to it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: no line is lost."""
        record.msg = self._line(record)
        record.args = ()
        if record.exc_info and record.exc_info[1] is not None:
            record.msg = f"{record.msg}: {described(record.exc_info[1])}"
        record.exc_info = record.exc_text = record.stack_info = None
        return True

    def _line(self, record: logging.LogRecord) -> str:
        text = _FOREIGN.sub(WITHHELD, str(record.msg))
        args: Any = record.args
        if not args:
            return covered(text)
        shown = (
            {key: _shown(one) for key, one in args.items()} if isinstance(args, Mapping) else tuple(map(_shown, args))
        )
        try:
            return covered(text % shown)
        except (TypeError, ValueError):
            return covered(text)


def _shown(value: Any) -> Any:
    """An argument as it may stand in a line."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Fixed | ChannelError):
        return str(value)
    if isinstance(value, BaseException):
        return described(value)
    if isinstance(value, Enum):
        return _FOREIGN.sub(WITHHELD, str(value.value))
    return _FOREIGN.sub(WITHHELD, value) if isinstance(value, str) else f"<{type(value).__name__}>"


def covered(line: str) -> str:
    """The line without phones, identity numbers, identities of the platform, signed addresses and secrets."""
    return masked_text(_COVERED.sub(lambda found: (found["link"] or found["secret"] or "") + WITHHELD, line))


class JsonLines(logging.Formatter):
    """Time, level, source and message; of an exception its kind only, its text can hold what people wrote."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        values = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if record.exc_info and record.exc_info[0]:
            values["error"] = record.exc_info[0].__name__
        return json.dumps(values, ensure_ascii=False)


def handler(kind: LogFormat, stream: Any) -> logging.Handler:
    """Lines of that form, with nothing personal in them."""
    made = logging.StreamHandler(stream)
    made.setFormatter(JsonLines() if kind is LogFormat.JSON else logging.Formatter(LINE))
    made.addFilter(Redaction())
    return made


def set_up(kind: LogFormat, level: int = logging.INFO) -> None:
    """Sends every log of this process to standard error in that form."""
    logging.basicConfig(level=level, handlers=[handler(kind, sys.stderr)])
    # A line for every look of every task says nothing.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    # It warns of what it ignores on its way out of a turn that somebody else got ahead of, which is done again.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
