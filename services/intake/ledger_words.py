"""What a ledger says of a person in words of its own (remarks, way of discharge): kept sealed, opened for staff."""

import json
from collections.abc import Mapping

from models import intake as intake_table
from models.base import Session
from models.intake import LedgerWords
from models.sealed import Keyring


def write_words(session: Session, keyring: Keyring, veteran_id: int, words: Mapping[str, str]) -> None:
    """Puts some of a row's own words beside the ones kept."""
    kept = intake_table.words_of(session, veteran_id)
    merged = {**open_words(keyring, kept), **words}
    fresh = sealed(keyring, veteran_id, merged)
    if kept is None:
        session.add(fresh)
    else:
        kept.words_sealed = fresh.words_sealed


def sealed(keyring: Keyring, veteran_id: int, words: Mapping[str, str]) -> LedgerWords:
    """The row of somebody who has none yet."""
    closed = keyring.seal("ledger_words.words", json.dumps(words, ensure_ascii=False))
    return LedgerWords(veteran_id=veteran_id, words_sealed=closed)


def open_words(keyring: Keyring, kept: LedgerWords | None) -> dict[str, str]:
    """A row's own words in the clear."""
    if kept is None:
        return {}
    opened: dict[str, str] = json.loads(keyring.open("ledger_words.words", kept.words_sealed))
    return opened
