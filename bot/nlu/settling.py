"""Settles what a message wants: which finding of an intent stands, and which of the facts read are meant as such."""

import re
from typing import Final

from bot.nlu import intents
from bot.nlu.frame import Framing, Role
from bot.nlu.gates import Pattern
from bot.nlu.reading import Reading
from bot.nlu.text import PRIVATE

_SHORT_QUESTION: Final = Pattern(r"\?|吗|么$|不$|没$|怎|咋|啥|什么|哪|多少|几")


def standing(reading: Reading, found: list[intents.Finding]) -> list[intents.Finding]:
    """Those of the findings that hold."""
    return [one for one in found if _stands(one, reading)]


def intent_of(reading: Reading, framing: Framing, found: list[intents.Finding], wished: bool, *, corrects: bool) -> str:
    """The intent: control words first, then what the open question makes of it, then wishes, then bare facts."""
    values, asked = reading.values, reading.asked
    top = found[0] if found else _NOTHING
    if top.name == "policy_question" and _REFERS.search(reading.text):
        top = next((one for one in found if one.name == "job_detail"), top)
    if top.name == "human_agent" and values.get("pick"):
        top = next((one for one in found if one.name == "job_detail"), top)  # 第五条把电话给我
    if asked in ("follow_up_status", "satisfaction") and top.weight < 85 and _answers(reading):
        return "follow_up_answer"
    asks_first = values.get("confirm") is False and top.name == "policy_question"  # 先不同意，就问下优待证咋办
    if asked in ("consent", "confirm") and values.get("confirm") is not None and top.weight < 90 and not asks_first:
        return "update_profile"
    if asked == "pick" and values.get("pick") and top.name not in _ABOVE_PICKS:
        return "job_detail"
    if asked == "follow_up_status" and top.weight < 90 and values.get("employment_status"):
        return "follow_up_answer"
    if values.get("pick") and top.weight < 77 and asked != "pick" and _asks(reading.text):
        return "job_detail"  # 头一家管不管午饭
    if asked and top.weight < 90 and _answers(reading) and not _SHORT_QUESTION.search(reading.text):
        return "find_job" if top.name == "find_job" else "update_profile"
    if top.name in ("show_matches", "job_detail", "training", "policy_question", "apply") and _names_work(
        reading, top.name, framing
    ):
        return "find_job"
    if top.weight >= 70:
        return top.name
    if top.name == "find_job" or (wished and asked != "job" and _wishes(reading, framing)):
        return "find_job"
    if values or reading.doubts:
        if set(values) == {"pick"}:
            return "job_detail"
        return top.name if top.weight >= 60 else "update_profile"
    if top.weight:
        return top.name
    # Something of the trade was said even if nothing of it may be kept ("叉车证过期了"), or the question was met.
    spoken = reading.spans and not set(reading.text) <= set(PRIVATE + " ,?")
    met = asked not in (None, "consent", "confirm") and any(char.isalnum() for char in reading.text)
    return "update_profile" if spoken or met or corrects else "unknown"


def tell_why(reading: Reading, intent: str, found: list[intents.Finding]) -> None:
    """Notes the entry an intent was heard by, or what it was concluded from."""
    heard = next((one for one in found if one.name == intent), None)
    if heard is not None:
        reading.tell_intent(intent, "意图说法", heard.words, heard.entry)
    elif reading.asked and _answers(reading):
        reading.tell_intent(intent, "答了问题", reading.text, reading.asked)
    elif reading.values:
        rule = "想干的活" if intent == "find_job" else "说了要素"
        reading.tell_intent(intent, rule, "、".join(reading.values))
    else:
        reading.tell_intent(intent, "没有说法" if intent == "unknown" else "提到了没法记的事", "")


