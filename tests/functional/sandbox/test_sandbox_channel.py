"""The product's own channel against the stand-in over real HTTP: both ends were written apart and must agree."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from app import template_forms
from channels.base import Action, ChannelError, Means, Outbound
from channels.wechat import TemplateForm, WeChatChannel
from channels.wechat_account import Account, AccountKind
from channels.wechat_admin import WeChatAdmin
from channels.wechat_api import Credentials, WeChatApi
from models.base import Database
from services import menus
from services.menus import Entry
from tests.builders import create_runtime
from tests.functional.sandbox.conftest import SECRET, Stage
from tests.functional.sandbox.product import APP_ID
from tests.functional.sandbox.serving import served


class Drawer:
    """A token store of one process."""

    def __init__(self) -> None:
        self.token: str | None = None
        self._lock = threading.Lock()

    def get(self) -> str | None:
        return self.token

    @contextmanager
    def held(self) -> Iterator["Drawer"]:
        with self._lock:
            yield self

    def value(self) -> str | None:
        return self.token

    def renew(self, token: str, seconds: int) -> None:
        self.token = token


@pytest.fixture
def api(stage: Stage) -> Iterator[WeChatApi]:
    with served(stage.app) as address:
        opened = WeChatApi(Credentials(APP_ID, SECRET, f"{address}api"), Drawer())
        yield opened
        opened._client.http.close()


@pytest.fixture
def channel(api: WeChatApi) -> WeChatChannel:
    titles = {one.title: one for one in [*WeChatAdmin(api).templates(), *WeChatAdmin(api).notice_templates()]}

    def form(title: str, **fields: str) -> TemplateForm:
        return TemplateForm(titles[title].template_id, fields)

    return WeChatChannel(
        api,
        Account(AccountKind.SERVICE_VERIFIED),
        templates={
            "referral": form("报名结果通知", thing1="post", thing2="firm", phrase3="state", time4="when", thing5="hint")
        },
        notices={"fair": form("招聘会开始提醒", thing1="post", time2="when", thing3="firm")},
    )


DATA = {
    "post": "货车司机，两班倒，包吃住，离家近，五险一金都有",
    "firm": "安顺物流",
    "state": "已报名",
    "when": "2026年11月20日",
    "hint": "回“我的报名”看情况",
}


def outbound(stage: Stage, means: Means, key: str = "k1", **data: str) -> Outbound:
    return Outbound(key, stage.openid(), means, "您好", {**DATA, **data})


def refusal(call: Callable[[], object]) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        call()
    return caught.value


def test_customer_messages_and_their_window(stage: Stage, channel: WeChatChannel) -> None:
    message = outbound(stage, Means.CUSTOMER_MESSAGE)
    assert refusal(lambda: channel.send(message)).action is Action.WINDOW
    stage.act("follow")
    for _ in range(3):
        channel.send(message)
    assert refusal(lambda: channel.send(message)).code == 45047
    assert [one["text"] for one in stage.screen() if one["side"] == "account"] == ["您好"] * 3


def test_a_template_message_goes_once_per_key(stage: Stage, channel: WeChatChannel) -> None:
    stage.act("follow")
    message = outbound(stage, Means.TEMPLATE, purpose="referral", url="https://example.invalid/p")
    first, again = channel.send(message), channel.send(message)
    assert first == again and first.message_id
    stage.settle()
    assert [one["MsgID"] for one in stage.product.events("TEMPLATESENDJOBFINISH")] == [first.message_id]
    (notice,) = [one for one in stage.screen() if one["kind"] == "notice"]
    assert notice["values"][0][1].endswith("…") and len(notice["values"][0][1]) == 20


def test_a_notice_needs_consent(stage: Stage, channel: WeChatChannel) -> None:
    message = outbound(stage, Means.SUBSCRIPTION, purpose="fair")
    assert refusal(lambda: channel.send(message)).action is Action.REFUSED
    stage.act("consent", template=channel.notices["fair"].template_id, accept=True)
    assert channel.send(message).message_id
    assert refusal(lambda: channel.send(message)).code == 43101


def test_a_mass_send_repeated_under_its_key_is_the_same_job(stage: Stage, channel: WeChatChannel) -> None:
    openids = stage.client.post("/people", json={"count": 3}).get_json()["openids"]
    first = channel.send_mass(openids, "通知", "broadcast-1")
    assert channel.send_mass(openids, "通知", "broadcast-1") == first
    stage.settle()
    assert stage.client.get("/received").get_json()["mass"] == {"people": 3, "messages": 3, "doubled": 0}


def test_strangers_are_found_among_followers(stage: Stage, channel: WeChatChannel) -> None:
    followers = stage.client.post("/people", json={"count": 205}).get_json()["openids"]
    asked = [*followers[:150], "o-of-another-account", *followers[150:], "o-of-a-third"]
    assert refusal(lambda: channel.send_mass(asked, "通知", "broadcast-2")).action is Action.UNFOLLOWED
    assert channel.strangers(asked) == {"o-of-another-account", "o-of-a-third"}
    assert channel.strangers(followers) == set()


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        ("busy", Action.RETRY),
        ("window", Action.WINDOW),
        ("gone", Action.WINDOW),
        ("refused", Action.REFUSED),
    ],
)
def test_weather_is_understood(stage: Stage, channel: WeChatChannel, kind: str, action: Action) -> None:
    stage.act("follow")
    stage.act("text", text="在吗")
    stage.weather(kind)
    assert refusal(lambda: channel.send(outbound(stage, Means.CUSTOMER_MESSAGE))).action is action
    assert stage.violations() == {}


def test_an_expired_token_is_renewed_once_and_the_message_goes(stage: Stage, channel: WeChatChannel) -> None:
    stage.act("follow")
    stage.weather("expired")
    channel.send(outbound(stage, Means.CUSTOMER_MESSAGE))
    assert stage.app.extensions["sandbox"].tokens.issued == 2
    stage.clock.advance(timedelta(days=1))
    assert refusal(lambda: channel.send(outbound(stage, Means.CUSTOMER_MESSAGE))).code == 45015
    assert stage.app.extensions["sandbox"].tokens.issued == 3


def test_setting_up_the_account(stage: Stage, api: WeChatApi) -> None:
    admin = WeChatAdmin(api)
    assert admin.menu() == []
    admin.publish_menu([{"type": "click", "name": "找工作", "key": "find"}])
    assert admin.menu()[0]["name"] == "找工作"
    code = admin.scene_code("station-03")
    assert (code.scene, code.lasts) == ("station-03", None)
    stage.act("scan", scene="station-03")
    assert admin.follower(stage.openid()).scene == "station-03"
    assert list(admin.follower_ids()) == [stage.openid()]
    tag = admin.create_tag("司机")
    admin.tag_people(tag.tag_id, [stage.openid()])
    assert [(one.name, one.count) for one in admin.tags() if one.tag_id == tag.tag_id] == [("司机", 1)]
    assert next(admin.followers([stage.openid()])).tag_ids == (tag.tag_id,)
    assert admin.callback_addresses() == ["127.0.0.1"]
    assert stage.violations() == {}


def test_the_demos_template_ids_are_the_stand_ins(stage: Stage, api: WeChatApi) -> None:
    forms = template_forms.load(template_forms.SANDBOX_FILE)
    admin = WeChatAdmin(api)
    for listed, used in ((admin.templates(), forms.templates), (admin.notice_templates(), forms.notices)):
        contents = {one.template_id: one.content for one in listed}
        for form in used.values():
            assert all(f"{{{{{name}.DATA}}}}" in contents[form.template_id] for name in form.fields)


def test_the_consoles_menu_stands_on_the_account(sqlite: Database, channel: WeChatChannel) -> None:
    rt = create_runtime(sqlite, channel=channel)
    lower = (Entry("我的资料", "mine"), Entry("县局网站", url="https://example.invalid/"))
    menus.keep(rt, (Entry("找工作", "matches"), Entry("服务", below=lower)), "管")
    assert menus.on_account(rt) == ("找工作、服务（我的资料、县局网站）", "")
    assert menus.publish(rt)[1].below == lower
