"""What the events of a turn do: one function an event class, in the order in which the turn names them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any, Final

from bot import events
from bot.changed import changed
from bot.events import Event
from bot.slots import Slots
from bot.types import Conversation, Inbound, Reply
from models import conversation as conversations_table
from models import digest as digests_table
from models import recommendation as recommendations_table
from models import veteran as veterans_table
from models.base import Session
from models.digest import Holding
from models.standing import Standing
from models.veteran import Veteran
from services import audit, erasure, own_pages, veterans
from services.foresight import Page
from services.recommendations import Listed
from services.runtime import CHINA, Runtime

_BLANK: Final = Conversation()


@dataclass(slots=True)
class Work:
    """One turn being carried out: what it may touch, the state as it becomes, the replies as they gather.

    `foreseen`: the list ranked before the turn began; it holds while nothing it depends on has changed. `is_erased`:
    the person has just been erased, and nothing of the turn is kept as theirs.
    """

    rt: Runtime
    session: Session
    inbound: Inbound
    now: datetime
    known: Standing
    conversation: Conversation = _BLANK
    replies: list[Reply] = field(default_factory=list)
    shown: list[Listed] = field(default_factory=list)
    foreseen: Page | None = None
    is_erased: bool = False
    _row: Veteran | None = None
    _digests: list[Holding] | None = None

    @property
    def veteran_id(self) -> int:
        """The person's number; another one once the chat is tied to the ledger."""
        return self.known.veteran_id

    @property
    def veteran(self) -> Veteran:
        """The person's row, read when it is first needed."""
        if self._row is None:  # held here: the session alone would forget it and read it again
            self._row = veterans_table.veteran_by_id(self.session, self.known.veteran_id)
        if self._row is None:
            raise LookupError("a person who was just read is not there")
        return self._row

    def is_now(self, veteran_id: int) -> None:
        """The turn goes on for another row: the ledger's, or a fresh one of somebody who came back."""
        if veteran_id != self.known.veteran_id:
            self._row = None
            self.known = replace(self.known, veteran_id=veteran_id)
            conversations_table.give_to(self.session, self.known.openid, veteran_id)

    @property
    def digests(self) -> list[Holding]:
        """The group digests whose numbers hold, read when they are first needed."""
        if self._digests is None:
            self._digests = digests_table.digests_on(self.session, self.now)
        return self._digests

    @property
    def today(self) -> date:
        """The day in China."""
        return self.now.date()

    @property
    def happened_at(self) -> datetime:
        """When the person did it by the platform's clock: events come late and out of order."""
        return happened_at(self.inbound, self.now)

    def say(self, key: str, **params: Any) -> None:
        """Adds a reply."""
        self.replies.append(Reply(key, params))

    def become(self, **changes: Any) -> None:
        """Changes the conversation's state."""
        self.conversation = changed(self.conversation, **changes)


def happened_at(inbound: Inbound, now: datetime) -> datetime:
    """The platform's own time of a message or event; `now` where it is not known."""
    created = inbound.data.get("created_at", "")
    return datetime.fromtimestamp(int(created), CHINA) if created.isdigit() else now


def followed(work: Work, event: events.Followed) -> None:
    """A row for the person; someone who comes back starts clean."""
    work.is_now(veterans.follow(work.session, work.inbound.sender, work.happened_at))


def unfollowed(work: Work, _: events.Unfollowed) -> None:
    """Pushes stop at once; news of it that comes after the person is back changes nothing, the dialogue goes on."""
    if not veterans.unfollow(work.session, work.veteran, work.happened_at):
        work.conversation = Conversation.from_json(work.known.state)


def consent_given(work: Work, _: events.ConsentGiven) -> None:
    """Both purposes: being stored, and being told of new postings."""
    veterans.give_consent(work.session, work.veteran_id, work.now)
    veterans.resume_push(work.session, work.veteran_id, None)


def consent_withdrawn(work: Work, _: events.ConsentWithdrawn) -> None:
    """Nothing is used any more; erasing is asked for separately."""
    veterans.withdraw(work.session, work.veteran, veterans.STORING, work.now)


def sensitive_consent_given(work: Work, _: events.SensitiveConsentGiven) -> None:
    """The consent of its own; the facts follow as a change of the profile."""
    veterans.agree(work.session, work.veteran_id, veterans.SENSITIVE, "wechat", work.now)


def sensitive_consent_withdrawn(work: Work, _: events.SensitiveConsentWithdrawn) -> None:
    """The consent and the facts end, those of the history too."""
    veterans.withdraw(work.session, work.veteran, veterans.SENSITIVE, work.now)


