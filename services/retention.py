"""What is kept too long goes by itself, exactly as templates/messages/consent/welcome.txt promises."""

from datetime import timedelta
from typing import Final

from models import conversation as conversations_table
from models import followup as followups_table
from models import veteran as veterans_table
from models.veteran import Stale
from services import veterans
from services.runtime import Runtime

AFTER_LEAVING: Final = timedelta(days=30)
WITHOUT_CONSENT: Final = timedelta(days=30)
SILENT: Final = timedelta(days=730)


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
            veterans.erase(session, session.get_one(veterans_table.Veteran, veteran_id), now)
            erased += 1
    with rt.transaction() as session:
        followups_table.erase_words_of_erased(session)
    return erased
