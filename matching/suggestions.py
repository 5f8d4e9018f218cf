"""What a seeker could do next, in Chinese: a course, a community post, a condition to relax, with counts."""

from dataclasses import dataclass
from typing import Final

from matching.facts import SeekerFacts
from matching.nearmiss import NearMiss, Step
from matching.scoring import learnt_points, lifts
from matching.taxonomy.courses import courses
from matching.taxonomy.licences import CLASSES
from matching.taxonomy.occupations import trade_posts

MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`kind`: training, welfare_post or relax; `opens`: how many postings it would open (0 = not counted)."""

    kind: str
    text: str
    opens: int

    def to_json(self) -> dict[str, str | int]:
        """The form of the output contract."""
        return {"kind": self.kind, "text": self.text, "opens": self.opens}


def suggest(report: NearMiss, seeker: SeekerFacts, shown: int) -> tuple[Suggestion, ...]:
    """At most three suggestions, one a subject, the most useful first; never none when nothing was shown.

    Another occupation is only named to people who have learnt it, or who were shown nothing at all.
    """
    best: dict[str, tuple[Step, int]] = {}
    for step, opens in report.steps:
        if step.subject != "category" or not shown or learnt_points(step.value, seeker):
            best.setdefault(step.subject, (step, opens))
    found = [Suggestion(step.kind, text(step, opens), opens) for step, opens in list(best.values())[:MOST]]
    if len(found) < MOST and not shown and not any(one.kind == "welfare_post" for one in found):
        found.append(_safety_net(seeker))
    return tuple(found)


def text(step: Step, opens: int) -> str:
    """One step as a sentence, e.g. 考个低压电工证（培训约两周），就能多看3个岗位。"""
    gain = f"就能多看{opens}个岗位"
    match step.subject:
        case "certificate":
            course = courses()[step.value]
            return f"考个{step.value}（{course.name}，{course.length}），{gain}。"
        case "licence":
            row = CLASSES[step.value]
            return f"考下{step.value}驾照（{row['name']}，一般要{_MONTHS[row['months']]}个月上下），{gain}。"
        case "skill":
            return f"学会{step.value}，{gain}。"
        case "hardship":
            return f"到社区申请认定就业困难人员，认定下来{gain}（公益性岗位）。"
        case "pay":
            return f"工资放宽到一个月{step.value}元，{gain}。"
        case "area":
            return f"地方放宽到{step.name}，{gain}。"
        case "category":
            return f"也看看{step.value}这类活，{gain}。"
        case _:
            return f"{'能上夜班' if step.subject == 'shift' else '能出差'}的话，{gain}。"


_MONTHS: Final = "零一两三四五六"


def _safety_net(seeker: SeekerFacts) -> Suggestion:
    """When nothing that can be counted would open anything."""
    if seeker.hardship_certified:
        return Suggestion("welfare_post", "您已认定就业困难，可以请社区帮您排公益性岗位，有了就告诉您。", 0)
    if lifts(seeker) or seeker.disability not in (None, "", "无"):
        words = "找活有难处的，可以到社区申请认定就业困难人员，认定后能上公益性岗位。"
        return Suggestion("welfare_post", words, 0)
    leads = [post for post in trade_posts(seeker.military_trade) if post not in seeker.job_categories_exclude]
    if leads:
        return Suggestion("training", f"凭您在部队的本事，也可以报名学{leads[0]}这一行的免费培训。", 0)
    return Suggestion("training", "可以先报退役军人免费技能培训，学门手艺再找，路子更宽。", 0)
