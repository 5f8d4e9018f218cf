"""A winter of care after the offer, the Spring Festival in it: the sums reconcile, whatever befalls the scheduler.

The whole year, 3,000 people: `python -m bench.aftercare`.
"""

import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.aftercare.sums import final_rows, summary, troubles
from bench.aftercare.year import Size, Weather, Year, prepare
from models import followup as followups_table
from models.base import Database
from models.delivery import deliveries_of
from models.followup import Case, FollowUp
from models.heartbeat import Heartbeat
from services import followups, placements
from services.runtime import Runtime
from tests.builders import FRIDAY, Clock, create_posting, create_runtime, create_veteran

SMALL = Size(people=24, placements=12, employers=4, last_start=date(2026, 1, 28), last_day=date(2026, 3, 20))


def lived(folder: Path, name: str, weather: Weather | None = None) -> Year:
    year = prepare(Database(f"sqlite:///{folder / f'{name}.db'}"), SMALL)
    year.run(weather)
    return year


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[Any]], Year]:
    year = lived(tmp_path_factory.mktemp("calm"), "calm")
    return final_rows(year), year


@pytest.mark.slow
def test_every_follow_up_has_its_end_and_every_complaint_its_case(calm: tuple[dict[str, list[Any]], Year]) -> None:
    rows, year = calm
    assert troubles(year) == []
    assert len(rows["follow_ups"]) == 6 * 12 and rows["messages"] and rows["cases"]
    assert len(summary(year)) == 11


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "weather"),
    [
        # Stopped from a Wednesday to a Friday in the middle of the first follow-ups.
        ("stopped for three days", Weather(still=frozenset(date(2026, 1, 14) + timedelta(days=n) for n in range(3)))),
        ("two schedulers", Weather(times=2)),
        (
            "clock set back an hour",
            Weather(set_back=frozenset(date(2026, 1, 5) + timedelta(days=n) for n in range(60))),
        ),
    ],
)
def test_the_books_end_the_same(
    calm: tuple[dict[str, list[Any]], Year], tmp_path: Path, name: str, weather: Weather
) -> None:
    year = lived(tmp_path, "troubled", weather)
    assert troubles(year) == [], name
    assert final_rows(year) == calm[0], name


@pytest.mark.slow
def test_the_sums_see_what_is_wrong(calm: tuple[dict[str, list[Any]], Year]) -> None:
    """Every kind of trouble, made in the rows of the calm year, is named. The last to look at them."""
    _, year = calm
    with year.rt.database.session() as session:
        asked = session.query(FollowUp).filter(FollowUp.status == "answered", FollowUp.reason == "").first()
        case = session.query(Case).first()
        assert asked is not None and case is not None
        asked.due_at += timedelta(days=1)
        case.status, case.due_on, case.raised_at = "open", year.size.first_day, None
        case.words_sealed = None
        for one in session.query(Heartbeat).filter(Heartbeat.status == "silent").limit(12):
            session.delete(one)
        session.commit()
    year.sent.append((year.sent[0][0].replace(hour=21), year.sent[0][1]))
    found = "\n".join(troubles(year))
    for words in ("went out 2 times", "went out at 21", "stands for", "was not raised", "more than their cases say"):
        assert words in found
    assert "greetings lack" in found


def test_two_schedulers_at_the_same_moment_ask_everybody_once(database: Database) -> None:
    clock = Clock()
    rt = create_runtime(database, clock)
    with rt.transaction() as session:
        posting = create_posting(session)
        people = [create_veteran(session, f"o-{number}").id for number in range(8)]
        for number in people:
            placements.hire(session, number, posting, FRIDAY.date(), FRIDAY)
    clock.advance(days=7)
    asked = at_once(rt)
    assert sum(asked) == 16
    with rt.reading() as session:
        for number in people:
            assert len(deliveries_of(session, number)) == 1
        statuses = [one.status for one in session.query(followups_table.FollowUp).filter_by(step=7)]
    assert sorted(statuses) == ["asked"] * 8 + ["phone"] * 8


def at_once(rt: Runtime) -> list[int]:
    """What two schedulers that look at the same moment did."""
    done: list[int] = []
    gate = threading.Barrier(2)

    def look() -> None:
        gate.wait()
        done.append(followups.send_due(rt))

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done
