"""The page of figures: what was promised stands there measured or not, and is held against what a bench printed."""

from importlib.util import find_spec

import pytest

from bench import page
from bench.page import Run
from bench.sections import SECTIONS, Must, both


def ran(printed: str, ended: int = 0) -> Run:
    return Run("python -m bench.x", "2026-11-28 09:00 UTC", "2 cores", "abc", 0.5, 60, ended, printed)


def test_every_section_names_a_bench_that_is_there_and_appears_though_nothing_was_measured() -> None:
    written = page.page({})
    for section in SECTIONS.values():
        assert find_spec(section.command[0]) is not None, section.name
        for must in section.must:
            assert f"| {section.what}: {must.what} | {section.database} |" in written
    assert written.count("not measured") == sum(max(1, len(section.must)) for section in SECTIONS.values())


@pytest.mark.parametrize(
    ("must", "printed", "verdict"),
    [
        (Must("rate", "ratio.rate", ">=", 0.25), '{"ratio": {"rate": 0.26}}', ("0.26", "reached")),
        (Must("rate", "ratio.rate", ">=", 0.25), '{"ratio": {"rate": 0.1}}', ("0.1", "**not reached**")),
        (Must("turns", "turns", "=", "messages"), '{"turns": 2}\n{"messages": 3}', ("2", "**not reached**")),
        (Must("lists", "same", "=", True), '{"same": true}', ("yes", "reached")),
        (Must("p99", r"p99 ([\d.]+) ms", "<=", 20), "median 1 ms, p99 2.40 ms", ("2.4", "reached")),
        (Must("p99", r"p99 ([\d.]+) ms", "<=", 20), "killed", ("", "**not reached** (the run broke off)")),
        (Must("all", "", "=", "kept"), "words", ("kept", "reached")),
    ],
)
def test_a_figure_is_found_and_held_against_its_bound(must: Must, printed: str, verdict: tuple[str, str]) -> None:
    assert page.judged(must, ran(printed)) == verdict


def test_a_run_that_ended_with_an_error_says_so_though_its_figures_are_well() -> None:
    printed = '{"ratio": {"rate": 9.0}}'
    assert "not kept" not in page.page({"turn-sqlite": ran(printed)})
    assert "**It ended with an error: what it holds was not kept.**" in page.page({"turn-sqlite": ran(printed, 1)})


def test_a_short_run_never_stands_for_the_size_promised() -> None:
    written = page.page({page.short("drill-sqlite"): ran('{"restore_s": 1.0, "figures_equal": true}')})
    row = next(line for line in written.splitlines() if "brought back in s" in line and "| SQLite |" in line)
    assert row.endswith("| not measured |")
    assert "## drill-sqlite (short)" in written


def test_both_databases_have_the_bounds_named_for_them() -> None:
    drill = SECTIONS["drill-sqlite"]
    one, other = both(drill, "--onto", must=())
    assert (one.must, one.address, other.must, other.address) == (drill.must, "", (), "--onto")
