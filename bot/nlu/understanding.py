"""Understands one message: cleans it, lets the rules read it in their order, settles intent and slots."""

import gc
import re
from datetime import date
from pathlib import Path
from typing import Final

from bot.nlu import (
    ages,
    ages_told,
    disability,
    intents,
    licences,
    money,
    person,
    phrases,
    picks,
    replies,
    schooling,
    service,
    settling,
    where,
    work,
)
from bot.nlu.frame import BLANK, Framing, Role, frame
from bot.nlu.gates import Gate, Pattern
from bot.nlu.heard import Heard
from bot.nlu.lexicon import Mention, load
from bot.nlu.own_words import OwnWords
from bot.nlu.reading import Reading
from bot.nlu.sound import sounding
from bot.nlu.text import PRIVATE, clean
from bot.nlu.unread import left_over
from bot.slots import Slots
from matching.taxonomy.place import Place

_LOOKED_AT: Final = 1000
_HOSTILE: Final = Pattern(
    r"\b(?:select|insert|update|delete|drop|union|alter|exec)\b.{0,40}\b(?:from|into|set|table|where|profile|users?)\b|<\s*(?:script|img|iframe|svg)|javascript:|\bor 1=1|"
    r"(?:忽略|无视|忘记|忘掉|不要管|抛开|跳过)(?:掉)?(?:你)?(?:之前|以上|前面|上面|所有|一切|先前|刚才|原来|此前)(?:的|所有)*(?:指令|提示|规则|设定|要求|内容|限制|话)|"
    r"(?:前头|前面|之前|以前|上面|所有|先前)(?:的)?(?:规矩|规则|指令|设定|限制)(?:通通|统统|全部|全|都|一律|,)*(?:作废|不算|取消|失效|忘|无效)|(?:登记|报名|注册|报)过?的?[^,?]{0,4}(?:老兵|人|战友|退役军人)的?(?:电话|号码|名单|身份证|住址)[^?]{0,6}(?:念|给我|发|列|说|报)|"
    r"(?:(?:从今天起|今后|以后|往后|打今儿起|从今往后),?你|你(?:现在|从现在起|今后|以后|往后|从今天起))就?是(?:我的|我一个|一个|一名|我们的)(?!.{0,8}(?:机器人|人工|真人|谁|吗))|(?:数据库|后台|系统|名册|花名册|服务器)(?:里|中|上)?(?:头|面)?的?(?:所有|全部|其他)?(?:老兵|用户|退役军人|人|战友)?的?(?:电话|手机号?|号码|信息|资料|名单|身份证)[^?]{0,6}(?:发|导|列|打印|给我|念|告诉)|"
    r"你(?:现在|从现在起|接下来|来)?(?:要|来)?扮演|(?:从现在起|从现在开始|现在|接下来|假装|假设|假如|扮演)(?:,)?你(?:是|就是|要|扮演|必须|将|叫)(?!.{0,6}(?:谁|机器人|人工|真人))|系统提示词?|管理员(?:密码|权限|账号|口令)|(?:输出|告诉我|打印|显示|给我|说出|列出|导出)(?:你的|系统|所有|全部|后台|数据库|别人|其他人?)*(?:的)?(?:提示词|密码|密钥|口令|数据库|源代码|源码|后台|prompt|token|用户(?:信息|名单|资料|数据|电话)|身份证(?:号)?名单)|开发者模式|越狱模式|dan模式|ignore (?:all|previous|the above)|system prompt|you are now|act as|^\s*[\[{]+\s*[\"\'][a-z_]+[\"\']\s*:|rm -rf|\{\{.*\}\}|\$\{|%s%s|\.\./\.\.|sudo|<\?php|eval\(|把?(?:所有|全部|别的|其他)(?:老兵|退役军人|用户|人)的?(?:电话|信息|名单|资料|身份证)",
    re.DOTALL,
)
# What scanners put before ordinary words is taken out; the words are read.
_INJECTED: Final = Pattern(
    r"\$\{[^{}]{0,80}\}|\{\{[^{}]{0,80}\}\}|<script[^<>]{0,80}>[^<>]{0,200}</script>|<[a-z/!][^<>]{0,80}>"
)
_ABUSE: Final = Pattern(
    r"他妈|tmd|妈的|妈逼|操你|草你|日你|傻[逼比bx叉]|煞笔|sb(?![a-z])|滚(?:蛋|开|你|远|犊子)?(?=[,? ]|$|吧)|王八|混蛋|狗日|狗东西|龟儿|去死|脑残|智障|白痴|弱智|神经病|畜生|废物|垃圾(?!分类|清运|车|站|桶|处理)|贱|cnm|nmsl|你妈|你大爷|放屁|狗屁|屁用|蠢|麻痹|妈卖批|瓜娃子|哈麻批|鸡巴|几把|卧槽|我操|尼玛|扑街|二百五|娘希匹|死全家|孙子们"
)
_NEGATED_VALUE: Final = Pattern(
    r"(?<!是)(?:而|并)?(?:不是|可不是|不要写|别写)(?:[abc][1-3]|\d+(?:\.\d+)?[千万kw]?|[零一二两三四五六七八九十百千万]{1,5})(?:岁|年|块|元|千|周岁|的)?(?=[,? 是]|$|我)"
    r"|(?:而|并|可)?不是(?:当兵|退伍|退役|服役|军龄|兵龄|入伍)(?:了)?(?:[\d]{1,2}|[一二两三四五六七八九十]{1,3})年(?=[,? ]|$)"
    r"|(?:写|填|打|输|弄|记|登)(?:成|的是)(?:了)?(?:[abc][1-3]|\d+(?:\.\d+)?[千万kw]?)(?:岁|年|块|元|千|的)?了?(?=[,? ]|$)"
    r"|(?:写|填|打|输|弄|记|登|选|报)(?:的是?|成|了)(?:[abc][1-3]|\d+(?:\.\d+)?[千万kw]?|[零一二两三四五六七八九十百千万]{1,5})(?:岁|年|块|元|千)?(?=[, ]*(?:其实|实际|应该|真实|正确))"
    r"|(?:前面|刚才|之前|上面|原来|开始|上次|先前)(?:我|俺)?(?:是)?(?:写|填|打|输|说|报|选)(?:的|了|成|的是)*[abc][1-3](?:照|本)?了?(?=[,? ]|$)"
    r"|(?:从|把|由)?(?<![\d第])(?:\d+(?:\.\d+)?[千万kw]?|[一二两三四五六七八九十]{1,4}[千万]?)(?:岁|年|块|元)?(?=(?:那个)?(?:不对|错了|写错|打错|说错|是错的|记错|搞错|是打错|,?改成|,?改为|,?换成|,?应该是))"
)
_CORRECTS: Final = Pattern(
    r"不对|错了|更正|纠正|改(?:成|为|到|一下|回|掉)|应该是|说错|打错|写错|打反|记错|搞错|填错|弄错|口误|换成|其实是|不是(?!不)[^,?]{1,8}[,]?(?:我?是|而是|改)|是[^,?]{1,8}不是|重新?(?:填|写|改|说)|刚才[^,]{0,6}(?:错|不算)|往[上下]提|降到|提到|调(?:到|成|整|高|低)|按[^,]{1,6}算|变(?:成|更)|^改|修改|更改|去掉|不要写|作废|以这个为准|搬到|不去[^,]{1,6}了"
)
_ADDS: Final = Pattern(
    r"也(?:行|可以|成|中|干|能|要得|考虑|接受|愿意|想|会|有|凑合|好|ok|都行)|还(?:会|有|能|想|可以)|再加(?:上|个)?|另外|加上|补充|除了[^,]{1,8}还|顺便|同时"
)


