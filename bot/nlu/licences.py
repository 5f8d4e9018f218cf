"""Driving licences: classes held now, a licence without its class, or none (learners and withdrawn ones hold none)."""

import re
from typing import Final

from bot.nlu.gates import Group, Pattern
from bot.nlu.reading import Reading

_PAPER: Final = r"(?:驾驶证|驾驶执照|驾驶票|驾驶照|驾照|驾驶本|驾本|执照|本子|本本|本儿|本(?!科|人|来|地|县|市|村|省|月|周|行|事|身|职|领|能|上|专|溪|着|是|想|不)|照(?!顾|看|常|样|片|旧|相|护)|票子|牌照|证(?!明|件))"
_CLASS: Final = Pattern(
    rf"(?<![a-z0-9])(?P<c>a[123]|b[12]|c[1256]|[def])(?![a-z0-9+])(?:(?:的)?(?:大车|客车|货车|小车|牵引车|半挂|中巴|公交|大客|大货|挂车)*{_PAPER})?"
)
_JOINED: Final = Pattern(
    r"(?<![a-z0-9])(?P<cs>(?:[abc][1-6][def]?){1,3}|[ab]\d?[def])(?![a-z0-9])(?:驾驶证|驾照|照|本|证)?"
)
_LETTER: Final = Pattern(rf"(?<![a-z0-9])(?<!安全员)(?<!安全)(?P<l>[abc])(?:类|型|级)?{_PAPER}(?![a-z0-9])")
_BY_VEHICLE: Final = tuple(
    Pattern(rf"(?:{words})(?:的|那个|那种|那样的|那类)*(?:资格)?{_PAPER}(?!操作)", means=found)
    for found, words in (
        ("A2", "牵引车|半挂车?|大挂车?|挂车|拖挂车?|重型牵引车?|拖头"),
        ("A1", "大客车?|大巴车?|客车|旅游大巴"),
        ("A3", "公交车?|城市公交"),
        ("B1", "中巴车?|中型客车|中客"),
        ("B2", "大货车?|大车|货车|重型货车|卡车|大卡车?|大型货车"),
        ("C2", "自动[档挡]的?(?:小车|汽车|车)?|小型自动[档挡](?:汽车)?"),
        ("C1", "小车|轿车|小汽车|小轿车|手动[档挡]的?(?:小车|汽车|车)?|小型汽车|小型车|家用车|私家车"),
        ("F", "轻便(?:二轮|两轮)?摩托车?"),
        ("E", "二轮(?:普通)?摩托车?|两轮(?:普通)?摩托车?"),
        ("D", "(?:普通)?三轮摩托车?|摩托车?|三轮车?"),
        ("C6", "轻型牵引挂车?|轻型挂车"),
        ("C5", "残疾人?专用(?:小型)?(?:自动挡)?(?:载客汽车|汽车|车)?"),
    )
)
# 我那本儿是大货的: the paper first, then for what.
_IS_FOR: Final = tuple(
    Pattern(rf"(?:本儿|本子|本本|驾照|驾驶证|驾驶执照|驾本|车本|驾驶票|驾驶本)(?:我|俺)?[,、]?(?:就|还|也|都|早|有|只|倒)*,?(?:(?:是|准|让|许|能|可以)(?:能|可以|个|只)?(?:开|拉|驾|跑)?的?)?(?:{words})(?:车|的|那种|那档)*(?=[,? ]|$|跑|开)", means=found)
    for found, words in (
        ("A2", "牵引车?|半挂车?|挂车"), ("A1", "大客车?|大巴车?|客车"), ("B2", "大货车?|大车|货车|卡车"),
        ("C2", "自动[档挡]"), ("C1", "小车|轿车|手动[档挡]"),
    )
)  # fmt: skip
_NAMED: Final = Group(*_BY_VEHICLE, *_IS_FOR)
_ANY: Final = Pattern(
    r"(?:有|持|带|(?<!自)考(?:了|过|上|下|到|出|取)?|拿(?:了|着|到|过|下)?|办了|都有|还有|就有|老|下来|领了)(?:个|了|张|着|过|本|一个|一张|一本|老)*(?:驾驶证|驾驶执照|驾照|车本|驾驶本|驾本|本本(?=[,? ]|$)|车照|本儿?(?=[,? ]|$))|(?:驾驶证|驾照|车本|驾驶执照|本子|驾本)(?:我|早|也|都|是|已经|倒|就|一直|齐全|还)*(?:有|考(?:了|下来|出来|过|到手)|拿到?(?:了|手)?|在手|到手|下来了|齐全)|(?<=^)(?:驾驶证|驾照)(?=[,? ]|$)|驾龄[\d一二三四五六七八九十两]+|(?<=[,? 、])驾照(?=[,? 、]|$)|老司机[,有]"
)
_NONE: Final = Pattern(
    r"(?:没有?|无|没得|莫得|没考(?:过)?|不会开车,?没|没拿|还没有?|从没考过?|没去考|冇|未考|啥|没啥|不曾考)(?:有|考|拿到?|个|过|任何|啥|什么|领|取得|学|张)*(?:驾驶证|驾驶执照|驾照|车本|驾本|本子|车照|本本|本(?=[,? ]|$)|照(?=[,? ]|$))|(?:驾驶证|驾照|车本|驾驶执照|驾本|本子|本本)[?,]?(?:我|也|都|还|是|倒|就|从来|压根)*(?:没有?|没得|没考|莫得|没拿|还没考|没去考|没学)(?=[,? ]|$|的|呢|啊|过|了|考|嘛|呀)(?!换|审|年审|问题|过期|下来|到期)|不会开车(?!的|保安)|没学过开?车|无证(?=驾)"
)
# A licence that is not (or no longer) held.
_GONE: Final = Pattern(
    r"吊销|注销|被?扣(?!分)(?:了|光)?|扣满|吊(?:了|扣)|作废|没收|收走|暂扣|撤销|取消|过期|失效|逾期|扣留|到期没(?:换|审|办)|酒驾.{0,4}(?:扣|吊|没)|丢(?:了|失)?没补"
)
_LEARNING: Final = Pattern(
    r"科目[一二三四1-4]|科[一二三四]|在学|正学|学车|在考|正考|还没(?:下来|考|拿|到手|过|办下)|没(?:考下来|拿到|下来|考过|考上|到手|考完)|报(?:了)?名|想考|准备考|打算考|要考|去考|考着|驾校|练车|实习期没|想学|正在(?:学|考|增)|(?:想|准备|在|正在?|打算|去)?增驾(?!了|到了|成|上了|上来|下来|过|的)(?:中|的)?|挂(?:科|了)|没过|考不过|还在考|预约考试|候考|刚报|学着|还差|想拿|还没去考|备考|怎么考|咋考|能考|能不能考|多久能|学费|考个|考一?个|才能|难考|考驾照(?!了)|学驾照|考照"
)
_SCHOOL: Final = Pattern(
    r"(?:正|在|去|还在|刚)*(?:学车|练车|考驾照|学驾照|考科目.)|科目?[一二三四](?:刚|没|挂)?(?:了|过|考)?|驾校(?!教练)"
)
_ARMY: Final = Pattern(
    r"(?:部队|军(?:队|车|照|本|驾|用)|军队).{0,8}(?:没换|没转|没有换|未换|没来得及换|过期|没去换|还没|没办)|(?:没换|没转|未换|没来得及换).{0,3}地方|军(?:队)?(?:驾照|驾驶证|照|本)(?!换|转|已|到地方)|部队(?:的)?(?:驾照|驾驶证|本|照)(?!换|转|已|到地方)"
)
_DOWN: Final = Pattern(
    r"(?P<old>[abc][1-3]?)(?:照|本|证|驾照)?(?:被|给|让|已经|自动)?(?:降(?:级|成|到|为|了)*|降级(?:成|到|为))(?:了)?(?P<new>[abc][1-3]?)?|(?:降(?:级)?(?:成|到|为|了))(?P<new2>[abc][1-3]?)(?![a-z])"
)
# Where what follows speaks of another paper: A2驾照 从业资格证过期了.
_NEXT_PAPER: Final = Pattern(r"(?<=[有本照证齐]) |(?:从业|上岗|操作|健康|电工|焊工|叉车|保安)[^,]{0,3}证")
_PAUSE: Final = Pattern(r"(?<=[^ ]{2}) (?=现在|想|今年|如今|目前|眼下|要|找|老家|家|人在)")
_WAS: Final = Pattern(r"(?:驾照|本|照|证)?(?:那|都)?是(?:以前|原来|从前|过去|老早|早先|早些年)的(?=[,? ]|$)")
_NOT_OWN: Final = Pattern(
    r"^(?:驾照|本|照|证)?(?:是|都是)(?:我|俺)?(?:[弟哥爸妈姐妹嫂爹]|媳妇|老婆|老公|战友|朋友|别人|儿子|人家|他|她|同事|兄弟)[^,]{0,3}的"
)
_AUTOMATIC: Final = Pattern(r"[, ]*(?:是|开|只能开|考的|的)*自动[档挡]")
_GOT_UP: Final = Pattern(r"(?<!想)(?<!准备)(?<!打算)(?<!正在)(?<!要)(?:增驾|增|升)(?:到|成|为|上)$")
_UP: Final = Pattern(
    r"(?:想|准备|(?<!现)在|正在?|打算|要|去|还?没|能|考|学|增驾|增|升|差|怎么|咋)(?:去|再|要|考|学|增驾|增|升|个|到|换|下|报|过|一个|成)*$"
)


