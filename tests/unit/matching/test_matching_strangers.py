"""Postings and people written as a stranger would, judged by the rules: the lists from facts and from raw columns."""

import json
from datetime import date
from math import log2
from pathlib import Path
from typing import Any

import pytest

from matching.catalog import Catalog
from matching.facts import PostingFacts, SeekerFacts
from matching.ranking import rank
from services.intake.facts import posting_facts

FOLDER = Path(__file__).parent / "strangers"
DAY = date(2026, 11, 20)
COUNTIES = sorted(path.name for path in FOLDER.iterdir())


def rows(county: str, name: str) -> list[dict[str, Any]]:
    lines = (FOLDER / county / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def from_facts(row: dict[str, Any]) -> PostingFacts:
    return PostingFacts.from_json(row["id"], row["norm"])


def from_raw(row: dict[str, Any]) -> PostingFacts:
    return posting_facts(row["id"], row["raw"], DAY)


def gain(rels: list[int]) -> float:
    return sum((2 ** max(rel, 0) - 1) / log2(place + 1) for place, rel in enumerate(rels[:5], start=1))


@pytest.mark.parametrize("county", COUNTIES)
@pytest.mark.parametrize(("read", "wanted"), [(from_facts, 0.97), (from_raw, 0.93)])
def test_the_lists_are_as_judged(county: str, read: Any, wanted: float) -> None:
    catalog = Catalog.build([read(row) for row in rows(county, "postings")], DAY)
    seekers = {row["id"]: SeekerFacts.from_json(row["id"], row["profile"]) for row in rows(county, "seekers")}
    shares, broken = [], []
    for line in rows(county, "judged"):
        known = {one["posting_id"]: one["rel"] for one in line["judgments"]}
        shown = [one.posting_id for one in rank(catalog, seekers[line["seeker_id"]], 10)]
        broken += [(line["seeker_id"], name) for name in shown if known.get(name, 0) < 0]
        best = gain(sorted(known.values(), reverse=True))
        if best:
            shares.append(gain([known.get(name, 0) for name in shown]) / best)
        else:
            assert not shown, line["seeker_id"]
    assert not broken
    assert sum(shares) / len(shares) >= wanted
