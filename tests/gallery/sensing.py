"""Scenes of the sensors and of the service screen: each state that a sensor can be in."""

from __future__ import annotations

import math
from typing import Any

from drivers import errors
from drivers.ble_errors import forbidden, in_use, out_of_range
from drivers.discovery import Found
from drivers.peloton_poll import KnownBike
from drivers.power_rule import rule_w
from drivers.resistance import ResistanceTable
from drivers.sample import Sample
from drivers.sensor import LinkState
from tests.gallery.finger import Finger
from tests.gallery.riding import draw, free_ride
from tests.gallery.scene import Scene
from tests.gallery.staged_ride import BIKE, STRAP, Listening, StagedRide, paired
from tests.gallery.writing import target

PEDALS, TREADMILL = "ble://D0:11:22:33:44:55?name=Pedals%2077", "ble://D0:11:22:33:44:66?name=Belt"
AIR_BIKE = "ble://C1:BA:CE:01:00:01?name=Breakaway"
COUNTS = (164, 169, 186, 222, 297, 369, 440, 497, 558, 609, 653, 687, 726, 757, 783, 803, 827, 845, 861, 874)
COUNTS += (889, 901, 911, 921, 930, 938, 944, 952, 958, 963, 967)
ODD = errors.WrongDevice("Old Bike is no bike, meter or strap", "Pair another sensor.")
OFF = errors.BluetoothOff("Bluetooth is switched off", "Switch it on in the system's settings.")


def listening(stage: Any) -> StagedRide:
    """Sensors that have been heard for two minutes."""
    ride = StagedRide(stage, None)
    ride.go(120)
    stage.session = None
    return ride


def among(stage: Any, *sensors: Any, screen: str = "sensors", **params: Any) -> StagedRide:
    """These sensors alone are paired, and looked at."""
    ride = StagedRide(stage, None)
    stage.session = None
    stage.sensing.sensors = list(sensors)
    stage.go(screen, **params)
    draw(stage, ride)
    return ride


def speaks(sensor: Any, until_s: float, seconds: float = 60.0, stage: Any = None, **values: float) -> Any:
    """A sensor that has said these values, rising and falling, four times a second; on the ``stage``, if given."""
    hear = sensor.watch.hear if stage is None else stage.sensing.remember
    for step in range(int(seconds * 4)):
        at_s = until_s - seconds + step / 4
        wave = 1 + 0.12 * math.sin(at_s / 6) + 0.03 * math.sin(at_s * 2)
        hear(Sample(at_s, sensor.url, **{name: value * wave for name, value in values.items()}))
    sensor.status.last_frame_at_s = until_s - 0.1
    if not sensor.status.frames_ok:
        sensor.status.frames_ok, sensor.status.bytes_seen = 41_268, 1_234_567
    return sensor


def sensors(stage: Any) -> None:
    """One that is good, one silent, one in trouble, one to be paired."""
    ride = listening(stage)
    heard: Listening = stage.sensing
    bike, strap = heard.sensors[0].status, heard.sensors[1].status
    bike.bytes_seen, bike.frames_ok = 1_234_567, 40_000
    strap.state, strap.bytes_seen, strap.frames_ok = LinkState.SILENT, 4100, 800
    strap.last_frame_at_s = ride.now_s - 48
    busy = errors.PortBusy("the port is in use", "Close the program that holds it, then wait: it is tried again.")
    url = "serial:///dev/ttyACM3?protocol=peloton"
    heard.sensors.append(paired("Old bike", "bike", url, LinkState.NEEDS_RIDER, error=busy))
    cable = "serial:///dev/ttyUSB1?protocol=peloton"
    heard.found = [Found(cable, "Bike cable at /dev/ttyUSB1", "bike", "USB serial, FTDI")]
    stage.go("sensors")
    for _moment in range(12):
        ride.go(0.3, strap=False)
        bike.frames_ok, bike.last_frame_at_s = bike.frames_ok + 3, ride.now_s - 0.1
        draw(stage, ride, 1)


def sensors_looking(stage: Any) -> None:
    """Nothing paired, and the search has just begun."""
    among(stage)


