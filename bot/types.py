"""What crosses the border of the room: the inbound message, the dialogue's state, replies, the turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from bot.changed import changed
from bot.events import Event
from bot.slots import NOTHING, Slots
from matching.taxonomy.place import Place

SCHEMA: Final = 1
"""The shape of a stored conversation; `Conversation.from_json` reads older ones."""


class Kind(StrEnum):
    """What the platform delivered, messages and events alike, in the platform's terms where it has one."""

    TEXT = "text"
    VOICE = "voice"
    IMAGE = "image"
    VIDEO = "video"
    FILE = "file"
    LINK = "link"
    LOCATION = "location"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    SCAN = "scan"
    CLICK = "click"
    VIEW = "view"
    POSITION = "position"
    RECEIPT = "receipt"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message or event from the platform, verified, decrypted and sanitised.

    `key` is the same for every delivery of one message: sender + message id, or for events, which carry no id,
    sender + creation time + event + event key. `text` holds the text, the voice recognition, the label of a
    location, the title of a link or the key of a menu entry. `scene` is the scene of a scanned QR code.
    """

    key: str
    sender: str
    kind: Kind
    received_at: datetime
    text: str = ""
    scene: str = ""
    latitude: float | None = None
    longitude: float | None = None
    event: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


class State(StrEnum):
    """Where the talk stands, as staff and scripts see it."""

    CONSENT = "consent"
    PROFILE = "profile"
    MATCHES = "matches"
    DETAIL = "detail"
    APPLY = "apply"
    APPLIED = "applied"
    IDLE = "idle"
    HANDOFF = "handoff"
    STOPPED = "stopped"


class Role(StrEnum):
    """Who seems to be typing."""

    VETERAN = "veteran"
    EMPLOYER = "employer"
    MINOR = "minor"


@dataclass(frozen=True, slots=True)
class Shown:
    """One posting of the numbered list last shown; `words` are those by which it may be named."""

    posting_id: str
    title: str
    words: str = ""


class Waiting(StrEnum):
    """What an open question of ours is about, when it is not one of the profile's questions."""

    ERASURE = "erasure"
    PLACE = "place"
    PIN = "pin"
    DOUBT = "doubt"
    WHOSE = "whose"
    CONTACT = "contact"
    COMPLAINT = "complaint"
    APPLY = "apply"
    MENU = "menu"
    REMINDER = "reminder"
    HANDOVER = "handover"
    FACTS = "facts"
    REASON = "reason"
    CASE = "case"
    INTEREST = "interest"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Pending:
    """An open question with what is held back until it is answered."""

    what: Waiting
    slots: Slots = NOTHING
    places: tuple[Place, ...] = ()
    posting_ids: tuple[str, ...] = ()
    words: str = ""

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return {
            "what": self.what.value,
            "slots": self.slots.to_json(),
            "places": [place.to_json() for place in self.places],
            "posting_ids": list(self.posting_ids),
            "words": self.words,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Pending":
        """The reverse of `to_json`."""
        return cls(
            Waiting(value["what"]),
            Slots.from_json(value["slots"]),
            tuple(map(Place.from_json, value["places"])),
            tuple(value["posting_ids"]),
            value["words"],
        )


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """The dialogue's state with one person; everything a turn needs to know of what was said before.

    `asked` is the open question in the words of the understanding (age, location, job …) and `pending` what it
    holds back; `trail` the profile's questions asked so far, oldest first (for “返回”); `awaiting` names a row that
    waits for the person's answer ("followup:12:30", "case:7"). `profile`, `consent`, `push`, `named` (a name is kept)
    and `reachable` (a telephone is) are facts of other rows, filled in when the conversation is loaded; `awaiting`
    and `taken_over` are compared with theirs. `of_age_on`: the day by which somebody under age is surely grown.
    `held` is what was said before consent was given or refused: shown to nobody and dropped on refusal; with consent
    it holds what needs a consent of its own (`sensitive`, a fact of other rows).
    """

    state: State = State.IDLE
    role: Role = Role.VETERAN
    consent: bool | None = None
    sensitive: bool = False
    push: bool = True
    profile: Slots = NOTHING
    held: Slots = NOTHING
    asked: str | None = None
    pending: Pending | None = None
    skipped: tuple[str, ...] = ()
    trail: tuple[str, ...] = ()
    shown: tuple[Shown, ...] = ()
    page: int = 0
    focus: str | None = None
    named: bool = False
    reachable: bool = False
    awaiting: str | None = None
    taken_over: bool = False
    has_case: bool = False
    erased: bool = False
    unclear: int = 0
    of_age_on: date | None = None
    last_at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """The stored form; facts that live in other rows are left out."""
        return {
            "schema": SCHEMA,
            "state": self.state.value,
            "role": self.role.value,
            "held": self.held.to_json(),
            "asked": self.asked,
            "pending": self.pending.to_json() if self.pending else None,
            "skipped": list(self.skipped),
            "trail": list(self.trail),
            "shown": [[item.posting_id, item.title, item.words] for item in self.shown],
            "page": self.page,
            "focus": self.focus,
            "awaiting": self.awaiting,
            "taken_over": self.taken_over,
            "has_case": self.has_case,
            "refused": self.consent is False,
            "erased": self.erased,
            "unclear": self.unclear,
            "of_age_on": self.of_age_on.isoformat() if self.of_age_on else None,
            "last_at": self.last_at.isoformat() if self.last_at else None,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Conversation":
        """The reverse of `to_json`; an empty mapping is a fresh conversation."""
        if not value:
            return _FRESH
        return changed(
            _FRESH,
            state=State(value["state"]),
            role=Role(value["role"]),
            held=Slots.from_json(value["held"]),
            asked=value["asked"],
            pending=Pending.from_json(value["pending"]) if value["pending"] else None,
            skipped=tuple(value["skipped"]),
            trail=tuple(value["trail"]),
            shown=tuple(Shown(*item) for item in value["shown"]),
            page=value["page"],
            focus=value["focus"],
            awaiting=value["awaiting"],
            taken_over=value["taken_over"],
            has_case=value["has_case"],
            consent=False if value["refused"] else None,
            erased=value["erased"],
            unclear=value["unclear"],
            of_age_on=date.fromisoformat(value["of_age_on"]) if value["of_age_on"] else None,
            last_at=datetime.fromisoformat(value["last_at"]) if value["last_at"] else None,
        )

    def shown_at(self, position: int) -> Shown | None:
        """The posting at a position (from 1) of the list last shown."""
        return self.shown[position - 1] if 0 < position <= len(self.shown) else None

    def shown_as(self, posting_id: str | None) -> Shown | None:
        """The posting of that id in the list last shown."""
        return next((item for item in self.shown if item.posting_id == posting_id), None)


_FRESH: Final = Conversation()


@dataclass(frozen=True, slots=True)
class Reply:
    """One text to send: its key (templates/messages/<flow>/<name>.txt) and its parameters.

    `text`: what they make, where it had to be known before.
    """

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """The posting a message was about; `missing`: the list has no such position."""

    position: int | None
    posting_id: str | None
    missing: bool = False


@dataclass(frozen=True)
class Turn:
    """What a message brings about: the new state, and replies and events in the order in which they happen."""

    conversation: Conversation
    steps: tuple[Reply | Event, ...] = ()
    intent: str | None = None
    refers_to: Reference | None = None

    def with_conversation(self, **changes: Any) -> "Turn":
        """A copy with fields of the conversation changed."""
        return changed(self, conversation=changed(self.conversation, **changes))
