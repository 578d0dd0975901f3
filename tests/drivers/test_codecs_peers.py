"""Our codecs beside implementations that are not ours: every valid frame reads the same.

pycycling, deancochran-ftms and pyftms are in the test extra. Where one of them departs from the specification the test
says so and holds ours to the specification.
"""

import dataclasses
import struct

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pycycling import cycling_power_service, cycling_speed_cadence_service, ftms_parsers, heart_rate_service

from drivers import ftms_control as control
from drivers.cycling_power import parse_cycling_power
from drivers.ftms import parse_feature, parse_indoor_bike, parse_power_range, parse_status
from drivers.ftms_control import Op, Result, parse_response
from drivers.heart_rate import parse_heart_rate
from drivers.speed_cadence import parse_csc
from drivers.treadmill import parse_treadmill

u8, u16, u24, u32 = (st.integers(0, (1 << bits) - 1) for bits in (8, 16, 24, 32))
s16 = st.integers(-0x8000, 0x7FFF)


def packed(draw, head, table, flags):
    """Flags, then for each set bit of the table its fields, at random."""
    data = head
    for bit, codes in enumerate(table):
        if flags >> bit & 1:
            for code in codes:
                strategy = {"B": u8, "H": u16, "h": s16, "I": u32, "T": u24}[code]
                number = draw(strategy)
                data += number.to_bytes(3, "little") if code == "T" else struct.pack("<" + code, number)
    return data


@st.composite
def bike_frames(draw):
    flags = draw(st.integers(0, 0x1FFF))
    table = ("H", "H", "H", "H", "T", "h", "h", "h", "HHB", "B", "B", "H", "H")
    return packed(draw, flags.to_bytes(2, "little"), table, flags ^ 1)


@st.composite
def treadmill_frames(draw):
    flags = draw(st.integers(0, 0x1FFF))
    table = ("H", "H", "T", "hh", "HH", "B", "B", "HHB", "B", "B", "H", "H", "hh")
    return packed(draw, flags.to_bytes(2, "little"), table, flags ^ 1)


@st.composite
def power_frames(draw):
    flags = draw(st.integers(0, 0x0FFF).map(lambda flags: flags & ~0b1010 & ~(1 << 8)))
    table = ("B", "", "H", "", "IH", "HH", "hh", "hh", "", "H", "H", "H")
    return packed(draw, struct.pack("<Hh", flags, draw(s16)), table, flags)


@st.composite
def speed_frames(draw):
    flags = draw(st.integers(0, 3))
    return packed(draw, bytes([flags]), ("IH", "HH"), flags)


@st.composite
def heart_frames(draw):
    flags = draw(st.integers(0, 31))
    bpm = draw(u16).to_bytes(2, "little") if flags & 1 else bytes([draw(u8)])
    energy = draw(u16).to_bytes(2, "little") if flags & 8 else b""
    rr = draw(st.lists(u16, max_size=4)) if flags & 16 else []
    return bytes([flags]) + bpm + energy + struct.pack(f"<{len(rr)}H", *rr)


PYCYCLING_BIKE = {
    **{"instant_speed": "speed_kmh", "average_speed": "average_speed_kmh", "instant_cadence": "cadence_rpm"},
    **{
        "average_cadence": "average_cadence_rpm",
        "total_distance": "distance_m",
        "resistance_level": "resistance_level",
    },
    **{"instant_power": "power_w", "average_power": "average_power_w", "total_energy": "energy_kcal"},
    **{"energy_per_hour": "energy_kcal_per_h", "energy_per_minute": "energy_kcal_per_min", "met": "met"},
    **{"heart_rate": "heart_rate_bpm", "metabolic_equivalent": "met", "elapsed_time": "elapsed_s"},
    **{"remaining_time": "remaining_s"},
}
PYFTMS = {
    **{"speed_instant": "speed_kmh", "speed_average": "average_speed_kmh", "cadence_instant": "cadence_rpm"},
    **{
        "cadence_average": "average_cadence_rpm",
        "distance_total": "distance_m",
        "resistance_level": "resistance_level",
    },
    **{"power_instant": "power_w", "power_average": "average_power_w", "energy_total": "energy_kcal"},
    **{"energy_per_hour": "energy_kcal_per_h", "energy_per_minute": "energy_kcal_per_min"},
    **{"heart_rate": "heart_rate_bpm", "metabolic_equivalent": "met", "time_elapsed": "elapsed_s"},
    **{"time_remaining": "remaining_s", "inclination": "incline_pct", "ramp_angle": "ramp_angle_deg"},
    **{"elevation_gain_positive": "climbed_m", "elevation_gain_negative": "descended_m"},
    **{"pace_instant": "pace_km_per_min", "pace_average": "average_pace_km_per_min"},
    **{"force_on_belt": "belt_force_n", "power_output": "power_w"},
}


