"""Cases: something a person must settle. Opened by the conversation or by staff, answered, told back, reopened."""

from datetime import date, datetime, timedelta
from typing import Final

from models import conversation as conversations_table
from models import followup as followups_table
from models import veteran as veterans_table
from models.base import Session
from models.followup import Case, CaseNote, CaseStatus
from models.sealed import Keyring
from models.veteran import Veteran
from services import outbox, workdays
from services.errors import ServiceError
from services.masking import staff_words
from services.runtime import Runtime
from services.texts import render

# Workdays until the answer is due. Nothing here is a promise of the law; a bureau edits it to its own rule.
DUE_WORKDAYS: Final = {"crisis": 0, "safety": 1, "fraud": 1, "fee": 2, "wage": 5, "message": 2}
DEFAULT_DUE_WORKDAYS: Final = 5
#: How long somebody told an answer has to say that it is none before the case is closed; later they still may.
UNOPPOSED: Final = timedelta(days=7)
KINDS: Final = {
    "crisis": "紧急：人身安全",
    "safety": "安全、受伤",
    "fraud": "受骗",
    "fee": "乱收费",
    "wage": "工资",
    "overtime": "加班",
    "contract": "合同",
    "insurance": "社保",
    "posting": "和招聘说的不一样",
    "policy": "政策咨询",
    "message": "留言",
    "help": "想找人帮忙",
    "check": "核对",
    "other": "其他",
}
STATES: Final = {"open": "已受理", "in_progress": "办理中", "resolved": "已答复", "closed": "已办结"}
SETTLED_STATUSES: Final = (CaseStatus.RESOLVED, CaseStatus.CLOSED)


class UnknownCase(ServiceError):
    """No case bears that number."""

    def __init__(self) -> None:
        super().__init__("cases.unknown", 404)


def open_case(
    session: Session, keyring: Keyring, veteran: Veteran, kind: str, *, words: str, now: datetime, **links: int | None
) -> Case:
    """Opens a case for what the veteran wrote, with a number to quote and the workday its answer is due.

    `links` may hold `placement_id`.
    """
    today = now.date()
    case = Case(
        number="",
        veteran_id=veteran.id,
        kind=kind,
        severity="high" if DUE_WORKDAYS.get(kind, DEFAULT_DUE_WORKDAYS) <= 1 else "normal",
        words_sealed=keyring.seal("case.words", words) if words else None,
        opened_at=now,
        due_on=due_on(kind, today),
        **links,
    )
    session.add(case)
    session.flush()  # its number is made of its id
    case.number = f"{today:%m%d}{case.id:04d}"
    note(session, case, "bot", "", now)
    return case


def due_on(kind: str, day: date) -> date:
    """By when a case of that kind that begins on `day` is to be answered."""
    return workdays.add_workdays(day, DUE_WORKDAYS.get(kind, DEFAULT_DUE_WORKDAYS))


def note(session: Session, case: Case, who: str, text: str, now: datetime) -> None:
    """One dated line on the case, with the status it stands at."""
    session.add(CaseNote(case_id=case.id, at=now, who=who, status=case.status, text=text))


def add_words(session: Session, keyring: Keyring, case: Case, *, words: str) -> None:
    """The veteran adds to an open case."""
    before = keyring.open("case.words", case.words_sealed) + "\n" if case.words_sealed else ""
    case.words_sealed = keyring.seal("case.words", before + words)


def reopen(session: Session, keyring: Keyring, case: Case, *, words: str, now: datetime) -> None:
    """Not settled after all: the same case goes on, with a new due day."""
    case.status = CaseStatus.OPEN
    case.reopened += 1
    case.raised_at = None
    case.due_on = due_on(case.kind, now.date())
    add_words(session, keyring, case, words=words)
    note(session, case, "veteran", "说没解决，重新打开", now)


def accept(session: Session, case: Case, now: datetime) -> None:
    """The veteran accepts the answer: the case is closed."""
    case.status = CaseStatus.CLOSED
    note(session, case, "veteran", "说解决了，办结", now)


def latest_of(session: Session, veteran_id: int) -> Case | None:
    """The veteran's newest case."""
    cases = followups_table.cases_of(session, veteran_id)
    return cases[-1] if cases else None


