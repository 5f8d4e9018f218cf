"""Jobs, skills, certificates and military trades: what is wished, can be done, is held, is refused."""

import itertools
import re
from collections.abc import Sequence
from typing import Final

from bot.nlu.frame import Framed, Framing, Role
from bot.nlu.lexicon import Mention, relations
from bot.nlu.reading import Reading

_PAPER_BEHIND: Final = re.compile(
    r"(?:的)?(?:操作|上岗|资格|作业|等级)?(?:证书?|正(?=有|也|,|$|过期| |都|、)|本子|本(?![人地科来事]))"
)
_HAS_PAPER: Final = re.compile(
    r"[^?]{0,6}?[,、 ]*(?:我|都|也|还|是|而且|并且|俩|两个|全)*(?:有(?:操作|上岗|资格|特种)?(?:证|本)(?!明)|证(?:我|也|都|全|书)*(?:有(?!没)|齐|考(?:了|过|下)|拿|在|办了|下来了)|持证|带证|有本|本(?:也|都)有)"
)
_GONE: Final = re.compile(
    r"^[^,?]{0,10}?,?[^,?]{0,7}?(?:过期|过了期|到期|没复审|未复审|没审|没年审|作废|失效|吊销|注销|没考(?!虑)|没下来|没拿|还没|没过|没通过|挂了|没换证|没续|正在(?:考|办|学)|能办|可以办|没办过|可办|能考|在考|在办|考试中|没发|没到手|未(?:考|取得|拿)|审核|要复审|准备考|打算考|想考|要考|得考|没办|差一门|差(?:一|两)科|没成绩|等成绩|没出来|没弄|能拿到|能下来|(?:下|过|等)(?:个)?(?:礼拜|周|星期|月|几天|阵)[^,]{0,4}(?:拿|下|发|领|到|办|考)|(?:快|马上|即将)(?:要)?(?:拿|下来|发|到手|办)|要重新考|没有(?!工作|过期|问题)|没得|莫得|没(?=[,? ]|$|,)|也没(?!问题|过期)|都没(?!问题|过期)|丢了没补|没学|没领|被收)"
)
_STILL: Final = re.compile(r"没过期|没有过期|未过期|有效期内|没到期|刚复审|复审过|已复审|才复审|刚审|没丢")
_GONE_BEFORE: Final = re.compile(
    r"(?:过期|失效|作废|到期|没复审|以前的|没换|想要|还没有?(?:考|办|拿)?|没考|缺|差|等|在等|没拿到?)(?:的|个|张|一个|一张|本|我的)*$"
)
# "光有退伍证，别的没了" lacks the others only; "叉车证是我弟的" is not his.
_REST_LACKING: Final = re.compile(r"[, ]*(?:别的|其他|其它|其余|旁的|另外的?).*$")
_NOT_OWN: Final = re.compile(
    r"(?:也|都)?是(?:我|俺)?(?:[弟哥爸妈姐妹嫂爹]|媳妇|老婆|老公|战友|朋友|别人|儿子|人家|他|她|同事|兄弟)[^,]{0,3}的"
)
_NO_PAPER: Final = re.compile(
    r"(?:没有?|无|没得|莫得|啥|什么|任何|没啥|没什么|一个|一样|一张|冇|从没|木有)(?:任何|啥|什么|考过?|拿过|的|个|像样|正经|其他|别的|专业|资格|职业|技能)*(?:证书?|证件|本本|资格证|技能证)(?!明|件号|书号)(?:都|也|也都|还|全)?(?:没有?|没得|莫得|没考|无)?(?=[,? ]|$|,|但|也|的|就|啥)|证书?(?:都|也|我|一个|啥|是|还|倒)*(?:没有?|没得|莫得|没考)(?:一个|半个|考|的|啊|呢|过)?(?=[,? ]|$)|没证|无证(?!驾)|没什么证|没啥证|没考过证|空手|零证"
)
_JOB_ANY: Final = re.compile(
    r"(?:啥|什么|哪样|任何|么子|啥子|爪子|干啥|做啥|干什么|做什么|干么子|有啥|什么样|哪种|哪类)(?:样的|样|的)?(?:活|工作|岗位?|职业|事|工种|活路|职位|活儿|行业|工|差事)?(?:我|俺|咱)?(?:都|也|全)(?:行|可以|成|中|能|干|愿意|做|接受|要得|得行|得劲|肯|没问题|不挑|ok|会干|能干|无所谓|能做)|(?:不挑|不限|不拘|没要求|无所谓|不计较|不嫌|不讲究)(?:啥|什么|任何)?(?:工种|岗位?|活儿?|工作|行业|职业)|(?:工种|岗位?|活儿?|工作|行业|干啥|职业)(?:我|都|也|方面|上|种类)*(?:不挑|不限|无所谓|没要求|随便|都行|都可以|都中|不讲究)|有活(?:儿)?就(?:干|行|中|成)|能(?:挣|赚)(?:到)?钱就(?:行|干|中|成)|给钱就干|(?:有个|是个|随便|找个|有份)(?:活|工作|班|事)(?:干|上|做)?就(?:行|成|中|干|可以)|随便(?:给|找|推|安排|弄|整)(?:我|俺)?(?:个|一个|点)?(?:活|工作|事|班)|(?:别的|其他|其它|其余|剩下的?|旁的)(?:啥|什么|我|的)?(?:活儿?|工作|岗位?)?(?:都能商量|好商量|都能谈|可以谈|都好谈)|(?:别的|其他|其它|其余|剩下的?|旁的)(?:啥|什么|我|的)?(?:都|也|全|随便|倒|就)*(?:行|可以|成|中|能|干|随便|无所谓|没问题|不挑|要得|好说|接受|愿意)|不挑(?:拣|肥拣瘦|剔)|来者不拒|听(?:从)?安排"
)
_ARMY: Final = re.compile(r"部队|当兵|兵|服役|退伍|退役|军|士官|义务|入伍|队伍|连|营")
# Posts one enters by an examination: to sit it is to want the post.
_ENTRY: Final = frozenset({"辅警", "事业单位", "社区工作者", "消防员", "协管员"})
# 厂里就给三千二: the place of work does something; it is not what he wants.
_EMPLOYER_DOES: Final = re.compile(
    r"(?:公司|单位|队|那边|老板|领导)*(?:就|才|只|都|也|一直|还|总)*(?:给(?!我找)|开(?!始)|发|欠|拖|扣|压|倒闭|裁|辞退|克扣|不发|不给|让我|叫我|要我|逼|黄|不让|垮|关门|停工|跑路|收)"
)
_SITES: Final = frozenset(
    {"工厂", "厂里", "厂子里", "车间", "工地", "工地上", "建筑工地", "物业", "物业公司", "食堂里", "仓库里", "社区里"}
    | {"养老院", "敬老院", "农场", "电子厂", "服装厂", "食品厂", "纺织厂", "鞋厂", "家具厂", "猪场", "果园", "林场"}
    | {
        "收费站",
        "办公室",
        "国企",
        "央企",
        "政府部门",
        "政府单位",
        "机关单位",
        "事业单位",
        "厨房",
        "诊所",
        "卫生院",
        "写字楼里",
    }
)
_PRESSURE: Final = re.compile(r"(?<!血)[高低]压(?:电工)?的?(?:我)?(?:有(?!没|点)|考(?:了|过了|出来|下来)|拿了)")
# 找个类似的, 还干老本行: the trade told as a skill is the trade wished for.
_SAME_AGAIN: Final = re.compile(
    r"(?:找|干|做|想|换|寻|整)[^,?]{0,6}(?:类似|同样|一样的|差不多的|老本行|本行|这方面|这一?行|对口|相关的)"
    r"|(?:想|要|打算|愿意)?(?:接着|继续|还想|还是)(?:再)?(?:干|做|开|搞|跑|焊|修|炒|当)(?:这个|这行|这活|它|下去)?(?=[,? ]|$)"
)
_WITHOUT_PAPER: Final = re.compile(r"(?:的|就|我)?(?:没有?|无|没得)(?:证|本)")
_GRADED_PAPER: Final = re.compile(r"(?:职业|技能)?(?:初|中|高|特)?级?(?:工|技师|技能)*(?:资格|等级)?证")
_WITH_PAPER: Final = re.compile(r"(?:的|我|也|都)?(?:有(?:操作|上岗|资格)?(?:证|本)(?!书要))")
_BRANCHES: Final = ("海军", "空军")


