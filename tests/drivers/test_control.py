"""The brake of a bike: walked in safe steps, given back, and honest about what it does not do.

The bike is the virtual one, with its control point by the specification; only the air between is left out.
"""

import asyncio
import itertools
import struct

import pytest

from drivers import control as control_module
from drivers import ftms_brake, gatt
from drivers.control import Control
from drivers.errors import LinkLost
from virtualbike import fitness_machine as machine
from virtualbike import gatt_table as table
from virtualbike.bike import Bike
from virtualbike.fitness_machine import FitnessMachine, Refused
from virtualbike.gatt_bike import GattBike
from virtualbike.rider import SteadyRider

WITHIN_S = 10.0
OTHER = "another program"
SERVICES = {
    table.uuid(service.number): {table.uuid(number): may for number, may in service.characteristics.items()}
    for service in table.SERVICES
}


class NearLink:
    """A link to a virtual bike without air. ``reads`` replaces values; while ``mute`` the bike answers nothing."""

    name, services = "Bike", SERVICES

    def __init__(self, bike):
        self.bike, self.written, self.reads, self.mute = bike, [], {}, False
        self.gone, self._hearers = asyncio.Event(), {}
        bike.connect(self)

    async def read(self, characteristic):
        return self.reads.get(characteristic) or self.bike.read(int(characteristic[4:8], 16))

    async def subscribe(self, characteristic, hear):
        number = int(characteristic[4:8], 16)
        self._hearers[number] = hear
        self.bike.subscribe(self, number, True)

    async def write(self, characteristic, data, *, response=True):
        if self.gone.is_set():
            raise LinkLost("the bike has gone", "Bring it nearer.")
        self.written.append(data)
        if not self.mute:
            self.tell(self.bike.write(self, int(characteristic[4:8], 16), data))
            self.bike.confirmed(self)

    def tell(self, notices):
        for notice in notices:
            if notice.client is self:
                self._hearers[notice.characteristic](notice.data)

    async def lost(self):
        await self.gone.wait()

    @property
    def levels(self):
        """All resistances that were asked for, in the bike's levels."""
        return [int.from_bytes(data[1:], "little") / 10 for data in self.written if data[0] == machine.RESISTANCE]

    @property
    def powers(self):
        return [int.from_bytes(data[1:], "little") for data in self.written if data[0] == machine.POWER]

    @property
    def resets(self):
        return self.written.count(bytes([machine.RESET]))


class Picky(FitnessMachine):
    """Takes levels of so many bytes only, and no power."""

    octets = 1

    def _resistance(self, parameter):
        if len(parameter) != self.octets:
            raise Refused(machine.INVALID_PARAMETER)
        return super()._resistance(parameter)

    def _power(self, parameter):
        raise Refused(machine.INVALID_PARAMETER)


class TwoBytes(Picky):
    octets = 2


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """What takes half a second takes a hundredth."""
    monkeypatch.setattr(control_module, "STEP_EVERY_S", 0.005)
    monkeypatch.setattr(control_module, "RETRY_S", 0.1)
    monkeypatch.setattr(control_module, "MEASURE_S", 0.05)
    monkeypatch.setattr(ftms_brake, "ANSWER_S", 0.05)


@pytest.fixture
def bike():
    return GattBike(SteadyRider(85, 35), Bike(cadence_rpm=85, resistance_pct=35))


@pytest.fixture
def measured():
    return {"resistance_pct": 35.0, "power_w": 148.0}


@pytest.fixture
def link(bike):
    return NearLink(bike)


@pytest.fixture
async def control(link, measured):
    control = await Control.of(link, measured.get)
    yield control
    await control.release()


async def until(true):
    async with asyncio.timeout(WITHIN_S):
        while not true():  # noqa: ASYNC110 - what is written is looked at
            await asyncio.sleep(0.002)


def steps(values):
    return [abs(after - before) for before, after in itertools.pairwise(values)]


async def test_a_goal_is_walked_to_from_where_the_bike_is(link, control):
    assert control.metrics == {"resistance_pct", "power_w"}
    control.keep("resistance_pct", 58)
    await until(lambda: link.levels[-1:] == [58])
    assert link.written[0] == bytes([machine.REQUEST_CONTROL])
    assert link.levels == [40, 45, 50, 55, 58]
    control.keep("resistance_pct", 200)
    await until(lambda: link.levels[-1] == 100)
    assert max(steps(link.levels)) <= 5, "beyond the bike's range the nearest it can, and no faster"