_ABOVE_PICKS: Final = ("apply", "job_detail", "complaint", "delete_my_data", "stop_push")
_NOTHING: Final = intents.Finding("unknown", 0, "")
_REFERS: Final = Pattern(
    r"第[一二三四五六七八九十\d]|(?:这|那|刚才|刚刚|上面|前面|最后)(?:个|家|份|条|一个|那)|[一二三四五\d]号岗"
)
# 没五险的别给我推: which postings, not whether.
_CONDITION: Final = Pattern(
    r"(?:不交|没有?|不买|不给)(?:五险|社保|保险)[^,?]{0,4}(?:得|要|最少|起码|至少)[^,?]{0,3}[\d一二三四五六七八九]|(?:没|不|要|需要|带|太|离|只|低于|少于)[^,?]{1,8}的(?:就|都|也|话)*(?:别|不要|甭|莫|不用)(?:再)?(?:给|跟)?(?:我|俺)?(?:推荐?|发|介绍|找)"
)
_PUSHED: Final = Pattern(r"推送|消息|退订|取关|信息|通知|提醒|订阅|短信|关注|打扰|屏蔽|烦")
_QUESTION: Final = Pattern(
    r"\?|吗|么(?:$|,)|不(?:$|,)|没(?:$|,)|没得(?:$|,)|怎|咋|啥|什么|哪|多少|多久|([\u4e00-\u9fff])[不没]\1|几(?!年(?!$)|个(?!钟|小时|人|班|岗)|样|句)|能不能|可不可以|是不是|有没有?|有无|要不要|能否|可否|(?<!着)呢|如何|合法|问|咨询|了解|说说|介绍|详|讲讲|为什么|(?<!文)凭|想知道|不知道|谁|加不加|交不交|政策|行不|中不|成不|算不|给不|还招|看看|说一?下|税前|多远|还是|真的假的|真假|发没发|到没到|下没下|补没补|涨没涨"
)
_LEARNS: Final = Pattern(
    r"想学|学个|学点|学门|学一?下|要学|报名|培训|开课|开班|去学|报班|报个|学技术|学手艺|愿学|免费[^,?]{0,3}(?:考|拿|办)|免费学|提升|学徒"
)
_LEARNS_NOT: Final = Pattern(r"(?:不|没|懒得|没心思|没工夫|不打算)(?:想|愿意?|再|去|着|兴趣|打算)*学(?!会|过|历)")
_LATER: Final = Pattern(r"(?:等|过(?:了|完)?|忙完|待)[^,?]{1,8}(?:再|才)")
_SLIP: Final = Pattern(r"(?:写|填|打|输|弄|报|说|选|记)(?:错|岔|反)了")
# What the speaker's own words about himself can be mistaken for, unless he asks.
_TERMS: Final = Pattern(r"的话|也(?:行|中|干|可以|成)|就(?:行|中|成)|最少|至少|打底|起码")
_CHANGED: Final = (
    "location",
    "location_exclude",
    "job_categories",
    "job_categories_exclude",
    "salary_min",
    "education",
)
_SERVED: Final = ("education", "enlist_year", "discharge_year", "service_years")
_ASKED_ONLY: Final = frozenset({"policy_question", "job_detail", "training"})


_NO_QUESTION: Final = Pattern(
    r"没问题|问题不大|不用问|(?:谁|哪个)说|(?:啥|什么|哪|怎么|咋|谁|多少|几)[^,?]{0,4}?(?:都|也)|(?:啥|什么)[^,?]{0,2}没有?|没(?:啥|什么|多少|几)|哪里?[^,?]{1,4}(?:去|上)哪|不(?:咋|怎么)|有啥(?=[^,?]{0,3}都)"
)


def _asks(text: str) -> bool:
    """Whether the message asks something; 啥都行 asks nothing."""
    return bool(_QUESTION.search(_NO_QUESTION.sub("", text)))


_TOLD: Final = (
    "age", "birth_year", "location", "education", "job_categories", "licences", "certificates", "skills", "salary_min",
    "military_trade", "service_years", "discharge_year", "shift_wish", "accommodation_wish",
)  # fmt: skip
_MANY = 4


def _is_profile(reading: Reading) -> bool:
    """Whether the message tells so much about its sender, and ends without a question, that it is a profile."""
    told = sum(reading.values.get(slot) is not None for slot in _TOLD)
    return told >= _MANY and not _asks(reading.text.rpartition(",")[2])