_RAISED: Final = Pattern(r"(?<!想)(?<!准备)(?<!打算)(?<!要)(?:增驾|升)(?:的|到|了|成|为)+(?:照|本)?[abc][1-3]")
_ONLY_LEFT: Final = Pattern(r"(?:只|就|光)(?:剩|剩下|留下|留|落)(?:了|个|下|得|着)*(?P<c>[abc][1-3])")
_COVERED: Final = {"A1": "A3B1B2C1C2", "A2": "B1B2C1C2", "A3": "C1C2", "B1": "C1C2", "B2": "C1C2", "C1": "C2"}


# 本被扣了: where the paper itself stands.
_PAPER_STANDS: Final = Pattern(
    r"(?:^|[,我])本(?:子)?(?=被|给|让)|[把将](?:我)?(?:的)?(?:本|照)(?:子|儿)?(?=[^人科来地])|驾照|驾驶证|驾本|车本|驾驶执照"
)
READ: Final = Group(_DOWN, _NONE, _SCHOOL, _JOINED, _CLASS, _LETTER, *_NAMED.members, _ANY, _PAPER_STANDS)


def _above(one: str, other: str) -> bool:
    return other in _COVERED.get(one, "")


def read_licences(reading: Reading) -> None:
    """Takes the classes held; `()` when he says he has none or it was withdrawn."""
    if not reading.gate.lets(READ):
        return
    text = reading.text
    held: list[tuple[str, str]] = []
    lost = lowered = False
    for match in reading.matches(_DOWN):
        reading.take(*match.span())
        new = match["new"] or match["new2"]
        if new:
            held.append(({"a": "A2", "b": "B2", "c": "C1"}.get(new, new.upper()), match[0]))
            lowered = True
    for match in reading.matches(_NONE):
        if not re.search(r"问|要求|需要|不是", text[: match.start()][-4:]):
            lost = True
            reading.take(*match.span())
    for match in reading.matches(_SCHOOL):
        reading.take(*match.span())
    for word, match in _named(reading):
        reading.take(*match.span())
        fate = _fate(text, match)
        if fate == "held" and not (lowered and word < held[0][0]):
            held.append((word, match[0]))
        lost = lost or fate == "gone"
    if held:
        if (only := _ONLY_LEFT.search(text)) and len(held) > 1:  # 原来是B2，现在只剩C1
            held = [one for one in held if one[0] == only["c"].upper()] or held
        if reading.says(_RAISED):  # 开大货的本，前年升的A2: one licence, the higher
            held = [one for one in held if not any(_above(other, one[0]) for other, _ in held)]
        for word, words in held:
            reading.add("licences", (word,), "驾照", words, word)
    elif lost:
        reading.none_of("licences", "没有驾照", "")
    else:
        _classless(reading)


