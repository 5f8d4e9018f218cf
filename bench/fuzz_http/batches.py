"""Batches: the same requests for the same number, each on a county of its own."""

import logging
import os
import random
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from argon2 import profiles

from bench.fuzz_http.fuzzer import Fuzzer
from bench.fuzz_http.pushes import WECHAT
from bench.fuzz_http.request import Request, Result
from bench.fuzz_http.site import Site
from services import accounts, sign_ins
from tests.console import open_county
from tests.postgres import PostgresServer

BATCH = 2_500
#: Nothing here has to outlive a power cut.
QUICK = "/dev/shm" if Path("/dev/shm").is_dir() else None
#: Where the databases are made when it is not SQLite; the processes are forked with it.
SERVER: PostgresServer | None = None


def run_before(ends: float, batch: int) -> Result | None:
    """One batch, unless it is too late to begin one."""
    return run(batch) if time.monotonic() < ends else None


def run(batch: int) -> Result:
    """One batch: the same requests for the same number."""
    # Noise of the packages below about odd headers is no fault of ours; the suite holds warnings to be errors.
    warnings.simplefilter("ignore")
    logging.disable(logging.NOTSET)
    logging.lastResort = None
    # Passwords are dear to check on purpose; here it would be most of the time, and the rest is what is looked at.
    accounts.HASHER._parameters = profiles.CHEAPEST
    sign_ins._NOBODY = accounts.HASHER.hash("")
    chance, result = random.Random(batch), Result(batch)
    with (
        drawn_keys(batch),
        databases(batch) as where,
        TemporaryDirectory(dir=QUICK) as folder,
        open_county(Path(folder), **where) as county,
    ):
        site = Site(county, chance, result)
        fuzzer = Fuzzer(site, chance)
        while result.requests < BATCH:
            request = fuzzer.request()
            status, _, headers = site.ask(request)
            if status in (302, 303) and chance.random() < 0.3:
                follow(site, request, headers)
        site.close()
    return result


@contextmanager
def drawn_keys(batch: int) -> Iterator[None]:
    """Keys, tokens and nonces come from the batch's number too: they stand in pages and draw samples."""
    own = os.urandom
    os.urandom = random._urandom = random.Random(f"keys of {batch}").randbytes  # type: ignore[attr-defined]
    try:
        yield
    finally:
        os.urandom = random._urandom = own  # type: ignore[attr-defined]


@contextmanager
def databases(batch: int) -> Iterator[dict[str, str]]:
    """The settings of an installation with a database of its own for this batch."""
    if SERVER is None:
        yield WECHAT
        return
    with SERVER.database(f"fuzz_{batch}") as url:
        yield {**WECHAT, "DATABASE_URL": url}


def follow(site: Site, request: Request, headers: list[tuple[str, str]]) -> None:
    """Where the answer sends the browser, with the cookie it was given: what was done is told there."""
    where = next((value for name, value in headers if name == "Location"), "")
    cookie = next((value.partition(";")[0] for name, value in headers if name == "Set-Cookie"), None)
    path, _, query = where.partition("?")
    if not path.startswith("/") or path.startswith("//"):
        site.result.faults.append(f"sent away to {where[:200]}: {request.short()}")
        return
    site.ask(Request(request.browser, "GET", path, query, cookie=cookie))
