"""Certificates: held, lacking, only wanted, run out; named outright (叉车证) or by their trade (叉车，证有)."""

import re
from typing import Final

from bot.nlu.frame import Framed, Framing, Role
from bot.nlu.gates import Pattern
from bot.nlu.lexicon import Mention, relations
from bot.nlu.reading import Reading

_PAPER_BEHIND: Final = Pattern(
    r"(?:的|那个|那种|[初中高]级工?|[三四五]级)*(?:操作|上岗|资格|作业|等级)?(?:证书?|本儿|本本|正(?=有|也|,|$|过期| |都|、)|本子|本(?![人地科来事]))"
)
# 上岗证有保安的、电工的: the papers are listed by their trades.
_PAPER_BEFORE: Final = Pattern(r"证(?:我|俺)?(?:就|只|也|倒|光)?(?:有|是)?(?:个|张)?[,:、( ]*$")
_KIND_OF: Final = r"(?:操作|上岗|资格|技能|作业)证书?(?:,|我|有|是|:)*(?:个|一个)?$"
_OF_A_KIND: Final = Pattern(_KIND_OF)
_LISTED: Final = Pattern(
    rf"{_KIND_OF}|证书?(?:有|一大堆|一堆|一摞|不少|好几个|多|齐全|考了)[^,?]{{0,4}}[,:][^?]{{0,20}}$"
)
_HAS_PAPER: Final = Pattern(
    r"[^?]{0,6}?[,、 ]*(?:我|都|也|还|是|而且|并且|俩|两个|全)*(?:(?<!没)(?<!冇)有(?:操作|上岗|资格|特种)?(?:证|本)(?!明)|证(?:我|也|都|全|书|倒)*(?:有(?!没)|齐|考(?:了|过|下)|拿|在(?!考|办|学|审|路上|等|申)|办了|下来了)|持证|带证|有本|本(?:也|都)有)|^(?:的|那个|那种|[初中高]级工?|[三四五]级|也|都|早|我)*(?:考到手|考下来|考出来|拿到手|拿下来|考过了|考取了)"
)
_GONE: Final = Pattern(
    r"^[^,?]{0,10}?,?[^,?]{0,7}?(?:过期|过了期|到期|没复审|未复审|没审|没年审|作废|失效|吊销|注销|没考(?!虑)|没下来|没拿|还没|没过|没通过|挂了|没换证|没续|正在(?:考|办|学)|能办|可以办|没办过|可办|能考|在考|在办|考试中|没发|没到手|未(?:考|取得|拿)|审核|要复审|准备考|打算考|想考|要考|得考|没办|(?:考|过)了?[一二两三四\d](?:门|科)|差一门|差(?:一|两)科|差(?:了)?(?:几|[一二两三四五六七八九十\d]+)分|没成绩|等成绩|没出来|没弄|能拿到|能下来|(?:年底|年后|开春|明天|后天|明儿|改天|抽空|过阵子?|明年|回头|过几天|过两天|月底|下半年|过完年|最近|正)[^,?]{0,3}(?:考|办|拿证|报考|学)(?!的|了|过|下)|(?:下|过|等)(?:个)?(?:礼拜|周|星期|月|几天|阵)[^,]{0,4}(?:拿|下|发|领|到|办|考)|(?:快|马上|即将)(?:要)?(?:拿|下来|发|到手|办)|要重新考|没有(?!工作|过期|问题)|没得|莫得|没(?=[,? ]|$|,)|也没(?!问题|过期)|都没(?!问题|过期)|丢了没补|没学|没领|被收)"
)
_STILL: Final = Pattern(r"没过期|没有过期|未过期|有效期内|没到期|刚复审|复审过|已复审|才复审|刚审|(?<!艺)(?<!术)没丢")
_GONE_BEFORE: Final = Pattern(
    r"(?:过期|失效|作废|到期|没复审|以前的|没换|想要|还没有?(?:考|办|拿)?|没考|缺|差|等|在等|没拿到?)(?:的|个|张|一个|一张|本|我的)*$"
)
# "光有退伍证，别的没了" lacks the others only; "叉车证是我弟的" is not his.
_REST_LACKING: Final = Pattern(r"[, ]*(?:别的|其他|其它|其余|旁的|另外的?).*$")
_NOT_OWN: Final = Pattern(
    r"(?:也|都)?是(?:我|俺)?(?:[弟哥爸妈姐妹嫂爹]|媳妇|老婆|老公|战友|朋友|别人|儿子|人家|他|她|同事|兄弟)[^,]{0,3}的"
)
_NO_PAPER: Final = Pattern(
    r"(?:没有?|无|没得|莫得|啥|什么|任何|没啥|没什么|一个|一样|一张|冇|从没|木有)(?:任何|啥|什么|考过?|拿过|的|个|像样|正经|其他|别的|专业|资格|职业|技能)*(?:证书?|证件|本本|资格证|技能证)(?!明|件号|书号)(?:都|也|也都|还|全)?(?:没有?|没得|莫得|没考|无)?(?=[,? ]|$|,|但|也|的|就|啥)|证书?(?:都|也|我|一个|啥|是|还|倒)*(?:没有?|没得|莫得|没考)(?:一个|半个|考|的|啊|呢|过)?(?=[,? ]|$|力气|手艺|身体|经验|本事)|没证|无证(?!驾)|没什么证|没啥证|没考过证|空手|零证"
)
# 考过仨：焊的、电的、登高的; 特种作业证电工那个: papers told by the piece of their name that tells them apart.
_PIECES: Final = {
    "焊": "焊工证", "电焊": "焊工证", "焊工": "焊工证", "电": "电工证", "电工": "电工证", "低压": "电工证",
    "低压电工": "电工证", "高压": "高压电工证", "高压电工": "高压电工证", "叉": "叉车证", "叉车": "叉车证",
    "登高": "高处作业证", "高空": "高处作业证", "高处": "高处作业证", "制冷": "制冷证", "空调": "制冷证",
    "保安": "保安员证", "消防": "消防设施操作员证", "消控": "消防设施操作员证", "挖机": "挖掘机证", "吊车": "起重机证",
    "塔吊": "起重机证", "电梯": "电梯证", "厨师": "厨师证", "健康": "健康证", "护士": "护士证", "会计": "会计证",
}  # fmt: skip
_PIECE: Final = Pattern(
    rf"(?:(?<![\u4e00-\u9fff])|(?<=证))(?:还有|有|一个是?|还有个|和|跟|是)?(?P<w>{'|'.join(sorted(_PIECES, key=len, reverse=True))})(?:的|那个|那本|那张)(?=[,? 、和跟还也都有]|$|一|低压|高压|操作证|特种|还有)"
)
_OF_PAPERS: Final = Pattern(
    r"(?:考|拿|办)(?:过|了|下|到|出)(?:来)?(?:[一两俩二三仨四五六几]|好几|不少)|[一两俩二三仨四五六几](?:个|本|张)?(?:证|本)|(?:操作|作业|特种|上岗)证|(?:证|本)[儿子]?(?:有|是|考)"
)
_CRAFT_STAYS: Final = Pattern(
    r"(?:手艺|技术|本事|手上的?活|活儿?)(?:我|可|还|倒|都|也|是|照样)*(?:没(?:丢|忘|撂|生|落)|在(?!学)|不差|熟)|^[^,?]{0,6},?(?:但|可|就|不过|我|活|是|倒)*(?:会|能)(?:飞|开|干|做|弄|焊|修|操作|用|玩|装|炒|接)(?:的|得)?(?=[,? ]|$)"
)
_PRESSURE: Final = Pattern(r"(?<!血)[高低]压(?:电工)?的?(?:我)?(?:有(?!没|点)|考(?:了|过了|出来|下来)|拿了)")


