"""Veterans: following and leaving, consent, the kept profile and its history, contact data, stops, binding."""

import hmac
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from bot.changed import changed
from bot.slots import SENSITIVE_SLOTS, Slots
from models import delivery as deliveries
from models import identity as identity_table
from models import organisation
from models import veteran as veterans_table
from models.base import Session
from models.sealed import Keyring
from models.veteran import Interest, KeptProfile, Veteran
from services import confirmations, erasure
from services.masking import masked_text
from services.topics import TOPICS

CONSENT_TEXT_VERSION: Final = "2026-11-2"
STORING: Final = "storing"
PUSHES: Final = "pushes"
SENSITIVE: Final = "sensitive"
#: The version of the text that was shown, by purpose.
TEXT_VERSIONS: Final = {STORING: CONSENT_TEXT_VERSION, PUSHES: CONSENT_TEXT_VERSION, SENSITIVE: "2026-11-3"}
ALL_TOPICS: Final = "all"
STANDING: Final = (STORING, PUSHES, SENSITIVE, ALL_TOPICS)
PUSHED_TOPICS: Final = tuple(name for name, topic in TOPICS.items() if not topic.answers)
STATION_SCENE: Final = "station"
PERSON_SCENE: Final = "person"
PHONE_TAIL: Final = "veteran.phone_tail"
TAIL_DIGITS: Final = 4
#: Eight for the key, 24 that cannot be guessed; the platform takes 64 characters in all.
SCENE_DIGEST_CHARACTERS: Final = 32


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a person by phone, in the clear: for the employer's slip and the clerk, never for logs."""

    name: str | None
    phone: str | None


def follow(session: Session, openid: str, now: datetime) -> int:
    """A person follows the account; their number. Someone who comes back starts clean: nothing of the earlier time is
    used.

    `now`: when it happened. A follow that is told of only after the person has left again changes nothing.
    """
    number = identity_table.follow(session, openid, now)
    if number is not None:
        return number
    gone = veterans_table.veteran_of(session, openid)
    if gone is not None and gone.unfollowed_at is not None and now < gone.unfollowed_at:
        return gone.id
    if gone is not None:
        erasure.erase(session, gone, now)
    fresh = identity_table.follow(session, openid, now)
    if fresh is None:
        raise LookupError("an identity that was just set free is taken")
    return fresh


def unfollow(session: Session, veteran: Veteran, now: datetime) -> bool:
    """Pushes stop at once; what is kept goes by the retention rule, or when the person comes back.

    `now`: when it happened. The platform tells late at times: who has followed again since then is no leaver, and
    the answer is no.
    """
    if veteran.following and veteran.followed_at is not None and now < veteran.followed_at:
        return False
    veteran.following = False
    veteran.unfollowed_at = now
    veterans_table.withdraw_consents(session, veteran.id, now)
    deliveries.cancel_deliveries(session, veteran.id)
    return True


def give_consent(session: Session, veteran_id: int, now: datetime, *, pushes: bool = True) -> None:
    """The person agrees to being stored and, unless they said no, to pushes."""
    for purpose in (STORING, PUSHES) if pushes else (STORING,):
        agree(session, veteran_id, purpose, "wechat", now)


def agree(session: Session, veteran_id: int, purpose: str, channel: str, now: datetime) -> None:
    """The person agrees to one purpose, by that channel, having seen today's text."""
    version = TEXT_VERSIONS[purpose]
    veterans_table.add_consent(session, veteran_id, purpose, now, text_version=version, channel=channel)


def withdraw(session: Session, veteran: Veteran, purpose: str, now: datetime) -> None:
    """One consent ends, and what rests on it alone: pushes wait no more, sensitive facts go with their history.

    Without the consent to storing nothing else may be done, so all of them end with it.
    """
    veterans_table.withdraw_consents(session, veteran.id, now, () if purpose == STORING else (purpose,))
    if purpose in (STORING, PUSHES):
        deliveries.cancel_deliveries(session, veteran.id, PUSHED_TOPICS)
    if purpose in (STORING, SENSITIVE):
        _drop_sensitive(session, veteran)


def _drop_sensitive(session: Session, veteran: Veteran) -> None:
    kept = veterans_table.preference_of(session, veteran.id)
    if kept is not None and not veteran.in_ledger:
        kept.profile = {name: value for name, value in kept.profile.items() if name not in SENSITIVE_SLOTS}
        veterans_table.forget_changes(session, veteran.id, SENSITIVE_SLOTS)


def storable(session: Session, veteran_id: int, profile: Slots) -> Slots:
    """The profile without what needs a consent that was not given; what the ledger knows of it stays as it is."""
    if profile.disability in (None, "无") or veterans_table.consent_in_force(session, veteran_id, SENSITIVE):
        return profile
    kept = veterans_table.kept_profile(session, veteran_id)
    return replace(profile, disability=kept.profile.get("disability") if kept is not None else None)


