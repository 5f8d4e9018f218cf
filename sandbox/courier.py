"""Carries messages to the product over real HTTP, waits as long as the platform does, and shows what came back."""

import http.client
import logging
import secrets
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from sandbox.crypto import Sealer, signature
from sandbox.people import Person
from sandbox.wire import BadAnswer, Field, Passive, Reader, push, write
from sandbox.world import World

# The line the real WeChat shows when an account does not answer, or answers with nonsense.
TROUBLE: Final = "该公众号暂时无法提供服务，请稍后再试"
_MOST_BYTES: Final = 1 << 20
_WORKERS: Final = 4
_COPIES: Final = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one delivery ended. `state`: reply, nothing, bad (a wrong answer) or silence (none in time)."""

    state: str
    reply: Passive | None = None
    why: str = ""
    milliseconds: int = 0


class Courier:
    """Signs, seals, posts and reads; repeats a message that was not answered in time."""

    def __init__(self, world: World) -> None:
        settings = world.settings
        self._world = world
        self._sealer = Sealer(settings.aes_key, settings.app_id) if settings.mode != "plain" else None
        self._reader = Reader(settings.mode, settings.token, self._sealer, world.account_id)
        self._url = urllib.parse.urlsplit(settings.callback_url)
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="sandbox")
        self._closing = threading.Event()
        self._idle, self._pending = threading.Condition(), 0
        world.send_event, world.in_background = self.later, self.in_background

    def close(self) -> None:
        """Ends the workers; events not yet delivered are lost, as a stand-in may."""
        self._closing.set()
        self._workers.shutdown(wait=True, cancel_futures=True)

    def message(self, person: Person, content: Mapping[str, Field]) -> dict[str, Field]:
        """A full inbound message of this person: the content with sender, receiver, time (and, if no event, number)."""
        fields: dict[str, Field] = {
            "ToUserName": self._world.account_id,
            "FromUserName": person.openid,
            "CreateTime": int(self._world.now().timestamp()),
            **content,
        }
        if content["MsgType"] != "event":
            fields["MsgId"] = self._world.number()
        person.last_message = fields
        return fields

    def carry(self, person: Person, fields: Mapping[str, Field]) -> list[dict[str, Any]]:
        """Delivers one message and returns what appeared on the person's screen for it.

        Under the weather it goes late, or three times at once; the screen shows one answer however often
        it came.
        """
        with self._world.lock:
            late, triple = self._world.sky.strikes("late"), self._world.sky.strikes("triple")
        if late is not None:
            self._closing.wait(late.seconds)
        copies = _COPIES if triple is not None else 1
        with ThreadPoolExecutor(copies) as pool:
            outcomes = list(pool.map(lambda _: self._until_answered(fields), range(copies)))
        return self._show(person, outcomes, str(fields.get("Event", "")))

    def verify(self) -> str:
        """The console's check of the callback address; empty when it passed, else what is wrong with it."""
        stamp, nonce, echo = str(self._world.clock.stamp()), secrets.token_hex(8), secrets.token_hex(10)
        query = {
            "signature": signature(self._world.settings.token, stamp, nonce),
            "timestamp": stamp,
            "nonce": nonce,
            "echostr": echo,
        }
        try:
            status, body = self._ask("GET", query, "")
        except (OSError, http.client.HTTPException) as error:
            return f"没有回应（{type(error).__name__}）"
        if status != 200 or body != echo.encode():
            return f"没有原样返回 echostr（HTTP {status}）"
        return ""

    def redeliver(self, person: Person) -> list[dict[str, Any]]:
        """The person's last message once more (same number), as after a lost answer; ValueError if there is none."""
        fields = person.last_message
        if fields is None:
            raise ValueError("还没有发过消息")
        return self._show(person, [self._until_answered(fields)], str(fields.get("Event", "")))

    def later(self, openid: str, content: Mapping[str, Any]) -> None:
        """Delivers an event of the platform's own (a receipt) in the background."""
        fields: dict[str, Field] = {
            "ToUserName": self._world.account_id,
            "FromUserName": openid,
            "CreateTime": int(self._world.now().timestamp()),
            "MsgType": "event",
            **content,
        }
        self.in_background(lambda: self._until_answered(fields))

    def in_background(self, work: Callable[[], object]) -> None:
        """Runs a piece of work on one of the stand-in's own threads."""
        with self._idle:
            if self._closing.is_set():
                return
            self._pending += 1
        try:
            self._workers.submit(self._run, work)
        except RuntimeError:  # the interpreter is on its way out: nobody is left to tell
            self._closing.set()

    def _run(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:
            logging.getLogger(__name__).exception("background work of the stand-in")
        finally:
            with self._idle:
                self._pending -= 1
                self._idle.notify_all()

    def settle(self, seconds: float = 60.0) -> bool:
        """Waits until receipts and mass sends under way are done; False when they are not in time."""
        with self._idle:
            return self._idle.wait_for(lambda: self._pending == 0, seconds)

    def _until_answered(self, fields: Mapping[str, Field]) -> Outcome:
        settings = self._world.settings
        outcome = Outcome("silence")
        for attempt in range(1 + settings.redeliveries):
            started = time.monotonic()
            outcome = self._deliver(fields, attempt)
            if outcome.state != "silence" or self._closing.is_set():
                break
            if time.monotonic() - started < settings.answer_seconds:  # refused at once: give it time to come up
                self._closing.wait(settings.pause_seconds)
        return outcome

    def _deliver(self, fields: Mapping[str, Field], attempt: int) -> Outcome:
        settings = self._world.settings
        stamp = (self._world.clock.stamp(), secrets.token_hex(8))
        sent = push(fields, settings.mode, settings.token, self._sealer, stamp)
        started = time.monotonic()
        status, body, clear = 0, b"", ""
        try:
            status, body = self._ask("POST", sent.query, sent.body)
            took = time.monotonic() - started
            if took > settings.answer_seconds:
                outcome = Outcome("silence", why="超过 5 秒才回")
            elif status != 200:
                outcome = Outcome("bad", why=f"HTTP {status}")
            else:
                to_event = fields["MsgType"] == "event"
                reply, clear = self._reader.read(body, str(fields["FromUserName"]), to_event=to_event)
                outcome = Outcome("reply" if reply else "nothing", reply, milliseconds=int(took * 1000))
        except BadAnswer as error:
            outcome = Outcome("bad", why=str(error))
        except (OSError, http.client.HTTPException) as error:
            outcome = Outcome("silence", why=f"没有回应（{type(error).__name__}）")
        ms = int((time.monotonic() - started) * 1000)
        request = f"POST ?{urllib.parse.urlencode(sent.query)}\n{sent.body}"
        if sent.body != write(fields):
            request += f"\n\n── 解密后 ──\n{write(fields)}"
        answer = f"HTTP {status}\n{body.decode(errors='replace')}"
        if clear and clear.encode() != body:
            answer += f"\n\n── 解密后 ──\n{clear}"
        self._note(fields, attempt, outcome, (request, answer), ms)
        return outcome

    def _note(
        self, fields: Mapping[str, Field], attempt: int, outcome: Outcome, exchange: tuple[str, str], ms: int
    ) -> None:
        world = self._world
        title = str(fields.get("Event") or fields["MsgType"]) + (f"（第 {attempt + 1} 次）" if attempt else "")
        words = {"reply": "有回复", "nothing": "success", "bad": "回复有误：", "silence": "没等到："}
        at = world.now().isoformat(timespec="milliseconds")
        with world.lock:
            verdict = words[outcome.state] + outcome.why
            world.traffic.note(at, "push", title, exchange=exchange, verdict=verdict, ms=ms)
            if outcome.state in ("bad", "silence"):
                world.traffic.violate(at, f"answer_{outcome.state}", f"{title} {outcome.why}")

    def _ask(self, method: str, query: Mapping[str, str], body: str) -> tuple[int, bytes]:
        url, seconds = self._url, self._world.settings.answer_seconds
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.netloc, timeout=seconds)
        path = (url.path or "/") + "?" + "&".join(filter(None, [url.query, urllib.parse.urlencode(query)]))
        try:
            headers = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"}
            connection.request(method, path, body.encode(), headers)
            response = connection.getresponse()
            return response.status, response.read(_MOST_BYTES)
        finally:
            connection.close()

    def _show(self, person: Person, outcomes: list[Outcome], event: str) -> list[dict[str, Any]]:
        replies = [one.reply for one in outcomes if one.reply is not None]
        if len(set(map(repr, replies))) > 1:
            with self._world.lock:
                at = self._world.now().isoformat(timespec="milliseconds")
                self._world.traffic.violate(at, "answers_differ", "同一条消息得到了不同的回复")
        if replies:
            return _entries(self._world, person, replies[0])
        # After leaving there is no chat to show anything in; answers to silent events go unseen as well.
        if event != "unsubscribe" and all(one.state in ("bad", "silence") for one in outcomes):
            return [self._world.show(person, "system", "trouble", text=TROUBLE, why=outcomes[0].why)]
        return []


def _entries(world: World, person: Person, reply: Passive) -> list[dict[str, Any]]:
    if reply.kind == "transfer_customer_service":
        return [world.show(person, "system", "transfer", text="已转接人工客服")]
    if reply.kind == "news":
        items = [dict(one) for one in reply.items]
        return [world.show(person, "account", "news", via="passive", items=items)]
    kind = "text" if reply.kind == "text" else "media"
    return [world.show(person, "account", kind, via="passive", text=reply.text or reply.kind)]
