"""The one line a clerk types after a call (“在岗，4分，工资少给500，别的都好”), read as the conversation would."""

import re
from datetime import date
from typing import Final

from bot import cues
from bot.nlu.understanding import understand
from services.answers import LEFT, STATUSES, Answer

_GAPS: Final = {"wage": "工资", "overtime": "工时", "insurance": "社保", "contract": "合同"}
_SCORE: Final = re.compile(r"(?:满意度?|打)?([1-5])分")


def read(line: str, today: date) -> Answer:
    """What the line says; what it does not say is None."""
    text = cues.clean(line)
    heard = understand(line, "follow_up_status", today)
    told = cues.which("follow_up_status", text)
    status = heard.slots.employment_status or told
    score = _SCORE.search(text)
    word = cues.which("satisfaction", text)
    matters = cues.every("complaint", text)
    gaps = tuple(_GAPS[name] for name in matters if name in _GAPS)
    others = [name for name in matters if name not in _GAPS]
    asked = bool(gaps) or cues.which("follow_up_facts", text) == "same"
    return Answer(
        words=line.strip(),
        employment_status=status if status in STATUSES else None,
        satisfaction=int(score[1]) if score else heard.slots.satisfaction or (int(word[-1]) if word else None),
        gaps=gaps if asked else None,
        reason=cues.which("leave_reason", text) if status == LEFT else None,
        trouble=others[0] if others and not gaps else None,
    )
