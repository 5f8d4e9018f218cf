"""Bare replies, read by the question the bot had just put: 40, 有, 没有, 都可以, 二一年."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from bot.nlu.ages import full_year
from bot.nlu.gates import Pattern
from bot.nlu.numerals import DIGIT, NUMBER, value, whole
from bot.nlu.reading import Reading

_YES: Final = Pattern(
    r"(?:嗯+|哦|噢|好|行|中|成|对|是|可以|同意|愿意|没问题|要得|ok|okay|yes|y|确认|确定|没错|没意见|允许|授权|接受|对头|是的|好的|好嘞|好啊|可|没毛病|对的|正确|就是|就这样|就这么办|办|报|报吧|给|肯定|必须的|当然|要|好呀|行啊|成吧|没得问题|阔以|嗯呐|中嘞|管|得|妥|妥了|没差|安排|知道了|了解|我同意|都行|都可以|来吧|开始|继续|对对|可以的|行吧|好吧|收到|照办|记|记吧|存|存吧|登记吧|提交|发吧|点头|点个头|乐意|支持|没啥|同意了|通过|请继续|先这样|就它|就这个|那行|使得|作数|对着|对着呢|1)"
)
# Each word stands here once, and none is made of others: else a long row of them could be read in countless ways.
_ONLY_YES: Final = Pattern(
    r"(?:嗯|哦|噢|好|行|中|成|对|是|可以|同意|愿意|没问题|要|得|可|ok|okay|yes|y|确认|确定|没错|没意见|允许|授权|接受|对头|没毛病|正确|就这样|就这么办|办|报|给|肯定"
    r"|必须的|当然|没得问题|阔以|嗯呐|管|妥|没差|安排|知道|了解|来|开始|继续|收到|照办|记|存|登记|提交|发|点头|点个头|乐意|支持|没啥|通过|请继续|先这样|就它|那|使得"
    r"|作数|着|1|先|我|俺|就|,|都|也|完全|这个|信息|吧|啊|呀|呢|嘛|哈|了|的| |保存|弄|记录|你们|撒|噻|哩|嘞)+"
)
_NO: Final = Pattern(
    r"不(?!低于|少于|错|好意思|要紧|用改|变)|别|算了|拒绝|没门|免了|取消|no|^n$|甭|莫|休想|先不|暂不|不了|错了|不对|不是|有误|错的|否|没同意|还没想好|再想想|再说|考虑考虑|等等再|凭什么|凭啥|不放心|信不过|怕泄露|^2$|打错|写错|搞错|冇"
)
_NONE: Final = Pattern(
    r"^(?:都|也|一个|啥|什么|我|俺|目前|暂时|现在|还|真|就|是|一样)*(?:没有?|无|没得|莫得|冇|木有|没啥|没什么|不会|没考|没考过|没办|啥都没|啥也没|空|0|零|n|no|没有证|啥都不会|没呢|没嘞|没学过|没特长|没手艺|不具备)(?:的|啊|呢|哦|哈|了|过|一个|都|也|啥|什么|任何|东西|玩意儿?|证|特长|技能|手艺)*$"
)
_ALL_GONE: Final = Pattern(
    r"(?:我|俺|原来|以前|考过?|有过?|那些|几个|几本|那|的|老)*(?:证书?|本子?|本本)?(?:我|早|已经|现在)*(?:都|全|统统|一律|早|也|就)+(?:过(?:了)?期|作废|失效|到期|吊销|没年审|没复审|丢|不能用|用不成|用不了)(?:了|光)*(?=[,? ]|$)"
)
_HAVE: Final = Pattern(
    r"^(?:我|当然|肯定|都|是|也|早就?)*(?:有|考了|有的|有啊|有呢|考过|有本|持有|有了|拿了)(?:的|啊|呢|哦|哈)*$"
)
_ANY: Final = Pattern(
    r"随便|都行|都可以|都成|都中|无所谓|不限|不挑|没要求|随意|看着(?:办|推|来)|都要得|均可|啥都|什么都|哪都|哪儿都|没啥要求|没所谓|都好|听安排|随缘|啷个都|咋都|咋都行|怎么都|看情况|都得行"
)
_FIGURE: Final = Pattern(NUMBER)
OLD, VERY_OLD = 70, 80  # 七六 is a year of birth; so is 95
SOME: Final = 3  # 十几年: a handful above the ten


def read_reply(reading: Reading) -> None:
    """Reads what the open question makes plain; does nothing when there is none."""
    answer = _ANSWERS.get(reading.asked or "")
    if answer is not None:
        answer(reading)


def _figure(reading: Reading) -> int | None:
    """The one number of a reply that no rule has read."""
    found = list(reading.matches(_FIGURE))
    if len(found) != 1:
        return None
    number = value(found[0][0])
    return int(number) if number is not None else None


def _age(reading: Reading) -> None:
    if {"age", "birth_year", "discharge_year", "enlist_year"} & reading.values.keys():
        return
    if re.search(r"退(?:伍|役|的|下来|了)|入伍|参军|当(?:的|了)?兵|复员|转业", reading.text):
        return
    if dated := re.match(r"(?P<y>19[4-9]\d|20[01]\d)(?:年|[-./])", reading.text):
        reading.put("birth_year", int(dated["y"]), "答出生年", reading.text)
        return
    if said := re.match(
        rf"(?:我?是)?(?:(?:属.[的, ]*)(?P<z>[5-9]\d|0\d|[五六七八九零][{DIGIT}])年?的?(?=$|[,? ])|(?P<y>[5-9]\d|[五六七八九零][{DIGIT}])年?的)",
        reading.text,
    ):
        reading.put("birth_year", full_year(said["z"] or said["y"], reading.today.year), "答出生年", reading.text)
        return
    number = _figure(reading)
    if number is None:
        return
    if re.search(rf"(?:\d\d|[{DIGIT}]{{2}})年", reading.text) and (
        born := full_year(f"{number:02d}", reading.today.year)
    ):
        reading.put("birth_year", born, "答出生年", reading.text)
        return
    pair = bool(re.fullmatch(rf"[{DIGIT}]{{2}}", reading.text)) and number >= OLD
    year = full_year(str(number), reading.today.year) if 1930 <= number <= 2020 or pair or number > VERY_OLD else None
    if year is not None:
        reading.put("birth_year", year, "答年龄", reading.text)
    elif 14 <= number <= 80:
        reading.put("age", number, "答年龄", reading.text)
    elif not any(doubt.slot == "age" for doubt in reading.doubts):
        reading.doubt("age", number, "年龄不像是真的")
    reading.take(0, len(reading.text))


def _discharge_year(reading: Reading) -> None:
    if "discharge_year" in reading.values:
        return
    text = reading.text
    relative = {"今年": 0, "去年": 1, "前年": 2, "大前年": 3, "刚退": 0, "刚": 0}
    for words, ago in sorted(relative.items(), key=lambda pair: -len(pair[0])):
        if text.startswith(words) or f"是{words}" in text:
            reading.put("discharge_year", reading.today.year - ago, "答退役年份", text)
            return
    match = re.search(rf"(?P<y>(?:19|20)\d\d|\d\d|[{DIGIT}]{{4}}|[{DIGIT}]{{2}})(?:年|$|[,? ./-])", text)
    year = full_year(match["y"], reading.today.year) if match else None
    ago_match = re.search(r"(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})年(?:前|了|多)", text)
    if ago_match and (years := whole(ago_match["n"])) is not None:
        reading.put("discharge_year", reading.today.year - years, "答退役几年", text)
    elif year is not None:
        reading.put("discharge_year", year, "答退役年份", text)
    reading.take(0, len(text))


def _service_years(reading: Reading) -> None:
    if "service_years" in reading.values:
        return
    if some := re.search(r"(?P<n>二?十)几(?:个)?年?", reading.text):
        reading.put("service_years", (whole(some["n"]) or 0) + SOME, "答服役年数", reading.text)
        reading.approximate.add("service_years")
        return
    number = _figure(reading)
    if number is None and (
        match := re.search(r"(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})(?:个)?(?:多|来)?年", reading.text)
    ):
        number = whole(match["n"])
    if number is not None and 1 <= number <= 40:
        reading.put("service_years", number, "答服役年数", reading.text)
    elif number is not None:
        reading.doubt("service_years", number, "服役年数不像是真的")
    reading.take(0, len(reading.text))


def _none(slot: str) -> Callable[[Reading], None]:
    def read(reading: Reading) -> None:
        gone = slot == "certificates" and _ALL_GONE.match(reading.text)
        if (gone or _NONE.match(reading.text)) and not reading.values.get(slot):
            reading.none_of(slot, "答没有", reading.text)
            reading.take(0, len(reading.text))

    return read


def _licence(reading: Reading) -> None:
    if "licences" in reading.values or "has_licence" in reading.values:
        return
    if _NONE.match(reading.text) or re.search(r"没(?:有)?(?:学|考|拿|碰|摸)过?$|不会开|没本$", reading.text):
        reading.none_of("licences", "答没有", reading.text)
    elif re.search(r"过期|吊销|注销|没换|扣了|没年审", reading.text):
        reading.none_of("licences", "答过期", reading.text)
    elif _HAVE.match(reading.text) or re.match(
        r"有(?:的|啊|呢)?,(?!没|过期|但|可|就是)|有(?:倒)?是有|倒?是有(?!没)", reading.text
    ):
        reading.put("has_licence", True, "答有驾照", reading.text)


def _disability(reading: Reading) -> None:
    if "disability" in reading.values:
        return
    if re.search(r"^[一二三四五六七八九十](?:级)?$", reading.text):
        reading.put("disability", reading.text[0] + "级", "答残疾等级", reading.text)
    elif re.fullmatch(r"(?:10|[1-9])级?", reading.text):
        reading.put(
            "disability", "一二三四五六七八九十"[int(reading.text.rstrip("级")) - 1] + "级", "答残疾等级", reading.text
        )
    elif graded := re.search(r"([一二三四五六七八九十])级", reading.text):
        reading.put("disability", graded[0], "答残疾等级", reading.text)
    elif _NONE.match(reading.text) or re.search(
        r"健全|健康|正常|好着|没毛病|没问题|好得很|棒|没病|杠杠|硬朗|没事|不是|完好|没伤|没啥毛病|结实|好好的|全乎|全须|齐全|全着|利索|好使|身体好|否|不残|好胳膊|好手好脚|胳膊腿|囫囵|不缺|四肢|没那|没(?:有)?(?:评|鉴定|定|办|上|够)(?:过|上|残|级|伤残)|评不上|没残",
        reading.text,
    ):
        reading.put("disability", "无", "答无残疾", reading.text)


def _education(reading: Reading) -> None:
    if "education" not in reading.values and re.search(
        r"没上过|没念过|没读过|不识字|没有学历|^没有?$|^无$|没文化", reading.text
    ):
        reading.put("education", "小学", "答没上过学", reading.text)


def _willingness(reading: Reading) -> None:
    if "willingness" in reading.values:
        return
    for word, pattern in (
        ("暂不求职", r"不想|不找|先不|暂时|不打算|再说|再讲|缓一?缓|年后|过了?年|过完年|没想|不考虑|不急|不用|不需要"),
        ("在职", r"在职|上着?班|有工作|干着|有活|换|在干|有的|有班"),
        (
            "待业",
            r"歇着呢|正找|待业|没工作|没活|失业|辞(?:职|工)?了|下岗|离职|闲|想找|在找|找着|找工作|急|没有|没上班|想干|要找|需要|求职",
        ),
    ):
        if re.search(pattern, reading.text):
            reading.put("willingness", word, "答意愿", reading.text, word)
            return


def _accommodation(reading: Reading) -> None:
    if "accommodation_wish" in reading.values:
        return
    text = reading.text
    for word, pattern in (
        (
            "不需要",
            r"^(?:都|我)*(?:不用|不要|不需要|无需|不必|不了|没必要|用不着|不|否|没有|自己|家里|有房|不住|回家|不用管|no)|(?:不用|用不着|不需要|不必)(?:了|吧)?$",
        ),
        ("包吃住", r"吃住|都要|都包|全包|两样|都需要|食宿|又吃又住|最好都|管吃管住"),
        ("包住", r"住|宿舍"),
        ("包吃", r"吃|饭|餐"),
        ("包吃住", r"^(?:要|需要|有最好|要的|想要|肯定要|必须的?|对|是|嗯|需要的|最好有|当然)+$"),
    ):
        if re.search(pattern, text):
            reading.put("accommodation_wish", word, "答吃住", text, word)
            return


_SHIFT_REPLIES: Final = (
    ("长白班", r"^(?:只|上|最好|就|还是|想|尽量|要|是)*(?:白|白天|白班|常白班|正常班)(?:的|吧|就行)?$"),
    ("夜班", r"^(?:夜|晚上|夜班|晚班)(?:的|吧)?$"),
    ("可倒班", r"^(?:倒班|三班倒|两班倒|能倒|可以倒|倒班吧|轮班)$"),
    ("可上夜班", r"^(?:能上|可以上|能熬|上得)$"),
    ("不上夜班", r"^(?:不上|不能上|上不了|熬不了|不熬|不上的)$"),
)


def _shift(reading: Reading) -> None:
    if "shift_wish" in reading.values:
        return
    for word, pattern in _SHIFT_REPLIES:
        if re.search(pattern, reading.text):
            reading.add("shift_wish", (word,), "答班次", reading.text, word)


_SATISFACTION: Final = (
    (1, r"非常不满|很不满意?|太差|极差|糟透|一肚子火|垃圾|坑|差劲|差得很|最差|烂|恼火|气死|差评|一点都?不满意|特别不满|根本不满|非常差|很差|太坑"),
    (2, r"不(?:太|怎么|大|是很|咋|够)?满意|不(?:太|怎么|咋)?(?:好|行|得劲|中|样)|不咋(?:样|地|的)|糟心|闹心|憋屈|后悔|窝火|漏雨|不像话|凑合不下去|待不下去|失望|差(?!不多)"),
    (5, r"(?:非常|特别|十分|很|太|相当|超|挺满意得很|满意得很|百分百|绝对|老|贼|巴适)(?:地)?(?:的)?(?:满意|好|棒)|满意得很|满分|好得很|没得说|没的说|巴适|安逸|得劲|带劲|顶呱呱|杠杠|完美|点赞|五颗?星|无可挑剔|最满意|太好了"),
    (3, r"一般|凑合|还凑活|还凑合|马马虎虎|将就|普普通通|中等|过得去|就那样|就那么回事|不好不坏|说不上|勉强|还可以吧|说得过去|差不多|一半一半|中不溜"),
    (4, r"满意|挺好|不错|还行|还可以|可以|好|蛮好|还不错|行|中|要得|得行|没意见|还好"),
)  # fmt: skip


def _satisfaction(reading: Reading) -> None:
    if "satisfaction" in reading.values:
        return
    match = re.search(r"(?P<n>\d|[一二两三四五])(?:分|星|颗星?|个星|级)?(?=[,? ]|$|吧|啊|呗|左右)", reading.text)
    number = whole(match["n"]) if match else None
    if match and number is not None and not re.search(r"个月|天|年", reading.text[match.end() : match.end() + 2]):
        if 1 <= number <= 5:
            reading.put("satisfaction", number, "答满意度", reading.text)
        else:
            reading.doubt("satisfaction", number, "满意度是一到五分")
        reading.take(0, len(reading.text))
        return
    if re.fullmatch(r"10|十分?|10分|100分?|一百分|满分", reading.text):
        reading.doubt("satisfaction", 5, "满意度是一到五分")
        return
    for grade, pattern in _SATISFACTION:
        if re.search(pattern, reading.text):
            reading.put("satisfaction", grade, "答满意度", reading.text)
            return


def _confirm(reading: Reading) -> None:
    if "confirm" in reading.values:
        return
    text = reading.text
    if _ONLY_YES.fullmatch(text) and _YES.search(text):
        reading.put("confirm", True, "答是", text)
        reading.take(0, len(text))
    elif _NO.search(text):
        reading.put("confirm", False, "答不", text)
    elif re.match(rf"(?:我|那|就|都)*{_YES.pattern}(?:吧|的|啊|了|,|$| )", text):
        reading.put("confirm", True, "答是", text)


def _job(reading: Reading) -> None:
    if not {"job_categories", "job_any", "job_categories_exclude"} & reading.values.keys() and _ANY.search(
        reading.text
    ):
        reading.put("job_any", True, "答都行", reading.text)


def _location(reading: Reading) -> None:
    near_home = re.search(r"[本当][县市省地镇乡村]|[县市镇村省][里内上]", reading.text)
    if not near_home and not {"location", "location_any"} & reading.values.keys() and _ANY.search(reading.text):
        reading.put("location_any", True, "答都行", reading.text)


_ANSWERS: Final[Mapping[str, Callable[[Reading], None]]] = {
    "age": _age,
    "discharge_year": _discharge_year,
    "service_years": _service_years,
    "certificate": _none("certificates"),
    "skill": _none("skills"),
    "military_trade": _none("military_trade"),
    "licence": _licence,
    "disability": _disability,
    "education": _education,
    "willingness": _willingness,
    "accommodation": _accommodation,
    "shift": _shift,
    "satisfaction": _satisfaction,
    "consent": _confirm,
    "confirm": _confirm,
    "job": _job,
    "location": _location,
}
