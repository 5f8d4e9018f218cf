"""Checks the data files of the understanding: what is wrong, in which line, and how to mend it, in Chinese."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.nlu.intents import FILE as INTENTS
from bot.nlu.lexicon import KINDS, spellings
from bot.nlu.phrases import FILE as PHRASES
from bot.nlu.text import DATA
from matching.taxonomy import codes

CANONICAL: Final[Mapping[str, frozenset[str]]] = {
    "jobs.toml": frozenset(codes.JOB_CATEGORIES),
    "skills.toml": frozenset(codes.SKILLS),
    "certificates.toml": frozenset(codes.CERTIFICATES),
    "trades.toml": frozenset(codes.MILITARY_TRADES),
}
PHRASE_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "shift_wish": frozenset(codes.SHIFT_WISHES),
    "accommodation_wish": frozenset(codes.ACCOMMODATION_WISHES),
    "willingness": frozenset(codes.WILLINGNESS),
    "employment_status": frozenset(codes.EMPLOYMENT_STATUSES),
    "discharge_type": frozenset(codes.DISCHARGE_TYPES),
}
LINKS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "job_of_skill": (frozenset(codes.SKILLS), frozenset(codes.JOB_CATEGORIES)),
    "skill_of_job": (frozenset(codes.JOB_CATEGORIES), frozenset(codes.SKILLS)),
    "trade_of_skill": (frozenset(codes.SKILLS), frozenset(codes.MILITARY_TRADES)),
    "trade_when_asked": (frozenset(codes.SKILLS), frozenset(codes.MILITARY_TRADES)),
    "certificate_of": (frozenset(codes.JOB_CATEGORIES) | frozenset(codes.SKILLS), frozenset(codes.CERTIFICATES)),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a data file: `line` counts from 1, 0 = the whole file."""

    file: str
    line: int
    message: str
    mend: str


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    text: str
    table: dict[str, Any]

    def problem(self, words: str, message: str, mend: str) -> Problem:
        """A problem at the line in which these words stand."""
        at = self.text.find(words)
        return Problem(self.name, self.text.count("\n", 0, at) + 1 if at >= 0 else 0, message, mend)


def check(folder: Path = DATA) -> list[Problem]:
    """All problems of the lexicon files of one folder; every TOML file in it must at least be readable."""
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            text = path.read_text(encoding="utf-8")
            file = _File(path.name, text, tomllib.loads(text))
        except UnicodeDecodeError:
            problems.append(Problem(path.name, 0, "文件不是 UTF-8 编码", "用记事本另存为，编码选 UTF-8"))
        except tomllib.TOMLDecodeError as error:
            problems.append(
                Problem(path.name, _line_of(error), "这一行的写法读不懂", "看看引号、逗号、方括号是不是成对的英文符号")
            )
        else:
            problems += _head(file)
            problems += _CHECKS.get(path.name, _nothing)(file)
    return problems


def check_word(kind: str, canonical: str, name: str) -> list[Problem]:
    """The same for one name by itself."""
    return list(_words(_File(KINDS[kind], "", {"words": {canonical: [name]}})))


def _line_of(error: tomllib.TOMLDecodeError) -> int:
    match = re.search(r"line (\d+)", str(error))
    return int(match[1]) if match else 0


def _nothing(_file: _File) -> Iterator[Problem]:
    return iter(())


def _head(file: _File) -> Iterator[Problem]:
    if not isinstance(file.table.get("version"), str):
        yield Problem(file.name, 0, "文件开头没有版本", '加一行 version = "2026-11-21"，写改动的日期')


def _words(file: _File) -> Iterator[Problem]:
    words = file.table.get("words")
    if not isinstance(words, dict):
        yield Problem(file.name, 0, "缺少 [words] 这一节", '加一行 [words]，下面写 "标准词" = ["叫法一", "叫法二"]')
        return
    for canonical, names in words.items():
        if canonical not in CANONICAL[file.name]:
            yield file.problem(
                f'"{canonical}"', f"标准词“{canonical}”不在代码表里", "改成 matching/data/codes.toml 里有的词"
            )
        if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
            yield file.problem(
                f'"{canonical}"', f"“{canonical}”后面要是一串叫法", '写成 ["叫法一", "叫法二"]，不要有空的'
            )
            continue
        for name in names:
            yield from _name(file, name)


