"""Searching 50,000 classes by SQLite, and by PostgreSQL where it is installed, beside a plain LIKE over the same words;
and what counting by PostgreSQL would add, which the columns beside it do now."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from sync.cloud.database import open_database
from sync.cloud.finder import words_at
from sync.records import FitnessClass
from sync.search.index import ClassIndex
from sync.search.query import Query, values
from sync.search.word_table import WordTable
from tests.cloud.postgres_cluster import BINARIES, cluster
from tests.search.classes import catalogue

COUNT, TIMES = 50_000, 21
QUERIES = [
    Query("sunset climb"),
    Query("sunst clmib"),
    Query("aragon 77"),
    Query("canyn", kind="Hills", effort="3"),
    Query(kind="Hills", coach="Jun Park", order="shortest"),
    Query("s"),
    Query("legs"),
    Query(),
]


def _times_ms(work: Callable[[], object]) -> list[float]:
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def _made(name: str, classes: list[FitnessClass], table: WordTable) -> ClassIndex:
    began = time.perf_counter()
    index = ClassIndex(classes, table)
    print(f"{name}: index of {len(classes):,} classes made in {time.perf_counter() - began:.1f} s")
    return index


@contextmanager
def _indexes(classes: list[FitnessClass]) -> Iterator[dict[str, ClassIndex]]:
    indexes = {"SQLite": _made("SQLite", classes, words_at(":memory:"))}
    if not BINARIES:
        print("PostgreSQL is not installed here")
        yield indexes
        return
    with cluster() as server:
        address = server.new_database()
        indexes["PostgreSQL"] = _made("PostgreSQL", classes, words_at(address))
        _made("PostgreSQL, words there already", classes, words_at(address)).close()
        _count_by_sql(address, classes)
        yield indexes
        for index in indexes.values():
            index.close()


def _count_by_sql(address: str, classes: list[FitnessClass]) -> None:
    """Only the counts of five fields over what matches, without filters: what SQL would have to beat."""
    db = open_database(address)
    db.execute("CREATE TABLE facts (key TEXT PRIMARY KEY, length TEXT, kind TEXT, coach TEXT, effort TEXT, music TEXT)")
    told = [(one, values(one)) for one in classes]
    facts = ("length", "kind", "coach", "effort", "music")
    rows = [(one.id, *(of[fact][0] for fact in facts)) for one, of in told]
    db.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)", rows)
    db.execute("ANALYZE facts")
    sets = ", ".join(f"({fact})" for fact in facts)
    ask = f"SELECT {', '.join(facts)}, count(*) FROM facts GROUP BY GROUPING SETS ({sets})"
    times = _times_ms(lambda: db.execute(ask).fetchall())
    print(f"counts of all classes by SQL alone: p50 {median(times):.1f} ms")
    db.close()


def _like(classes: list[FitnessClass]) -> Callable[[Query], object]:
    plain = sqlite3.connect(":memory:")
    plain.execute("CREATE TABLE classes (words TEXT)")
    rows = [(f"{one.title} {one.coach} {one.kind} {one.music} {one.description}",) for one in classes]
    plain.executemany("INSERT INTO classes VALUES (?)", rows)

    def ask(query: Query) -> None:
        like = [f"%{word}%" for word in query.text.split()]
        where = " AND ".join(["words LIKE ?"] * len(like)) or "true"
        plain.execute(f"SELECT rowid FROM classes WHERE {where} LIMIT {query.limit}", like).fetchall()
        plain.execute(f"SELECT count(*) FROM classes WHERE {where}", like).fetchall()

    return ask


def main() -> None:
    """Measure and print."""
    classes = catalogue(COUNT)
    like = _like(classes)
    with _indexes(classes) as indexes:
        for query in QUERIES:
            told = {name: value for name in ("text", "kind", "coach", "effort") if (value := getattr(query, name))}
            bare = median(_times_ms(lambda query=query: like(query)))
            print(f"{told!s}   LIKE p50 {bare:.1f} ms")
            for name, index in indexes.items():
                found = index.search(query)
                times = _times_ms(lambda index=index, query=query: index.search(query))
                print(
                    f"    {name:<10} {found.total:>6,} found   p50 {median(times):5.1f} ms   max {times[-1]:5.1f} ms"
                    f"   (ratio {median(times) / bare:.2f})"
                )


if __name__ == "__main__":
    main()
