"""What staff and the operator set up at the platform: menu, tags, codes with a scene, template lists, user info."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from wechatpy import WeChatClient

from channels.base import Action, ChannelError
from channels.wechat_api import WeChatApi

TAGGED_AT_ONCE: Final = 50
ASKED_AT_ONCE: Final = 100
TAG_NAME_BYTES: Final = 30
SCENE_CHARS: Final = 64
LONGEST_CODE: Final = timedelta(days=30)
CODE_IMAGE: Final = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket="


@dataclass(frozen=True, slots=True)
class Follower:
    """What the platform still tells of a person: no name and no picture since 2021 (wechat-facts §6)."""

    openid: str
    following: bool
    followed_at: datetime | None
    scene: str
    tag_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of the account and how many carry it."""

    tag_id: int
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class SceneCode:
    """A QR code whose scan tells us its scene: `content` is what to draw, `image` the platform's own picture of it."""

    scene: str
    content: str
    image: str
    lasts: timedelta | None


@dataclass(frozen=True, slots=True)
class Template:
    """A template in use: its fields stand in `content` as {{thing1.DATA}}."""

    template_id: str
    title: str
    content: str
    example: str


@dataclass(frozen=True, slots=True)
class WeChatAdmin:
    """Set-up calls for one account; every method raises ChannelError."""

    api: WeChatApi

    def publish_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        """Replaces the menu: at most 3 buttons with at most 5 below each, in the platform's own form."""
        self.api.call(lambda client: client.menu.create({"button": list(buttons)}))

    def menu(self) -> list[dict[str, Any]]:
        """The buttons as they stand; empty when there is no menu."""
        answer = self.api.call(lambda client: client.menu.get())
        return list(answer["menu"]["button"]) if answer else []

    def follower(self, openid: str) -> Follower:
        """What the platform tells of one person."""
        return _follower(self.api.call(lambda client: client.user.get(openid)))

    def followers(self, openids: Sequence[str]) -> Iterator[Follower]:
        """The same for many, asked in hundreds."""
        for some in _batches(openids, ASKED_AT_ONCE):
            yield from map(_follower, self.api.call(partial(_get_batch, some)))

    def follower_ids(self) -> Iterator[str]:
        """Everybody who follows, page by page of up to 10,000."""
        after = None
        while True:
            page = self.api.call(partial(_get_followers, after))
            openids = page.get("data", {}).get("openid", [])
            yield from openids
            after = page.get("next_openid")
            if not openids or not after:
                return

    def tags(self) -> list[Tag]:
        """All tags of the account, at most 100."""
        answer = self.api.call(lambda client: client.tag.get())
        return [Tag(int(tag["id"]), str(tag["name"]), int(tag.get("count", 0))) for tag in answer]

    def create_tag(self, name: str) -> Tag:
        """A new tag; its name takes 30 bytes (10 characters)."""
        if not name.strip() or len(name.encode()) > TAG_NAME_BYTES:
            raise _own("标签名要有字，最多 10 个汉字")
        answer = self.api.call(lambda client: client.tag.create(name))
        return Tag(int(answer["id"]), str(answer["name"]), 0)

    def tag_people(self, tag_id: int, openids: Sequence[str]) -> None:
        """Gives the tag to people, fifty a call: wechatpy would send more and be refused."""
        for some in _batches(openids, TAGGED_AT_ONCE):
            self.api.call(partial(_tag_people, tag_id, some))

    def untag_people(self, tag_id: int, openids: Sequence[str]) -> None:
        """Takes the tag from people."""
        for some in _batches(openids, TAGGED_AT_ONCE):
            self.api.call(partial(_untag_people, tag_id, some))

    def scene_code(self, scene: str, lasts: timedelta | None = None) -> SceneCode:
        """A code for printing (`lasts` None: for ever, at most 100,000 an account) or for up to 30 days."""
        if not 1 <= len(scene) <= SCENE_CHARS or (lasts is not None and not timedelta(0) < lasts <= LONGEST_CODE):
            raise _own("二维码的场景要 1 到 64 个字符，有效期最长 30 天")
        wish: dict[str, Any] = {"action_info": {"scene": {"scene_str": scene}}}
        if lasts is None:
            wish["action_name"] = "QR_LIMIT_STR_SCENE"
        else:
            wish |= {"action_name": "QR_STR_SCENE", "expire_seconds": int(lasts.total_seconds())}
        answer = self.api.call(lambda client: client.qrcode.create(wish))
        return SceneCode(scene, str(answer.get("url", "")), CODE_IMAGE + quote(str(answer["ticket"]), safe=""), lasts)

    def templates(self) -> list[Template]:
        """The templates in use for template messages."""
        answer = self.api.call(lambda client: client.template.get_all_private_template())
        return [
            Template(str(entry["template_id"]), entry.get("title", ""), entry["content"], entry.get("example", ""))
            for entry in answer.get("template_list", [])
        ]

    def notice_templates(self) -> list[Template]:
        """The templates in use for subscription notices."""
        answer = self.api.get(f"{self.api.root}/wxaapi/newtmpl/gettemplate")
        return [
            Template(str(entry["priTmplId"]), entry.get("title", ""), entry["content"], entry.get("example", ""))
            for entry in answer.get("data", [])
        ]

    def mass_status(self, message_id: str) -> str:
        """How far a mass send is: SEND_SUCCESS, SENDING, SEND_FAIL or DELETE."""
        answer = self.api.call(lambda client: client.message.get_mass(message_id))
        return str(answer.get("msg_status", ""))

    def callback_addresses(self) -> list[str]:
        """The addresses the platform pushes from; the cheapest call that proves our credentials."""
        return list(self.api.call(lambda client: client.misc.get_wechat_ips()))


# Calls made in a loop; a lambda there would hold the loop's variable, not its value.
def _get_batch(openids: list[str], client: WeChatClient) -> Any:
    return client.user.get_batch(openids)


def _get_followers(after: str | None, client: WeChatClient) -> Any:
    return client.user.get_followers(after)


def _tag_people(tag_id: int, openids: list[str], client: WeChatClient) -> Any:
    return client.tag.tag_user(tag_id, openids)


def _untag_people(tag_id: int, openids: list[str], client: WeChatClient) -> Any:
    return client.tag.untag_user(tag_id, openids)


def _follower(answer: Mapping[str, Any]) -> Follower:
    moment = answer.get("subscribe_time")
    return Follower(
        openid=str(answer.get("openid", "")),
        following=bool(answer.get("subscribe")),
        followed_at=datetime.fromtimestamp(int(moment), UTC) if moment else None,
        scene=str(answer.get("qr_scene_str") or answer.get("qr_scene") or ""),
        tag_ids=tuple(map(int, answer.get("tagid_list", []))),
    )


def _batches(openids: Sequence[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(openids), size):
        yield list(openids[start : start + size])


def _own(meaning: str) -> ChannelError:
    return ChannelError(0, meaning, permanent=True, action=Action.DROP)