def is_certificate(reading: Reading, framed: Framed) -> bool:
    """Whether a mention is a paper, not the trade it is named after."""
    mention = framed.mention
    if not mention.of("certificate"):
        return False
    if len(mention.readings) == 1 or reading.asked == "certificate":
        return True
    if _PAPER_BEFORE.search(reading.text[: mention.start]):
        return True  # 特种作业操作证，低压电工
    return bool(_PAPER_BEHIND.match(reading.text, mention.end)) or framed.role == Role.LEARN


def read_certificate(reading: Reading, framed: Framed) -> None:
    """Held unless the words around say: wanted, lacking, expired, only asked about."""
    mention = framed.mention
    before, after = reading.text[: mention.start], _REST_LACKING.sub("", reading.text[mention.end :])
    if framed.role == Role.WISH and re.search(r"(?:弄|搞|整)(?:个|一个|张|一张|本)?$", before):
        return
    if _NOT_OWN.match(after) or (mention.words == "双证" and reading.values.get("certificates")):
        return  # 电工证焊工证双证: the two just named
    if framed.role in (Role.LACKING, Role.LEARN):
        _read_craft(reading, framed)
    if framed.role in (Role.LEARN, Role.LACKING, Role.EXCLUDE, Role.ASKS, Role.NEUTRAL):
        return
    if framed.asked and reading.asked != "certificate" and not re.match(r"[^,?]{0,3}有(?!没|用|吗|什|啥|哪)", after):
        return
    if (_GONE.search(_own_words(after)) and not _STILL.search(after)) or _GONE_BEFORE.search(before):
        _read_craft(reading, framed)
        return
    reading.add("certificates", mention.of("certificate"), "证件", mention.words, mention.source)


def _read_craft(reading: Reading, framed: Framed) -> None:
    """焊工证丢了，手艺没丢; 无人机证没有，会飞: without the paper, but able."""
    mention = framed.mention
    if not _CRAFT_STAYS.search(reading.text[mention.end :]):
        return
    names, jobs = relations()["certificate_of"], relations()["job_of_skill"]
    skills = [word for word, paper in names.items() if paper in mention.of("certificate") and word in jobs]
    reading.add("skills", tuple(skills[:1]), "手艺还在", mention.words)


