"""A channel that sends nothing and keeps what it was given: for the terminal and for played dialogues."""

from channels.base import Outbound, Receipt


class Recorder:
    """Keeps every outbound message until it is taken."""

    def __init__(self) -> None:
        self._sent: list[Outbound] = []

    def send(self, outbound: Outbound) -> Receipt:
        """Keeps the message; never refuses."""
        self._sent.append(outbound)
        return Receipt()

    def take(self) -> list[Outbound]:
        """What was sent since the last look, in order."""
        taken, self._sent = self._sent, []
        return taken