def _named(reading: Reading) -> list[tuple[str, re.Match[str]]]:
    found = []
    for match in reading.matches(_JOINED):
        if len(match["cs"]) > 2:
            found += [(one.upper(), match) for one in re.findall(r"[abc][1-6]|[def]", match["cs"])]
            reading.take(*match.span())
    for match in reading.matches(_CLASS):
        if not re.match(r"[0-9.]", reading.text[match.end() : match.end() + 1]) and (
            reading.asked == "licence" or _is_licence(reading.text, match)
        ):
            found.append((match["c"].upper(), match))
    for _, match in found:
        reading.take(*match.span())
    for match in reading.matches(_LETTER):
        found.append(({"a": "A2", "b": "B2", "c": "C1"}[match["l"]], match))
        reading.take(*match.span())
    for paper, match in reading.matches_of(_NAMED):
        if not any(one.start() in range(match.end(), match.end() + 3) for _, one in found):
            automatic = paper.means == "C1" and _AUTOMATIC.match(reading.text, match.end())
            found.append(("C2" if automatic else paper.means, match))
        reading.take(*match.span())
    return found


def _is_licence(text: str, match: re.Match[str]) -> bool:
    """A lone D, E or F is a licence only with its paper behind it; C and the like always."""
    return (
        match["c"] not in "def"
        or len(match[0]) > 1
        or bool(
            re.search(
                r"[abc]\d?(?:照|本|证)?(?:[、,和+ 加跟带及]|还有|也有|(?:又)?增驾(?:了|到|过))*$", text[: match.start()]
            )
        )
        or bool(re.search(rf"{_PAPER}(?:是|:|,)?$", text[: match.start()]))
    )


