"""The processes of an installation, and where they stand: on three hosts with PostgreSQL, or on one with SQLite."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url

from bench.operation import network
from bench.outbox.rate import ROOT, StandIn
from tests.functional.server import environment, free_port
from tests.functional.webhook.pushes import Platform
from tests.postgres import PostgresServer

PORT = 8000
PYTHON = sys.executable
WEB = [PYTHON, "-m", "gunicorn", "--workers", "1", "--log-level", "critical", "--no-control-socket"]
WEBS, SCHEDULERS, WORKERS = 3, 2, 4


def started(name: str) -> list[str]:
    """The command of a process as the Procfile starts it."""
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    before, _, words = lines[name].partition("laobing ")
    return [*before.split(), PYTHON, "-m", "app.cli", *words.split()]


@dataclass
class Crew:
    """Processes by name; whoever is killed is started anew."""

    env: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    commands: dict[str, Sequence[str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, name: str, command: Sequence[str]) -> None:
        self.commands[name] = command
        self.running[name] = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(self.env),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        """As a power cut does, the process and its children; another one takes its place."""
        with self.lock:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running[name].pid, signal.SIGKILL)
            self.running[name].wait(60)  # a process killed while the disk has it ends when the disk lets go
            self.start(name, self.commands[name])

    def stop(self) -> None:
        for one in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGTERM)
        for one in self.running.values():
            try:
                one.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(one.pid, signal.SIGKILL)


@dataclass(frozen=True)
class Site:
    """Where an installation stands. `env`: for its processes; `url`: the database as we reach it; `on`: the words that
    put a command on the host of that number; `cut`, `restart`: the lines to the database, the database itself.
    """

    env: Mapping[str, str]
    url: str
    stand_in: StandIn
    doors: Sequence[tuple[str, int]]
    on: Callable[[int], Sequence[str]]
    cut: Callable[[], None]
    restart: Callable[[], None]

    @contextmanager
    def manned(self) -> Iterator[Crew]:
        """Three web processes, two schedulers, four workers; as soon as people can write to them."""
        crew = Crew(self.env)
        try:
            for place, (address, port) in enumerate(self.doors):
                bind = ("--bind", f"{address}:{port}", "app.web:create_app()")
                crew.start(f"web {place}", [*self.on(place), *WEB, *bind])
            for place in range(SCHEDULERS):
                crew.start(f"scheduler {place}", [*self.on(place), PYTHON, "-m", "app.cli", "scheduler"])
            for place in range(WORKERS):
                command = [PYTHON, "-m", "app.cli", "worker", "--threads", "4"]
                crew.start(f"worker {place}", [*self.on(place), *command])
            for address, port in self.doors:
                wait_for_door(address, port)
            yield crew
        finally:
            crew.stop()


def wait_for_door(address: str, port: int) -> None:
    gives_up = time.monotonic() + 120
    while time.monotonic() < gives_up:
        with contextlib.suppress(OSError), closing(http.client.HTTPConnection(address, port, timeout=30)) as line:
            line.request("GET", "/healthz")
            if line.getresponse().status == 200:
                return
        time.sleep(0.2)
    raise SystemExit("a web process did not start")


def settings_of(folder: Path, platform: Platform, url: str) -> dict[str, str]:
    templates = str(ROOT / "app" / "data" / "sandbox_templates.toml")
    return environment(folder, platform, WECHAT_TEMPLATES=templates, DATABASE_URL=url)


@contextmanager
def three_hosts(server: PostgresServer, folder: Path, platform: Platform) -> Iterator[Site]:
    """Network namespaces; the database and the platform are reached through relays, which can be cut."""
    with server.database("hosts") as url, network.hosts() as hosts:
        line = network.Relay(f"{make_url(url).query['host']}/.s.PGSQL.5432")
        there = make_url(url).set(host=network.HERE, port=line.port, query={}).render_as_string(hide_password=False)
        stand_in = StandIn(settings_of(folder, platform, there))
        api = network.Relay(("127.0.0.1", stand_in.api))
        env = stand_in.env | {"LAOBING_WECHAT_API_BASE": f"http://{network.HERE}:{api.port}"}
        names, doors = list(hosts), [(address, PORT) for address in hosts.values()]
        try:
            yield Site(env, url, stand_in, doors, lambda n: network.on(names[n % 3], []), line.cut, server.restart)
        finally:
            line.close()
            api.close()
            stand_in.close()


@contextmanager
def one_host(folder: Path, platform: Platform) -> Iterator[Site]:
    """This machine and a SQLite file; there is no line to cut and nothing to restart."""
    url = f"sqlite:///{folder / 'laobing.db'}"
    stand_in = StandIn(settings_of(folder, platform, url))
    doors = [("127.0.0.1", free_port()) for _ in range(WEBS)]
    try:
        yield Site(stand_in.env, url, stand_in, doors, lambda _: (), lambda: None, lambda: None)
    finally:
        stand_in.close()
