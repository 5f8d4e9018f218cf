"""The official account as a channel: customer messages, template messages, subscription notices, mass sends."""

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from wechatpy import WeChatClient

from channels.base import Action, ChannelError, Means, Outbound, Receipt
from channels.wechat_account import Account, Capability
from channels.wechat_admin import WeChatAdmin
from channels.wechat_api import WeChatApi
from channels.wechat_callback import fit

logger = logging.getLogger(__name__)

MASS_LEAST: Final = 2
MASS_MOST: Final = 10_000
ASKED_AT_ONCE: Final = 100
# Characters a template field takes, by the kind its name begins with (wechat-facts §3.3); others are left alone.
FIELD_CHARS: Final[Mapping[str, int]] = {
    "thing": 20,
    "number": 32,
    "letter": 32,
    "symbol": 5,
    "character_string": 32,
    "phone_number": 17,
    "car_number": 8,
    "name": 10,
    "phrase": 5,
}
_NEEDS: Final[Mapping[Means, Capability]] = {
    Means.CUSTOMER_MESSAGE: Capability.CUSTOMER_MESSAGE,
    Means.TEMPLATE: Capability.TEMPLATE,
    Means.SUBSCRIPTION: Capability.SUBSCRIPTION,
}
_KIND: Final = re.compile(r"([a-z_]+?)_?\d*$")
_BLANK: Final = re.compile(r"[\s\x00-\x1f]+")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
# Template fields show emoji as boxes.
_EMOJI: Final = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]")


@dataclass(frozen=True, slots=True)
class TemplateForm:
    """One template of the account: its number, and for each of its fields the name in `Outbound.data`.

    The name "text" stands for the text of the message.
    """

    template_id: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WeChatChannel:
    """Sends over the platform's API; implements channels.base.Channel.

    `templates` and `notices` are the forms for template messages and subscription notices by purpose
    (`Outbound.data["purpose"]`); `Outbound.data["url"]` is the page either opens.
    """

    api: WeChatApi
    account: Account
    templates: Mapping[str, TemplateForm] = field(default_factory=dict)
    notices: Mapping[str, TemplateForm] = field(default_factory=dict)

    def send(self, outbound: Outbound) -> Receipt:
        """Sends one message by the means it names; raises ChannelError."""
        needed = _NEEDS.get(outbound.means)
        if needed is None:
            raise _own("这种方式不能发给一个人")
        if not self.account.can(needed):
            raise _own(self.account.lack(needed), Action.ALERT)
        match outbound.means:
            case Means.TEMPLATE:
                return self._template(outbound)
            case Means.SUBSCRIPTION:
                return self._notice(outbound)
            case _:
                return self._customer_message(outbound)

    def send_mass(self, openids: Sequence[str], text: str, key: str) -> Receipt:
        """One text to 2 to 10,000 people as one job; repeating it under the same key sends nothing twice.

        Raises ChannelError; who got it is never told, only counts, in MASSSENDJOBFINISH.
        """
        self._require(Capability.MASS_BY_PERSON)
        if not MASS_LEAST <= len(openids) <= MASS_MOST:
            raise _own("群发的收件人要在 2 到 10000 人之间")
        return self._mass("message/mass/send", {"touser": list(openids)}, text, key)

    def send_mass_to_tag(self, tag_id: int | None, text: str, key: str) -> Receipt:
        """One text to everybody with a tag, or to all followers (None); as `send_mass`."""
        self._require(Capability.MASS)
        everybody = {"is_to_all": tag_id is None}
        return self._mass(
            "message/mass/sendall",
            {"filter": everybody if tag_id is None else everybody | {"tag_id": tag_id}},
            text,
            key,
        )

    def strangers(self, openids: Sequence[str]) -> set[str]:
        """Those who do not follow, asked in hundreds. One identity of another account fails the whole question: it is
        halved until the one is alone.
        """
        asked, found = list(openids), set()
        parts = [asked[start : start + ASKED_AT_ONCE] for start in range(0, len(asked), ASKED_AT_ONCE)]
        while parts:
            part = parts.pop()
            try:
                known = self.api.call(partial(_get_batch, part))
            except ChannelError as error:
                if error.action is not Action.UNFOLLOWED:
                    raise
                half = len(part) // 2
                parts.extend([part[:half], part[half:]] if half else [])
                found.update([] if half else part)
                continue
            found.update(one["openid"] for one in known if not one.get("subscribe"))
        return found

    def scene_code(self, scene: str) -> str:
        """What a lasting code for this scene must say; raises ChannelError."""
        self._require(Capability.SCENE_CODE)
        return WeChatAdmin(self.api).scene_code(scene).content

    def menu(self) -> Sequence[dict[str, Any]]:
        """The account's menu as it stands; raises ChannelError."""
        return WeChatAdmin(self.api).menu()

    def publish_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        """Replaces the account's menu; raises ChannelError."""
        WeChatAdmin(self.api).publish_menu(buttons)

    def _customer_message(self, outbound: Outbound) -> Receipt:
        if not outbound.text.strip():
            raise _own("消息是空的")
        self.api.call(lambda client: client.message.send_text(outbound.recipient, fit(outbound.text)))
        return Receipt()

    def _template(self, outbound: Outbound) -> Receipt:
        form = _form(self.templates, outbound)
        data: dict[str, Any] = {
            "touser": outbound.recipient,
            "template_id": form.template_id,
            "data": _filled(form, outbound),
            "client_msg_id": _client_key(outbound.key),
        }
        if outbound.data.get("url"):
            data["url"] = outbound.data["url"]
        # Not client.message.send_template: it has no client_msg_id, the key that keeps a repeat from going twice.
        return _receipt(self.api.post("message/template/send", data))

    def _notice(self, outbound: Outbound) -> Receipt:
        form = _form(self.notices, outbound)
        page = outbound.data.get("url")
        filled = _filled(form, outbound)
        return _receipt(
            self.api.call(
                lambda client: client.message.send_subscribe_message(
                    outbound.recipient, form.template_id, filled, page=page
                )
            )
        )

    def _mass(self, path: str, to: dict[str, Any], text: str, key: str) -> Receipt:
        if not text.strip():
            raise _own("消息是空的")
        # Not client.message.send_mass_text: it filters by the withdrawn group_id.
        job = {"msgtype": "text", "text": {"content": text}, "clientmsgid": _client_key(key)}
        return _receipt(self.api.post(path, to | job))

    def _require(self, capability: Capability) -> None:
        if not self.account.can(capability):
            raise _own(self.account.lack(capability), Action.ALERT)


