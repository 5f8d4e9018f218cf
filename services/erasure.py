"""Deleting what is kept of a person, everywhere it is kept; past figures stay, without a name.

What becomes of each table is written in models/traces.py, and a test compares it with the tables.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models import allowance as allowances_table
from models import conversation as conversations_table
from models import delivery as deliveries
from models import followup as followups_table
from models import intake as intake_table
from models import link as links_table
from models import traces
from models import veteran as veterans_table
from models.base import Session
from models.veteran import Veteran
from services import audit
from services.errors import ServiceError
from services.runtime import Runtime

log = logging.getLogger(__name__)

#: The purpose of the links that open a person's own pages (handlers/veterans.py).
OWN_PAGES: Final = "own"


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done. `ledger`: the bureau's own row went too; `cases_open`: unsettled cases keep their words."""

    veteran_id: int
    ledger: bool
    cases_open: int


def erase(session: Session, veteran: Veteran, now: datetime, *, ledger: bool = False) -> None:
    """Deletes what is kept of a person. Past referrals, placements and cases stay for the figures, without a name.

    A row the bureau keeps by law (the ledger) loses its WeChat identity and everything the chat told, not its name,
    unless `ledger` says that it goes as well. The unsettled case keeps its words until it is settled.
    """
    openid, veteran.openid = veteran.openid, None
    veteran.following = False
    veterans_table.withdraw_consents(session, veteran.id, now)
    deliveries.cancel_deliveries(session, veteran.id)
    deliveries.erase_texts(session, veteran.id, openid)
    veterans_table.erase_rows(session, veteran.id)
    followups_table.erase_words(session, veteran.id)
    traces.empty_words(session, veteran.id)
    links_table.revoke_links(session, OWN_PAGES, veteran.id, now)
    if ledger:
        intake_table.erase_ledger(session, veteran.id)
        veteran.in_ledger = False
    if not veteran.in_ledger:
        empty(veteran, now)
    if openid is not None:
        conversations_table.forget(session, openid)
        allowances_table.forget_notices(session, openid)
    session.flush()  # the identity is free before a new row takes it


def empty(veteran: Veteran, now: datetime) -> None:
    """The row stays for the figures, without anything of the person."""
    veteran.openid, veteran.following, veteran.erased_at = None, False, now
    veteran.name_sealed = veteran.phone_sealed = veteran.id_number_sealed = None
    veteran.name_digest = veteran.phone_digest = veteran.phone_tail_digest = veteran.id_number_digest = None
    veteran.household_sealed = veteran.household_digest = None
    veteran.birth_on = veteran.village = veteran.gender = veteran.discharged_on = veteran.jobless_on = None


def erase_person(rt: Runtime, veteran_id: int, who: str, *, ledger: bool = False) -> Erased:
    """The same asked for by staff or on paper, on the record; raises ServiceError for somebody who is not there."""
    with rt.transaction() as session:
        conversations_table.conversation_of(session, veteran_id)  # a turn under way ends first
        veteran = veterans_table.veteran_by_id(session, veteran_id)
        if veteran is None or veteran.erased_at is not None:
            raise ServiceError("veterans.unknown", 404, f"没有编号 {veteran_id} 的人，或者已经删除过。")
        if veteran.in_ledger and ledger:
            _erase_doubts(rt, session, veteran)
        erase(session, veteran, rt.now(), ledger=ledger)
        waiting = followups_table.count_unsettled(session, veteran_id)
        audit.note(rt, session, who, "person.erase", f"veteran:{veteran_id}", {"ledger": ledger, "cases_open": waiting})
    rt.database.scrub()
    log.info("person %d erased", veteran_id)  # for whoever has to repeat it on a restored backup
    return Erased(veteran_id, ledger, waiting)


def _erase_doubts(rt: Runtime, session: Session, veteran: Veteran) -> None:
    """Rows of files that could have been this person or another: they name the person without pointing to the row."""
    name = rt.keyring.open("veteran.name", veteran.name_sealed) if veteran.name_sealed else None
    for doubt in intake_table.unclear_people(session):
        offered = rt.keyring.open("ledger_conflict.identity", doubt.offered_sealed or b"")
        if name is not None and name in offered:
            session.delete(doubt)
