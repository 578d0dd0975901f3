"""Searching 50,000 classes, beside a plain LIKE over the same words in SQLite."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from statistics import median

from sync.search.index import ClassIndex
from sync.search.query import Query
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


def main() -> None:
    """Measure and print."""
    classes = catalogue(COUNT)
    began = time.perf_counter()
    index = ClassIndex(classes)
    print(f"index of {COUNT:,} classes made in {time.perf_counter() - began:.1f} s")
    plain = sqlite3.connect(":memory:")
    plain.execute("CREATE TABLE classes (words TEXT)")
    rows = [(f"{one.title} {one.coach} {one.kind} {one.music} {one.description}",) for one in classes]
    plain.executemany("INSERT INTO classes VALUES (?)", rows)
    for query in QUERIES:
        found, times = index.search(query), _times_ms(lambda query=query: index.search(query))
        like = [f"%{word}%" for word in query.text.split()]
        where = " AND ".join(["words LIKE ?"] * len(like)) or "true"
        question = f"SELECT rowid FROM classes WHERE {where} LIMIT {query.limit}"
        counted = f"SELECT count(*) FROM classes WHERE {where}"
        asks = [question, counted]
        bare = _times_ms(lambda asks=asks, like=like: [plain.execute(ask, like).fetchall() for ask in asks])
        told = {name: value for name in ("text", "kind", "coach", "effort") if (value := getattr(query, name))}
        print(
            f"{told!s:<50} {found.total:>6,} found   p50 {median(times):5.1f} ms   max {times[-1]:5.1f} ms"
            f"   LIKE p50 {median(bare):5.1f} ms (ratio {median(times) / median(bare):.2f})"
        )


if __name__ == "__main__":
    main()
