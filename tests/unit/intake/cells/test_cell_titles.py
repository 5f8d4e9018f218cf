"""Job titles and the category of each (titles.csv, one a line)."""

import csv
from pathlib import Path

import pytest

from services.intake.cells import titles

with (Path(__file__).parent / "titles.csv").open(encoding="utf-8", newline="") as file:
    TITLES = [(row["title"], row["category"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("title", "category"), TITLES)
def test_a_title_has_its_category(title: str, category: str) -> None:
    assert titles.parse(title).first == category
