"""Answers about policies from the library: with source, date and place, or none at all (then a person answers)."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from models.base import Session
from models.policy import Policy, policies_by_key, policy_by_key, topics_in_force
from services import policy_ranking

SAMPLES: Final = Path(__file__).resolve().parent / "data" / "policies_sample.toml"
ANSWER_CHARS: Final = 400


@dataclass(frozen=True, slots=True)
class PolicyAnswer:
    """What the veteran is told. `text` has at most 400 characters; `sample` marks text that is no county's own."""

    title: str
    text: str
    source: str
    source_date: date
    place: str
    sample: bool

    def said(self) -> dict[str, str]:
        """What the message is made of, the source with its day."""
        day = f"{self.source_date.year}年{self.source_date.month}月{self.source_date.day}日"
        return {"title": self.title, "text": self.text, "source": f"{self.source}（{day}）", "place": self.place}


@dataclass(frozen=True, slots=True)
class PolicyHit:
    """A policy that may be meant, how strongly, and the words that spoke for it."""

    key: str
    title: str
    score: float
    because: tuple[str, ...]


def load(session: Session, path: Path = SAMPLES) -> int:
    """Put a library file into the table, by key: new rows are added, known ones brought up to date; how many it held.

    Without a path the samples. The file's `region` holds for entries that name none. Raises ValueError for an entry
    without source, date, place or topics, or with more text than an answer may have.
    """
    known = policies_by_key(session)
    entries = read(path)
    for fields in entries:
        policy = known.get(fields["key"]) or Policy(key=fields["key"])
        for name in ("title", "text", "audience", "papers", "place", "source", "source_date", "topics"):
            setattr(policy, name, fields[name] if name in fields else _missing(fields["key"], name))
        policy.valid_until = fields.get("valid_until")
        policy.region, policy.is_sample = fields["region"], fields["sample"]
        if not answerable(policy):
            raise ValueError(
                f"policy {policy.key}: needs source, place and topics, and at most {ANSWER_CHARS} characters"
            )
        session.add(policy)
    session.flush()
    return len(entries)


def read(path: Path) -> list[dict[str, Any]]:
    """The entries of a library file, each with the file's region and sample mark where it has none of its own."""
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    common = {"region": table.get("region", ""), "sample": bool(table.get("sample", False))}
    return [common | fields for fields in table["policy"]]


def search(session: Session, words: str, region: str | None, today: date) -> tuple[PolicyHit, ...]:
    """Every policy in force that the words speak of, the likeliest first. `region`: the asker's area code, if known."""
    hits = policy_ranking.rank(words, _entries(session, region, today))
    policies = policies_by_key(session) if hits else {}
    return tuple(PolicyHit(hit.key, policies[hit.key].title, hit.score, hit.because) for hit in hits)


def answer(session: Session, words: str, region: str | None, today: date) -> PolicyAnswer | None:
    """The answer to a question, or None when it is not plain which policy is meant: then a person must answer."""
    hit = policy_ranking.best(words, _entries(session, region, today))
    policy = policy_by_key(session, hit.key) if hit is not None else None
    return answer_of(policy) if policy is not None and answerable(policy) else None


def answer_of(policy: Policy) -> PolicyAnswer:
    """The answer a policy gives, a sample's marked as one."""
    source = f"示例（不是本县文件），参照{policy.source}" if policy.is_sample else policy.source
    return PolicyAnswer(policy.title, told(policy), source, policy.source_date, policy.place, policy.is_sample)


def told(policy: Policy) -> str:
    """The text of an answer: the policy, who it is for, which papers to bring."""
    return f"{policy.text}\n谁能办：{policy.audience}\n带什么：{policy.papers}"


def answerable(policy: Policy) -> bool:
    """Whether the row holds all that an answer must name."""
    named = all((policy.source.strip(), policy.source_date, policy.place.strip(), policy.topics))
    return named and len(told(policy)) <= ANSWER_CHARS


def _entries(session: Session, region: str | None, today: date) -> list[policy_ranking.Entry]:
    """Policies in force that hold where the asker is; without a known place all of the bureau's."""
    found = topics_in_force(session, today)
    return [
        policy_ranking.Entry(key, tuple(topics))
        for key, area, topics in found
        if region is None or _holds_in(area, region)
    ]


def _holds_in(area: str, region: str) -> bool:
    """Whether `region` lies in `area`: area codes nest by pairs of digits, trailing 00 meaning the whole."""
    while area.endswith("00"):
        area = area[:-2]
    return region.startswith(area)


def _missing(key: str, name: str) -> Any:
    raise ValueError(f"policy {key}: {name} is missing")
