"""Money that is not the wished pay: what was paid, is owed, is charged, is earned now, or is offered by others."""

import re
from typing import Final

from bot.nlu.gates import Pattern
from bot.nlu.numerals import YUAN

# Money that is not a wish: what was paid, is owed, is charged, or is earned now.
_NOT_PAY: Final = Pattern(
    r"(?:押金|欠(?:了|我|薪)?|罚(?:款|了|我)?|扣(?!完|除|了?(?:五险|社保|保险|税))(?:了|我|掉|下)?|(?<!不)交(?!五险|社保|保险|的话|养老|金)(?:了|个)?|学费|费用|补贴|补助|抚恤|房贷|车贷|贷款|彩礼|保证金|中介费|报名费|服务费|培训费|体检费|退役金|一次性|领(?:了)?|奖金|罚金|借(?:了|我)?|干(?:满|了|完)[^,?\d]{0,8}(?:给|发|开|结)(?:我|了)*|(?<![日现天])结(?:了|给)(?:我)?|(?:才|只|拢共|总共)(?:给|发|结|开|拿|到手|有|挣)(?:了|我|到|个)*|就(?:给|发|结|开)(?:了|我)+|到手(?:才|只|就)(?:有)?|实(?:发|际)(?:只|才)?|(?<!刚)才(?=[^,?\d]{0,2}$)|开价|标(?:的|价)|赔(?:了|偿)?|退休金|养老金|低保|医药费|优待金|积蓄|存款|余额|才给(?:我|了)?|只给(?:我|了|发)?|只发(?:了)?|少发(?:了)?|说好(?:的)?|讲好(?:的)?|承诺(?:的)?|答应(?:的)?|招聘(?:时|上)?(?:写|说)?(?:的)?|写的(?:是)?|少给(?:了|我)?|克扣(?:了)?|拖欠(?:了)?|差(?:我|了)|(?:工资|月薪|薪水|薪资)(?:再)?(?:往[上下])?(?:加|减|降|少|多|涨|添)(?:个|上|它)?(?=$)|上浮|涨(?!到|成|至)了?|提高(?!到|成|至)|加了|往上提|降了|少了)[^,?\d]{0,5}$"
)
_NOT_PAY_AFTER: Final = Pattern(
    rf"^{YUAN}(?:的)?(?:押金|保证金|学费|培训费|报名费|罚款|中介费|服务费|彩礼|贷款|房贷|车贷|补贴|补助|存款|费用|退役金|退伍费|安家费|抚恤金?|优待金|奖金|奖励|税)"
)
_PRESENT: Final = Pattern(
    r"(?:现在|目前|如今|眼下|当前|以前|之前|原先|早先|前年|去年|大前年|头几年|前几年|当年|那时候?|那会儿|原来|上家|过去|从前|上个月|原单位|上(?:一)?(?:个|家|份)(?:厂|单位|公司|工作|活|地方|班|工)?|前(?:一)?(?:家|份)|老东家)(?:的)?[^,?]{0,10}$"
)
_PAID_BY: Final = Pattern(
    r"(?:厂里?|公司|老板|单位|人家|他们|工地|店里|那边|对方|这家|那家|中介|保安公司)[^,?\d要想]{0,4}(?:给|开|发|结)(?:我|了|到|的|出|才|就|只)*$"
)
_NOT_BELOW_NOW: Final = Pattern(
    r"(?:不(?:能|想|可以)?(?:再)?(?:低于|少于|低过|少过|比)|比|高于|超过|起码比|别低于|别比|跟|和|同|与|像)(?:那个|那|这个|它|先前|上回|原单位|老单位|现在|目前|这个?(?!边)|原来|如今|以前|上家|之前)|不能(?:再)?(?:少|低|降)了|不降(?:薪|工资)"
    r"|比(?:我|俺)?(?:现在|上个?|上一个|上家|原来|以前|前一?家|老)[^,?]{0,12}(?:高|多|强)(?:点|些)?(?:就|才|的)"
    r"|(?:只能|就|要|得|想|必须)(?:要|找|去|拿|换)*(?:个|份)?更(?:高|多)的?|(?:不能|别|不)(?:往下|走低|倒退|降)|比(?:这|那)(?:个|儿)?(?:高|多|强)"
)
# 厂里给我五千六，下家得更高: what the last firm paid is the floor.
_MUST_RISE: Final = Pattern(
    r"(?:只能|就|要|得|想|必须)(?:要|找|去|拿|换)*(?:个|份)?更(?:高|多)的?|(?:不能|别|不)(?:往下|走低|倒退|降(?!温))|不(?:能)?(?:比|低于|少于)(?:这|那|它|原|上家)"
)
# 现在六千也干: what he would work for now.
_TAKEN: Final = Pattern(
    rf"^{YUAN}(?:的)?(?:我|俺|咱)?(?:也|就|都)(?:能)?(?:干|行|可以|成|中|去|接受|愿意|做|认|知足|满足|够了|满意)|(?:我|俺|咱)?(?:就|也|都)(?:知足|满足|够|满意|干|心满意足|谢天谢地)|[, ]*(?:再)?(?:少|低)(?:了|于这个|过这个)[^,?]{{0,3}}(?:不|别|免)"
)
# 今年五千都难: what cannot be had.
_HARD_TO_GET: Final = Pattern(rf"^{YUAN}(?:都|也)(?:难|够呛|没有|没人给|挣不到|拿不到|不好挣|不到|悬)")
# 五六百一天也有人给: what others offer.
_OFFERED: Final = Pattern(
    rf"^{YUAN}(?:一天|一个?月|/天|/月|的|每天|每月)*(?:也|都|就)?(?:有人|人家|别人|有的(?:是)?|别处|别家|旁人|外面|外头|上家|他们|老板)[^,?]{{0,4}}(?:给|开|要|干|出|肯|做|抢)"
)


def is_other_money(text: str, before: str, after: str) -> bool:
    """Whether the amount between `before` and `after` is anything but the pay he wishes for."""
    if _NOT_PAY.search(before) or _NOT_PAY_AFTER.match(after) or _OFFERED.match(after) or _HARD_TO_GET.match(after):
        return True
    clause = before[max(before.rfind(mark) for mark in ",?") + 1 :]
    if (
        _PAID_BY.search(clause)
        and not _MUST_RISE.search(text)
        and not re.search(r"想|希望|要|期望|最低|至少|能|得", clause)
    ):
        return True
    present = None if not_below_present(text) or _TAKEN.match(after) else _PRESENT.search(before)
    return (
        bool(present) and not re.search(r"想|要|期望|希望|最[低少起]|不低于|至少|得|起码", before[present.start() :])
        if present
        else False
    )


def not_below_present(text: str) -> bool:
    """ "不低于现在": the present pay is the wish after all."""
    return bool(_NOT_BELOW_NOW.search(text))