async def test_power_is_walked_to_in_steps_of_twenty_watts(link, control):
    control.keep("power_w", 210)
    await until(lambda: link.powers[-1:] == [210])
    assert link.powers == [168, 188, 208, 210]
    control.keep("power_w", 5000)
    await until(lambda: link.powers[-1] == control.limits("power_w").maximum == machine.MAX_POWER_W)


async def test_a_goal_that_changes_on_the_way_turns_the_walk(link, control):
    control.keep("resistance_pct", 90)
    await until(lambda: link.levels[-1:] >= [60])
    control.keep("resistance_pct", 20)
    await until(lambda: link.levels[-1] == 20)
    assert max(link.levels) < 90 and max(steps(link.levels)) <= 5


async def test_resistance_and_power_take_turns_from_what_is_measured(link, control, measured):
    control.keep("resistance_pct", 50)
    await until(lambda: link.levels[-1:] == [50])
    measured.update(resistance_pct=50.0, power_w=260.0)
    control.keep("power_w", 200)
    await until(lambda: link.powers[-1:] == [200])
    assert link.powers == [240, 220, 200]
    measured["resistance_pct"] = 44.0
    control.keep("resistance_pct", 50)
    await until(lambda: link.levels[-1] == 50 and len(link.levels) > 3)
    assert link.levels[3:] == [49, 50]


async def test_levels_of_another_range_and_step(bike, link, measured):
    link.reads[gatt.RESISTANCE_RANGE] = struct.pack("<hhH", 10, 330, 10)
    control = await Control.of(link, measured.get)
    control.keep("resistance_pct", 50)
    await until(lambda: link.levels[-1:] == [17])
    assert link.levels == [13, 14, 15, 16, 17], "one level is 3 %, two would be more than 5"
    await control.release()


@pytest.mark.parametrize(("kind", "octets"), [(Picky, 1), (TwoBytes, 2)])
async def test_levels_of_one_byte_and_of_two(bike, link, measured, kind, octets):
    bike.machine = kind(bike.riding.trainer)
    link.reads[gatt.RESISTANCE_RANGE] = struct.pack("<hhH", 0, 240, 10)
    control = await Control.of(link, measured.get)
    control.keep("resistance_pct", 50)
    await until(lambda: link.levels[-1:] == [12])
    lengths = [len(data) - 1 for data in link.written if data[0] == machine.RESISTANCE]
    assert lengths[1:] == [octets] * len(lengths[1:]), "the form that is taken is remembered"
    assert control.trouble is None
    await control.release()


async def test_a_bike_whose_levels_do_not_fit_says_so_and_goes_on_below(bike, link, measured):
    bike.machine = Picky(bike.riding.trainer)
    measured["resistance_pct"] = 20.0
    control = await Control.of(link, measured.get)
    control.keep("resistance_pct", 50)
    await until(lambda: control.trouble)
    assert "does not take this resistance" in str(control.trouble) and "by hand" in control.trouble.remedy
    control.keep("resistance_pct", 22)
    await until(lambda: control.trouble is None and link.levels[-1] == 22)
    control.keep("power_w", 100)
    await until(lambda: control.trouble)
    assert "does not take this power" in str(control.trouble)
    await control.release()


async def test_a_brake_that_another_program_has_is_taken_when_it_is_free(bike, link, control):
    bike.connect(OTHER)
    bike.subscribe(OTHER, table.CONTROL_POINT, True)
    bike.write(OTHER, table.CONTROL_POINT, bytes([machine.REQUEST_CONTROL]))
    control.keep("resistance_pct", 50)
    await until(lambda: control.trouble)
    assert "another program" in str(control.trouble) and "Close that program" in control.trouble.remedy
    assert link.levels == []
    bike.disconnect(OTHER)
    await until(lambda: link.levels[-1:] == [50])
    assert control.trouble is None


async def test_a_brake_that_is_taken_in_mid_walk_is_let_alone_for_a_while(bike, link, control, measured):
    await link.subscribe(gatt.FITNESS_MACHINE_STATUS, lambda data: control.lost() if data == b"\xff" else None)
    control.keep("resistance_pct", 90)
    await until(lambda: len(link.levels) > 3)
    status, before = bike.machine.take_back(), len(link.written)
    measured["resistance_pct"] = 30.0  # the rider's own
    link.tell(bike._tell(table.MACHINE_STATUS, status))
    assert "took its brake back" in str(control.trouble)
    await asyncio.sleep(0.05)
    assert len(link.written) <= before + 1, "no more than what was under way"
    walked = len(link.levels)
    await until(lambda: link.levels[-1] == 90)
    assert link.levels[walked] == 35 and control.trouble is None
    assert bytes([machine.RESET]) not in link.written, "what is not ours is not given back"


