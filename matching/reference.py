"""The ranking, written as plainly as it can be: the meaning that the fast engine must equal, order included."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from matching.facts import PostingFacts, SeekerFacts
from matching.rules import violations
from matching.scoring import score


@dataclass(frozen=True, slots=True)
class Ranked:
    """A posting in a seeker's list: its id, its score (`scoring.Score.total`) and its grade 1..3."""

    posting_id: str
    total: int
    grade: int


def rank(postings: Iterable[PostingFacts], seeker: SeekerFacts, day: date, k: int) -> list[Ranked]:
    """The best `k` postings: nothing that breaks a hard limit, nothing of grade 0; by score, then by posting id."""
    found = []
    for posting in postings:
        if not violations(posting, seeker, day):
            worth = score(posting, seeker, day)
            if worth.grade:
                found.append(Ranked(posting.id, worth.total, worth.grade))
    return sorted(found, key=lambda ranked: (-ranked.total, ranked.posting_id))[:k]
