"""People the profile is not for: minors, employers who write here by mistake, and others somebody asks for."""

from datetime import date
from typing import Final

from bot.changed import changed
from bot.events import EmployerGuided, Interest, InterestRecorded, MatchesRequested
from bot.merging import NOT_KEPT, merge
from bot.nlu.gates import Pattern
from bot.scene import Scene
from bot.slots import SLOT_NAMES, Slots
from bot.types import Pending, Reply, Role, State, Turn, Waiting

OF_AGE: Final = 18
_GROWN_UP: Final = Pattern(
    r"(?<!\d)(1[89]|[2-5]\d)(?:周?岁)?(?:了|啦|$)(?!再)|(?:满|到|过)十八(?:周?岁)?了(?!再)|成年了(?!再)"
)
SENIOR: Final = 60
_MYSELF: Final = Pattern(r"(?:不管|别管|先不说|不说)(?:他|她|人家|别人)|(?:说|问|是)(?:回)?(?:我|俺)自己")
_OWN_SERVICES: Final = frozenset({"training", "job_fair", "entrepreneurship", "policy_question", "complaint"})
_SEEKS: Final = frozenset({"find_job", "update_profile", "show_matches"})
_OF_OTHERS: Final = (
    "location",
    "location_any",
    "job_categories",
    "job_any",
    "job_categories_exclude",
    "age",
    "education",
)
"""What of another person's wish the public list is chosen by; it is in the state only, never in a profile."""


def minor(scene: Scene) -> Turn | None:
    """Under eighteen: no profile and no list, but training, policy and a reminder for the day."""
    age = _stated_age(scene)
    if age is not None and age < OF_AGE and not scene.heard.doubts and not scene.heard.about_other:
        due = _of_age_by(scene, age)
        return scene.settled(Reply("minors/told", {"due": due}), role=Role.MINOR, of_age_on=due)
    if scene.conversation.role is not Role.MINOR:
        return None
    if age is not None:
        return None
    return _for_minor(scene)


def grown(scene: Scene) -> Scene:
    """The same message with the minor's role dropped, when it states an age of eighteen or more."""
    if scene.conversation.role is not Role.MINOR:
        return scene
    age = _stated_age(scene)
    if age is None:
        said = _GROWN_UP.search(scene.text)
        if said is None or scene.says("guardian"):
            return scene
        age = int(said[1]) if said[1] else OF_AGE
        slots = changed(scene.slots, age=age)
        scene = changed(scene, heard=changed(scene.heard, intent="update_profile", slots=slots))
    return scene.with_conversation(role=Role.VETERAN, of_age_on=None) if age >= OF_AGE else scene


def _for_minor(scene: Scene) -> Turn | None:
    due = scene.conversation.of_age_on or _of_age_by(scene, OF_AGE - 1)
    if scene.waits_for(Waiting.REMINDER):
        if scene.refuses:
            return scene.settled(Reply("minors/not_reminded"))
        if scene.agrees:
            return _remind(scene, due)
    if scene.slots.phone is not None or "电话" in scene.text or "手机" in scene.text:
        return scene.answer(Reply("minors/no_phone", {"due": due}), pending=Pending(Waiting.REMINDER), asked="confirm")
    if scene.says("guardian"):
        return _remind(scene, due)
    if scene.intent in _OWN_SERVICES or scene.says("thanks"):
        return None
    if scene.heard.about_other or scene.says("third_person"):
        return for_other(scene, scene.slots.without(*NOT_KEPT))
    if scene.intent == "cancel" or scene.says("done"):
        return scene.settled(Reply("support/bye"))
    return scene.settled(Reply("minors/again", {"due": due}))


def _remind(scene: Scene, due: date) -> Turn:
    return scene.settled(InterestRecorded(Interest.REMINDER, "满18岁提醒", due), Reply("minors/reminded", {"due": due}))


def _stated_age(scene: Scene) -> int | None:
    slots = scene.slots
    if slots.age is not None:
        return slots.age
    return scene.today.year - slots.birth_year if slots.birth_year is not None else None


def _of_age_by(scene: Scene, age: int) -> date:
    """The day by which someone of that age is surely eighteen: birthdays are not asked of children."""
    year = scene.today.year + max(OF_AGE - age, 1)
    return date(year, scene.today.month, min(scene.today.day, 28))


def employer(scene: Scene) -> Turn | None:
    """An employer is shown the employers' way; nothing of it becomes a profile."""
    if scene.conversation.role is Role.EMPLOYER:
        return _as_employer(scene)
    if not scene.says("employer") or scene.says("seeker") or scene.conversation.state is State.APPLY:
        return None
    if scene.says("show_short") and scene.conversation.profile.said():
        return None
    if scene.intent in ("complaint", "show_matches", "job_detail", "apply"):
        return None
    topic = scene.which("employer_question")
    key = f"employer/{topic}" if topic in ("discrimination", "benefit") else "employer/guide"
    return scene.settled(EmployerGuided(scene.inbound.text), Reply(key), role=Role.EMPLOYER)


def _as_employer(scene: Scene) -> Turn | None:
    if scene.says("seeker") or (scene.intent in _SEEKS and "自己" in scene.text):
        return None
    topic = scene.which("employer_question")
    if topic is None and scene.intent in ("complaint", "show_matches", "apply", "job_detail"):
        return None
    if topic is None and scene.says("done"):
        return scene.settled(Reply("employer/bye"))
    return scene.settled(EmployerGuided(scene.inbound.text), Reply(f"employer/{topic or 'guide'}"))


def as_seeker(scene: Scene) -> Scene:
    """The same message with the employer's role dropped, when it is a job seeker's after all."""
    if scene.conversation.role is not Role.EMPLOYER:
        return scene
    return scene.with_conversation(role=Role.VETERAN)


def for_other(scene: Scene, said: Slots, known: Slots | None = None) -> Turn:
    """Another person's wish: public postings for it, nothing kept; what is said next may still be about that person."""
    others = tuple(name for name in SLOT_NAMES if name not in _OF_OTHERS)
    wish = merge(known or Slots(), changed(scene.heard, slots=said.without(*others)), scene.inbound.text, None)
    return scene.answer(
        Reply("profile/for_other", {"again": known is not None}),
        MatchesRequested(wish),
        state=State.MATCHES,
        asked="pick",
        pending=Pending(Waiting.OTHER, slots=wish),
        page=0,
        focus=None,
    )


def more_for_other(scene: Scene) -> Turn | None:
    """What is said after a list made for somebody else, as long as the writer does not speak of himself."""
    pending = scene.waits_for(Waiting.OTHER)
    if pending is None:
        return None
    theirs = scene.says("third_person") or scene.heard.about_other
    if "我" in scene.text and (not theirs or _MYSELF.search(scene.text)):
        return None
    said = scene.slots.without(*NOT_KEPT)
    if scene.intent in ("find_job", "update_profile", "show_matches") and (said.said() or scene.intent != "find_job"):
        asks_list = scene.intent == "show_matches" or scene.says("show_short")
        return for_other(scene, said, pending.slots) if said.said() or asks_list else None
    return None