def _stands(one: intents.Finding, reading: Reading) -> bool:
    """Whether a finding holds: a question must ask, a stop must be about messages, not about a kind of work."""
    if one.name == "training" and _LEARNS_NOT.search(reading.text):
        return False
    if one.name == "resume_push" and _LATER.search(reading.text[: one.start + 2]):
        return False  # 等我过完年再给我发
    if one.name == "help" and reading.says(_SLIP):
        return False  # 会开叉车是写错了，我不会
    if one.name == "training" and _LEARNS.search(reading.text):
        return True
    if one.name in ("policy_question", "complaint") and _is_profile(reading):
        return False
    if one.name in _ASKED_ONLY and one.weight < 85:
        return _asks(reading.text) or (one.name == "job_detail" and "pick" in reading.values)
    if one.name == "show_matches":
        settled = any(reading.values.get(slot) for slot in ("job_categories_exclude", "job_any", "location_any"))
        refused = re.search(r"(?:别|不要|甭|莫|不用)[^,?]{0,4}$", reading.text[: one.start])
        stated = re.fullmatch(r"有(?:的|活|工作|岗位?|合适的|好的)(?:儿|路)?", one.words)  # 义乌有活我就去
        return not refused and not set(reading.text) & set(PRIVATE) and (not (settled or stated) or _asks(reading.text))
    if one.name == "apply" and reading.values.get("salary_min") and "pick" not in reading.values:
        return bool(_REFERS.search(reading.text))  # 给四千五我就去
    if one.name == "delete_my_data" and one.words.endswith("注销"):
        about_paper = {"licences", "certificates", "has_licence"} & reading.values.keys()
        return not about_paper and reading.asked not in ("licence", "certificate")
    if one.name == "complaint" and one.words.endswith("加班") and len(reading.values.get("shift_wish", ())) > 1:
        return False  # 单休能接受，天天加班受不了
    if one.name == "complaint" and reading.values.get("salary_min") and reading.says(_TERMS):
        return False  # 给五险的话四千也行
    if one.name == "cancel" and any(reading.values.get(slot) for slot in _CHANGED):
        return False  # 深圳不去了，回赣州
    if one.name == "apply" and "pick" not in reading.values and any(reading.values.get(slot) for slot in _SERVED):
        return False  # 高一就去当兵了
    if one.name == "find_job" and re.search(
        r"自主$|(?<![能想要会肯])不(?:(?:想|愿意?|再|能|打算)+[^,?]{0,3})?$", reading.text[: one.start]
    ):
        return False
    if one.name == "find_job" and reading.values.get("discharge_type"):
        return not one.words.endswith("安排工作")
    if one.name == "resume_push" and not _PUSHED.search(reading.text):
        return not any(
            reading.values.get(slot) for slot in (*_TOLD, "job_categories_exclude", "job_any")
        )  # 想开货车又想看大门
    if one.name in ("stop_push", "complaint") and _CONDITION.search(reading.text):
        return False
    if one.name == "stop_push" and not _PUSHED.search(reading.text):
        wishes = ("job_categories_exclude", "salary_min", "shift_wish", "location_exclude", "accommodation_wish")
        return not any(reading.values.get(slot) for slot in wishes)
    return True


_SLOT_OF: Final = {
    "age": ("age", "birth_year"), "location": ("location", "location_any", "location_exclude"),
    "job": ("job_categories", "job_any", "job_categories_exclude"), "salary": ("salary_min", "salary_max"),
    "education": ("education",), "licence": ("licences", "has_licence"), "certificate": ("certificates",),
    "skill": ("skills",), "shift": ("shift_wish",), "accommodation": ("accommodation_wish",),
    "discharge_year": ("discharge_year",), "service_years": ("service_years",), "military_trade": ("military_trade",),
    "disability": ("disability",), "willingness": ("willingness",), "phone": ("phone",), "name": ("name",),
    "satisfaction": ("satisfaction",), "follow_up_status": ("employment_status", "satisfaction"),
}  # fmt: skip