async def test_a_bike_that_does_not_answer_is_asked_again(link, control):
    link.mute = True
    control.keep("resistance_pct", 40)
    await until(lambda: control.trouble)
    assert "does not answer" in str(control.trouble) and "by itself" in control.trouble.remedy
    link.mute = False
    await until(lambda: link.levels[-1:] == [40])
    assert control.trouble is None


async def test_a_link_that_is_lost_in_mid_walk_costs_no_time(link, control):
    control.keep("resistance_pct", 90)
    await until(lambda: len(link.levels) > 2)
    link.mute = True
    await until(lambda: len(link.levels) > 3)
    link.gone.set()
    began = asyncio.get_running_loop().time()
    await control.release()
    assert asyncio.get_running_loop().time() - began < 0.04, "an answer would have been waited for longer"


async def test_released_it_gives_the_resistance_back_and_writes_nothing_more(bike, link, control):
    control.keep("resistance_pct", 90)
    await until(lambda: len(link.levels) > 2)
    await control.release()
    assert link.written[-1] == bytes([machine.RESET]) and bike.machine.controller is None
    assert bike.riding.trainer.target(1.0) == (85, 35), "the knob is the rider's"
    written = list(link.written)
    control.keep("resistance_pct", 20)
    control.let_go()
    await control.release()
    await asyncio.sleep(0.05)
    assert link.written == written


async def test_released_while_it_is_asked_it_waits_for_the_answer(bike, link, control):
    control.keep("resistance_pct", 90)
    await asyncio.sleep(0)
    await control.release()
    assert bike.machine.controller is None
    assert link.written[-1:] in ([], [bytes([machine.RESET])])


async def test_a_brake_that_was_never_used_is_not_reset(link, control):
    await control.release()
    assert link.written == []


async def test_let_go_it_can_be_taken_again_from_where_the_bike_is_then(bike, link, control, measured):
    control.keep("resistance_pct", 50)
    await until(lambda: link.levels[-1:] == [50])
    control.let_go()
    await until(lambda: link.resets == 1)
    assert bike.machine.controller is None and control.goal is None
    measured["resistance_pct"] = 20.0
    control.keep("resistance_pct", 50)
    walked = len(link.levels)
    await until(lambda: link.levels[-1] == 50 and len(link.levels) > walked)
    assert link.levels[walked] == 25


async def test_held_it_stays_where_it_is(bike, link, control):
    control.keep("resistance_pct", 90)
    await until(lambda: len(link.levels) > 2)
    control.hold()
    await asyncio.sleep(0.03)
    walked = len(link.levels)
    await asyncio.sleep(0.03)
    assert len(link.levels) == walked and link.resets == 0


async def test_the_riders_own_turn_is_where_the_next_walk_begins(link, control):
    control.keep("resistance_pct", 40)
    await until(lambda: link.levels[-1:] == [40])
    control.turned("resistance_pct", 62.3)
    await asyncio.sleep(0.03)
    assert link.levels == [40], "what the hand has done is not done again"
    control.keep("resistance_pct", 70)
    await until(lambda: link.levels[-1] == 70)
    assert link.levels == [40, 67, 70]


async def test_a_bike_that_tells_no_resistance_is_walked_up_from_its_easiest(link):
    control = await Control.of(link, {}.get)
    control.keep("resistance_pct", 12)
    await until(lambda: link.levels[-1:] == [12])
    assert link.levels == [5, 10, 12]
    await control.release()


async def test_what_cannot_be_kept_is_a_mistake_of_the_caller(control):
    for metric, value in (("cadence_rpm", 80), ("power_w", float("nan"))):
        with pytest.raises(ValueError):
            control.keep(metric, value)


@pytest.mark.parametrize(
    ("characteristic", "value"),
    [
        (gatt.FITNESS_MACHINE_FEATURE, bytes(8)),  # can be told nothing
        (gatt.FITNESS_MACHINE_FEATURE, b"\x01"),
        (gatt.RESISTANCE_RANGE, b"\x01"),
        (gatt.RESISTANCE_RANGE, struct.pack("<hhH", 100, 50, 1)),
    ],
)
async def test_a_bike_without_a_brake_that_can_be_understood_has_none(link, characteristic, value):
    link.reads[characteristic] = value
    assert await Control.of(link, {}.get) is None
