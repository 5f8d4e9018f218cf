"""Gives every known word its role: wished for, able to, refused, lacking, to be learnt; from the words around it."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from bot.nlu.gates import Pattern
from bot.nlu.lexicon import Mention, cues


class Role(StrEnum):
    """What a known word is to the speaker."""

    BARE = "bare"
    WISH = "wish"
    ABILITY = "ability"
    PRESENT = "present"
    EXCLUDE = "exclude"
    LACKING = "lacking"
    LEARN = "learn"
    ASKS = "asks"
    ONLY = "only"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Framed:
    """A mention with its role. `was`: he also did it before ("以前干过保安，不想干了")."""

    mention: Mention
    role: Role
    was: bool = False
    added: bool = False
    asked: bool = False


@dataclass(slots=True)
class _Group:
    """Mentions joined by 和/、/或者: one role for all."""

    mentions: list[Mention]
    left: str | None = None
    right: str | None = None
    added: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Framing:
    """The mentions of a message with their roles; `any_else`: "除了保安都行" takes everything else."""

    framed: tuple[Framed, ...]
    any_else: bool = False


_BUT_FOR: Final = ("other_than", "unless")
BLANK: Final = "□"  # what another rule has read; no cue can stand in it
WORD: Final = "■"
_CLAUSE: Final = Pattern(r"[^,?]+\??")
_JOIN: Final = Pattern(
    r"[ 、/+&.]*(?:和|跟|或者?|还有|以及|与|及|加|带|兼|还是|要么|又|同|并|之类|啥的|什么的|也|还|、|/|的|活|儿|岗|□)*[ 、/+&.]*"
)
_ANY_ELSE: Final = Pattern(
    r"(?:别的|其他|其它|剩下|其余|另外|旁的|之外|以外|外|啥|什么|哪[样种个]|随便)?.{0,4}?"
    r"(?:都|也|全|随便|无所谓|啥|什么)(?:行|可以|成|中|能|干|接(?!电话)|要得|好|接受|考虑|愿意|没问题|ok|无所谓|得|试)|(?:别的|其他|其它|旁的|其余)(?:活儿?|工作)?(?:我|俺|就)?(?:中|行|成|可以|好说)(?=[,?]|$)|随便|无所谓|都行|就(?:行|成|中|可以|好)|均可|皆可|不挑|(?:别的|其他|其它|旁的|剩下的)[^,?]{0,5}(?:看着|随你|任你|由你|你们?定|给(?:我|俺)?安排|好说|好商量|都上得)"
)
_NOTHING_ELSE: Final = Pattern(
    r"(?:别的|其他|其它|其余|旁的|啥|什么|哪|都|一概|之外|以外).{0,5}?(?:不|没|别|免)|不(?:干|做|考虑|去|想干)(?:别的|其他)|没(?:别的|其他)"
)
_ALL_ELSE: Final = Pattern(
    r"(?:啥|什么|别的|其他|其它|其余|旁的|哪样)[^,?]{0,4}(?:都|也|全)(?:行|可以|成|中|能|干|接受|愿意|做|要得|好说|没问题)"
)
_NEVER_DID: Final = Pattern(r"没(?:干|做|学|搞|碰|摸)过|不会|不懂")
_WISH_OBJECT: Final = Pattern(r"(?:工作|活路|活儿?|岗位|事做|上班|职)(?!的)")
_LONG_AGO: Final = Pattern(r"以前|原来|之前|从前|曾|过去|早先|早年|年轻时|退伍前|当兵前|原先")
_ALSO: Final = Pattern(r"也|还(?:想|能|可)|或者?|要不|再加")
_ASKING: Final = Pattern(r"吗|有没|招不|有不|要不|么$|没$|不$|\?|有无|哪(?:里|儿|家|个)?(?:要|招|缺|有|收)|得没|有没得")
_UNLESS: Final = Pattern(r"只要(?:不|别|莫|甭)|只求(?:别|不|莫)|但凡不")
_THERE_IS: Final = Pattern(r"有(?:(?:那|这)(?:种|号|样|类|些)[^,?]{0,4})?$")
_LEAD: Final = Pattern(
    r"(?:(?:这些|那些|这个|那个|这种|那种|这俩|这几(?:个|样)|现在|如今|我|俺|早|老早|都|就|可|是|目前|已经|但|不过|再也|真|以后|今后|往后|打死|死也|坚决|说啥|说什么|这辈子|再|就算了|实在|年纪大了?|老了|干够了|其实)*)"
)


def frame(text: str, mentions: Sequence[Mention], read: Sequence[tuple[int, int]]) -> Framing:
    """The roles of all mentions; `read` are spans other rules have read, in which no cue is looked for."""
    if not mentions:
        return Framing(())
    masked = _masked(text, mentions, read)
    framed: list[Framed] = []
    any_else, before = False, None
    last_groups: list[_Group] = []
    for clause in _CLAUSE.finditer(masked):
        inside = [m for m in mentions if clause.start() <= m.start < clause.end()]
        if not inside:
            _after_cue(clause[0], last_groups)
            if _other_than(last_groups):
                any_else = any_else or _takes_else(clause[0], last_groups)
            if BLANK in clause[0]:
                before = None  # 干过出纳，内江威远，文员: another fact ends the list
            continue
        if _other_than(last_groups) and _ALL_ELSE.search(clause[0]):  # 除了洗碗，后厨啥都行
            any_else = _takes_else(clause[0], last_groups) or any_else
        framed += _settle(last_groups)
        last_groups = _groups(masked, clause.start(), clause.end(), inside)
        _inherit(masked, clause.span(), last_groups, before)
        any_else = any_else or (
            _other_than(last_groups) and _takes_else(masked[inside[-1].end : clause.end()], last_groups)
        )
        before = last_groups[-1]
    framed += _settle(last_groups)
    if any(one.role == Role.EXCLUDE for one in framed) and (unless := _UNLESS.search(masked)):
        any_else = any_else or bool(_ANY_ELSE.search(masked, 0, unless.start()))
    return Framing(tuple(framed), any_else)


def _masked(text: str, mentions: Sequence[Mention], read: Sequence[tuple[int, int]]) -> str:
    chars = list(text)
    for start, end in read:
        chars[start:end] = BLANK * (end - start)
    for mention in mentions:
        chars[mention.start : mention.end] = WORD * (mention.end - mention.start)
    return "".join(chars)


def _groups(masked: str, start: int, end: int, inside: Sequence[Mention]) -> list[_Group]:
    """Splits a clause into groups of joined mentions and reads the cues between them."""
    groups = [_Group([inside[0]])]
    gaps = [masked[start : inside[0].start]]
    for previous, mention in itertools.pairwise(inside):
        gap = masked[previous.end : mention.start]
        if _JOIN.fullmatch(gap) and not (BLANK in gap and " " in gap):  # 会种地 广西河池 看山也行
            groups[-1].mentions.append(mention)
            groups[-1].added = groups[-1].added or "也" in gap
        else:
            groups.append(_Group([mention]))
            gaps.append(gap)
    gaps.append(masked[inside[-1].end : end])
    for index, group in enumerate(groups):
        _read_gap(gaps, index, group)
    _share_between(groups, gaps)
    return groups


def _read_gap(gaps: Sequence[str], index: int, group: _Group) -> None:
    before, after = gaps[index] + WORD, gaps[index + 1]
    group.left = _left(before)
    group.right = _right(after)
    if group.right == Role.ABILITY and " " in gaps[index]:
        # 给我整个离家近的 我四十三 叉车铲车都开过: what he can do stands for itself
        group.left = _left(before[gaps[index].rindex(" ") :])
    last = index + 2 == len(gaps)  # 有厨师证没健康证: 没 belongs to what follows
    group.asked = bool(_ASKING.search(after if last else after + WORD)) or bool(_ASKING.search(before))
    if group.left == Role.ABILITY and group.asked and _THERE_IS.search(before[:-1]):
        group.left = Role.WISH  # 有驾校教练招人不
    group.added = group.added or bool(_ALSO.search(before[-5:])) or bool(re.match(r"[^,]{0,5}也", after))


def _left(gap: str) -> str | None:
    """The role the last cue before a group gives; a wish is not undone by 会/能 (想找个会开车的活)."""
    found, since = None, 0
    gap = _HAS_ITS_OBJECT.sub("", gap)
    for match in cues()["left"].finditer(gap):
        role = match.lastgroup
        between = gap[: match.start()]
        told = _LONG_AGO.match(match[0]) and match.start() > since + 1  # 我想问下我在玉山以前跑大货的
        if (
            found == Role.WISH
            and role in (Role.ABILITY, Role.PRESENT)
            and not told
            and not _WISH_OBJECT.search(between)
        ):
            continue
        if found in _BUT_FOR and role in (Role.ABILITY, Role.WISH):
            continue
        found, since = role, match.end()
    return found


def _right(gap: str) -> str | None:
    """The role the first cue after a group gives; 师傅 belongs to the word before it where another cue follows."""
    noun = _NOUN_END.match(gap)
    if noun and noun.end() < len(gap) and (found := _right(gap[noun.end() :])):
        return found
    match = cues()["right"].search(gap)
    if match is None or not re.fullmatch(r"[^,?]{0,8}", gap[: match.start()]):
        return None
    if match.lastgroup == Role.EXCLUDE and _SEEKS_SINCE.search(gap, 0, match.start()):
        return None  # 种着地想找个活不要太远
    if match.lastgroup == Role.WISH and _DONE.match(gap, match.start()):
        return Role.ABILITY
    return match.lastgroup


def _share_between(groups: list[_Group], gaps: Sequence[str]) -> None:
    """One cue between two groups belongs to one of them: to the second, unless that one has its own behind it."""
    for index in range(len(groups) - 1):
        one, two = groups[index], groups[index + 1]
        gap = gaps[index + 1]
        left = list(cues()["left"].finditer(gap))
        right = cues()["right"].search(gap)
        if not left or right is None or left[-1].start() >= right.end():
            continue
        if one.left is None and left[-1].lastgroup == one.right == Role.ABILITY:
            continue  # 在厂里干过质检
        if one.left is None and (two.right is not None or one.right in (Role.ABILITY,)):
            two.left = None
        else:
            one.right = None


def _inherit(masked: str, span: tuple[int, int], groups: list[_Group], before: _Group | None) -> None:
    """A clause that holds nothing but words goes on with the list of the clause before."""
    first = groups[0]
    alone = len(groups) == 1 and first.left is None and first.right is None
    if before is None or not alone:
        return
    rest = masked[span[0] : span[1]].replace(WORD, "").strip(" 、?")
    if (
        len(rest) <= 1
        and before.left in (Role.WISH, Role.ABILITY, Role.EXCLUDE)
        and before.right in (None, before.left)
    ):
        # 不做厨师了，做仓管: the verb said again without its 不 is the other way round
        first.left = Role.WISH if before.left == Role.EXCLUDE and rest in _DOES else before.left


def _after_cue(clause: str, groups: list[_Group]) -> None:
    """A clause without words of its own may still speak about the words before it: "保安保洁，都不干"."""
    if not groups:
        return
    if _HAD_ENOUGH.search(clause):
        for group in groups:
            if Role.ABILITY in (group.left, group.right) and Role.LEARN not in (group.left, group.right):
                group.left, group.right = Role.ABILITY, Role.EXCLUDE  # 保安干了三年，伺候不了业主
        return
    lead = _LEAD.match(clause)
    rest = clause[lead.end() if lead else 0 :]
    match = cues()["right"].match(rest)
    if match is None or match.end() < len(rest) - 4 or re.search(r"就|但", rest[match.end() :]):
        return
    for group in groups:
        if rest.startswith(("不想", "不愿", "不打算")) and all(
            set(mention.readings) == {"certificate"} for mention in group.mentions
        ):
            continue  # 考了船员证，不想再漂海上
        if match.lastgroup == Role.EXCLUDE and group.right in (None, Role.ABILITY) and group.left != Role.LEARN:
            group.right = Role.EXCLUDE
        elif group.right is None and group.left is None:
            group.right = match.lastgroup


def _other_than(groups: Sequence[_Group]) -> bool:
    return any(group.left in _BUT_FOR for group in groups)


def _takes_else(rest: str, groups: Sequence[_Group]) -> bool:
    """After "除了X": everything else (X refused), or nothing else (X is the wish)."""
    if _NOTHING_ELSE.search(rest):
        for group in groups:
            if group.left in _BUT_FOR:
                group.left, group.right = Role.ABILITY if _NEVER_DID.search(rest) else Role.ONLY, None
        return False
    if _ANY_ELSE.search(rest):
        for group in groups:
            if group.left in _BUT_FOR:
                group.left, group.right = Role.EXCLUDE, None
        return True
    return False


_NOUN_END: Final = Pattern(r"的?(?:老?师傅|学徒工?|操作手|工人)")
# What has its object already says nothing of the word behind: 没别的证就退伍证, 没手艺，看门能干.
_HAS_ITS_OBJECT: Final = Pattern(
    r"(?:没有?|无|没得)[^,?]{0,2}(?:别的|其他的?|其它的?|旁的)[^,?]{0,2}(?=就|只|光|除了)"
    r"|(?:没有?|没啥|没什么|没得|无)(?:手艺|技术|特长|文化|本事)"
    r"|(?:当|扛)(?:过|了)(?:[一二两三四五六七八九十几\d]+(?:来|多)?年)?(?:的)?(?:兵|枪)(?:的)?|(?:退|入)(?:过|了)伍(?:的)?|服过役(?:的)?|参过军(?:的)?"
)
_DOES: Final = frozenset("做干当找要去想改换")
_HAD_ENOUGH: Final = Pattern(
    r"(?:伺候|受|熬|待|呆|扛|遭)不(?:了|住|起|下去)(?:那|这|了|,|$)|[干待熬受做站开跑扫搬看当送守焊炒](?:够|腻|伤|怕)了|换(?:个|点|一?种)?(?:别的|其他的?|旁的)"
    r"|再?也?不(?:想|愿意?)(?:再)?(?:碰|遭|受)(?:这|那|了)|说(?:啥|什么)也不(?:干|做|去|碰)|打死(?:我)?(?:也)?不(?:干|做|去|碰)"
)
_SEEKS_SINCE: Final = Pattern(r"(?:想|要)(?:找|干|去|做|换)|找(?:个|份|点)")
_DONE: Final = Pattern(r"(?:的|活儿?|工作|我|俺|也|都|全|啥的)*(?:都|也|全)(?:干|做|开|修|搞|弄|当|学)过")
_PAST: Final = Pattern(r"过|了[^,]*年")


def _settle(groups: Sequence[_Group]) -> list[Framed]:
    """The final role of every mention of a clause."""
    return [_role(mention, group) for group in groups for mention in group.mentions]


def _role(mention: Mention, group: _Group) -> Framed:
    left, right = group.left, group.right
    if left == "get":  # 想弄个证 is to learn for it, 想弄个网约车 to work with it
        left = Role.LEARN if mention.of("certificate") else Role.WISH
    elif left == "hires":  # 仓库要不要开叉车的, 要不要叉车证
        left = Role.WISH if mention.of("job") else Role.ASKS
    past = bool(_PAST.search(mention.words)) and mention.words != mention.entry
    was = past or left == Role.ABILITY
    role = _choose(left, right, past)
    framed = Framed(mention, role, was, group.added, group.asked)
    return replace(framed, was=False) if role in (Role.LACKING, Role.LEARN) else framed


_LEFT_FIRST: Final = (Role.NEUTRAL, Role.LEARN, Role.ONLY)


def _choose(left: str | None, right: str | None, past: bool) -> Role:
    for role in _LEFT_FIRST:
        if role in (left, right):
            return role
    if right == Role.EXCLUDE and left not in (Role.LACKING,):
        return Role.EXCLUDE
    if left in (Role.EXCLUDE, Role.LACKING, Role.ASKS):
        return Role(left)
    if left == "unless":
        return Role.EXCLUDE  # 啥都行，只要莫喊我去洗碗
    if left == "other_than":
        return Role.ABILITY  # 除了会开车，还会电焊
    if past:
        return Role.ABILITY
    if left == Role.WISH or (right == Role.WISH and left is None):
        return Role.WISH
    if left in (Role.ABILITY, Role.PRESENT):
        return Role(left)
    return Role(right) if right is not None else Role.BARE