def understand(
    text: str,
    asked: str | None,
    today: date,
    near: Place | None = None,
    known: Place | None = None,
    *,
    extra: Path | None = None,
    own: OwnWords = (),
) -> Heard:
    """Reads one message.

    `asked`: the open question in the words of the questions (age, salary, …), None when there is none.
    `near`: the bureau's own county; `known`: the place already known of him; both only help to choose among places of
    one name. `extra`: a folder with lexicon files of the bureau's own; `own`: words it taught. Never raises, whatever the
    text holds.
    """
    text = text[:_LOOKED_AT]
    if "<" in text or "{" in text:
        text = _INJECTED.sub(" ", text)
    reading = Reading(clean(text), asked, today, own)
    if _is_hostile(text.lower(), reading) or not any(char.isalnum() or char in PRIVATE for char in reading.text):
        return Heard("unknown")
    _read_person(reading)
    framing, added, wished = _read_facts(reading, near, known, extra)
    replies.read_reply(reading)
    found = intents.findings(reading.text, reading.gate, extra)
    corrects = reading.says(_CORRECTS)
    standing = settling.standing(reading, found)
    intent = settling.intent_of(reading, framing, standing, wished, corrects=corrects)
    settling.tell_why(reading, intent, standing)
    if intent == "follow_up_answer":
        phrases.read_one(reading, "employment_status", extra)
    about_other = person.is_about_other(reading)
    settling.keep_what_is_meant(reading, intent, framing, about_other)
    return Heard(
        intent=intent,
        slots=Slots.of(reading.values),
        corrects=corrects,
        adds=added or reading.says(_ADDS),
        about_other=about_other,
        abusive=reading.says(_ABUSE),
        doubts=tuple(reading.doubts),
        evidence=tuple(reading.evidence),
        unread=left_over(reading, found),
        approximate=tuple(sorted(reading.approximate & reading.values.keys())),
    )


