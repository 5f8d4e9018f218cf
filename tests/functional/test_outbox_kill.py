"""Workers killed in the middle of sending, against the stand-in over HTTP: nobody is lost, nobody is told twice."""

from pathlib import Path

import pytest

from bench.outbox.kill import run


@pytest.mark.slow
def test_killed_again_and_again_everybody_still_gets_it_once(tmp_path: Path) -> None:
    found = run(people=150, kills=4, folder=tmp_path)
    assert found.kills == 4
    assert (found.received, found.doubled) == (150, 0)
    assert sum(found.outcomes.values()) == 150
    assert set(found.outcomes) <= {"sent", "sent_again"}
    assert found.violations == {}