def update(rt: Runtime, number: str, status: str, words: str, who: str) -> None:
    """Staff work on a case. Resolving it tells the answer back to who raised it; raises UnknownCase."""
    now = rt.now()
    with rt.transaction() as session:
        known = followups_table.case_numbered(session, number)
        if known is not None and known.veteran_id is not None:
            conversations_table.conversation_of(session, known.veteran_id)  # a turn under way ends first
        case = locked(session, number)
        case.status = CaseStatus(status)
        words = covered(rt.keyring, session, case, words)
        if case.status in SETTLED_STATUSES:
            case.resolution, case.resolved_at, case.offered_to = words, now, None
        note(session, case, who, words, now)
        _tell_back(session, case, words, now)


def covered(keyring: Keyring, session: Session, case: Case, words: str) -> str:
    """Words of staff on a case as they are kept: the person's own numbers stand sealed in the ledger already."""
    veteran = veterans_table.veteran_by_id(session, case.veteran_id) if case.veteran_id else None
    return staff_words(keyring, veteran, words)


def locked(session: Session, number: str) -> Case:
    """The case of that number, held until the transaction ends; raises UnknownCase."""
    case = followups_table.locked_case(session, number)
    if case is None:
        raise UnknownCase
    return case


def _tell_back(session: Session, case: Case, words: str, now: datetime) -> None:
    veteran = veterans_table.veteran_by_id(session, case.veteran_id) if case.veteran_id else None
    if veteran is None:
        return
    text = render(session, f"cases/{case.status}", number=case.number, note=words)
    key = f"case:{case.id}:{case.status}:{case.reopened}:{now:%Y%m%d%H%M%S%f}"
    facts = {
        "subject": f"您反映的事（{case.number}）",
        "department": case.department or "",
        "state": STATES[case.status],
        "hint": "回“结果”看答复，没解决回2" if case.status == CaseStatus.RESOLVED else "回“结果”看办到哪一步",
    }
    outbox.enqueue(session, veteran, "case", outbox.Message(key, text, facts), now)
    conversation = conversations_table.conversation_of(session, veteran.id)
    if conversation is not None and case.status == CaseStatus.RESOLVED:
        conversation.awaiting = f"case:{case.id}"


def escalate_due(rt: Runtime, limit: int = 100) -> int:
    """Raises unsettled cases whose day has passed; how many."""
    now = rt.now()
    with rt.transaction() as session:
        late = followups_table.overdue_cases(session, now.date(), limit)
        for case in late:
            case.raised_at = now
            note(session, case, "scheduler", "逾期未办结，已提级", now)
        return len(late)


def close_due(rt: Runtime, limit: int = 100) -> int:
    """Closes cases whose answer nobody has opposed for a week; how many."""
    now = rt.now()
    with rt.transaction() as session:
        quiet = followups_table.unopposed_cases(session, now - UNOPPOSED, limit)
        for case in quiet:
            case.status = CaseStatus.CLOSED
            note(session, case, "scheduler", "答复后没有异议，办结", now)
        return len(quiet)


def take_over(session: Session, veteran: Veteran, now: datetime) -> None:
    """A member of staff speaks from now on; the bot is silent."""
    conversation = conversations_table.conversation_of(session, veteran.id)
    if conversation is not None and conversation.taken_over_at is None:
        conversation.taken_over_at = now


def say_as_staff(rt: Runtime, veteran_id: int, text: str) -> None:
    """Staff write to a veteran; the first such message takes the talk over."""
    now = rt.now()
    with rt.transaction() as session:
        veteran = _veteran(session, veteran_id)
        take_over(session, veteran, now)
        conversations_table.answered(session, veteran.id)
        text = staff_words(rt.keyring, veteran, text)
        key = f"agent:{veteran_id}:{now:%Y%m%d%H%M%S%f}"
        facts = {"subject": "工作人员给您回话了", "department": rt.office.name, "state": "已回复", "hint": text}
        outbox.enqueue(
            session, veteran, "agent", outbox.Message(key, render(session, "support/agent", text=text), facts), now
        )


def hand_back(rt: Runtime, veteran_id: int) -> None:
    """Staff give the talk back to the bot and say so."""
    now = rt.now()
    with rt.transaction() as session:
        veteran = _veteran(session, veteran_id)
        conversation = conversations_table.conversation_of(session, veteran.id)
        if conversation is not None:
            conversation.taken_over_at = conversation.waits_since = None
        key = f"handback:{veteran_id}:{now:%Y%m%d%H%M%S%f}"
        outbox.enqueue(session, veteran, "agent", outbox.Message(key, render(session, "support/handed_back")), now)


def _veteran(session: Session, veteran_id: int) -> Veteran:
    veteran = veterans_table.veteran_by_id(session, veteran_id)
    if veteran is None:
        raise ServiceError("veterans.unknown", 404)
    return veteran