def read_work(reading: Reading, framing: Framing) -> tuple[bool, bool]:
    """Fills the word slots; returns whether something was added to a wish, and whether a job was wished in words."""
    text = reading.text
    added = wished = False
    trade_end = -1
    for index, framed in enumerate(framing.framed):
        mention = framed.mention
        following = framing.framed[index + 1].mention.start if index + 1 < len(framing.framed) else len(text)
        reading.take(mention.start, mention.end)
        if _is_certificate(reading, framed):
            _read_certificate(reading, framed)
            continue
        if _is_trade(reading, framed):
            _read_trade(reading, framed)
            trade_end = mention.end
            continue
        if mention.start == trade_end and framed.role == Role.BARE:
            continue  # 自行火炮驾驶员: what he drove as a soldier
        if mention.rule == "错一字" and reading.asked not in ("job", "skill", "certificate"):
            reading.doubt("job_categories", "、".join(_jobs(mention)), f"是不是想说“{mention.entry}”")
            continue
        if _only_the_site(mention, framing.framed[index + 1 :]):
            continue
        papers = _read_paper(reading, framed, following)
        if not (papers and framed.role == Role.BARE):
            _read_job(reading, framed)
        if framed.role in (Role.WISH, Role.ONLY):
            wished, added = True, added or framed.added
    _read_pressures(reading)
    _same_again(reading)
    _drop_branch(reading, framing)
    _read_none_and_any(reading, framing)
    return added, wished


