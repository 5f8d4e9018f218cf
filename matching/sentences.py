"""The one Chinese sentence of a match: what fits first, then what does not quite, in words everybody knows."""

from matching.facts import PostingFacts, SeekerFacts
from matching.rules import HOUSED, needed_certificates
from matching.scoring import Grading, has_no_age_bar, lifts
from matching.taxonomy.occupations import signs, trade_reason

_MOST_FITS = 5


def sentence(posting: PostingFacts, seeker: SeekerFacts, worth: Grading) -> str:
    """For example 是您想找的保安活，就在涪城区，一个月3200到3800元，管住，优先要退役军人。不过要倒班，有夜班。"""
    fits = [part for part in _fits(posting, seeker, worth) if part][:_MOST_FITS]
    short = _shortfalls(posting, seeker, worth)
    return "，".join(fits) + "。" + ("不过" + "；".join(short) + "。" if short else "")


def pay(posting: PostingFacts) -> str | None:
    """3200到3800元, 每天150元（一个月约3900元）, 5000元以上; nothing when the pay is not known."""
    low, high = posting.month_min, posting.month_max
    if posting.salary_unit in ("day", "hour") and posting.salary_max:
        unit = "每天" if posting.salary_unit == "day" else "每小时"
        return f"{unit}{_range(posting.salary_min, posting.salary_max)}，一个月约{_range(low, high)}"
    return _range(low, high) if low or high else None


def _range(low: int | None, high: int | None) -> str:
    if high is None:
        return f"{low}元以上"
    return f"{high}元" if low is None or low == high else f"{low}到{high}元"


def _fits(posting: PostingFacts, seeker: SeekerFacts, worth: Grading) -> list[str | None]:
    return [
        _trade(seeker, worth),
        _place(posting, seeker, worth),
        _pay(posting, seeker, worth),
        _papers(posting, seeker) or _practice(seeker, worth),
        _board(posting),
        "不卡年龄" if lifts(seeker) and has_no_age_bar(posting) else None,
        "优先要退役军人" if seeker.veteran and posting.veteran_priority else None,
        "上白班" if posting.shift == "白班" else "时间灵活" if posting.shift == "弹性" else None,
    ]


def _trade(seeker: SeekerFacts, worth: Grading) -> str:
    category = worth.trade.category
    job = category if category.endswith("岗位") else f"{category}的活"
    if worth.trade.way == "first":
        return f"是您想找的{job}"
    if category in seeker.job_categories_ok:
        return f"是您说也能干的{job}"
    if worth.trade.way == "also":
        return f"是{job}，您说干什么都行"
    wanted = "、".join(seeker.job_categories)
    return f"是{job}，跟您想找的{wanted}差不多" if worth.trade.way == "close" else f"是{job}，您也能试试"


def _place(posting: PostingFacts, seeker: SeekerFacts, worth: Grading) -> str | None:
    if posting.location is None or "location" in worth.deductions:
        return None
    home = seeker.location[0].adcode if seeker.location else ""
    near = "就在" if home == posting.location.adcode else "在"
    return near + _place_name(posting, home)


def _place_name(posting: PostingFacts, home: str) -> str:
    """The county alone for people of the same city, with the city for all others."""
    assert posting.location is not None
    path = posting.location.path
    return path[-1] if home[:4] == posting.location.adcode[:4] else "".join(path[-2:])


def _pay(posting: PostingFacts, seeker: SeekerFacts, worth: Grading) -> str | None:
    stated = pay(posting)
    if stated is None or "salary" in worth.deductions:
        return None
    month = "" if stated.startswith("每") else "一个月"
    enough = bool(seeker.salary_min) and (posting.month_min or 0) >= (seeker.salary_min or 0)
    return f"{month}{stated}" + ("，够您要的数" if enough else "")


def _papers(posting: PostingFacts, seeker: SeekerFacts) -> str | None:
    held = sorted(needed_certificates(posting) & set(seeker.certificates or ()))
    if held:
        return f"要的{'、'.join(held)}您有"
    if posting.licences_any and seeker.licences:
        return f"您的{seeker.licences[0]}驾照够用"
    return None


def _practice(seeker: SeekerFacts, worth: Grading) -> str | None:
    if reason := trade_reason(seeker.military_trade, worth.trade.category):
        return "您" + reason
    known = [skill for skill in seeker.skills or () if skill in signs(worth.trade.category)]
    return f"您的{known[0]}本事用得上" if known else None


def _board(posting: PostingFacts) -> str | None:
    return {"包吃住": "管吃管住", "包住": "管住", "包吃": "管吃"}.get(posting.board or "")


def _shortfalls(posting: PostingFacts, seeker: SeekerFacts, worth: Grading) -> list[str]:
    home = seeker.location[0].adcode if seeker.location else ""
    words = {
        "salary": f"工资最多{posting.month_max}元，没到您要的{seeker.salary_min}元",
        "location": f"在{_place_name(posting, home)}，不是您最想去的地方" if posting.location else "",
        "board": "不管住",
        "shift": {"倒班": "要倒班，有夜班", "夜班": "上夜班", "备勤": "要留队备勤"}.get(posting.shift or "", ""),
        "skill": f"单位最好要会{'、'.join(posting.skills_preferred)}的",
    }
    found = [words[name] for name in worth.deductions]
    if not found and posting.shift in ("倒班", "夜班", "备勤"):
        found.append(words["shift"])
    if posting.travel_required and len(found) < 2:
        found.append("要出差、跑外地")
    if seeker.accommodation_wish in HOUSED and posting.board is None:
        found.append("管不管住要问一声")
    return found
