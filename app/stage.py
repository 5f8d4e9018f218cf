"""A stage for played and typed dialogues: a database with postings and the sample policies, copied for each."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from app import fixtures
from app.playback import Player, ScriptClock
from channels.recorder import Recorder
from matching.taxonomy import regions
from models.base import Base, Database
from models.sealed import Keyring
from services import policies, postings
from services.errors import ServiceError
from services.runtime import Office, Runtime

Row = dict[str, Any]

FAULTS: Final = (KeyError, TypeError, ValueError, AttributeError, ServiceError)
"""What a script that is not in order, or asks for what is not there, may raise."""


class Stage:
    """Everything a dialogue needs but itself; `region` is the bureau's own place, else where most postings are."""

    def __init__(self, folder: Path, rows: Sequence[Row], now: datetime, region: str = "") -> None:
        self.now = now
        self._folder = folder
        self._office = Office(region=region or home_of(rows), phone="0800-0000000", address="政务服务中心一楼")
        self._keyring = Keyring([bytes(32)])
        rt, _, _ = self._runtime(folder / "stage.db", now)
        Base.metadata.create_all(rt.database.engine)
        with rt.transaction() as session:
            policies.load(session)
            for row in rows:
                postings.keep(session, postings.from_sample(row), "script", now, publish=True)
        # The write-ahead log is folded in when the last connection closes: the file alone is the database then.
        rt.database.dispose()

    def _runtime(self, path: Path, now: datetime) -> tuple[Runtime, ScriptClock, Recorder]:
        clock, recorder = ScriptClock(now), Recorder()
        database = Database(f"sqlite:///{path}")
        rt = Runtime(database=database, channel=recorder, keyring=self._keyring, clock=clock, office=self._office)
        return rt, clock, recorder

    def open(self, name: str, now: datetime | None = None) -> tuple[Runtime, ScriptClock, Recorder]:
        """A Runtime on a fresh copy of the stage, its clock and what it records."""
        path = self._folder / f"{name}.db"
        shutil.copyfile(self._folder / "stage.db", path)
        return self._runtime(path, now or self.now)

    def play(self, dialogue: Row, number: int = 1) -> Iterator[Row]:
        """The result line of every turn of one dialogue; a turn that cannot be played is a line with its error."""
        name = f"dialogue{number}"
        start = datetime.fromisoformat(dialogue["start_at"]) if "start_at" in dialogue else self.now
        rt, clock, recorder = self.open(name, start)
        openid = f"o-script-{number}"
        fixed: Row = dialogue.get("fixtures") or {}
        fixtures.write(rt, openid, fixed)
        arrivals = fixtures.daily_match(openid) if fixed.get("new_match_daily") else None
        player = Player(rt, clock, recorder, str(dialogue["id"]), openid, arrivals)
        for at, turn in enumerate(dialogue["turns"], 1):
            try:
                yield player.play(at, turn)
            except FAULTS as error:
                yield {"dialogue_id": dialogue["id"], "turn": at, "error": fault(error)}
        rt.database.dispose()
        (self._folder / f"{name}.db").unlink()


def fault(error: Exception) -> str:
    """What went wrong, without the error's own words: they may quote the person."""
    return f"这一步走不下去（{type(error).__name__}）"


def home_of(rows: Sequence[Row]) -> str:
    """The city most of the postings are in."""
    counts: dict[str, int] = {}
    for row in rows:
        place = (row.get("norm") or {}).get("location")
        code = str(place.get("adcode", "")) if isinstance(place, dict) else ""
        city = f"{code[:4]}00"
        if regions.get(city) is not None:
            counts[city] = counts.get(city, 0) + 1
    return max(counts, key=lambda city: (counts[city], city), default="")
