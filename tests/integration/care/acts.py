"""What happens to the one veteran, and what the rows say afterwards."""

from datetime import timedelta

from bot.types import Inbound, Kind
from models import followup as followups_table
from models import reality as reality_table
from models.posting import Employer
from models.veteran import Veteran
from services import cases, conversations, followups, outbox, placements
from services.runtime import Runtime
from tests.builders import FRIDAY, KEYRING, Clock, FakeChannel

DAY_7 = FRIDAY + timedelta(days=7)


def say(rt: Runtime, text: str) -> str:
    key = f"o-zhang:{text}:{rt.now():%Y%m%d%H%M%S%f}"
    return conversations.receive(rt, Inbound(key, "o-zhang", Kind.TEXT, rt.now(), text)).text or ""


def pushed(rt: Runtime, channel: FakeChannel) -> list[str]:
    outbox.drain_due(rt)
    return [sent.text for sent in channel.sent]


def at_day_7(rt: Runtime, clock: Clock) -> None:
    placements.begin(rt, 1, "P-1", FRIDAY.date())
    clock.moment = DAY_7
    followups.send_due(rt)


def health(rt: Runtime) -> str:
    with rt.reading() as session:
        return session.get_one(Employer, 1).health


def only_case(rt: Runtime) -> followups_table.Case:
    with rt.reading() as session:
        (case,) = followups_table.cases_of(session, 1)
        return case


def only_check(rt: Runtime) -> reality_table.RealityCheck:
    with rt.reading() as session:
        check = reality_table.check_of(session, 1)
        assert check is not None
        return check


def tell_a_gap(rt: Runtime, clock: Clock) -> None:
    at_day_7(rt, clock)
    say(rt, "1")
    say(rt, "3")
    assert "工资" in say(rt, "2")


def raise_case(rt: Runtime) -> str:
    with rt.transaction() as session:
        return cases.open_case(
            session, KEYRING, session.get_one(Veteran, 1), "wage", words="工资没发", now=rt.now()
        ).number
