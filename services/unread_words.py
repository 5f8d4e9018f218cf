"""Words that no rule understood, collected from the talks for staff to teach: only what several people said is shown.

One person's word may be a name; what two people say of their own accord is a word.
"""

from datetime import timedelta
from typing import Final

from bot.nlu.heard import Heard
from models import unread as unread_table
from services import taught_words
from services.effects import Work
from services.runtime import Runtime
from services.taught_words import COLUMN

LEAST_PEOPLE: Final = 2
SHOWN: Final = 40
_LOOKED_AT: Final = 400
KEPT: Final = timedelta(days=90)


def note(work: Work, heard: Heard) -> None:
    """Keeps what was not understood, of people who agreed that we keep what they say."""
    if heard.unread and work.known.stores:
        seal, digest = work.rt.keyring.seal, work.rt.keyring.digest
        rows = [{"word_digest": digest(COLUMN, word), "word_sealed": seal(COLUMN, word)} for word in heard.unread]
        whose = {"veteran_id": work.veteran_id, "at": work.now}
        unread_table.note_words(work.session, [row | whose for row in rows])


def listed(rt: Runtime) -> list[tuple[str, int]]:
    """What to teach next: the word and how many people said it."""
    with rt.reading() as session:
        found = unread_table.said_by_several(session, LEAST_PEOPLE, _LOOKED_AT)
        settled = taught_words.settled(session)
    words = ((rt.keyring.open(COLUMN, sealed), people) for sealed, people in found)
    return [(word, people) for word, people in words if word not in settled][:SHOWN]


def forget_due(rt: Runtime) -> int:
    """Drops words of long ago; how many."""
    with rt.transaction() as session:
        return unread_table.forget_before(session, rt.now() - KEPT)
