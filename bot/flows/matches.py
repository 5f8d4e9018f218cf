"""The list and what is done with it: more, one posting's facts, being referred, taking a referral back."""

from typing import Any, Final

from bot import choices, cues
from bot.events import (
    BestRequested,
    ContactGiven,
    DetailRequested,
    MatchesRequested,
    ReferralIntended,
    ReferralRequested,
    ReferralWithdrawn,
)
from bot.flows import asking
from bot.nlu.gates import Pattern
from bot.questions import ESSENTIAL
from bot.scene import Scene
from bot.slots import Slots
from bot.types import Pending, Reference, Reply, Shown, State, Turn, Waiting

_LISTED: Final = (State.MATCHES, State.DETAIL, State.APPLY, State.APPLIED, State.IDLE, State.STOPPED, State.HANDOFF)
_APPLY_WORDS: Final = Pattern(r"报|申请|投|应聘|去(试|面|上班|干)|就(要|它|他|这|那|去)|选|干这|要(去|这|那)")
_BARE_PICK: Final = Pattern(
    r"^(我?(要|看|选|点|想看|看看|想要|了解|想了解)?(一下|下)?)?(第)?[0-9一二三四五六七八九十]{1,3}(个|家|号|条|项|份)?(岗位|工作|的)?(呢|吧|咋样|怎么样|详情|详细|具体|介绍|说说|看看)*[??。.!]*$"
)
_MORE: Final = frozenset({"show_matches", "unknown", "find_job", "chitchat"})
_COMPARES: Final = frozenset({"job_detail", "show_matches", "unknown", "chitchat", "update_profile", "find_job"})
_NUMBERS: Final = Pattern(r"\d+|[一二三四五六七八九十]+")
_NOT_NAME: Final = Pattern(r"我(叫|是)|姓名|名字|电话|手机号?|联系方式|号码|是|[\W\d_a-zA-Z]+")
_NAME: Final = Pattern(r"[\u4e00-\u9fff·]{2,6}")
_GENERIC: Final = frozenset({"公司", "有限", "责任", "限公", "工作", "岗位", "集团", "服务", "股份", "分公", "中心"})
_PAIR: Final = 2
_SHORT: Final = 10
"""Characters of a question that may lean on the posting spoken of."""
_ALL: Final = "all"
_LAST: Final = "last"


def positions(scene: Scene) -> tuple[int, ...]:
    """The positions of the list a message picks, from 1; they may lie beyond its end."""
    shown = scene.conversation.shown
    if scene.slots.pick:
        found: list[int] = []
        for item in scene.slots.pick:
            found.extend(range(1, len(shown) + 1) if item == _ALL else [len(shown) if item == _LAST else int(item)])
        return tuple(dict.fromkeys(number for number in found if number > 0))
    if shown and scene.intent != "apply" and scene.says("loose_apply"):
        return tuple(dict.fromkeys(choices.numbers("、".join(_NUMBERS.findall(scene.text)))))
    if len(shown) == _PAIR and scene.says("other_one"):
        return tuple(n for n, item in enumerate(shown, 1) if scene.conversation.focus not in (None, item.posting_id))
    if scene.numbers and shown and scene.conversation.state in _LISTED and not _is_answer(scene):
        return tuple(number for number in scene.numbers if 0 < number < 100)
    return ()


def _is_answer(scene: Scene) -> bool:
    """Whether bare numbers answer the question after a list rather than pick from it (an age, say)."""
    asked = scene.conversation.asked
    return asked in ESSENTIAL and max(scene.numbers) > max(len(scene.conversation.shown), 10)


def _named(scene: Scene) -> Shown | None:
    """The one posting of the list whose own words stand in the message (“那个叉车的”)."""
    scored = sorted(((_overlap(scene.text, item), n) for n, item in enumerate(scene.conversation.shown)), reverse=True)
    if not scored or scored[0][0] == 0 or (len(scored) > 1 and scored[0][0] == scored[1][0]):
        return None
    return scene.conversation.shown[scored[0][1]]


