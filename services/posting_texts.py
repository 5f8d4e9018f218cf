"""A posting in plain Chinese: all of it, or the one fact a veteran asks about."""

from collections.abc import Callable, Mapping
from typing import Final

from matching.facts import PostingFacts
from matching.rules import age_window
from matching.sentences import pay
from models.posting import PostingText

_SHIFTS: Final = {
    "白班": "上白班",
    "倒班": "要倒班，有夜班",
    "夜班": "上夜班",
    "弹性": "时间灵活",
    "备勤": "要值班备勤",
}
_BOARDS: Final = {
    "包吃住": "管吃管住",
    "包住": "管住，不管吃",
    "包吃": "管吃，不管住",
    "餐补": "有饭补，不管住",
    "不提供": "不管吃住",
}
_ASK: Final = "单位没写，报名后我们帮您问清。"
_FULL: Final = ("pay", "address", "hours", "board", "requirements", "headcount", "phone", "deadline")
_BRIEF: Final = ("pay", "address", "hours")
_NAMES: Final = {
    "pay": "工资",
    "address": "地点",
    "hours": "上班",
    "board": "吃住",
    "requirements": "要求",
    "headcount": "人数",
    "phone": "联系",
    "deadline": "报名",
}


def lines(posting: PostingText, facts: PostingFacts, *, brief: bool = False) -> list[str]:
    """Every fact worth a line, each with its name; what the employer did not state is left out."""
    found = [(name, FACETS[name](posting, facts)) for name in (_BRIEF if brief else _FULL)]
    told = [f"{_NAMES[name]}：{text}" for name, text in found if text and text != _ASK]
    if brief or not posting.note or any(posting.note[:60] in line for line in told):
        return told
    return [*told, f"说明：{posting.note[:80]}"]


def facet(posting: PostingText, facts: PostingFacts, name: str) -> str:
    """The answer to a question about one fact; what is not known is said to be so."""
    return FACETS.get(name, _duty)(posting, facts) or _ASK


def _pay(posting: PostingText, facts: PostingFacts) -> str:
    told = pay(facts)
    note = posting.salary_note.strip()
    if told is None:
        return note or "面议，报名后跟单位谈。"
    extra = note if any(word in note for word in ("提成", "绩效", "补", "奖", "试用", "税", "社保", "加班")) else ""
    return f"{told}（单位写的是：{extra}）" if extra else told


def _address(posting: PostingText, facts: PostingFacts) -> str:
    place = "".join(facts.location.path[1:] or facts.location.path) if facts.location else ""
    address = posting.address.strip()
    if not address or address in place:
        return place
    county = facts.location.name if facts.location else ""
    if place and place in address:
        return address
    return f"{place}{address.removeprefix(county)}"


def _hours(posting: PostingText, facts: PostingFacts) -> str:
    told = [_SHIFTS.get(facts.shift or "", ""), "要出差" if facts.travel_required else ""]
    if facts.work_type and facts.work_type != "全职":
        told.append(facts.work_type)
    known = "，".join(part for part in told if part)
    return f"{known}（{posting.note[:60]}）" if known and posting.note else known or posting.note[:60]


def _board(_: PostingText, facts: PostingFacts) -> str:
    return _BOARDS.get(facts.board or "", "")


def _age(_: PostingText, facts: PostingFacts) -> str:
    low, high = age_window(facts, None, veteran=False)
    told = f"{low}到{high}周岁" if facts.age_max is not None or facts.age_min is not None else ""
    if facts.age_max_female is not None:
        told += f"（女同志到{facts.age_max_female}岁）"
    if facts.age_max_veteran is not None:
        told += f"，退役军人放宽到{facts.age_max_veteran}周岁"
    return told or "没写年龄限制，一般18到65周岁都行"


def _requirements(_: PostingText, facts: PostingFacts) -> str:
    education = facts.education_min and f"{facts.education_min}以上"
    if facts.education_min_veteran and facts.education_min_veteran != facts.education_min:
        education = f"{education or ''}（退役军人{facts.education_min_veteran}就行）"
    told = (
        _age(_, facts),
        f"只招{facts.gender}同志" if facts.gender in ("男", "女") else None,
        education,
        f"{'或'.join(facts.licences_any)}驾照" if facts.licences_any else None,
        f"要有{'、'.join(facts.certificates_all)}" if facts.certificates_all else None,
        f"会{'、'.join(facts.skills_required)}" if facts.skills_required else None,
        f"身高{facts.height_min_cm}厘米以上" if facts.height_min_cm else None,
        "只招退役军人" if facts.veteran_only else "退役军人优先" if facts.veteran_priority else None,
        "要有就业困难认定" if facts.hardship_only else None,
        "身体没有残疾" if facts.no_disability else None,
    )
    return "，".join(part for part in told if part)


def _headcount(_: PostingText, facts: PostingFacts) -> str:
    return f"招{facts.headcount}人" if facts.headcount else ""


def _phone(posting: PostingText, _: PostingFacts) -> str:
    contact, phone = posting.contact or "", posting.phone or ""
    if not phone:
        return f"联系人{contact}，电话单位没写。报名后我们帮您联系。" if contact else ""
    return f"{contact or '单位'}，电话 {phone}"


def _deadline(_: PostingText, facts: PostingFacts) -> str:
    day = facts.deadline
    return f"{day.year}年{day.month}月{day.day}日截止" if day else "长期招"


def _employer(posting: PostingText, _: PostingFacts) -> str:
    checked = "工作人员已经核实过" if posting.row.checked_at is not None else "还没核实完"
    return f"单位是{posting.employer}，{checked}。凡是先收钱的都别信，马上告诉我。"


def _insurance(posting: PostingText, _: PostingFacts) -> str:
    if any(word in posting.note for word in ("社保", "五险", "合同", "派遣", "公积金")):
        return f"{posting.note[:80]}。"
    return "单位没写。按规定要签合同、交社保，报名后我们帮您问清。"


def _start(_: PostingText, facts: PostingFacts) -> str:
    return f"单位回话后定面试和上岗的日子，报名{_deadline(_, facts)}。"


def _how(_: PostingText, __: PostingFacts) -> str:
    return "回“报名”，留姓名和手机号就行，我们介绍给单位。面试带身份证、退役证和有的证书。"


def _duty(posting: PostingText, facts: PostingFacts) -> str:
    jobs = "、".join(facts.job_categories)
    return f"{jobs}的活。{posting.note[:80]}" if posting.note else f"{jobs}的活，细的报名后问单位。" if jobs else ""


FACETS: Final[Mapping[str, Callable[[PostingText, PostingFacts], str]]] = {
    "pay": _pay,
    "address": _address,
    "hours": _hours,
    "board": _board,
    "age": _age,
    "requirements": _requirements,
    "headcount": _headcount,
    "phone": _phone,
    "deadline": _deadline,
    "employer": _employer,
    "insurance": _insurance,
    "start": _start,
    "how": _how,
    "duty": _duty,
}