def _get_batch(openids: list[str], client: WeChatClient) -> Any:
    return client.user.get_batch(openids)


def fit_field(name: str, value: str) -> str:
    """`value` as the template field `name` takes it: one line, no emoji, cut to its kind's length, never empty."""
    line = _BLANK.sub(" ", _EMOJI.sub("", value)).strip()
    match = _KIND.match(name)
    kind = match.group(1) if match else ""
    limit = FIELD_CHARS.get(kind, 200)
    if kind == "phrase":  # Chinese characters and nothing else: not even the sign that something was cut
        return "".join(_HAN.findall(line))[:limit] or "无"
    return (line if len(line) <= limit else line[: limit - 1] + "…") or "无"


def _form(forms: Mapping[str, TemplateForm], outbound: Outbound) -> TemplateForm:
    form = forms.get(outbound.data.get("purpose", ""))
    if form is None:
        raise _own("这种通知还没有设置模板", Action.ALERT)
    return form


def _filled(form: TemplateForm, outbound: Outbound) -> dict[str, dict[str, str]]:
    known = {**outbound.data, "text": outbound.text}
    return {name: {"value": fit_field(name, known.get(source, ""))} for name, source in form.fields.items()}


def _client_key(key: str) -> str:
    """Our key in the length the platform takes."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _receipt(answer: Mapping[str, Any]) -> Receipt:
    return Receipt(str(answer.get("msg_id") or answer.get("msgid") or ""))


def _own(meaning: str, action: Action = Action.DROP) -> ChannelError:
    return ChannelError(0, meaning, permanent=True, action=action)
