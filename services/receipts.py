"""What the platform reports afterwards: a message arrived or did not, a person agreed to a notice or took it back."""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from bot.types import Inbound
from models import allowance as allowances_table
from models import broadcast as broadcasts_table
from models import delivery as deliveries
from models.base import Session
from models.delivery import DeliveryStatus
from services.runtime import Notice, Runtime

log = logging.getLogger(__name__)

_TEMPLATE_FAILURES: Final[Mapping[str, str]] = {
    "failed:user block": "blocked",
    "failed: system failed": "platform_failed",
}
_MASS_DONE: Final = frozenset({"send success", "sendsuccess"})


def take(rt: Runtime, session: Session, inbound: Inbound, now: datetime) -> None:
    """Writes down what one receipt says; a receipt for something unknown changes nothing."""
    match inbound.event:
        case "templatesendjobfinish":
            _template(session, inbound.data)
        case "masssendjobfinish":
            _mass(session, inbound.data)
        case "subscribe_msg_popup_event" | "subscribe_msg_change_event":
            _consents(rt, session, inbound, now)
        case "subscribe_msg_sent_event":
            _notices_sent(session, inbound.data)


def _template(session: Session, data: Mapping[str, str]) -> None:
    said = data.get("status", "")
    if said == "success":
        deliveries.record_receipt(session, data.get("message_id", "-"), DeliveryStatus.DELIVERED, "delivered")
        return
    outcome = _TEMPLATE_FAILURES.get(said, "platform_failed")
    deliveries.record_receipt(session, data.get("message_id", "-"), DeliveryStatus.FAILED, outcome)


def _mass(session: Session, data: Mapping[str, str]) -> None:
    """The platform tells counts of a mass send, never who: its people stay "mass_sent", or all have failed."""
    job = broadcasts_table.mass_job_of_message(session, data.get("message_id", "-"))
    if job is None:
        return
    log.info("mass job %s: %s, sent %s, failed %s", job.id, data.get("status"), data.get("sent"), data.get("failed"))
    if data.get("status", "") in _MASS_DONE:
        job.status = "done"
        return
    job.status = "failed"
    failed = {"status": DeliveryStatus.FAILED, "outcome": "mass_refused"}
    deliveries.close_job(session, job.id, DeliveryStatus.SENT, **failed)


def _consents(rt: Runtime, session: Session, inbound: Inbound, now: datetime) -> None:
    known: dict[str, Notice] = {one.template_id: one for one in (rt.reach.notices or {}).values()}
    for item in _items(inbound.data):
        template_id = item.get("template_id", "")
        if item.get("status") != "accept":
            allowances_table.drop_notice(session, inbound.sender, template_id)
        elif template_id in known:
            is_long = known[template_id].is_long
            allowances_table.add_notice(session, inbound.sender, template_id, now, is_long=is_long)


def _notices_sent(session: Session, data: Mapping[str, str]) -> None:
    for item in _items(data):
        good = item.get("error_code", "0") == "0"
        status = DeliveryStatus.DELIVERED if good else DeliveryStatus.FAILED
        outcome = "delivered" if good else "platform_failed"
        deliveries.record_receipt(session, item.get("message_id", "-"), status, outcome)


def _items(data: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for place in range(int(data.get("items", "0"))):
        prefix = f"{place}."
        yield {name.removeprefix(prefix): value for name, value in data.items() if name.startswith(prefix)}