def _name(file: _File, name: str) -> Iterator[Problem]:
    if name.count("{") != name.count("}"):
        yield file.problem(f'"{name}"', f"“{name}”里的花括号不成对", "写成 {看,守}大门 这样")
    for spelled in dict.fromkeys(spellings(name)):
        head, gap, tail = spelled.partition("~")
        if gap and not (head and tail and "~" not in tail):
            yield file.problem(f'"{name}"', f"“{name}”里的 ~ 用得不对", "~ 只能有一个，前后都要有字，如 看~门")
        elif len(spelled.replace("~", "")) < 2 and spelled not in ("舰",):
            yield file.problem(f'"{name}"', f"“{name}”只有一个字，太容易认错", "写全一点，至少两个字")


def _phrases(file: _File) -> Iterator[Problem]:
    for slot, lines in file.table.items():
        if not isinstance(lines, dict):
            continue
        if slot not in PHRASE_WORDS:
            yield file.problem(f"[{slot}]", f"没有“{slot}”这个要素", "可用：" + "、".join(PHRASE_WORDS))
            continue
        for word, fragments in lines.items():
            if word not in PHRASE_WORDS[slot]:
                yield file.problem(
                    f'"{word}"', f"标准词“{word}”不在代码表里", "可用：" + "、".join(sorted(PHRASE_WORDS[slot]))
                )
            yield from _expressions(file, fragments)


def _frames(file: _File) -> Iterator[Problem]:
    for side in ("left", "right"):
        for fragments in file.table.get(side, {}).values():
            yield from _expressions(file, fragments)


def _intents(file: _File) -> Iterator[Problem]:
    for block in file.table.get("intent", ()):
        if block.get("name") not in codes.INTENTS:
            yield file.problem(
                f'"{block.get("name")}"', f"没有“{block.get('name')}”这个意图", "改成 codes.toml 的 intent 里有的词"
            )
        if not isinstance(block.get("weight"), int | float):
            yield file.problem(f'"{block.get("name")}"', "意图缺少分量 weight", "加一行 weight = 70（0 到 100）")
        if not block.get("find") and not block.get("all"):
            yield file.problem(f'"{block.get("name")}"', "意图缺少说法", '加一行 find = ["一种说法", "另一种"]')
        yield from _expressions(file, (*block.get("find", ()), *block.get("all", ())))
        yield from _expressions(file, (block["none"],) if "none" in block else ())


def _expressions(file: _File, fragments: Any) -> Iterator[Problem]:
    for fragment in fragments:
        try:
            matches_nothing = re.compile(fragment).search("") is not None
        except (re.error, TypeError) as error:
            yield file.problem(
                str(fragment).replace("\\", "\\\\")[:20], f"正则写法有错：{error}", "看看括号、方括号是不是成对"
            )
            continue
        if matches_nothing:
            yield file.problem(
                fragment.replace("\\", "\\\\")[:20], "这一条连空白也算说中，会认错所有消息", "去掉末尾的 ? 或 *"
            )


def _relations(file: _File) -> Iterator[Problem]:
    for name, (left, right) in LINKS.items():
        for one, other in file.table.get(name, {}).items():
            for word, known in ((one, left), (other, right)):
                if word not in known:
                    yield file.problem(
                        f'"{word}"', f"“{word}”不在代码表里（{name}）", "改成 matching/data/codes.toml 里有的词"
                    )


def _traditional(file: _File) -> Iterator[Problem]:
    for line, (old, new) in enumerate(zip(file.table.get("from", ()), file.table.get("to", ()), strict=False), 1):
        if len(old) != len(new):
            yield file.problem(old, f"繁简对照第 {line} 行两边字数不一样", "from 和 to 的同一行要一样多的字")


_CHECKS: Final[Mapping[str, Callable[[_File], Iterator[Problem]]]] = {
    **dict.fromkeys(KINDS.values(), _words),
    PHRASES: _phrases,
    INTENTS: _intents,
    "frames.toml": _frames,
    "relations.toml": _relations,
    "traditional.toml": _traditional,
}
