"""What staff see after the offer, in words: lists of the actor's stations, and one sheet for each thing to do."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from models import account as accounts_table
from models import desk as desk_table
from models import employer as employers_table
from models import followup as followups_table
from models import organisation
from models.account import Role
from models.base import Session
from models.followup import Case, CaseNote, CaseStatus, FollowUp
from models.veteran import Veteran
from services import answers, audit, cases, employer_links, followups, veterans
from services.actors import Actor
from services.errors import ServiceError
from services.masking import masked_ids, masked_text
from services.runtime import CHINA, Runtime
from services.today import name_of

MOST: Final = 300
FRESH_DAYS: Final = 31
WORKERS: Final = (Role.CLERK, Role.BUREAU)


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make."""

    follow_up_id: int
    side: str
    name: str
    employer: str
    title: str
    step: int
    due_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class CallSheet:
    """One call with what is needed for it: the number, the script's facts, the employer's link; `gaps`: what the
    employer is to explain.
    """

    call: Call
    phone: str
    asks_facts: bool
    said: dict[str, object]
    is_open: bool
    signed: str
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list."""

    number: str
    name: str
    kind: str
    state: str
    owner: str
    offered_to: str
    department: str
    due_on: date
    is_late: bool
    is_raised: bool
    reopened: int


@dataclass(frozen=True, slots=True)
class Note:
    """One dated line of a case."""

    when: str
    who: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """One case whole."""

    line: CaseLine
    words: str
    phone: str
    resolution: str
    notes: tuple[Note, ...]
    is_settled: bool


def calls(rt: Runtime, actor: Actor) -> list[Call]:
    """The phone list of the actor's stations."""
    with rt.reading() as session:
        return [_call(rt, one, veteran) for one, veteran in desk_table.calls(session, actor.scope, MOST)]


def _call(rt: Runtime, one: FollowUp, veteran: Veteran) -> Call:
    posting = one.placement.posting
    return Call(
        follow_up_id=one.id,
        side=one.side,
        name=name_of(rt, veteran),
        employer=posting.employer.name,
        title=posting.title,
        step=one.step,
        due_on=one.due_at.astimezone(CHINA).date(),
        reason=followups.REASONS.get(one.reason, "请打电话问"),
    )


def call_sheet(rt: Runtime, actor: Actor, follow_up_id: int) -> CallSheet:
    """Everything for one call; reading the number is on the record."""
    with rt.transaction() as session:
        one = followups.asked(session, follow_up_id)
        veteran = session.get(Veteran, one.placement.veteran_id) if one is not None else None
        if one is None or veteran is None:
            raise ServiceError("followups.unknown", 404, "没有这次回访。")
        is_employer = one.side == followups.EMPLOYER
        signed = employer_links.address(session, rt, employer_links.FOLLOW_UP, one.id, actor.who) if is_employer else ""
        phone = _employers_phone(session, one) if is_employer else veterans.contact_of(rt.keyring, veteran).phone or ""
        revealed = ("name",) if is_employer else ("name", "phone")
        audit.person_read(rt, session, actor.who, veteran.id, "call", revealed)
        return CallSheet(
            call=_call(rt, one, veteran),
            phone=phone,
            asks_facts=followups.asks_facts(session, one),
            said=dict(one.answer or {}),
            is_open=one.status in (*followups.OPEN_STATUSES, "answered"),
            signed=signed,
            gaps=answers.gaps_to_explain(session, one.placement) if is_employer else (),
        )


def _employers_phone(session: Session, one: FollowUp) -> str:
    posting = one.placement.posting
    known = employers_table.contacts_of(session, posting.employer_id)
    return known[0].phone if known else posting.phone or ""


def case_lines(rt: Runtime, actor: Actor, *, mine: bool) -> list[CaseLine]:
    """Unsettled cases of the actor's stations; late ones come first by their day."""
    with rt.reading() as session:
        found = desk_table.cases(session, actor.scope, actor.who if mine else None, MOST)
        return [_case(rt, case, veteran) for case, veteran in found]


def stuck(rt: Runtime, actor: Actor) -> list[CaseLine]:
    """What the joint meeting is to settle: what waits for a department or is late."""
    with rt.reading() as session:
        found = desk_table.stuck_cases(session, actor.scope, rt.today())
        return [_case(rt, case, veteran) for case, veteran in found]


