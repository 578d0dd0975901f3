"""Which pathway is asked next, with invented times: the ill rest and come back, nobody is ever left out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.gateway.pathways import PROVEN, REST_S, Pathways, Standing, Trouble

NAMES = ("a", "b", "c")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.one_of(st.none(), st.sampled_from(Trouble)),
        st.floats(0.0, 400.0),
    ),
    max_size=60,
)


def test_the_first_is_asked_while_it_is_well():
    pathways = Pathways(NAMES)
    pathways.failed("a", 1.0, Trouble.MISSING)  # one missing piece may be just that
    assert pathways.order(2.0) == ["a", "b", "c"]


def test_one_that_lies_or_does_not_answer_rests_and_comes_back():
    pathways = Pathways(NAMES)
    pathways.failed("a", 0.0, Trouble.WRONG)
    assert pathways.order(1.0) == ["b", "c", "a"]
    assert pathways.standing("a", REST_S[0] + 1) is Standing.PROBATION
    assert pathways.order(REST_S[0] + 1) == ["b", "c", "a"], "nothing is risked with an empty buffer"
    assert pathways.order(REST_S[0] + 1, probe=True) == ["a", "b", "c"]
    pathways.succeeded("a", REST_S[0] + 2)
    assert pathways.order(REST_S[0] + 2) == ["a", "b", "c"]


def test_rests_grow_while_it_stays_ill_and_are_short_again_when_it_has_proved_itself():
    pathways, now_s = Pathways(NAMES), 0.0
    for rest_s in (*REST_S, REST_S[-1]):
        pathways.failed("a", now_s, Trouble.LATE)
        assert pathways.standing("a", now_s + rest_s - 0.1) is Standing.RESTING
        now_s += rest_s
        assert pathways.standing("a", now_s) is Standing.PROBATION
    for _ in range(PROVEN):
        pathways.succeeded("a", now_s)
    pathways.failed("a", now_s, Trouble.LATE)
    assert pathways.standing("a", now_s + REST_S[0]) is Standing.PROBATION


def test_steering_goes_before_the_given_order_and_health_before_steering():
    pathways = Pathways(NAMES)
    pathways.prioritise(["c", "unknown", "b"])
    assert pathways.order(0.0) == ["c", "b", "a"]
    pathways.failed("c", 0.0, Trouble.UNREACHABLE)
    assert pathways.order(1.0) == ["b", "a", "c"]
    pathways.add("d")
    assert pathways.order(1.0) == ["b", "a", "d", "c"]


def test_old_trouble_is_forgotten():
    pathways = Pathways(NAMES)
    pathways.failed("a", 0.0, Trouble.MISSING)
    pathways.failed("a", 600.0, Trouble.MISSING)
    assert pathways.order(601.0)[0] == "a"


@given(STEPS, st.permutations(NAMES))
def test_whatever_happens_all_are_asked_the_well_ones_first_in_the_steerings_order(steps, priority):
    pathways, now_s = Pathways(NAMES), 0.0
    pathways.prioritise(priority)
    for name, trouble, passed_s in steps:
        now_s += passed_s
        if trouble is None:
            pathways.succeeded(name, now_s)
            assert pathways.standing(name, now_s) is Standing.GOOD
        else:
            pathways.failed(name, now_s, trouble)
        for probe in (False, True):
            order = pathways.order(now_s, probe)
            assert sorted(order) == sorted(NAMES)
            well = [one for one in order if pathways.standing(one, now_s) is Standing.GOOD]
            assert well == [one for one in priority if one in well]
            if not probe:
                assert order[: len(well)] == well
            resting = [pathways.standing(one, now_s) is Standing.RESTING for one in order]
            assert resting == sorted(resting), "those that rest come last"
    after_s = now_s + REST_S[-1]
    assert all(pathways.standing(name, after_s) is not Standing.RESTING for name in NAMES), "no rest is for ever"
