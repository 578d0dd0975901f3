"""What is offered for pairing: cables and virtual bikes, and built-in ports only where there is one."""

import os
from types import SimpleNamespace

import pytest

from drivers import open_sensor
from drivers.discovery import Found, scan


def port(device, vid=None, description="n/a", manufacturer=None):
    return SimpleNamespace(device=device, vid=vid, description=description, manufacturer=manufacturer)


@pytest.fixture
def system_ports(tmp_path):
    """A /sys/class/tty: one UART that is there, one that is only a name, and the system's console."""
    for name, kind in {"ttyS0": "4", "ttyS1": "0", "ttyS2": "4"}.items():
        (tmp_path / "sys" / name).mkdir(parents=True)
        (tmp_path / "sys" / name / "type").write_text(f"{kind}\n")
    (tmp_path / "sys" / "console").mkdir()
    (tmp_path / "sys" / "console" / "active").write_text("tty0 ttyS2\n")
    return tmp_path / "sys"


@pytest.fixture
def links(tmp_path):
    folder = tmp_path / "links"
    folder.mkdir()
    return folder


def names(found):
    return [device.name for device in found]


def test_a_usb_cable_is_offered_with_what_it_calls_itself(links, system_ports):
    cable = port("/dev/ttyUSB0", 0x0403, "USB serial", "FTDI")
    assert scan(ports=lambda: [cable], links=links, system_ports=system_ports) == [
        Found("serial:///dev/ttyUSB0?protocol=peloton", "Bike cable at /dev/ttyUSB0", "bike", "USB serial, FTDI")
    ]


def test_a_built_in_port_is_offered_last_as_such_and_only_if_it_is_there(links, system_ports):
    ports = [port(f"/dev/ttyS{number}") for number in range(4)] + [port("/dev/ttyUSB0", 0x0403)]
    found = scan(ports=lambda: ports, links=links, system_ports=system_ports)
    assert names(found) == ["Bike cable at /dev/ttyUSB0", "Built-in port /dev/ttyS0"]
    assert found[1].description == "built-in serial port, not a USB cable"


def test_without_the_systems_word_no_built_in_port_is_offered(links, tmp_path):
    assert scan(ports=lambda: [port("/dev/ttyS0")], links=links, system_ports=tmp_path / "none") == []


def test_a_running_virtual_bike_is_offered_and_a_dead_one_is_not(virtual_bike, links, system_ports):
    virtual_bike("--link", links / "my bike")
    (links / "old bike").symlink_to("/dev/pts/99999")
    (links / "bike.txt").write_text("words")
    (links / "bike null").symlink_to(os.devnull)
    (found,) = scan(ports=list, links=links, system_ports=system_ports)
    assert found.name == f"Virtual bike at {links}/my bike"
    assert open_sensor(found.url).status.name.endswith("my bike")


def test_no_folder_of_links_is_no_bike(tmp_path, system_ports):
    assert scan(ports=list, links=tmp_path / "none", system_ports=system_ports) == []


def test_whatever_is_found_here_can_be_opened():
    for device in scan():
        assert device.kind == "bike"
        assert device.name and device.description
        open_sensor(device.url)
