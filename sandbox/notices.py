"""Templates of the account, the limits of their fields, and who agreed to which subscription notice."""

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sandbox.people import Person
from sandbox.refusal import Refusal

ONCE_MEMORY: Final = timedelta(minutes=10)  # how long a client_msg_id stands for the same message
_LONG_TERM: Final = 10**9
# Field kinds and what they take, from the platform's table (design/wechat-facts.md §3.3).
_LIMITS: Final[dict[str, re.Pattern[str]]] = {
    "thing": re.compile(r".{1,20}", re.S),
    "number": re.compile(r"-?\d{1,32}(\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[\x21-\x7e]{1,32}"),
    "time": re.compile(
        r"(\d{4}[年/-]\d{1,2}[月/-]\d{1,2}日?\s*)?\d{1,2}:\d{2}(:\d{2})?(\s*~.*)?|\d{4}年\d{1,2}月\d{1,2}日(\s*~.*)?"
    ),
    "date": re.compile(r"\d{4}[年/-]\d{1,2}[月/-]\d{1,2}日?(\s*\d{1,2}:\d{2}(:\d{2})?)?(\s*~.*)?"),
    "amount": re.compile(r"[¥$￥]?\d{1,10}(\.\d+)?元?"),
    "phone_number": re.compile(r"[\d+()\- ]{1,17}"),
    "car_number": re.compile(r".{1,8}"),
    "name": re.compile(r"[\u4e00-\u9fff·]{1,10}|[^\u4e00-\u9fff]{1,20}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
}


@dataclass(frozen=True, slots=True)
class Template:
    """One template of the account: `kind` template, once or long; `fields` pairs of label and key."""

    id: str
    kind: str
    title: str
    fields: tuple[tuple[str, str], ...]

    def content(self) -> str:
        """Its text in the platform's notation."""
        return "\n".join(f"{label}:{{{{{key}.DATA}}}}" for label, key in self.fields)


@dataclass(slots=True)
class Notices:
    """The account's templates and the messages sent lately under an idempotency key."""

    templates: dict[str, Template] = field(default_factory=dict)
    _sent: dict[tuple[str, str], tuple[datetime, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with (Path(__file__).parent / "data" / "templates.toml").open("rb") as file:
            for row in tomllib.load(file)["template"]:
                self.add(row["kind"], row["title"], tuple((label, key) for label, key in row["fields"]))

    def add(self, kind: str, title: str, fields: tuple[tuple[str, str], ...]) -> Template:
        """Puts one more template in use; its id follows from its title, the same on every start."""
        template_id = hashlib.sha256(f"{kind}/{title}".encode()).hexdigest()[:43]
        self.templates[template_id] = Template(template_id, kind, title, fields)
        return self.templates[template_id]

    def remembered(self, openid: str, client_id: str, now: datetime) -> int | None:
        """The message number this key already stands for, if it was sent within ten minutes."""
        found = self._sent.get((openid, client_id))
        return found[1] if client_id and found and now - found[0] < ONCE_MEMORY else None

    def remember(self, openid: str, client_id: str, now: datetime, number: int) -> None:
        """Keeps the key for ten minutes."""
        if client_id:
            self._sent.pop((openid, client_id), None)
            self._sent[openid, client_id] = (now, number)
            # The oldest stand first.
            while now - next(iter(self._sent.values()))[0] >= ONCE_MEMORY:
                del self._sent[next(iter(self._sent))]

    def titled(self, title: str) -> Template:
        """The template of that title; raises ValueError in words for a person."""
        found = next((one for one in self.templates.values() if one.title == title), None)
        if found is None:
            raise ValueError(f"没有这个通知：{title}")
        return found

    def find(self, template_id: object, kinds: tuple[str, ...]) -> Template:
        """The template; raises 40037 when the account has none of this id and kind."""
        found = self.templates.get(template_id) if isinstance(template_id, str) else None
        if found is None or found.kind not in kinds:
            raise Refusal(40037)
        return found


def read_values(template: Template, data: object) -> list[tuple[str, str]]:
    """The labelled values of a message; raises 47003 naming the field that is missing, empty or too long."""
    if not isinstance(data, dict):
        raise Refusal(47003, "data")
    values = []
    for label, key in template.fields:
        entry: Any = data.get(key)
        value = entry.get("value") if isinstance(entry, dict) else None
        if not isinstance(value, str | int | float) or not str(value).strip():
            raise Refusal(47003, f"data.{key}.value is empty")
        pattern = _LIMITS.get(key.rstrip("0123456789"))
        if pattern is not None and not pattern.fullmatch(str(value)):
            raise Refusal(47003, f"data.{key}.value invalid")
        values.append((label, str(value)))
    return values


def agree(person: Person, template: Template) -> None:
    """The person said yes: one message more, or any number for a long-term notice."""
    stock = person.consents
    stock[template.id] = _LONG_TERM if template.kind == "long" else stock.get(template.id, 0) + 1


def use_consent(person: Person, template: Template) -> None:
    """Takes one message from the person's consent; raises 43101 when there is none."""
    if person.consents.get(template.id, 0) < 1:
        raise Refusal(43101, is_excused=person.is_forgotten)
    if template.kind == "once":
        person.consents[template.id] -= 1
