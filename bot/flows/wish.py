"""The wish: the short questions in any order, corrections, going back, and what every message adds to the profile."""

from typing import Final

from bot import cues, describe, questions
from bot.changed import changed
from bot.events import ContactGiven, PreferenceChanged
from bot.flows import asking, people
from bot.flows.people import OF_AGE, SENIOR
from bot.merging import NOT_KEPT, merge
from bot.nlu.gates import Pattern
from bot.nlu.heard import Doubt, Heard
from bot.nlu.numerals import whole
from bot.questions import BY_KEY
from bot.scene import Scene, Step
from bot.slots import SLOT_NAMES, Slots
from bot.types import Pending, Reply, State, Turn, Waiting
from matching.taxonomy.place import AmbiguousPlace

_EDIT: Final = {
    "age": ("年龄", "岁数", "生日"),
    "location": ("地点", "地方", "地区", "位置", "区域", "城市"),
    "job": ("工种", "岗位", "工作", "职业", "意向"),
    "salary": ("工资", "薪", "待遇", "钱"),
    "education": ("学历", "文化"),
    "certificate": ("证", "驾照", "技能", "特长", "兵种"),
    "shift": ("班", "夜班", "不想干", "要求"),
}
OLDEST: Final = 80
_AGE: Final = r"(\d\d|[二三四五六七]?十[一二三四五六七八九]?)"
_SWAPPED: Final = Pattern(
    rf"(?P<right>{_AGE})岁?,?而?不是(?P<wrong>{_AGE})|不是(?P<wrong2>{_AGE})岁?,?(?:而|应该)?是(?P<right2>{_AGE})"
)
_COUNTS: Final = ("location_any", "job_any")


def pending(scene: Scene) -> Turn | None:
    """Answers to a question back: which place, is that right, whose facts are these."""
    open_question = scene.conversation.pending
    if open_question is None:
        return None
    handlers = {Waiting.PLACE: _place, Waiting.PIN: _pin, Waiting.DOUBT: _doubt, Waiting.WHOSE: _whose}
    handler = handlers.get(open_question.what)
    return handler(scene, open_question) if handler else None


def _place(scene: Scene, open_question: Pending) -> Turn | None:
    places = open_question.places
    chosen = None
    if scene.number is not None and 1 <= scene.number <= len(places):
        chosen = places[scene.number - 1]
    elif scene.number is None:
        fitting = [p for p in places if any(cues.clean(part)[:2] in scene.text for part in p.path[:-1])]
        chosen = fitting[0] if len(fitting) == 1 else None
    if chosen is not None:
        heard = Heard("update_profile", Slots(location=(chosen,)), corrects=True)
        return _updated(scene, heard)
    if scene.number is not None:
        return scene.answer(
            Reply("profile/which_place", {"name": open_question.words, "choices": asking.place_labels(scene)})
        )
    return None


def _pin(scene: Scene, open_question: Pending) -> Turn | None:
    if scene.slots.location is not None:
        return _updated(scene, changed(scene.heard, corrects=True))
    if scene.refuses:
        profile = changed(scene.conversation.profile, location=open_question.slots.location, accept_scope=None)
        kept = PreferenceChanged(profile, scene.inbound.text)
        return asking.put(scene, "location", kept, profile=profile)
    if scene.agrees:
        return asking.put_next(scene, scene.conversation.profile, Reply("profile/right"))
    return None


def _doubt(scene: Scene, open_question: Pending) -> Turn | None:
    if scene.agrees and open_question.slots.said():
        return _updated(scene, Heard("update_profile", open_question.slots, corrects=True))
    if scene.refuses or scene.agrees:
        key = questions.question_for(open_question.words) or "age"
        return asking.put(scene, key)
    return None


def _whose(scene: Scene, open_question: Pending) -> Turn | None:
    own = scene.says("whose_self") or (scene.number == 1)
    other = scene.says("whose_other") or (scene.number == 2)
    if own and not other:
        dropped = any(word in scene.text for word in ("不管", "算了"))  # 算了不管他，说我自己：39，高中
        before = Slots() if dropped and scene.slots.without(*NOT_KEPT).said() else open_question.slots
        told = merge(before, scene.heard, scene.inbound.text, None)
        return _updated(scene, Heard("update_profile", told))
    if other:
        told = merge(open_question.slots, scene.heard, scene.inbound.text, None)
        return people.for_other(scene, told)
    return None


