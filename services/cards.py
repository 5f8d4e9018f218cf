"""One card per person (一人一卡): what a clerk needs on one A4 page, masked by default, every reading on the record."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from bot.slots import Slots
from matching.taxonomy.place import AmbiguousPlace, Place
from models import followup as followups_table
from models import intake as intake_table
from models import organisation
from models import placement as placements_table
from models import veteran as veterans_table
from models.base import Session
from models.followup import UNSETTLED, FollowUpStatus
from models.veteran import Veteran
from services import audit, cases, followups, groups, referral_states, veterans
from services.errors import ServiceError
from services.intake.results import field_name
from services.masking import masked_id, masked_phone
from services.runtime import CHINA, Runtime

PAGES: Final = Path(__file__).resolve().parent.parent / "templates" / "web"
#: How many of each the page holds, the newest.
LATEST: Final = 4
NOT_SAID: Final = "未填"
UNCOVERED: Final = ("phone", "id_number")
FRESHNESS: Final = {"fresh": "一个月内核实过", "ageing": "一个季度内核实过", "stale": "超过一个季度没有核实"}
_OPEN_QUESTIONS: Final = (FollowUpStatus.PLANNED, FollowUpStatus.ASKED, FollowUpStatus.REPEATED, FollowUpStatus.PHONE)


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled value of the card, in words."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Item:
    """One dated line of a list on the card."""

    day: date
    words: str


@dataclass(frozen=True, slots=True)
class Card:
    """The card of one person. `is_masked`: phone and identity number are covered."""

    veteran_id: int
    name: str
    gender: str
    birth: str
    phone: str
    id_number: str
    station: str
    village: str
    kind: str
    groups: tuple[str, ...]
    fresh: str
    service: tuple[Line, ...]
    abilities: tuple[Line, ...]
    wishes: tuple[Line, ...]
    consent: str
    referrals: tuple[Item, ...]
    placements: tuple[Item, ...]
    due: tuple[Item, ...]
    cases: tuple[Item, ...]
    interests: tuple[Item, ...]
    history: tuple[Item, ...]
    conflicts: int
    is_masked: bool
    printed_on: date
    printed_by: str
    office: str


def card(rt: Runtime, veteran_id: int, who: str, *, reveal: bool = False) -> Card:
    """The card as of now, and an audit entry that `who` read it. `reveal`: phone and number uncovered.

    Raises ServiceError for somebody who is not there or was erased.
    """
    day = rt.today()
    with rt.transaction() as session:
        veteran = veterans_table.veteran_by_id(session, veteran_id)
        if veteran is None or veteran.erased_at is not None:
            raise ServiceError("veterans.unknown", 404, f"台账里没有编号 {veteran_id} 的人，可能已按本人要求删除。")
        audit.person_read(rt, session, who, veteran_id, "card", UNCOVERED if reveal else ())
        made = _read(rt, session, veteran, day)
    belongs = groups.of_person(rt, veteran_id)
    phone, number = made.phone or None, made.id_number or None
    return replace(
        made,
        groups=tuple(groups.NAMES[group] for group in groups.Group if group in belongs),
        phone=(phone if reveal else masked_phone(phone)) or NOT_SAID,
        id_number=(number if reveal else masked_id(number)) or NOT_SAID,
        is_masked=not reveal,
        printed_by=who,
    )


def to_html(one: Card) -> str:
    """The card as a page of its own: prints on one A4 sheet, no script, nothing loaded from elsewhere."""
    return _template().render(card=one)


@lru_cache(maxsize=1)
def _template() -> Template:
    pages = Environment(
        loader=FileSystemLoader(PAGES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=True
    )
    return pages.get_template("card.html")


def _read(rt: Runtime, session: Session, veteran: Veteran, day: date) -> Card:
    contact = veterans.contact_of(rt.keyring, veteran)
    profile = veterans.profile_of(session, veteran, day)
    node = session.get(organisation.Node, veteran.node_id) if veteran.node_id else None
    sealed = veteran.id_number_sealed
    return Card(
        veteran_id=veteran.id,
        name=contact.name or NOT_SAID,
        gender=veteran.gender or profile.gender or NOT_SAID,
        birth=_birth(veteran, profile, day),
        phone=contact.phone or "",
        id_number=rt.keyring.open("veteran.id_number", sealed) if sealed else "",
        station=node.name if node else NOT_SAID,
        village=veteran.village or "",
        kind="随军家属" if veteran.kind == "spouse" else "退役军人",
        groups=(),
        fresh=_fresh(veteran, day),
        service=_service(veteran, profile),
        abilities=_abilities(profile),
        wishes=_wishes(profile),
        consent=_consent(session, veteran, rt.now()),
        due=_due(session, veteran),
        referrals=_referrals(session, veteran),
        placements=_placements(session, veteran),
        cases=_cases(session, veteran),
        interests=_interests(session, veteran),
        history=_history(session, veteran),
        conflicts=intake_table.count_conflicts_of(session, veteran.id),
        is_masked=False,
        printed_on=day,
        printed_by="",
        office=rt.office.name,
    )


def _birth(veteran: Veteran, profile: Slots, day: date) -> str:
    if veteran.birth_on is not None:
        return f"{veteran.birth_on:%Y年%m月}（{groups.full_years(veteran.birth_on, day)} 岁）"
    return f"{profile.age} 岁" if profile.age is not None else NOT_SAID


def _fresh(veteran: Veteran, day: date) -> str:
    words = FRESHNESS[groups.freshness(veteran.fresh_at, day)]
    return f"{words}（{_day(veteran.fresh_at):%Y-%m-%d}）" if veteran.fresh_at else "没有核实过"


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()


def _listed(values: tuple[str, ...] | None) -> str:
    return NOT_SAID if values is None else "、".join(values) or "无"


def _places(value: tuple[Place, ...] | AmbiguousPlace | None) -> str:
    if isinstance(value, AmbiguousPlace):
        return f"{value.name}（待确认）"
    return "、".join(place.name for place in value) if value else NOT_SAID


def _service(veteran: Veteran, profile: Slots) -> tuple[Line, ...]:
    out = veteran.discharged_on
    return (
        Line("入伍", f"{profile.enlist_year} 年" if profile.enlist_year else NOT_SAID),
        Line(
            "退役", f"{out:%Y年%m月}" if out else f"{profile.discharge_year} 年" if profile.discharge_year else NOT_SAID
        ),
        Line("退役方式", profile.discharge_type or NOT_SAID),
        Line("部队专业", _listed(profile.military_trade)),
    )


def _abilities(profile: Slots) -> tuple[Line, ...]:
    hardship = {True: "是", False: "否", None: NOT_SAID}[profile.hardship_certified]
    return (
        Line("学历", profile.education or NOT_SAID),
        Line("技能", _listed(profile.skills)),
        Line("证书", _listed(profile.certificates)),
        Line("驾照", _listed(profile.licences)),
        Line("残疾等级", profile.disability or NOT_SAID),
        Line("就业困难认定", hardship),
    )


def _wishes(profile: Slots) -> tuple[Line, ...]:
    low, high = profile.salary_min, profile.salary_max
    pay = f"{low}–{high} 元/月" if low and high else f"{low} 元/月以上" if low else NOT_SAID
    work = "都行" if profile.job_any else _listed(profile.job_categories)
    refused = profile.job_categories_exclude
    return (
        Line("就业状况", profile.willingness or NOT_SAID),
        Line("想做", work),
        Line("不想做", "、".join(refused) if refused else "没有说"),
        Line("地点", "都行" if profile.location_any else _places(profile.location)),
        Line("工资", pay),
        Line("班次", _listed(profile.shift_wish)),
        Line("食宿", profile.accommodation_wish or NOT_SAID),
    )


def _consent(session: Session, veteran: Veteran, now: datetime) -> str:
    if veteran.openid is None:
        return "没有绑定微信"
    stored = "已同意保存信息" if veterans.has_consent(session, veteran) else "没有同意保存信息"
    following = "关注中" if veteran.following else "已取消关注"
    pushes = "接收推送" if veterans.wants_pushes(session, veteran, now) else "不接收推送"
    return f"微信{following}，{stored}，{pushes}"


def _referrals(session: Session, veteran: Veteran) -> tuple[Item, ...]:
    newest = placements_table.referrals_of(session, veteran.id)[-LATEST:][::-1]
    return tuple(
        Item(
            _day(one.updated_at),
            f"{one.posting.employer.name} · {one.posting.title}：{referral_states.STATES[one.status]}",
        )
        for one in newest
    )


def _placements(session: Session, veteran: Veteran) -> tuple[Item, ...]:
    newest = placements_table.placements_of(session, veteran.id)[-LATEST:][::-1]
    return tuple(
        Item(one.starts_on, f"{one.posting.employer.name} · {one.posting.title}：{_span(one.ended_on, one.end_reason)}")
        for one in newest
    )


def _span(ended_on: date | None, reason: str) -> str:
    if ended_on is None:
        return "在岗"
    return f"{ended_on} 离开" + (f"（{reason}）" if reason else "")


def _due(session: Session, veteran: Veteran) -> tuple[Item, ...]:
    running = [one for one in placements_table.placements_of(session, veteran.id) if one.ended_on is None]
    open_ones = [
        one
        for placement in running
        for one in followups_table.follow_ups_of(session, placement.id)
        if one.side == followups.VETERAN and one.status in _OPEN_QUESTIONS
    ]
    return tuple(Item(_day(one.due_at), f"上岗第 {one.step} 天回访") for one in open_ones[:LATEST])


def _cases(session: Session, veteran: Veteran) -> tuple[Item, ...]:
    newest = sorted(followups_table.cases_of(session, veteran.id), key=lambda one: (one.status in UNSETTLED, one.id))
    return tuple(
        Item(one.due_on, f"{one.number}：{cases.STATES[one.status]}" + (f"，{one.owner} 办理" if one.owner else ""))
        for one in newest[-LATEST:][::-1]
    )


def _interests(session: Session, veteran: Veteran) -> tuple[Item, ...]:
    newest = veterans_table.interests_of(session, veteran.id)[-LATEST:][::-1]
    return tuple(Item(_day(one.at), one.words or INTERESTS.get(one.kind, one.kind)) for one in newest)


INTERESTS: Final = {"training": "想参加培训", "job_fair": "想参加招聘会", "start_up": "想创业", "reminder": "要提醒"}
_SOURCES: Final = {"talk": "本人在微信里说", "import": "随表格录入", "staff": "工作人员记"}


def _history(session: Session, veteran: Veteran) -> tuple[Item, ...]:
    """The latest changes, which field and from where; the values stand above, old ones open in the history page."""
    told = [
        (one.at, f"{field_name(one.slot)}：{_SOURCES.get(one.source, one.source)}")
        for one in veterans_table.preference_changes_of(session, veteran.id, LATEST)
    ]
    entered = [
        (one.at, "录入台账" if one.field == "row" else f"{field_name(one.field)}：随表格补上")
        for one in intake_table.ledger_changes_of(session, veteran.id, LATEST)
    ]
    newest = sorted([*told, *entered], key=lambda one: one[0], reverse=True)
    return tuple(Item(_day(at), words) for at, words in newest[:LATEST])
