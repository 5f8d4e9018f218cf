"""The clerks' work on cases: own it, note it, hand it to a colleague who must accept, send it to a department."""

from models.base import Session
from models.followup import UNSETTLED, Case, CaseStatus
from services import cases
from services.errors import ServiceError
from services.runtime import Runtime

#: The departments a bureau works with; free text is taken too.
DEPARTMENTS = ("人社局劳动监察", "人社局就业科", "社保局", "医保局", "应急管理局", "公安局", "民政局", "街道（乡镇）")


class CaseStep(ServiceError):
    """A step a case may not take now; `message` says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__("cases.step", 409, message)


def take(rt: Runtime, number: str, who: str) -> None:
    """The clerk takes a case that nobody owns. Raises ServiceError."""
    with rt.transaction() as session:
        case = _unsettled(session, number)
        if case.owner not in (None, who):
            raise CaseStep(f"这件事由 {case.owner} 在办。要接过来，请他转给您。")
        _own(session, rt, case, who, "接办")


def assign(rt: Runtime, number: str, owner: str, who: str) -> None:
    """Whoever leads gives a case to somebody; no acceptance is asked. Raises ServiceError."""
    with rt.transaction() as session:
        _own(session, rt, _unsettled(session, number), owner, f"{who} 指定 {owner} 办理")


def add_note(rt: Runtime, number: str, text: str, who: str) -> None:
    """What was done; the person is not told. Raises ServiceError."""
    with rt.transaction() as session:
        case = cases.locked(session, number)
        cases.note(session, case, who, _words(rt, session, case, text), rt.now())


def hand_over(rt: Runtime, number: str, to: str, who: str, reason: str) -> None:
    """The owner offers the case to a colleague; it stays theirs until it is accepted. Raises ServiceError."""
    with rt.transaction() as session:
        case = _unsettled(session, number)
        if case.owner != who:
            raise CaseStep("只有经办人能转办。请先接办这件事。")
        if not to.strip() or to == who:
            raise CaseStep("请选择转给哪一位同事。")
        case.offered_to = to
        cases.note(session, case, who, f"请 {to} 接办：{_words(rt, session, case, reason)}", rt.now())


def answer_hand_over(rt: Runtime, number: str, who: str, *, accepts: bool, reason: str = "") -> None:
    """The colleague accepts, or sends it back with a reason. Raises ServiceError."""
    with rt.transaction() as session:
        case = _unsettled(session, number)
        if case.offered_to != who:
            raise CaseStep("这件事没有转给您，或者已经处理过了。")
        if accepts:
            _own(session, rt, case, who, "接受转办")
        else:
            case.offered_to = None
            cases.note(session, case, who, f"退回转办：{_words(rt, session, case, reason)}", rt.now())


def send_to_department(rt: Runtime, number: str, department: str, who: str) -> None:
    """Names the department whose answer is waited for. Raises ServiceError."""
    with rt.transaction() as session:
        case = _unsettled(session, number)
        case.department = _said(department)[:64]
        cases.note(session, case, who, f"会同 {case.department} 办理", rt.now())


def _own(session: Session, rt: Runtime, case: Case, owner: str, text: str) -> None:
    case.owner, case.offered_to = owner, None
    if case.status == CaseStatus.OPEN:
        case.status = CaseStatus.IN_PROGRESS
    cases.note(session, case, owner, text, rt.now())


def _unsettled(session: Session, number: str) -> Case:
    case = cases.locked(session, number)
    if case.status not in UNSETTLED:
        raise CaseStep("这件事已经答复。对方说没解决时会自动重新打开。")
    return case


def _words(rt: Runtime, session: Session, case: Case, text: str) -> str:
    return cases.covered(rt.keyring, session, case, _said(text))


def _said(text: str) -> str:
    if not text.strip():
        raise CaseStep("请写一句说明。")
    return text.strip()
