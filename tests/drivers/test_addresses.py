"""Sensors' URLs: what is understood, and what is told when one is not."""

import pytest

from drivers import SensorAddressError, open_sensor
from drivers.address import SerialAddress
from drivers.radio_address import BleAddress, DirconAddress, KeiserAddress


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("serial:///dev/ttyUSB0?protocol=peloton", "/dev/ttyUSB0"),
        ("serial:///dev/ttyUSB0", "/dev/ttyUSB0"),
        ("SERIAL:///dev/ttyUSB0", "/dev/ttyUSB0"),
        ("serial://build/demo/bike?protocol=peloton", "build/demo/bike"),
        ("serial://COM3?protocol=peloton", "COM3"),
        ("serial:///tmp/my%20bike%3F", "/tmp/my bike?"),
    ],
)
def test_a_port_is_read_from_its_url(url, port):
    assert SerialAddress.parse(url) == SerialAddress(port, "peloton")
    assert open_sensor(url).status.url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/dev/ttyUSB0",
        "serial:",
        "serial://",
        "serial://?protocol=peloton",
        "http://[::1",
        "ble://AA:BB:CC:DD:EE",
        "ble://?name=KICKR",
        "ble://AA:BB:CC:DD:EE:FF?adapter=hci1",
        "dircon://",
        "dircon://host:0",
        "dircon://host:nine",
        "dircon://host/path",
        "keiser://",
        "keiser://256",
        "keiser://\u00b2",
        "serial://[::1",
        "serial:///dev/ttyUSB0?protocol=yesoul",
        "serial:///dev/ttyUSB0?baud=9600",
        "serial:///dev/ttyUSB0?protocol",
        "serial:///dev/tty%00",
        "serial://dev/ttyUSB0",
    ],
)
def test_a_url_that_is_not_understood_is_refused_with_what_to_write(url):
    with pytest.raises(SensorAddressError) as refused:
        open_sensor(url)
    assert refused.value.remedy


def test_addresses_on_the_air_and_in_the_network_survive_being_written_and_read():
    for address in (
        BleAddress("AA:BB:CC:DD:EE:FF", "IC Bike & Co"),
        BleAddress("0F1E2D3C-0000-1111-2222-333344445555"),
        DirconAddress("192.168.1.20", 36866, "KICKR 1"),
        DirconAddress("fe80::1", 5000),
        KeiserAddress(56),
    ):
        assert type(address).parse(address.url) == address
        assert open_sensor(address.url).status.url == address.url


def test_a_bluetooth_address_is_the_same_in_either_case():
    assert BleAddress.parse("ble://aa:bb:cc:dd:ee:ff") == BleAddress("AA:BB:CC:DD:EE:FF")


def test_a_bare_path_is_told_how_to_become_an_address():
    with pytest.raises(SensorAddressError) as refused:
        open_sensor("/dev/ttyACM0")
    assert refused.value.remedy == "Write it like serial:///dev/ttyACM0."
