"""The ledger and the postings as workbooks that our own reader takes back without a change.

Every workbook says on the sheet and on each printed page who took it out and when; the audit trail keeps the same.
"""

from collections.abc import Mapping
from typing import Any, Final

from models import intake as intake_table
from models import organisation
from models.posting import Posting
from models.scope import Scope
from models.sealed import Keyring
from models.veteran import Preference, Veteran
from services import audit
from services.intake.ledger import EVERYWHERE
from services.intake.ledger_words import open_words
from services.intake.templates import POSTINGS, VETERANS, workbook
from services.runtime import CHINA, Runtime
from services.veterans import contact_of

PERSONAL: Final = "含个人信息，只限工作使用，不得转发"
OFFICE: Final = "只限工作使用"


def export_veterans(rt: Runtime, who: str, scope: Scope = EVERYWHERE) -> bytes:
    """Everybody of this scope in the ledger, in the clear: for staff who may see them. `who` stands on every page."""
    with rt.reading() as session:
        towns = {node.id: node.name for node in organisation.nodes(session)}
        words = intake_table.all_words(session)
        rows = [
            _person(number, one, kept, (rt.keyring, towns, open_words(rt.keyring, words.get(one.id))))
            for number, (one, kept) in enumerate(intake_table.ledger(session, scope), start=1)
        ]
    return workbook("退役军人台账", VETERANS, rows, mark=_mark(rt, who, "ledger", len(rows), PERSONAL))


def _person(
    number: int, one: Veteran, kept: Preference | None, more: tuple[Keyring, Mapping[int, str], Mapping[str, str]]
) -> list[str]:
    keyring, towns, words = more
    contact = contact_of(keyring, one)
    profile: Mapping[str, Any] = kept.profile if kept else {}
    return [
        str(number),
        contact.name or "",
        one.gender or "",
        keyring.open("veteran.id_number", one.id_number_sealed) if one.id_number_sealed else "",
        contact.phone or "",
        _town(towns.get(one.node_id or 0, "")),
        one.village or "",
        one.birth_on.isoformat() if one.birth_on else "",
        profile.get("education") or "",
        str(profile.get("enlist_year") or ""),
        one.discharged_on.isoformat() if one.discharged_on else str(profile.get("discharge_year") or ""),
        words.get("discharge_type") or profile.get("discharge_type") or "",
        _listed(profile, "military_trade"),
        _listed(profile, "skills"),
        _listed(profile, "certificates"),
        _listed(profile, "licences"),
        profile.get("willingness") or "",
        _listed(profile, "job_categories"),
        str(profile.get("salary_min") or ""),
        one.jobless_on.isoformat() if one.jobless_on else "",
        _household(keyring, one),
        words.get("remark") or "",
    ]


def _household(keyring: Keyring, one: Veteran) -> str:
    """The key of the family as it is kept: the reader takes it for what it is."""
    return keyring.open("veteran.household", one.household_sealed) if one.household_sealed else ""


def _town(name: str) -> str:
    return name.removesuffix("退役军人服务站")


def _listed(profile: Mapping[str, Any], name: str) -> str:
    """A list in a cell; 无 for “said to be none”, so that it is not taken for “not said”."""
    value = profile.get(name)
    return "" if value is None else "、".join(value) or "无"


def export_postings(rt: Runtime, who: str) -> bytes:
    """Every posting, with its terms in the words of the template. `who` stands on every page."""
    with rt.reading() as session:
        rows = [posting_cells(number, one) for number, one in enumerate(intake_table.every_posting(session), start=1)]
    return workbook("岗位信息表", POSTINGS, rows, mark=_mark(rt, who, "postings", len(rows), OFFICE))


def _mark(rt: Runtime, who: str, subject: str, rows: int, warning: str) -> str:
    """Who takes it out and when, in words for every page; the audit trail holds it before anything leaves."""
    with rt.transaction() as session:
        audit.note(rt, session, who, f"{subject}.export", subject, {"rows": rows})
    return f"{who} 于 {rt.now().astimezone(CHINA):%Y-%m-%d %H:%M} 导出，{warning}"


def posting_cells(number: int, one: Posting) -> list[str]:
    """A posting as a row of the template: what the reader takes back without a change."""
    facts = one.facts
    papers = [*facts.get("licences_any", ()), *facts.get("certificates_all", ())]
    return [
        str(number),
        one.employer.name,
        one.title,
        str(one.headcount) if one.headcount else "若干",
        facts.get("gender") or "不限",
        _ages(facts),
        _schooling(facts),
        "、".join(papers),
        _pay(facts, one.salary_note),
        facts.get("board") or "",
        one.address or "".join((facts.get("location") or {}).get("path", ())),
        facts.get("work_type") or "",
        facts.get("shift") or "",
        "限退役军人" if facts.get("veteran_only") else "退役军人优先" if facts.get("veteran_priority") else "",
        one.contact or "",
        one.phone or "",
        one.published.isoformat() if one.published else "",
        one.deadline.isoformat() if one.deadline else "长期",
        one.note,
    ]


def _ages(facts: Mapping[str, Any]) -> str:
    low, high, women = facts.get("age_min"), facts.get("age_max"), facts.get("age_max_female")
    veteran = f"，退役军人可放宽到{facts['age_max_veteran']}岁" if facts.get("age_max_veteran") else ""
    if women and high:
        general = f"男{low}-{high}，女{low}-{women}" if low else f"男{high}女{women}以下"
    elif low and high:
        general = f"{low}-{high}岁"
    else:
        general = f"{high}岁以下" if high else f"{low}岁以上" if low else "不限"
    return general + veteran


def _schooling(facts: Mapping[str, Any]) -> str:
    least, veteran = facts.get("education_min"), facts.get("education_min_veteran")
    return f"{least or '不限'}，退役军人{veteran}" if veteran else least or "不限"


def _pay(facts: Mapping[str, Any], note: str) -> str:
    salary = facts.get("salary") or {}
    low, high = salary.get("min"), salary.get("max")
    unit = {"day": "/天", "hour": "/小时"}.get(salary.get("unit") or "", "")
    if low is None and high is None:
        return note or "面议"
    if high is None:
        return f"{low}{unit}以上"
    return f"{low}{unit}" if low == high else f"不超过{high}{unit}" if low is None else f"{low}-{high}{unit}"
