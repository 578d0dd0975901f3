"""What riders type, and what they find."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sync.records import Segment, Song
from sync.search.index import ClassIndex
from sync.search.query import FIELDS, Query, effort_of, values
from sync.search.words import words
from tests.search.classes import catalogue, one_class
from tests.search.conftest import NewIndex

CLIMB = one_class("climb", title="Sunset Climb", published_at=1.0)
NIGHT = one_class("night", title="Night Sprints", coach="Tom Okafor", kind="Sprints", music="House", published_at=2.0)
SLOW = one_class(
    "slow",
    title="Slow Sunday",
    coach="Söre Ødegård",
    kind="Recovery",
    effort=1,
    duration_s=600,
    description="A road home after the climb.",
    collections=("Lunch breaks",),
    published_at=3.0,
    segments=(Segment("Roll", 600, songs=(Song(0.0, "Harbour Lights", "The Wheelmen"),)),),
)
ALL = (CLIMB, NIGHT, SLOW)
MANY = catalogue(300)


@pytest.fixture(scope="module")
def index(new_index: NewIndex) -> ClassIndex:
    return new_index(ALL)


@pytest.fixture(scope="module")
def many(new_index: NewIndex) -> ClassIndex:
    return new_index(MANY)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sunset", ["climb"]),
        ("SUNSET  climb", ["climb"]),
        ("climb", ["climb", "slow"]),  # in the title before in the description
        ("sun", ["climb", "slow"]),  # begun words
        ("okafor", ["night"]),
        ("odegard", ["slow"]),  # without accents
        ("Ødegård", ["slow"]),
        ("harbour wheelmen", ["slow"]),  # a song
        ("lunch", ["slow"]),  # a collection
        ("sunset sprints", []),  # all words count
        ("", ["slow", "night", "climb"]),  # the newest first
        ("!?", ["slow", "night", "climb"]),
        ('"; DROP TABLE classes; --', []),
        ("sunset & | ! <-> :*", ["climb"]),  # signs of one query language or another
        ("sunset' \\", ["climb"]),
        ('"sunset" AND', []),
        ("harbour_lights", ["slow"]),
        ("sunset:A %s ? $1 {0}", []),
    ],
)
def test_words(index: ClassIndex, typed: str, found: list[str]) -> None:
    assert list(index.search(Query(typed)).ids) == found


@pytest.mark.parametrize(
    ("typed", "read_as", "found"),
    [
        ("sunste", "sunset", "climb"),  # two letters changed places
        ("clmib sunset", "climb sunset", "climb"),
        ("nightt", "night", "night"),
        ("sprnts", "sprints", "night"),
        ("okofar", None, None),  # two faults in a short word are another word
        ("wheelmann", "wheelmen", "slow"),
        ("zzz", None, None),
        *((typed, "sprints", "night") for typed in ("sprnit", "sprnt", "spirnt", "psrint", "spriint")),  # not yet whole
        ("sprxx", None, None),
        ("sprx", None, None),  # too little to go by
    ],
)
def test_faults_are_forgiven_and_told(index: ClassIndex, typed: str, read_as: str | None, found: str | None) -> None:
    answer = index.search(Query(typed))
    assert answer.read_as == read_as
    assert answer.ids == ((found,) if found else ())


def test_a_whole_word_that_lies_near_comes_before_one_that_only_begins_so(new_index: NewIndex) -> None:
    index = new_index([*ALL, one_class("ghost", title="Spirit Road")])
    answer = index.search(Query("spirnt"))
    assert answer.read_as == "spirit" and set(answer.ids) == {"ghost", "night"}


def test_filters_ask_for_no_case_and_counts_keep_the_catalogues(index: ClassIndex) -> None:
    answer = index.search(Query(kind="sPRINTS", coach="tom okafor", music="HOUSE"))
    assert answer.ids == ("night",) and answer.counts["kind"] == {"Sprints": 1}
    shelf = index.search(Query(collection="lunch BREAKS"))
    assert shelf.ids == ("slow",) and shelf.counts["collection"] == {"Lunch breaks": 1}


def test_what_is_found_is_told_page_by_page(many: ClassIndex) -> None:
    whole = many.search(Query(order="newest", limit=1000))
    pages = [many.search(Query(order="newest", offset=at, limit=70)) for at in range(0, 350, 70)]
    assert [class_id for page in pages for class_id in page.ids] == list(whole.ids) == [one.id for one in MANY[::-1]]
    assert {page.total for page in pages} == {300}


def test_of_classes_that_fit_alike_the_newest_comes_first(new_index: NewIndex) -> None:
    alike = [replace(CLIMB, id=f"climb-{at}", published_at=float(at)) for at in (2, 1, 3)]
    assert new_index(alike).search(Query("sunset")).ids == ("climb-3", "climb-2", "climb-1")


def test_riders_have_the_last_word_on_how_hard_a_class_is(new_index: NewIndex) -> None:
    assert effort_of(replace(SLOW, difficulty=8.5, ratings=2)) == 1, "two riders are too few"
    assert effort_of(replace(SLOW, difficulty=8.5, ratings=3)) == 3
    index = new_index([*ALL[:2], replace(SLOW, difficulty=8.5, ratings=3)])
    assert index.search(Query(order="hardest")).ids[0] == "slow"
    assert index.search(Query(effort="1")).total == 0


def test_a_class_that_changed_or_went_is_not_found_as_it_was(new_index: NewIndex) -> None:
    index = new_index(ALL)
    index.put([replace(CLIMB, title="Moonrise Climb")])
    assert index.search(Query("sunset")).ids == ()
    assert index.search(Query("moonrise")).ids == ("climb",)
    index.put([CLIMB])
    assert index.search(Query("moonrise")).ids == () and index.search(Query("sunset")).ids == ("climb",)
    index.put([replace(CLIMB, title="Moonrise Climb")])
    index.renew()
    assert index.search(Query("moonrise")).ids == ("climb",)
    index.replace([NIGHT])
    assert index.search(Query()).ids == ("night",)
    assert index.search(Query("moonrise")).ids == () and index.search(Query("moonrsie")).read_as is None


def test_classes_can_be_left_out(index: ClassIndex) -> None:
    answer = index.search(Query(), without={"slow", "gone"})
    assert answer.ids == ("night", "climb") and answer.counts["kind"] == {"Hills": 1, "Sprints": 1}


QUERIES = st.builds(
    Query,
    text=st.sampled_from(["", "sunset", "road", "legs", "aragon", "neno"]),
    length=st.sampled_from(["", "15", "30", "60"]),
    kind=st.sampled_from(["", "Hills", "Nothing"]),
    coach=st.sampled_from(["", "Jun Park"]),
    effort=st.sampled_from(["", "1", "3"]),
    collection=st.sampled_from(["", "Lunch breaks"]),
    limit=st.just(1000),
)


@settings(deadline=None)
@given(QUERIES)
def test_filters_and_counts_agree_with_a_look_at_every_class(many: ClassIndex, query: Query) -> None:
    found = many.search(query)
    with_words = set(many.search(Query(query.text, limit=1000)).ids)
    told = {one.id: values(one) for one in MANY if one.id in with_words}

    def kept(class_id: str, *, but: str = "") -> bool:
        return all(
            not (asked := getattr(query, name)) or asked in told[class_id][name] for name in FIELDS if name != but
        )

    assert set(found.ids) == {class_id for class_id in told if kept(class_id)}
    for name in FIELDS:
        here = Counter(value for class_id in told if kept(class_id, but=name) for value in told[class_id][name])
        assert found.counts[name] == here, name


@settings(deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_answered(many: ClassIndex, typed: str) -> None:
    answer = many.search(Query(typed))
    assert answer.total >= len(answer.ids)


@example("𝕊unset")
@given(st.text(max_size=60))
def test_words_are_plain_and_stay_so(text: str) -> None:
    assert all(words(word) == [word] for word in words(text) if word.isascii())
