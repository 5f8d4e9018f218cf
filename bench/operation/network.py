"""Three hosts on one machine: network namespaces on a bridge, and relays to what listens elsewhere. Needs root."""

import contextlib
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

BRIDGE = "laobing0"
HERE = "10.77.0.1"
HOSTS = {f"laobing{number}": f"10.77.0.1{number}" for number in (1, 2, 3)}


def missing() -> str:
    """Why there can be no hosts here, or ""."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    return "" if shutil.which("ip") else "the program `ip` is missing (apt-get install iproute2)"


@contextmanager
def hosts() -> Iterator[dict[str, str]]:
    """The hosts with their addresses, taken away at the end."""
    _clear()
    try:
        _ip("link", "add", BRIDGE, "type", "bridge")
        _ip("addr", "add", f"{HERE}/24", "dev", BRIDGE)
        _ip("link", "set", BRIDGE, "up")
        for name, address in HOSTS.items():
            inner = ("netns", "exec", name, "ip")
            _ip("netns", "add", name)
            _ip("link", "add", f"v-{name}", "type", "veth", "peer", "name", "eth0", "netns", name)
            _ip("link", "set", f"v-{name}", "master", BRIDGE, "up")
            _ip(*inner, "addr", "add", f"{address}/24", "dev", "eth0")
            _ip(*inner, "link", "set", "eth0", "up")
            _ip(*inner, "link", "set", "lo", "up")
        yield HOSTS
    finally:
        _clear()


def on(host: str, command: Sequence[str]) -> list[str]:
    """The command as it runs on a host."""
    return ["ip", "netns", "exec", host, *command]


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


def _clear() -> None:
    for name in HOSTS:
        subprocess.run(["ip", "netns", "del", name], check=False, stderr=subprocess.DEVNULL)
    subprocess.run(["ip", "link", "del", BRIDGE], check=False, stderr=subprocess.DEVNULL)


@dataclass
class Relay:
    """Passes connections on to where `target` leads; `cut` breaks all that are open."""

    target: str | tuple[str, int]
    lines: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.door = socket.create_server((HERE, 0))
        self.port = int(self.door.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        for line in self.lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self.lines.clear()

    def close(self) -> None:
        self.door.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.door.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX if isinstance(self.target, str) else socket.AF_INET)
            try:
                far.connect(self.target)
            except OSError:
                near.close()
                continue
            self.lines += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := one.recv(65536):
            other.sendall(piece)
    for end in (one, other):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
