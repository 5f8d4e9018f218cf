"""The highest level of schooling finished: 初中没念完 = 小学, 专升本 = 本科, 高二休学 = 初中."""

import re
from typing import Final

from bot.nlu.gates import Pattern
from bot.nlu.reading import Reading

LEVELS: Final = ("小学", "初中", "高中", "中专", "大专", "本科", "硕士")
_BELOW: Final = {
    "小学": "小学",
    "初中": "小学",
    "高中": "初中",
    "中专": "初中",
    "大专": "高中",
    "本科": "高中",
    "硕士": "本科",
}

_NAMES: Final[dict[str, str]] = {
    "硕士": r"硕士(?:研究生|学位|学历)?|研究生|博士|(?<!在)读研(?!究)|mba|考上研",
    "本科": r"专升本|专接本|专转本|本科(?:学历|学位|毕业|文凭)?|大本|(?<!证)(?<!照)(?<!书)一本(?=毕业|院校|学历|大学|$|,)|二本|三本|统招本|自考本(?:科)?|函授本科|成人本科|学士|全日制本|大学(?!(?:一)?(?:开学|新生|军训)|入伍|参军|应征|期间|那会|没读|在读|生(?:士兵|入伍|参军|兵|军训|村官)|城|路|生活|老师|食堂|门口|里|附近|保安|宿舍|那边|英语|后勤)(?:本科|毕业|文凭|文化|学历)?|军校(?:本科)?(?:毕业|出身)|军校本科|国防生|(?:国防科大|国防科技大学|国防大学|[陆海空]军[^,]{0,4}大学|军医大学?|工程大学|理工大学|师范大学|农业大学|财经大学|科技大学)(?:毕业|念的|读的|出来)?",
    "大专": r"大专(?:学历|毕业|文凭|文化)?|专科(?!医|诊|门|会)(?:学历|毕业|文凭)?|高职(?!高中)(?:院校|学历|毕业)?|电大(?:专科|毕业)?|自考专科|成人大专|函授(?:大专|专科)|高专|直招士官|士官学校|士官院校|专科生|大专生|业大|夜大",
    "中专": r"中专(?:学历|毕业|文凭|生)?|职高|技校|中技|职业高中|中职|职中|卫校|技工学校|职业中学|中师|农校|师范学校|职校|职教中心|技师学院|高级技校|警校|体校|职业学校|商校|财校",
    "高中": r"高中(?:学历|毕业|文凭|文化|生)?|普高|高三(?:没考上|没考好|落榜|复读|毕(?:了|的|得)?业|[读念上]完)|高考(?:落榜|没考上|失利|完|落选|没过线|[^,?]{0,5}没考上|差)|中学毕业",
    "初中": r"初中(?:学历|毕业|文凭|文化|生)?|初三(?:毕(?:了|的|得)?业|[读念上]完)|九年义务(?:教育)?|国中|九年制|初级中学|中考没考上|初中水平",
    "小学": r"完小|初小|高小|小学(?:学历|毕业|文化|水平|生|文凭)?|没上过学|没念过书|没读过书|没读过啥书|不识字|文盲|大字不识|没文化|扫盲班|睁眼瞎|没上过几天学|没念过几天书|没读啥书|没怎么读过书|(?:书)?(?:没|冇)(?:念|读)(?:过)?几天(?:书)?|斗大的字(?:不|识|认)|(?:念|读|上|学)到(?:了)?(?:小学)?[一二三四五六]年级|大字(?:不|认)|[一二三四五六]年级(?:都)?(?:没|就|便|不)+(?:[读念上毕]完?业?|下学|辍学|退学|休学|放[羊牛]|回家|种地|打工)(?:了)?",
}  # fmt: skip
_GRADE: Final = Pattern(
    r"(?P<stage>初|高|大|小学)(?P<year>[一二三四五六])(?:年级)?(?:的时候|那年|时候|时)?(?P<left>就?(?:休学|辍学|缀学|退学|下学|失学|停学|不上学|出去打工|打工|没念完|没读完|没上完|没毕业|肄业|不念|不读|不上|就?当兵|参的?军|入伍|去当|就去|没读|没念|上半|(?:念|读|上)(?:了|过)?(?:[一两俩二三仨半几\d]+个?(?:多)?(?:月|年|天|学期|星期))?(?:就|便|没|,)*(?:下学|辍学|不念|不读|不上|退学|回家|放羊|放牛|打工|种地|没念完|没读完)|下半|上学期|下学期|当的兵|应征|就走|出来))?"
)
_WORD: Final = Pattern("|".join(f"(?P<w{index}>{_NAMES[level]})" for index, level in enumerate(reversed(LEVELS))))
_UNFINISHED: Final = Pattern(
    r"^(?:的?(?:时候)?|只?(?:上|读|念)(?:了|过)?(?:[一二两三半]年|半截|一半)?|都?就?也?,?)?(?:都|就|也|还)?(?:没(?:有)?(?:念|读|上|毕|学|混|考|拿|完成|熬)(?:完|业|到头|上|下来|出来|毕业|到)?|未毕业|没毕|肄业|辍学|退学|休学|中途|半路|在读|还没毕业|没读|没念|念了一半|读了一半|上了一半|(?:上|读|念)到一半|(?:读|念|上)(?:了)?[一二两半]年(?:就|没)|未读完|读不下去|(?:念|读|上|学)到(?:了)?(?:大|高|初|中专|大专)?[一二三](?:年级)?|[辍退休]的?学|(?:还)?差[一两几\d](?:科|门|分|年|学期)|(?:读|念|上)了[一二两半]年半?(?=[,? ]|$)|还没(?:毕业|念完|读完|上完)|正在读|在念|在上|未完成|(?:的)?,?(?:还没|明年|后年|年底|下个?月|下半年|今年底|马上|快要?|即将|过几个月)[^,]{0,3}(?:拿证|拿到?毕业证|毕业|拿文凭|能拿证|出证|考完))"
)
_NO_DIPLOMA: Final = Pattern(r"证书?(?:都|也|还)*没(?:拿|领|发|给|混)")
_BROKE_OFF: Final = Pattern(
    r"(?:上|读|念)(?:了|过)?(?:[一二两三四半几\d]+(?:年半?|个月|个?学期|天))(?:家里|屋里|爹妈?|娘|就|因为|,|没钱)*(?:供不起|没钱|不让|穷|不念|不读|不上|辍|退|回家|回来|打工|出去)"
)
_WENT_BACK: Final = Pattern(r"[^?]{0,16}(?:又|后来|回来|回去)[^,?]{0,6}(?:念|读|上|补)完")
_FINISHED: Final = ("完", "毕业")
_GOT_IN: Final = Pattern(r"考(?:上|取|起|中)(?:了|过)?(?:个|一个)?$")
_NOT_GONE_TO: Final = Pattern(
    r"[^,?]{0,2},?(?:但|可|就|因为|家里|屋里|爹妈|当年)*(?:没(?:有|得)?(?:钱|去|读|念|上|机会|供)|(?:读|念|上|供)不起)"
)
_TOO_HIGH: Final = Pattern(r"(?:写|报|填|说|弄|选|点)(?:得|的)?(?:太)?(?:高|错|大|岔)了")
_LACKING: Final = Pattern(
    r"(?:没有?|无|不是|没得|莫得|没考上|没上过?|没读过?|没念过?|考不上|未取得|没上到|没读到|没能上|没(?:去|能|再|接着|继续|钱|机会)*(?:上|读|念))(?:个|正经|什么|啥|读过|读|上过|念过|拿到|全日制)*$"
)
_OTHERS: Final = Pattern(
    r"(?:孩子|儿子|女儿|闺女|娃儿?|小孩|老大|老二|老婆|媳妇|妹妹|弟弟|姑娘|崽|丫头|小子|双胞胎)(?:都|也|还|正|在|刚|今年|马上|要|才|现在)*(?:上|读|念|考|是|在|升|毕业|上了|读了)?(?:着|到|上了|上|了)?$"
)
_ASKS: Final = Pattern(r"(?:要求|要|需要|得|必须|至少|最低)(?:是|有|求)?(?:个)?$")
_PLACE_AFTER: Final = Pattern(
    r"^(?:门口|保安|食堂|看门|老师|校门|附近|当保安|门卫|后勤|做饭|里头|宿舍|旁边|里(?:面)?(?:当|做|看|扫|保安|干)|那边|部(?!队)|学校|(?:体育|数学|语文|英语|物理|化学|生物|历史|政治|地理|美术|音乐)(?=老师|教师|课|教|教资|$|,)|学段|老师|教师|校(?!毕业|文))"
)


