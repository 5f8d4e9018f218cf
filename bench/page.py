"""Keeps what each section printed, and writes the page of figures from it (docs/figures.md)."""

import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bench.sections import SECTIONS, Must, Section

SIGNS: Final[Mapping[str, tuple[str, Callable[[Any, Any], bool]]]] = {
    ">=": ("≥", operator.ge),
    "<=": ("≤", operator.le),
    "<": ("<", operator.lt),
    "=": ("=", operator.eq),
}
HEAD: Final = """# Figures

Written by `python -m bench --write docs/figures.md`; nothing here is typed by hand. `--only NAME,NAME` measures those
sections anew and leaves the others as they were; `--short` takes the smaller sizes (`make bench`: half an hour, into
sections of their own, which prove that the benches work and nothing about the sizes promised).

| figure | database | must be | was | |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Run:
    """What a section printed, when, and on what."""

    command: str
    at: str
    machine: str
    tree: str
    load: float
    took_s: int
    ended: int
    printed: str


def load(path: Path) -> dict[str, Run]:
    """The runs kept beside the page."""
    if not path.exists():
        return {}
    return {name: Run(**run) for name, run in json.loads(path.read_text(encoding="utf-8")).items()}


def save(path: Path, runs: Mapping[str, Run]) -> None:
    kept = {name: asdict(run) for name, run in sorted(runs.items())}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def short(name: str) -> str:
    """What the short form of a section is kept as."""
    return f"{name} (short)"


def page(runs: Mapping[str, Run]) -> str:
    """Everything promised, measured or not; then each section with what it printed."""
    rows = [row for section in SECTIONS.values() for row in _rows(section, runs.get(section.name))]
    parts = [HEAD + "\n".join(rows)]
    for name in SECTIONS:
        parts += [_section(kept, SECTIONS[name], runs[kept]) for kept in (name, short(name)) if kept in runs]
    return "\n\n".join(parts) + "\n"


def _rows(section: Section, run: Run | None) -> Iterator[str]:
    """A row a figure: reached, not reached, or not measured."""
    for must in section.must or (Must("what it holds", "", "=", "kept"),):
        sign, _ = SIGNS[must.sign]
        was, verdict = ("", "not measured") if run is None else judged(must, run)
        wanted = {True: "yes", False: "no"}.get(must.bound, must.bound) if isinstance(must.bound, bool) else must.bound
        link = section.what if run is None else f"[{section.what}](#{section.name})"
        yield f"| {link}: {must.what} | {section.database} | {sign} {wanted} | {was} | {verdict} |"


def judged(must: Must, run: Run) -> tuple[str, str]:
    """The figure as it is shown, and whether it was reached."""
    if not must.where:
        return ("kept", "reached") if run.ended == 0 else ("not kept", "**not reached**")
    was = found(must.where, run.printed)
    bound = found(must.bound, run.printed) if isinstance(must.bound, str) else must.bound
    if was is None or bound is None:
        return "", "**not reached** (the run broke off)"
    kept = SIGNS[must.sign][1](was, bound)
    shown = {True: "yes", False: "no"}[was] if isinstance(was, bool) else f"{was:,}"
    return shown, "reached" if kept else "**not reached**"


def found(where: str, printed: str) -> Any:
    """The figure in what was printed; None where it is not there."""
    if "(" in where:
        hit = re.search(where, printed)
        return None if hit is None else float(hit[1]) if "." in hit[1] else int(hit[1])
    told: dict[str, Any] = {}
    for line in printed.splitlines():
        if line.startswith("{"):
            told |= json.loads(line)
    value: Any = told
    for name in where.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _section(kept: str, section: Section, run: Run) -> str:
    lines = [
        f"## {kept}",
        f"{section.what}. Database: {section.database}."
        + (" Smaller sizes than promised." if kept != section.name else ""),
        f"`{run.command}`, {run.at}, {run.took_s} s, tree {run.tree}, load at the start {run.load}. {run.machine}.",
        f"```\n{run.printed.strip()}\n```",
    ]
    if run.ended:
        lines.append("**It ended with an error: what it holds was not kept.**")
    return "\n\n".join(lines)
