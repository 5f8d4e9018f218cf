"""Fair share of a nightly push: nobody is left out, and no posting is poured over everyone."""

from collections.abc import Mapping, Sequence
from typing import Final

from matching.reference import Ranked

#: To how many people per wanted head a posting is shown at most while others have room.
PER_HEAD: Final = 20


def capacity(headcount: int | None, offered: int) -> int:
    """To how many more people a posting should be shown; one that does not say how many it wants counts as one."""
    return max(0, PER_HEAD * max(1, headcount or 1) - offered)


def spread(lists: Sequence[Sequence[Ranked]], room: Mapping[str, int], each: int) -> list[list[Ranked]]:
    """What to show each person: at most `each` of their list, in its order, with regard to the room of the postings.

    In rounds, so that everybody has one before anybody has two. In a round, who has the shortest list chooses first
    (then by place in `lists`), and takes the best posting that still has room. Grades are kept apart: a posting is
    passed over for want of room only in favour of another of the same grade, so fairness never costs a grade. Who finds
    no room at all keeps the best of that grade. Postings not in `room` have none.
    """
    left = dict(room)
    taken: list[list[Ranked]] = [[] for _ in lists]
    order = sorted(range(len(lists)), key=lambda person: (len(lists[person]), person))
    for _ in range(each):
        for person in order:
            choice = _choice([one for one in lists[person] if one not in taken[person]], left)
            if choice is not None:
                taken[person].append(choice)
                left[choice.posting_id] = left.get(choice.posting_id, 0) - 1
    return [sorted(mine, key=list(whole).index) for mine, whole in zip(taken, lists, strict=True)]


def _choice(rest: Sequence[Ranked], left: Mapping[str, int]) -> Ranked | None:
    if not rest:
        return None
    best = [one for one in rest if one.grade == rest[0].grade]
    return next((one for one in best if left.get(one.posting_id, 0) > 0), best[0])