def _own_words(after: str) -> str:
    """What follows a paper up to where the next paper or a new fact begins."""
    own, *rest = re.split(
        r"(?<=[,])(?=[^,]*[证本]|[^,]{0,3}(?:英语|普通话|计算机|教资|二建|社工)|[^,]{1,5}[师级员](?:资格)?(?:考试)?(?:还|也|就|倒|一直|都)*(?:没|差|不|挂|在考)|[高低]压|(?:想|准备|打算|要|正在)(?:考|学)[^,]{2})|(?:但是?|不过|就是)?[^,证]{0,2}证",
        after,
        maxsplit=1,
    )
    return re.sub(r"(?:没有?|无|缺|差|少)$", "", own) if rest else own  # 有厨师证没健康证


def read_pieces(reading: Reading) -> None:
    """考过仨，焊的 电的 还有登高的."""
    if reading.asked != "certificate" and not reading.says(_OF_PAPERS):
        return
    for match in reading.matches(_PIECE):
        if not _GONE.search(_own_words(reading.text[match.end() :])):
            word = _PIECES[match["w"]]
            reading.add("certificates", (word,), "证的简称", match[0], word)
        reading.take(*match.span())


def read_pressures(reading: Reading) -> None:
    """低压的有，高压的还没考: the two permits of electricians named by their pressure alone."""
    for match in reading.matches(_PRESSURE):
        word = "高压电工证" if match[0].startswith("高") else "电工证"
        reading.add("certificates", (word,), "高低压", match[0], word)
        reading.take(*match.span())


# 考了叉车、起重机、挖机仨本: the papers counted behind their list.
_COUNTED: Final = Pattern(
    r"(?:(?:、|,|和|跟|还有|以及|与)[^,、?]{1,6}?){0,4}(?:这|那|一共|总共|拢共|共)?[两俩二三仨四五六](?:个|本|张|样)?(?:证|本)(?![科来地事月人])"
)
_HOLDS: Final = Pattern(r"(?:考|有|拿|办|持|取)(?:了|过|下|到|得|着|出|的)*[^?]{0,16}$")


def is_listed(reading: Reading, mention: Mention) -> bool:
    """特种作业证，电工那种; 考了叉车、挖机俩本: whether a trade is named in a list of papers."""
    before = reading.text[: mention.start]
    counted = _COUNTED.match(reading.text, mention.end) and _HOLDS.search(before)
    return bool(counted or _OF_A_KIND.search(before))


def read_paper(reading: Reading, framed: Framed, following: int, another: bool = False) -> bool:
    """叉车，证有 / 会电焊有证: the paper of the trade just named; whether the trade was only named for it (叉车的证)."""
    mention = framed.mention
    names = relations()["certificate_of"]
    words = (*mention.of("job"), *mention.of("skill"))
    papers = tuple(dict.fromkeys(names[word] for word in words if word in names))
    if not papers or framed.role in (Role.EXCLUDE, Role.LEARN):
        return False
    if is_listed(reading, mention) and framed.role != Role.LACKING and not _GONE.search(reading.text[mention.end :]):
        reading.add("certificates", papers[:1], "一串证", mention.words, mention.source)
        return True
    behind = _PAPER_BEHIND.match(reading.text, mention.end) or _LISTED.search(reading.text[: mention.start])
    limit = following if another or following > mention.end + 3 else len(reading.text)
    has = _HAS_PAPER.match(reading.text[mention.end : limit])
    if behind and framed.role != Role.LACKING and not _GONE.search(reading.text[behind.end() :]):
        reading.add("certificates", papers[:1], "工种的证", mention.words + behind[0], mention.source)
        return True
    if has or (reading.asked == "certificate" and framed.role in (Role.BARE, Role.WISH, Role.ABILITY)):
        reading.add("certificates", papers[:1], "工种的证", mention.words + (has[0] if has else ""), mention.source)
        return (
            has is not None and framed.role == Role.BARE and has[0].endswith(("到手", "下来", "出来", "过了", "取了"))
        )
    return False


def read_none(reading: Reading, framing: Framing) -> None:
    """没啥证, 一个证也没有: no paper at all, unless one of a trade was named beside it."""
    named = any(one.mention.of("certificate") for one in framing.framed)
    for match in reading.matches(_NO_PAPER):
        reading.take(*match.span())
        before = reading.text[: match.start()]
        trade_before = "啥" not in match[0] and any(
            0 <= match.start() - one.mention.end <= 7 and set(one.mention.readings) != {"trade"}
            for one in framing.framed
        )
        if (
            reading.asked in (None, "certificate")
            and not named
            and not trade_before
            and not re.search(r"(?:身份|优待|退伍)$", before)
        ):
            reading.none_of("certificates", "没有证", match[0])
