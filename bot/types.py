"""What crosses the border of the room: the inbound message, the dialogue's state, events, replies, the turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


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
