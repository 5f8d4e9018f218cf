"""Referrals as staff see them: the board with the employers' clock, and one referral with what is to be done."""

from dataclasses import dataclass
from datetime import date

from models import desk as desk_table
from models import employer as employers_table
from models.placement import OPEN_REFERRALS, Referral, ReferralStatus
from models.veteran import Veteran
from services import audit, employer_links, links, referral_states
from services.actors import Actor
from services.desk_lists import MOST
from services.errors import ServiceError
from services.runtime import CHINA, Runtime
from services.today import name_of


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """One referral on its way, with the employer's clock."""

    referral_id: int
    name: str
    employer: str
    title: str
    state: str
    respond_by: date | None
    is_answered: bool
    is_late: bool
    sent: str
    interview: str


@dataclass(frozen=True, slots=True)
class ReferralSheet:
    """One referral with whom to call and the link to pass on; `opened`: when the employer first looked; `waits_for`:
    what the veteran is to say yes or no to.
    """

    line: ReferralLine
    contact: str
    phone: str
    signed: str
    opened: str
    is_open: bool
    waits_for: str


def referral_lines(rt: Runtime, actor: Actor) -> list[ReferralLine]:
    """Referrals on their way; those whose employer is late come first."""
    with rt.reading() as session:
        return [_referral(rt, one, veteran) for one, veteran in desk_table.referrals(session, actor.scope, MOST)]


def _referral(rt: Runtime, one: Referral, veteran: Veteran) -> ReferralLine:
    sent = one.chased_at or one.sent_at
    words = "催过" if one.chased_at else "发过" if one.sent_at else "还没发给单位"
    coming = {None: "本人还没回", True: "本人说来", False: "本人不来"}[one.attends]
    return ReferralLine(
        referral_id=one.id,
        name=name_of(rt, veteran),
        employer=one.posting.employer.name,
        title=one.posting.title,
        state=referral_states.STATES[one.status],
        respond_by=one.respond_by,
        is_answered=one.answered_at is not None,
        is_late=one.answered_at is None and one.respond_by is not None and one.respond_by < rt.today(),
        sent=words + (f"（{sent.astimezone(CHINA):%m月%d日}）" if sent else ""),
        interview=f"{referral_states.when_of(one.interview_at)}，{coming}" if one.interview_at else "",
    )


def referral_sheet(rt: Runtime, actor: Actor, referral_id: int) -> ReferralSheet:
    """One referral with the link to pass on."""
    with rt.transaction() as session:
        one = session.get(Referral, referral_id)
        veteran = session.get(Veteran, one.veteran_id) if one is not None else None
        if one is None or veteran is None:
            raise ServiceError("referrals.unknown", 404, "没有这次报名。")
        known = employers_table.contacts_of(session, one.posting.employer_id)
        signed = employer_links.address(session, rt, employer_links.REFERRAL, one.id, actor.who)
        link = links.opened(session, rt.keyring, signed, (employer_links.REFERRAL,), rt.now(), notes=False)
        audit.person_read(rt, session, actor.who, veteran.id, "referral")
        return ReferralSheet(
            line=_referral(rt, one, veteran),
            contact=known[0].name if known else one.posting.contact or "",
            phone=known[0].phone if known else one.posting.phone or "",
            signed=signed,
            is_open=one.status in OPEN_REFERRALS,
            waits_for=_waits_for(one),
            opened=f"{link.opened_at.astimezone(CHINA):%m月%d日 %H:%M}" if link.opened_at else "",
        )


def _waits_for(one: Referral) -> str:
    if one.status == ReferralStatus.OFFERED and one.starts_on is not None:
        return f"单位录用了，{one.starts_on.month}月{one.starts_on.day}日上岗，去不去？"
    if one.status == ReferralStatus.INTERVIEW and one.interview_at is not None and one.attends is None:
        return f"面试：{referral_states.when_of(one.interview_at)}，{one.interview_place}，去不去？"
    return ""
