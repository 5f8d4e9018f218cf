"""An invented county of any size, written in bulk: people with profiles, consents, dialogues and messages, postings."""

import random
from datetime import timedelta

from sqlalchemy import insert

from bot.slots import Slots
from matching.facts import PostingFacts
from models.conversation import Conversation, InboundMessage
from models.veteran import Consent, Preference, Veteran
from services import postings, veterans
from services.runtime import Runtime

CATEGORIES = ("保安", "货车司机", "仓管员", "电工", "厨师", "保洁", "叉车工", "物业管理")
BATCH = 10_000


def fill(rt: Runtime, people: int, offered: int, seed: int = 2026) -> None:
    """Ends with `people` followers, each with a profile, two consents, a dialogue and two messages kept."""
    dice, now = random.Random(seed), rt.now()
    silent = now - timedelta(days=1)  # nobody is in the middle of a talk: pushes would wait for its end
    with rt.transaction() as session:
        for number in range(offered):
            facts = PostingFacts(
                id=f"B-{number}",
                job_categories=(dice.choice(CATEGORIES),),
                salary_min=3000 + 100 * dice.randrange(40),
                published=now.date() - timedelta(days=dice.randrange(14)),
            )
            offer = postings.Offer(employer=f"示例公司{number % 200}", title="岗位", facts=facts, phone="13000000901")
            postings.keep(session, offer, "bench", now, publish=True)
    for start in range(0, people, BATCH):
        numbers = range(start + 1, min(start + BATCH, people) + 1)
        profiles = {
            one: Slots(age=dice.randrange(30, 58), job_categories=(dice.choice(CATEGORIES),)).to_json()
            for one in numbers
        }
        with rt.transaction() as session:
            line = session.connection()
            line.execute(
                insert(Veteran),
                [{"id": one, "openid": f"oBulk{one}", "following": True, "created_at": now} for one in numbers],
            )
            line.execute(
                insert(Preference),
                [
                    {"veteran_id": one, "profile": profile, "age_stated_on": now.date(), "updated_at": now}
                    for one, profile in profiles.items()
                ],
            )
            line.execute(
                insert(Consent),
                [
                    {
                        "veteran_id": one,
                        "purpose": purpose,
                        "text_version": "t",
                        "channel": "wechat",
                        "given_at": now,
                    }
                    for one in numbers
                    for purpose in (veterans.STORING, veterans.PUSHES)
                ],
            )
            line.execute(
                insert(Conversation),
                [{"openid": f"oBulk{one}", "veteran_id": one, "state": {}, "updated_at": silent} for one in numbers],
            )
            line.execute(
                insert(InboundMessage),
                [
                    {
                        "key": f"oBulk{one}:{copy}",
                        "sender": f"oBulk{one}",
                        "kind": "text",
                        "inbound_sealed": dice.randbytes(180),
                        "received_at": now,
                        "status": "answered",
                        "reply": "好的。",
                        "answered_at": now,
                    }
                    for one in numbers
                    for copy in range(2)
                ],
            )
