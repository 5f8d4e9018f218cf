"""The policy library in the database: loading, place, validity, and what an answer always names."""

from datetime import date
from pathlib import Path

import pytest

from models.base import Database
from models.policy import Policy, policies_by_key
from services import policies

TODAY = date(2026, 11, 20)


def loaded(database: Database) -> None:
    with database.session() as session:
        policies.load(session)
        session.commit()


def test_samples_load_once_and_again(database: Database) -> None:
    with database.session() as session:
        assert policies.load(session) >= 20
        assert policies.load(session) == len(policies_by_key(session))


def test_every_sample_says_that_it_is_one_and_names_source_date_and_place(database: Database) -> None:
    loaded(database)
    with database.session(writes=False) as session:
        for policy in policies_by_key(session).values():
            assert policy.is_sample
            assert policies.answerable(policy)
            assert policy.source_date <= TODAY
            assert "《" in policy.source or "公告" in policy.source


def test_an_answer_names_source_date_and_place(database: Database) -> None:
    loaded(database)
    with database.session(writes=False) as session:
        answer = policies.answer(session, "光荣牌掉色了能换不", "510722", TODAY)
    assert answer is not None
    assert "光荣牌" in answer.title
    assert answer.source_date == date(2018, 7, 29)
    assert "国办发〔2018〕72号" in answer.source
    assert "示例" in answer.source
    assert answer.sample
    assert "服务站" in answer.place
    assert len(answer.text) <= policies.ANSWER_CHARS


@pytest.mark.parametrize(
    ("region", "answered"),
    [("510722", True), ("510722101", True), (None, True), ("510703", False), ("620821", False)],
)
def test_a_county_s_policy_is_not_told_elsewhere(database: Database, region: str | None, answered: bool) -> None:
    loaded(database)
    with database.session() as session:
        policies_by_key(session)["card"].region = "510722"
        session.flush()
        assert (policies.answer(session, "优待证怎么办", region, TODAY) is not None) is answered


@pytest.mark.parametrize("region", ["510722", "620821", "", None])
def test_samples_hold_wherever_they_are_loaded(database: Database, region: str | None) -> None:
    loaded(database)
    with database.session(writes=False) as session:
        assert policies.answer(session, "优待证怎么办", region, TODAY) is not None


@pytest.mark.parametrize(("area", "region"), [("", "510722"), ("510000", "510722"), ("510700", "510722101")])
def test_a_higher_level_s_policy_holds_below(database: Database, area: str, region: str) -> None:
    loaded(database)
    with database.session() as session:
        policies_by_key(session)["card"].region = area
        session.flush()
        assert policies.answer(session, "优待证怎么办", region, TODAY) is not None


def test_what_has_run_out_is_not_told(database: Database) -> None:
    loaded(database)
    with database.session(writes=False) as session:
        assert policies.answer(session, "个体户减税", None, date(2027, 12, 31)) is not None
        assert policies.answer(session, "个体户减税", None, date(2028, 1, 1)) is None


def test_no_answer_without_a_source(database: Database) -> None:
    loaded(database)
    with database.session() as session:
        policies_by_key(session)["card"].source = " "
        session.flush()
        assert policies.answer(session, "优待证怎么办", None, TODAY) is None
        assert policies.search(session, "优待证怎么办", None, TODAY)[0].key == "card"


def test_a_county_s_own_policy_is_told_in_its_own_name(database: Database) -> None:
    with database.session() as session:
        session.add(
            Policy(
                key="bus",
                title="公交免费",
                text="凭优待证免费乘县内公交。",
                audience="退役军人",
                papers="优待证",
                place="县公交公司",
                source="某县退役军人局通知〔2026〕1号",
                source_date=TODAY,
                region="510722",
                topics=["公交卡"],
            )
        )
        session.flush()
        answer = policies.answer(session, "公交卡怎么领", "510722", TODAY)
    assert answer is not None
    assert (answer.source, answer.sample) == ("某县退役军人局通知〔2026〕1号", False)


def test_an_entry_without_a_place_is_refused(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "library.toml"
    text = policies.SAMPLES.read_text(encoding="utf-8")
    file.write_text(text.replace('place = "县教育局；', 'nowhere = "县教育局；'), encoding="utf-8")
    with database.session() as session, pytest.raises(ValueError, match="place"):
        policies.load(session, file)
