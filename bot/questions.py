"""The questions of the profile: their order, what answers each, and the numbered choices each offers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.slots import Slots
from matching.taxonomy.place import Place


@dataclass(frozen=True, slots=True)
class Choice:
    """One numbered answer: what it is called and what it says. An empty `slots` passes the question over."""

    label: str
    slots: Slots = field(default_factory=Slots)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `key` is its word in the understanding, `answered_by` the slots any of which answers it.

    `several`: more than one number may be chosen. `asks`: what it asks for, in the words of the understanding.
    """

    key: str
    answered_by: tuple[str, ...]
    asks: tuple[str, ...]
    choices: tuple[Choice, ...] = ()
    several: bool = False


QUESTIONS: Final = (
    Question("age", ("age", "birth_year"), ("age",)),
    Question("location", ("location", "location_any"), ("location",)),
    Question(
        "job",
        ("job_categories", "job_any"),
        ("job",),
        (
            Choice("保安、看门", Slots(job_categories=("保安",))),
            Choice("开车", Slots(job_categories=("驾驶员",))),
            Choice("仓库", Slots(job_categories=("仓管员",))),
            Choice("进厂", Slots(job_categories=("普工",))),
            Choice("保洁", Slots(job_categories=("保洁",))),
            Choice("食堂帮厨", Slots(job_categories=("厨工",))),
            Choice("电工、维修", Slots(job_categories=("电工", "维修工"))),
            Choice("办公室", Slots(job_categories=("文员",))),
            Choice("都行", Slots(job_any=True)),
        ),
        several=True,
    ),
    Question(
        "salary",
        ("salary_min", "salary_max"),
        ("salary",),
        (
            Choice("三千以上", Slots(salary_min=3000)),
            Choice("四千以上", Slots(salary_min=4000)),
            Choice("五千以上", Slots(salary_min=5000)),
            Choice("六千以上", Slots(salary_min=6000)),
            Choice("八千以上", Slots(salary_min=8000)),
            Choice("都行"),
        ),
    ),
    Question(
        "education",
        ("education",),
        ("education",),
        (
            Choice("小学", Slots(education="小学")),
            Choice("初中", Slots(education="初中")),
            Choice("高中", Slots(education="高中")),
            Choice("中专、技校", Slots(education="中专")),
            Choice("大专", Slots(education="大专")),
            Choice("本科", Slots(education="本科")),
        ),
    ),
    Question(
        "certificate",
        ("certificates", "licences", "skills", "military_trade"),
        ("certificate", "licence", "military_trade"),
        (
            Choice("都没有", Slots(certificates=(), licences=())),
            Choice("C1驾照", Slots(licences=("C1",))),
            Choice("B2驾照", Slots(licences=("B2",))),
            Choice("A2驾照", Slots(licences=("A2",))),
            Choice("叉车证", Slots(certificates=("叉车证",))),
            Choice("电工证", Slots(certificates=("电工证",))),
            Choice("焊工证", Slots(certificates=("焊工证",))),
            Choice("保安员证", Slots(certificates=("保安员证",))),
            Choice("厨师证", Slots(certificates=("厨师证",))),
        ),
        several=True,
    ),
    Question(
        "shift",
        ("shift_wish", "job_categories_exclude"),
        ("shift",),
        (
            Choice("没有", Slots(shift_wish=())),
            Choice("不上夜班", Slots(shift_wish=("不上夜班",))),
            Choice("不加班", Slots(shift_wish=("不加班",))),
            Choice("不出差", Slots(shift_wish=("不出差",))),
            Choice("不当保安", Slots(job_categories_exclude=("保安",))),
            Choice("不干工地", Slots(job_categories_exclude=("建筑工",))),
        ),
        several=True,
    ),
)
BY_KEY: Final = {question.key: question for question in QUESTIONS}
ESSENTIAL: Final = ("age", "location", "job")
"""Without these a list is a guess: after such a list the first missing one is asked."""

_SLOT_QUESTION: Final = {slot: question.key for question in QUESTIONS for slot in question.answered_by}


def question_for(slot: str) -> str | None:
    """The question that asks for a slot."""
    return _SLOT_QUESTION.get(slot)


def choices_of(question: Question, home: Place | None) -> tuple[Choice, ...]:
    """The numbered choices of a question; those for the place follow from where the bureau is."""
    if question.key != "location":
        return question.choices
    anywhere = Choice("哪里都行", Slots(location_any=True))
    if home is None:
        return (anywhere,)
    areas = [Place(home.adcode, home.path)]
    if not home.adcode.endswith("00"):
        areas.append(city_of(home))
    areas.append(Place(home.adcode[:2] + "0000", home.path[:1]))
    unique = {area.adcode: area for area in areas}.values()
    return (*(Choice(area.name, Slots(location=(area,))) for area in unique), anywhere)


def city_of(place: Place) -> Place:
    """The city a county belongs to; the municipality for its districts; the place itself where no city is above."""
    code = place.adcode
    if code[:2] in ("11", "12", "31", "50"):
        return Place(code[:2] + "0000", place.path[:1])
    if code.endswith("00") or code[2:4] == "90":
        return place
    return Place(code[:4] + "00", place.path[:2])


def chosen(question: Question, choices: Sequence[Choice], picked: Sequence[int]) -> Slots | None:
    """What the numbers say to a question, or None where they are not its numbers."""
    if not picked or not all(1 <= number <= len(choices) for number in picked):
        return None
    if len(picked) > 1 and not question.several:
        return None
    said: dict[str, object] = {}
    for number in picked:
        slots = choices[number - 1].slots
        for name in slots.said():
            value = getattr(slots, name)
            before = said.get(name)
            said[name] = before + value if isinstance(before, tuple) and isinstance(value, tuple) else value
    return Slots.of(said)


def is_answered(question: Question, profile: Slots) -> bool:
    """Whether what is known answers the question."""
    return any(getattr(profile, name) is not None for name in question.answered_by)


def next_question(profile: Slots, skipped: Sequence[str]) -> str | None:
    """The first question that is neither answered nor skipped."""
    return next((q.key for q in QUESTIONS if q.key not in skipped and not is_answered(q, profile)), None)