def _answers(reading: Reading) -> bool:
    """Whether the open question was answered."""
    slots = _SLOT_OF.get(reading.asked or "", ())
    return any(reading.values.get(slot) is not None for slot in slots) or any(
        doubt.slot in slots for doubt in reading.doubts
    )


_HIRING: Final = Pattern(
    r"要不要|行不行|行吗|能干[吗不么]|招人|还招|招吗|招不招|招工|要人|缺人|有没(?:有|$|[,?])|有不(?:$|[,?])|有岗|有吗|(?:那种|的)?(?:算|有|是|带)(?:不算|没有)?(?:个)?编制?(?:的)?(?:吗|不|么|没)"
)


def _names_work(reading: Reading, name: str, framing: Framing) -> bool:
    """有没有保安的活: asks for work of a kind, not for the list."""
    if not reading.values.get("job_categories") or "pick" in reading.values:
        return False
    roles = {one.role for one in framing.framed}
    if name == "show_matches":
        return True
    if name == "apply":
        return "应聘" in reading.text and not _REFERS.search(reading.text)
    if name in ("job_detail", "policy_question"):
        return not _REFERS.search(reading.text) and bool(_HIRING.search(reading.text))
    # 想学无人机，有没有普工先干着: what is to be learnt is one thing, what is asked for another
    return (
        name == "training"
        and Role.WISH in roles
        and (Role.LEARN in roles or not any(one.asked for one in framing.framed))
    )


def _wishes(reading: Reading, framing: Framing) -> bool:
    return bool(reading.values.get("job_categories")) and any(one.role == Role.WISH for one in framing.framed)


# What a message of these intents does not tell about the speaker.
_WORDS: Final = ("job_categories", "job_any", "skills", "certificates", "licences", "has_licence", "military_trade")
_WISHES: Final = ("salary_min", "salary_max", "shift_wish", "accommodation_wish", "education", "location")
_SELF: Final = (
    "age", "birth_year", "education", "licences", "has_licence", "certificates", "skills", "military_trade",
    "discharge_year", "enlist_year", "service_years", "discharge_type", "disability", "willingness", "name", "phone",
)  # fmt: skip
_KEPT_IN_FOLLOW_UP: Final = frozenset({"employment_status", "satisfaction"})


def keep_what_is_meant(reading: Reading, intent: str, framing: Framing, about_other: bool) -> None:
    """Drops facts that belong to the question, to a posting shown, or to another person."""
    values = reading.values
    if intent in intents.FACTLESS:
        kept = _KEPT_IN_FOLLOW_UP if reading.asked in ("follow_up_status", "satisfaction") else frozenset()
        reading.drop(*(slot for slot in list(values) if slot not in kept | {"name", "phone"}))
    elif intent == "follow_up_answer":
        reading.drop(*(slot for slot in list(values) if slot not in _KEPT_IN_FOLLOW_UP))  # 就是加班多 is no wish
    elif intent == "help":
        reading.drop(*list(values))
    elif intent == "job_detail":
        reading.drop(*(slot for slot in list(values) if slot != "pick"))
    elif intent == "apply":
        reading.drop("job_categories", "skills", "certificates", "salary_min", "salary_max", "location", "confirm")
    elif intent == "training":
        wished = any(one.role == Role.WISH and not one.asked for one in framing.framed)
        reading.drop("skills", "certificates", "licences", "has_licence", *(() if wished else ("job_categories",)))
    elif intent == "entrepreneurship":
        reading.drop("job_categories", "job_any", "skills", "certificates", "salary_min", "salary_max", "location")
    elif intent in ("cancel", "go_back", "greeting"):
        reading.drop(*list(values))
    elif intent in ("stop_push", "resume_push"):
        reading.drop(*_WORDS, *_WISHES, "willingness")
    if intent in intents.FACTLESS or intent in ("help", "job_detail"):
        reading.doubts = [one for one in reading.doubts if one.slot == "phone"]
    if about_other:
        reading.drop(*_SELF)
