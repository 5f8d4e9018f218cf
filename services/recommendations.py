"""Ranked postings for one veteran, from a snapshot of the open ones; what was shown is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final
from weakref import WeakKeyDictionary

from bot.slots import Slots
from bot.types import Conversation, Reply, Shown, State
from matching.catalog import Catalog
from matching.facts import PostingFacts, SeekerFacts
from matching.nearmiss import report
from matching.ranking import rank
from matching.reasons import why
from matching.rules import violations
from matching.sentences import pay
from matching.suggestions import suggest
from models import nightly as nightly_table
from models import posting as postings_table
from models import recommendation as recommendations_table
from models import veteran as veterans_table
from models.base import Database, Session
from models.posting import PostingRow
from services import postings
from services.texts import render

LIST_CHARS: Final = 520
"""A list leaves room for the line that may follow it in the same message of 600."""
KEPT_PLACES: Final = 30
KEPT_RANKINGS: Final = 1000
FRESH: Final = timedelta(days=7)
"""A posting older than this is no news."""
_SAME: Final = (
    *("age", "gender", "location", "location_exclude", "job_categories", "job_categories_exclude", "education"),
    *("salary_min", "licences", "certificates", "skills", "military_trade", "shift_wish", "accommodation_wish"),
    *("disability", "hardship_certified", "height_cm", "willingness"),
)
"""What a profile and matching call by one name and mean alike."""
_LIMIT_WORDS: Final = {
    "age": "年龄不合",
    "gender": "性别不合",
    "licence": "要的驾照您没有",
    "certificate": "要的证您没有",
    "education": "学历不够",
    "location": "地方太远",
    "shift": "要上夜班",
    "travel": "要出差",
    "work_type": "只要全职",
    "hardship_only": "要就业困难认定",
    "disability": "身体条件不合",
    "hukou": "要本地户口",
    "height": "身高不够",
    "skill": "要的手艺您没说会",
}


@dataclass(frozen=True, slots=True)
class Offered:
    """A posting on offer: what matching knows, and its names."""

    facts: PostingFacts
    title: str
    employer: str


@dataclass(frozen=True)
class Snapshot:
    """Every open posting as of one revision and one day, and the columns made of them."""

    revision: int
    day: date
    offered: dict[str, Offered]
    catalog: Catalog
    _ranked: dict[SeekerFacts, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def best(self, seeker: SeekerFacts, count: int) -> Sequence[str]:
        """At least so many places of a person's ranking, if there are so many; kept, since who sees a list soon asks
        for its next page, or for it again.
        """
        known = self._ranked.get(seeker)
        if known is None or KEPT_PLACES <= len(known) < count:  # fewer are all there are
            most = max(count, KEPT_PLACES)
            known = tuple(one.posting_id for one in rank(self.catalog, seeker, most))
            if len(self._ranked) >= KEPT_RANKINGS:
                self._ranked.clear()
            self._ranked[seeker] = known
        return known

    @cached_property
    def news(self) -> Catalog:
        """Those of the postings that are news on the day, made once for everybody who is matched against them."""
        return self.catalog.only({code for code, one in self.offered.items() if _is_news(one.facts, self.day)})


def _is_news(facts: PostingFacts, day: date) -> bool:
    return facts.published is not None and facts.published >= day - FRESH


@dataclass(frozen=True, slots=True)
class Listed:
    """One posting of a numbered list, with the sentence that says why."""

    posting_id: str
    title: str
    employer: str
    pay: str
    place: str
    reason: str
    categories: tuple[str, ...]

    def shown(self) -> Shown:
        """What the dialogue remembers of it."""
        return Shown(self.posting_id, self.title, f"{self.employer} {self.place} {' '.join(self.categories)}")


_snapshots: WeakKeyDictionary[Database, Snapshot] = WeakKeyDictionary()
_news: WeakKeyDictionary[Database, Catalog] = WeakKeyDictionary()


def snapshot(database: Database, session: Session, day: date) -> Snapshot:
    """The open postings, read anew only as far as they changed since the last look."""
    revision = postings_table.catalog_revision(session)
    known = _snapshots.get(database)
    if known is None or known.day != day or known.revision > revision:
        made = _anew(session, revision, day)
    elif known.revision == revision:
        return known
    else:
        made = _brought_up(known, postings_table.postings_changed_since(session, known.revision), revision)
    _snapshots[database] = made
    return made


def news(database: Database, session: Session, day: date) -> Catalog:
    """What `snapshot(…).news` is, without reading the rest: a worker of the night needs no more."""
    revision = postings_table.catalog_revision(session)
    whole, known = _snapshots.get(database), _news.get(database)
    if whole is not None and (whole.revision, whole.day) == (revision, day):
        return whole.news
    if known is None or (known.revision, known.day) != (revision, day):
        rows = postings_table.open_postings(session, day - FRESH)
        facts = [one for one in map(postings.facts_of_row, rows) if _is_news(one, day)]
        known = _news[database] = Catalog.build(facts, day, revision)
    return known


def _anew(session: Session, revision: int, day: date) -> Snapshot:
    offered = {posting.code: _offered(posting) for posting in postings_table.open_postings(session)}
    return Snapshot(revision, day, offered, Catalog.build([one.facts for one in offered.values()], day, revision))


def _brought_up(known: Snapshot, changed: Sequence[PostingRow], revision: int) -> Snapshot:
    now = {posting.code: _offered(posting) for posting in changed}
    on = {code: offer for code, offer in now.items() if not (offer.facts.closed or offer.facts.full)}
    gone = set(now) - set(on)
    offered = {code: offer for code, offer in {**known.offered, **on}.items() if code not in gone}
    catalog = known.catalog.changed([offer.facts for offer in on.values()], gone, revision)
    return Snapshot(revision, known.day, offered, catalog)


def _offered(row: PostingRow) -> Offered:
    return Offered(postings.facts_of_row(row), row.title, row.employer)


def seeker_of(profile: Slots, name: str = "") -> SeekerFacts:
    """The person as matching sees them: who asks for part-time work takes only that, who named no work takes any."""
    facts: dict[str, Any] = {name: getattr(profile, name) for name in _SAME}
    return SeekerFacts(
        id=name,
        accept_scope=profile.accept_scope or None,
        accept_any=bool(profile.location_any),
        part_time_only="兼职" in (profile.shift_wish or ()),
        job_any=bool(profile.job_any) or not profile.job_categories,
        **{name: value for name, value in facts.items() if value is not None},
    )


def listed(
    snap: Snapshot, seeker: SeekerFacts, *, start: int, limit: int, without: frozenset[str] = frozenset()
) -> list[Listed]:
    """The postings at the places start.. of the ranking, at most `limit`; those of `without` left out."""
    found = snap.best(seeker, start + limit + len(without))
    ranked = [code for code in found if code not in without][start : start + limit]
    return [_listed(snap.offered[code], seeker) for code in ranked]


def listed_one(snap: Snapshot, code: str, seeker: SeekerFacts) -> Listed:
    """One posting of the snapshot as this person sees it."""
    return _listed(snap.offered[code], seeker)


def _listed(offer: Offered, seeker: SeekerFacts) -> Listed:
    facts = offer.facts
    place = facts.location.name if facts.location else "地点面谈"
    named = (facts.id, offer.title, offer.employer, pay(facts) or "工资面谈", place)
    return Listed(*named, why(facts, seeker), facts.job_categories)


def fitting_text(session: Session, key: str, items: Sequence[Listed], **params: Any) -> tuple[list[Listed], str]:
    """As many of the items as one message holds, and that message."""
    kept = list(items)
    text = render(session, key, matches=kept, **params)
    while len(kept) > 1 and len(text) > LIST_CHARS:
        kept.pop()
        text = render(session, key, matches=kept, **params)
    return kept, text


def nothing_found(snap: Snapshot, seeker: SeekerFacts, day: date) -> Reply:
    """Why nothing fits: which limit shut out how many, and the change that would open the most."""
    suggestions = [one.text for one in suggest(report(snap.catalog, seeker), seeker, 0)]
    return Reply("matches/none", {"reasons": wanted_but_shut(snap, seeker, day), "suggestions": suggestions})


def wanted_but_shut(snap: Snapshot, seeker: SeekerFacts, day: date) -> list[str]:
    """Of the work that is wanted, which limits shut out how many postings, the most frequent first."""
    wanted = set(seeker.job_categories)
    counts: dict[str, int] = {}
    total = 0
    for offer in snap.offered.values():
        if wanted and not wanted & set(offer.facts.job_categories):
            continue
        broken = violations(offer.facts, seeker, day)
        total += bool(broken)
        for name in broken:
            counts[name] = counts.get(name, 0) + 1
    told = [f"{_LIMIT_WORDS[name]}的 {count} 个" for name, count in _most(counts)]
    if not told:
        return []
    return [f"{'、'.join(seeker.job_categories) or '现有'}的岗位里有 {total} 个不合：{'，'.join(told)}。"]


def _most(counts: dict[str, int]) -> list[tuple[str, int]]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(name, count) for name, count in ordered if name in _LIMIT_WORDS][:3]


def is_first_choice(snap: Snapshot, item: Listed, seeker: SeekerFacts) -> bool:
    """Whether a posting is of the work named, not only near it."""
    return seeker.job_any or bool(set(snap.offered[item.posting_id].facts.job_categories) & set(seeker.job_categories))


def why_not(snap: Snapshot, code: str, seeker: SeekerFacts, day: date) -> list[str]:
    """The hard limits a posting breaks for a person, in words; () when it breaks none or is not on offer."""
    offer = snap.offered.get(code)
    if offer is None:
        return []
    return [_LIMIT_WORDS[name] for name in violations(offer.facts, seeker, day) if name in _LIMIT_WORDS]


def keep_shown(session: Session, veteran_id: int, items: Sequence[Listed], way: str, now: datetime) -> None:
    """Notes a list as shown to a veteran."""
    rows = [
        {
            "veteran_id": veteran_id,
            "posting_code": item.posting_id,
            "position": number,
            "reason": item.reason,
            "way": way,
            "at": now,
        }
        for number, item in enumerate(items, 1)
    ]
    recommendations_table.add_recommendations(session, rows)


def still_open(facts: PostingFacts, day: date) -> bool:
    """Whether a posting takes people on that day."""
    return not (facts.closed or facts.full or (facts.deadline is not None and facts.deadline < day))


def tonight(session: Session, veteran_id: int, day: date) -> frozenset[str] | None:
    """The postings the night's run found best for a person; None when there was no run for this profile."""
    kept = nightly_table.list_of(session, veteran_id, day)
    preference = veterans_table.preference_of(session, veteran_id)
    if kept is None or preference is None or kept.profile_revision != preference.revision:
        return None
    return frozenset(kept.codes)


def remembering(conversation: Conversation, items: Sequence[Listed]) -> Conversation:
    """The dialogue after a list was sent: numbers pick from it, unless a question of ours stands open."""
    shown = tuple(item.shown() for item in items)
    if conversation.asked not in (None, "pick") or conversation.pending is not None:
        return replace(conversation, shown=shown, focus=None)
    return replace(conversation, shown=shown, focus=None, asked="pick", state=State.MATCHES, page=0)
