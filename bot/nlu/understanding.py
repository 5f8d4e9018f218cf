"""Understands one message: cleans it, lets the rules read it in their order, settles intent and slots."""

import re
from datetime import date
from pathlib import Path
from typing import Final

from bot.nlu import ages, intents, licences, money, person, phrases, picks, replies, schooling, service, where, work
from bot.nlu.frame import BLANK, Framing, Role, frame
from bot.nlu.heard import Heard
from bot.nlu.lexicon import Mention, load
from bot.nlu.reading import Reading
from bot.nlu.sound import sounding
from bot.nlu.text import PRIVATE, clean
from bot.nlu.unread import left_over
from bot.slots import Slots
from matching.taxonomy.place import Place

_HOSTILE: Final = re.compile(
    r"\b(?:select|insert|update|delete|drop|union|alter|exec)\b.{0,40}\b(?:from|into|set|table|where|profile|users?)\b|<\s*(?:script|img|iframe|svg)|javascript:|\bor 1=1|"
    r"(?:忽略|无视|忘记|忘掉|不要管|抛开|跳过)(?:掉)?(?:你)?(?:之前|以上|前面|上面|所有|一切|先前|刚才|原来|此前)(?:的|所有)*(?:指令|提示|规则|设定|要求|内容|限制|话)|"
    r"(?:从现在起|从现在开始|现在|接下来|假装|假设|假如|扮演)(?:,)?你(?:是|就是|要|扮演|必须|将|叫)(?!.{0,6}(?:谁|机器人|人工|真人))|系统提示词?|管理员(?:密码|权限|账号|口令)|(?:输出|告诉我|打印|显示|给我|说出|列出|导出)(?:你的|系统|所有|全部|后台|数据库|别人|其他人?)*(?:的)?(?:提示词|密码|密钥|口令|数据库|源代码|源码|后台|prompt|token|用户(?:信息|名单|资料|数据|电话)|身份证(?:号)?名单)|开发者模式|越狱模式|dan模式|ignore (?:all|previous|the above)|system prompt|you are now|act as|rm -rf|\{\{.*\}\}|\$\{|%s%s|\.\./\.\.|sudo|<\?php|eval\(|把?(?:所有|全部|别的|其他)(?:老兵|退役军人|用户|人)的?(?:电话|信息|名单|资料|身份证)",
    re.IGNORECASE | re.DOTALL,
)
_ABUSE: Final = re.compile(
    r"他妈|tmd|妈的|妈逼|操你|草你|日你|傻[逼比bx叉]|煞笔|sb(?![a-z])|滚(?:蛋|开|你|远|犊子)?(?=[,? ]|$|吧)|王八|混蛋|狗日|狗东西|龟儿|去死|脑残|智障|白痴|弱智|神经病|畜生|废物|垃圾(?!分类|清运|车|站|桶|处理)|贱|cnm|nmsl|你妈|你大爷|放屁|狗屁|屁用|蠢|麻痹|妈卖批|瓜娃子|哈麻批|鸡巴|几把|卧槽|我操|尼玛|扑街|二百五|娘希匹|死全家|孙子们"
)
_NEGATED_VALUE: Final = re.compile(
    r"(?<!是)(?:而|并)?(?:不是|可不是|不要写|别写)(?:[abc][1-3]|\d+(?:\.\d+)?[千万kw]?|[零一二两三四五六七八九十百千万]{1,5})(?:岁|年|块|元|千|周岁|的)?(?=[,? 是]|$|我)"
    r"|(?:从|把|由)?(?<![\d第])(?:\d+(?:\.\d+)?[千万kw]?|[一二两三四五六七八九十]{1,4}[千万]?)(?:岁|年|块|元)?(?=(?:那个)?(?:不对|错了|写错|打错|说错|是错的|记错|搞错|是打错|,?改成|,?改为|,?换成|,?应该是))"
)
_CORRECTS: Final = re.compile(
    r"不对|错了|更正|纠正|改(?:成|为|到|一下|回|掉)|应该是|说错|打错|写错|打反|记错|搞错|填错|弄错|口误|换成|其实是|不是(?!不)[^,?]{1,8}[,]?(?:我?是|而是|改)|是[^,?]{1,8}不是|重新?(?:填|写|改|说)|刚才[^,]{0,6}(?:错|不算)|往[上下]提|降到|提到|调(?:到|成|整|高|低)|按[^,]{1,6}算|变(?:成|更)|^改|修改|更改|去掉|不要写|作废|以这个为准|搬到|不去[^,]{1,6}了"
)
_ADDS: Final = re.compile(
    r"也(?:行|可以|成|中|干|能|要得|考虑|接受|愿意|想|会|有|凑合|好|ok|都行)|还(?:会|有|能|想|可以)|再加(?:上|个)?|另外|加上|补充|除了[^,]{1,8}还|顺便|同时"
)
_SHORT_QUESTION: Final = re.compile(r"\?|吗|么$|不$|没$|怎|咋|啥|什么|哪|多少|几")