def ours_named(fields, names):
    """A peer's fields under our names, without those it has not."""
    return {names[name]: value for name, value in fields.items() if value is not None}


@pytest.fixture(scope="module")
def peer():
    return ftms_parsers, cycling_power_service, cycling_speed_cadence_service, heart_rate_service


@given(data=bike_frames())
def test_indoor_bike_data(peer, data):
    theirs = peer[0].parse_indoor_bike_data(data)._asdict()
    assert parse_indoor_bike(data) == pytest.approx(ours_named(theirs, PYCYCLING_BIKE))


@given(data=power_frames())
def test_cycling_power(peer, data):
    """pycycling reads power, force and torque unsigned, and leaves balance and torque in their raw units."""
    theirs = peer[1]._parse_cycling_power_measurement(data)._asdict()
    ours = parse_cycling_power(data)
    assert ours["power_w"] == int.from_bytes(data[2:4], "little", signed=True)
    assert int(ours["power_w"]) & 0xFFFF == theirs["instantaneous_power"]
    for name, our_name, scale in (
        ("pedal_power_balance", "balance_pct", 2),
        ("accumulated_torque", "accumulated_torque_nm", 32),
        ("cumulative_wheel_revs", "wheel_revs", 1),
        ("last_wheel_event_time", "wheel_ticks", 1),
        ("cumulative_crank_revs", "crank_revs", 1),
        ("last_crank_event_time", "crank_ticks", 1),
        ("maximum_force_magnitude", "max_force_n", 1),
        ("minimum_force_magnitude", "min_force_n", 1),
        ("maximum_torque_magnitude", "max_torque_nm", 32),
        ("minimum_torque_magnitude", "min_torque_nm", 32),
        ("top_dead_spot_angle", "top_dead_spot_deg", 1),
        ("bottom_dead_spot_angle", "bottom_dead_spot_deg", 1),
        ("accumulated_energy", "energy_kj", 1),
    ):
        if our_name.startswith(("max", "min")) and our_name in ours:
            assert int(ours[our_name] * scale) & 0xFFFF == theirs[name]
        else:
            assert (our_name in ours) is (theirs[name] is not None)
            assert our_name not in ours or ours[our_name] * scale == theirs[name]


@given(data=speed_frames())
def test_speed_and_cadence(peer, data):
    theirs = peer[2]._parse_csc_measurement(data)
    ours = parse_csc(data)
    assert (ours.wheel_revs, ours.wheel_ticks, ours.crank_revs, ours.crank_ticks) == tuple(theirs)


@given(data=heart_frames())
def test_heart_rate(peer, data):
    """pycycling reports contact when bit 2, "can tell", is set alone, and where the strap cannot tell."""
    theirs = peer[3]._parse_hr_measurement(data)
    ours = parse_heart_rate(data)
    assert (ours.bpm, ours.energy_kj) == (theirs.bpm, theirs.energy_expended)
    assert [round(interval * 1024) for interval in ours.rr_s] == theirs.rr_interval
    assert ours.contact is (bool(data[0] & 2) if data[0] & 4 else None)
    assert ours.contact is not True or theirs.sensor_contact


@given(data=st.binary(min_size=8, max_size=8))
def test_features(peer, data):
    machine, targets = peer[0].parse_all_features(data)
    features, ours = parse_feature(data)
    assert [bool(features & 1 << bit) for bit in range(16)] == list(machine)[:16]
    for bit in (0, 1, 2, 3, 4, 13, 14, 15, 16):
        assert bool(ours & 1 << bit) is targets[bit]


