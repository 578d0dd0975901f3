"""Which sensor a peripheral is, and who reads its bytes."""

import pytest

from drivers import gatt
from drivers.battery import BatteryDecoder
from drivers.cycling_power import CyclingPowerDecoder
from drivers.echelon import EchelonDecoder
from drivers.flywheel import FlywheelDecoder
from drivers.ftms import IndoorBikeDecoder
from drivers.profiles import decoders, kinds
from drivers.schwinn import SchwinnDecoder

BIKE = {gatt.FITNESS_MACHINE: {gatt.FITNESS_MACHINE_FEATURE: frozenset(), gatt.INDOOR_BIKE_DATA: frozenset({"notify"})}}


@pytest.mark.parametrize(
    ("services", "found"),
    [
        (BIKE, ("bike",)),
        ({gatt.FITNESS_MACHINE: {gatt.TREADMILL_DATA}}, ("treadmill",)),
        ({gatt.FITNESS_MACHINE: {gatt.FITNESS_MACHINE_FEATURE}}, ()),
        ({gatt.HEART_RATE: (), gatt.BATTERY: ()}, ("heart rate",)),
        ({gatt.SPEED_CADENCE: (), gatt.CYCLING_POWER: ()}, ("power meter", "speed/cadence")),
        (BIKE | {gatt.CYCLING_POWER: {gatt.CYCLING_POWER_MEASUREMENT}}, ("bike", "power meter")),
        ({gatt.ECHELON: ()}, ("bike",)),
        ({gatt.NORDIC_UART: ()}, ()),
        ({gatt.BATTERY: ()}, ()),
    ],
)
def test_kinds_of_a_connected_or_advertised_peripheral(services, found):
    assert kinds(services) == found


@pytest.mark.parametrize(
    ("machine_data", "found"),
    [
        (None, ("bike",)),
        (bytes.fromhex("012000"), ("bike",)),
        (bytes.fromhex("010100"), ("treadmill",)),
        (bytes.fromhex("010000"), ("bike",)),
    ],
)
def test_a_machine_that_hides_its_type_is_tried_as_a_bike(machine_data, found):
    assert kinds({gatt.FITNESS_MACHINE: ()}, machine_data=machine_data) == found


def test_a_uart_is_a_bike_only_by_name():
    uart = {gatt.NORDIC_UART: {gatt.NORDIC_UART_NOTIFY, gatt.NORDIC_UART_WRITE}}
    assert kinds(uart, "Flywheel 1") == ("bike",)
    assert [type(decoder) for decoder in decoders(uart, "Flywheel 1").values()] == [FlywheelDecoder]
    assert decoders(uart, "Temperature") == {}


def test_every_known_characteristic_gets_its_own_decoder_the_best_first():
    services = {
        gatt.BATTERY: {gatt.BATTERY_LEVEL},
        gatt.CYCLING_POWER: {gatt.CYCLING_POWER_MEASUREMENT, gatt.CYCLING_POWER_FEATURE},
        **BIKE,
    }
    made = decoders(services)
    assert [type(decoder) for decoder in made.values()] == [IndoorBikeDecoder, CyclingPowerDecoder, BatteryDecoder]
    assert made[gatt.INDOOR_BIKE_DATA] is not decoders(services)[gatt.INDOOR_BIKE_DATA]


@pytest.mark.parametrize(("name", "kind"), [("IC Bike", SchwinnDecoder), ("ic bike 12", SchwinnDecoder)])
def test_a_quirk_goes_by_name(name, kind):
    assert type(decoders(BIKE, name)[gatt.INDOOR_BIKE_DATA]) is kind


def test_both_voices_of_an_echelon_are_one_bike():
    made = decoders({gatt.ECHELON: {*gatt.ECHELON_NOTIFY, gatt.ECHELON_WRITE}})
    first, second = made.values()
    assert isinstance(first, EchelonDecoder) and first is second
