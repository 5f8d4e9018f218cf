"""How every process writes its log: lines for people, or one JSON object a line for a collector."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

from app.settings import LogFormat

LINE: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"


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


def set_up(kind: LogFormat, level: int = logging.INFO) -> None:
    """Sends every log of this process to standard error in that form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if kind is LogFormat.JSON else logging.Formatter(LINE))
    logging.basicConfig(level=level, handlers=[handler])
    # A line for every look of every task says nothing.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
