"""What a turn makes happen, as facts for the services to act on: the only language between dialogue and database."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.slots import Slots


class Topic(StrEnum):
    """The kinds of messages a veteran can stop one by one."""

    MATCHES = "matches"
    POLICY = "policy"
    BROADCAST = "broadcast"
    FAIR = "fair"
    FOLLOW_UP = "follow_up"
    HEARTBEAT = "heartbeat"


class Interest(StrEnum):
    """What a veteran wants to be told of by the clerk."""

    TRAINING = "training"
    JOB_FAIR = "job_fair"
    START_UP = "start_up"
    REMINDER = "reminder"


class Severity(StrEnum):
    """How soon a case must be looked at."""

    CRISIS = "crisis"
    URGENT = "urgent"
    NORMAL = "normal"


class Event:
    """The common name of all events."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Followed(Event):
    """The account was followed, perhaps by scanning a code (`scene`)."""

    scene: str = ""


@dataclass(frozen=True, slots=True)
class Unfollowed(Event):
    """The account was unfollowed: pushes stop, erasure is scheduled."""


@dataclass(frozen=True, slots=True)
class ConsentGiven(Event):
    """The person agreed to being stored."""

    words: str


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(Event):
    """The person refused, or took consent back."""

    words: str


@dataclass(frozen=True, slots=True)
class OwnPageWanted(Event):
    """The person looks at what is kept: they get the link to their own page."""


@dataclass(frozen=True, slots=True)
class SensitiveConsentGiven(Event):
    """The person agreed, apart from the rest, to facts of body and health being stored."""

    words: str


@dataclass(frozen=True, slots=True)
class SensitiveConsentWithdrawn(Event):
    """That consent was taken back: the facts go."""

    words: str


@dataclass(frozen=True, slots=True)
class PreferenceChanged(Event):
    """The profile is now `slots` as a whole; `source` are the words it came from, for the audit."""

    slots: Slots
    source: str


@dataclass(frozen=True, slots=True)
class SlotsErased(Event):
    """Single facts are to be deleted; `slots` is what is left."""

    names: tuple[str, ...]
    slots: Slots


@dataclass(frozen=True, slots=True)
class ErasureRequested(Event):
    """Everything stored of the person is to be deleted."""


@dataclass(frozen=True, slots=True)
class ContactGiven(Event):
    """Name or telephone number, for referrals and for finding the ledger row."""

    name: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class MatchesRequested(Event):
    """A ranked list is wanted. `slots`: what is known of the person; `page` counts from 0.

    `why`: not the list, but why nothing fits quite and what would change that.
    """

    slots: Slots
    page: int = 0
    limit: int = 5
    why: bool = False


@dataclass(frozen=True, slots=True)
class DetailRequested(Event):
    """One posting is asked about; `facet` is what about it ("" = all)."""

    posting_id: str
    facet: str = ""


@dataclass(frozen=True, slots=True)
class BestRequested(Event):
    """Which of these postings is best in one respect is asked: `by` is pay or near."""

    posting_ids: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True)
class ReferralIntended(Event):
    """The veteran picked the posting, name and telephone are to be asked: unless it is closed or unfit for him."""

    posting_id: str


@dataclass(frozen=True, slots=True)
class ReferralRequested(Event):
    """The veteran wants to be referred to the posting."""

    posting_id: str


@dataclass(frozen=True, slots=True)
class ReferralWithdrawn(Event):
    """The veteran takes a referral back; None = the latest open one."""

    posting_id: str | None


@dataclass(frozen=True, slots=True)
class ReferralsRequested(Event):
    """The veteran asks how his referrals stand."""


@dataclass(frozen=True, slots=True)
class CaseRaised(Event):
    """Something a person must settle. `followup_id`: the follow-up it came up in; `quiet`: the turn says it itself."""

    kind: str
    words: str
    severity: Severity = Severity.NORMAL
    followup_id: int | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class CaseNewsRequested(Event):
    """The veteran asks when his case will be answered, or adds to it (`words`)."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class CaseWordsAdded(Event):
    """The veteran adds to the case he has just raised."""

    words: str


@dataclass(frozen=True, slots=True)
class CaseReopened(Event):
    """The answer to a case did not settle it."""

    case_id: int | None
    words: str


@dataclass(frozen=True, slots=True)
class CaseAccepted(Event):
    """The veteran is content with the answer to a case."""

    case_id: int | None


@dataclass(frozen=True, slots=True)
class HandoverRequested(Event):
    """A person is wanted to take the talk over."""

    words: str
    severity: Severity = Severity.NORMAL


@dataclass(frozen=True, slots=True)
class MessageForwarded(Event):
    """Said while a person has, or is about to have, the talk: for the staff's inbox."""

    words: str


@dataclass(frozen=True, slots=True)
class PushStopped(Event):
    """No more messages of a topic (None = of all), for good or until a day."""

    topic: Topic | None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class PushResumed(Event):
    """Messages of a topic (None = all) are welcome again."""

    topic: Topic | None


@dataclass(frozen=True, slots=True)
class RhythmChanged(Event):
    """New matches are wanted at most every so many days; `only_excellent`: only those that fit in every respect."""

    days: int
    only_excellent: bool = False


@dataclass(frozen=True, slots=True)
class PolicyAsked(Event):
    """A question about policy, in the veteran's words."""

    words: str


@dataclass(frozen=True, slots=True)
class InterestRecorded(Event):
    """To be passed to the clerk: training, fair, start-up, or a reminder on a day."""

    kind: Interest
    words: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class FollowUpAnswered(Event):
    """One answer to a follow-up; what was not said is None. `done`: nothing more will be asked."""

    followup_id: int
    words: str
    employment_status: str | None = None
    satisfaction: int | None = None
    gaps: tuple[str, ...] | None = None
    reason: str | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class InterviewAnswered(Event):
    """The veteran will come to an interview, or cancels it."""

    referral_id: int
    goes: bool


@dataclass(frozen=True, slots=True)
class OfferAnswered(Event):
    """The veteran takes an offer, or declines it."""

    referral_id: int
    accepts: bool


@dataclass(frozen=True, slots=True)
class PlaceAnswered(Event):
    """Somebody in line wants the place that became free, or lets it go."""

    referral_id: int
    wants: bool


@dataclass(frozen=True, slots=True)
class HeartbeatAnswered(Event):
    """How the person is doing this month: working, looking, resting or help (somebody is to call)."""

    heartbeat_id: int
    answer: str
    words: str


@dataclass(frozen=True, slots=True)
class StationBound(Event):
    """A station's code was scanned: its clerk looks after this person."""

    scene: str


@dataclass(frozen=True, slots=True)
class PersonBound(Event):
    """A printed code of one ledger row was scanned: the row and this WeChat identity are one person."""

    scene: str


@dataclass(frozen=True, slots=True)
class EmployerGuided(Event):
    """An employer wrote by mistake and was shown the employers' way."""

    words: str
