"""Sensors' URLs: what is understood, and what is told when one is not."""

import pytest

from drivers import SensorAddressError, open_sensor
from drivers.address import SerialAddress


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
        "ble://AA:BB:CC:DD:EE:FF",
        "http://[::1",
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


def test_a_bare_path_is_told_how_to_become_an_address():
    with pytest.raises(SensorAddressError) as refused:
        open_sensor("/dev/ttyACM0")
    assert refused.value.remedy == "Write it like serial:///dev/ttyACM0."
