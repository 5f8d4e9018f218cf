"""The programs the engine is held against: each ranks some people over all postings and gives (posting number, score).

Exact peers compute the score of `coded.py`; the text peers (rapidfuzz, tantivy) rank as such programs do and are
measured for how many of the right ten they find.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from bench.matching.coded import Coded
from bench.matching.limit import POSTINGS
from matching.catalog import Array, Catalog
from matching.facts import PostingFacts, SeekerFacts
from matching.reference import rank as plain_rank
from matching.rules import violations
from matching.taxonomy.codes import JOB_CATEGORIES

Lists = list[list[tuple[int, int]]]
SHOWN = 1024
ALL_SKILLS = (1 << 60) - 1


def best(scores: Array, rows: Array, k: int) -> list[tuple[int, int]]:
    order = np.lexsort((rows, -scores))[:k]
    return [(int(rows[place]), int(scores[place])) for place in order if scores[place] >= SHOWN]


def reference(postings: list[PostingFacts], people: list[SeekerFacts], catalog: Catalog, k: int) -> Lists:
    """Plain Python with sets: the reference itself."""
    place = {posting_id: row for row, posting_id in enumerate(catalog.ids)}
    return [
        [(place[one.posting_id], one.total) for one in plain_rank(postings, person, catalog.day, k)]
        for person in people
    ]


def naive_fuzzy(postings: list[PostingFacts], people: list[SeekerFacts], catalog: Catalog, k: int) -> Lists:
    """What a first program does: hard limits by hand, then the likeness of two strings, pair by pair."""
    from rapidfuzz import fuzz

    texts = [_text(posting) for posting in postings]
    lists = []
    for person in people:
        wish = _wish(person)
        found = [
            (fuzz.token_set_ratio(wish, texts[row]), -row)
            for row, posting in enumerate(postings)
            if not violations(posting, person, catalog.day)
        ]
        lists.append([(-row, 0) for _, row in sorted(found, reverse=True)[:k]])
    return lists


def _text(posting: PostingFacts) -> str:
    where = posting.location.path if posting.location else ()
    return " ".join([*posting.job_categories, *where, posting.board or "", posting.shift or ""])


def _wish(person: SeekerFacts) -> str:
    where = person.location[0].path if person.location else ()
    return " ".join([*person.job_categories, *person.job_categories_ok, *where, person.accommodation_wish or ""])


def cdist(postings: list[PostingFacts], people: list[SeekerFacts], coded: Coded, k: int) -> Lists:
    """rapidfuzz cdist of wishes against postings, hard limits by numpy afterwards."""
    from rapidfuzz import fuzz, process

    likeness = process.cdist(
        [_wish(person) for person in people], [_text(posting) for posting in postings], scorer=fuzz.token_set_ratio
    )
    row = coded.posting["row"]
    lists = []
    for number in range(len(people)):
        allowed = numpy_scores(coded, number) >= SHOWN
        scores = np.where(allowed, SHOWN + likeness[number, row], 0)
        lists.append(best(scores, row, k))
    return lists


def plain_numpy(coded: Coded, people: int, k: int) -> Lists:
    """One person at a time, every column in full."""
    return [best(numpy_scores(coded, number), coded.posting["row"], k) for number in range(people)]


def numpy_scores(coded: Coded, number: int) -> Array:
    """The scores of all postings for one person, 0 where not allowed."""
    at, who, table = coded.posting, {name: column[number] for name, column in coded.person.items()}, coded.table
    trade = np.zeros(len(at["row"]), np.int32)
    for category, worth in enumerate(table["trade"][number].tolist()):
        if worth:
            has = (at["categories"] & np.uint64(1 << category)) > 0
            trade = np.maximum(trade, np.where(has, worth, 0))
    score = trade + at["points"] + table["place"][who["where"]][at["area"]] + table["offer"][who["wish"]][at["offer"]]
    score = score + table["takes"][who["trait"]][at["takes"]] + table["pay"][who["pay"]][at["pay"]]
    score = score - SHOWN * ((at["preferred"] & ~who["skills"]) > 0)
    allowed = (trade > 0) & (at["low"] <= who["age"]) & (who["age"] <= at["high"][who["variant"]])
    allowed &= ((at["need"] & who["lacks"]) == 0) & ((at["categories"] & who["refused"]) == 0)
    allowed &= (at["height"] <= who["height"]) & ((at["hukou"] == 0) | (at["hukou"] == who["hukou"]))
    return np.where(allowed, score, 0)


def polars(coded: Coded, people: int, k: int) -> Lists:
    """The same with polars expressions, one person at a time."""
    import polars as pl

    columns = {name: column for name, column in coded.posting.items() if name != "high"}
    frame = pl.DataFrame(columns | {f"high{number}": high for number, high in enumerate(coded.posting["high"])})
    table, lists = coded.table, []
    for number in range(people):
        who = {name: column[number] for name, column in coded.person.items()}
        worth = [(category, int(value)) for category, value in enumerate(table["trade"][number]) if value]
        trade = pl.max_horizontal(
            pl.lit(0),
            *(
                pl.when(pl.col("categories") & (1 << category) > 0).then(value).otherwise(0)
                for category, value in worth
            ),
        )
        looked_up = [
            pl.lit(pl.Series(table[name][who[code]].astype(np.int32))).gather(pl.col(column))
            for name, code, column in (
                ("place", "where", "area"),
                ("offer", "wish", "offer"),
                ("takes", "trait", "takes"),
                ("pay", "pay", "pay"),
            )
        ]
        lacking = pl.col("preferred") & (~int(who["skills"]) & ALL_SKILLS) > 0
        allowed = (
            (pl.col("low") <= int(who["age"]))
            & (pl.col(f"high{who['variant']}") >= int(who["age"]))
            & (pl.col("need") & int(who["lacks"]) == 0)
            & (pl.col("categories") & int(who["refused"]) == 0)
            & (pl.col("height") <= int(who["height"]))
            & ((pl.col("hukou") == 0) | (pl.col("hukou") == int(who["hukou"])))
        )
        score = trade + pl.col("points") + sum(looked_up) - pl.when(lacking).then(SHOWN).otherwise(0)
        top = (
            frame.lazy()
            .with_columns(trade.alias("trade"), score.alias("score"))
            .filter(allowed & (pl.col("trade") > 0) & (pl.col("score") >= SHOWN))
            .select("row", "score")
            .sort(["score", "row"], descending=[True, False])
            .limit(k)
            .collect()
        )
        lists.append([(int(row), int(score)) for row, score in top.rows()])
    return lists


def numba_brute(coded: Coded, k: int) -> Callable[[int, int], Lists]:
    """Brute force compiled by numba; the returned function ranks people first … last - 1."""
    import numba

    @numba.njit(cache=False)
    def run(first, last, k, at, high, who, skills, refused, tables, out, totals):  # type: ignore[no-untyped-def]
        categories, area, low, need, offer, takes, pay, points, hukou, height, preferred = at
        age, variant, lacks, wish, trait, wage, where, own_hukou, own_height = who
        trade, place, offers, takers, pays = tables
        for person in range(first, last):
            found = 0
            for row in range(len(area)):
                if low[row] > age[person] or age[person] > high[variant[person], row] or need[row] & lacks[person]:
                    continue
                near = place[where[person], area[row]]
                if near < -3000 or categories[row] & refused[person] or height[row] > own_height[person]:
                    continue
                worth, mine, bit = 0, categories[row], 0
                while mine:
                    if mine & numba.uint64(1) and trade[person, bit] > worth:
                        worth = trade[person, bit]
                    mine >>= numba.uint64(1)
                    bit += 1
                if not worth or (hukou[row] and hukou[row] != own_hukou[person]):
                    continue
                score = (
                    worth + points[row] + near + offers[wish[person], offer[row]] + takers[trait[person], takes[row]]
                )
                score += pays[wage[person], pay[row]]
                if preferred[row] & ~skills[person]:
                    score -= 1024
                if score < 1024 or (found == k and score <= totals[person - first, k - 1]):
                    continue
                spot = found if found < k else k - 1
                found = min(k, found + 1)
                while spot > 0 and totals[person - first, spot - 1] < score:
                    totals[person - first, spot] = totals[person - first, spot - 1]
                    out[person - first, spot] = out[person - first, spot - 1]
                    spot -= 1
                totals[person - first, spot] = score
                out[person - first, spot] = row

    names = (name for name in POSTINGS if name != "high")
    at = tuple(coded.posting[name] for name in names)
    own = ("age", "variant", "lacks", "wish", "trait", "pay", "where", "hukou", "height")
    who = tuple(coded.person[name] for name in own)
    tables = tuple(coded.table[name] for name in ("trade", "place", "offer", "takes", "pay"))

    def ranked(first: int, last: int) -> Lists:
        out, totals = np.full((last - first, k), -1, np.int32), np.zeros((last - first, k), np.int16)
        high, skills, refused = coded.posting["high"], coded.person["skills"], coded.person["refused"]
        run(first, last, k, at, high, who, skills, refused, tables, out, totals)
        return lists_of(coded, out, totals)

    return ranked


def lists_of(coded: Coded, out: Array, totals: Array) -> Lists:
    """Lists from [people, k] posting numbers (-1 = none) and scores."""
    row = coded.posting["row"]
    return [
        [(int(row[number]), int(total)) for number, total in zip(numbers, scores, strict=True) if number >= 0]
        for numbers, scores in zip(out.tolist(), totals.tolist(), strict=True)
    ]


def tantivy(postings: list[PostingFacts], people: list[SeekerFacts], coded: Coded) -> Callable[[int], Any]:
    """A full-text index over occupations and places; its best 200, scored again by the right score."""
    import tantivy as engine

    builder = engine.SchemaBuilder()
    builder.add_text_field("words", stored=False, tokenizer_name="whitespace")
    builder.add_unsigned_field("number", stored=True, indexed=False)
    index = engine.Index(builder.build())
    writer = index.writer(heap_size=100_000_000, num_threads=1)
    number_of = {int(row): number for number, row in enumerate(coded.posting["row"])}
    for row, number in number_of.items():
        posting = postings[row]
        codes = _areas(posting.location.adcode if posting.location else "")
        words = [*(f"c{JOB_CATEGORIES.index(one)}" for one in posting.job_categories), *codes]
        writer.add_document(engine.Document(words=[" ".join(words)], number=number))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def ranked(person: int) -> list[tuple[int, int]]:
        wanted = np.flatnonzero(coded.table["trade"][person]).tolist()
        home = _areas(people[person].location[0].adcode)
        query = index.parse_query(" ".join([*(f"c{category}" for category in wanted), *home]), ["words"])
        hits = [searcher.doc(address)["number"][0] for _, address in searcher.search(query, 200).hits]
        scores = part_scores(coded, np.array(hits, dtype=np.intp), person)
        return best(scores, coded.posting["row"][hits], 10)

    return ranked


def part_scores(coded: Coded, numbers: Array, person: int) -> Array:
    """`numpy_scores` of some postings only."""
    part = {name: column[..., numbers] for name, column in coded.posting.items()}
    return numpy_scores(Coded(part, coded.person, coded.table), person)


def _areas(code: str) -> list[str]:
    return [f"a{code}", f"a{code[:4]}", f"a{code[:2]}"] if code else []
