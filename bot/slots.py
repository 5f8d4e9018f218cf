"""The slots: what one message says, or what is known of a veteran. One class for both, every slot optional.

`None` = not said; an empty tuple in a list slot = said to be none ("没有证").
Words are canonical (matching/data/codes.toml); money is CNY per month; places are `Place`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from bot.changed import changed
from matching.taxonomy.place import AmbiguousPlace, Place


@dataclass(frozen=True, kw_only=True)
class Slots:
    """A sparse set of slot values. Made and copied in every turn: what was not said stays with the class (`of`)."""

    age: int | None = None
    birth_year: int | None = None
    gender: str | None = None
    location: tuple[Place, ...] | AmbiguousPlace | None = None
    location_exclude: tuple[Place, ...] | None = None
    location_any: bool | None = None
    job_categories: tuple[str, ...] | None = None
    job_categories_exclude: tuple[str, ...] | None = None
    job_any: bool | None = None
    skills: tuple[str, ...] | None = None
    certificates: tuple[str, ...] | None = None
    licences: tuple[str, ...] | None = None
    has_licence: bool | None = None
    military_trade: tuple[str, ...] | None = None
    education: str | None = None
    salary_min: int | None = None
    salary_max: int | None = None
    shift_wish: tuple[str, ...] | None = None
    accommodation_wish: str | None = None
    discharge_year: int | None = None
    enlist_year: int | None = None
    service_years: int | None = None
    discharge_type: str | None = None
    disability: str | None = None
    willingness: str | None = None
    employment_status: str | None = None
    satisfaction: int | None = None
    hardship_certified: bool | None = None
    height_cm: int | None = None
    accept_scope: tuple[Place, ...] | None = None
    pick: tuple[int | str, ...] | None = None
    confirm: bool | None = None
    name: str | None = None
    phone: str | None = None

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Slots":
        """The slots that hold these values; the names are those of slots."""
        return changed(NOTHING, **said)

    def said(self) -> tuple[str, ...]:
        """The names of the slots that hold something, `()` included, in their stated order."""
        said = [name for name, value in vars(self).items() if value is not None]
        return tuple(sorted(said, key=_ORDER.__getitem__))

    def without(self, *names: str) -> "Slots":
        """A copy in which the named slots are not said."""
        known = vars(self).get
        gone = [name for name in names if known(name) is not None]
        return changed(self, **dict.fromkeys(gone)) if gone else self

    def to_json(self) -> dict[str, Any]:
        """The value forms of the sample data; what was not said is left out."""
        known = vars(self)
        return {name: _to_json(name, known[name]) for name in self.said()} if known else {}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Slots":
        """The reverse of `to_json`; unknown names and nulls are passed over."""
        if not values:
            return NOTHING
        known = values.items()
        return cls.of({name: _from_json(name, value) for name, value in known if value is not None and name in _ORDER})


NOTHING: Final = object.__new__(Slots)
SLOT_NAMES: Final = tuple(field.name for field in fields(Slots))
_ORDER: Final = {name: place for place, name in enumerate(SLOT_NAMES)}
PLACE_SLOTS: Final = frozenset({"location", "location_exclude", "accept_scope"})
#: Facts of the body: stored with a consent of their own only.
SENSITIVE_SLOTS: Final = ("disability",)
LIST_SLOTS: Final = frozenset(
    {"job_categories", "job_categories_exclude", "skills", "certificates", "licences", "military_trade"}
    | {"shift_wish", "pick"}
)


def _to_json(name: str, value: Any) -> Any:
    if isinstance(value, AmbiguousPlace):
        return value.to_json()
    if name in PLACE_SLOTS:
        places = [place.to_json() for place in value]
        return places[0] if name == "location" and len(places) == 1 else places
    return list(value) if isinstance(value, tuple) else value


def _from_json(name: str, value: Any) -> Any:
    if name in PLACE_SLOTS:
        if isinstance(value, Mapping):
            if value.get("ambiguous"):
                return AmbiguousPlace(value["name"], tuple(map(Place.from_json, value["candidates"])))
            return (Place.from_json(value),)
        return tuple(map(Place.from_json, value))
    if name in LIST_SLOTS:
        return tuple(value) if isinstance(value, list | tuple) else (value,)
    return value[0] if name == "accommodation_wish" and isinstance(value, list) else value
