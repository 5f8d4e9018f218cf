"""What is kept too long goes by itself, exactly as templates/messages/consent/welcome.txt promises."""

from datetime import timedelta
from typing import Final

from models import conversation as conversations_table
from models import delivery as deliveries
from models import followup as followups_table
from models import intake as intake_table
from models import veteran as veterans_table
from models.conversation import Conversation
from models.veteran import Stale
from services import audit, erasure, veterans
from services.runtime import Runtime

AFTER_LEAVING: Final = timedelta(days=30)
WITHOUT_CONSENT: Final = timedelta(days=30)
SILENT: Final = timedelta(days=730)
#: Words of the chat, both sides: long enough to look into a complaint about last quarter.
CONTENTS: Final = timedelta(days=180)
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
    """Empties what is kept of people who stay but need not be kept so long; how many rows and identities."""
    now = rt.now()
    with rt.transaction() as session:
        done = conversations_table.expire_contents(session, now - CONTENTS)
        done += deliveries.expire_texts(session, now - CONTENTS)
        done += intake_table.expire_conflicts(session, now - SETTLED_CONFLICTS)
        done += sum(_drop_held(row) for row in conversations_table.silent_since(session, now - 3 * HELD, now - HELD))
    with rt.transaction() as session:
        nobody = conversations_table.identities_of_nobody(session, now - IDENTITY_OF_NOBODY, limit)
        for openid in nobody:
            deliveries.erase_answers(session, openid)
            conversations_table.delete_identity(session, openid)
    rt.database.scrub()
    return done + len(nobody)


def _drop_held(row: Conversation) -> bool:
    """What waited for a consent of its own and did not get it; a newcomer's first words wait with the newcomer."""
    if not (row.state.get("held") or {}).get("disability"):
        return False
    row.state = {**row.state, "held": {}}
    return True
