"""What is kept too long goes by itself, exactly as templates/messages/consent/welcome.txt promises."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from models import conversation as conversations_table
from models import delivery as deliveries
from models import followup as followups_table
from models import intake as intake_table
from models import veteran as veterans_table
from models.base import Session
from models.veteran import Stale
from services import audit, erasure, veterans
from services.runtime import Runtime

AFTER_LEAVING: Final = timedelta(days=30)
WITHOUT_CONSENT: Final = timedelta(days=30)
SILENT: Final = timedelta(days=730)
#: Words of the chat, both sides: long enough to look into a complaint about last quarter.
CONTENTS: Final = timedelta(days=180)
#: So many rows are emptied at once.
PAGE: Final = 500
SETTLED_CONFLICTS: Final = timedelta(days=90)
#: What was said of the body without the consent of its own.
HELD: Final = timedelta(days=1)
#: The platform repeats a message within minutes; a day later nobody needs to know it again.
IDENTITY_OF_NOBODY: Final = timedelta(days=1)


def erase_due(rt: Runtime, limit: int = 200) -> int:
    """Erases who left the account a month ago, never agreed, or was silent for two years; how many people.

    Who has a case that is still being settled waits for its end. The ledger's own columns stay (services/veterans.py).
    """
    now = rt.now()
    stale = Stale(now - AFTER_LEAVING, now - WITHOUT_CONSENT, now - SILENT, veterans.STORING)
    with rt.reading() as session:
        due = veterans_table.stale_veterans(session, stale, limit)
    erased = 0
    for veteran_id in due:
        with rt.transaction() as session:
            conversations_table.conversation_of(session, veteran_id)  # a turn under way ends first
            if not veterans_table.stale_veterans(session, stale, 1, only=veteran_id):
                continue
            erasure.erase(session, session.get_one(veterans_table.Veteran, veteran_id), now)
            audit.note(rt, session, "retention", "person.erase", f"veteran:{veteran_id}")
            erased += 1
    with rt.transaction() as session:
        followups_table.erase_words_of_erased(session)
    return erased


def expire_due(rt: Runtime, limit: int = 200) -> int:
    """Empties what is kept of people who stay but need not be kept so long; how many rows and identities.

    What is old is looked for through whole tables: while nobody waits for it. Only what was found is then written.
    """
    now = rt.now()
    done = _emptied(rt, conversations_table.old_contents, conversations_table.empty_contents)
    done += _emptied(rt, deliveries.old_texts, deliveries.empty_texts)
    done += _drop_held(rt, now)
    with rt.transaction() as session:
        done += intake_table.expire_conflicts(session, now - SETTLED_CONFLICTS)
    with rt.transaction() as session:
        nobody = conversations_table.identities_of_nobody(session, now - IDENTITY_OF_NOBODY, limit)
        for openid in nobody:
            deliveries.erase_answers(session, openid)
            conversations_table.delete_identity(session, openid)
    rt.database.scrub()
    return done + len(nobody)


def _emptied(
    rt: Runtime,
    old: Callable[[Session, datetime, int, int], list[int]],
    empty: Callable[[Session, Sequence[int]], None],
) -> int:
    done = after = 0
    while True:
        with rt.reading() as session:
            page = old(session, rt.now() - CONTENTS, after, PAGE)
        if page:
            with rt.transaction() as session:
                empty(session, page)
            done, after = done + len(page), page[-1]
        if len(page) < PAGE:
            return done


def _drop_held(rt: Runtime, now: datetime) -> int:
    """What waited for a consent of its own and did not get it; a newcomer's first words wait with the newcomer."""
    with rt.reading() as session:
        silent = conversations_table.silent_since(session, now - 3 * HELD, now - HELD)
    done = 0
    for openid in (openid for openid, state in silent if _held_of(state)):
        with rt.transaction() as session:
            row = conversations_table.locked_conversation(session, openid)
            if row is not None and row.updated_at < now - HELD and _held_of(row.state):
                row.state = {**row.state, "held": {}}
                done += 1
    return done


def _held_of(state: Mapping[str, Any]) -> bool:
    return bool((state.get("held") or {}).get("disability"))
