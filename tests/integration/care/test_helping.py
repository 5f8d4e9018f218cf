"""One-to-one help, the monthly spot check, and what erasure takes with it."""

from datetime import date

import pytest

from models import heartbeat as heartbeats_table
from models import helping as helping_table
from models.veteran import Veteran
from services import (
    erasure,
    helping,
    spot_checks,
)
from services.helping import Next
from services.runtime import Runtime
from tests.builders import Clock
from tests.integration.care.acts import only_check, tell_a_gap


def test_a_plan_always_has_a_next_step_or_an_end(rt: Runtime) -> None:
    first = Next("带他去报叉车班", date(2026, 11, 27))
    number = helping.begin(rt, 1, "王岗", "no_skill", first, who="李局")
    with rt.reading() as session:
        (step,) = helping_table.steps_of(session, number)
    with pytest.raises(helping.HelpRefused):
        helping.finish_step(rt, step.id, "王岗")
    helping.finish_step(rt, step.id, "王岗", Next("问问培训怎么样", date(2026, 12, 11)))
    with rt.reading() as session:
        assert [one.text for one in helping_table.open_steps(session, [number])] == ["问问培训怎么样"]
    helping.end(rt, number, "placed")
    with rt.reading() as session:
        assert helping_table.open_plans(session, "王岗") == []


def test_another_helper_ends_the_plan_before(rt: Runtime) -> None:
    first = Next("上门看看", date(2026, 11, 27))
    helping.begin(rt, 1, "王岗", "family", first, who="李局")
    helping.begin(rt, 1, "李岗", "family", first, who="李局")
    with rt.reading() as session:
        assert [one.helper for one in helping_table.open_plans(session)] == ["李岗"]


def test_a_month_is_drawn_once_and_a_row_checked_once(rt: Runtime) -> None:
    assert spot_checks.draw(rt, "2026-11", "salt") == 1
    assert spot_checks.draw(rt, "2026-11", "another") == 0
    with pytest.raises(spot_checks.SpotCheckRefused):
        spot_checks.record(rt, 1, "wrong", [], "", "审计")
    spot_checks.record(rt, 1, "unreached", [], "关机", "审计")
    spot_checks.record(rt, 1, "wrong", ["phone"], "号码换了", "审计")
    with pytest.raises(spot_checks.SpotCheckRefused):
        spot_checks.record(rt, 1, "right", [], "", "李岗")
    with rt.reading() as session:
        (rate,) = spot_checks.rates(heartbeats_table.spot_checks(session, "2026-11"))
    assert (rate.drawn, rate.reached, rate.wrong, rate.rate) == (1, 1, 1, 1.0)
    assert 0.2 < rate.low < 0.21 and rate.high == 1.0


def test_erasure_takes_the_care_rows_with_it(rt: Runtime, clock: Clock) -> None:
    tell_a_gap(rt, clock)
    helping.begin(rt, 1, "王岗", "family", Next("上门看看", date(2026, 12, 4)), who="李局")
    with rt.transaction() as session:
        erasure.erase(session, session.get_one(Veteran, 1), rt.now())
    with rt.reading() as session:
        assert helping_table.open_plans(session) == []
        assert heartbeats_table.confirmations_of(session, 1) == []
    assert only_check(rt).words_sealed is None
