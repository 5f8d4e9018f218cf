"""Real server processes of ours on the loopback, for tests and benches that need one; stopped by their own id."""

import base64
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.functional.webhook.pushes import Platform

ROOT = Path(__file__).resolve().parent.parent.parent
STARTED_WITHIN = 60.0


def environment(folder: Path, platform: Platform, **settings: str) -> dict[str, str]:
    """Settings of an installation with its own database in `folder`, talking to the test's platform."""
    ours = {
        "DATABASE_URL": f"sqlite:///{folder / 'laobing.db'}",
        "SECRET_KEY": "s" * 40,
        "DATA_KEY": base64.b64encode(b"k" * 32).decode(),
        "WECHAT_APP_ID": platform.app_id,
        "WECHAT_APP_SECRET": "invented-app-secret",
        "WECHAT_TOKEN": platform.token,
        "WECHAT_AES_KEY": platform.key,
        "WECHAT_MODE": platform.mode,
        "WECHAT_API_BASE": "http://127.0.0.1:9",
    }
    mine = {f"LAOBING_{name}": value for name, value in (ours | settings).items()}
    # One numeric thread: workers share the cores, and pools would fight over them.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LAOBING_")}
    return kept | mine | {"OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}


def prepare(env: Mapping[str, str]) -> None:
    """The database of an installation, up to date."""
    subprocess.run([sys.executable, "-m", "app.cli", "migrate"], cwd=ROOT, env=env, check=True, capture_output=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def exchange(port: int, sent: bytes, timeout: float = 30.0) -> bytes:
    """One request over one connection; the whole response as it came."""
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        connection.sendall(sent)
        pieces = []
        while piece := connection.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


@dataclass
class Server:
    """One server process and its children, in a process group of their own."""

    command: Sequence[str]
    env: Mapping[str, str]
    port: int

    @classmethod
    def gunicorn(cls, app: str, env: Mapping[str, str], workers: int) -> Self:
        port = free_port()
        flags = [
            "--workers",
            str(workers),
            "--bind",
            f"127.0.0.1:{port}",
            "--log-level",
            "error",
            "--no-control-socket",
        ]
        return cls([sys.executable, "-m", "gunicorn", *flags, app], env, port)

    @classmethod
    def product(cls, env: Mapping[str, str]) -> Self:
        """`laobing serve`: one process."""
        port = free_port()
        listening = {"LAOBING_HOST": "127.0.0.1", "LAOBING_PORT": str(port)}
        return cls([sys.executable, "-m", "app.cli", "serve"], {**env, **listening}, port)

    def __enter__(self) -> Self:
        self._log = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            self.command, cwd=ROOT, env=dict(self.env), stdout=self._log, stderr=self._log, start_new_session=True
        )
        give_up = time.monotonic() + STARTED_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > give_up:
                self.kill()
                raise AssertionError(f"did not start:\n{self.log()}")
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        self._log.close()

    def kill(self) -> None:
        """As a power cut does: no clean-up of any kind."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)

    def workers(self) -> dict[str, int]:
        """The numbers of the processes that answer: the children of the one that was started."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return {f"web {place}": int(number) for place, number in enumerate(children, 1)}

    def log(self) -> str:
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")[-4000:]

    def _answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
            connection.request("GET", "/healthz")
            found = connection.getresponse().status == 200
            connection.close()
        except OSError:
            return False
        return found
