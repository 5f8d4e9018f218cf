"""An installation of the whole product on a free port, with the stand-in for WeChat, as `laobing demo` starts it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from waitress import wasyncore
from waitress.server import create_server

from app import bootstrap, migration, settings
from app.commands.keygen import fresh
from app.web import create_app
from matching.facts import PostingFacts
from matching.taxonomy.place import Place
from models.placement import Referral
from services import postings
from services.runtime import Runtime

SANTAI = Place("510722", ("四川省", "绵阳市", "三台县"))
# What a veteran says at once; the rest of the questions is skipped.
WISH = "我48了，三台的，想开货车，有A2本，五千以上"
QUESTIONS = 8


class Hand:
    """The demo's clock: the machine's, moved by the phone page."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def advance(self, by: timedelta) -> None:
        self.ahead += by


@dataclass
class Installation:
    """What runs, and where."""

    rt: Runtime
    address: str
    clock: Hand

    def jump_to(self, moment: datetime) -> None:
        """Moves the clock of product and stand-in forward."""
        self.clock.advance(moment - self.clock.now())

    def referrals(self) -> list[tuple[str, str]]:
        """Code of the posting and status of every referral in the database."""
        with self.rt.reading() as session:
            return [(one.posting.code, one.status) for one in session.scalars(select(Referral))]


@contextmanager
def installed(folder: Path, mode: str = "secure") -> Iterator[Installation]:
    """The product on its own database with three open postings for drivers; stopped at the end."""
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    environment = {
        **fresh(),
        "LAOBING_DATABASE_URL": f"sqlite:///{folder / 'laobing.db'}",
        "LAOBING_PORT": str(port),
        "LAOBING_WECHAT_MODE": mode,
        "LAOBING_OFFICE_NAME": "示例县退役军人事务局",
        "LAOBING_OFFICE_REGION": SANTAI.adcode,
    }
    config = settings.load(environment, dotenv=folder / "none")
    clock = Hand()
    rt = bootstrap.build(config, clock.now)
    migration.upgrade(rt.database)
    _post_jobs(rt)
    app = create_app(config, clock=clock.now, advance=clock.advance)
    sockets: dict[int, wasyncore.dispatcher] = {}
    server = create_server(app, map=sockets, host="127.0.0.1", port=port, threads=12)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield Installation(rt, f"http://127.0.0.1:{port}", clock)
    finally:
        server.task_dispatcher.shutdown()
        # By the loop itself: a socket closed under its running select ends the loop with an error.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
        thread.join(10)
        assert not thread.is_alive(), "the server did not stop"
        rt.database.dispose()


def _post_jobs(rt: Runtime) -> None:
    with rt.transaction() as session:
        for number, title in enumerate(("货车司机", "厂区司机", "送货司机"), 1):
            facts = PostingFacts(
                id=f"P-{number}",
                job_categories=("驾驶员",),
                licences_any=("B2",),
                location=SANTAI,
                month_min=5000 + 100 * number,
                month_max=7000,
                salary_min=5000 + 100 * number,
                salary_max=7000,
            )
            offer = postings.Offer(
                employer=f"示例运输{number}公司", title=title, facts=facts, phone=f"1300000090{number}"
            )
            postings.keep(session, offer, "tester", rt.now(), publish=True)
