"""Every canonical word in several wordings, written before the word lists were looked at: each is heard."""

from datetime import date
from pathlib import Path

from bot.nlu.understanding import understand
from matching.taxonomy import codes

DAY = date(2026, 11, 20)
LINES = [
    line.split("\t")
    for line in (Path(__file__).parent / "vocabulary.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
KINDS = {
    "job_categories": codes.JOB_CATEGORIES,
    "skills": codes.SKILLS,
    "certificates": codes.CERTIFICATES,
    "military_trade": codes.MILITARY_TRADES,
    "shift_wish": codes.SHIFT_WISHES,
}


def test_every_canonical_word_has_wordings():
    for slot, words in KINDS.items():
        written = {word for kind, word, _, _ in LINES if kind == slot}
        assert set(words) <= written, set(words) - written


def test_the_wordings_are_heard():
    missed = []
    for slot, word, asked, text in LINES:
        heard = understand(text, asked or None, DAY)
        given = heard.intent if slot == "intent" else getattr(heard.slots, slot)
        found = given in word.split("|") if slot == "intent" else given == word or word in (given or ())
        missed += [] if found else [(text, word, given)]
    assert len(missed) <= len(LINES) * 0.015, missed
