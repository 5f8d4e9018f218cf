"""Short messages: what an operator's driver has to be, the channel that uses it, and a driver that writes a file.

The platform is tried first; a short message is for whom it cannot reach. An operator is plugged in by settings
(LAOBING_SMS); its driver is any object with the methods of `SmsDriver`.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from channels.base import Channel, ChannelError, Means, Outbound, Receipt

MOST_CHARS: Final = 500
"""Of a whole message with its signature, as operators take them; longer ones are refused."""


class SmsDriver(Protocol):
    """An operator's way of taking short messages."""

    def send(self, phone: str, text: str, key: str) -> str:
        """Hands one over and answers the operator's number for it. `key` is the same when it is tried again.

        Raises ChannelError and nothing else: permanent for a number or text that will never be taken.
        """
        ...

    def check(self) -> str:
        """What is wrong with the set-up, in Chinese; "" = nothing."""
        ...


@dataclass(frozen=True, slots=True)
class FileDriver:
    """Writes each message as a JSON line into a file, for offices that send them by hand or by another program."""

    path: Path
    _one: threading.Lock = field(default_factory=threading.Lock)

    def send(self, phone: str, text: str, key: str) -> str:
        """Appends a line; who sends by hand skips a key they have seen."""
        line = json.dumps({"key": key, "phone": phone, "text": text}, ensure_ascii=False)
        try:
            with self._one, self.path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError:
            raise ChannelError(0, "短信文件写不进去", permanent=False, retry_after=60) from None
        return key

    def check(self) -> str:
        """Whether the file can be written."""
        try:
            with self.path.open("a", encoding="utf-8"):
                return ""
        except OSError:
            return f"短信文件写不进去：{self.path}"


@dataclass(frozen=True, slots=True)
class WithSms:
    """The account's channel, and short messages beside it; implements channels.base.Channel.

    `sign`: the approved signature every message begins with.
    """

    account: Channel
    driver: SmsDriver
    sign: str

    def send(self, outbound: Outbound) -> Receipt:
        """By the driver if it is a short message, else by the account."""
        if outbound.means is not Means.SMS:
            return self.account.send(outbound)
        text = f"【{self.sign}】{outbound.text}"
        if not outbound.recipient or len(text) > MOST_CHARS:
            raise ChannelError(0, "没有号码，或短信太长", permanent=True)
        return Receipt(self.driver.send(outbound.recipient, text, outbound.key)[:64])

    def send_mass(self, openids: Sequence[str], text: str, key: str) -> Receipt:
        """As the account does."""
        return self.account.send_mass(openids, text, key)

    def strangers(self, openids: Sequence[str]) -> set[str]:
        """As the account does."""
        return self.account.strangers(openids)

    def scene_code(self, scene: str) -> str:
        """As the account does."""
        return self.account.scene_code(scene)

    def menu(self) -> Sequence[dict[str, Any]]:
        """As the account does."""
        return self.account.menu()

    def publish_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        """As the account does."""
        self.account.publish_menu(buttons)
