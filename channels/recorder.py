"""A channel that sends nothing and keeps what it was given: for the terminal and for played dialogues."""

from collections.abc import Mapping, Sequence
from typing import Any

from channels.base import ChannelError, Means, Outbound, Receipt


class Recorder:
    """Keeps every outbound message until it is taken."""

    def __init__(self) -> None:
        self._sent: list[Outbound] = []

    def send(self, outbound: Outbound) -> Receipt:
        """Keeps the message; never refuses."""
        self._sent.append(outbound)
        return Receipt()

    def send_mass(self, openids: Sequence[str], text: str, key: str) -> Receipt:
        """Keeps one message a person."""
        self._sent.extend(Outbound(key, openid, Means.MASS, text) for openid in openids)
        return Receipt(key)

    def strangers(self, openids: Sequence[str]) -> set[str]:
        """Nobody: everyone is at the terminal."""
        return set()

    def scene_code(self, scene: str) -> str:
        """There is nothing to scan at a terminal."""
        raise ChannelError(0, "终端里没有二维码", permanent=True)

    def menu(self) -> Sequence[dict[str, Any]]:
        """A terminal has no menu."""
        return ()

    def publish_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        """A terminal has no menu."""
        raise ChannelError(0, "终端里没有菜单", permanent=True)

    def take(self) -> list[Outbound]:
        """What was sent since the last look, in order."""
        taken, self._sent = self._sent, []
        return taken
