"""What a dialogue script says is so before its first turn, written to the database by the product's services."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from bot.slots import Slots
from bot.types import Conversation, Shown, State
from models import followup as followups_table
from models import placement as placements_table
from models import posting as postings_table
from models.base import Session
from models.conversation import Conversation as ConversationRow
from models.followup import FollowUpStatus
from models.notice import Notice
from models.veteran import Veteran
from services import placements, postings, recommendations, referrals, veterans
from services.runtime import CHINA, Runtime

Row = dict[str, Any]

_TITLES: Final = ("title", "name", "course", "名称", "subject")
_PLACES: Final = ("place", "location", "venue", "地点", "address")
_STARTS: Final = ("starts_at", "start", "date", "starts", "time", "时间", "begin")
_UNTILS: Final = ("until", "deadline", "signup_until", "enroll_until", "end", "截止")


def write(rt: Runtime, openid: str, fixtures: Row) -> None:
    """The person with consent, profile, the list last shown and jobs begun; fairs and courses that are on."""
    user = fixtures.get("user")
    with rt.transaction() as session:
        for kind, name in (("job_fair", "job_fairs"), ("training", "trainings")):
            for one in fixtures.get(name) or ():
                session.add(_notice(kind, one))
        if user is None and not {"shown", "placements", "applications"} & set(fixtures):
            return
        veteran = _person(rt, session, openid, user or {})
        for one in fixtures.get("placements") or ():
            _placed(rt, session, veteran, one)
        for one in fixtures.get("applications") or (user or {}).get("applications") or ():
            code = one if isinstance(one, str) else one.get("posting") or one["posting_id"]
            referral, _ = referrals.refer(session, veteran.id, code, rt.now())
            row = placements_table.locked_referral(session, referral.id or 0)
            if row is not None and isinstance(one, dict):
                row.status = one.get("status", row.status)
        state = _talk(session, fixtures.get("shown") or ())
        session.add(
            ConversationRow(openid=openid, veteran_id=veteran.id, state=state.to_json(), version=0, updated_at=rt.now())
        )


def _person(rt: Runtime, session: Session, openid: str, user: Row) -> Veteran:
    now = rt.now()
    veteran = session.get_one(Veteran, veterans.follow(session, openid, now))
    if user.get("consent", True):
        veterans.give_consent(session, veteran.id, now, pushes=user.get("push", True))
        profile = Slots.from_json(user.get("profile") or {})
        if profile.said():
            veterans.save_preference(session, veteran.id, profile, "import", now)
    if user.get("name") or user.get("phone"):
        veterans.save_contact(session, rt.keyring, veteran.id, name=user.get("name"), phone=user.get("phone"))
    return veteran


def _placed(rt: Runtime, session: Session, veteran: Veteran, one: Row) -> None:
    """A job begun, perhaps before the script: what was due then is past, not late."""
    posting = postings_table.posting_by_code(session, one.get("posting") or one["posting_id"])
    if posting is None:
        return
    starts_on = date.fromisoformat(one["start"])
    placement = placements.hire(session, veteran.id, posting, starts_on, rt.now())
    session.flush()  # its follow-ups are read back
    for follow_up in followups_table.follow_ups_of(session, placement.id):
        if follow_up.due_at < rt.now():
            follow_up.status = FollowUpStatus.DROPPED


def _talk(session: Session, shown: tuple[str, ...] | list[str]) -> Conversation:
    known = postings_table.postings_by_code(session, shown)
    items = []
    for code in shown:
        posting = known.get(code)
        facts = postings.facts_of(posting) if posting is not None else None
        words = " ".join(facts.job_categories) if facts is not None else ""
        place = facts.location.name if facts is not None and facts.location else ""
        employer = posting.employer.name if posting is not None else ""
        items.append(Shown(code, posting.title if posting is not None else code, f"{employer} {place} {words}"))
    if not items:
        return Conversation()
    return Conversation(state=State.MATCHES, asked="pick", shown=tuple(items))


def _notice(kind: str, one: Row | str) -> Notice:
    """A course or a fair, whatever the script calls its parts."""
    if isinstance(one, str):
        return Notice(kind=kind, title=one)
    title, place = _first(one, _TITLES), _first(one, _PLACES)
    starts, until = _first(one, _STARTS), _first(one, _UNTILS)
    used = {*_TITLES, *_PLACES, *_STARTS, *_UNTILS, "id"}
    rest = "，".join(value for key, value in one.items() if key not in used and isinstance(value, str))
    return Notice(kind=kind, title=title or kind, place=place, text=rest, starts_at=_moment(starts), until=_day(until))


def _first(one: Row, names: tuple[str, ...]) -> str:
    found = next((one[name] for name in names if one.get(name)), "")
    if isinstance(found, dict):
        return "".join(found.get("path") or ())
    return str(found)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo is not None else moment.replace(tzinfo=CHINA)


def _day(text: str) -> date | None:
    moment = _moment(text)
    return moment.date() if moment is not None else None


def daily_match(openid: str) -> Callable[[Runtime, date], None]:
    """Something that suits the person comes in every morning: the best posting not refreshed yet is confirmed anew."""
    refreshed: list[str] = []

    def arrive(rt: Runtime, day: date) -> None:
        with rt.transaction() as session:
            row = session.get(ConversationRow, openid)
            veteran = session.get(Veteran, row.veteran_id) if row is not None and row.veteran_id else None
            profile = veterans.profile_of(session, veteran, day) if veteran is not None else Slots()
            snap = recommendations.snapshot(rt.database, session, day)
            seeker = recommendations.seeker_of(profile)
            found = recommendations.listed(snap, seeker, start=0, limit=30)
            codes = [item.posting_id for item in found]
            fresh = next((code for code in codes if code not in refreshed), None)
            if fresh is None and codes:
                fresh = codes[len(refreshed) % len(codes)]
            if fresh is not None:
                refreshed.append(fresh)
                _confirm(session, fresh, day)

    return arrive


def _confirm(session: Session, code: str, day: date) -> None:
    posting = postings_table.posting_by_code(session, code)
    if posting is not None:
        facts = replace(postings.facts_of(posting), published=day)
        posting.facts, posting.published = facts.to_json(), day
        posting.revision = postings_table.next_revision(session)