def read_education(reading: Reading) -> None:
    """Takes the highest level that was finished."""
    best: tuple[int, str, str] | None = None
    told = _levels(reading)
    if len(told) > 1 and reading.says(_TOO_HIGH):
        told = told[-1:]  # 学历写高了，其实就高中
    for found, words in told:
        rank = LEVELS.index(found)
        if best is None or rank > best[0]:
            best = (rank, found, words)
    if best is not None:
        reading.put("education", best[1], "学历", best[2], best[1])


def _levels(reading: Reading) -> list[tuple[str, str]]:
    found = []
    for match in reading.matches(_GRADE):
        level = _by_grade(match, reading)
        if level is not None:
            reading.take(*match.span())
            found.append((level, match[0]))
    for match in reading.matches(_WORD):
        level = LEVELS[-1 - int((match.lastgroup or "w0")[1:])]
        before, after = reading.text[: match.start()], reading.text[match.end() :]
        if before.endswith(("资格证", "教资")):
            continue
        if _OTHERS.search(before) or _PLACE_AFTER.match(after) or re.match(r"^(?:到)?(?:想|要)考", after):
            reading.take(*match.span())
            continue
        reading.take(*match.span())
        if _NOT_GONE_TO.match(after) and _GOT_IN.search(before):
            found.append((_BELOW[level], match[0]))  # 考上了大专没钱去读
            continue
        if _LACKING.search(before) or re.search(r"(?:在读|正在读|读着|想读|想考|准备考|在念)(?:个|着)?$", before):
            continue
        if "上过" in match[0] or "没" in match[0]:
            pass
        if _NO_DIPLOMA.match(after) or (
            (_BROKE_OFF.match(after) or (not match[0].endswith(_FINISHED) and _UNFINISHED.match(after)))
            and not _WENT_BACK.match(after)
        ):
            level = "大专" if match[0].startswith("专") and level == "本科" else _BELOW[level]  # 专升本在读
        if _ASKS.search(before) and not reading.says(_TOO_HIGH) and reading.asked != "education":
            continue
        found.append((level, match[0]))
    return found


def _by_grade(match: re.Match[str], reading: Reading) -> str | None:
    """高二休学 = 初中: a grade left before its end is the level below."""
    if reading.text[match.end() : match.end() + 2] in ("毕业", "读完", "念完", "上完", "毕的", "毕了"):
        return None
    before = reading.text[: match.start()]
    reached = re.search(r"(?:上|读|念|只|学)(?:了|过)?到?$", before)
    if _OTHERS.search(before) or not (match["left"] or reached):
        return None
    level = {"初": "初中", "高": "高中", "大": "本科", "小学": "小学"}[match["stage"]]
    return _BELOW[level]
