"""What the developer documents name must be there: a recipe with a wrong path is worse than none."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
ROOMS = "app|bot|channels|docs|handlers|matching|migrations|models|sandbox|scripts|services|templates|tests"
NAMED = re.compile(rf"`((?:{ROOMS})/[^`\s]*)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_named_files_exist(document: Path) -> None:
    named = NAMED.findall(document.read_text(encoding="utf-8"))
    # `<noun>` stands for the reader's own, `*` and `…` for several.
    fixed = [name for name in named if not re.search(r"[<*…{]", name)]
    assert [name for name in fixed if not (ROOT / name).exists()] == []


def test_decisions_are_numbered_and_short() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [record.name[:4] for record in records]
    assert len(set(numbers)) == len(numbers)
    for record in records[1:]:
        text = record.read_text(encoding="utf-8")
        assert text.startswith(f"# {record.name[:4]} "), record.name
        assert all(f"## {part}" in text for part in ("Context", "Decision", "Consequences")), record.name


@pytest.mark.parametrize("name", ["scheduler", "worker"])
def test_a_process_runs_alike_from_its_unit_and_from_the_procfile(name: str) -> None:
    unit = (ROOT / "deploy" / f"laobing-{name}.service").read_text(encoding="utf-8")
    line = re.search(rf"^{name}: (.*)$", (ROOT / "Procfile").read_text(encoding="utf-8"), re.M)
    assert line is not None
    for kept in re.findall(r"^Environment=(MALLOC_\w+=\d+)$", unit, re.M):
        assert f"env {kept} " in line[1]
    assert re.findall(r"^Nice=(\d+)$", unit, re.M) == re.findall(r"nice -n (\d+)", line[1])
    weight = {"10": "10", "19": "2"}[re.search(r"^Nice=(\d+)$", unit, re.M)[1]]  # the kernel's own weights, of its 100
    assert re.findall(r"^CPUWeight=(\d+)$", unit, re.M) == [weight]
    assert ("MALLOC_ARENA_MAX=1" in unit) == (name == "scheduler")