def _entry(mention: Mention) -> str:
    return mention.entry if mention.rule == "词库" else f"{mention.entry}（{mention.rule}）"


def _is_certificate(reading: Reading, framed: Framed) -> bool:
    mention = framed.mention
    if not mention.of("certificate"):
        return False
    if len(mention.readings) == 1 or reading.asked == "certificate":
        return True
    if re.search(r"证[,:、( ]*$", reading.text[: mention.start]):
        return True  # 特种作业操作证，低压电工
    return bool(_PAPER_BEHIND.match(reading.text, mention.end)) or framed.role == Role.LEARN


def _read_certificate(reading: Reading, framed: Framed) -> None:
    """Held unless the words around say: wanted, lacking, expired, only asked about."""
    mention = framed.mention
    before, after = reading.text[: mention.start], _REST_LACKING.sub("", reading.text[mention.end :])
    if framed.role == Role.WISH and re.search(r"(?:弄|搞|整)(?:个|一个|张|一张|本)?$", before):
        return
    if _NOT_OWN.match(after):
        return
    if framed.role in (Role.LEARN, Role.LACKING, Role.EXCLUDE, Role.ASKS, Role.NEUTRAL):
        return
    if framed.asked and not re.match(r"[^,?]{0,3}有(?!没|用|吗|什|啥|哪)", after):
        return
    if (_GONE.search(_own_words(after)) and not _STILL.search(after)) or _GONE_BEFORE.search(before):
        return
    reading.add("certificates", mention.of("certificate"), "证件", mention.words, _entry(mention))


def _own_words(after: str) -> str:
    """What follows a paper up to where the next paper or a new fact begins."""
    return re.split(
        r"(?<=[,])(?=[^,]*[证本]|[高低]压|(?:想|准备|打算|要|正在)(?:考|学)[^,]{2})|(?:但是?|不过|就是)?[^,证]{0,2}证",
        after,
        maxsplit=1,
    )[0]


def _is_trade(reading: Reading, framed: Framed) -> bool:
    mention = framed.mention
    if not mention.of("trade"):
        return False
    if len(mention.readings) == 1 or reading.asked == "military_trade":
        return True
    if framed.role in (Role.WISH, Role.EXCLUDE, Role.LEARN):
        return False
    start = max(reading.text.rfind(mark, 0, mention.start) for mark in ",?") + 1
    ends = [at for mark in ",?" if (at := reading.text.find(mark, mention.end)) >= 0]
    clause = reading.text[start : mention.start] + reading.text[mention.end : min(ends, default=len(reading.text))]
    return bool(_ARMY.search(clause)) or "兵" in mention.words or "军犬" in mention.words