def sensors_nothing(stage: Any) -> None:
    """Nothing paired, and nothing found for half a minute."""
    ride = among(stage)
    ride.now_s += 32
    draw(stage, ride)


def sensors_found(stage: Any) -> None:
    """Everything that can be found: near, far, gone quiet, on a cable, in the network."""
    ride = among(stage)
    now_s = ride.now_s
    bike, power, heart = "bike", "power meter", "heart rate"
    stage.sensing.found = [
        Found(AIR_BIKE, "Breakaway", bike, "", -58, now_s - 0.2, (bike, power, "speed/cadence", heart)),
        Found("keiser://56", "Keiser bike 56", bike, "Bluetooth, no pairing", -88, now_s - 3, (bike,)),
        Found("serial:///dev/ttyUSB1", "Bike cable at /dev/ttyUSB1", bike, "USB serial, FTDI"),
        Found("dircon://10.0.0.7:36866?name=KICKR", "KICKR BIKE 4F2A", bike, "", None, now_s, (bike, power)),
        Found(PEDALS, "Pedals 77", power, "", -71, now_s - 1.2, (power,)),
        Found(STRAP, "Strap 11873", heart, "", -77, now_s - 24, (heart,)),
    ]
    draw(stage, ride)


def sensors_no_bluetooth(stage: Any) -> None:
    """Bluetooth is off: what is paired over it waits, a cable goes on, and nobody new can be found."""
    bike = paired("Bike", "bike", BIKE, frames_ok=41_268, bytes_seen=1_234_567)
    air = paired("Strap 11873", "heart rate", STRAP, LinkState.NEEDS_RIDER, error=OFF)
    ride = among(stage, bike, air)
    stage.sensing.troubles = {"Bluetooth": OFF}
    speaks(bike, ride.now_s, stage=stage, cadence_rpm=88, power_w=180, resistance_pct=40)
    draw(stage, ride)


def sensors_forbidden(stage: Any) -> None:
    """This program may not use Bluetooth."""
    ride = among(stage, paired("Pedals 77", "power meter", PEDALS, LinkState.NEEDS_RIDER, error=forbidden()))
    stage.sensing.troubles = {"Bluetooth": forbidden()}
    draw(stage, ride)


def sensors_not_there(stage: Any) -> None:
    """Out of range, in use elsewhere, silent, and lost."""
    silent = errors.LinkLost("Breakaway is connected but says nothing", "Turn the pedals.")
    ride = among(
        stage,
        paired("Breakaway", "bike", AIR_BIKE, LinkState.SILENT, error=silent),
        paired("Pedals 77", "power meter", PEDALS, LinkState.LOST, error=in_use("Pedals 77")),
        paired("Strap 11873", "heart rate", STRAP, LinkState.LOST, error=out_of_range("Strap 11873"), bytes_seen=4100),
        paired("Belt", "treadmill", TREADMILL, LinkState.CONNECTING),
    )
    draw(stage, ride)


def sensors_odd(stage: Any) -> None:
    """Not understood, damaged, a wrong device, an empty battery."""
    figures = {"frames_ok": 41_268, "bytes_seen": 1_234_567}
    damaged = paired("Pedals 77", "power meter", PEDALS, **figures)
    low = paired("Strap 11873", "heart rate", STRAP, battery_pct=12, **figures)
    ride = among(
        stage,
        paired("Breakaway", "bike", AIR_BIKE, LinkState.SILENT, bytes_seen=4100, frames_bad=205),
        damaged,
        paired("Old Bike", "bike", "ble://D0:11:22:33:44:77", LinkState.NEEDS_RIDER, error=ODD),
        low,
    )
    for _moment in range(6):
        ride.now_s += 0.3
        speaks(damaged, ride.now_s, 1, stage, power_w=180)
        speaks(low, ride.now_s, 1, stage, heart_rate_bpm=140)
        damaged.status.frames_bad += 2
        damaged.status.frames_ok += 4
        draw(stage, ride, 1)


def sensors_strap_alone(stage: Any) -> None:
    """Heart rate only: what a ride will not know."""
    ride = listening(stage)
    del stage.sensing.sensors[0]
    stage.go("sensors")
    ride.go(6, bike=False)
    draw(stage, ride)


