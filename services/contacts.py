"""Contacts with people: a visit, a call, a word at the counter, with what changed by it; and taking it back."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from models import contact as contacts_table
from models import conversation as conversations_table
from models import people as people_table
from models import veteran as veterans_table
from models.base import Session
from models.contact import ContactMoment
from models.veteran import PreferenceChange, Veteran
from services import audit, confirmations, veterans
from services.actors import Actor, OutOfScope
from services.errors import ServiceError
from services.runtime import Runtime

#: How staff come into contact; the last two confirm nothing: they put the row right, or tell colleagues.
OCCASIONS: Final = {"phone": "电话", "visit": "走访", "desk": "来窗口", "mend": "只是改错", "note": "备注"}
CONFIRMING: Final = frozenset(OCCASIONS) - {"mend", "note"}
MOST_NOTE: Final = 500
SOURCE: Final = "staff"
_NOTE: Final = "contact_moment.note"


@dataclass(frozen=True, slots=True)
class Contact:
    """What a clerk writes down in a minute. `willingness`, `work`: as they now stand; "" and () = not said."""

    occasion: str
    note: str = ""
    willingness: str = ""
    work: tuple[str, ...] = ()


def record(rt: Runtime, actor: Actor, veteran_id: int, contact: Contact) -> tuple[str, ...]:
    """Keeps a contact: the note, the changed wish, and that the row was confirmed; the names of what changed."""
    if contact.occasion not in OCCASIONS:
        raise ServiceError("contacts.occasion", 400, "请选一种联系方式：电话、走访、来窗口，或者只是改错。")
    if len(contact.note) > MOST_NOTE:
        raise ServiceError("contacts.note", 400, f"备注太长了，请写在 {MOST_NOTE} 字以内。")
    if contact.occasion == "note" and not contact.note.strip():
        raise ServiceError("contacts.empty", 400, "备注还是空的，请写一句再点“只记备注”。")
    now = rt.now()
    with rt.transaction() as session:
        veteran = _veteran(session, veteran_id)
        moment = ContactMoment(
            veteran_id=veteran.id,
            at=now,
            who=actor.who,
            occasion=contact.occasion,
            note_sealed=rt.keyring.seal(_NOTE, contact.note) if contact.note else None,
            fresh_before=veteran.fresh_at,
        )
        session.add(moment)
        changed = _change(session, veteran, contact, actor, now)
        if contact.occasion in CONFIRMING:
            confirmations.confirm(session, veteran, contact.occasion, actor.who, now)
        audit.note(rt, session, actor.who, "person.contact", f"veteran:{veteran.id}", {"changed": changed})
    return changed


def _change(session: Session, veteran: Veteran, contact: Contact, actor: Actor, now: datetime) -> tuple[str, ...]:
    before = veterans.profile_of(session, veteran, now.date())
    after = before
    if contact.willingness:
        after = replace(after, willingness=contact.willingness)
    if contact.occasion != "note" and (contact.work or before.job_categories):
        after = replace(after, job_categories=contact.work or None)
    if after == before:
        return ()
    return veterans.save_preference(session, veteran.id, after, SOURCE, now, who=actor.who)


def undo(rt: Runtime, actor: Actor, veteran_id: int, moment_id: int) -> tuple[str, ...]:
    """Takes a contact back: what it changed and nobody changed since is as before; the trace stays.

    The names of what was put back. Raises ServiceError for one that is not there or was taken back already.
    """
    now = rt.now()
    with rt.transaction() as session:
        veteran = _veteran(session, veteran_id)
        moment = session.get(ContactMoment, moment_id)
        if moment is None or moment.veteran_id != veteran_id or moment.undone_at is not None:
            raise ServiceError("contacts.gone", 404, "这一条已经撤销过了，或者不是这个人的。")
        moment.undone_at, moment.undone_by = now, actor.who
        contacts_table.unconfirm(session, veteran_id, moment.at)
        put_back = _put_back(session, veteran, moment, actor, now)
        latest = next((one for one in contacts_table.moments_of(session, veteran_id, 1)), None)
        if latest is moment or latest is None:
            people_table.confirm(session, veteran_id, moment.fresh_before)
        audit.note(rt, session, actor.who, "person.undo", f"veteran:{veteran.id}", {"changed": put_back})
    return put_back


def _put_back(
    session: Session, veteran: Veteran, moment: ContactMoment, actor: Actor, now: datetime
) -> tuple[str, ...]:
    kept = veterans_table.preference_of(session, veteran.id)
    if kept is None:
        return ()
    values, done = dict(kept.profile), []
    for change in contacts_table.changes_at(session, veteran.id, moment.at):
        if values.get(change.slot) != change.new:
            continue  # somebody, or the person, has said something else since
        values.pop(change.slot, None)
        if change.old is not None:
            values[change.slot] = change.old
        session.add(
            PreferenceChange(
                veteran_id=veteran.id,
                at=now,
                slot=change.slot,
                old=change.new,
                new=change.old,
                source="undo",
                who=actor.who,
            )
        )
        done.append(change.slot)
    if done:
        kept.profile, kept.revision, kept.updated_at = values, kept.revision + 1, now
    return tuple(done)


def _veteran(session: Session, veteran_id: int) -> Veteran:
    conversations_table.outrun(session, veteran_id)
    veteran = veterans_table.veteran_by_id(session, veteran_id)
    if veteran is None or veteran.erased_at is not None:
        raise OutOfScope
    return veteran


def note_of(rt: Runtime, moment: ContactMoment) -> str:
    """What was written down at a contact."""
    return rt.keyring.open(_NOTE, moment.note_sealed) if moment.note_sealed else ""