@given(st.sampled_from(list(Op)), st.sampled_from(list(Result)))
def test_answers_of_the_control_point(peer, op, result):
    data = bytes([0x80, op, result])
    theirs, ours = peer[0].parse_control_point_response(data), parse_response(data)
    assert (theirs.request_code_enum.value, theirs.result_code_enum.value) == (ours.op, ours.result)


@given(power_w=s16, grade=s16, wind=s16, level=u8)
def test_requests(peer, power_w, grade, wind, level):
    """pycycling writes a resistance level as one byte, and a target cadence too, where the service has two."""
    form, op = peer[0].form_ftms_control_command, peer[0].FTMSControlPointOpCode
    simulated = form(op.SET_INDOOR_BIKE_SIMULATION_PARAMETERS, [wind, grade, 40, 51])
    assert control.set_power(power_w) == form(op.SET_TARGET_POWER, power_w)
    assert control.simulate(wind_mps=wind / 1000, grade_pct=grade / 100) == simulated
    assert control.set_resistance(level / 10, octets=1) == form(op.SET_TARGET_RESISTANCE_LEVEL, level)
    for ours, theirs in (
        (control.request_control(), form(op.REQUEST_CONTROL)),
        (control.reset(), form(op.RESET)),
        (control.start(), form(op.START_OR_RESUME)),
        (control.stop(), form(op.STOP_OR_PAUSE, 1)),
        (control.pause(), form(op.STOP_OR_PAUSE, 2)),
        (control.spin_down(), form(op.SET_SPIN_DOWN_CONTROL, 1)),
    ):
        assert ours == theirs


@given(power_w=s16, speed=u16, incline=s16)
def test_status(peer, power_w, speed, incline):
    for head, code, value in ((0x08, "h", power_w), (0x05, "H", speed), (0x06, "h", incline)):
        data = struct.pack("<B" + code, head, value)
        assert parse_status(data).value == peer[0].parse_fitness_machine_status(data).value


# All bits set, or all but the sign, in every size and unit: pyftms leaves these out, as feed() does.
NOT_AVAILABLE = {0xFF, 25.5, 0xFFFF, 655.35, 32767.5, 6553.5, 0xFFFFFF, 0x7FFF, 3276.7}


def test_pyftms_reads_bikes_and_treadmills_as_we_do():
    """Whole frames only: pyftms asserts that nothing is left over. It cuts the tenth off a climb of 0.1 m,
    and fails on one that is not available.
    """
    reason = "pyftms imports only on Python 3.12 and later"
    models = pytest.importorskip("pyftms.models", reason=reason, exc_type=ImportError)
    serializer = pytest.importorskip("pyftms.serializer", reason=reason)

    def compare(model, data, ours):
        theirs = ours_named(serializer.get_serializer(model).deserialize(data)._asdict(), PYFTMS)
        cut = {name: int(ours[name]) if name in ("climbed_m", "descended_m") else ours[name] for name in theirs}
        assert theirs == pytest.approx(cut)
        assert {ours[name] for name in ours.keys() - theirs.keys()} <= NOT_AVAILABLE

    @given(bike_frames())
    def bikes(data):
        compare(models.IndoorBikeData, data, parse_indoor_bike(data))

    @given(treadmill_frames())
    def treadmills(data):
        ours = parse_treadmill(data)
        assume(6553.5 not in (ours.get("climbed_m"), ours.get("descended_m")))
        compare(models.TreadmillData, data, ours)

    bikes()
    treadmills()


ANOTHER = {
    **{"speed_mps": ("speed_kmh", 3.6), "average_speed_mps": ("average_speed_kmh", 3.6), "met": ("met", 1)},
    **{"cadence_rpm": ("cadence_rpm", 1), "average_cadence_rpm": ("average_cadence_rpm", 1)},
    **{"distance_meters": ("distance_m", 1), "resistance_level": ("resistance_level", 1)},
    **{"hr_bpm": ("heart_rate_bpm", 1)},
    **{"power_watts": ("power_w", 1), "average_power_watts": ("average_power_w", 1), "energy_kcal": ("energy_kcal", 1)},
    **{"energy_per_hour_kcal": ("energy_kcal_per_h", 1), "energy_per_minute_kcal": ("energy_kcal_per_min", 1)},
    **{"metabolic_equivalent": ("met", 1), "elapsed_time_seconds": ("elapsed_s", 1)},
    **{"remaining_time_seconds": ("remaining_s", 1), "inclination_percent": ("incline_pct", 1)},
    **{"ramp_angle_degrees": ("ramp_angle_deg", 1), "positive_elevation_gain_meters": ("climbed_m", 1)},
    **{"negative_elevation_gain_meters": ("descended_m", 1), "force_on_belt_newtons": ("belt_force_n", 1)},
    **{"instantaneous_pace_seconds_per500m": ("pace_s_per_500m", 1)},
    **{"average_pace_seconds_per500m": ("average_pace_s_per_500m", 1)},
}


