"""Filters of the library, without any screen."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from console.class_filter import FIELDS, LENGTHS, ORDERS, ClassFilter
from console.suggestions import first_ride, for_you
from sync.search.index import ClassIndex
from tests.gallery import seed

CLASSES = seed.catalogue()
INDEX = ClassIndex(CLASSES)
TAKEN = {"sunset-climb", "disco-sprints"}


def chosen(field: str) -> list[str]:
    """What can be chosen in a field when nothing else is."""
    return [value for value, _ in ClassFilter().choices(INDEX, set(), field)]


def titles(asked: ClassFilter) -> list[str]:
    """What is found, by title."""
    by_id = {one.id: one.title for one in CLASSES}
    return [by_id[class_id] for class_id in asked.find(INDEX, set()).ids]


asked = st.builds(
    ClassFilter,
    search=st.sampled_from(["", "s", "tango", "INES", " rock ", "susnet"]),
    length=st.sampled_from(["", *chosen("length")]),
    kind=st.sampled_from(["", *chosen("kind")]),
    coach=st.sampled_from(["", *chosen("coach")]),
    effort=st.sampled_from(["", *chosen("effort")]),
    music=st.sampled_from(["", *chosen("music")]),
    not_taken=st.booleans(),
    order=st.sampled_from(list(ORDERS)),
)


@given(asked)
def test_letting_a_filter_go_never_loses_a_class(given_filter: ClassFilter) -> None:
    found = set(given_filter.find(INDEX, TAKEN).ids)
    for field in given_filter.asked:
        assert found <= set(given_filter.without(field).find(INDEX, TAKEN).ids)


@given(asked)
def test_the_least_change_brings_what_it_promises(given_filter: ClassFilter) -> None:
    if given_filter.find(INDEX, TAKEN).ids:
        return
    change = given_filter.least_change(INDEX, TAKEN)
    if change is not None:
        field, count = change
        assert count == given_filter.without(field).find(INDEX, TAKEN).total > 0


@given(asked)
def test_every_choice_brings_as_many_classes_as_it_says(given_filter: ClassFilter) -> None:
    for field in ("length", "kind", "coach", "effort", "music"):
        for choice, count in given_filter.choices(INDEX, TAKEN, field):
            assert replace(given_filter, **{field: choice}).find(INDEX, TAKEN).total == count


def test_every_length_belongs_to_exactly_one_choice() -> None:
    totals = [ClassFilter(length=name).find(INDEX, set()).total for name in LENGTHS]
    assert sum(totals) == len(CLASSES)


def test_search_looks_at_title_coach_kind_and_music_however_it_is_written() -> None:
    assert titles(ClassFilter(search="pulse")) == ["Pulse 20"]
    assert set(titles(ClassFilter(search="ARAGÓN"))) == {"Sunset Climb", "Under Over", "Evening Tempo"}
    assert set(titles(ClassFilter(search="aragn"))) == {"Sunset Climb", "Under Over", "Evening Tempo"}
    assert "Cold Start" in titles(ClassFilter(search="ambient"))


def test_orders() -> None:
    assert titles(ClassFilter(order="Longest"))[0] == "Long Way Home"
    assert ClassFilter().order_words == "Newest" and ClassFilter(search="climb").order_words == "Best match"
    assert not ClassFilter().asked and "order" not in FIELDS and "Newest" in ORDERS


def test_suggestions_begin_with_what_was_not_ridden_and_is_gentle_for_beginners() -> None:
    assert for_you(CLASSES, [])[0].title == "Sunset Climb"
    first = first_ride(CLASSES)
    assert first is not None and first.title == "First Ten"
    assert first_ride([]) is None
