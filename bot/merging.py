"""How what was just said changes what is known: replace or add, by kind of slot and by how it was said."""

from typing import Any, Final

from bot import cues
from bot.changed import changed
from bot.nlu.heard import Heard
from bot.questions import city_of
from bot.slots import Slots
from matching.taxonomy.place import AmbiguousPlace, Place

NOT_KEPT: Final = ("pick", "confirm", "name", "phone")
"""Slots of one message that are no part of the profile (name and phone are kept sealed elsewhere)."""

_FACTS: Final = ("skills", "certificates", "licences", "military_trade")
_OPPOSITES: Final = {
    "不上夜班": ("可上夜班", "夜班", "可倒班"),
    "可上夜班": ("不上夜班", "长白班"),
    "夜班": ("不上夜班", "长白班"),
    "长白班": ("夜班", "可上夜班", "可倒班"),
    "可倒班": ("不倒班", "长白班"),
    "不倒班": ("可倒班",),
    "不加班": ("可加班",),
    "可加班": ("不加班",),
    "不出差": ("可出差",),
    "可出差": ("不出差", "离家近"),
    "离家近": ("可出差",),
    "双休": ("单休",),
    "单休": ("双休",),
}
# A man who does not do nights may still take turns by day: "可倒班, 不上夜班" said in one breath stays as said.


def merge(profile: Slots, heard: Heard, text: str, asked: str | None) -> Slots:
    """The profile after a message. Ambiguous places are left out: they are asked back, never kept."""
    said = heard.slots.without(*NOT_KEPT)
    if isinstance(said.location, AmbiguousPlace):
        said = said.without("location")
    changes: dict[str, Any] = {name: getattr(said, name) for name in said.said()}
    for name in _FACTS:
        if name in changes:
            changes[name] = _joined(getattr(profile, name), changes[name], anew=heard.corrects)
    _merge_age(changes)
    _merge_jobs(changes, profile, heard, asked)
    _merge_shifts(changes, profile)
    _merge_salary(changes, profile)
    _merge_places(changes, profile, heard, text)
    if "has_licence" not in changes and changes.get("licences"):
        changes["has_licence"] = None
    return changed(profile, **changes)


def _joined(known: tuple[str, ...] | None, said: tuple[str, ...], *, anew: bool = False) -> tuple[str, ...]:
    if anew or not known or not said:
        return said
    return tuple(dict.fromkeys(known + said))


def _merge_age(changes: dict[str, Any]) -> None:
    """Age and birth year stand for each other: the one said last is the one kept."""
    if "age" in changes and "birth_year" not in changes:
        changes["birth_year"] = None
    elif "birth_year" in changes and "age" not in changes:
        changes["age"] = None


def _merge_jobs(changes: dict[str, Any], profile: Slots, heard: Heard, asked: str | None) -> None:
    wanted, refused = changes.get("job_categories"), changes.get("job_categories_exclude")
    if wanted:
        anew = heard.corrects or (not heard.adds and (asked == "job" or heard.intent == "find_job"))
        kept = tuple(job for job in profile.job_categories or () if job not in (refused or ()))
        changes["job_categories"] = _joined(kept, wanted, anew=anew)
        if "job_any" not in changes:
            changes["job_any"] = None
        if profile.job_categories_exclude and refused is None:
            left = tuple(job for job in profile.job_categories_exclude if job not in wanted)
            changes["job_categories_exclude"] = left or None
    if refused:
        changes["job_categories_exclude"] = _joined(profile.job_categories_exclude, refused)
        if wanted is None and profile.job_categories:
            changes["job_categories"] = tuple(job for job in profile.job_categories if job not in refused) or None


def _merge_shifts(changes: dict[str, Any], profile: Slots) -> None:
    said = changes.get("shift_wish")
    if said and profile.shift_wish:
        gone = {opposite for wish in said for opposite in _OPPOSITES.get(wish, ())}
        kept = tuple(wish for wish in profile.shift_wish if wish not in gone)
        changes["shift_wish"] = _joined(kept, said)


def _merge_salary(changes: dict[str, Any], profile: Slots) -> None:
    if "salary_min" in changes and "salary_max" not in changes:
        changes["salary_max"] = None
    elif "salary_max" in changes and "salary_min" not in changes and (profile.salary_min or 0) > changes["salary_max"]:
        changes["salary_min"] = None


def _merge_places(changes: dict[str, Any], profile: Slots, heard: Heard, text: str) -> None:
    """A named county stands for itself first and the rest of its city after; “只/就在” for itself alone."""
    if changes.get("location_any"):
        changes.update({"location": changes.get("location"), "accept_scope": None})
        return
    places: tuple[Place, ...] | None = changes.get("location")
    if not places:
        return
    changes["location_any"] = None
    kept = profile.location
    if heard.adds and not heard.corrects and isinstance(kept, tuple):
        places = tuple(dict.fromkeys(kept + places))
    changes["location"] = places
    if heard.corrects and isinstance(kept, tuple) and set(changes.get("location_exclude") or ()) <= set(kept):
        changes.pop("location_exclude", None)  # “不是游仙是涪城” takes a place back, it does not shut it out
    if heard.slots.accept_scope is None:
        only = cues.has("only_area", cues.clean(text))
        changes["accept_scope"] = tuple(dict.fromkeys(place if only else city_of(place) for place in places))


def without_slots(profile: Slots, names: tuple[str, ...]) -> Slots:
    """The profile with single facts taken out, and what was derived from them."""
    also = {
        "age": ("birth_year",),
        "location": ("accept_scope", "location_any", "location_exclude"),
        "salary_min": ("salary_max",),
        "licences": ("has_licence",),
        "job_categories": ("job_any", "job_categories_exclude"),
        "military_trade": ("enlist_year", "discharge_year", "service_years", "discharge_type"),
    }
    return profile.without(*names, *(name for first in names for name in also.get(first, ())))
