"""The words that tablet and cloud share, in JSON: what goes in comes out, and what does not fit is named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.records import (
    Answer,
    Batch,
    Enrolment,
    FitnessClass,
    Point,
    RecordError,
    Refusal,
    RideHeader,
    Standings,
    Totals,
    from_json,
    to_json,
)

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
KINDS = [Answer, Enrolment, FitnessClass, Point, Refusal, RideHeader, Standings, Totals]


@given(st.sampled_from(KINDS).flatmap(lambda kind: st.from_type(kind)))
def test_round_trip(record):
    assert from_json(type(record), json.loads(json.dumps(to_json(record)))) == record


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["rows"]), inner),
    max_leaves=5,
)


@given(st.sampled_from(KINDS), json_values)
def test_anything_else_is_an_error_that_names_the_record(kind, value):
    try:
        from_json(kind, value)
    except RecordError as error:
        assert kind.__name__ in str(error)


def test_a_newer_cloud_may_say_more():
    assert from_json(Answer, {"ride_id": "r", "acknowledged": 3, "mood": "good"}) == Answer("r", 3)


@pytest.mark.parametrize(
    "value, named",
    [
        ({"acknowledged": 3}, "Answer.ride_id: missing"),
        ({"ride_id": "r", "acknowledged": "3"}, "Answer.acknowledged"),
        ({"ride_id": "r", "acknowledged": True}, "Answer.acknowledged"),
        ({"ride_id": "r", "acknowledged": 3, "standings": {"class_id": 1}}, "Answer.standings.class_id"),
        ([], "expected an object"),
    ],
)
def test_what_is_wrong_is_named(value, named):
    with pytest.raises(RecordError, match=named):
        from_json(Answer, value)


def test_a_whole_number_is_read_where_a_fraction_is_expected():
    assert from_json(Point, {"second": 0, "at": 5}).at == 5.0


def test_a_batch_has_no_gaps():
    ride = RideHeader(RideHeader.new_id(), "r", "Ada", 1.0)
    with pytest.raises(RecordError, match="consecutive"):
        Batch(ride, (Point(3, 1.0), Point(5, 2.0)))
