"""Control of a fitness machine: the bytes other programs send too, and every answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import ftms_control as control
from drivers.errors import BadFrame
from drivers.ftms_control import Op, Response, Result, parse_response


@pytest.mark.parametrize(
    ("request_bytes", "text"),
    [
        (control.request_control(), "00"),
        (control.reset(), "01"),
        (control.set_speed(12.5), "02e204"),
        (control.set_incline(-3.5), "03ddff"),
        (control.set_resistance(4, octets=1), "0428"),
        (control.set_resistance(40), "049001"),
        (control.set_power(250), "05fa00"),
        (control.start(), "07"),
        (control.stop(), "0801"),
        (control.pause(), "0802"),
        (control.simulate(wind_mps=-1.5, grade_pct=3.25, rolling=0.004, wind_kg_per_m=0.51), "1124fa45012833"),
        (control.set_wheel(2105), "123a52"),
        (control.spin_down(), "1301"),
        (control.spin_down(ignore=True), "1302"),
        (control.set_cadence(90.5), "14b500"),
    ],
)
def test_requests(request_bytes, text):
    assert request_bytes.hex() == text


@pytest.mark.parametrize(
    "ask",
    [
        lambda: control.set_resistance(26, octets=1),
        lambda: control.set_resistance(-1, octets=1),
        lambda: control.set_power(40_000),
        lambda: control.set_speed(-1),
        lambda: control.set_speed(float("inf")),
        lambda: control.simulate(grade_pct=float("nan")),
    ],
)
def test_a_target_that_does_not_fit_is_refused_here(ask):
    with pytest.raises(ValueError):
        ask()


@pytest.mark.parametrize("result", list(Result))
@pytest.mark.parametrize("op", list(Op))
def test_answers(op, result):
    assert parse_response(bytes([0x80, op, result])) == Response(op, result)


def test_a_spin_down_answers_with_the_speeds_to_reach():
    assert parse_response(bytes.fromhex("801301e803d007")).parameter == bytes.fromhex("e803d007")


@given(st.binary(max_size=8))
def test_whatever_comes_is_an_answer_or_bad(data):
    try:
        response = parse_response(data)
    except BadFrame:
        return
    assert data == bytes([0x80, response.op, response.result]) + response.parameter