def _read_trade(reading: Reading, framed: Framed) -> None:
    if framed.role in (Role.LACKING, Role.EXCLUDE, Role.NEUTRAL) and reading.asked != "military_trade":
        return
    mention = framed.mention
    reading.add("military_trade", mention.of("trade"), "兵种", mention.words, _entry(mention))


def _read_pressures(reading: Reading) -> None:
    """低压的有，高压的还没考: the two permits of electricians named by their pressure alone."""
    for match in reading.matches(_PRESSURE):
        word = "高压电工证" if match[0].startswith("高") else "电工证"
        reading.add("certificates", (word,), "高低压", match[0], word)
        reading.take(*match.span())


def _same_again(reading: Reading) -> None:
    skills = reading.values.get("skills", ())
    match = _SAME_AGAIN.search(reading.text)
    if not match or not skills or {"job_categories", "job_categories_exclude"} & reading.values.keys():
        return
    if re.search(r"(?:不|别)[^,?]{0,3}$", reading.text[: match.start()]) or "不" in match[0]:
        return
    names = relations()["job_of_skill"]
    if jobs := tuple(dict.fromkeys(names[skill] for skill in skills[:1] if skill in names)):
        reading.add("job_categories", jobs, "还干老本行", match[0])


def _drop_branch(reading: Reading, framing: Framing) -> None:
    """海军舰艇兵 is 舰艇: the branch right before its speciality says nothing more."""
    trades = [one.mention for one in framing.framed if one.mention.of("trade")]
    for one, two in itertools.pairwise(trades):
        branch = one.of("trade")[0]
        if branch in _BRANCHES and one.end == two.start and branch in reading.values.get("military_trade", ()):
            left = tuple(word for word in reading.values["military_trade"] if word != branch)
            reading.values["military_trade"] = left or (branch,)
    held = reading.values.get("military_trade", ())
    if "潜艇" in held and "舰艇" in held:  # 潜艇上当声呐兵: posts that ships and submarines share
        reading.values["military_trade"] = tuple(word for word in held if word != "舰艇")


def _read_paper(reading: Reading, framed: Framed, following: int) -> bool:
    """叉车，证有 / 会电焊有证: the paper of the trade just named; whether the trade was only named for it (叉车的证)."""
    mention = framed.mention
    names = relations()["certificate_of"]
    words = (*mention.of("job"), *mention.of("skill"))
    papers = tuple(dict.fromkeys(names[word] for word in words if word in names))
    if not papers or framed.role in (Role.EXCLUDE, Role.LEARN):
        return False
    behind = _PAPER_BEHIND.match(reading.text, mention.end)
    limit = following if following > mention.end + 3 else len(reading.text)
    has = _HAS_PAPER.match(reading.text[mention.end : limit])
    if behind and framed.role != Role.LACKING and not _GONE.search(reading.text[behind.end() :]):
        reading.add("certificates", papers[:1], "工种的证", mention.words + behind[0], _entry(mention))
        return True
    if has or (reading.asked == "certificate" and framed.role in (Role.BARE, Role.WISH, Role.ABILITY)):
        reading.add("certificates", papers[:1], "工种的证", mention.words + (has[0] if has else ""), _entry(mention))
    return False


def _jobs(mention: Mention) -> tuple[str, ...]:
    if mention.of("job"):
        return mention.of("job")
    names = relations()["job_of_skill"]
    return tuple(dict.fromkeys(names[word] for word in mention.of("skill") if word in names))


def _skills(mention: Mention) -> tuple[str, ...]:
    if mention.of("skill"):
        return mention.of("skill")
    names = relations()["skill_of_job"]
    return tuple(dict.fromkeys(names[word] for word in mention.of("job") if word in names))


