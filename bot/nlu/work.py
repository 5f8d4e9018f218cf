"""Jobs, skills and military trades: what is wished, can be done, was done, is refused."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.nlu import papers
from bot.nlu.frame import Framed, Framing, Role
from bot.nlu.gates import Pattern
from bot.nlu.lexicon import Mention, relations
from bot.nlu.reading import Reading

_JOB_ANY: Final = Pattern(
    r"(?:啥|什么|哪样|任何|么子|啥子|爪子|干啥|做啥|干什么|做什么|干么子|有啥|什么样|哪种|哪类)(?:样的|样|的)?(?:活|工作|岗位?|职业|事|工种|活路|职位|活儿|行业|工|差事)?(?:我|俺|咱)?(?:都|也|全)(?:行|可以|成|中|能|干(?!过)|愿意|做|接受|要得|得行|得劲|肯|接|肯干|没问题|不挑|ok|会干|能干|无所谓|能做)|(?:不挑|不限|不拘|没要求|无所谓|不计较|不嫌|不讲究)(?:啥|什么|任何)?(?:工种|岗位?|活儿?|工作|行业|职业)|(?:工种|岗位?|活儿?|工作|行业|干啥|职业)(?:我|都|也|方面|上|种类)*(?:不挑|不限|无所谓|没要求|随便|都行|都可以|都中|不讲究)|有活(?:儿)?就(?:干|行|中|成)|能(?:挣|赚)(?:到)?钱就(?:行|干|中|成)|给钱就干|(?:有个|是个|随便|找个|有份)(?:活|工作|班|事)(?:干|上|做)?就(?:行|成|中|干|可以)|随便(?:给|找|推|安排|弄|整)(?:我|俺)?(?:个|一个|点)?(?:活|工作|事|班)|(?:别的|其他|其它|其余|剩下的?|旁的)(?:啥|什么|我|的)?(?:活儿?|工作|岗位?)?(?:我|俺)?(?:看着(?:来|办|推|安排|给|弄)|你们?(?:看|定|安排|说了算)|都能商量|好商量|都能谈|可以谈|都好谈)|(?:别的|其他|其它|其余|剩下的?|旁的)(?:啥|什么|我|的)?(?:都|也|全|随便|倒|就)*(?:行|可以|成|中|能|干|随便|无所谓|没问题|不挑|要得|好说|接受|愿意|考虑|能谈)|不挑(?:拣|肥拣瘦|剔)|来者不拒|听(?:从)?安排"
)
_CIVIL: Final = Pattern(r"会|能|懂|想|要|找|回来|退|后来|现在|证|本")
_SCHOOL: Final = Pattern(
    r"(?:技校|职校|职高|中专|技工学校|职业学校|职业中专)(?:的|里|读的?|学的?)?[,、 ]?$"
)  # its classes are no units
_ARMY: Final = Pattern(r"部队|当兵|兵|服役|退伍|退役|军|士官|义务|入伍|队伍|连|营")
_COMMANDERS: Final = Pattern(r"首长|政委|[团营连师旅军排]长(?!期)|司令|指导员|教导员|参谋")
# Posts one enters by an examination: to sit it is to want the post.
_ENTRY: Final = frozenset({"辅警", "事业单位", "社区工作者", "消防员", "协管员"})
# 厂里就给三千二: the place of work does something; it is not what he wants.
_EMPLOYER_DOES: Final = Pattern(
    r"(?:公司|单位|队|那边|老板|领导)*(?:里)?(?:刚)?(?:下来的?|出来的?|下岗|买断|改制|内退|退养|待了|呆了)|(?:公司|单位|队|那边|老板|领导)*(?:就|才|只|都|也|一直|还|总)*(?:给(?!我找)|开(?!始)|发|欠|拖|扣|压|倒闭|裁|辞退|克扣|不发|不给|让我|叫我|要我|逼|黄|不让|垮|关门|停工|跑路|收|说|讲|答应|押)"
)
# What joins what one did in the forces to the place where one did it.
_DID_THERE: Final = Pattern(r"(?:部队|连|营|团)?(?:上|里|里头|里面)?(?:当|干|做|搞|管)(?:的|过|了)?(?:是)?")
_BESIDES: Final = Pattern(
    r"(?:,)?(?:还|又|也|同时)?(?:兼|兼任|兼职|兼着|带|又是|还是|又当|还当|还干)(?:着|过|了|的|个|任)*"
)
# What may stand between the place of work and the work: 工地上的, 去厂里做.
_AT_THE_SITE: Final = Pattern(
    r"(?:里头|里面|里|上|头|那边|那种|这边)?的?(?:想|去|要|能|愿意|找)?(?:当|做|干|开|搞|看|管|给人)?(?:过|了)?(?:[一二两俩三四五六七八九十半\d]+(?:多|来)?年)?(?:个|份|名)?"
)
# 找个类似的, 还干老本行: the trade told as a skill is the trade wished for.
_SAME_AGAIN: Final = Pattern(
    r"(?:找|干|做|想|换|寻|整|搞|弄)[^,?]{0,6}(?:类似|同样|一样的|差不多的|老本行|本行|这方面|这一?行|对口|相关的|这个(?=[,? ]|$|活|就)|这碗饭)|(?:想|要|还|接着|继续|打算|愿意?)[^,?]{0,3}(?:吃这碗饭|靠这个|端这个?碗)"
    r"|(?:想|要|打算|愿意)?(?:接着|继续|还想|还是)(?:再)?(?:干|做|开|搞|跑|焊|修|炒|当)(?:这个|这行|这活|它|下去)?(?=[,? ]|$)"
)
_WITHOUT_PAPER: Final = Pattern(
    r"(?:的|就|我)?(?:没有?|无|没得)(?:证|本)|那(?:个|本|张)(?:早|已经|也|都|就|倒)*(?:作废|过期|到期|没考|没审|没换|丢|吊销)"
)
_GRADED_PAPER: Final = Pattern(r"(?:职业|技能)?(?:初|中|高|特)?级?(?:工|技师|技能)*(?:资格|等级)?证")
_WITH_PAPER: Final = Pattern(r"(?:的|我|也|都)?(?:有(?:操作|上岗|资格)?(?:证|本)(?!书要))")
_ANOTHER_DOES: Final = Pattern(
    r"(?:我|俺)?(?:家)?(?:老婆|媳妇|爱人|对象|老公|儿子|闺女|女儿|姑娘|女婿|我爸|我妈|我爹|我娘|我弟|我哥|我姐|我妹|小舅子|妹夫|姐夫|侄子|战友|老乡)(?:们)?(?:也|都|现在|还|正|就|一直|以前|原来|他们?|她)*(?:在|是|当|干|做|开|搞|送|跑)(?!.*(?:我|俺|叫|让|喊|介绍|推荐|想|找|问))"
)
_AT_WORK: Final = Pattern(r"(?:我|俺|一直|目前|现在|眼下)?在(?!家|部队|连)[^,?想找]{0,5}")
_BRANCHES: Final = ("海军", "空军")


def read_work(reading: Reading, framing: Framing) -> tuple[bool, bool]:
    """Fills the word slots; returns whether something was added to a wish, and whether a job was wished in words."""
    text = reading.text
    added = wished = False
    trade_end = paper_end = -1
    told_of: Role | None = None
    for index, framed in enumerate(framing.framed):
        mention = framed.mention
        following = framing.framed[index + 1].mention.start if index + 1 < len(framing.framed) else len(text)
        reading.take(mention.start, mention.end)
        if papers.is_certificate(reading, framed):
            papers.read_certificate(reading, framed)
            paper_end = mention.end
            continue
        if mention.start == paper_end and text.startswith("的", mention.end):
            continue  # 从业资格证货运的也有: which paper, not which work
        if _is_trade(reading, framed, trade_end):
            _read_trade(reading, framed)
            trade_end = mention.end
            continue
        if framed.role == Role.BARE and 0 <= trade_end <= mention.start and not mention.of("trade"):
            if mention.start == trade_end:
                continue  # 自行火炮驾驶员: what he drove as a soldier
            if _BESIDES.fullmatch(text[trade_end : mention.start]):
                framed = replace(framed, role=Role.ABILITY)  # 给养员兼驾驶员
            if _DID_THERE.fullmatch(text[trade_end : mention.start]):
                framed = replace(framed, role=Role.ABILITY)  # 潜艇上当电工
        if mention.rule == "错一字" and reading.asked not in ("job", "skill", "certificate"):
            reading.doubt("job_categories", "、".join(_jobs(mention)), f"是不是想说“{mention.entry}”")
            continue
        if (
            mention.site
            and reading.asked in (None, "follow_up_status", "satisfaction")
            and _EMPLOYER_DOES.match(text, mention.end)
        ):
            continue
        if _is_anothers(text, mention.start):
            continue
        if _only_tells_of(text, framed, framing.framed[index + 1 :]):
            told_of = framed.role
            continue
        framed = _told(text, framed, told_of)
        told_of = None
        another = index + 1 < len(framing.framed) and bool(framing.framed[index + 1].mention.of("certificate"))
        only_paper = papers.read_paper(reading, framed, following, another)
        if not (only_paper and (framed.role == Role.BARE or papers.is_listed(reading, mention))):
            _read_job(reading, framed)
        if framed.role in (Role.WISH, Role.ONLY):
            wished, added = True, added or framed.added
    papers.read_pressures(reading)
    papers.read_pieces(reading)
    _same_again(reading)
    _drop_branch(reading, framing)
    papers.read_none(reading, framing)
    _read_any(reading, framing)
    return added, wished


def _told(text: str, framed: Framed, told_of: Role | None) -> Framed:
    """以前在快递站干分拣; 在工厂打螺丝，想换个活: what the place of work, or the clause, says of the work."""
    if framed.role != Role.BARE:
        return framed
    clause = text[max(text.rfind(mark, 0, framed.mention.start) for mark in ",?") + 1 : framed.mention.start]
    if told_of in (None, Role.BARE) and _AT_WORK.fullmatch(clause) and _SEEKS.search(text.replace(clause, "")):
        return replace(framed, role=Role.PRESENT)
    return replace(framed, role=told_of) if told_of is not None else framed


def _is_anothers(text: str, start: int) -> bool:
    """老婆在东莞厂里，我过去跟她: what somebody of the family does."""
    clause = text[max(text.rfind(mark, 0, start) for mark in ",?") + 1 : start]
    return bool(_ANOTHER_DOES.match(clause))


def _is_trade(reading: Reading, framed: Framed, trade_end: int) -> bool:
    mention = framed.mention
    if not _trades(mention, reading.asked) or _SCHOOL.search(reading.text[: mention.start]):
        return False
    if mention.of("trade") and mention.start == trade_end:
        return True  # 油料股加油员
    if set(mention.readings) == {"trade"} or reading.asked == "military_trade":
        return True
    if framed.role in (Role.WISH, Role.EXCLUDE, Role.LEARN):
        return False
    start = max(reading.text.rfind(mark, 0, mention.start) for mark in ",?") + 1
    ends = [at for mark in ",?" if (at := reading.text.find(mark, mention.end)) >= 0]
    clause = reading.text[start : mention.start] + reading.text[mention.end : min(ends, default=len(reading.text))]
    if mention.of("trade") and 0 <= trade_end <= start <= trade_end + 2 and not _CIVIL.search(clause):
        return True  # 空军地勤，修飞机的
    if not clause.strip() and mention.words in _trades(mention) and _ARMY.search(reading.text):
        return True  # 女兵退伍，话务，28岁
    if mention.of("trade") and _COMMANDERS.search(reading.text):
        return True  # 小车班的，给政委开车
    return bool(_ARMY.search(clause)) or "兵" in mention.words or "军犬" in mention.words


def _read_trade(reading: Reading, framed: Framed) -> None:
    if framed.role in (Role.LACKING, Role.EXCLUDE, Role.NEUTRAL) and reading.asked != "military_trade":
        return
    mention = framed.mention
    reading.add("military_trade", _trades(mention, reading.asked), "兵种", mention.words, mention.source)


def _trades(mention: Mention, asked: str | None = None) -> tuple[str, ...]:
    if mention.of("trade"):
        return mention.of("trade")
    names = relations()["trade_of_skill"]
    if asked == "military_trade":
        names = {**relations()["trade_when_asked"], **names}  # 管仓库, 开车的
    return tuple(dict.fromkeys(names[word] for word in mention.of("skill") if word in names))


def _same_again(reading: Reading) -> None:
    skills = reading.values.get("skills", ())
    if not skills or {"job_categories", "job_categories_exclude"} & reading.values.keys():
        return
    match = _SAME_AGAIN.search(reading.text)
    if not match:
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
    if "高炮" in held and "火箭军" in held:  # 先打高炮，后来改打导弹: the missiles of the air defence
        reading.values["military_trade"] = tuple("防空导弹" if word == "火箭军" else word for word in held)
    if "潜艇" in held and "舰艇" in held:  # 潜艇上当声呐兵: posts that ships and submarines share
        reading.values["military_trade"] = tuple(word for word in held if word != "舰艇")


def _jobs(mention: Mention) -> tuple[str, ...]:
    if mention.of("job"):
        return mention.of("job")
    names = relations()["job_of_skill"]
    return tuple(dict.fromkeys(names[word] for word in mention.of("skill") if word in names))


def _skills(mention: Mention) -> tuple[str, ...]:
    if mention.of("skill"):
        return mention.of("skill")
    if mention.site and "建筑工" in mention.of("job"):
        return ()  # 在工地管过安全
    names = relations()["skill_of_job"]
    return tuple(dict.fromkeys(names[word] for word in mention.of("job") if word in names))


def _unwished(reading: Reading, framing: Framing, excluded: Sequence[str]) -> Sequence[str]:
    """不想再干财务，内勤啥的都行: what is wished outright, in other words than was refused, is not refused."""
    refused = {one.mention.entry for one in framing.framed if one.role == Role.EXCLUDE}
    wished = {
        job
        for one in framing.framed
        if one.role in (Role.WISH, Role.ONLY) and one.mention.entry not in refused
        for job in one.mention.of("job")
    }
    left = tuple(word for word in excluded if word not in wished)
    if left:
        reading.values["job_categories_exclude"] = left
    else:
        reading.drop("job_categories_exclude")
    return left


_BUT_FOR: Final = ("除了", "除开", "除去", "刨去", "除")
_STUDIED: Final = Pattern(
    r"(?:本科|大专|专科|中专|研究生|硕士|学历|毕业)(?:的|学的?|读的?|是)?(?:行政|工商|物流|酒店|企业|工程)?$"
)
_SEEKS: Final = Pattern(r"想|找|要|打算|希望|换")


def _read_job(reading: Reading, framed: Framed) -> None:
    mention, role, asked = framed.mention, framed.role, reading.asked
    if role == Role.ASKS and mention.of("job") and reading.text[: mention.start].endswith("要不要"):
        role = Role.WISH  # 还要不要巡逻的
    if role in (Role.NEUTRAL, Role.LACKING) and re.search(
        r"不是没(?:有)?(?:\w过\w{0,3})?$", reading.text[: mention.start]
    ):
        role = Role.ABILITY  # 又不是没干过保安
    sits = re.search(r"考(?:个|一个|上|进|到)?$", reading.text[: mention.start]) or re.match(
        r"(?:是不是|还|得)*要?考试", reading.text[mention.end :]
    )
    if role == Role.LEARN and _ENTRY & set(mention.of("job")) and sits:
        role = Role.WISH
    if role == Role.ABILITY and asked == "job" and reading.text[: mention.start].endswith(_BUT_FOR):
        role = Role.EXCLUDE  # what work? 除了保安
    if role == Role.BARE:
        if mention.words.endswith("管理") and _STUDIED.search(reading.text[: mention.start]):
            return  # 本科行政管理
        role = _bare_role(mention, asked)
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
    if role == Role.WISH and asked in ("skill", "certificate") and not _SEEKS.search(reading.text):
        role = Role.ABILITY
    if role in (Role.WISH, Role.ONLY):
        if jobs := _jobs(mention):
            reading.add("job_categories", jobs, "想干", mention.words, mention.source)
    elif role in (Role.ABILITY, Role.PRESENT):
        if skills := _skills(mention):
            reading.add("skills", skills, "会干", mention.words, mention.source)
    elif role == Role.EXCLUDE:
        if (jobs := _jobs(mention)) and not _only_a_part(reading, mention):
            reading.add("job_categories_exclude", jobs, "不干", mention.words, mention.source)
        if framed.was and (skills := _skills(mention)):
            reading.add("skills", skills, "干过", mention.words, mention.source)


def _only_tells_of(text: str, framed: Framed, following: Sequence[Framed]) -> bool:
    """工厂电工, 去工地上当保安, 跑腿的网格员: where the trade that follows is worked, or what it is like."""
    mention, after = framed.mention, following[0].mention if following else None
    if after is not None and after.of("certificate") and not after.of("job"):
        return text[mention.end : after.start] == "的"  # 电梯维保的T证
    if (
        after is None
        or after.site
        or not (
            after.of("job")
            or (
                mention.site and after.of("skill") and framed.role in (Role.ABILITY, Role.PRESENT, Role.BARE, Role.WISH)
            )
        )
    ):
        return False
    gap = text[mention.end : after.start]
    if mention.site:
        return bool(_AT_THE_SITE.fullmatch(gap))
    if not gap and mention.rule == "同音" and after.rule == "词库":
        return True  # 小防|中控室: one thing, its first word misspelt
    return (gap == "的" or (not gap and mention.words.endswith("的"))) and bool(mention.of("job"))


def _only_a_part(reading: Reading, mention: Mention) -> bool:
    """开车的活除了拉危险品: what is refused is a part of the trade that is wished."""
    before = reading.text[: mention.start]
    wished = reading.values.get("job_categories") or ()
    return not mention.of("job") and bool(set(_jobs(mention)) & set(wished)) and "除" in before[-4:]


def _bare_role(mention: Mention, asked: str | None) -> Role:
    if asked in ("skill", "military_trade"):
        return Role.ABILITY
    if asked == "certificate":
        return Role.NEUTRAL
    return Role.WISH if mention.of("job") or asked == "job" else Role.ABILITY


def _read_any(reading: Reading, framing: Framing) -> None:
    """Whether any work will do; what is refused is no wish."""
    ends = {one.mention.end for one in framing.framed}
    tail = ("啥的", "什么的")  # 内勤啥的都行 takes 内勤 and its like
    any_job = next(
        (one for one in reading.matches(_JOB_ANY) if one.start() not in ends or not one[0].startswith(tail)), None
    )
    if any_job and not re.search(r"不是$|没有$", reading.text[: any_job.start()]):
        reading.take(*any_job.span())
        reading.put("job_any", True, "什么都干", any_job[0])
    elif framing.any_else and reading.values.get("job_categories_exclude"):
        reading.put("job_any", True, "除此以外都行", "")
    excluded: Sequence[str] = reading.values.get("job_categories_exclude", ())
    if excluded and reading.values.get("job_categories"):
        excluded = _unwished(reading, framing, excluded)
        left = tuple(word for word in reading.values["job_categories"] if word not in excluded)
        if left:
            reading.values["job_categories"] = left
        else:
            reading.drop("job_categories")
