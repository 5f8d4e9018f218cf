"""Events of the platform as the dialogue's inbound: follow, unfollow, scan, menu tap, position, receipts.

Events nobody acts on (a picture picker opened, a type of tomorrow) have no inbound and are only acknowledged.
"""

import hashlib
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.types import Inbound, Kind
from channels.wechat_callback import CallbackMessage
from handlers.messages import coordinates, created
from services.failures import Fixed

logger = logging.getLogger(__name__)

KINDS: Final[Mapping[str, Kind]] = {
    "subscribe": Kind.SUBSCRIBE,
    "subscribe_scan": Kind.SUBSCRIBE,
    "subscribe_scan_product": Kind.SUBSCRIBE,
    "unsubscribe": Kind.UNSUBSCRIBE,
    "scan": Kind.SCAN,
    "location": Kind.POSITION,
    "click": Kind.CLICK,
    "scancode_push": Kind.CLICK,
    "scancode_waitmsg": Kind.CLICK,
    "view": Kind.VIEW,
    "view_miniprogram": Kind.VIEW,
    "templatesendjobfinish": Kind.RECEIPT,
    "masssendjobfinish": Kind.RECEIPT,
    "publishjobfinish": Kind.RECEIPT,
    "freepublishjobfinish": Kind.RECEIPT,
    "subscribe_msg_popup_event": Kind.RECEIPT,
    "subscribe_msg_change_event": Kind.RECEIPT,
    "subscribe_msg_sent_event": Kind.RECEIPT,
    "user_authorization_revoke": Kind.RECEIPT,
    "user_info_modified": Kind.RECEIPT,
}
# The platform speaks about the account itself: staff must act, no veteran is concerned.
ACCOUNT_EVENTS: Final[Mapping[str, str]] = {
    "annual_renew": "公众号认证快到期，请尽快办理年审",
    "verify_expired": "公众号认证已过期，大部分接口将停用",
    "qualification_verify_fail": "公众号资质认证未通过",
    "naming_verify_fail": "公众号名称认证未通过",
    "qualification_verify_success": "公众号资质认证通过",
    "naming_verify_success": "公众号名称认证通过",
}
_SCENE_KINDS: Final = frozenset({"subscribe_scan", "scan"})
_RECEIPT_FIELDS: Final[Mapping[str, str]] = {
    "MsgID": "message_id",
    "Status": "status",
    "TotalCount": "total",
    "FilterCount": "filtered",
    "SentCount": "sent",
    "ErrorCount": "failed",
    "PublishEventInfo.publish_id": "message_id",
    "PublishEventInfo.publish_status": "status",
    "RevokeInfo": "revoked",
}
_NOTICE_FIELDS: Final[Mapping[str, str]] = {
    "TemplateId": "template_id",
    "SubscribeStatusString": "status",
    "MsgID": "message_id",
    "ErrorCode": "error_code",
    "ErrorStatus": "error_status",
    "PopupScene": "popup_scene",
}


def inbound_of_event(message: CallbackMessage, received_at: datetime) -> Inbound | None:
    """The inbound of an event, or None where there is nothing to do but acknowledge.

    A click's `text` is the menu key, a view's the address; a scan's (or follow by scan's) `scene` the scene of the
    code; `event` the platform's event in lower case, a follow by scan again as "subscribe". `data` of receipts: see
    `_receipt_data`; of taps: scan_result where the menu scanned a code; always created_at (epoch seconds).
    """
    fields, event = message.fields, message.event
    if event in ACCOUNT_EVENTS:
        logger.warning("account event %s: %s", event, Fixed(ACCOUNT_EVENTS[event]))
        return None
    kind = KINDS.get(event)
    if kind is None:
        logger.info("event not acted on: %s", event[:64])
        return None
    latitude, longitude = coordinates(fields.get("Latitude", ""), fields.get("Longitude", ""))
    key = fields.get("EventKey", "")
    return Inbound(
        key=_key(message),
        sender=message.sender,
        kind=kind,
        received_at=received_at,
        text=key if kind in (Kind.CLICK, Kind.VIEW) else "",
        scene=key if event in _SCENE_KINDS else "",
        latitude=latitude,
        longitude=longitude,
        event="subscribe" if kind is Kind.SUBSCRIBE else event,
        data=_data(message, kind) | {"created_at": created(message)},
    )


def _key(message: CallbackMessage) -> str:
    # CreateTime is whole seconds: what was tapped, scanned or finished tells two events of one second apart.
    fields = message.fields
    detail = "\0".join(fields.get(name, "") for name in ("EventKey", "Ticket", "MsgID"))
    short = hashlib.sha256(detail.encode()).hexdigest()[:16]
    return f"{message.sender}:{created(message)}:{message.event[:64]}:{short}"


def _data(message: CallbackMessage, kind: Kind) -> dict[str, str]:
    fields = message.fields
    if kind is Kind.RECEIPT:
        return _receipt_data(fields)
    scanned = fields.get("ScanCodeInfo.ScanResult")
    return {"scan_result": scanned} if scanned else {}


def _receipt_data(fields: Mapping[str, str]) -> dict[str, str]:
    """Job receipts: message_id, status (the platform's words), total, filtered, sent, failed.

    Subscription notices, which may come several in one event: `items` says how many, and each item's fields follow
    as "0.template_id", "0.status" (accept, reject), "0.message_id", "0.error_code" and so on.
    """
    data = {ours: fields[wire] for wire, ours in _RECEIPT_FIELDS.items() if fields.get(wire)}
    items: dict[str, dict[str, str]] = {}
    for name, value in fields.items():
        block, _, rest = name.partition(".List.")
        if block.startswith("SubscribeMsg") and rest:
            number, _, wire = rest.rpartition(".")
            items.setdefault(number or "0", {})[_NOTICE_FIELDS.get(wire, "")] = value
    for place, item in enumerate(items.values()):
        data |= {f"{place}.{ours}": value for ours, value in item.items() if ours}
    return data | ({"items": str(len(items))} if items else {})