def update(scene: Scene) -> Turn | None:
    """Everything a message says of the person and the wish: kept, read back, and the next question put."""
    age = _age_put_right(scene)
    if age is not None:
        return _updated(scene, Heard("update_profile", Slots(age=age), corrects=True))
    chosen = _chosen(scene)
    if chosen is not None:
        if not chosen.said():
            return _skipped(scene)
        return _updated(scene, Heard("update_profile", chosen, corrects=_replaces(scene)))
    said = scene.slots.without(*NOT_KEPT)
    if scene.heard.doubts:
        return _doubted(scene, scene.heard.doubts[0])
    if not said.said() and not (scene.heard.about_other and scene.intent in ("find_job", "update_profile")):
        return _contact(scene) or _unsaid(scene)
    if scene.says("third_person"):
        before = scene.waits_for(Waiting.OTHER)
        return people.for_other(scene, said, before.slots if before is not None else None)
    if scene.heard.about_other:
        return scene.answer(Reply("profile/whose"), asked="confirm", pending=Pending(Waiting.WHOSE, slots=said))
    return _updated(scene, scene.heard)


def _age_put_right(scene: Scene) -> int | None:
    """“四十一，不是四十七”, where 47 is the age we have: the other figure."""
    if scene.conversation.profile.age is None or scene.slots.without(*NOT_KEPT).said():
        return None
    swap = _SWAPPED.search(scene.text)
    if swap is None or whole(swap["wrong"] or swap["wrong2"]) != scene.conversation.profile.age:
        return None
    age = whole(swap["right"] or swap["right2"])
    return age if age is not None and OF_AGE <= age <= OLDEST else None


def _contact(scene: Scene) -> Turn | None:
    """A telephone number sent of one's own accord is kept for later, so that it is not asked again."""
    name, phone = scene.slots.name, scene.slots.phone
    if phone is None or scene.conversation.consent is not True or scene.intent not in ("unknown", "update_profile"):
        return None
    steps = (ContactGiven(name, phone), Reply("profile/contact"), *asking.again(scene))
    return scene.answer(*steps, named=bool(name) or scene.conversation.named, reachable=True)


def _replaces(scene: Scene) -> bool:
    """Choosing by number anew after “返回” replaces what was chosen before."""
    return scene.conversation.trail.count(scene.conversation.asked or "") > 1


def _chosen(scene: Scene) -> Slots | None:
    """What bare numbers, “没有” or “跳过” answer to the open question; an empty Slots passes it over."""
    asked = scene.conversation.asked
    if asked not in BY_KEY:
        return None
    question = BY_KEY[asked]
    if scene.numbers == (0,):
        return Slots()
    said = questions.chosen(question, scene.choices(asked), scene.numbers)
    if said is not None:
        return said
    if scene.slots.without(*NOT_KEPT).said():
        return None
    if scene.says("skip"):
        return _open_to_all(scene, asked)
    if scene.says("no_papers"):
        return Slots(certificates=())
    if scene.says("none") or (scene.refuses and asked in ("certificate", "shift")):
        return {"certificate": Slots(certificates=(), licences=()), "shift": Slots(shift_wish=())}.get(asked, Slots())
    return None


def _open_to_all(scene: Scene, asked: str) -> Slots:
    """“都行” to place or work means anything goes; “跳过” only passes the question over."""
    if any(word in scene.text for word in ("跳", "略", "下一", "不想说", "不方便", "不填", "不说", "不知道", "不清楚")):
        return Slots()
    return {"location": Slots(location_any=True), "job": Slots(job_any=True)}.get(asked, Slots())


def _skipped(scene: Scene) -> Turn:
    asked = scene.conversation.asked or ""
    skipped = (*scene.conversation.skipped, asked)
    return asking.put_next(scene, scene.conversation.profile, skipped=skipped)


def _doubted(scene: Scene, doubt: Doubt) -> Turn:
    """Something that can hardly be meant is asked back, the rest of the message is kept."""
    rest = scene.heard.slots.without(*NOT_KEPT)
    profile = merge(scene.conversation.profile, changed(scene.heard, slots=rest), scene.inbound.text, None)
    kept = asking.keep(scene, profile)
    likely = Slots()
    if doubt.slot in SLOT_NAMES and doubt.value.isdecimal():
        likely = Slots.from_json({doubt.slot: int(doubt.value)})
    return scene.answer(
        *kept,
        Reply("profile/doubt", {"slot": doubt.slot, "value": doubt.value}),
        state=State.PROFILE,
        profile=profile,
        asked=questions.question_for(doubt.slot) or "confirm",
        pending=Pending(Waiting.DOUBT, slots=likely if _believable(likely) else Slots(), words=doubt.slot),
    )


def _believable(slots: Slots) -> bool:
    """What may be kept after a yes: an impossible age or pay is asked anew instead."""
    return (slots.age is None or 14 <= slots.age <= 80) and (slots.salary_min is None or slots.salary_min <= 100_000)


