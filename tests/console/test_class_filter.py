"""Filters of the library, without any screen."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.class_filter import FIELDS, ORDERS, ClassFilter, choices
from console.suggestions import first_ride, for_you
from tests.gallery import seed

CLASSES = seed.catalogue()
TAKEN = {"sunset-climb", "disco-sprints"}

asked = st.builds(
    ClassFilter,
    search=st.sampled_from(["", "s", "tango", "INES", " rock "]),
    length=st.sampled_from(["", *choices(CLASSES, "length")]),
    kind=st.sampled_from(["", *choices(CLASSES, "kind")]),
    coach=st.sampled_from(["", *choices(CLASSES, "coach")]),
    effort=st.sampled_from(["", *choices(CLASSES, "effort")]),
    music=st.sampled_from(["", *choices(CLASSES, "music")]),
    not_taken=st.booleans(),
    order=st.sampled_from(list(ORDERS)),
)


@given(asked)
def test_letting_a_filter_go_never_loses_a_class(given_filter: ClassFilter) -> None:
    found = {one.id for one in given_filter.apply(CLASSES, TAKEN)}
    for field in given_filter.asked:
        assert found <= {one.id for one in given_filter.without(field).apply(CLASSES, TAKEN)}


@given(asked)
def test_the_least_change_brings_what_it_promises(given_filter: ClassFilter) -> None:
    if given_filter.apply(CLASSES, TAKEN):
        return
    change = given_filter.least_change(CLASSES, TAKEN)
    if change is not None:
        field, count = change
        assert count == len(given_filter.without(field).apply(CLASSES, TAKEN)) > 0


def test_every_choice_offered_has_a_class() -> None:
    for field in ("length", "kind", "coach", "effort", "music"):
        for choice in choices(CLASSES, field):
            values: dict[str, Any] = {field: choice}
            assert ClassFilter(**values).apply(CLASSES, set())


def test_every_length_belongs_to_exactly_one_choice() -> None:
    for one in CLASSES:
        assert sum(ClassFilter(length=name).matches(one, set()) for name in choices(CLASSES, "length")) == 1


def test_search_looks_at_title_coach_kind_and_music_in_any_case() -> None:
    def found(words: str) -> set[str]:
        return {one.title for one in ClassFilter(search=words).apply(CLASSES, set())}

    assert found("pulse") == {"Pulse 20"}
    assert found("ARAGÓN") == {"Sunset Climb", "Under Over", "Evening Tempo"}
    assert "Cold Start" in found("ambient")


def test_orders() -> None:
    assert ClassFilter(order="Longest").apply(CLASSES, set())[0].title == "Long Way Home"
    assert ClassFilter(order="Easiest").apply(CLASSES, set())[0].effort == 1
    assert not ClassFilter().asked and "order" not in FIELDS


def test_suggestions_begin_with_what_was_not_ridden_and_is_gentle_for_beginners() -> None:
    assert for_you(CLASSES, [])[0].title == "Sunset Climb"
    first = first_ride(CLASSES)
    assert first is not None and first.title == "First Ten"
    assert first_ride([]) is None