def _overlap(text: str, item: Shown) -> int:
    words = cues.clean(f"{item.title} {item.words}")
    pairs = {words[at : at + 2] for at in range(len(words) - 1)} - _GENERIC
    return sum(pair in text for pair in pairs)


def _reference(scene: Scene, posting_id: str | None, position: int | None = None) -> Reference:
    for number, item in enumerate(scene.conversation.shown, 1):
        if item.posting_id == posting_id:
            return Reference(number, posting_id)
    return Reference(position, posting_id, missing=posting_id is None)


def _target(scene: Scene) -> str | None:
    """The posting a message without a position is about: named, spoken of last, or the only one shown."""
    conversation = scene.conversation
    named = _named(scene)
    if named is not None:
        return named.posting_id
    if conversation.focus is not None:
        return conversation.focus
    return conversation.shown[0].posting_id if len(conversation.shown) == 1 else None


def _beyond(scene: Scene, position: int) -> Turn:
    """The list has no such position: say so, with how long it is."""
    length = len(scene.conversation.shown)
    key = "matches/no_position" if length else "matches/no_list"
    return scene.answer(
        Reply(key, {"position": position, "length": length}), refers_to=Reference(position, None, missing=True)
    )


def detail(scene: Scene) -> Turn | None:
    """One posting, all of it or the fact asked about."""
    if scene.says("plea") and (scene.conversation.state is State.MATCHES or scene.conversation.focus):
        return scene.answer(Reply("matches/plea"))
    best = scene.which("best")
    if best is not None and scene.conversation.shown and scene.intent in _COMPARES:
        shown = tuple(item.posting_id for item in scene.conversation.shown)
        return scene.answer(BestRequested(shown, best), state=State.MATCHES, asked="pick", pending=None)
    facet = "address" if scene.says("distance") else scene.which("facet")
    picked = positions(scene)
    bare = bool(picked) and (bool(scene.numbers) or _BARE_PICK.match(scene.text) is not None or scene.says("other_one"))
    spoken_of = asks_of_posting(scene) or bool(facet) or (scene.says("that_one") and _named(scene) is not None)
    pointed = _pointed(scene)
    if not (bare or pointed or scene.intent == "job_detail" or (spoken_of and _about_posting(scene, picked))):
        return None
    if scene.intent == "apply" and not bare:
        return None
    if picked:
        return _picked(scene, picked, "" if bare else facet or "")
    posting_id = _target(scene)
    if posting_id is None and scene.conversation.shown:
        # The best one is taken and named in the answer: asking back would cost a turn, and nothing is committed.
        posting_id = scene.conversation.shown[0].posting_id
    if posting_id is None:
        return asking.listed(scene, scene.conversation.profile, Reply("matches/first_look"))
    return _detail(scene, posting_id, facet or "")


def _about_posting(scene: Scene, picked: tuple[int, ...]) -> bool:
    talking = scene.conversation.state in (State.MATCHES, State.DETAIL, State.APPLIED, State.APPLY)
    asks = scene.intent in ("unknown", "chitchat", "job_detail", "greeting", "follow_up_answer", "human_agent")
    asks = asks or (scene.intent == "update_profile" and not scene.slots.said())
    asks = asks or (scene.intent == "complaint" and scene.says("asks_whether")) or asks_of_posting(scene)
    return bool(picked) or (talking and asks and bool(scene.conversation.shown or scene.conversation.focus))


def _pointed(scene: Scene) -> bool:
    """“就要保洁那个” right after a list points at one of it; it is no new wish."""
    talking = scene.conversation.state in (State.MATCHES, State.DETAIL)
    wish = scene.intent in ("find_job", "update_profile", "unknown") and not scene.says("withdraw")
    return talking and wish and scene.says("pointed") and _named(scene) is not None


def asks_of_posting(scene: Scene) -> bool:
    """“交社保吗”, “离樊城远不远” right after one posting was told of ask of that posting, whatever else they could."""
    conversation = scene.conversation
    if conversation.state is not State.DETAIL or conversation.focus is None:
        return False
    if scene.says("distance"):
        return scene.intent in ("update_profile", "unknown", "find_job", "chitchat")
    short = len(scene.text) <= _SHORT and scene.which("facet") is not None
    return short and scene.intent == "policy_question" and not scene.says("of_law")


