"""What is known of a person in a few Chinese words, for “记下了”, recall and the person's own overview."""

from typing import Any

from bot.slots import Slots
from matching.taxonomy.place import AmbiguousPlace, Place

_PLACES = 3


def phrases(slots: Slots) -> tuple[str, ...]:
    """Short phrases such as 48岁, 想在安州区, 想做叉车工; nothing that identifies a person."""
    found = (
        _age(slots),
        slots.gender,
        _places("想在", slots.location),
        "哪里都行" if slots.location_any else None,
        _places("不去", slots.location_exclude),
        _words("想做", slots.job_categories),
        "工种不限" if slots.job_any else None,
        _words("不做", slots.job_categories_exclude),
        _salary(slots),
        slots.education and f"{slots.education}学历",
        _words("", slots.licences, "驾照"),
        "有驾照" if slots.has_licence and not slots.licences else None,
        _words("有", slots.certificates),
        "没有证书" if slots.certificates == () else None,
        _words("会", slots.skills),
        _words("", slots.military_trade, "出身"),
        f"当兵{slots.service_years}年" if slots.service_years else None,
        f"{slots.enlist_year}年入伍" if slots.enlist_year else None,
        f"{slots.discharge_year}年退役" if slots.discharge_year else None,
        slots.discharge_type,
        _words("", slots.shift_wish),
        _accommodation(slots.accommodation_wish),
        _disability(slots.disability),
        slots.willingness and {"在职": "现在有工作", "待业": "现在没工作"}.get(slots.willingness, slots.willingness),
        {True: "有就业困难认定", False: "没有就业困难认定", None: None}[slots.hardship_certified],
        f"身高{slots.height_cm}厘米" if slots.height_cm else None,
    )
    return tuple(phrase for phrase in found if phrase)


def told(before: Slots, after: Slots) -> tuple[str, ...]:
    """The phrases that are new in `after`."""
    old = set(phrases(before))
    return tuple(phrase for phrase in phrases(after) if phrase not in old)


def _age(slots: Slots) -> str | None:
    if slots.birth_year is not None and slots.age is None:
        return f"{slots.birth_year}年生"
    return f"{slots.age}岁" if slots.age is not None else None


def _places(before: str, places: tuple[Place, ...] | AmbiguousPlace | None) -> str | None:
    if not places or isinstance(places, AmbiguousPlace):
        return None
    return before + "、".join(place.name for place in places[:_PLACES])


def _words(before: str, words: tuple[str, ...] | None, after: str = "") -> str | None:
    return f"{before}{'、'.join(words[:6])}{after}" if words else None


def _salary(slots: Slots) -> str | None:
    low, high = slots.salary_min, slots.salary_max
    if low and high and high != low:
        return f"工资{low}到{high}元"
    if low:
        return f"工资{low}元以上"
    return f"工资{high}元以内" if high else None


def _accommodation(wish: Any) -> str | None:
    return {"不需要": "不用管吃住"}.get(wish, f"要{wish}") if wish else None


def _disability(grade: str | None) -> str | None:
    return None if not grade else "身体没有残疾" if grade == "无" else f"评残{grade}"