def sensors_no_power(stage: Any) -> None:
    """A sensor that turns with the crank, and no power."""
    url = "ble://D0:11:22:33:44:88?name=Crank%2012"
    cadence = paired("Crank 12", "speed/cadence", url, frames_ok=41_268, bytes_seen=1_234_567)
    ride = among(stage, cadence)
    speaks(cadence, ride.now_s, stage=stage, cadence_rpm=88)
    draw(stage, ride)


def sensors_reckoned(stage: Any) -> None:
    """A bike that measures no power: where its watts come from is said."""
    bike = paired("Breakaway", "bike", AIR_BIKE, frames_ok=41_268, bytes_seen=1_234_567)
    ride = among(stage, bike)
    speaks(bike, ride.now_s, stage=stage, cadence_rpm=85, resistance_pct=35, power_w=151)
    bike.watch.estimated.add("power_w")
    draw(stage, ride)


def sensors_riding(stage: Any) -> None:
    """From the middle of a ride."""
    ride = free_ride(stage, 200.0)
    stage.go("sensors")
    draw(stage, ride)


def a_cable_bike(ride: StagedRide) -> Any:
    """A bike on a cable that has told its table."""
    bike = speaks(paired("Bike", "bike", BIKE), ride.now_s, cadence_rpm=88, power_w=224, resistance_pct=45)
    bike.known = KnownBike(table=ResistanceTable(COUNTS), raw_resistance=728.0)
    bike.watch.tap(ride.now_s - 0.1, True, None, bytes.fromhex("f14405363333323038f6"))
    bike.watch.look(bike.status, ride.now_s, 1_764_000_000.0)
    return bike


def service(stage: Any) -> None:
    """A bike on a cable, well."""
    ride = StagedRide(stage, None)
    stage.session = None
    show_service(stage, ride, a_cable_bike(ride))


def show_service(stage: Any, ride: StagedRide, sensor: Any) -> None:
    """Look at this sensor for a second."""
    stage.sensing.sensors = [sensor]
    stage.go("sensors")
    stage.go("service", url=sensor.url)
    for _moment in range(4):
        ride.screen_s = ride.now_s
        sensor.status.frames_ok += 3 if sensor.status.state is LinkState.RECEIVING else 0
        draw(stage, ride, 1)
        ride.now_s += 0.3


def service_air(stage: Any) -> None:
    """A bike over Bluetooth that says a lot, some of it reckoned."""
    ride = StagedRide(stage, None)
    stage.session = None
    said = {"cadence_rpm": 85, "power_w": 151, "resistance_pct": 35, "heart_rate_bpm": 133, "speed_kmh": 31}
    bike = speaks(paired("Breakaway", "bike", AIR_BIKE, battery_pct=64), ride.now_s, **said, distance_m=4200)
    bike.watch.estimated |= {"resistance_pct", "power_w"}
    bike.status.frames_bad, bike.status.reconnects = 12, 2
    for number, data in (
        ("2ad2", "4402a20caa0046009700"),
        ("2a63", "2000970016003a1f"),
        ("2a5b", "0316003a1f"),
        ("2a37", "0685"),
    ):
        bike.watch.tap(ride.now_s, True, f"0000{number}-0000-1000-8000-00805f9b34fb", bytes.fromhex(data))
    bike.watch.look(bike.status, ride.now_s, 1_764_000_000.0)
    show_service(stage, ride, bike)


def a_bike_without_power(stage: Any) -> tuple[StagedRide, Any]:
    """A bike whose power is reckoned, pedals beside it, and the question how to set it right."""
    ride = StagedRide(stage, None)
    stage.session = None
    bike = speaks(paired("Breakaway", "bike", AIR_BIKE), ride.now_s, cadence_rpm=85, resistance_pct=35, power_w=151)
    bike.watch.estimated.add("power_w")
    bike.watch.look(bike.status, ride.now_s, 1_764_000_000.0)
    pedals = speaks(paired("Pedals 77", "power meter", PEDALS), ride.now_s, power_w=163)
    show_service(stage, ride, bike)
    stage.sensing.sensors.append(pedals)
    stage.navigation.screen.power()
    draw(stage, ride, 4)
    return ride, bike