def has_consent(session: Session, veteran: Veteran, purpose: str = STORING) -> bool:
    """Whether a consent to this purpose is in force."""
    return veterans_table.consent_in_force(session, veteran.id, purpose) is not None


def profile_of(session: Session, veteran: Veteran, today: date) -> Slots:
    """The kept profile; the age is that of `today`."""
    kept = veterans_table.preference_of(session, veteran.id)
    if kept is None:
        return Slots()
    return profile_from(kept.profile, kept.age_stated_on, today)


def profile_from(kept: dict[str, Any], stated_on: date | None, today: date) -> Slots:
    """The same, of what was read with others."""
    return age_on(Slots.from_json(kept), stated_on, today)


def age_on(profile: Slots, stated_on: date | None, today: date) -> Slots:
    """The profile with the age of `today`: from the stated age if there is one, else from the birth year."""
    if profile.age is not None and stated_on is not None:
        return changed(profile, age=profile.age + _full_years(stated_on, today))
    if profile.age is None and profile.birth_year is not None:
        return changed(profile, age=today.year - profile.birth_year)
    return profile


def _full_years(start: date, end: date) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def save_preference(
    session: Session, veteran_id: int, profile: Slots, source: str, now: datetime, *, who: str = ""
) -> tuple[str, ...]:
    """Keeps the whole profile; every slot that changed leaves a dated row. Returns the names of those slots."""
    kept = veterans_table.kept_profile(session, veteran_id)
    values = profile.to_json()
    old: dict[str, Any] = {}
    if kept is None:
        anew = KeptProfile(values, now.date(), 0)
    else:
        known = age_on(Slots.from_json(kept.profile), kept.age_stated_on, now.date())
        old, anew = known.to_json(), _with_values(kept, values, same_age=profile.age == known.age, today=now.date())
    changed = tuple(name for name in (*values, *(set(old) - set(values))) if old.get(name) != values.get(name))
    if changed or kept is None:
        anew = replace(anew, revision=anew.revision + bool(changed))
        veterans_table.keep_profile(session, veteran_id, anew, now)
    told = {"source": source, "who": who}
    rows = [{"slot": name, "old": old.get(name), "new": values.get(name), **told} for name in changed]
    veterans_table.add_changes(session, veteran_id, rows, now)
    if changed and source == "talk":
        confirmations.talked(session, veteran_id, now)
    return changed


def _with_values(kept: KeptProfile, values: dict[str, Any], *, same_age: bool, today: date) -> KeptProfile:
    """An age that only grew by itself stays as it was stated, with its day; else its birthday would move every time."""
    stated = kept.profile.get("age")
    if same_age and stated is not None:
        return replace(kept, profile=values | {"age": stated})
    if same_age and values.get("birth_year") is not None:
        return replace(kept, profile={name: value for name, value in values.items() if name != "age"})
    return KeptProfile(values, today, kept.revision)


def save_contact(
    session: Session, keyring: Keyring, veteran_id: int, *, name: str | None = None, phone: str | None = None
) -> None:
    """Keeps name and phone, sealed, with the digests that find them again; what is not given stays."""
    given: dict[str, Any] = _sealed_phone(keyring, phone) if phone else {}
    if name:
        given["name_sealed"] = keyring.seal("veteran.name", name)
        given["name_digest"] = keyring.digest("veteran.name", name)
    if given:
        identity_table.keep_contact(session, veteran_id, given)


def keep_phone(keyring: Keyring, veteran: Veteran, phone: str | None) -> None:
    """The phone of a row at hand; None takes it away."""
    for column, value in _sealed_phone(keyring, phone).items():
        setattr(veteran, column, value)


def _sealed_phone(keyring: Keyring, phone: str | None) -> dict[str, Any]:
    """The phone with both digests that find it, of the whole and of its last four digits."""
    return {
        "phone_sealed": keyring.seal("veteran.phone", phone) if phone else None,
        "phone_digest": keyring.digest("veteran.phone", phone) if phone else None,
        "phone_tail_digest": keyring.digest(PHONE_TAIL, phone[-TAIL_DIGITS:]) if phone else None,
    }


def contact_of(keyring: Keyring, veteran: Veteran | identity_table.Contact) -> Contact:
    """Name and phone in the clear."""
    return Contact(
        name=keyring.open("veteran.name", veteran.name_sealed) if veteran.name_sealed else None,
        phone=keyring.open("veteran.phone", veteran.phone_sealed) if veteran.phone_sealed else None,
    )


