"""The bot's texts in the hands of the bureau: shown as a veteran reads them, changed within bounds, put back.

A text of the bureau's own is filled of what ours is filled of, keeps what ours tells the person (blanks, numbered
answers, words in quotes to send back), and fits one message however it is filled.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import TemplateError, meta, nodes

from models.base import Session
from services import rendering, settings, texts
from services.errors import ServiceError
from services.runtime import Office, Runtime

LONGEST: Final = 600
#: What the law wants to be told; the consent kept refers to its wording.
LOCKED: Final = frozenset({"consent", "erasure"})
_FILE: Final = Path(__file__).resolve().parent / "data" / "text_samples.toml"
_ANSWER: Final = re.compile(r"^\d+[ .、].*$", re.MULTILINE)
_QUOTED: Final = re.compile(r"“[^“”{}]+”")
#: Statements and calls reach for more than the text; products and powers make one of any length.
_REFUSED: Final = (
    *(nodes.Call, nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Macro, nodes.Block),
    *(nodes.Mul, nodes.Pow),
)


class TextRefused(ServiceError):
    """A text that would not do; the message says what to change."""

    def __init__(self, message: str) -> None:
        super().__init__("texts.refused", 400, message)


@dataclass(frozen=True, slots=True)
class Shown:
    """One text: `source` as it is written, `said` as an invented person would read it. `own`: the bureau wrote it."""

    key: str
    source: str
    said: str
    own: bool


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def sample(key: str) -> dict[str, Any]:
    """What a text is filled of when it is shown."""
    kept: dict[str, Any] = _words()["params"].get(key.partition("/")[0], {})
    return kept


def listed(rt: Runtime) -> dict[str, list[Shown]]:
    """Every text under its folder's name."""
    with rt.reading() as session:
        own = texts.own(session)
    found: dict[str, list[Shown]] = {}
    for key in rendering.every_key():
        found.setdefault(_words()["folders"][key.partition("/")[0]], []).append(_shown(rt, key, own))
    return found


def find(rt: Runtime, key: str) -> Shown:
    """The text in force. Raises TextRefused for a key that is none."""
    _known(key)
    with rt.reading() as session:
        return _shown(rt, key, texts.own(session))


def _shown(rt: Runtime, key: str, own: Mapping[str, str]) -> Shown:
    source = own.get(key) or rendering.source(key)
    return Shown(key, source, _filled(rt.office, key, source), key in own)


def blanks(key: str) -> dict[str, str]:
    """What may stand in braces, and what it is."""
    return {name: _words()["blanks"][name] for name in sorted(_names(rendering.source(key)))}


def preview(rt: Runtime, key: str, source: str) -> str:
    """How it would read. Raises TextRefused with what to change."""
    _known(key)
    source = _clean(source)
    _check(key, source)
    for params in _variants(key):
        said = _said(source, {"office": rt.office, **params})
        if said is None:
            if _said(rendering.source(key), {"office": rt.office, **params}) is None:
                continue
            raise TextRefused("大括号里的写法不对，填不出来。照原来那条里的写法写。")
        if len(said) > LONGEST:
            raise TextRefused(f"填上以后有 {len(said)} 个字，一条消息最多 {LONGEST} 个字。请写短一点。")
    said = _filled(rt.office, key, source)
    if not said:
        raise TextRefused("内容是空的。不想改，就点“用回原来的”。")
    return said


def keep(rt: Runtime, key: str, source: str, who: str) -> None:
    """From now on the bot says this. Raises TextRefused."""
    preview(rt, key, source)
    source = _clean(source)
    with rt.transaction() as session:
        own = _latest(session)
        if source == own.get(key, rendering.source(key)):
            raise TextRefused("没有改动。")
        _set(rt, session, own, key, source, who)


def put_back(rt: Runtime, key: str, who: str) -> None:
    """From now on the bot says what we deliver."""
    _known(key)
    with rt.transaction() as session:
        own = _latest(session)
        if key in own:
            _set(rt, session, own, key, None, who)


def _latest(session: Session) -> Mapping[str, str]:
    return settings.latest(session, texts.NAME) or {}


def _set(rt: Runtime, session: Session, own: Mapping[str, str], key: str, source: str | None, who: str) -> None:
    left = {name: text for name, text in own.items() if name != key}
    folder = _words()["folders"][key.partition("/")[0]]
    note = f"{folder} {key}：" + ("用回原来的" if source is None else source)
    now = left if source is None else left | {key: source}
    settings.keep(rt, session, who, texts.NAME, now, note)


def take_back(rt: Runtime, change_id: int, who: str) -> None:
    """Puts back the texts before the latest change. Raises ServiceError."""
    with rt.transaction() as session:
        settings.take_back(rt, session, who, texts.NAME, change_id)


def _known(key: str) -> None:
    if key not in rendering.every_key():
        raise TextRefused("没有这一条话术。")


def _clean(source: str) -> str:
    return source.replace("\r\n", "\n").strip()


def _check(key: str, source: str) -> None:
    if key.partition("/")[0] in LOCKED:
        raise TextRefused("这一条是法律要求的告知，不能改。")
    ours = rendering.source(key)
    try:
        tree = rendering.environment().parse(source)
    except TemplateError:
        raise TextRefused("大括号不成对，或者 {% %} 少了一半。照原来那条里的写法写。") from None
    strange = sorted(meta.find_undeclared_variables(tree) - _names(ours))
    if strange:
        raise TextRefused(
            f"大括号里的 {'、'.join(strange)} 这一条没有。能用的：{'、'.join(sorted(_names(ours))) or '无'}。"
        )
    filters = {one.name for one in tree.find_all(nodes.Filter)} - {"join"}
    if filters or any(tree.find(kind) for kind in _REFUSED if not rendering.environment().parse(ours).find(kind)):
        raise TextRefused("大括号里只能写原来那条里有的，不能写别的式子。")
    lost = [f"{{{{ {name} }}}}（{_words()['blanks'][name]}）" for name in _told(ours) if name not in _names(source)]
    lost += [line for line in _ANSWER.findall(ours) if line not in source]
    lost += [words for words in _QUOTED.findall(ours) if words not in source]
    if lost:
        raise TextRefused(f"少了这些，老兵就看不到、或者不知道回什么了：{'；'.join(dict.fromkeys(lost))}。请补上。")


def _names(source: str) -> set[str]:
    return meta.find_undeclared_variables(rendering.environment().parse(source))


def _told(source: str) -> list[str]:
    """The blanks whose content the person reads, the office's own aside."""
    tree = rendering.environment().parse(source)
    read = {name.name for part in tree.find_all(nodes.Output) for name in part.find_all(nodes.Name)}
    read |= {name.name for loop in tree.find_all(nodes.For) for name in loop.iter.find_all(nodes.Name)}
    return sorted(_names(source) & read - {"office"})


def _variants(key: str) -> Iterator[dict[str, Any]]:
    """The sample, and the sample with each part that may be missing missing, each yes a no."""
    params = sample(key)
    yield params
    for name, value in params.items():
        if isinstance(value, bool):
            yield params | {name: not value}
        elif isinstance(value, list | str):
            yield params | {name: type(value)()}


def _said(source: str, params: Mapping[str, Any]) -> str | None:
    try:
        return rendering.render_own(source, **params)
    except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError):
        return None


def _filled(office: Office, key: str, source: str) -> str:
    return _said(source, {"office": office, **sample(key)}) or ""
