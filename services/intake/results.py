"""What came of one row of a file: its kind, status, fields, findings; and the line written for it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from services.intake.headers import BookName, book

SHOWN_CHARS: Final = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: a code, the column as the file calls it, and words for the clerk."""

    code: str
    column: str
    message: str
    mend: str
    is_error: bool = False

    def to_json(self) -> dict[str, str]:
        """As in the contract's `details`."""
        return {"code": self.code, "column": self.column, "message": self.message, "mend": self.mend}


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row of the file.

    `kind`: title, header, note, blank, total, job (person in a ledger); `status`: ok, duplicate or error.
    `fields` are in the contract's JSON forms; `extra` holds what the importer needs beside them.
    """

    record: int
    kind: str
    status: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    duplicate_of: int | None = None
    sheet: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def error(self) -> str | None:
        """The code of the first error."""
        return next((finding.code for finding in self.findings if finding.is_error), None)

    @property
    def warnings(self) -> list[str]:
        """The codes of the warnings, once each."""
        return list(dict.fromkeys(finding.code for finding in self.findings if not finding.is_error))

    def to_json(self) -> dict[str, Any]:
        """The line of the contract."""
        line: dict[str, Any] = {
            "record": self.record,
            "kind": self.kind,
            "status": self.status,
            "fields": dict(self.fields),
            "warnings": [code for code in self.warnings if code != "duplicate"],
            "error": self.error,
            "duplicate_of": self.duplicate_of,
            "details": [finding.to_json() for finding in self.findings],
        }
        return line | ({"sheet": self.sheet} if self.sheet else {})


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).resolve().parent / "data" / "findings.toml").read_text(encoding="utf-8"))


def field_name(name: str) -> str:
    """A field of a person in words of the screen."""
    return str(_data()["fields"].get(name, name))


def fields_named(kind: BookName) -> dict[str, str]:
    """Every field a heading of that kind of sheet can mean, in the words of the screen, as the sheets order them."""
    words = _data()["columns"][kind]
    return {name: str(words[name]) for name in book(kind).words.values() if name in words}


@lru_cache(maxsize=1)
def _texts() -> dict[str, tuple[str, str, bool]]:
    data = _data()
    return {
        code: (message, mend, group == "errors")
        for group in ("errors", "warnings", "statuses")
        for code, (message, mend) in data[group].items()
    }


def finding(code: str, column: str, value: str = "") -> Finding:
    """The finding of that code, in words; KeyError for a code without words."""
    message, mend, is_error = _texts()[code]
    shown = " ".join(value.split())
    shown = shown if len(shown) <= SHOWN_CHARS else shown[:SHOWN_CHARS] + "…"
    return Finding(code, field_name(column), message.replace("{value}", shown), mend, is_error)
