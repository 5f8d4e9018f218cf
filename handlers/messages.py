"""Messages of the platform (text, voice, picture, place, link ...) as the dialogue's inbound."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.types import Inbound, Kind
from channels.wechat_callback import CallbackMessage

KINDS: Final[Mapping[str, Kind]] = {
    "text": Kind.TEXT,
    "voice": Kind.VOICE,
    "image": Kind.IMAGE,
    "video": Kind.VIDEO,
    "shortvideo": Kind.VIDEO,
    "file": Kind.FILE,
    "link": Kind.LINK,
    "location": Kind.LOCATION,
}
_TEXT_FIELD: Final[Mapping[Kind, str]] = {
    Kind.TEXT: "Content",
    Kind.VOICE: "Recognition",
    Kind.FILE: "Title",
    Kind.LINK: "Title",
    Kind.LOCATION: "Label",
}
# Our names for what a flow or a clerk may want of a message beside its text.
_DATA_FIELDS: Final[Mapping[str, str]] = {
    "MediaId": "media_id",
    "Format": "format",
    "PicUrl": "url",
    "Url": "url",
    "Description": "description",
    "bizmsgmenuid": "menu_id",
}


def inbound_of_message(message: CallbackMessage, received_at: datetime) -> Inbound:
    """The inbound of a message; a type unknown to us becomes `Kind.OTHER`.

    `data` may hold media_id, format, url, description, and menu_id when the text was a tap on a menu message
    (which opens no service window); always created_at (epoch seconds) and msg_type.
    """
    fields = message.fields
    kind = KINDS.get(message.msg_type, Kind.OTHER)
    latitude, longitude = coordinates(fields.get("Location_X", ""), fields.get("Location_Y", ""))
    data = {ours: fields[wire] for wire, ours in _DATA_FIELDS.items() if fields.get(wire)}
    return Inbound(
        key=_key(message),
        sender=message.sender,
        kind=kind,
        received_at=received_at,
        text=fields.get(_TEXT_FIELD.get(kind, ""), ""),
        latitude=latitude,
        longitude=longitude,
        data=data | {"msg_type": message.msg_type, "created_at": created(message)},
    )


def created(message: CallbackMessage) -> str:
    """The platform's own time of a push, in epoch seconds."""
    return str(int(message.created_at.timestamp()))


def coordinates(latitude: str, longitude: str) -> tuple[float | None, float | None]:
    """A place on earth in degrees, or two Nones for anything else."""
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        return None, None
    if abs(north) <= 90 and abs(east) <= 180:  # also false for "nan"
        return north, east
    return None, None


def _key(message: CallbackMessage) -> str:
    # A type that carries no id is known by its second, as events are.
    return f"{message.sender}:{message.message_id or created(message) + ':' + message.msg_type[:32]}"