def _fate(text: str, match: re.Match[str]) -> str:
    """held, gone (withdrawn, expired), learning, or lacking; read in the clause, and the one right behind it."""
    start = max(text.rfind(mark, 0, match.start()) for mark in ",?")
    before = text[start + 1 : match.start()]
    clause_end = min((at for mark in ",?" if (at := text.find(mark, match.end())) >= 0), default=len(text))
    after = _NEXT_PAPER.split(text[match.end() : clause_end], maxsplit=1)[0]
    after = _PAUSE.split(after, maxsplit=1)[0]
    following = text[clause_end + 1 :]
    if _NOT_OWN.match(after):
        return "lacking"
    if _ARMY.search(before + match[0] + after) or (
        re.search(r"部队|军", before) and re.search(r"没换|没转", text[match.end() :])
    ):
        return "learning"
    if _WAS.match(after):
        return "gone"
    if _GONE.search(after) or (
        re.match(r"(?:去年|前年|被|后来|因为|酒驾|已经|[^,]{0,6}(?:被|给))[^,]{0,6}", following)
        and _GONE.search(following[:12])
    ):
        return "gone"
    if _GOT_UP.search(before) and re.match(
        r"(?:照|本|证|驾照)?(?:了|过了|成功|(?:都|已经|有|快)*[一二两三四五六七八九十\d半]+个?多?[年月])", after
    ):
        return "held"
    if _UP.search(before) or _LEARNING.search(after) or _LEARNING.search(before[-7:]):
        return "learning"
    if re.match(r"(?:还|正|刚|科目|没)", following) and _LEARNING.search(following[:10]):
        return "learning"
    if re.search(r"(?:没有?|无|没得|莫得|不是|没考|非|缺|少|没拿)(?:到|过|个)?$", before):
        return "lacking"
    if re.match(r"(?:驾照|的|证|本)?(?:我|也|都|就|还)?(?:没有?|没得|莫得)(?!有|过期|问题|扣|[abc][1-6])", after):
        return "lacking"
    if re.search(r"(?:要求|需要|要|得|必须|有|用)(?:有|是|持)?$", before) and re.search(
        r"吗|不(?:$|行)|行不|可以不|能干|么", after
    ):
        return "asks"
    return "held"


def _classless(reading: Reading) -> None:
    for match in reading.matches(_ANY):
        reading.take(*match.span())
        if _fate(reading.text, match) in ("held", "asks"):
            reading.put("has_licence", True, "有驾照没说哪种", match[0])
            return
    around = next(reading.anywhere(_PAPER_STANDS), None)
    if around and _GONE.search(reading.text[around.end() :]):
        reading.take(*around.span())
        reading.none_of("licences", "驾照没了", reading.text[around.start() :][:12])
