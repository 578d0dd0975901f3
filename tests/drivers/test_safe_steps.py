"""No step of a brake is further than is safe, whatever is asked of it."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers import control as control_module
from drivers.brake_steps import Axis
from drivers.control import Control

AXES = st.builds(
    lambda low, span, step, safe: Axis(low, low + span, step, safe),
    st.integers(-50, 50),
    st.integers(1, 500),
    st.sampled_from([0.1, 0.5, 1.0, 100 / 31, 12.5]),
    st.sampled_from([5.0, 20.0]),
)


@given(AXES, st.floats(-100, 700), st.floats(-100, 700))
def test_every_step_is_safe_and_every_walk_arrives(axis, begin, goal):
    at = min(max(begin, axis.minimum), axis.maximum)
    for _ in range(6000):
        after = axis.toward(at, goal)
        assert abs(after - at) <= max(axis.safe, axis.step) + 1e-6
        assert axis.minimum - 1e-6 <= after <= axis.maximum + 1e-6
        assert after == pytest.approx(axis.nearest(after)), "a value that the brake can keep"
        if after == at:
            break
        at = after
    assert at == pytest.approx(axis.nearest(goal))


class Obedient:
    """A brake that does what it is told at once, and shows it."""

    name = "Bike"

    def __init__(self):
        self.axes = {"resistance_pct": Axis(0, 100, 1, 5), "power_w": Axis(25, 800, 1, 20)}
        self.shown = {"resistance_pct": 35.0, "power_w": 150.0}
        self.jumps = []

    async def take(self):
        await asyncio.sleep(0)

    async def put(self, metric, value):
        await asyncio.sleep(0)
        self.jumps.append(abs(value - self.shown[metric]) / self.axes[metric].safe)
        self.shown[metric] = value

    async def give_back(self):
        await asyncio.sleep(0)

    def lost(self):
        pass


WISHES = st.one_of(
    st.tuples(st.just("resistance_pct"), st.floats(-20, 150)),
    st.tuples(st.just("power_w"), st.floats(-100, 2000)),
    st.tuples(st.sampled_from(["hold", "let go", "lost"]), st.just(0.0)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(WISHES, st.integers(0, 12)), max_size=25))
def test_whatever_the_goals_no_write_is_further_than_a_safe_step(wishes):
    async def wish():
        brake = Obedient()
        control = Control(brake, brake.shown.get, asyncio.Event().wait)
        for (what, value), turns in wishes:
            if what in brake.axes:
                control.keep(what, value)
            else:
                {"hold": control.hold, "let go": control.let_go, "lost": control.lost}[what]()
            for _ in range(turns):
                await asyncio.sleep(0)
        await control.release()
        assert max(brake.jumps, default=0) <= 1 + 1e-6

    with pytest.MonkeyPatch.context() as patch:
        for name in ("STEP_EVERY_S", "RETRY_S", "MEASURE_S"):
            patch.setattr(control_module, name, 0.0)
        asyncio.run(wish())
