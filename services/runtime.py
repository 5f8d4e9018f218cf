"""The Runtime: what a use case needs of the outside world, built once in app/bootstrap.py and handed down."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from channels.base import Channel, Means
from models.base import Database, Session
from models.sealed import Keyring
from services.push_rate import PushRate

CHINA: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers of our own that bound a turn."""

    turn_seconds: float = 3.5
    reply_chars: int = 600


@dataclass(frozen=True, slots=True)
class Office:
    """The bureau as veterans know it. `region` is its own county's area code; empty parts are left out of texts.
    `fair_place`: where it holds the fair of every 军岗日; empty = it holds none.
    """

    name: str = "退役军人服务中心"
    region: str = ""
    phone: str = ""
    hours: str = "工作日 9:00–17:00"
    address: str = ""
    employer_form: str = ""
    fair_place: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A subscription notice of the account: its template, whether one consent lasts, the facts it is filled of."""

    template_id: str
    is_long: bool
    facts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reach:
    """What the account can carry. `notices`, `templates`: by purpose; None = a channel that keeps no such books
    (the terminal): every purpose goes, no stock is asked for.
    """

    means: frozenset[Means] = frozenset({Means.CUSTOMER_MESSAGE, Means.TEMPLATE, Means.SUBSCRIPTION})
    notices: Mapping[str, Notice] | None = None
    templates: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Runtime:
    """Everything a service may touch, and nothing else: the database, the channel, the clock, the keys.

    `public_url`: how people reach our pages; empty where there are none (the terminal). `staff_numbers`: members of
    staff by their number as persons, who get rehearsals.
    """

    database: Database
    channel: Channel
    keyring: Keyring
    clock: Callable[[], datetime]
    office: Office = field(default_factory=Office)
    limits: Limits = field(default_factory=Limits)
    reach: Reach = field(default_factory=Reach)
    push_rate: PushRate = field(default_factory=PushRate)
    public_url: str = ""
    staff_numbers: tuple[int, ...] = ()

    @contextmanager
    def transaction(self, *, alone: bool = True) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises. The only place that commits.

        It writes alone: what it has read stays as it is until it ends. Not `alone`: on PostgreSQL beside any other, for
        what many processes do at once, or what takes long; it claims or holds its rows.
        """
        with self.database.session(alone=alone) as session:
            yield session
            _commit(session)

    @contextmanager
    def looking_first(self) -> Iterator[Session]:
        """A transaction that reads before it takes the writer's place (`Database.begin_writing`), then as above."""
        with self.database.session(looks=True) as session:
            yield session
            _commit(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that is never committed."""
        with self.database.session(writes=False) as session:
            yield session

    def now(self) -> datetime:
        """The moment, aware, in China time."""
        return self.clock().astimezone(CHINA)

    def today(self) -> date:
        """The day in China."""
        return self.now().date()


def _commit(session: Session) -> None:
    if session.has_orm:
        session.commit()
    else:  # most turns of a talk: there is nothing of the ORM to write and to end
        session.end(session.line)
