"""Finding classes by PostgreSQL: beside SQLite, shared by clouds, without its trigrams, without its server."""

from __future__ import annotations

import itertools
import logging
import random
import string
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from sync.cloud.database import open_database
from sync.cloud.errors import StoreFailed
from sync.cloud.finder import words_at
from sync.cloud.postgres_words import SWEEP_EVERY_S, PostgresWords
from sync.search.index import ClassIndex
from sync.search.query import Query
from tests.search.classes import catalogue, one_class

CLASSES = catalogue(120)
SUNSET, NIGHT = one_class("sunset", title="Sunset Climb"), one_class("night", title="Night Ride")


@pytest.fixture(scope="module")
def address(postgres: Any) -> str:
    return str(postgres.new_database())


@pytest.fixture(scope="module")
def both(address: str) -> Iterator[tuple[ClassIndex, ClassIndex]]:
    with closing(ClassIndex(CLASSES)) as ours, closing(ClassIndex(CLASSES, words_at(address))) as theirs:
        yield ours, theirs


def with_a_fault(word: str, luck: random.Random) -> str:
    at, letter = luck.randrange(len(word) - 1), luck.choice(string.ascii_lowercase)
    before, here, after, rest = word[:at], word[at], word[at + 1], word[at + 2 :]
    ways = (after + rest, letter + here + after + rest, letter + after + rest, after + here + rest)
    return before + luck.choice(ways)


def test_it_finds_and_counts_what_sqlite_finds_also_by_words_with_a_fault(both: tuple[ClassIndex, ClassIndex]) -> None:
    ours, theirs = both
    luck = random.Random(7)
    known = sorted({word for one in CLASSES for word in f"{one.title} {one.description}".lower().split()})
    faulty = [with_a_fault(word.strip(".,"), luck) for word in known for _ in range(8) if len(word) > 3]
    pairs = [" ".join(luck.sample(known, 2)) for _ in range(60)]
    for text, kind in itertools.product([*faulty, *pairs], ("", "Hills")):
        expected, found = (index.search(Query(text, kind=kind, limit=200)) for index in (ours, theirs))
        assert found.read_as == expected.read_as, text
        assert (set(found.ids), found.total, found.counts) == (set(expected.ids), expected.total, expected.counts), text


def test_its_trigrams_tell_what_may_be_meant(address: str, both: tuple[ClassIndex, ClassIndex]) -> None:
    with closing(PostgresWords(open_database(address))) as table:
        near = table.near("clmib")
        assert near is not None and "climb" in near and len(near) < 20


def rows(address: str, change: str = "SELECT 1") -> int:
    """How many texts are kept, after a change."""
    with psycopg.connect(address, autocommit=True) as db:
        db.execute(change)
        return int(db.execute("SELECT count(*) FROM class_words_1").fetchone()[0])


def test_clouds_on_one_database_keep_out_of_each_others_way(new_database: Callable[[], str]) -> None:
    address = new_database()
    with closing(ClassIndex(table=words_at(address))) as one, closing(ClassIndex(table=words_at(address))) as other:
        for index in (one, other, one):
            index.put([SUNSET, NIGHT])
        assert rows(address) == 2
        one.remove(["sunset"])
        assert one.search(Query("sunset")).ids == () and one.search(Query("sunste")).read_as is None
        assert other.search(Query("sunste")).ids == ("sunset",)
        other.put([one_class("sunset", title="Moonrise Climb")])
        assert one.search(Query("moonrise")).total == 0, "it has not come there yet"
        assert other.search(Query("moonrise")).ids == ("sunset",)


def test_what_nobody_keeps_goes_after_a_week_and_what_is_kept_comes_back(new_database: Callable[[], str]) -> None:
    address, now_s = new_database(), [0.0]
    with closing(ClassIndex([SUNSET, NIGHT], PostgresWords(open_database(address), lambda: now_s[0]))) as index:
        old = "UPDATE class_words_1 SET put_at = now() - interval '8 days'"
        assert rows(address, old) == 2
        index.renew()  # as the finder does long before
        now_s[0] += SWEEP_EVERY_S
        index.remove(["night"])
        assert rows(address) == 2, "somebody else may have it"
        assert rows(address, old) == 2
        now_s[0] += SWEEP_EVERY_S
        index.put([one_class("sunset", title="Moonrise Climb")])
        assert rows(address) == 1
        assert rows(address, "TRUNCATE class_words_1, class_vocabulary_1") == 0
        index.renew()
        assert index.search(Query("moonrsie")).ids == ("sunset",)


def test_without_the_right_to_make_trigrams_it_says_so_and_forgives_as_well(
    new_database: Callable[[], str], caplog: pytest.LogCaptureFixture
) -> None:
    address = new_database()
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("CREATE ROLE plain LOGIN")
        db.execute("GRANT CREATE ON SCHEMA public TO plain")
    with caplog.at_level(logging.WARNING):
        table = words_at(address.replace("postgres@", "plain@"))
    assert [record.message for record in caplog.records if "pg_trgm" in record.message and "denied" in record.message]
    with closing(ClassIndex([SUNSET, NIGHT], table)) as index:
        assert index.search(Query("sunste clmib")).ids == ("sunset",)


def test_a_text_of_any_length_is_kept(new_database: Callable[[], str]) -> None:
    novel = " ".join(f"{letter * 30}{number}" for number in range(4000) for letter in "абвгдежз")
    with closing(ClassIndex([one_class("novel", description=novel)], words_at(new_database()))) as index:
        assert index.search(Query("sunset абвг")).total == 0
        assert index.search(Query("sunset ггг")).ids == ("novel",)


def test_while_its_server_is_away_it_says_so_and_afterwards_goes_on(postgres: Any) -> None:
    with closing(ClassIndex([SUNSET], words_at(postgres.new_database()))) as index:
        postgres.stop()
        try:
            with pytest.raises(StoreFailed, match="runs and is reachable"):
                index.search(Query("sunset"))
            with pytest.raises(StoreFailed):
                index.put([NIGHT])
            assert index.search(Query(kind="Hills")).ids == ("sunset",), "what needs no words needs no server"
        finally:
            postgres.start()
        index.put([NIGHT])
        assert index.search(Query("nigth")).ids == ("night",)
        postgres.stop()
        postgres.start()
        assert index.search(Query("sunset")).ids == ("sunset",)