def _picked(scene: Scene, picked: tuple[int, ...], facet: str) -> Turn:
    item = scene.conversation.shown_at(picked[0])
    if item is None:
        return _beyond(scene, picked[0])
    if len(picked) == 1:
        return _detail(scene, item.posting_id, facet)
    items = [scene.conversation.shown_at(number) for number in picked]
    events = [DetailRequested(one.posting_id, facet or "brief") for one in items if one is not None]
    return scene.answer(
        *events,
        **_spoken_of(item.posting_id),
        refers_to=_reference(scene, item.posting_id),
    )


def _spoken_of(posting_id: str) -> dict[str, Any]:
    return {"state": State.DETAIL, "focus": posting_id, "asked": None, "pending": None}


def _detail(scene: Scene, posting_id: str, facet: str) -> Turn:
    about = _reference(scene, posting_id)
    if scene.waits_for(Waiting.CONTACT):
        return scene.answer(DetailRequested(posting_id, facet), *asking.again(scene), refers_to=about)
    kept = {"pending": scene.waits_for(Waiting.OTHER)}
    return scene.answer(DetailRequested(posting_id, facet), **_spoken_of(posting_id) | kept, refers_to=about)


def apply(scene: Scene) -> Turn | None:
    """Being referred: which posting, then name and telephone if they are not known, then it is done."""
    pending = scene.waits_for(Waiting.CONTACT)
    if pending is not None:
        turn = _contact(scene, pending)
        if turn is not None:
            return turn
    if not _wants(scene):
        return None
    if scene.waits_for(Waiting.OTHER) and "我自己" not in scene.text:
        return scene.answer(Reply("apply/for_other"))
    if scene.conversation.consent is not True:
        return scene.answer(Reply("consent/needed"), state=State.CONSENT, asked="consent", pending=None)
    picked = positions(scene)
    if picked:
        items = [scene.conversation.shown_at(number) for number in picked]
        missing = [number for number, item in zip(picked, items, strict=True) if item is None]
        if missing:
            return _beyond(scene, missing[0])
        return _refer(scene, tuple(item.posting_id for item in items if item is not None))
    posting_id = _target(scene)
    if posting_id is not None:
        return _refer(scene, (posting_id,))
    if not scene.conversation.shown:
        return asking.listed(scene, scene.conversation.profile, Reply("matches/first_look"))
    return scene.answer(
        Reply("apply/which", {"length": len(scene.conversation.shown)}),
        state=State.APPLY,
        asked="pick",
        pending=Pending(Waiting.APPLY),
    )


def _wants(scene: Scene) -> bool:
    if scene.waits_for(Waiting.APPLY) and (positions(scene) or _named(scene)):
        return scene.intent not in ("job_detail", "cancel")
    if scene.intent == "apply":
        bare = _BARE_PICK.match(scene.text) is not None and not _APPLY_WORDS.search(scene.text)
        return not bare
    known = scene.conversation.focus or scene.conversation.shown
    return bool(known) and scene.says("loose_apply")


def _refer(scene: Scene, posting_ids: tuple[str, ...]) -> Turn:
    about = _reference(scene, posting_ids[0])
    if not (scene.conversation.named and scene.conversation.reachable):
        return scene.answer(
            *map(ReferralIntended, posting_ids),
            state=State.APPLY,
            focus=posting_ids[0],
            asked="phone" if scene.conversation.named else "name",
            pending=Pending(Waiting.CONTACT, posting_ids=posting_ids),
            refers_to=about,
        )
    return scene.settled(
        *map(ReferralRequested, posting_ids), state=State.APPLIED, focus=posting_ids[-1], refers_to=about
    )


