"""A sentence staff try on the bot: what it understands of it now, in the words of the console."""

from typing import Final

from bot.nlu.understanding import understand
from matching.taxonomy import regions
from services import taught_words
from services.runtime import Runtime

LONGEST: Final = 200
SLOTS: Final = {
    "age": "年龄",
    "location": "想在",
    "location_exclude": "不去",
    "job_categories": "想做",
    "job_categories_exclude": "不做",
    "salary_min": "工资至少",
    "education": "学历",
    "skills": "会",
    "certificates": "证书",
    "licences": "驾照",
    "military_trade": "部队专业",
    "service_years": "当兵几年",
    "shift_wish": "班次",
    "accommodation_wish": "吃住",
    "name": "姓名",
    "phone": "电话",
}


def heard(rt: Runtime, sentence: str) -> tuple[tuple[str, str], ...]:
    """Pairs of what was understood and what it is, then the words left over; empty = nothing was."""
    home = regions.get(rt.office.region) if rt.office.region else None
    found = understand(sentence[:LONGEST], None, rt.today(), near=home, own=taught_words.read(rt))
    read = [(SLOTS[one.slot], f"{one.value}（听到“{one.words}”）") for one in found.evidence if one.slot in SLOTS]
    left = [("没听懂", "、".join(found.unread))] if found.unread else []
    return tuple(dict.fromkeys((*read, *left)))
