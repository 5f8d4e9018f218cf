"""The account's menu in the console: its bounds in words, kept only once the platform took it, put back."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from channels.base import ChannelError
from models.account import Role
from models.base import Database
from services import menus, settings
from services.menus import OURS, Entry
from services.runtime import Runtime
from tests.builders import Clock, FakeChannel, create_runtime
from tests.console import County, open_county

PAGE = "/staff/settings/menu"
NEW = (
    Entry("找工作", "matches"),
    Entry("服务", below=(Entry("我的资料", "mine"), Entry("县局网站", url="https://example.invalid/"))),
)


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def rt(sqlite: Database, channel: FakeChannel) -> Runtime:
    return create_runtime(sqlite, Clock(), channel=channel)


def test_a_menu_is_kept_published_and_taken_back(rt: Runtime, channel: FakeChannel) -> None:
    menus.keep(rt, NEW, "管")
    assert channel.buttons[1]["sub_button"][1] == {
        "type": "view",
        "name": "县局网站",
        "url": "https://example.invalid/",
    }
    assert menus.read(rt) == NEW
    (change,) = settings.history(rt, menus.NAME)
    assert change.words == "发布：找工作、服务（我的资料、县局网站）"
    menus.take_back(rt, change.change_id, "管")
    assert menus.read(rt) == OURS
    assert [button["name"] for button in channel.buttons] == ["找工作", "我的", "帮助"]


def test_what_the_platform_refuses_is_not_kept(rt: Runtime, channel: FakeChannel) -> None:
    channel.refusals.append(ChannelError(48001, "公众号没有这个接口的权限", permanent=True))
    with pytest.raises(menus.MenuRefused) as refused:
        menus.keep(rt, NEW, "管")
    assert "没有这个接口的权限" in refused.value.message
    assert menus.read(rt) == OURS


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ((), "1 到 3 个"),
        ((Entry("找工作", "matches"),) * 4, "1 到 3 个"),
        ((Entry("找一份好工作", "matches"),), "最多 4 个字"),
        ((Entry("服务", below=(Entry("一个特别特别长的名字", "mine"),)),), "最多 8 个字"),
        ((Entry("服务", below=(Entry("我的", "mine"),) * 6),), "最多 5 个"),
        ((Entry("网站", url="http://example.invalid/"),), "https://"),
        ((Entry("网站"),), "还没有选点了做什么"),
        ((Entry("", "mine", "https://example.invalid/"),), "没有写名字"),
    ],
)
def test_a_menu_beyond_the_bounds_is_refused_in_words(
    rt: Runtime, channel: FakeChannel, wanted: Sequence[Entry], words: str
) -> None:
    with pytest.raises(menus.MenuRefused) as refused:
        menus.keep(rt, wanted, "管")
    assert words in refused.value.message
    assert not channel.buttons


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        yield made


def test_the_form_says_what_is_on_the_account_and_why_it_is_not_known(county: County) -> None:
    browser = county.browser(Role.ADMIN)
    page = browser.get(PAGE).text
    assert "现在问不到公众号上的菜单" in page and 'value="找工作"' in page
    rows: dict[str, list[str]] = {name: [""] * 18 for name in ("name", "action", "url")}
    rows["name"][0], rows["action"][0] = "活儿", "matches"
    rows["name"][7], rows["url"][7] = "网站", "https://example.invalid/"
    answer = browser.post(PAGE, rows, page=PAGE)
    assert answer.status_code == 400 and "没有写名字" in answer.text and 'value="活儿"' in answer.text
    rows["name"][6] = "更多"
    answer = browser.post(PAGE, rows, page=PAGE)
    assert answer.status_code == 409 and "手机上还是原来的" in answer.text and 'value="网站"' in answer.text
    assert menus.read(county.rt) == OURS