def a_minute(stage: Any, ride: StagedRide, seconds: int, gain: float = 1.12, *, tapped: bool = False) -> None:
    """Ride beside the meter, each resistance for ten seconds; once ``tapped`` it is the same minute that goes on."""
    if not tapped:
        Finger().tap(target("Beside Pedals 77"))
    for step in range(seconds * 4):
        ride.now_s += 0.25
        rpm, pct = 85.0, 25.0 + 5 * (step // 40)
        watts = rule_w(rpm, pct) * (gain + 0.03 * math.sin(step))
        stage.sensing.sensors[0].status.last_frame_at_s = ride.now_s
        for said in (
            Sample(ride.now_s, AIR_BIKE, cadence_rpm=rpm, resistance_pct=pct),
            Sample(ride.now_s, PEDALS, power_w=watts),
        ):
            stage.sensing.remember(said)
            for hear in list(stage.sensing.hearers):
                hear(said)
    draw(stage, ride, 6)


def service_power(stage: Any) -> None:
    """How the power is known, and the ways to set it right."""
    a_bike_without_power(stage)


def service_power_minute(stage: Any) -> None:
    """In the middle of the minute beside a meter."""
    ride, _bike = a_bike_without_power(stage)
    a_minute(stage, ride, 24)


def service_power_done(stage: Any) -> None:
    """What came of it."""
    ride, _bike = a_bike_without_power(stage)
    a_minute(stage, ride, 66)


def service_power_refused(stage: Any) -> None:
    """Nobody pedalled."""
    ride, _bike = a_bike_without_power(stage)
    Finger().tap(target("By feel"))
    ride.now_s += 100
    draw(stage, ride, 4)


def service_trouble(stage: Any) -> None:
    """A strap that comes and goes."""
    ride = StagedRide(stage, None)
    stage.session = None
    strap = speaks(paired("Strap 11873", "heart rate", STRAP), ride.now_s - 20, 30, heart_rate_bpm=140)
    gone = errors.LinkLost("Strap 11873 has gone", "Bring it nearer or wake it; it comes back by itself.")
    for turn in range(8):
        at_s, wall_s = ride.now_s - 300 + turn * 40, 1_764_000_000.0 + turn * 40
        strap.status.state, strap.status.error = LinkState.RECEIVING, None
        strap.watch.look(strap.status, at_s, wall_s)
        strap.status.state, strap.status.error = LinkState.LOST, gone
        strap.watch.look(strap.status, at_s + 20, wall_s + 20)
    strap.status.error, strap.status.reconnects = out_of_range("Strap 11873"), 7
    strap.watch.look(strap.status, ride.now_s, 1_764_000_400.0)
    show_service(stage, ride, strap)


def service_new(stage: Any) -> None:
    """A bike that has said nothing yet."""
    ride = StagedRide(stage, None)
    stage.session = None
    bike = paired("Bike", "bike", BIKE, LinkState.CONNECTING)
    bike.known = KnownBike()
    show_service(stage, ride, bike)


def service_riding(stage: Any) -> None:
    """From the middle of a ride."""
    ride = free_ride(stage, 200.0)
    show_service(stage, ride, a_cable_bike(ride))


SCENES = [
    Scene("sensors", sensors),
    Scene("sensors-looking", sensors_looking),
    Scene("sensors-nothing", sensors_nothing),
    Scene("sensors-found", sensors_found),
    Scene("sensors-no-bluetooth", sensors_no_bluetooth),
    Scene("sensors-forbidden", sensors_forbidden),
    Scene("sensors-not-there", sensors_not_there),
    Scene("sensors-odd", sensors_odd),
    Scene("sensors-strap-alone", sensors_strap_alone),
    Scene("sensors-no-power", sensors_no_power),
    Scene("sensors-reckoned", sensors_reckoned),
    Scene("sensors-riding", sensors_riding),
    Scene("service", service),
    Scene("service-air", service_air),
    Scene("service-power", service_power),
    Scene("service-power-minute", service_power_minute),
    Scene("service-power-done", service_power_done),
    Scene("service-power-refused", service_power_refused),
    Scene("service-trouble", service_trouble),
    Scene("service-new", service_new),
    Scene("service-riding", service_riding),
]
