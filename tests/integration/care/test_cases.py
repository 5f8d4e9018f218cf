"""Cases handed over, raised when late, closed when nobody objects, opened again."""

import pytest

from models import followup as followups_table
from models.followup import CaseStatus
from services import cases, desk
from services.runtime import Runtime
from tests.builders import Clock
from tests.integration.care.acts import DAY_7, at_day_7, only_case, pushed, raise_case, say


def test_a_case_is_handed_over_only_when_accepted(rt: Runtime) -> None:
    number = raise_case(rt)
    desk.take(rt, number, "王岗")
    with pytest.raises(desk.CaseStep):
        desk.take(rt, number, "李岗")
    with pytest.raises(desk.CaseStep):
        desk.hand_over(rt, number, "赵岗", "李岗", "不是我的")
    desk.hand_over(rt, number, "李岗", "王岗", "人在他们镇")
    assert only_case(rt).owner == "王岗"
    with pytest.raises(desk.CaseStep):
        desk.answer_hand_over(rt, number, "赵岗", accepts=True)
    desk.answer_hand_over(rt, number, "李岗", accepts=False, reason="不归我们镇")
    assert (only_case(rt).owner, only_case(rt).offered_to) == ("王岗", None)
    desk.hand_over(rt, number, "李岗", "王岗", "核过了，是你们镇")
    desk.answer_hand_over(rt, number, "李岗", accepts=True)
    assert (only_case(rt).owner, only_case(rt).status) == ("李岗", CaseStatus.IN_PROGRESS)
    desk.send_to_department(rt, number, "人社局劳动监察", "李岗")
    with rt.reading() as session:
        notes = [(one.who, one.text) for one in followups_table.notes_of(session, only_case(rt).id)]
    assert notes[1:] == [
        ("王岗", "接办"),
        ("王岗", "请 李岗 接办：人在他们镇"),
        ("李岗", "退回转办：不归我们镇"),
        ("王岗", "请 李岗 接办：核过了，是你们镇"),
        ("李岗", "接受转办"),
        ("李岗", "会同 人社局劳动监察 办理"),
    ]


def test_a_reopened_case_is_raised_again_when_late_again(rt: Runtime, clock: Clock) -> None:
    number = raise_case(rt)
    clock.advance(days=8)
    assert cases.escalate_due(rt) == 1
    cases.update(rt, number, "resolved", "已补发", "王岗")
    pushed(rt, rt.channel)  # type: ignore[arg-type]
    assert "重新打开" in say(rt, "2")
    case = only_case(rt)
    assert (case.number, case.status, case.raised_at, case.severity) == (number, "open", None, "normal")
    clock.advance(days=8)
    assert cases.escalate_due(rt) == 1


def test_an_answer_nobody_opposes_closes_the_case_after_a_week_and_can_still_be_reopened(
    rt: Runtime, clock: Clock
) -> None:
    number = raise_case(rt)
    cases.update(rt, number, "resolved", "已补发", "王岗")
    clock.advance(days=6)
    assert cases.close_due(rt) == 0
    clock.advance(days=2)
    assert cases.close_due(rt) == 1
    assert cases.close_due(rt) == 0
    assert only_case(rt).status == CaseStatus.CLOSED
    assert number in say(rt, "还是没解决，工资没发")
    assert (only_case(rt).status, only_case(rt).reopened) == (CaseStatus.OPEN, 1)


def test_a_settled_case_takes_no_more_steps(rt: Runtime) -> None:
    number = raise_case(rt)
    cases.update(rt, number, "resolved", "已补发", "王岗")
    with pytest.raises(desk.CaseStep):
        desk.take(rt, number, "王岗")


@pytest.mark.parametrize(("words", "status"), [("没解决", CaseStatus.OPEN), ("解决了", CaseStatus.CLOSED)])
def test_a_case_answered_on_the_day_of_a_follow_up_is_told_apart_in_words(
    rt: Runtime, clock: Clock, words: str, status: CaseStatus
) -> None:
    number = raise_case(rt)
    clock.moment = DAY_7
    cases.update(rt, number, "resolved", "已补发", "王岗")
    at_day_7(rt, clock)
    assert number in say(rt, words)
    assert only_case(rt).status == status
    assert "满意" in say(rt, "1"), "the follow-up is still the open question"
