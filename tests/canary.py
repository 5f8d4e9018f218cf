"""The canary: an invented person with a name, phone and identity number found nowhere else, who does everything."""

from itertools import count
from pathlib import Path

from bot.types import Inbound, Kind
from models.base import Base, Database
from models.followup import Case, FollowUp
from models.veteran import Veteran
from services import broadcasts, cards, cases, conversations, followups, outbox, referrals, veterans
from services.broadcasts import Wish
from services.intake.ledger import import_people
from services.intake.source import Source
from services.runtime import Runtime
from tests.builders import Clock, create_posting

NAME = "麹示岩"
PHONE = "13000007391"
ID_NUMBER = "519900197603071131"
OPENID = "o-canary-7391"
_KEYS = count()
SECRETS = (NAME, PHONE, ID_NUMBER)
SHEET = (
    "姓名,性别,身份证号,联系电话,乡镇,备注\n"
    f"{NAME},男,{ID_NUMBER},{PHONE},潼川镇,家在{NAME}老屋\n"
    f"{NAME},男,{ID_NUMBER},13000007392,潼川镇,电话变了\n"
)
TALK = (
    f"我叫{NAME}，{PHONE}，想找保安",
    "同意",
    f"我叫{NAME}，电话{PHONE}",
    f"身份证{ID_NUMBER}",
    "50岁，高中，哪里都行，三千以上，有C1",
    "看看岗位",
    "2级残疾",
    "同意存残疾情况",
    f"报名1，{NAME}，{PHONE}",
    f"我{NAME}反映，上个月工资没发，电话{PHONE}",
    "想参加培训",
    "我的资料",
)


def walk(rt: Runtime, clock: Clock) -> int:
    """Goes through follow, chat, import, push, placement, follow-up and case; the person's number."""
    with rt.transaction() as session:
        create_posting(session, age_max=60)
    import_people(rt, Source("台账.csv", SHEET.encode()), "王岗")
    import_people(
        rt, Source("台账二.csv", SHEET.replace("男,5199001976030711", "女,5199001976030711").encode()), "王岗"
    )
    _say(rt, "", Kind.SUBSCRIBE, event="subscribe")
    with rt.reading() as session:
        digest = rt.keyring.digest("veteran.name", NAME)
        known = session.query(Veteran).filter_by(name_digest=digest).one()
        scene = veterans.person_scene(rt.keyring, known, rt.today())
    _say(rt, "", Kind.SCAN, event="scan", scene=scene)
    for text in TALK:
        clock.advance(minutes=1)
        _say(rt, text)
    with rt.reading() as session:
        number = session.query(Veteran).filter(Veteran.openid == OPENID).one().id
        assert number == known.id  # the ledger's row, tied by the printed code
    _work(rt, clock, number)
    cards.card(rt, number, "王岗", reveal=True)
    drain(rt, clock)
    return number


def _work(rt: Runtime, clock: Clock, number: int) -> None:
    with rt.transaction() as session:
        person = session.get_one(Veteran, number)
        referrals.refer(session, number, "P-1", rt.now())
        case = cases.open_case(session, rt.keyring, person, "wage", words=f"{NAME}说没发工资", now=rt.now())
        code = case.number
    referrals.set_status(rt, number, "P-1", "hired")
    made = broadcasts.compose(rt, Wish("policy", "全部", "退役军人优待证办理通知"), "王岗")
    broadcasts.confirm(rt, made, "王岗")
    drain(rt, clock)
    clock.advance(days=8)
    followups.send_due(rt)
    _say(rt, "在岗，挺好")
    cases.update(rt, code, "resolved", f"已联系{NAME}（{PHONE}）和单位，工资补发", "王岗")
    with rt.reading() as session:
        assert session.query(FollowUp).count() >= 3 and session.query(Case).count() >= 1


def bytes_of(database: Database) -> bytes:
    """All that is kept: every byte of SQLite's files, every value of PostgreSQL's tables, as text and as stored."""
    if database.is_sqlite:
        path = Path(database.engine.url.database or "")
        return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
    found: list[bytes] = []
    line = database.engine.raw_connection()
    for table in Base.metadata.tables:
        for form in ("text", "binary"):
            with line.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT {form})') as rows:
                found += map(bytes, rows)
    line.close()
    return b"".join(found)


def drain(rt: Runtime, clock: Clock) -> None:
    """Sends whatever is due, by day."""
    broadcasts.expand_due(rt)
    clock.advance(hours=1)
    outbox.drain_due(rt)


def _say(rt: Runtime, text: str, kind: Kind = Kind.TEXT, *, event: str = "", scene: str = "") -> None:
    key = f"{OPENID}:{next(_KEYS)}"
    conversations.receive(rt, Inbound(key, OPENID, kind, rt.now(), text=text, event=event, scene=scene))