def prepare(extra: Path | None = None) -> None:
    """Builds every list and index now, so that no veteran's first message waits for them.

    Patterns are compiled by the messages that need them: the first dozens take some milliseconds longer than the rest.
    """
    collects = gc.isenabled()
    gc.disable()  # nothing built here is ever garbage: looking for it takes a fifth of the start
    try:
        for text, asked in _OF_EVERY_KIND:
            understand(text, asked, date(2026, 1, 1), extra=extra)
    finally:
        if collects:
            gc.enable()


_OF_EVERY_KIND: Final = (
    ("我四十五，想在绵洋找个看大们的活", None),
    ("mianyang", "location"),
    ("陈梅", "name"),
)


def _is_hostile(raw: str, reading: Reading) -> bool:
    """Whether the message, as it was sent or as it is read, is an attack on the bot."""
    if reading.says(_HOSTILE):
        return True
    return raw != reading.text and Gate(raw).lets(_HOSTILE) and _HOSTILE.search(raw) is not None


def _read_person(reading: Reading) -> None:
    person.read_person(reading)
    person.read_asked_name(reading)
    for match in reading.anywhere(_NEGATED_VALUE):
        reading.take(*match.span())


def _read_facts(
    reading: Reading, near: Place | None, known: Place | None, extra: Path | None
) -> tuple[Framing, bool, bool]:
    """All slots that say themselves what they are, in order of precedence."""
    ages_told.read_told(reading)
    picks.read_picks(reading)
    service.read_service(reading)
    ages.read_birth(reading)
    ages.read_then(reading)
    disability.read_disability(reading)
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
    framing, added, wished = _read_words(reading, extra, near, known)
    ages.read_bare(reading)
    ages.read_generation(reading)
    ages.read_decade(reading)
    return framing, added, wished


def _read_words(
    reading: Reading, extra: Path | None, near: Place | None, known: Place | None
) -> tuple[Framing, bool, bool]:
    """The words of the lexicon, the places between them, and what only sounds like a word."""
    lexicon = load(extra, reading.own)
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
    for start, end in where.read_places(reading, "".join(chars), near, known):
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
    trades = [(one.mention.start, one.mention.end) for one in framing.framed if one.mention.of("trade")]
    service.read_trade_years(reading, trades)
    service.read_loose_years(reading, trades)
    if any(one.role == Role.PRESENT for one in framing.framed):
        reading.put("willingness", "在职", "现在做着", "")
    return framing, added, wished
