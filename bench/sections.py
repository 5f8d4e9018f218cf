"""What `python -m bench` measures: each figure that was promised, the command that makes it, and what it must be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

SQLITE, POSTGRESQL, NEITHER = "SQLite", "PostgreSQL", "–"


@dataclass(frozen=True)
class Must:
    """One figure: where it stands in what the bench printed, and what it is held against."""

    what: str
    where: str
    """The key in its JSON lines ("ratio.rate"), or, with a bracket in it, a pattern that finds it in its words."""
    sign: str
    bound: float | bool | str
    """A value, or the key of another figure of the same run."""


@dataclass(frozen=True)
class Section:
    """One run of one bench on one database."""

    name: str
    what: str
    command: tuple[str, ...]
    must: tuple[Must, ...]
    database: str = SQLITE
    short: tuple[str, ...] | None = ()
    """The smaller sizes of the short form; () where one form does for both, None where there is no short one."""
    address: str = ""
    """The option that takes the address of an empty PostgreSQL database; "" where the bench starts its own."""

    def words(self, is_short: bool) -> tuple[str, ...]:
        return (self.command[0], *self.short) if is_short and self.short else self.command


def both(section: Section, address: str = "--database", **postgresql: tuple[str, ...]) -> Iterator[Section]:
    """The same on each database; the second with a command of its own where that is named."""
    named = vars(section) | {"name": f"{section.name}-sqlite"}
    yield Section(**named)
    named |= {"name": f"{section.name}-postgresql", "database": POSTGRESQL, "address": address}
    yield Section(**(named | postgresql))


def _ratio(bound: float) -> tuple[Must, ...]:
    return (Must("full turns/s ÷ bare Flask + wechatpy echoes/s, AES mode", "ratio.rate", ">=", bound),)


def _sections() -> Iterator[Section]:
    turn = "A whole turn against a bare echo, in turns on the same server"
    yield Section("turn-sqlite", turn, ("bench.webhook",), _ratio(0.25))
    # A turn there waits for the server and its disk: two processes a core (docs/operation.md).
    many = ("bench.webhook", "--workers", "4")
    yield Section("turn-postgresql", turn, many, _ratio(0.18), POSTGRESQL, address="--database")
    storm = ("bench.webhook.storm", "--rate", "100", "--minutes", "10", "--people", "50000")
    yield from both(
        Section(
            "storm",
            "100 messages/s for 10 minutes, each delivered three times in any order, during a broadcast to 50,000",
            storm,
            (
                Must("answered, 99 of 100 within ms", "p99_ms", "<", 1000),
                Must("the slowest answer, ms", "worst_ms", "<", 5000),
                Must("deliveries not answered", "not_answered_200", "=", 0),
                Must("messages with two different answers", "messages_with_two_answers", "=", 0),
                Must("turns", "turns", "=", "messages"),
            ),
            short=("--rate", "20", "--minutes", "1", "--people", "3000"),
        ),
        # The server stands on the same two cores: four take each other's caches (bench/webhook/README.md).
        command=(*storm, "--workers", "3"),
    )
    hosts = (
        Must("rows that differ from one process in peace", "differ", "=", 0),
        Must("people of the broadcast reached", "received", "=", "broadcast"),
        Must("reached twice", "doubled", "=", 0),
        Must("postings pushed twice to one person", "pushed_twice", "=", 0),
    )
    yield Section(
        "hosts",
        "Three web processes, two schedulers, four workers on three hosts against one process: the final rows",
        ("bench.operation.hosts", "--people", "40", "--broadcast", "2000"),
        hosts,
        POSTGRESQL,
        ("--people", "8", "--broadcast", "300"),
    )
    yield Section(
        "two-schedulers",
        "Every task of two schedulers at the same moment, held before each commit for the other, against one scheduler",
        ("bench.operation.twice", "--days", "10"),
        (
            Must("rows and deliveries that differ", "differ", "=", 0),
            Must("messages doubled", "doubled", "=", 0),
            Must("messages missing", "missing", "=", 0),
            Must("runs that broke", "broke", "=", 0),
        ),
        POSTGRESQL,
        ("--days", "1"),
    )
    kills = (*hosts, Must("kills", "kills", "=", 200))
    large, small = ("--people", "40", "--broadcast", "2000"), ("--people", "8", "--broadcast", "300")
    yield Section(
        "kills-postgresql",
        "The same, killed at 200 random moments under load, connections cut, PostgreSQL restarted in the middle",
        ("bench.operation.hosts", *large, "--kills", "200"),
        kills,
        POSTGRESQL,
        (*small, "--kills", "6"),
    )
    yield Section(
        "kills-sqlite",
        "The same processes on one host over one SQLite file, killed at 200 random moments under load",
        ("bench.operation.hosts", "--sqlite", *large, "--kills", "200"),
        kills,
        short=("--sqlite", *small, "--kills", "6"),
    )
    full = (*hosts, Must("messages that met the full disk", "met_trouble", ">=", 3))
    for database, words in ((SQLITE, ("--sqlite",)), (POSTGRESQL, ())):
        yield Section(
            f"full-{database.lower()}",
            "The same, the database's disk filled to the last byte three times under load, and emptied again",
            ("bench.operation.hosts", *words, *large, "--full", "3"),
            full,
            database,
            (*words, *small, "--full", "1"),
        )
    yield from both(
        Section(
            "night",
            "A night's matching by two workers against one, on two cores",
            ("bench.operation.night",),
            (
                Must("two workers, times as fast", "times_as_fast", ">=", 1.7),
                Must("same lists", "same_lists", "=", True),
            ),
            short=("--people", "20000", "--postings", "5000", "--rounds", "1"),
        )
    )
    yield from both(
        Section(
            "drill",
            "A county of 300,000 backed up and brought back into an empty database",
            ("bench.operation.drill", "--people", "300000"),
            (Must("brought back in s", "restore_s", "<", 600), Must("figures equal", "figures_equal", "=", True)),
            short=("--people", "20000"),
        ),
        "--onto",
    )
    yield from both(
        Section(
            "soak",
            "An hour of ordinary work by all processes: memory and file handles",
            ("bench.operation.soak",),
            (Must("flat, every process", "flat", "=", True),),
            short=None,
        )
    )
    yield from _others()


def _others() -> Iterator[Section]:
    """What other promises rest on."""
    yield Section(
        "outbox-kill",
        "5,000 template messages by a sender that is killed at 200 random moments",
        ("bench.outbox.kill", "--people", "5000", "--kills", "200"),
        (Must("received", r"received=(\d+)", "=", 5000), Must("doubled", r"doubled=(\d+)", "=", 0)),
        short=("--people", "300", "--kills", "10"),
    )
    yield Section(
        "outbox-rate",
        "Sending against a platform that takes 50 ms, 16 threads, as a share of the ideal",
        ("bench.outbox.rate", "--threads", "16", "--rows", "100000"),
        (
            Must("share of the ideal", r"share=([\d.]+)", ">=", 0.9),
            Must("100,000 rows written, times the floor", r"ratio=([\d.]+)", "<=", 2),
        ),
    )
    yield Section(
        "matching",
        "Ranking a county's people over its postings, beside the programs it is compared with",
        ("bench.matching.run", "--size", "county"),
        (
            Must("lists as the reference gives them", r"plain Python .*same lists ([\d.]+)", "=", 1),
            Must("lists as plain numpy gives them", r"numpy .*same lists ([\d.]+)", "=", 1),
        ),
        NEITHER,
    )
    yield Section(
        "understand",
        "Understanding mutated and random messages",
        ("bench.understand", "--messages", "1000000"),
        (
            Must("median of our own messages, µs", r"own messages: median (\d+) µs", "<=", 1000),
            Must("99 of 100 mutated ones within ms", r"p99 ([\d.]+) ms", "<=", 20),
            Must("exceptions", r"mutated: (\d+) exceptions", "=", 0),
            Must("lexicons loaded, s", r"load ([\d.]+) s", "<=", 1),
        ),
        NEITHER,
        ("--messages", "50000"),
    )
    yield Section(
        "console", "Lists and look-ups of the console over 50,000 people", ("bench.console", "--rounds", "5"), ()
    )
    yield Section(
        "intake",
        "50,000 postings taken in from one workbook",
        ("bench.intake.bulk", "--rows", "50000"),
        (
            Must("seconds", r" seconds=([\d.]+)", "<", 60),
            Must("most memory, MB", r"peak_mb=(\d+)", "<", 500),
        ),
        short=("--rows", "10000"),
    )
    yield Section(
        "intake-fuzz",
        "Damaged workbooks and CSV files: read, or refused in words",
        ("bench.intake.fuzz", "--count", "10000"),
        (Must("tracebacks", r"tracebacks=(\d+)", "=", 0),),
        NEITHER,
        ("--count", "500"),
    )
    yield Section(
        "aftercare",
        "A year of follow-ups, 3,000 people and 600 placements, reconciled",
        ("bench.aftercare", "--people", "3000", "--placements", "600"),
        (Must("troubles", r"troubles: (\d+)", "=", 0),),
        short=("--people", "100", "--placements", "40"),
    )
    yield Section(
        "http-fuzz",
        "Fuzzed requests over every route: answered with a 500",
        ("bench.fuzz_http", "--requests", "1000000", "--processes", "2"),
        (Must("faults", r"(\d+) faults", "=", 0),),
        short=("--requests", "5000", "--processes", "2"),
    )
    yield Section("guards", "Every guard taken out once: is it seen by its test", ("bench.guards",), (), short=None)


SECTIONS: Final[Mapping[str, Section]] = {one.name: one for one in _sections()}