def _read_job(reading: Reading, framed: Framed) -> None:
    mention, role, asked = framed.mention, framed.role, reading.asked
    if role == Role.ASKS and mention.of("job") and reading.text[: mention.start].endswith("要不要"):
        role = Role.WISH  # 还要不要巡逻的
    if role in (Role.NEUTRAL, Role.LACKING) and re.search(
        r"不是没(?:有)?(?:\w过\w{0,3})?$", reading.text[: mention.start]
    ):
        role = Role.ABILITY  # 又不是没干过保安
    sits = reading.text[: mention.start].endswith("考") or re.match(
        r"(?:是不是|还|得)*要?考试", reading.text[mention.end :]
    )
    if role == Role.LEARN and _ENTRY & set(mention.of("job")) and sits:
        role = Role.WISH
    if role == Role.BARE:
        role = _bare_role(mention, asked)
        if asked is None and _EMPLOYER_DOES.match(reading.text, mention.end):
            return
        if reading.text[: mention.start].endswith("学"):
            role = Role.ABILITY if "education" in reading.values else Role.LEARN
        if role == Role.ABILITY and asked != "skill" and (framed.asked or reading.text.endswith("?")):
            return
        if _WITHOUT_PAPER.match(reading.text, mention.end):
            return
        if _GRADED_PAPER.match(reading.text, mention.end):
            role = Role.ABILITY
        if asked != "job" and _WITH_PAPER.match(reading.text, mention.end):
            return
    if role == Role.WISH and asked in ("skill", "certificate") and framed.role == Role.BARE:
        role = Role.ABILITY
    if role in (Role.WISH, Role.ONLY):
        if jobs := _jobs(mention):
            reading.add("job_categories", jobs, "想干", mention.words, _entry(mention))
    elif role in (Role.ABILITY, Role.PRESENT):
        if skills := _skills(mention):
            reading.add("skills", skills, "会干", mention.words, _entry(mention))
    elif role == Role.EXCLUDE:
        if (jobs := _jobs(mention)) and not _only_a_part(reading, mention):
            reading.add("job_categories_exclude", jobs, "不干", mention.words, _entry(mention))
        if framed.was and (skills := _skills(mention)):
            reading.add("skills", skills, "干过", mention.words, _entry(mention))


def _only_the_site(mention: Mention, following: Sequence[Framed]) -> bool:
    """工厂电工, 工地上的保安: where the trade that follows at once is worked, no trade of its own."""
    after = following[0].mention if following else None
    return (
        mention.words in _SITES
        and after is not None
        and bool(after.of("job"))
        and after.words not in _SITES
        and 0 <= after.start - mention.end <= 1
    )


def _only_a_part(reading: Reading, mention: Mention) -> bool:
    """开车的活除了拉危险品: what is refused is a part of the trade that is wished."""
    before = reading.text[: mention.start]
    wished = reading.values.get("job_categories") or ()
    return not mention.of("job") and bool(set(_jobs(mention)) & set(wished)) and "除" in before[-4:]


def _bare_role(mention: Mention, asked: str | None) -> Role:
    if asked == "skill":
        return Role.ABILITY
    if asked == "certificate":
        return Role.NEUTRAL
    return Role.WISH if mention.of("job") or asked == "job" else Role.ABILITY


def _read_none_and_any(reading: Reading, framing: Framing) -> None:
    named = any(one.mention.of("certificate") for one in framing.framed)
    for match in reading.matches(_NO_PAPER):
        reading.take(*match.span())
        before = reading.text[: match.start()]
        trade_before = "啥" not in match[0] and any(0 <= match.start() - one.mention.end <= 7 for one in framing.framed)
        if (
            reading.asked in (None, "certificate")
            and not named
            and not trade_before
            and not re.search(r"身份|优待$|退伍$", before)
        ):
            reading.none_of("certificates", "没有证", match[0])
    any_job = next(reading.matches(_JOB_ANY), None)
    if any_job and not re.search(r"不是$|没有$", reading.text[: any_job.start()]):
        reading.take(*any_job.span())
        reading.put("job_any", True, "什么都干", any_job[0])
    elif framing.any_else and reading.values.get("job_categories_exclude"):
        reading.put("job_any", True, "除此以外都行", "")
    excluded: Sequence[str] = reading.values.get("job_categories_exclude", ())
    if excluded and reading.values.get("job_categories"):
        left = tuple(word for word in reading.values["job_categories"] if word not in excluded)
        if left:
            reading.values["job_categories"] = left
        else:
            reading.drop("job_categories")