def understand(
    text: str,
    asked: str | None,
    today: date,
    near: Place | None = None,
    known: Slots | None = None,
    *,
    extra: Path | None = None,
) -> Heard:
    """Reads one message.

    `asked`: the open question in the words of the data README §3 (age, salary, ...), None when there is none.
    `near`: the bureau's own county; `known`: what is already known of him; both only help to choose among places of
    one name. `extra`: a folder with lexicon files of the bureau's own. Never raises, whatever the text holds.
    """
    if _HOSTILE.search(text[:1000]):
        return Heard("unknown")
    reading = Reading(clean(text), asked, today)
    if _HOSTILE.search(reading.text) or not any(char.isalnum() or char in PRIVATE for char in reading.text):
        return Heard("unknown")
    _read_person(reading)
    framing, added, wished = _read_facts(reading, near, known, extra)
    replies.read_reply(reading)
    found = intents.findings(reading.text, extra)
    intent = _intent(reading, framing, found, wished)
    if intent == "follow_up_answer":
        phrases.read_one(reading, "employment_status", extra)
    about_other = person.is_about_other(reading.text)
    _keep_what_is_meant(reading, intent, framing, about_other)
    return Heard(
        intent=intent,
        slots=Slots(**reading.values),
        corrects=bool(_CORRECTS.search(reading.text)),
        adds=added or bool(_ADDS.search(reading.text)),
        about_other=about_other,
        abusive=bool(_ABUSE.search(reading.text)),
        doubts=tuple(reading.doubts),
        evidence=tuple(reading.evidence),
        unread=left_over(reading, found),
        approximate=tuple(sorted(reading.approximate & reading.values.keys())),
    )


def _read_person(reading: Reading) -> None:
    person.read_person(reading)
    person.read_asked_name(reading)
    for match in _NEGATED_VALUE.finditer(reading.text):
        reading.take(*match.span())


def _read_facts(
    reading: Reading, near: Place | None, known: Slots | None, extra: Path | None
) -> tuple[Framing, bool, bool]:
    """All slots that say themselves what they are, in order of precedence."""
    picks.read_picks(reading)
    service.read_service(reading)
    ages.read_birth(reading)
    service.read_disability(reading)
    phrases.read_shifts(reading, extra)
    if reading.asked in ("follow_up_status", "satisfaction"):
        phrases.read_one(reading, "employment_status", extra)
    else:
        phrases.read_one(reading, "accommodation_wish", extra)
        phrases.read_one(reading, "willingness", extra)
    phrases.read_word(reading, "discharge_type", extra)
    licences.read_licences(reading)
    ages.read_ages(reading)
    money.read_pay(reading)
    schooling.read_education(reading)
    framing, added, wished = _read_words(reading, extra, near, where.first(known.location) if known else None)
    ages.read_bare(reading)
    ages.read_generation(reading)
    return framing, added, wished