def stop_push(session: Session, veteran: Veteran, topic: str | None, until: datetime | None, now: datetime) -> None:
    """Stops one topic, or all (None), for a while or until taken back; what waits in the outbox is taken back.

    News of what the person did themselves (an interview, a case) is no push and still goes.
    """
    veterans_table.stop_topic(session, veteran.id, topic or ALL_TOPICS, until, now)
    deliveries.cancel_deliveries(session, veteran.id, (topic,) if topic else PUSHED_TOPICS)


def resume_push(session: Session, veteran_id: int, topic: str | None) -> None:
    """Takes a stop back. Resuming one topic also lifts the stop of all: that is what the person means."""
    veterans_table.resume_topics(session, veteran_id, (topic, ALL_TOPICS) if topic else ())


def wants_pushes(session: Session, veteran: Veteran, now: datetime) -> bool:
    """Whether pushes in general are on."""
    stopped = veterans_table.stopped_topics(session, veteran.id, now)
    return ALL_TOPICS not in stopped and has_consent(session, veteran, PUSHES)


def record_interest(
    session: Session, veteran: Veteran, kind: str, words: str, now: datetime, *, remind_on: date | None = None
) -> None:
    """Something for the clerk to take up (training, job_fair, start_up), or a reminder to send on a day."""
    session.add(Interest(veteran_id=veteran.id, kind=kind, words=masked_text(words)[:200], at=now, remind_on=remind_on))


def bind_station(session: Session, veteran: Veteran, scene: str) -> str | None:
    """The QR of a station ("station:7") puts the person under it; the station's name, or None if there is none."""
    kind, _, number = scene.partition(":")
    node = session.get(organisation.Node, int(number)) if kind == STATION_SCENE and number.isdigit() else None
    if node is None:
        return None
    veteran.node_id = node.id
    return node.name


def person_scene(keyring: Keyring, veteran: Veteran, day: date) -> str:
    """The scene of the QR a clerk prints for one ledger row; valid that day and the next seven."""
    return _scenes(keyring, veteran, day)[0]


def _scenes(keyring: Keyring, veteran: Veteran, day: date) -> tuple[str, ...]:
    signed = keyring.digests("person-scene", f"{veteran.id}:{day}")
    return tuple(f"{PERSON_SCENE}:{veteran.id}:{day:%y%m%d}:{one[:SCENE_DIGEST_CHARACTERS]}" for one in signed)


def bind_person(session: Session, keyring: Keyring, veteran: Veteran, scene: str, today: date) -> Veteran | None:
    """Ties a WeChat identity to the ledger row whose printed QR was scanned; the row, or None if the QR is no good.

    What the person said in the chat wins over the ledger's profile: it is later and their own word.
    """
    row = _row_of_scene(session, keyring, scene, today)
    if row is None or row.openid is not None or row.id == veteran.id:
        return None
    return tie(session, veteran, row)


def bind_by_contact(session: Session, keyring: Keyring, veteran_id: int) -> Veteran | None:
    """Ties the chat to the ledger row with this name and phone, if there is exactly one and it is free."""
    kept = identity_table.contact_of(session, veteran_id)
    said = contact_of(keyring, kept)
    if kept.in_ledger or not (said.name and said.phone):
        return None
    names, phones = keyring.digests("veteran.name", said.name), keyring.digests("veteran.phone", said.phone)
    rows = identity_table.ledger_rows_of(session, names, phones)
    if len(rows) != 1 or rows[0].openid is not None:
        return None
    chat, row = (veterans_table.veteran_by_id(session, number) for number in (veteran_id, rows[0].id))
    return tie(session, chat, row) if chat is not None and row is not None else None


def tie(session: Session, chat: Veteran, row: Veteran) -> Veteran:
    """Moves everything of the chat's person to the ledger row and empties the former."""
    openid, followed_at = chat.openid, chat.followed_at
    said = veterans_table.preference_of(session, chat.id)
    kept = veterans_table.preference_of(session, row.id)
    if said is not None and kept is not None:
        if "age" not in said.profile and "age" in kept.profile:
            said.age_stated_on = kept.age_stated_on
        said.profile = {**kept.profile, **said.profile}
        session.delete(kept)
        session.flush()  # the key is free before the other row takes it
    erasure.empty(chat, now=followed_at or chat.created_at)
    session.flush()
    veterans_table.move_rows(session, chat.id, row.id)
    row.openid, row.following, row.followed_at, row.unfollowed_at = openid, True, followed_at, None
    session.flush()
    return row


def _row_of_scene(session: Session, keyring: Keyring, scene: str, today: date) -> Veteran | None:
    parts = scene.split(":")
    if len(parts) != 4 or parts[0] != PERSON_SCENE or not parts[1].isdigit():
        return None
    row = veterans_table.veteran_by_id(session, int(parts[1]))
    days = [today - timedelta(days=back) for back in range(8)]
    if row is None or not any(
        hmac.compare_digest(one.encode(), scene.encode()) for day in days for one in _scenes(keyring, row, day)
    ):
        return None
    return row
