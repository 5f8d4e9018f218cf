"""Everything that is kept of one person, for them: as JSON for another office, and as a page they can read."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from models import audit as audit_table
from models import traces
from models import veteran as veterans_table
from models.rotation import SEALED, SealedColumn
from models.sealed import Keyring, SealError
from services import audit
from services.errors import ServiceError
from services.intake.results import field_name
from services.runtime import CHINA, Runtime

WORDS: Final = Path(__file__).resolve().parent / "data" / "person_export.toml"
PAGES: Final = Path(__file__).resolve().parent.parent / "templates" / "web"
#: Search keys and the books of the machine say nothing about a person.
_LEFT_OUT: Final = ("_digest", "digest", "leased_until", "in_hand", "lane", "version")
_MOST_READINGS: Final = 1000


@dataclass(frozen=True, slots=True)
class Everything:
    """What is kept of one person, opened: table -> rows; who looked at it is among them."""

    veteran_id: int
    made_at: datetime
    made_by: str
    tables: Mapping[str, list[dict[str, Any]]]


def collect(rt: Runtime, veteran_id: int, who: str) -> Everything:
    """Reads it all, on the record; raises ServiceError for somebody who is not there."""
    with rt.transaction() as session:
        veteran = veterans_table.veteran_by_id(session, veteran_id)
        if veteran is None:
            raise ServiceError("veterans.unknown", 404, f"没有编号 {veteran_id} 的人。")
        rows = traces.rows_of(session, veteran_id, veteran.openid)
        sought = audit_table.Sought(subject=f"veteran:{veteran_id}")
        readings = audit_table.entries(session, sought, None, _MOST_READINGS)
        tables = {name: [_opened(rt.keyring, name, row) for row in kept] for name, kept in rows.items()}
        tables["audit_entry"] = [{"at": one.at, "who": one.who, "action": one.action} for one in readings]
        audit.note(rt, session, who, "person.export", f"veteran:{veteran_id}")
    return Everything(veteran_id, rt.now(), who, tables)


def _opened(keyring: Keyring, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    sealed = {one.column: one for one in SEALED if one.table == table}
    opened: dict[str, Any] = {}
    for name, value in row.items():
        if name in sealed:
            opened[name.removesuffix("_sealed")] = _open(keyring, sealed[name], row)
        elif not name.endswith(_LEFT_OUT):
            opened[name] = value
    return {name: value for name, value in opened.items() if value not in (None, "", b"", [], {})}


def _open(keyring: Keyring, column: SealedColumn, row: Mapping[str, Any]) -> str | None:
    value = row[column.column]
    if not value:
        return None
    try:
        return keyring.open(column.bound.format_map(row), value)
    except SealError:
        return "（现有的钥匙解不开）"


def to_json(kept: Everything) -> str:
    """The machine's form; moments with their zone, days as days."""
    values = {"veteran_id": kept.veteran_id, "made_at": kept.made_at, "made_by": kept.made_by, "tables": kept.tables}
    return json.dumps(values, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(CHINA).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def to_html(rt: Runtime, kept: Everything) -> str:
    """The person's form: Chinese headings, a table a kind, no script, prints on A4."""
    words = _words()
    sections = [
        (words["tables"][name], [[(_label(key), _said(value)) for key, value in row.items()] for row in rows])
        for name, rows in kept.tables.items()
        if rows
    ]
    return _template().render(sections=sections, kept=kept, office=rt.office, day=f"{kept.made_at:%Y年%m月%d日 %H:%M}")


def _label(key: str) -> str:
    return str(_words()["columns"].get(key) or field_name(key))


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M}"
    if isinstance(value, dict):
        return "；".join(
            f"{_label(name)}：{_said(part)}" for name, part in value.items() if part not in (None, "", [], {})
        )
    if isinstance(value, list | tuple):
        return "、".join(map(_said, value))
    return str(_words()["values"].get(str(value), value))


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _template() -> Template:
    pages = Environment(
        loader=FileSystemLoader(PAGES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=True
    )
    return pages.get_template("person_export.html")