@pytest.fixture(scope="module")
def another():
    return pytest.importorskip("deancochran_ftms")


def compare_with_another(theirs, ours):
    """What it calls not available our parser gives as sent; it leaves the level's tenths and a one-byte pace raw."""
    theirs = {name.replace("_per_500m", "_per500m"): value for name, value in theirs.items() if value is not None}
    known = {ANOTHER[name][0]: value * ANOTHER[name][1] for name, value in theirs.items() if name in ANOTHER}
    assert known == pytest.approx({name: ours[name] for name in known}, rel=1e-6)
    left = {name: value for name, value in ours.items() if name not in known and "pace" not in name}
    assert set(left.values()) <= NOT_AVAILABLE


@given(data=bike_frames())
def test_indoor_bike_data_beside_another(another, data):
    """Its levels of two bytes are in tenths, where every bike means whole ones."""
    form = another.MeasurementFormatOptions(resistance_format="signed16Tenths")
    theirs = dataclasses.asdict(another.decode_measurement("2ad2", data, form).measurement.metrics)
    if theirs["resistance_level"] is not None:
        theirs["resistance_level"] *= 10
    compare_with_another(theirs, parse_indoor_bike(data))


@given(data=treadmill_frames(), wide=st.booleans())
def test_treadmill_data_beside_another(another, data, wide):
    """Frames with paces of one byte, and of two."""
    flags = data[0] | data[1] << 8
    if wide:
        before = 2 + sum(size for bit, size in ((0, 2), (1, 2), (2, 3), (3, 4), (4, 4)) if (flags ^ 1) >> bit & 1)
        paces = (flags >> 5 & 1) + (flags >> 6 & 1)
        behind = before + paces
        data = data[:before] + b"".join(bytes([byte, 1]) for byte in data[before:behind]) + data[behind:]
    form = another.MeasurementFormatOptions(treadmill_pace_format="uint16" if wide else "uint8Legacy")
    theirs = dataclasses.asdict(another.decode_measurement("2acd", data, form).measurement.metrics)
    compare_with_another(theirs, parse_treadmill(data))


@given(op=st.sampled_from(list(Op)), result=st.sampled_from(list(Result)))
def test_answers_beside_another(another, op, result):
    theirs = another.decode_control_response_raw(bytes([0x80, op, result]))
    ours = parse_response(bytes([0x80, op, result]))
    assert (theirs.request_opcode, theirs.result_code) == (ours.op, ours.result)


@given(power_w=s16, level=st.integers(-3000, 3000), grade=s16)
def test_requests_beside_another(another, power_w, level, grade):
    for request, operands in (
        (control.set_power(power_w), (power_w,)),
        (control.set_resistance(level / 10), (level,)),
        (control.simulate(grade_pct=grade / 100), (0, grade, 40, 51)),
        (control.stop(), (1,)),
        (control.request_control(), ()),
    ):
        theirs = another.decode_control_request_raw(request)
        assert (theirs.opcode, theirs.operands) == (request[0], operands)


@given(numbers=st.tuples(s16, s16, u16))
def test_ranges_beside_another(another, numbers):
    assume(numbers[0] <= numbers[1])
    data = struct.pack("<hhH", *numbers)
    try:
        theirs = another.decode_supported_range(data, "power")
    except another.RawCodecError:  # it refuses a step of 0, and one that does not fit; bikes have such
        return
    ours = parse_power_range(data)
    assert (ours.minimum, ours.maximum, ours.step) == (theirs.minimum, theirs.maximum, theirs.increment)
