"""A plan as pages show it before anything is sent: how many by which road, and by name whom none reaches."""

from typing import Any, Final

from handlers.current import runtime
from handlers.staff.guard import BUREAU, actor
from services import planner
from services.planner import Plan

NAMED: Final = 200
"""So many names of one reason stand on the page; the rest is counted."""


def planned(plan: Plan) -> dict[str, Any]:
    """The plan as the page tells it; names only to those who work with people."""
    may_name = actor().role in BUREAU
    shown = [number for numbers in plan.who.values() for number in numbers[:NAMED]] if may_name else []
    names = planner.names(runtime(), [*shown, *([plan.sample[0]] if plan.sample and may_name else [])])
    ends = [
        (reason, *planner.outcome_words(reason), len(numbers), [names[one] for one in numbers[:NAMED] if may_name])
        for reason, numbers in plan.who.items()
    ]
    reached = {way: count for way, count in plan.ways.items() if way not in planner.STAFF_WAYS}
    sample = None
    if plan.sample is not None:
        number, way = plan.sample
        sample = (planner.masked(names.get(number, "同志")), planner.way_words(way))
    ways = [(way, planner.way_words(way), count) for way, count in reached.items()]
    return {"plan": plan, "ways": ways, "ends": ends, "sent_to": sum(reached.values()), "sample": sample}