def _case(rt: Runtime, case: Case, veteran: Veteran | None) -> CaseLine:
    return CaseLine(
        number=case.number,
        name=name_of(rt, veteran) if veteran is not None else "",
        kind=cases.KINDS.get(case.kind, case.kind),
        state=cases.STATES[case.status],
        owner=case.owner or "",
        offered_to=case.offered_to or "",
        department=case.department or "",
        due_on=case.due_on,
        is_late=case.due_on < rt.today() and case.status not in cases.SETTLED_STATUSES,
        is_raised=case.raised_at is not None,
        reopened=case.reopened,
    )


def case_sheet(rt: Runtime, actor: Actor, number: str) -> CaseSheet:
    """One case with what was written and everything dated; the reading is on the record."""
    with rt.transaction() as session:
        case = cases.locked(session, number)
        veteran = session.get(Veteran, case.veteran_id) if case.veteran_id is not None else None
        if veteran is not None:
            audit.person_read(rt, session, actor.who, veteran.id, "case", ("name", "phone", "words"))
        return CaseSheet(
            line=_case(rt, case, veteran),
            words=masked_ids(rt.keyring.open("case.words", case.words_sealed)) if case.words_sealed else "",
            phone=(veterans.contact_of(rt.keyring, veteran).phone or "") if veteran is not None else "",
            resolution=masked_text(case.resolution),
            notes=tuple(map(_note, followups_table.notes_of(session, case.id))),
            is_settled=case.status in (CaseStatus.RESOLVED, CaseStatus.CLOSED),
        )


def _note(one: CaseNote) -> Note:
    when = f"{one.at.astimezone(CHINA):%m月%d日 %H:%M}"
    return Note(when, _who(one.who), cases.STATES[one.status], masked_ids(one.text))


def _who(who: str) -> str:
    return {"bot": "系统", "scheduler": "系统", "veteran": "本人"}.get(who, who)


@dataclass(frozen=True, slots=True)
class Unheard:
    """Somebody the station has not heard of for a month."""

    veteran_id: int
    name: str
    village: str
    fresh_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class StationFreshness:
    """How many of a station's people were heard of within the month."""

    station: str
    people: int
    fresh: int


def unheard(rt: Runtime, actor: Actor, after_id: int, limit: int) -> list[Unheard]:
    """A page of the silence list."""
    now = rt.now()
    with rt.reading() as session:
        found = desk_table.unheard(session, actor.scope, now - timedelta(days=FRESH_DAYS), after_id, limit)
        greeted = desk_table.greetings_of(session, [one.id for one in found], f"{now:%Y-%m}")
        return [
            Unheard(
                veteran_id=one.id,
                name=name_of(rt, one),
                village=one.village or "",
                fresh_on=one.fresh_at.astimezone(CHINA).date() if one.fresh_at else None,
                reason=_silence(one, greeted[one.id].reason if one.id in greeted else None),
            )
            for one in found
        ]


def _silence(veteran: Veteran, reason: str | None) -> str:
    if veteran.openid is None:
        return followups.REASONS["unbound"]
    if reason is None:
        return "本月问候还没有发"
    return {"": "问候发了，还没回", "silent": "问候发了没有回"}.get(reason, followups.REASONS.get(reason, reason))


def freshness(rt: Runtime, actor: Actor) -> list[StationFreshness]:
    """Freshness per station, the least fresh first."""
    with rt.reading() as session:
        names = {node.id: node.name for node in organisation.nodes(session)}
        counted = desk_table.heard_of(session, actor.scope, rt.now() - timedelta(days=FRESH_DAYS))
    made = [StationFreshness(names.get(node or 0, "没有分到服务站"), people, fresh) for node, people, fresh in counted]
    return sorted(made, key=lambda one: one.fresh / one.people)


def colleagues(rt: Runtime, actor: Actor) -> list[str]:
    """To whom a case can be handed: everybody at work who may work with people, but the actor."""
    with rt.reading() as session:
        found = [one for one in accounts_table.accounts(session) if one.disabled_at is None and one.role in WORKERS]
        names = [f"{one.name}（{one.sign_in}）" for one in found]
    return [name for name in names if name != actor.who]