def _read_words(
    reading: Reading, extra: Path | None, near: Place | None, home: Place | None
) -> tuple[Framing, bool, bool]:
    """The words of the lexicon, the places between them, and what only sounds like a word."""
    lexicon = load(extra)
    chars = list(reading.text)
    if reading.asked == "job" and len(reading.text) <= 4 and (heard := sounding(reading.text, lexicon, any_word=True)):
        # 宝安 in answer to "what work" is 保安, not the district.
        return _settle_words(reading, heard)
    for start, end in reading.spans:
        chars[start:end] = BLANK * (end - start)
    found = lexicon.find("".join(chars))
    mentions = [mention for mention in found if mention.readings]
    stops = [(mention.start, mention.end) for mention in found if not mention.readings]
    for mention in mentions:
        chars[mention.start : mention.end] = BLANK * (mention.end - mention.start)
    for start, end in where.read_places(reading, "".join(chars), near, home):
        chars[start:end] = BLANK * (end - start)
    mentions = sorted(
        [*mentions, *_clear_of(stops, sounding("".join(chars), lexicon))], key=lambda mention: mention.start
    )
    return _settle_words(reading, mentions)


def _clear_of(stops: list[tuple[int, int]], heard: list[Mention]) -> list[Mention]:
    """Of the misspellings those that do not cut a stop word in two."""
    return [
        one
        for one in heard
        if all(one.end <= start or one.start >= end or one.start <= start < end <= one.end for start, end in stops)
    ]


def _settle_words(reading: Reading, mentions: list[Mention]) -> tuple[Framing, bool, bool]:
    framing = frame(reading.text, mentions, reading.spans)
    added, wished = work.read_work(reading, framing)
    service.read_trade_years(
        reading, [(one.mention.start, one.mention.end) for one in framing.framed if one.mention.of("trade")]
    )
    service.read_loose_years(reading)
    if any(one.role == Role.PRESENT for one in framing.framed):
        reading.put("willingness", "在职", "现在做着", "")
    return framing, added, wished


def _intent(reading: Reading, framing: Framing, found: list[intents.Finding], wished: bool) -> str:
    """The intent: control words first, then what the open question makes of it, then wishes, then bare facts."""
    values, asked = reading.values, reading.asked
    found = [one for one in found if _stands(one, reading)]
    top = found[0] if found else _NOTHING
    if top.name == "policy_question" and _REFERS.search(reading.text):
        top = next((one for one in found if one.name == "job_detail"), top)
    if top.name == "human_agent" and values.get("pick"):
        top = next((one for one in found if one.name == "job_detail"), top)  # 第五条把电话给我
    if asked in ("follow_up_status", "satisfaction") and top.weight < 85 and _answers(reading):
        return "follow_up_answer"
    if asked in ("consent", "confirm") and values.get("confirm") is not None and top.weight < 90:
        return "update_profile"
    if asked == "pick" and values.get("pick") and top.name not in ("apply", "job_detail"):
        return "job_detail"
    if asked == "follow_up_status" and top.weight < 90 and values.get("employment_status"):
        return "follow_up_answer"
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
    return "update_profile" if spoken or met or _CORRECTS.search(reading.text) else "unknown"


_NOTHING: Final = intents.Finding("unknown", 0, "")
_REFERS: Final = re.compile(
    r"第[一二三四五六七八九十\d]|(?:这|那|刚才|刚刚|上面|前面|最后)(?:个|家|份|条|一个|那)|[一二三四五\d]号岗"
)
_PUSHED: Final = re.compile(r"推送|消息|退订|取关|信息|通知|提醒|订阅|短信|关注|打扰|屏蔽|烦")
_QUESTION: Final = re.compile(
    r"\?|吗|么(?:$|,)|不(?:$|,)|没(?:$|,)|怎|咋|啥|什么|哪|多少|多久|几(?!年|个|样|句)|能不能|可不可以|是不是|有没有?|有无|要不要|能否|可否|呢|如何|合法|问|咨询|了解|说说|介绍|详|讲讲|为什么|凭|想知道|不知道|谁|加不加|交不交|政策|行不|中不|成不|算不|给不|还招|看看|说一?下|税前|多远|还是|真的假的|真假|发没发|到没到|下没下|补没补|涨没涨"
)
_LEARNS: Final = re.compile(
    r"想学|学个|学点|学门|学一?下|要学|报名|培训|开课|开班|去学|报班|报个|学技术|学手艺|愿学|免费学|提升|学徒"
)
# What the speaker's own words about himself can be mistaken for, unless he asks.
_ASKED_ONLY: Final = frozenset({"policy_question", "job_detail", "training"})