def _contact(scene: Scene, pending: Pending) -> Turn | None:
    """Name and telephone, in one message or two; without them the clerk stays in between."""
    if scene.intent in ("cancel", "go_back") or scene.says("no"):
        return scene.settled(Reply("apply/dropped"), state=State.MATCHES, asked="pick")
    conversation = scene.conversation
    name = scene.slots.name or _bare_name(scene) or pending.slots.name
    phone = scene.slots.phone or pending.slots.phone
    if scene.says("skip"):
        return _referred(scene, pending, name, phone)
    if scene.says("privacy"):
        return scene.answer(Reply("support/privacy"), *asking.again(scene))
    if not (scene.slots.name or scene.slots.phone or _bare_name(scene)):
        if scene.intent not in ("unknown", "update_profile", "chitchat", "apply") or scene.slots.said():
            return None
        if scene.which("facet") not in (None, "phone"):
            return None
        absent = [part for part, value in (("name", name or conversation.named), ("phone", phone)) if not value]
        return scene.answer(Reply("apply/contact_again", {"missing": absent}))
    if (name or conversation.named) and (phone or conversation.reachable):
        return _referred(scene, pending, name, phone)
    held = Pending(Waiting.CONTACT, Slots(name=name, phone=phone), posting_ids=pending.posting_ids)
    missing = "phone" if name or conversation.named else "name"
    return scene.answer(Reply("apply/ask_contact", {"missing": [missing]}), asked=missing, pending=held)


def _bare_name(scene: Scene) -> str | None:
    """What is left of an answer to “your name?” beside the number, where it can only be a name."""
    if scene.intent not in ("unknown", "update_profile", "chitchat") or scene.says("skip") or scene.says("done"):
        return None
    left = _NOT_NAME.sub("", scene.inbound.text)
    sure = scene.slots.phone is not None or cues.has("surname", left)
    return left if sure and _NAME.fullmatch(left) else None


def _referred(scene: Scene, pending: Pending, name: str | None, phone: str | None) -> Turn:
    contact = (ContactGiven(name, phone),) if name or phone else ()
    return scene.settled(
        *contact,
        *map(ReferralRequested, pending.posting_ids),
        state=State.APPLIED,
        focus=pending.posting_ids[-1],
        named=bool(name) or scene.conversation.named,
        reachable=bool(phone) or scene.conversation.reachable,
    )


def cannot_go(scene: Scene) -> Turn | None:
    """“面试去不了”: another day, through a person, or the referral taken back."""
    if not scene.says("cannot_go") or scene.intent in ("complaint", "show_matches", "find_job", "policy_question"):
        return None
    if scene.conversation.consent is not True or scene.slots.said():
        return None
    return scene.answer(Reply("apply/cannot_go"))


def withdraw(scene: Scene) -> Turn | None:
    """Taking a referral back: the one picked, the one spoken of, or the latest."""
    if not scene.says("withdraw") or scene.waits_for(Waiting.CONTACT):
        return None
    if scene.intent in ("complaint", "stop_push", "delete_my_data", "policy_question"):
        return None
    picked = positions(scene)
    if picked:
        item = scene.conversation.shown_at(picked[0])
        if item is None:
            return _beyond(scene, picked[0])
        return scene.settled(
            ReferralWithdrawn(item.posting_id), refers_to=_reference(scene, item.posting_id), state=State.IDLE
        )
    named = _named(scene)
    return scene.settled(ReferralWithdrawn(named.posting_id if named else None), state=State.IDLE)


def show(scene: Scene) -> Turn | None:
    """Asking to see the list, the same or the next part of it."""
    conversation = scene.conversation
    if (
        conversation.shown
        and scene.says("more")
        and scene.intent in (*_MORE, "update_profile")
        and not scene.slots.said()
    ):
        return asking.listed(scene, conversation.profile, page=conversation.page + 1)
    if scene.intent == "go_back" and conversation.state in (State.DETAIL, State.APPLY) and conversation.shown:
        return asking.listed(scene, conversation.profile)
    if conversation.state in (State.MATCHES, State.PROFILE) and scene.says("why_none"):
        return scene.answer(MatchesRequested(conversation.profile, why=True), *asking.again(scene))
    asks = scene.says("show_short") or scene.says("again") or scene.says("filter")
    short = asks and scene.intent in (*_MORE, "update_profile", "job_detail")
    if (scene.intent == "show_matches" or short) and not scene.slots.without("pick", "willingness").said():
        return asking.listed(scene, conversation.profile)
    return None