def own_page_wanted(work: Work, _: events.OwnPageWanted) -> None:
    """The link to their own page, where there are pages."""
    if work.rt.public_url:
        work.say("support/own_page", address=own_pages.address(work.rt, work.session, work.veteran))


def preference_changed(work: Work, event: events.PreferenceChanged) -> None:
    """Keeps the profile; facts of the body only with the consent of their own."""
    slots = veterans.storable(work.session, work.veteran_id, event.slots)
    veterans.save_preference(work.session, work.veteran_id, slots, "talk", work.now)


def slots_erased(work: Work, event: events.SlotsErased) -> None:
    """Deletes single facts; name and telephone are sealed columns of their own."""
    veterans.save_preference(work.session, work.veteran_id, event.slots, "talk", work.now)
    if "name" in event.names:
        work.veteran.name_sealed = work.veteran.name_digest = None
    if "phone" in event.names:
        veterans.keep_phone(work.rt.keyring, work.veteran, None)


def erasure_requested(work: Work, _: events.ErasureRequested) -> None:
    """Everything goes; the dialogue's row stays, without a person, so that repeats stay repeats."""
    erasure.erase(work.session, work.veteran, work.now)
    audit.note(work.rt, work.session, "self", "person.erase", f"veteran:{work.veteran.id}")
    conversations_table.give_to(work.session, work.known.openid, None)
    work.is_erased = True
    work.become(profile=Slots(), consent=False, named=False, reachable=False, push=False)


def contact_given(work: Work, event: events.ContactGiven) -> None:
    """Keeps name and telephone, and ties the chat to the ledger row that bears both."""
    veterans.save_contact(work.session, work.rt.keyring, work.veteran_id, name=event.name, phone=event.phone)
    _tie(work, veterans.bind_by_contact(work.session, work.rt.keyring, work.veteran_id))


def _tie(work: Work, row: Veteran | None) -> bool:
    if row is None:
        return False
    work.is_now(row.id)
    work.become(
        profile=veterans.profile_of(work.session, row, work.today),
        named=row.name_sealed is not None,
        reachable=row.phone_sealed is not None,
    )
    return True


def push_stopped(work: Work, event: events.PushStopped) -> None:
    """Stops one topic or all, for good or until the morning of a day."""
    until = datetime.combine(event.until, time(8, 0), CHINA) if event.until else None
    veterans.stop_push(work.session, work.veteran, event.topic, until, work.now)


def push_resumed(work: Work, event: events.PushResumed) -> None:
    """Takes a stop back; who never agreed to pushes does so by asking for them."""
    veterans.resume_push(work.session, work.veteran_id, event.topic)
    if work.conversation.consent:
        veterans.give_consent(work.session, work.veteran_id, work.now)


def rhythm_changed(work: Work, event: events.RhythmChanged) -> None:
    """How often new matches are sent; asking for a rhythm is asking for them."""
    recommendations_table.set_rhythm(work.session, work.veteran_id, event.days, only_excellent=event.only_excellent)
    push_resumed(work, events.PushResumed(events.Topic.MATCHES))


def station_bound(work: Work, event: events.StationBound) -> None:
    """Puts the person under the station whose code was scanned."""
    name = veterans.bind_station(work.session, work.veteran, event.scene)
    if name is None:
        work.say("arrivals/scan_failed")
    else:
        work.say("arrivals/station", name=name)


def person_bound(work: Work, event: events.PersonBound) -> None:
    """Ties the chat to the ledger row whose printed code was scanned."""
    row = veterans.bind_person(work.session, work.rt.keyring, work.veteran, event.scene, work.today)
    work.say("arrivals/person" if _tie(work, row) else "arrivals/scan_failed")


def noted(work: Work, event: Event) -> None:
    """Nothing to write: the message itself is kept, and the conversation's state is the staff's queue."""


Effect = Callable[[Work, Any], None]

EFFECTS: Final[Mapping[type[Event], Effect]] = {
    events.Followed: followed,
    events.Unfollowed: unfollowed,
    events.ConsentGiven: consent_given,
    events.ConsentWithdrawn: consent_withdrawn,
    events.OwnPageWanted: own_page_wanted,
    events.SensitiveConsentGiven: sensitive_consent_given,
    events.SensitiveConsentWithdrawn: sensitive_consent_withdrawn,
    events.PreferenceChanged: preference_changed,
    events.SlotsErased: slots_erased,
    events.ErasureRequested: erasure_requested,
    events.ContactGiven: contact_given,
    events.PushStopped: push_stopped,
    events.PushResumed: push_resumed,
    events.RhythmChanged: rhythm_changed,
    events.StationBound: station_bound,
    events.PersonBound: person_bound,
    events.HandoverRequested: noted,
    events.MessageForwarded: noted,
    events.EmployerGuided: noted,
}
