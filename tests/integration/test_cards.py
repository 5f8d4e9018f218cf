"""The card of a person: masked by default, on the record, escaped, with all a clerk needs; and the verb for it."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from app import cli
from bot.slots import Slots
from models import placement as placements_table
from models.audit import AuditEntry
from models.base import Database
from models.organisation import Level, Node
from models.veteran import Veteran
from services import cards, cases, erasure, placements, referrals, veterans
from services.errors import ServiceError
from services.runtime import Runtime
from tests.builders import FRIDAY, KEYRING, create_posting, create_runtime, create_veteran

ID_NUMBER = "519900197001010015"
ENVIRONMENT = {"LAOBING_SECRET_KEY": "s" * 40, "LAOBING_DATA_KEY": base64.b64encode(bytes(range(32))).decode()}


@pytest.fixture
def rt(database: Database) -> Runtime:
    made = create_runtime(database)
    with made.transaction() as session:
        session.add(Node(level=Level.TOWNSHIP, name="潼川镇退役军人服务站"))
        session.flush()
        veteran = create_veteran(session, name="张<示例>", phone="13000000702")
        veteran.in_ledger, veteran.node_id, veteran.gender = True, 1, "男"
        veteran.birth_on = FRIDAY.date().replace(year=1970)
        veteran.id_number_sealed = KEYRING.seal("veteran.id_number", ID_NUMBER)
        wishes = Slots(education="高中", skills=("驾驶",), certificates=(), job_categories=("保安",), salary_min=4000)
        veterans.save_preference(session, veteran.id, wishes, "talk", FRIDAY)
        create_posting(session)
        referrals.refer(session, veteran.id, "P-1", FRIDAY)
        cases.open_case(session, KEYRING, veteran, "wage", words="工资没发", now=FRIDAY)
        veterans.record_interest(session, veteran, "training", "", FRIDAY)
    referrals.set_status(made, 1, "P-1", "hired")
    return made


def audited(rt: Runtime) -> list[tuple[str, str, str, dict[str, list[str]]]]:
    with rt.reading() as session:
        return [(one.who, one.action, one.subject, one.details) for one in session.scalars(select(AuditEntry))]


def test_a_card_holds_what_a_clerk_needs_masked(rt: Runtime) -> None:
    made = cards.card(rt, 1, "王岗")
    assert (made.phone, made.id_number, made.is_masked) == ("130****0702", "519900********0015", True)
    assert (made.station, made.birth) == ("潼川镇退役军人服务站", "1970年11月（56 岁）")
    assert made.groups == ("大龄（女45岁、男50岁以上）",)
    assert cards.Line("证书", "无") in made.abilities
    assert cards.Line("驾照", "未填") in made.abilities
    assert cards.Line("工资", "4000 元/月以上") in made.wishes
    assert [one.words for one in made.referrals] == ["示例保安公司 · 保安P-1：已录用"]
    assert [one.words for one in made.placements] == ["示例保安公司 · 保安P-1：在岗"]
    assert [one.words for one in made.due] == ["上岗第 7 天回访", "上岗第 30 天回访", "上岗第 90 天回访"]
    assert "已受理" in made.cases[0].words
    assert [one.words for one in made.interests] == ["想参加培训"]
    assert "学历：本人在微信里说" in [one.words for one in made.history]
    assert made.consent == "微信关注中，已同意保存信息，接收推送"
    assert audited(rt) == [("王岗", "card.read", "veteran:1", {"revealed": []})]


def test_uncovering_is_asked_for_and_recorded(rt: Runtime) -> None:
    made = cards.card(rt, 1, "李局", reveal=True)
    assert (made.phone, made.id_number) == ("13000000702", ID_NUMBER)
    assert audited(rt)[-1] == ("李局", "card.read", "veteran:1", {"revealed": ["phone", "id_number"]})


def test_the_page_is_escaped_whole_and_without_scripts(rt: Runtime) -> None:
    page = cards.to_html(cards.card(rt, 1, "王岗"))
    assert "张&lt;示例&gt;" in page
    assert "<script" not in page
    assert "http" not in page
    assert "13000000702" not in page
    assert ID_NUMBER not in page
    assert "工资没发" not in page
    full = replace(cards.card(rt, 1, "王岗"), conflicts=2)
    assert "有 2 处" in cards.to_html(full)


def test_an_empty_person_has_a_card_too(rt: Runtime) -> None:
    with rt.transaction() as session:
        session.add(Veteran(in_ledger=True, created_at=FRIDAY))
    made = cards.card(rt, 2, "王岗")
    assert (made.name, made.phone, made.consent, made.fresh) == ("未填", "未填", "没有绑定微信", "没有核实过")
    assert "还没有" in cards.to_html(made)


def test_whoever_left_work_is_shown_with_the_reason(rt: Runtime) -> None:
    with rt.transaction() as session:
        placements.end(session, placements_table.placements_of(session, 1)[0], FRIDAY.date(), "太远", FRIDAY)
    made = cards.card(rt, 1, "王岗")
    assert made.placements[0].words.endswith("2026-11-20 离开（太远）")
    assert made.due == ()


def test_nobody_and_the_erased_have_no_card_and_leave_no_trace(rt: Runtime) -> None:
    with rt.transaction() as session:
        gone = create_veteran(session, "o-gone")
        erasure.erase(session, gone, FRIDAY)
        number = gone.id
    for missing in (number, 99):
        with pytest.raises(ServiceError, match=r"veterans\.unknown"):
            cards.card(rt, missing, "王岗")
    assert audited(rt) == []


def test_the_verb_writes_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'card.db'}"
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LAOBING_DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["card", "1"]) == 1
    assert "没有编号 1 的人" in capsys.readouterr().err
    database = Database(url)
    with create_runtime(database).transaction() as session:
        session.add(Veteran(in_ledger=True, village="一村", created_at=FRIDAY))
    page = tmp_path / "card.html"
    assert cli.main(["card", "1", "--out", str(page), "--who", "王岗"]) == 0
    assert "一村" in page.read_text(encoding="utf-8")
    assert cli.main(["card", "1", "--out", str(tmp_path / "no" / "card.html")]) == 1
    assert "换一个位置" in capsys.readouterr().err
    with database.session(writes=False) as session:
        assert {one.who for one in session.scalars(select(AuditEntry))} == {"王岗", "命令行"}
    database.dispose()