def _updated(scene: Scene, heard: Heard) -> Turn:
    conversation = scene.conversation
    profile = merge(conversation.profile, heard, scene.inbound.text, conversation.asked)
    steps = asking.keep(scene, profile)
    if profile.age is not None and profile.age >= SENIOR and conversation.profile.age != profile.age:
        steps = (*steps, Reply("profile/senior"))
    if heard.slots.disability not in (None, "无") and conversation.profile.disability != heard.slots.disability:
        steps = (*steps, Reply("profile/disability", {"stored": conversation.sensitive}))
        # Kept for this talk only, until the consent of its own is given (flows/consent.py).
        held = conversation.held if conversation.sensitive else Slots(disability=heard.slots.disability)
        scene = scene.with_conversation(held=held)
    if scene.slots.phone is not None:
        steps = (ContactGiven(scene.slots.name, scene.slots.phone), *steps)
        scene = scene.with_conversation(reachable=True, named=bool(scene.slots.name) or conversation.named)
    if heard.slots.willingness == "暂不求职" and heard.intent not in ("find_job", "show_matches"):
        return scene.settled(*steps, Reply("profile/not_now"), profile=profile)
    moved = scene.with_conversation(pending=None)
    if isinstance(heard.slots.location, AmbiguousPlace):
        return _which_place(moved, heard.slots.location, profile, steps)
    skipped = tuple(key for key in conversation.skipped if not questions.is_answered(BY_KEY[key], profile))
    if _wants_list(scene, heard):
        return asking.listed(moved, profile, *steps, skipped=skipped)
    return _next(moved, profile, steps, skipped)


def _which_place(scene: Scene, place: AmbiguousPlace, profile: Slots, steps: tuple[Step, ...]) -> Turn:
    candidates = place.candidates[:8]
    choices = ["".join(candidate.path) for candidate in candidates]
    return scene.answer(
        *steps,
        Reply("profile/which_place", {"name": place.name, "choices": choices}),
        state=State.PROFILE,
        profile=profile,
        asked="location",
        pending=Pending(Waiting.PLACE, places=candidates, words=place.name),
    )


def _wants_list(scene: Scene, heard: Heard) -> bool:
    """A message that names a wish and asks to see something gets the list at once."""
    if heard.intent == "show_matches":
        return True
    return heard.intent == "find_job" and scene.says("show")


def _next(scene: Scene, profile: Slots, steps: tuple[Step, ...], skipped: tuple[str, ...]) -> Turn:
    """In the form the next question; after a list a new list, so that every change shows its effect."""
    conversation = scene.conversation
    essentials = all(key in skipped or questions.is_answered(BY_KEY[key], profile) for key in questions.ESSENTIAL)
    after_list = conversation.state in (State.MATCHES, State.DETAIL, State.APPLIED, State.APPLY)
    if after_list and conversation.shown and profile == conversation.profile and scene.intent == "update_profile":
        return scene.answer(Reply("profile/same"))  # the list stands right above: not the same one again
    if after_list and essentials:
        return asking.listed(scene, profile, *steps, skipped=skipped)
    return asking.put_next(scene, profile, *steps, skipped=skipped)


def _unsaid(scene: Scene) -> Turn | None:
    """A wish to register, to change one thing, or to go on, without any fact in it."""
    if scene.says("restart"):
        return _reasked(scene.with_conversation(skipped=()), questions.QUESTIONS[0].key)
    key = _edited(scene)
    if key is not None:
        return _reasked(scene, key)
    if scene.intent in ("find_job", "update_profile") or scene.says("fill"):
        open_key = scene.conversation.asked
        if scene.conversation.state is State.PROFILE and open_key in BY_KEY and scene.intent == "update_profile":
            return None
        profile = scene.conversation.profile
        return asking.put_next(scene, profile)
    return None


def _edited(scene: Scene) -> str | None:
    """“改工资”: the question of the thing to be changed."""
    if not any(word in scene.text for word in ("改", "换", "重填", "重新填", "修改", "更正", "错")):
        return None
    return next((key for key, words in _EDIT.items() if any(word in scene.text for word in words)), None)


def _reasked(scene: Scene, key: str) -> Turn:
    skipped = tuple(name for name in scene.conversation.skipped if name != key)
    return asking.put(scene, key, *_known(scene, key), skipped=skipped)


def _known(scene: Scene, key: str) -> tuple[Reply, ...]:
    profile = scene.conversation.profile
    others = tuple(name for name in SLOT_NAMES if name not in BY_KEY[key].answered_by)
    facts = describe.phrases(profile.without(*others))
    return (Reply("profile/before", {"facts": list(facts)}),) if facts else ()


def back(scene: Scene) -> Turn | None:
    """“返回”: the question before the open one, with the answer it has."""
    if scene.intent != "go_back" or scene.conversation.consent is not True:
        return None
    trail = scene.conversation.trail
    if not trail:
        return None
    at_question = scene.conversation.asked == trail[-1]
    earlier = trail[:-1] if at_question and len(trail) > 1 else trail
    skipped = tuple(name for name in scene.conversation.skipped if name != earlier[-1])
    turn = asking.put(scene, earlier[-1], *_known(scene, earlier[-1]), skipped=skipped)
    return turn.with_conversation(trail=earlier)