_NO_QUESTION: Final = re.compile(
    r"(?:啥|什么|哪|怎么|咋|谁|多少|几)[^,?]{0,4}?(?:都|也)|(?:啥|什么)[^,?]{0,2}没有?|没(?:啥|什么|多少|几)|哪里?[^,?]{1,4}(?:去|上)哪|不(?:咋|怎么)|有啥(?=[^,?]{0,3}都)"
)


def _asks(text: str) -> bool:
    """Whether the message asks something; 啥都行 asks nothing."""
    return bool(_QUESTION.search(_NO_QUESTION.sub("", text)))


def _stands(one: intents.Finding, reading: Reading) -> bool:
    """Whether a finding holds: a question must ask, a stop must be about messages, not about a kind of work."""
    if one.name == "training" and _LEARNS.search(reading.text):
        return True
    if one.name in _ASKED_ONLY and one.weight < 85:
        return _asks(reading.text) or (one.name == "job_detail" and "pick" in reading.values)
    if one.name == "show_matches":
        settled = any(reading.values.get(slot) for slot in ("job_categories_exclude", "job_any", "location_any"))
        refused = re.search(r"(?:别|不要|甭|莫|不用)[^,?]{0,4}$", reading.text[: one.start])
        stated = re.fullmatch(r"有(?:活|工作|岗位?)(?:儿|路)?", one.words)  # 义乌有活我就去
        return not refused and not set(reading.text) & set(PRIVATE) and (not (settled or stated) or _asks(reading.text))
    if one.name == "delete_my_data" and one.words.endswith("注销") and reading.asked in ("licence", "certificate"):
        return False
    if one.name == "find_job" and reading.text[: one.start].endswith("不"):
        return False
    if one.name == "find_job" and reading.values.get("discharge_type"):
        return not one.words.endswith("安排工作")
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


_HIRING: Final = re.compile(
    r"要不要|招人|还招|招吗|招不招|招工|要人|缺人|有没有|有岗|有吗|(?:那种|的)?(?:算|有|是|带)(?:不算|没有)?(?:个)?编制?(?:的)?(?:吗|不|么|没)"
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
    return name == "training" and Role.WISH in roles and not any(one.asked for one in framing.framed)


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


def _keep_what_is_meant(reading: Reading, intent: str, framing: Framing, about_other: bool) -> None:
    """Drops facts that belong to the question, to a posting shown, or to another person."""
    values = reading.values
    if intent in intents.FACTLESS:
        kept = _KEPT_IN_FOLLOW_UP if reading.asked in ("follow_up_status", "satisfaction") else frozenset()
        reading.drop(*(slot for slot in list(values) if slot not in kept | {"name", "phone"}))
    elif intent == "help":
        reading.drop(*list(values))
    elif intent == "job_detail":
        reading.drop(*(slot for slot in list(values) if slot != "pick"))
    elif intent == "apply":
        reading.drop("job_categories", "skills", "certificates", "salary_min", "salary_max", "location", "confirm")
    elif intent == "training":
        wished = any(one.role == Role.WISH for one in framing.framed)
        reading.drop("skills", "certificates", "licences", "has_licence", *(() if wished else ("job_categories",)))
    elif intent == "entrepreneurship":
        reading.drop("job_categories", "job_any", "skills", "certificates", "salary_min", "salary_max", "location")
    elif intent in ("cancel", "go_back", "greeting"):
        reading.drop(*list(values))
    elif intent in ("stop_push", "resume_push"):
        reading.drop(*_WORDS, *_WISHES)
    if about_other:
        reading.drop(*_SELF)
