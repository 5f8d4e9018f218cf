"""What an operator's Prometheus reads at /metrics: answers by this installation's web processes, and what is due.

Counts and ages only. Under several web processes PROMETHEUS_MULTIPROC_DIR names the folder in which they add up.
"""

import hmac
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Final

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from app.scheduler import TASKS
from services import backups, nightly, operations
from services.runtime import Runtime

LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
COUNTED: Final = CollectorRegistry()
ANSWERS: Final = Counter("laobing_answers", "Answers by page and status", ["page", "status"], registry=COUNTED)
SECONDS: Final = Histogram("laobing_answer_seconds", "Time to answer", ["page"], buckets=BUCKETS, registry=COUNTED)


class Due(Collector):
    """What stands in the database at the moment of asking: what waits, for how long, and what runs late."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every gauge, read in one go."""
        now = operations.figures(self._rt, (*(task.name for task in TASKS), backups.TASK))
        waiting = GaugeMetricFamily("laobing_outbox_waiting", "Deliveries due and not sent", labels=["lane"])
        oldest = GaugeMetricFamily("laobing_outbox_oldest_seconds", "How long the oldest waits", labels=["lane"])
        for lane in now.lanes:
            waiting.add_metric([lane.name], lane.waiting)
            oldest.add_metric([lane.name], lane.oldest.total_seconds())
        ages = GaugeMetricFamily("laobing_task_age_seconds", "Since a task last ran well", labels=["task"])
        for name, age in now.ages.items():
            ages.add_metric([name], _seconds(age))
        night = GaugeMetricFamily("laobing_night_shards", "Shards of today's matching by night", labels=["state"])
        come = nightly.progress(self._rt)
        for state, count in (("done", come.done), ("waiting", come.shards - come.done)):
            night.add_metric([state], count)
        matched = GaugeMetricFamily("laobing_night_people", "People matched by today's run", come.people)
        yield from (waiting, oldest, ages, night, matched)


def _seconds(age: timedelta | None) -> float:
    return float("nan") if age is None else age.total_seconds()


def count(page: str, status: int, seconds: float) -> None:
    """Counts one answer. By the name of the page, never its address: addresses are signed and personal."""
    answers, took = _counters(page, status)
    answers.inc()
    took.observe(seconds)


@lru_cache(maxsize=1024)  # looking one up takes longer than counting; pages and statuses are few
def _counters(page: str, status: int) -> tuple[Counter, Histogram]:
    return ANSWERS.labels(page, status), SECONDS.labels(page)


def add_metrics(app: Flask, rt: Runtime, token: str) -> None:
    """Counts every answer, and shows the figures to this machine itself or to who has the token."""
    due = CollectorRegistry()
    due.register(Due(rt))

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        now = time.perf_counter()
        count(request.endpoint or "none", response.status_code, now - g.get("begun", now))
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        """The figures, in Prometheus' text form."""
        if not _may_see(token):
            return Response("没有这个页面。", 404, mimetype="text/plain")
        return Response(generate_latest(_counted()) + generate_latest(due), content_type=CONTENT_TYPE_LATEST)


def _counted() -> CollectorRegistry:
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        return COUNTED
    whole = CollectorRegistry()
    MultiProcessCollector(whole, folder)  # type: ignore[no-untyped-call]
    return whole


def _may_see(token: str) -> bool:
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    # A proxy on this machine asks from it too, but says for whom.
    return request.remote_addr in LOOPBACK and "X-Forwarded-For" not in request.headers
