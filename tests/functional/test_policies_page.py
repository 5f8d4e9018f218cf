"""政策: what the bureau adds, edits and retires is what the bot answers, and nothing without source, day and place."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.types import Inbound, Kind
from models import audit as audit_table
from models.account import Role
from models.veteran import Veteran
from services import conversations, policies
from tests.console import Browser, County, open_county

BUS = {
    "title": "优待证怎么办",
    "text": "凭优待证免费坐县内公交。",
    "audience": "退役军人",
    "papers": "优待证",
    "place": "县公交公司1号窗口",
    "source": "示例县退役军人局通知〔2026〕1号",
    "source_date": "2026-03-01",
    "valid_until": "2027-12-31",
    "topics": "优待证\n公交+免费",
}


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        with made.rt.transaction() as session:
            person = session.get_one(Veteran, made.own)
            person.openid, person.following = "o-zhang", True
        yield made


@pytest.fixture
def bureau(county: County) -> Browser:
    return county.browser(Role.BUREAU)


def ask(county: County, key: str) -> str:
    inbound = Inbound(key, "o-zhang", Kind.TEXT, county.rt.now(), "优待证怎么办")
    return conversations.receive(county.rt, inbound).text or ""


def add(bureau: Browser, **other: str) -> str:
    """The address of the policy made."""
    return bureau.post("/staff/policies/new", BUS | other, page="/staff/policies/new").location


def test_an_empty_library_says_what_to_do_first(county: County, bureau: Browser) -> None:
    assert "还没有政策" in bureau.get("/staff/policies").text
    assert "写第一条" in bureau.get("/staff/policies").text
    clerk = county.browser(Role.CLERK).get("/staff/policies").text
    assert "还没有政策" in clerk and "写第一条" not in clerk


def test_the_bot_answers_what_is_added_edited_and_retired(county: County, bureau: Browser) -> None:
    assert "县公交公司" not in ask(county, "m1")
    path = add(bureau)
    answer = "在哪办：县公交公司1号窗口\n依据：示例县退役军人局通知〔2026〕1号（2026年3月1日）"
    assert answer in ask(county, "m2")
    for role in (Role.BUREAU, Role.CLERK, Role.LEADER):
        page = county.browser(role).get(path).text
        assert answer in page and ("修改" in page) is (role is Role.BUREAU)
    form = bureau.get(f"{path}/edit").text
    assert "优待证\n公交+免费" in form and 'value="2027-12-31"' in form
    bureau.post(f"{path}/edit", BUS | {"place": "县客运站"}, page=f"{path}/edit")
    assert "在哪办：县客运站" in ask(county, "m3")
    bureau.post(f"{path}/retire")
    assert "县客运站" not in ask(county, "m4")
    assert "不再答" in bureau.get("/staff/policies").text
    with county.rt.reading() as session:
        entries = audit_table.entries(session, audit_table.Sought(subject=f"policy:{path.rsplit('/', 1)[1]}"), None, 10)
    acts = {one.action: one.details for one in entries}
    assert acts == {"policy.add": {}, "policy.edit": {"changed": ["place"]}, "policy.retire": {}}
    assert all("bureau" in one.who for one in entries)
    bureau.post(f"{path}/edit", BUS, page=f"{path}/edit")
    assert answer in ask(county, "m5")


@pytest.mark.parametrize(
    ("field", "written", "mend"),
    [
        ("source", " ", "依据：写文件的名称和文号"),
        ("source_date", "", "文件日期：照文件上的日期填"),
        ("source_date", "2099-01-01", "文件日期：还没有到"),
        ("place", "", "在哪办：写单位和窗口"),
        ("valid_until", "", "有效到：文件没写期限的"),
        ("valid_until", "2020-01-01", "有效到：已经过了"),
        ("topics", "、+", "问法：至少写一个"),
        ("text", "长" * policies.ANSWER_CHARS, "请写短些"),
        ("source", "长" * 257, "依据：最多 256 个字"),
    ],
)
def test_what_an_answer_must_name_is_refused_by_name(
    county: County, bureau: Browser, field: str, written: str, mend: str
) -> None:
    for button in ("save", "preview"):
        wrong = BUS | {field: written, "as": button}
        answer = bureau.post("/staff/policies/new", wrong, page="/staff/policies/new")
        assert answer.status_code == 400 and mend in answer.text
        assert "县公交公司1号窗口" in answer.text or field == "place", "what was written stays in the form"
    assert "还没有政策" in bureau.get("/staff/policies").text


def test_everything_missing_is_named_at_once(bureau: Browser) -> None:
    page = bureau.post("/staff/policies/new", {}, page="/staff/policies/new").text
    assert all(f"{name}：" in page for name in ("标题", "内容", "在哪办", "依据", "文件日期", "有效到", "问法"))


def test_a_preview_keeps_nothing(county: County, bureau: Browser) -> None:
    page = bureau.post("/staff/policies/new", BUS | {"as": "preview"}, page="/staff/policies/new").text
    assert "还没有保存" in page and "依据：示例县退役军人局通知〔2026〕1号（2026年3月1日）" in page
    assert "还没有政策" in bureau.get("/staff/policies").text


def test_a_second_of_the_same_title_is_refused(bureau: Browser) -> None:
    path = add(bureau)
    again = bureau.post("/staff/policies/new", BUS, page="/staff/policies/new")
    assert again.status_code == 400 and "已经有一条同名的政策" in again.text
    bureau.post(f"{path}/retire")
    assert add(bureau) != path


def test_a_sample_that_is_edited_is_the_county_s_own(county: County, bureau: Browser) -> None:
    with county.rt.transaction() as session:
        policies.load(session)
    path = next(
        part.split('"')[0] for part in bureau.get("/staff/policies").text.split('href="') if "优待证怎么办" in part
    )
    assert "示例（不是本县文件）" in bureau.get(path).text
    assert "保存以后就算本县自己的政策" in bureau.get(f"{path}/edit").text
    bureau.post(f"{path}/edit", BUS, page=f"{path}/edit")
    assert "示例（不是本县文件）" not in bureau.get(path).text


def test_a_number_that_is_none_is_answered_in_words(bureau: Browser) -> None:
    answer = bureau.get("/staff/policies/999")
    assert answer.status_code == 404 and "没有这条政策" in answer.text
